package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	neturl "net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/feed/site/highlight"
	"github.com/automationregion/newsletter/internal/atomicfile"
	"github.com/automationregion/newsletter/internal/ctxio"
	"github.com/automationregion/newsletter/internal/format"
	"github.com/automationregion/newsletter/internal/weburl"
	"github.com/automationregion/newsletter/parse"
)

func (c *command) convert() *cobra.Command {
	var to, out, url, undated string
	var strict, trust, unpublished bool
	cmd := &cobra.Command{
		Use:   "convert [FILE|-]",
		Short: "Convert any feed to RSS, Atom, JSON Feed or an HTML page",
		Long: `Convert reads an RSS, Atom or JSON feed of any version and writes it in another
format. What is broken in the source is repaired, and each repair is a line on
standard error; what only the format requires is derived where it can be. Of a feed that is cut off the letters
before the cut are written. Of an export of WordPress the published posts are
letters. In a page the letters' HTML is cleaned: it is whatever the source's
authors wrote. A feed holds it as it was, and as text: a browser that opens the feed
runs none of it.`,
		Example: `  newsletter convert feed.xml --to json
  curl -s https://example.org/feed | newsletter convert --to atom --url https://example.org/feed
  newsletter convert feed.xml --to rss --strict -o rss.xml`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var date time.Time
			if undated != "" {
				var err error
				if date, err = time.Parse(time.RFC3339, undated); err != nil {
					return fmt.Errorf("--undated: %q is no time such as 2006-01-02T15:04:05Z", undated)
				}
			}
			write, err := writer(to, site.Options{TrustHTML: trust, Highlight: highlight.HTML, Feed: feed.Options{Undated: date}})
			if err != nil {
				return err
			}
			name, in, err := c.open(cmd.Context(), args)
			if err != nil {
				return err
			}
			defer in.Close()
			var how parse.Reading
			n, err := parse.Feed(ctxio.NewReader(cmd.Context(), in), parse.Options{
				FileName: name, BaseURL: url, KeepUnpublished: unpublished, Report: func(r parse.Reading) { how = r },
			})
			mended := mendedBy(how)
			if err != nil {
				if n == nil || strict || !errors.Is(err, parse.ErrTruncated) {
					return found(err, name)
				}
				mended = errors.Join(mended, err)
			}
			if strict {
				if err := errors.Join(mended, n.Validate()); err != nil {
					return foundError(messages(err, name))
				}
			}
			repairs := messages(mended, name)
			for _, change := range n.Repair() {
				repairs = append(repairs, name+": "+change.String())
			}
			if left := how.Unpublished(); left != "" {
				repairs = append(repairs, name+": "+left+": --unpublished has them too")
			}
			if !c.quiet {
				fmt.Fprint(c.stderr, foundError(repairs).lines())
			}
			if err := n.Validate(); err != nil {
				return foundError(messages(err, name))
			}
			nameByAddress(n, to, url)
			return c.write(out, func(w io.Writer) error { return write(w, n) })
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&to, "to", "", "format to write: "+strings.Join(writable(), ", "))
	flags.StringVarP(&out, "output", "o", "", "file to write instead of standard output")
	flags.StringVar(&url, "url", "", "where the feed was fetched from: relative addresses, and a title that is missing, come of it")
	flags.StringVar(&undated, "undated", "", "date of letters that have none, such as 2006-01-02T15:04:05Z: Atom requires one")
	flags.BoolVar(&unpublished, "unpublished", false, "of an export of WordPress, have drafts, pages and all else in it too")
	flags.BoolVar(&strict, "strict", false, "refuse what would need repair")
	flags.BoolVar(&trust, "trust-html", false, "put the letters' HTML into a page as it is, with all that it does")
	must(cmd.MarkFlagRequired("to"))
	must(cmd.RegisterFlagCompletionFunc("to", cobra.FixedCompletions(
		writable(), cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

// nameByAddress gives a newsletter that says nowhere where it is the title that it
// lacks, and the home page that RSS requires, by where it was had from.
func nameByAddress(n *newsletter.Newsletter, to, from string) {
	u, err := neturl.Parse(from)
	if err != nil || u.Host == "" || !weburl.IsName(u.Hostname()) || n.URL != "" || n.FeedURL != "" {
		return
	}
	n.Title = cmp.Or(n.Title, u.Hostname())
	if to == feed.RSS.String() && (u.Scheme == "http" || u.Scheme == "https") {
		n.URL = u.Scheme + "://" + u.Host + "/"
	}
}

// writer returns what writes a newsletter in the format of the name.
func writer(name string, options site.Options) (func(io.Writer, *newsletter.Newsletter) error, error) {
	if name == pageName {
		return func(w io.Writer, n *newsletter.Newsletter) error { return site.Write(w, n, options) }, nil
	}
	f, err := feed.ParseFormat(name)
	if err != nil {
		return nil, fmt.Errorf("--to: %w, %s", err, pageName)
	}
	return func(w io.Writer, n *newsletter.Newsletter) error { return feed.Write(w, n, f, options.Feed) }, nil
}

// pageName is the name of the format that is no feed.
var pageName = format.Of(format.HTML).Name

// writable returns the names of the formats that a newsletter is written in.
func writable() []string {
	var names []string
	for f := range feed.Formats() {
		names = append(names, f.String())
	}
	return append(names, pageName)
}

// open opens the file that args name, or standard input.
func (c *command) open(ctx context.Context, args []string) (string, io.ReadCloser, error) {
	if len(args) == 0 || args[0] == "-" {
		return "<stdin>", c.openStdin(ctx), nil
	}
	f, err := os.Open(args[0])
	return args[0], f, err
}

// openStdin returns standard input up to the end of ctx: a read that waits for
// somebody to type does not outlast it.
func (c *command) openStdin(ctx context.Context) io.ReadCloser {
	r, w := io.Pipe()
	context.AfterFunc(ctx, func() { w.CloseWithError(context.Cause(ctx)) })
	go func() {
		_, err := io.Copy(w, c.stdin)
		w.CloseWithError(err)
	}()
	return r
}

// write has the file at path written whole or not at all; an empty path is
// standard output.
func (c *command) write(path string, write func(io.Writer) error) error {
	if path == "" {
		return write(c.stdout)
	}
	f, err := atomicfile.Create(path, 0o644)
	if err != nil {
		return err
	}
	defer f.Discard()
	if err := write(f); err != nil {
		return err
	}
	return f.Commit()
}

// must marks errors that only a mistake in this program can cause.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
