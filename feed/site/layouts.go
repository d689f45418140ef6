package site

import (
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
	"sync/atomic"
	"text/template/parse"

	"github.com/automationregion/newsletter/internal/page"
)

// Bounds of layouts: whoever writes them may be a stranger.
const (
	maxLayout     = 1 << 20   // bytes of a file
	maxPageBytes  = 32 << 20  // bytes of a page
	maxLayoutText = 1 << 20   // bytes of what a template makes of values
	maxLayoutWork = 5_000_000 // rounds of loops, and templates within templates, of all pages
)

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
	newsletter, list, letter, notFound *template.Template
	source                             string // what they were made of
	work                               *atomic.Int64
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
// replaces what is built in ([WriteLayouts] writes that). What they are given is a
// [Page]. A page of theirs is under the same content security policy as any: no script
// runs in it.
//
// A template can run no command and read no file. It may use the actions of
// html/template but not the functions call, html, js and urlquery; what it makes of
// values, how long it loops and how much it writes is bounded. An error is a
// [*LayoutError], as are those of writing a page in which a template fails.
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
	y := &Layouts{source: source, work: new(atomic.Int64)}
	for _, kind := range []struct {
		to     **template.Template
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
		t = t.Funcs(y.functions())
		if err := y.addBuiltIn(t, kind.built, "body"); err != nil {
			return nil, err
		}
		for _, name := range wrapping {
			if err := y.addBuiltIn(t, name, layoutNames[name]); err != nil {
				return nil, err
			}
		}
		is := slices.IndexFunc(kind.bodies, func(name string) bool { _, there := files[name]; return there })
		for _, name := range slices.Sorted(maps.Keys(files)) {
			as := layoutNames[name]
			if is >= 0 && name == kind.bodies[is] {
				as = "body"
			}
			if err := y.add(t, name, as, files[name]); err != nil {
				return nil, err
			}
		}
		*kind.to = t
	}
	return y, nil
}

// wrapping are the parts that stand around every page.
var wrapping = []string{"base.html", "head.html", "header.html", "footer.html"}

func (y *Layouts) addBuiltIn(t *template.Template, file, as string) error {
	text, err := templates.ReadFile("template/" + file)
	if err != nil {
		return err
	}
	one, err := template.New(file).Funcs(y.functions()).Parse(strings.TrimSpace(string(text)))
	if err == nil {
		_, err = t.AddParseTree(as, one.Tree)
	}
	return err
}

// add parses a file as the template of a name.
func (y *Layouts) add(t *template.Template, file, as, text string) error {
	one, err := template.New(file).Funcs(y.functions()).Parse(text)
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
		w.list(part.Tree.Root, true)
		if w.err != nil {
			return w.err
		}
		name := part.Name()
		if name == file {
			name = as
		}
		if _, err := t.AddParseTree(name, part.Tree); err != nil {
			return layoutError(file, err)
		}
	}
	return nil
}

// shown are the files without which a page is empty. The others may be empty, or hold
// templates for them.
var shown = map[string]bool{"base.html": true, "index.html": true, "list.html": true, "letter.html": true}

// tick is the function that counts what templates do. No template can name it.
const tick = "_"

var errLayoutWork = errors.New("the templates go on for too long")

// functions are those of layouts beside the ones of html/template, some of which they
// are given in a bounded form.
func (y *Layouts) functions() template.FuncMap {
	bounded := func(s string) (string, error) {
		if len(s) > maxLayoutText {
			return "", fmt.Errorf("a value is longer than %d bytes", maxLayoutText)
		}
		return s, nil
	}
	return template.FuncMap{
		tick: func() (bool, error) {
			if y.work.Add(1) > maxLayoutWork {
				return false, errLayoutWork
			}
			return false, nil
		},
		"print":   func(values ...any) (string, error) { return bounded(fmt.Sprint(values...)) },
		"println": func(values ...any) (string, error) { return bounded(fmt.Sprintln(values...)) },
		"printf": func(format string, values ...any) (string, error) {
			if wide.MatchString(format) {
				return "", errors.New("printf: expected no width above 999 and none from a value")
			}
			return bounded(fmt.Sprintf(format, values...))
		},
	}
}

var wide = regexp.MustCompile(`%[^a-zA-Z%]*([0-9]{4}|\*)`)

// forbidden are functions that layouts have no use for.
var forbidden = map[string]bool{"call": true, "html": true, "js": true, "urlquery": true, tick: true}

// A watcher goes through a template, refuses what is forbidden, and has every loop and
// every template within another count.
type watcher struct {
	file string
	tree *parse.Tree
	err  error
}

func (w *watcher) fail(n parse.Node, message string) {
	if w.err == nil {
		location, _ := w.tree.ErrorContext(n)
		w.err = layoutError(w.file, errors.New("template: "+location+": "+message))
	}
}

// list visits nodes. Counts is whether they count each time that they are done.
func (w *watcher) list(l *parse.ListNode, counts bool) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		w.node(n)
	}
	if counts {
		l.Nodes = append([]parse.Node{w.counter(l.Pos)}, l.Nodes...)
	}
}

// counter is {{if _}}{{end}}, which writes nothing wherever it stands.
func (w *watcher) counter(at parse.Pos) parse.Node {
	name := parse.NewIdentifier(tick).SetPos(at).SetTree(w.tree)
	command := &parse.CommandNode{NodeType: parse.NodeCommand, Pos: at, Args: []parse.Node{name}}
	pipe := &parse.PipeNode{NodeType: parse.NodePipe, Pos: at, Cmds: []*parse.CommandNode{command}}
	return &parse.IfNode{BranchNode: parse.BranchNode{NodeType: parse.NodeIf, Pos: at, Pipe: pipe, List: &parse.ListNode{NodeType: parse.NodeList, Pos: at}}}
}

func (w *watcher) node(n parse.Node) {
	switch n := n.(type) {
	case *parse.ActionNode:
		w.pipe(n.Pipe)
	case *parse.IfNode:
		w.branch(&n.BranchNode, false)
	case *parse.WithNode:
		w.branch(&n.BranchNode, false)
	case *parse.RangeNode:
		w.branch(&n.BranchNode, true)
	case *parse.TemplateNode:
		w.pipe(n.Pipe)
	case *parse.ListNode:
		w.list(n, false)
	}
}

func (w *watcher) branch(b *parse.BranchNode, loops bool) {
	w.pipe(b.Pipe)
	w.list(b.List, loops)
	w.list(b.ElseList, false)
}

func (w *watcher) pipe(p *parse.PipeNode) {
	if p == nil {
		return
	}
	for _, c := range p.Cmds {
		for _, arg := range c.Args {
			switch arg := arg.(type) {
			case *parse.IdentifierNode:
				if forbidden[arg.Ident] {
					w.fail(arg, "the function "+arg.Ident+" is not for layouts")
				}
			case *parse.PipeNode:
				w.pipe(arg)
			case *parse.ChainNode:
				if inner, ok := arg.Node.(*parse.PipeNode); ok {
					w.pipe(inner)
				}
			}
		}
	}
}

// templatePlace is how package template begins its errors.
var templatePlace = regexp.MustCompile(`^(?:html/template|template): ?([^:]*):(\d+)(?::(\d+))?: ?`)

// layoutError is an error of a template with its place.
func layoutError(file string, err error) error {
	e := &LayoutError{File: file, Message: err.Error()}
	if m := templatePlace.FindStringSubmatch(e.Message); m != nil {
		e.Message = strings.TrimPrefix(e.Message, m[0])
		if m[1] != "" && strings.HasSuffix(m[1], ".html") {
			e.File = m[1]
		}
		e.Line, _ = strconv.Atoi(m[2])
		if e.Column, _ = strconv.Atoi(m[3]); e.Column == 0 && e.Line > 0 {
			e.Column = 1
		} else if e.Column > 0 {
			e.Column++ // package template counts from 0
		}
	}
	e.Message = executing.ReplaceAllString(e.Message, "at ")
	return e
}

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
