package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/automationregion/newsletter/check"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/fault"
	"github.com/automationregion/newsletter/internal/ctxio"
	"github.com/automationregion/newsletter/parse"
	"github.com/automationregion/newsletter/parse/letters"
)

// checkFlags are those of the check subcommand.
type checkFlags struct {
	folderFlags
	format, severity, explain string
	ignore                    []string
	rules, strict             bool
}

func (c *command) check() *cobra.Command {
	var flags checkFlags
	cmd := &cobra.Command{
		Use:   "check PATH...",
		Short: "Say what is wrong in letters, folders of letters and feeds",
		Long: `Check judges each PATH: a folder of letters, a letter (.txt, .md, .markdown), or a
feed or OPML document (any other file, and - for standard input). Feeds are judged
by the rules of their own format, RSS, Atom or JSON Feed, and of the vocabularies
in them.

It prints what it finds as "file:line:column: severity: message [rule]" and exits
with 1 if there is an error. A warning is something that readers are known to trip
over, advice is good practice.`,
		Example: `  newsletter check public/rss.xml --url https://example.org/rss.xml
  curl -s https://example.org/atom.xml | newsletter check -
  newsletter check examples/letters --format github
  newsletter check public/feed.json --format sarif > findings.sarif
  newsletter check --explain rss-item-guid-missing`,
		Args: func(cmd *cobra.Command, args []string) error {
			if flags.rules || flags.explain != "" {
				return cobra.NoArgs(cmd, args)
			}
			return cobra.MinimumNArgs(1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := flags.validate(args); err != nil {
				return err
			}
			switch {
			case flags.rules:
				return c.listRules(flags.format)
			case flags.explain != "":
				return c.explainRule(flags.explain)
			}
			return c.checkAll(cmd.Context(), args, flags)
		},
	}
	flags.register(cmd)
	registerOutput(cmd, &flags.out)
	f := cmd.Flags()
	f.Lookup("output").Usage = "folder that a folder of letters is published in"
	f.Lookup("url").Usage = "where the feed was had; of a folder: URL of the newsletter, if newsletter.yaml has none"
	f.StringVar(&flags.format, "format", "text", "how to print findings: text, json, github, sarif or junit")
	f.StringVar(&flags.severity, "severity", "", "exit with 1 from this on: error, warning or advice (default error)")
	f.BoolVar(&flags.strict, "strict", false, "exit with 1 for a warning too, as with --severity warning")
	f.StringSliceVar(&flags.ignore, "ignore", nil, "leave out findings of this `rule` (several: repeat it, or put commas between)")
	f.BoolVar(&flags.rules, "rules", false, "list the rules")
	f.StringVar(&flags.explain, "explain", "", "print what a `rule` asks for and why, with an example")
	complete := func(flag string, values ...cobra.Completion) {
		must(cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)))
	}
	complete("format", findingFormats...)
	complete("severity", "error", "warning", "advice")
	complete("explain", ruleIDs()...)
	complete("ignore", ruleIDs()...)
	return cmd
}

func (f *checkFlags) validate(args []string) error {
	if !slices.Contains(findingFormats, f.format) {
		return fmt.Errorf("--format %s: expected text, json, github, sarif or junit", f.format)
	}
	if f.strict && f.severity != "" {
		return errors.New("--strict is --severity warning: expected one of the two")
	}
	if f.strict {
		f.severity = "warning"
	}
	if f.severity != "" {
		if _, err := severityCalled(f.severity); err != nil {
			return fmt.Errorf("--severity %s: %w", f.severity, err)
		}
	}
	for _, rule := range f.ignore {
		if err := knownRule(rule); err != nil {
			return fmt.Errorf("--ignore %s: %w", rule, err)
		}
	}
	if f.url != "" && len(args) > 1 {
		return fmt.Errorf("--url %s: expected one PATH, which was had from there", f.url)
	}
	return f.folderFlags.validate()
}

// checkAll judges the paths and prints what was found.
func (c *command) checkAll(ctx context.Context, paths []string, flags checkFlags) error {
	now, err := c.now("")
	if err != nil {
		return err
	}
	judge := judge{command: c, flags: flags, now: now}
	all := []finding{}
	fails := false
	for _, path := range paths {
		found, limit, err := judge.path(ctx, path)
		if err != nil {
			return err
		}
		fails = fails || slices.ContainsFunc(found, func(f finding) bool { return f.Severity >= limit })
		all = append(all, found...)
	}
	// What was found is what was asked for: standard output, so that it can be
	// piped on.
	if err := c.writeFindings(all, paths, flags.format); err != nil {
		return err
	}
	if fails {
		return foundError(nil)
	}
	return nil
}

// maxFindings is how many of a feed are listed: more than any feed had that was
// gathered for the tests, so that the verdict is that of the whole document.
const maxFindings = 20_000

// A judge looks for what is wrong at a path.
type judge struct {
	*command
	flags checkFlags
	now   time.Time
}

// path returns what is wrong with what is at a path, and from which severity on
// it matters. The error is of reading it at all.
func (j judge) path(ctx context.Context, path string) (found []finding, limit check.Severity, err error) {
	limit, _ = severityCalled(cmp.Or(j.flags.severity, "error"))
	if path == "-" {
		in := j.openStdin(ctx)
		defer in.Close()
		found, err = j.document(ctx, "<stdin>", in)
		return found, limit, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, err
	}
	if info.IsDir() {
		return j.folder(ctx, path)
	}
	if isLetter(path) && !info.Mode().IsRegular() { // a feed may come out of a pipe
		return nil, 0, fmt.Errorf("%s: expected a regular file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	if isLetter(path) {
		_, err = letters.Read(ctxio.NewReader(ctx, f), letters.Options{FileName: path, RawHTML: j.flags.rawHTML, Remark: func(e *parse.Error) {
			found = append(found, remarkFinding(e, ""))
		}})
		if fault.IsUnreadable(err) {
			return nil, 0, err
		}
		found = append(found, letterFindings(fault.Of(err, path))...)
		sortFindings(found)
		return j.without(found, nil), limit, nil
	}
	found, err = j.document(ctx, path, f)
	return found, limit, err
}

// document judges a feed.
func (j judge) document(ctx context.Context, name string, r io.Reader) ([]finding, error) {
	report, err := check.Document(ctxio.NewReader(ctx, r), check.Options{URL: j.flags.url, Now: j.now, Ignore: j.flags.ignore, MaxFindings: maxFindings})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return documentFindings(report, name), nil
}

// without leaves out what is to be ignored, by the flags and by more.
func (j judge) without(found []finding, more []string) []finding {
	return slices.DeleteFunc(found, func(f finding) bool {
		return slices.Contains(j.flags.ignore, f.Rule) || slices.Contains(more, f.Rule)
	})
}

func isLetter(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".txt", ".md", ".markdown":
		return true
	}
	return false
}
