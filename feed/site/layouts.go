package site

import (
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template/parse"

	"github.com/automationregion/newsletter/internal/page"
)

//go:embed template
var templates embed.FS

// builtIn are the templates of pages that no layouts change.
var builtIn = func() *Layouts {
	y, err := newLayouts(nil, "")
	if err != nil {
		panic(err) // they are part of the program
	}
	return y
}()

// layoutNames are the files that layouts may have, and what each is.
var layoutNames = map[string]string{
	"base.html":   "base",   // what stands in every page's body; {{template "body" .}} is the page itself
	"head.html":   "head",   // what is added to every page's head
	"header.html": "header", // the line at the top of every page
	"footer.html": "footer", // the end of every page
	"index.html":  "index",  // the newsletter's page
	"list.html":   "list",   // the page of any other list of letters
	"letter.html": "letter", // the page of a letter
}

// Layouts are templates that replace or wrap parts of the pages. They may be used by
// several goroutines.
type Layouts struct {
	newsletter, list, letter, notFound *pageKind
	source                             string // what they were made of
}

// A LayoutError is what is wrong in a layout.
type LayoutError struct {
	File    string // in the folder of layouts
	Line    int    // from 1; 0 if it isn't known
	Column  int    // from 1; 0 if it isn't known
	Message string
}

// Error returns "letter.html:3:5: message".
func (e *LayoutError) Error() string {
	s := e.File
	if e.Line > 0 {
		s += ":" + strconv.Itoa(e.Line)
		if e.Column > 0 {
			s += ":" + strconv.Itoa(e.Column)
		}
	}
	return s + ": " + e.Message
}

// ReadLayouts reads templates of package html/template: base.html, head.html,
// header.html, footer.html, index.html, list.html and letter.html, each of which
// replaces what is built in ([WriteLayouts] writes that). What they are given is
// told in docs/layouts.md. A page of theirs is under the same content security policy as any: no script
// runs in it.
//
// A template can run no command and read no file. It may use the actions of
// html/template but not the functions call, html, js and urlquery, and no template is
// within itself. Whoever writes them may be a stranger as far as their cost goes: what
// they make of values, what they loop over and hand to functions and how much they write
// is bounded, first by work that is counted and last by time. What HTML they write is
// the publisher's own. An error is a [*LayoutError], as are those of writing a page in
// which a template fails.
func ReadLayouts(fsys fs.FS) (*Layouts, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	var source strings.Builder
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasPrefix(name, ".") || !strings.HasSuffix(name, ".html") {
			continue
		}
		if _, known := layoutNames[name]; !known {
			return nil, &LayoutError{File: name, Message: "there is no such part of a page: expected base.html, head.html, header.html, footer.html, index.html, list.html or letter.html"}
		}
		// To open a named pipe waits for somebody to write to it.
		if kind := entry.Type(); !kind.IsRegular() && kind != fs.ModeSymlink {
			return nil, &LayoutError{File: name, Message: "expected a regular file"}
		}
		text, err := readLayout(fsys, name)
		if err != nil {
			return nil, err
		}
		files[name] = text
		fmt.Fprintf(&source, "%s %d %s", name, len(text), text)
	}
	return newLayouts(files, source.String())
}

func readLayout(fsys fs.FS, name string) (string, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return "", &LayoutError{File: name, Message: err.Error()}
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return "", &LayoutError{File: name, Message: "expected a regular file"}
	}
	text, err := io.ReadAll(io.LimitReader(f, maxLayout+1))
	switch {
	case err != nil:
		return "", &LayoutError{File: name, Message: err.Error()}
	case len(text) > maxLayout:
		return "", &LayoutError{File: name, Message: fmt.Sprintf("expected a template of at most %d bytes", maxLayout)}
	}
	return string(text), nil
}

// newLayouts makes the templates of the pages, with files in the place of those that
// are built in.
func newLayouts(files map[string]string, source string) (*Layouts, error) {
	y := &Layouts{source: source}
	for _, kind := range []struct {
		to     **pageKind
		bodies []string // the files that may be the page itself: the first that is there
		built  string
	}{
		{&y.newsletter, []string{"index.html"}, "index.html"},
		{&y.list, []string{"list.html", "index.html"}, "index.html"},
		{&y.letter, []string{"letter.html"}, "letter.html"},
		{&y.notFound, nil, "notfound.html"},
	} {
		t, err := page.New(templates, "template/parts.html")
		if err != nil {
			return nil, err
		}
		t = t.Funcs(functions(new(sheet)))
		if err := addBuiltIn(t, kind.built, "body"); err != nil {
			return nil, err
		}
		for _, name := range wrapping {
			if err := addBuiltIn(t, name, layoutNames[name]); err != nil {
				return nil, err
			}
		}
		from := map[string]string{}
		is := slices.IndexFunc(kind.bodies, func(name string) bool { _, there := files[name]; return there })
		for _, name := range slices.Sorted(maps.Keys(files)) {
			as := layoutNames[name]
			if is >= 0 && name == kind.bodies[is] {
				as = "body"
			}
			if err := add(t, name, as, files[name], from); err != nil {
				return nil, err
			}
		}
		if len(files) > 0 {
			for _, part := range t.Templates() {
				if part.Tree != nil && from[part.Name()] == "" { // a layout may show it time and again
					(&watcher{tree: part.Tree}).list(part.Tree.Root)
				}
			}
			if err := checkSize(t, from, files); err != nil {
				return nil, err
			}
		}
		file := ""
		switch {
		case is >= 0:
			file = kind.bodies[is]
		case len(files) > 0:
			file = slices.Min(slices.Collect(maps.Keys(files)))
		}
		*kind.to = newPageKind(t, file)
	}
	return y, nil
}

// wrapping are the parts that stand around every page.
var wrapping = []string{"base.html", "head.html", "header.html", "footer.html"}

func addBuiltIn(t *template.Template, file, as string) error {
	text, err := templates.ReadFile("template/" + file)
	if err != nil {
		return err
	}
	one, err := template.New(file).Funcs(functions(new(sheet))).Parse(strings.TrimSpace(string(text)))
	if err == nil {
		_, err = t.AddParseTree(as, one.Tree)
	}
	return err
}

// add parses a file as the template of a name. It takes note of which file each template
// is from.
func add(t *template.Template, file, as, text string, from map[string]string) error {
	one, err := template.New(file).Funcs(functions(new(sheet))).Parse(text)
	if err != nil {
		return layoutError(file, err)
	}
	if shown[file] && (one.Tree == nil || parse.IsEmptyTree(one.Tree.Root)) {
		return &LayoutError{File: file, Message: "it shows nothing: what stands within {{define}} is shown only where a {{template}} names it"}
	}
	for _, part := range one.Templates() {
		if part.Tree == nil || part.Tree.Root == nil {
			continue
		}
		w := &watcher{file: file, tree: part.Tree}
		w.list(part.Tree.Root)
		if w.err != nil {
			return w.err
		}
		name := part.Name()
		if name == file {
			name = as
		}
		from[name] = file
		if _, err := t.AddParseTree(name, part.Tree); err != nil {
			return layoutError(file, err)
		}
	}
	return nil
}

// shown are the files without which a page is empty. The others may be empty, or hold
// templates for them.
var shown = map[string]bool{"base.html": true, "index.html": true, "list.html": true, "letter.html": true}

// templatePlace is how package template begins its errors.
var templatePlace = regexp.MustCompile(`^(?:html/template|template): ?([^:]*):(\d+)(?::(\d+))?: ?`)

// layoutError is an error of a template with its place.
func layoutError(file string, err error) error {
	e := &LayoutError{File: file, Message: err.Error()}
	if cost := new(costError); errors.As(err, &cost) {
		// Without where in the template it was, which is a function of ours.
		e.Message = templatePlace.FindString(e.Message) + cost.Error()
	}
	if m := templatePlace.FindStringSubmatch(e.Message); m != nil {
		e.Message = strings.TrimPrefix(e.Message, m[0])
		switch _, isLayout := layoutNames[m[1]]; {
		case isLayout:
			e.File = m[1]
		case m[1] != "": // what is built in
			return e
		}
		e.Line, _ = strconv.Atoi(m[2])
		if e.Column, _ = strconv.Atoi(m[3]); e.Column == 0 && e.Line > 0 {
			e.Column = 1
		} else if e.Column > 0 {
			e.Column++ // package template counts from 0
		}
	}
	e.Message = executing.ReplaceAllString(e.Message, "at ")
	e.Message = counting.ReplaceAllString(e.Message, "$1")
	return e
}

// counting is what a watcher puts around a value.
var counting = regexp.MustCompile(`\(([^\s()]+) \| ` + took + `\)`)

var executing = regexp.MustCompile(`^executing "[^"]*" at `)

// WriteLayouts hands what is built in to write, file by file, to start from.
func WriteLayouts(write func(name, text string) error) error {
	for _, name := range slices.Sorted(maps.Keys(layoutNames)) {
		from := name
		if name == "list.html" {
			from = "index.html"
		}
		text, err := templates.ReadFile("template/" + from)
		if err != nil {
			return err
		}
		if err := write(name, string(text)); err != nil {
			return err
		}
	}
	return nil
}
