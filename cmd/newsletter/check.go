package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/automationregion/newsletter/internal/ctxio"
	"github.com/automationregion/newsletter/parse"
	"github.com/automationregion/newsletter/parse/letters"
)

func (c *command) check() *cobra.Command {
	var format string
	var options folderFlags
	cmd := &cobra.Command{
		Use:   "check PATH...",
		Short: "Say what is wrong in letters, folders of letters and feeds",
		Long: `Check reads each PATH: a folder of letters, a letter (.txt, .md, .markdown), or a
feed (any other file, and - for standard input). It prints every fault as
"file:line:column: message" and exits with 1 if there is one.`,
		Example: `  newsletter check examples/letters
  newsletter check public/rss.xml --format json
  newsletter check letters --format github`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "text" && format != "json" && format != "github" {
				return fmt.Errorf("--format %s: expected text, json or github", format)
			}
			var all []fault
			for _, path := range args {
				found, err := c.checkPath(cmd.Context(), path, options)
				if err != nil {
					return err
				}
				all = append(all, found...)
			}
			sortFaults(all)
			// The faults are what was asked for: standard output, so that they
			// can be piped on.
			if err := writeFaults(c.stdout, all, format); err != nil {
				return err
			}
			if len(all) > 0 {
				return foundError(nil)
			}
			return nil
		},
	}
	options.register(cmd)
	cmd.Flags().StringVar(&format, "format", "text", "how to print faults: text, json or github")
	must(cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(
		[]cobra.Completion{"text", "json", "github"}, cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

// checkPath returns the faults of what is at path. The error is of reading it
// at all.
func (c *command) checkPath(ctx context.Context, path string, options folderFlags) ([]fault, error) {
	if path == "-" {
		in := c.openStdin(ctx)
		defer in.Close()
		return c.checkFeed(ctx, "<stdin>", in)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return c.checkFolder(ctx, path, options)
	}
	if isLetter(path) && !info.Mode().IsRegular() { // a feed may come out of a pipe
		return nil, fmt.Errorf("%s: expected a regular file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if !isLetter(path) {
		return c.checkFeed(ctx, path, f)
	}
	_, err = letters.Read(ctxio.NewReader(ctx, f), letters.Options{FileName: path, RawHTML: options.rawHTML})
	if isUnreadable(err) {
		return nil, err
	}
	return faults(err, path), nil
}

// checkFolder reads the folder as build would. Without a newsletter.yaml and
// the flags that stand in for it, a title and a URL are made up, so that its
// letters are checked all the same.
func (c *command) checkFolder(ctx context.Context, dir string, options folderFlags) ([]fault, error) {
	_, err := os.Stat(filepath.Join(dir, letters.ConfigFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		options.title = cmp.Or(options.title, "Letters")
		options.url = cmp.Or(options.url, "https://letters.invalid/")
	case err != nil:
		return nil, err
	}
	if err := options.validate(); err != nil {
		return nil, err
	}
	options.drafts, options.future, options.expired = true, true, true
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	_, err = letters.ReadFolder(ctx, root.FS(), options.options(time.Time{}))
	if isUnreadable(err) {
		return nil, failedError(lines(folderFaults(err, dir)))
	}
	return folderFaults(err, dir), nil
}

func (c *command) checkFeed(ctx context.Context, name string, r io.Reader) ([]fault, error) {
	var mended error
	n, err := parse.Feed(ctxio.NewReader(ctx, r), parse.Options{FileName: name, Report: func(r parse.Reading) { mended = mendedBy(r) }})
	if isUnreadable(err) {
		return nil, err
	}
	if err == nil {
		err = n.Validate()
	}
	return faults(errors.Join(mended, err), name), nil
}

func isLetter(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".txt", ".md", ".markdown":
		return true
	}
	return false
}
