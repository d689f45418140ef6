package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

func (c *command) diff() *cobra.Command {
	var format, deployed string
	var keep bool
	var options diffOptions
	cmd := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Say what subscribers will notice of a change",
		Long: `Diff compares two newsletters, each a feed (a file, or its URL), a folder that
build wrote, or a folder of letters as build would publish it, and says what
subscribers will notice: letters that are new, gone, dated anew, with another
title or text, without an attachment that they had, and letters that have another
ID, which feed readers show again as new. With --deployed the old one is what is
published now, and the new one the folder of letters.

It exits with 1 if letters are gone or will be shown again as new, and with 0 if
not. "ids" in newsletter.yaml is a table of letters' files and the IDs that they
were published with; --keep-ids writes it.`,
		Example: `  newsletter diff public-old public
  newsletter diff --deployed https://example.org/news/rss.xml letters
  newsletter diff public letters --keep-ids`,
		Args: func(cmd *cobra.Command, args []string) error {
			if deployed == "" {
				return cobra.ExactArgs(2)(cmd, args)
			}
			return cobra.MaximumNArgs(1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			write, ok := diffWriters[format]
			if !ok {
				return fmt.Errorf("--format %s: expected %s", format, strings.Join(diffFormats, ", "))
			}
			if deployed != "" {
				args = []string{deployed, folderArg(args)}
			}
			compared, err := c.compare(cmd.Context(), args[0], args[1], options)
			if err != nil {
				return err
			}
			if keep {
				kept, err := compared.keepIDs()
				if err != nil {
					return err
				}
				if kept > 0 {
					if err := c.note("%s: %s kept\n", compared.new.config(), count(kept, "ID")); err != nil {
						return err
					}
					if compared, err = c.compare(cmd.Context(), args[0], args[1], options); err != nil {
						return err
					}
				}
			}
			for _, note := range compared.notes {
				if err := c.note("%s\n", note); err != nil {
					return err
				}
			}
			if err := write(c.stdout, compared); err != nil {
				return err
			}
			if slices.ContainsFunc(compared.changes, change.breaks) {
				return foundError(nil)
			}
			return nil
		},
	}
	flags := cmd.Flags()
	options.folder.register(cmd)
	options.folder.registerWhich(cmd)
	flags.StringVar(&deployed, "deployed", "", "feed that is published now, a URL or a file: compare the folder with it")
	flags.BoolVar(&keep, "keep-ids", false, "write the IDs that would change into newsletter.yaml of the new folder, so that they don't")
	flags.BoolVar(&options.allowPrivate, "allow-private", false, "let a URL be one of a private network")
	flags.StringVar(&format, "format", "text", "how to print changes: "+strings.Join(diffFormats, ", "))
	must(cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(diffFormats, cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

// note prints to standard error, beside what was asked for, unless the command is
// to be quiet.
func (c *command) note(format string, args ...any) error {
	if c.quiet {
		return nil
	}
	_, err := fmt.Fprint(c.stderr, foundError{strings.TrimSuffix(fmt.Sprintf(format, args...), "\n")}.lines())
	return err
}

// errNoFolder says that there is no newsletter.yaml to write IDs into.
var errNoFolder = errors.New("--keep-ids: expected a folder of letters with a newsletter.yaml as the new one")
