// Command w3ccases measures package check by the test cases of the W3C's feed
// validator: for each of the validator's names, how many cases expect it, how
// many get it, and in how many it is found where the case says that it must not
// be.
//
//	go run ./internal/trial/w3c [-v] [-strict] FOLDER
//
// FOLDER is the folder testcases of github.com/w3c/feedvalidator. Nothing of it
// is part of this repository.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/automationregion/newsletter/check"
)

// now is later than what the cases were written for, and earlier than the future
// that some of them speak of.
var now = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// base is where the cases were when they were written: a self link in them is
// right or wrong by that.
const base = "http://www.feedvalidator.org/testcases/"

func main() {
	verbose := flag.Bool("v", false, "print each case that comes out wrong")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: w3ccases [-v] FOLDER")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	results, err := measure(os.DirFS(flag.Arg(0)))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	print(os.Stdout, results, *verbose)
}

// A result is a case and what became of it.
type result struct {
	file   string
	name   string // of the W3C's
	absent bool   // the case says that the name must not come up
	params string
	ok     bool
	got    []string // rules that were found
}

// The folders of what package check judges. Of opensearch these are the feeds: a
// description of a search is none.
var folders = []string{"atom", "ext", "opensearch", "opml", "rss", "rss11", "rss20", "xml"}

var expectation = regexp.MustCompile(`<!--\s*Description:\s*.*?\s*Expect:\s*(!?)(\w*)(?:\{(.*?)\})?\s*-->`)

// expected reads what a case expects. Names that begin with Valid are the
// validator's successes, which package check has no word for.
func expected(data []byte) (r result, ok bool) {
	m := expectation.FindSubmatch(data)
	if m == nil {
		return r, false
	}
	r.absent, r.name, r.params = len(m[1]) > 0, string(m[2]), string(m[3])
	if strings.HasPrefix(r.name, "Valid") && r.name != "ValidatorLimit" {
		return r, false
	}
	return r, true
}

// measure judges all cases in a folder.
func measure(root fs.FS) ([]result, error) {
	var all []result
	for _, folder := range folders {
		err := fs.WalkDir(root, folder, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || path.Ext(name) != ".xml" && path.Ext(name) != ".opml" {
				return err
			}
			data, err := fs.ReadFile(root, name)
			if err != nil {
				return err
			}
			r, ok := expected(data)
			if !ok || folder == "opensearch" && !bytes.Contains(data, []byte("<feed")) && !bytes.Contains(data, []byte("<rss")) {
				return nil
			}
			r.file = name
			report, err := check.Document(bytes.NewReader(data), check.Options{URL: base + name, Now: now})
			if err != nil {
				return err
			}
			r.judge(report)
			all = append(all, r)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// judge compares what was found with what was expected.
func (r *result) judge(report *check.Report) {
	found := false
	for _, f := range report.Findings {
		if f.Severity == check.Advice && len(f.W3C) == 0 {
			continue
		}
		r.got = append(r.got, f.Rule)
		switch r.name {
		case "Error":
			found = found || f.Severity == check.Error
		case "Warning":
			found = found || f.Severity == check.Warning
		case "Message":
			self := slices.Contains(f.W3C, "MissingSelf") || slices.Contains(f.W3C, "SelfDoesntMatchLocation")
			found = found || f.Severity != check.Advice && !(r.absent && self)
		default:
			found = found || slices.Contains(f.W3C, r.name) && (!r.absent || r.about(f))
		}
	}
	r.ok = found != r.absent
}

// about reports whether a finding is about the element that the case names, as
// far as it names one.
func (r *result) about(f check.Finding) bool {
	_, element, ok := strings.Cut(","+r.params, ",element:")
	if !ok {
		return true
	}
	element, _, _ = strings.Cut(element, ",")
	_, parent, _ := strings.Cut(","+r.params, ",parent:")
	parent, _, _ = strings.Cut(parent, ",")
	return strings.Contains(f.Message, "<"+element+">") && strings.Contains(f.Path, parent)
}

// print writes the table, and what the goals are about.
func print(out io.Writer, results []result, verbose bool) {
	type count struct{ expected, found, absent, false int }
	byName := map[string]*count{}
	total := count{}
	for _, r := range results {
		c := byName[r.name]
		if c == nil {
			c = &count{}
			byName[r.name] = c
		}
		for _, c := range []*count{c, &total} {
			switch {
			case r.absent:
				c.absent++
				if !r.ok {
					c.false++
				}
			default:
				c.expected++
				if r.ok {
					c.found++
				}
			}
		}
	}
	if verbose {
		for _, r := range results {
			if !r.ok {
				not := ""
				if r.absent {
					not = "!"
				}
				fmt.Fprintf(out, "%s: %s%s{%s}: got %s\n", r.file, not, r.name, r.params, strings.Join(r.got, " "))
			}
		}
	}
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "name\texpected\tfound\tmust not\tfalse")
	names := make([]string, 0, len(byName))
	for name := range byName {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		c := byName[name]
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\n", name, c.expected, c.found, c.absent, c.false)
	}
	w.Flush()
	fmt.Fprintf(out, "%d of %d found (%.1f %%), %d of %d that must not be there are not (%.1f %%)\n",
		total.found, total.expected, percent(total.found, total.expected), total.absent-total.false, total.absent, percent(total.absent-total.false, total.absent))
}

func percent(n, of int) float64 {
	if of == 0 {
		return 100
	}
	return 100 * float64(n) / float64(of)
}
