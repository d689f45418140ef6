package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/automationregion/newsletter/cmd/newsletter/internal/diff"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/say"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/fetch"
	"github.com/automationregion/newsletter/internal/ctxio"
	"github.com/automationregion/newsletter/internal/format"
	"github.com/automationregion/newsletter/internal/regular"
	"github.com/automationregion/newsletter/parse"
	"github.com/automationregion/newsletter/parse/letters"
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
			if !slices.Contains(diff.Formats, format) {
				return fmt.Errorf("--format %s: expected %s", format, strings.Join(diff.Formats, ", "))
			}
			if deployed != "" {
				args = []string{deployed, folderArg(args)}
			}
			compared, err := c.compare(cmd.Context(), args[0], args[1], options)
			if err != nil {
				return err
			}
			if keep {
				kept, err := compared.KeepIDs()
				if err != nil {
					return err
				}
				if kept > 0 {
					if err := c.note("%s: %s kept\n", compared.New.Config(), say.Count(kept, "ID")); err != nil {
						return err
					}
					if compared, err = c.compare(cmd.Context(), args[0], args[1], options); err != nil {
						return err
					}
				}
			}
			for _, note := range compared.Notes {
				if err := c.note("%s\n", note); err != nil {
					return err
				}
			}
			if err := compared.Write(c.stdout, format); err != nil {
				return err
			}
			if compared.Breaks() {
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
	flags.StringVar(&format, "format", "text", "how to print changes: "+strings.Join(diff.Formats, ", "))
	must(cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(diff.Formats, cobra.ShellCompDirectiveNoFileComp)))
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

// diffOptions say how the two that are compared are read.
type diffOptions struct {
	folder       folderFlags
	allowPrivate bool
}

// compare reads both and compares them. A folder has several feeds: the one is
// taken that the other is, or has too.
func (c *command) compare(ctx context.Context, older, newer string, o diffOptions) (*diff.Comparison, error) {
	names := [2]string{older, newer}
	wanted := slices.Collect(feed.Formats())
	slices.Reverse(wanted) // JSON Feed holds most
	var sources [2]*diff.Source
	for i, name := range names {
		if dir, err := isDir(name); err != nil {
			return nil, err
		} else if dir {
			continue
		}
		s, err := c.readFeed(ctx, name, o)
		if err != nil {
			return nil, err
		}
		sources[i] = s
		wanted = []feed.Format{s.Format}
	}
	for i, name := range names {
		if sources[i] != nil {
			continue
		}
		s, err := c.readDir(ctx, name, wanted, o.folder)
		if err != nil {
			return nil, err
		}
		sources[i] = s
		wanted = []feed.Format{s.Format}
	}
	return diff.Compare(sources[0], sources[1]), nil
}

// isURL reports whether the name of a feed is its address on the web.
func isURL(name string) bool {
	return strings.HasPrefix(name, "https://") || strings.HasPrefix(name, "http://")
}

func isDir(name string) (bool, error) {
	if isURL(name) || name == "-" {
		return false, nil
	}
	info, err := os.Stat(name)
	return err == nil && info.IsDir(), err
}

// readFeed reads a feed out of a file, or off the web.
func (c *command) readFeed(ctx context.Context, name string, o diffOptions) (*diff.Source, error) {
	if !isURL(name) {
		shown, in, err := c.open(ctx, []string{name})
		if err != nil {
			return nil, err
		}
		defer in.Close()
		return readSource(ctx, shown, in, parse.Options{FileName: shown})
	}
	client := fetch.NewClient(fetch.Options{AllowPrivate: o.allowPrivate})
	defer client.Close()
	out, _ := client.Fetch(ctx, fetch.Request{Home: name}, fetch.State{})
	switch {
	case out.Err == nil:
	case errors.Is(out.Err, fetch.ErrPrivateAddress):
		return nil, fmt.Errorf("%w; --allow-private lets it be asked", out.Err)
	default:
		return nil, out.Err
	}
	return readSource(ctx, name, bytes.NewReader(out.Body), parse.Options{FileName: name, BaseURL: out.URL, Charset: out.Charset})
}

func readSource(ctx context.Context, name string, r io.Reader, o parse.Options) (*diff.Source, error) {
	s := &diff.Source{Name: name}
	o.Report = func(r parse.Reading) { s.Format = writtenAs(r.Format) }
	n, err := parse.Feed(ctxio.NewReader(ctx, r), o)
	if err != nil {
		return nil, found(err, name)
	}
	s.Newsletter = n
	return s, nil
}

// writtenAs is the format that we write instead of the one that was read, such as
// RSS 2.0 instead of RSS 1.0.
func writtenAs(read string) feed.Format {
	for f := range feed.Formats() {
		if strings.HasPrefix(read, f.Label()) {
			return f
		}
	}
	return feed.RSS
}

// readDir reads a folder: of letters, if it has a newsletter.yaml, else one that
// was built.
func (c *command) readDir(ctx context.Context, dir string, wanted []feed.Format, flags folderFlags) (*diff.Source, error) {
	_, err := os.Stat(filepath.Join(dir, configFile(dir)))
	if err == nil || flags.title != "" && flags.url != "" {
		return c.readLetters(ctx, dir, wanted[0], flags)
	}
	for _, f := range wanted {
		for _, name := range append([]string{f.FileName()}, format.Of(format.Format(f)).Names...) {
			path := filepath.Join(dir, name)
			file, err := os.Open(path)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return nil, err
			}
			defer file.Close()
			if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
				continue
			}
			s, err := readSource(ctx, path, file, parse.Options{FileName: path})
			if err != nil {
				return nil, err
			}
			s.Dir, s.Pages = dir, make(map[string]bool)
			err = fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
				if err == nil && entry.Type().IsRegular() {
					s.Pages[path] = true
				}
				return errors.Join(err, context.Cause(ctx))
			})
			return s, err
		}
	}
	var names []string
	for _, f := range wanted {
		names = append(names, f.FileName())
	}
	return nil, fmt.Errorf("%s: expected a folder with %s, or one of letters with a %s", dir, strings.Join(names, " or "), letters.ConfigFile)
}

// readLetters reads a folder of letters as subscribers would get it: it is
// written, and read again.
func (c *command) readLetters(ctx context.Context, dir string, f feed.Format, flags folderFlags) (*diff.Source, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	folder, err := c.readFolder(ctx, root, flags)
	if err != nil {
		return nil, err
	}
	shape, err := siteOptions(regular.FS(root), folder)
	if err != nil {
		return nil, foundIn(err, dir)
	}
	files, err := site.Files(folder.Newsletter, shape)
	if err != nil {
		return nil, found(err, dir)
	}
	s := &diff.Source{}
	pages := make(map[string]bool, len(files))
	for _, file := range files {
		pages[file.Path] = true
		if file.Path != f.FileName() {
			continue
		}
		var b bytes.Buffer
		if _, err := file.WriteTo(&b); err != nil {
			return nil, err
		}
		if s, err = readSource(ctx, dir, &b, parse.Options{}); err != nil {
			return nil, err
		}
	}
	s.Dir, s.IsLetters, s.Pages, s.Files = dir, true, pages, make(map[string]string, len(folder.Files))
	for l, file := range folder.Files {
		s.Files[l.ID] = filepath.Join(dir, filepath.FromSlash(file))
	}
	return s, nil
}
