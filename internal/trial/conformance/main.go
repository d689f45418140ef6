// Command conformance reads feeds for a conformance test of another project,
// the Universal Feed Parser's: each line on standard input is a file's path, a
// tab, and the URL that the file stands for, and for each it prints a JSON
// document on a line of its own: the feed and its entries with the names that
// the Universal Feed Parser gives them, or what was wrong.
//
// It uses nothing but the public API of package parse, with the option that
// keeps markup, which that project's titles have; see spell for how the markup
// is written. Cases that differ all the same, and why, are in exceptions.txt.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/parse"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(2)
	}
}

func run(in io.Reader, out io.Writer) error {
	w := bufio.NewWriter(out)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		path, base, _ := strings.Cut(lines.Text(), "\t")
		if err := e.Encode(read(path, base)); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return w.Flush()
}

type document struct {
	Err     string  `json:"err,omitempty"`
	Feed    common  `json:"feed"`
	Entries []entry `json:"entries"`
}

// common is what a feed and an entry both have.
type common struct {
	Title     string   `json:"title"`
	ID        string   `json:"id"`
	Link      string   `json:"link"`
	Language  string   `json:"language,omitempty"`
	Rights    string   `json:"rights"`
	Authors   []person `json:"authors,omitempty"`
	Tags      []string `json:"tags,omitempty"`
	Published string   `json:"published,omitempty"`
	Updated   string   `json:"updated,omitempty"`
	Subtitle  string   `json:"subtitle,omitempty"`
	Generator string   `json:"generator,omitempty"`
	Image     *image   `json:"image,omitempty"`
}

type entry struct {
	common
	Summary    string      `json:"summary"`
	Content    string      `json:"content,omitempty"`
	Comments   string      `json:"comments,omitempty"`
	Enclosures []enclosure `json:"enclosures,omitempty"`
	Source     *source     `json:"source,omitempty"`
}

type person struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
	Href  string `json:"href,omitempty"`
}

// image has the feed's title and link too: RSS 2.0 says that they are the
// image's.
type image struct {
	Href  string `json:"href"`
	Title string `json:"title"`
	Link  string `json:"link"`
}

type enclosure struct {
	Href   string `json:"href"`
	Length string `json:"length,omitempty"`
	Type   string `json:"type,omitempty"`
}

type source struct {
	Title string `json:"title"`
	ID    string `json:"id"`
	Link  string `json:"link"`
	Href  string `json:"href"`
}

// read reads one file. What was read before an error counts, as it does for
// the Universal Feed Parser.
func read(path, base string) document {
	f, err := os.Open(path)
	if err != nil {
		return document{Err: err.Error()}
	}
	defer f.Close()
	n, err := parse.Feed(f, parse.Options{BaseURL: base, KeepMarkup: true})
	if n == nil {
		if err == nil {
			err = fmt.Errorf("%s: nothing was read", path)
		}
		return document{Err: err.Error()}
	}
	d := document{Feed: common{
		Title: spell(n.Title), ID: n.ID, Link: n.URL, Language: n.Language, Rights: spell(n.Rights),
		Authors: people(n.Authors), Tags: terms("", n.Categories), Updated: stamp(n.Updated),
		Subtitle: spell(n.Description), Generator: n.Generator.Name,
	}}
	if n.Image != "" {
		d.Feed.Image = &image{n.Image, n.Title, n.URL}
	}
	for _, l := range n.Letters {
		d.Entries = append(d.Entries, newEntry(l))
	}
	return d
}

func newEntry(l *newsletter.Letter) entry {
	e := entry{
		common: common{
			Title: spell(l.Title), ID: l.ID, Link: l.URL, Language: l.Language, Rights: spell(l.Rights),
			Authors: people(l.Authors), Tags: terms(l.Kind, l.Categories), Published: stamp(l.Published), Updated: stamp(l.Updated),
		},
		Summary: spell(l.Summary),
		Content: spell(l.Content),
	}
	for _, a := range l.Attachments {
		x := enclosure{Href: a.URL, Type: a.MediaType}
		if a.Length > 0 {
			x.Length = strconv.FormatInt(a.Length, 10)
		}
		e.Enclosures = append(e.Enclosures, x)
	}
	for _, link := range l.Links {
		if link.Rel == "replies" && e.Comments == "" {
			e.Comments = link.URL
		}
	}
	if l.Source != (newsletter.Source{}) {
		e.Source = &source{spell(l.Source.Title), l.Source.ID, l.Source.URL, l.Source.FeedURL}
	}
	return e
}

func people(authors []newsletter.Author) []person {
	var list []person
	for _, a := range authors {
		list = append(list, person{a.Name, a.Email, a.URL})
	}
	return list
}

func terms(kind string, categories []newsletter.Category) []string {
	var list []string
	if kind != "" {
		list = append(list, kind)
	}
	for _, c := range categories {
		list = append(list, c.Term)
	}
	return list
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
