package site

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"text/template/parse"
	"time"
)

// Bounds of layouts: whoever writes them may be a stranger. Work is counted in bytes that
// are handled, and a node of a template that is done counts as nodeWork of them: that
// takes some 10 ns a byte. Work is what stops a template, the same on every machine; the
// time is there for what nobody thought of.
const (
	maxLayout     = 128 << 10 // bytes of a file
	maxVariables  = 100       // of a template: each is looked for among all
	maxParts      = 10_000    // nodes of a page's templates with those within them, as html/template goes through them
	maxPageBytes  = 32 << 20  // bytes of a page
	maxLayoutText = 1 << 20   // bytes of what a template makes of values
	maxFormat     = 10_000    // bytes of a format
	nodeWork      = 40
	showWork      = 2          // for each byte that is shown: it is escaped,
	writeWork     = 4          // and that is written: it takes room on a disk
	baseWork      = 10_000_000 // of all pages,
	pageWork      = 250_000    // more for each page,
	listedWork    = 100_000    // for each letter on one of a list,
	textWork      = 24         // and for each byte of the letters
	baseTime      = 20 * time.Second
	pageTime      = 20 * time.Millisecond
	maxSheets     = 4 // pages of a kind that are made at a time
)

// A costError says that layouts cost too much.
type costError struct{ message string }

func (e *costError) Error() string { return e.message }

var (
	errLayoutWork   = &costError{"the templates go on for too long"}
	errLayoutTime   = &costError{"the templates take too much time"}
	errPageTooLarge = &costError{"the page is too large"}
)

// A limited buffer takes so many bytes.
type limited struct {
	*bytes.Buffer
	left  int
	count func(bytes int) // and lets what counts say that there are more; nil if nothing does
}

func (b *limited) Write(p []byte) (int, error) {
	switch b.left -= len(p); {
	case b.count != nil:
		b.count(len(p))
		if b.left < 0 {
			return len(p), nil
		}
	case b.left < 0:
		return 0, errPageTooLarge
	}
	return b.Buffer.Write(p)
}

// A pageKind makes pages of a kind.
type pageKind struct {
	t      *template.Template
	file   string      // the layout that is the page itself, or one of those around it; "" if none is there
	sheets chan *sheet // those that nobody uses, nil for ones that are not made yet; nil if nothing is to be counted
}

func newPageKind(t *template.Template, file string) *pageKind {
	k := &pageKind{t: t, file: file}
	if file != "" {
		k.sheets = make(chan *sheet, min(maxSheets, runtime.GOMAXPROCS(0)))
		for range cap(k.sheets) {
			k.sheets <- nil
		}
	}
	return k
}

// A sheet is a page's templates with functions that count for one page at a time.
type sheet struct {
	t     *template.Template
	page  *limited  // that is made
	used  int       // of it
	room  int       // that it has
	look  int       // when used is that, to look at the clock
	until time.Time // when it is to be made; zero while templates are read
}

// execute makes a page, and takes note in the meter of what it costs.
func (k *pageKind) execute(b *limited, data *pageView, m *meter, path string) (err error) {
	if k.sheets == nil {
		return k.t.Execute(b, data)
	}
	s := <-k.sheets
	defer func() { k.sheets <- s }()
	if s == nil {
		made := new(sheet)
		if made.t, err = k.t.Clone(); err != nil {
			return err
		}
		made.t.Funcs(functions(made))
		s = made
	}
	began := time.Now()
	room, left, failed := m.left(path)
	if failed != nil {
		return failed
	}
	s.page, s.used, s.room, s.look, s.until = b, 0, room, 0, began.Add(left)
	b.count = func(bytes int) { s.used += writeWork * bytes }
	if err = s.t.Execute(b, data); err == nil && b.left < 0 {
		err = errPageTooLarge
	}
	return m.add(path, s.used, time.Since(began), err)
}

// charge counts work, and says what is too much: where it fails the template knows its
// place, which it does not where what it writes to fails.
func (s *sheet) charge(work int) error {
	if s.page != nil && s.page.left < 0 {
		return errPageTooLarge
	}
	if s.used += work; s.used > s.room {
		return errLayoutWork
	}
	if s.used > s.look {
		s.look = s.used + baseWork/1000
		if time.Now().After(s.until) {
			return errLayoutTime
		}
	}
	return nil
}

// A meter counts what the layouts of a site cost. A page that is made again counts once.
type meter struct {
	mu         sync.Mutex
	work, most int
	time, long time.Duration
	pages      map[string]pageCost
	failed     error // the first that cost too much, whose place the others have
}

type pageCost struct {
	work int
	time time.Duration
}

// newMeter returns one for so many pages, with so many letters on those of lists, and so
// much text of letters.
func newMeter(pages, listed, text int) *meter {
	return &meter{most: baseWork + pages*pageWork + listed*listedWork + textWork*text, long: baseTime + time.Duration(pages)*pageTime, pages: map[string]pageCost{}}
}

// left returns what there is for a page.
func (m *meter) left(path string) (work int, long time.Duration, failed error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	before := m.pages[path]
	return m.most - m.work + before.work, m.long - m.time + before.time, m.failed
}

// add counts what a page cost, and returns what is wrong with it: err, or that it cost
// too much.
func (m *meter) add(path string, work int, long time.Duration, err error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	before := m.pages[path]
	m.pages[path] = pageCost{work, long}
	m.work += work - before.work
	m.time += long - before.time
	switch {
	case err != nil:
	case m.work > m.most:
		err = errLayoutWork
	case m.time > m.long:
		err = errLayoutTime
	}
	if m.failed == nil && (errors.Is(err, errLayoutWork) || errors.Is(err, errLayoutTime)) {
		m.failed = err
	}
	return err
}

// The functions that count. No template can name them.
const (
	tick = "_" // what is done by itself
	took = "_took"
	show = "_show"
)

// functions are those of layouts beside the ones of html/template, some of which they
// are given in a bounded form.
func functions(s *sheet) template.FuncMap {
	bounded := func(format string, values []any, print func() string) (string, error) {
		size, most := 0, len(format)
		for _, v := range values {
			size += weigh(reflect.ValueOf(v), maxLayoutText-size)
		}
		// %q writes up to ten bytes of one, and %[1]s all of it each time.
		if verbs := strings.Count(format, "%"); strings.Contains(format, "[") {
			most += verbs * (999 + 10*size)
		} else {
			most += verbs*999 + 10*size
		}
		if size > maxLayoutText || most > 16*maxLayoutText {
			return "", fmt.Errorf("a value is longer than %d bytes", maxLayoutText)
		}
		text := print()
		if len(text) > maxLayoutText {
			return "", fmt.Errorf("a value is longer than %d bytes", maxLayoutText)
		}
		return text, s.charge(size + len(text))
	}
	return template.FuncMap{
		tick: func(work int) (bool, error) { return false, s.charge(work) },
		took: func(v any) (any, error) { return v, s.charge(length(v)) },
		show: func(v any) (any, error) { return v, s.charge(showWork * weigh(reflect.ValueOf(v), maxPageBytes)) },
		"print": func(values ...any) (string, error) {
			return bounded("", values, func() string { return fmt.Sprint(values...) })
		},
		"println": func(values ...any) (string, error) {
			return bounded("", values, func() string { return fmt.Sprintln(values...) })
		},
		"printf": func(format string, values ...any) (string, error) {
			switch {
			case len(format) > maxFormat:
				return "", fmt.Errorf("printf: expected a format of at most %d bytes", maxFormat)
			case wide.MatchString(format):
				return "", errors.New("printf: expected no width above 999 and none from a value")
			}
			return bounded(format, values, func() string { return fmt.Sprintf(format, values...) })
		},
	}
}

var wide = regexp.MustCompile(`%[^a-zA-Z%]*([0-9]{4}|\*)`)

// length is how much of a value a function handles that is given it: a text, or what is
// compared field by field.
func length(v any) int {
	switch v := v.(type) {
	case nil:
		return 0
	case string:
		return len(v)
	case template.HTML:
		return len(v)
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.String:
		return r.Len()
	case reflect.Slice:
		if r.Type().Elem().Kind() == reflect.Uint8 {
			return r.Len()
		}
	case reflect.Struct, reflect.Array:
		return weigh(r, maxPageBytes)
	}
	return 0
}

// weigh is how many bytes a value is about with all that is in it, or some number above
// most.
func weigh(v reflect.Value, most int) int {
	const each = 32
	size := each
	add := func(v reflect.Value) bool {
		size += weigh(v, most-size)
		return size <= most
	}
	switch v.Kind() {
	case reflect.String:
		size += v.Len()
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() && most > size {
			add(v.Elem())
		}
	case reflect.Struct:
		for i := 0; i < v.NumField() && add(v.Field(i)); i++ {
		}
	case reflect.Slice, reflect.Array:
		for i := 0; i < v.Len() && add(v.Index(i)); i++ {
		}
	case reflect.Map:
		for entries := v.MapRange(); entries.Next() && add(entries.Key()) && add(entries.Value()); {
		}
	}
	return size
}

// forbidden are functions that layouts have no use for.
var forbidden = map[string]bool{"call": true, "html": true, "js": true, "urlquery": true, tick: true, took: true, show: true}

// A watcher goes through a template, refuses what is forbidden, and has all that it does
// be counted: each list of nodes by how many they are, and each value that a command
// makes, that a function is given and that is shown by how long it is.
type watcher struct {
	file      string
	tree      *parse.Tree
	variables int
	err       error
}

func (w *watcher) fail(n parse.Node, message string) {
	if w.err == nil {
		w.err = layoutFault(w.file, w.tree, n, message)
	}
}

// layoutFault is what is wrong with a node of a tree.
func layoutFault(file string, tree *parse.Tree, n parse.Node, message string) error {
	location, _ := tree.ErrorContext(n)
	return layoutError(file, errors.New("template: "+location+": "+message))
}

func (w *watcher) list(l *parse.ListNode) {
	if l == nil {
		return
	}
	work := nodeWork
	for _, n := range l.Nodes {
		work += nodeWork + w.node(n)
	}
	l.Nodes = append([]parse.Node{w.counter(l.Pos, work)}, l.Nodes...)
}

// counter is {{if _ work}}{{end}}, which writes nothing wherever it stands.
func (w *watcher) counter(at parse.Pos, work int) parse.Node {
	command := w.call(at, tick)
	command.Args = append(command.Args, &parse.NumberNode{NodeType: parse.NodeNumber, Pos: at, IsInt: true, Int64: int64(work), Text: fmt.Sprint(work)})
	return &parse.IfNode{BranchNode: parse.BranchNode{NodeType: parse.NodeIf, Pos: at, Pipe: pipeOf(at, command), List: &parse.ListNode{NodeType: parse.NodeList, Pos: at}}}
}

func (w *watcher) call(at parse.Pos, function string) *parse.CommandNode {
	name := parse.NewIdentifier(function).SetPos(at).SetTree(w.tree)
	return &parse.CommandNode{NodeType: parse.NodeCommand, Pos: at, Args: []parse.Node{name}}
}

func pipeOf(at parse.Pos, commands ...*parse.CommandNode) *parse.PipeNode {
	return &parse.PipeNode{NodeType: parse.NodePipe, Pos: at, Cmds: commands}
}

// node visits a node, and returns what it costs beside what is counted in it.
func (w *watcher) node(n parse.Node) (work int) {
	switch n := n.(type) {
	case *parse.ActionNode:
		work = w.pipe(n.Pipe)
		if len(n.Pipe.Decl) == 0 {
			n.Pipe.Cmds = append(n.Pipe.Cmds, w.call(n.Pos, show))
		}
	case *parse.IfNode:
		return w.branch(&n.BranchNode)
	case *parse.WithNode:
		return w.branch(&n.BranchNode)
	case *parse.RangeNode:
		return w.branch(&n.BranchNode)
	case *parse.TemplateNode:
		return w.pipe(n.Pipe)
	case *parse.ListNode:
		w.list(n)
	}
	return work
}

func (w *watcher) branch(b *parse.BranchNode) int {
	w.list(b.List)
	w.list(b.ElseList)
	return w.pipe(b.Pipe)
}

// pipe visits a pipeline, and has what its commands make be counted.
func (w *watcher) pipe(p *parse.PipeNode) (work int) {
	if p == nil {
		return 0
	}
	if !p.IsAssign {
		if w.variables += len(p.Decl); w.variables > maxVariables {
			w.fail(p, fmt.Sprintf("expected at most %d variables in a template", maxVariables))
		}
	}
	var commands []*parse.CommandNode
	for _, c := range p.Cmds {
		commands = append(commands, c)
		for i, arg := range c.Args {
			work += nodeWork
			isConstant := false
			switch arg := arg.(type) {
			case *parse.IdentifierNode:
				if forbidden[arg.Ident] {
					w.fail(arg, "the function "+arg.Ident+" is not for layouts")
				}
				isConstant = true
			case *parse.PipeNode:
				work += w.pipe(arg)
			case *parse.ChainNode:
				work += nodeWork * len(arg.Field)
				if inner, ok := arg.Node.(*parse.PipeNode); ok {
					work += w.pipe(inner)
				}
			case *parse.FieldNode:
				work += nodeWork * len(arg.Ident)
			case *parse.VariableNode:
				work += nodeWork * len(arg.Ident)
			case *parse.StringNode:
				work += len(arg.Text)
				isConstant = true
			case *parse.NumberNode, *parse.BoolNode, *parse.NilNode:
				isConstant = true
			}
			if i > 0 && !isConstant { // what a function is given
				c.Args[i] = pipeOf(arg.Position(), &parse.CommandNode{NodeType: parse.NodeCommand, Pos: arg.Position(), Args: []parse.Node{arg}}, w.call(arg.Position(), took))
				work += 2 * nodeWork
			}
		}
		if made := c.Args[0].Type(); len(c.Args) > 1 || made != parse.NodeString && made != parse.NodeNumber && made != parse.NodeBool && made != parse.NodeNil && made != parse.NodeDot {
			commands = append(commands, w.call(c.Pos, took))
			work += nodeWork
		}
	}
	p.Cmds = commands
	return work
}

// specialTags begin elements with text in which html/template looks for the end from
// every mark on.
var specialTags = regexp.MustCompile(`(?i)<(script|style|textarea|title|meta)`)

// textParts is what a text costs, in parts. For each "<" that begins no tag html/template
// goes through all that follows.
func textParts(text []byte, special bool) int {
	marks := bytes.Count(text, []byte("<"))
	if !special {
		marks -= len(tags.FindAllIndex(text, -1))
	}
	return len(text)/200 + len(text)*marks/500
}

var tags = regexp.MustCompile(`<[a-zA-Z/!]`)

// checkSize bounds what html/template has to go through to find out how to escape: a
// template again in each of the places that it is in, and each loop twice, also the
// loops in it. A template within itself it would go through for ever in some places.
func checkSize(t *template.Template, from map[string]string, files map[string]string) error {
	special := false
	for _, text := range files {
		special = special || specialTags.MatchString(text)
	}
	done := map[string]*int{} // nil while it is gone through
	var parts func(name string) (int, error)
	var list func(file string, tree *parse.Tree, l *parse.ListNode) (int, error)
	list = func(file string, tree *parse.Tree, l *parse.ListNode) (sum int, err error) {
		if l == nil {
			return 0, nil
		}
		for _, n := range l.Nodes {
			sum++
			var more, other int
			switch n := n.(type) {
			case *parse.TextNode:
				more = textParts(n.Text, special)
			case *parse.IfNode:
				if more, err = list(file, tree, n.List); err == nil {
					other, err = list(file, tree, n.ElseList)
				}
			case *parse.WithNode:
				if more, err = list(file, tree, n.List); err == nil {
					other, err = list(file, tree, n.ElseList)
				}
			case *parse.RangeNode:
				if more, err = list(file, tree, n.List); err == nil {
					other, err = list(file, tree, n.ElseList)
				}
				more = 2*more + 10
			case *parse.TemplateNode:
				if within, visited := done[n.Name]; visited && within == nil {
					return 0, layoutFault(file, tree, n, fmt.Sprintf("the template %q is within itself", n.Name))
				}
				more, err = parts(n.Name)
				more += 10
			}
			if err != nil {
				return 0, err
			}
			if sum += more + other; sum > maxParts {
				return 0, layoutFault(file, tree, n, fmt.Sprintf("the templates and loops within each other are too many: expected fewer than %d parts of a page", maxParts))
			}
		}
		return sum, nil
	}
	parts = func(name string) (int, error) {
		if known := done[name]; known != nil {
			return *known, nil
		}
		one := t.Lookup(name)
		if one == nil || one.Tree == nil {
			return 0, nil // which is said when it is looked for
		}
		done[name] = nil
		sum, err := list(from[name], one.Tree, one.Tree.Root)
		done[name] = &sum
		return sum, err
	}
	_, err := parts(t.Name())
	return err
}
