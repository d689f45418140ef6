package clean

import (
	stdhtml "html"
	"strings"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/automationregion/newsletter/internal/html"
	"github.com/automationregion/newsletter/internal/text"
)

// Most content that partners send is well-formed, with nothing in it that could
// be read in two ways. fast cleans such content in one pass, to the same bytes as
// the long way by the parser and bluemonday, and gives up on any other.
//
// It is a second way for speed alone: the first visits to all partners would take
// many times as long without it (BENCHMARKS.md). It costs this file, and that each
// row of the table in allow.go says where the parser lets an element stand. What is
// kept, and how an attribute may be, both ways have from that table; that they come to
// the same bytes is what FuzzFast tests.

// maxFastDepth is well below what the parser takes.
const maxFastDepth = 100

// A fast is one pass over a content.
type fast struct {
	cleaner
	in    string
	out   strings.Builder
	limit int // of out: what comes to more is given up
	stack []atom.Atom
	open  [tableCell + 1]int // how many elements of a kind are open
	node  nethtml.Node       // the tag that is read
	slash bool               // it ends in "/>"
	pre   int                // where the start tag of a pre ends in out
}

// cleanFast returns what clean does, or false if it is to take the long way.
func cleanFast(content string, c cleaner, limit int) (string, bool) {
	f := fast{cleaner: c, in: content, limit: limit}
	f.out.Grow(min(len(content), limit))
	for f.in != "" && f.out.Len() <= limit {
		i := strings.IndexByte(f.in, '<')
		if i < 0 {
			i = len(f.in)
		}
		if i > 0 && !f.text(f.in[:i]) {
			return "", false
		}
		if f.in = f.in[i:]; f.in != "" && !f.tag() {
			return "", false
		}
	}
	return strings.TrimSpace(f.out.String()), len(f.stack) == 0 && f.in == ""
}

func (f *fast) top() atom.Atom {
	if len(f.stack) == 0 {
		return 0
	}
	return f.stack[len(f.stack)-1]
}

// text writes text.
func (f *fast) text(s string) bool {
	switch f.top() {
	case atom.Table, atom.Thead, atom.Tbody, atom.Tfoot, atom.Tr: // only space may stand there
		if strings.Trim(s, " \t\n") != "" {
			return false
		}
	}
	if s[0] == '\n' && f.pre > 0 && f.pre == f.out.Len() {
		f.out.WriteByte('\n') // the first in a pre is no line to readers of HTML
	}
	for {
		i := uncopied(s)
		f.out.WriteString(s[:i])
		if s = s[i:]; s == "" {
			return true
		}
		if f.out.Len() > f.limit {
			return false
		}
		switch s[0] {
		case '>':
			f.out.WriteString("&gt;")
			s = s[1:]
		case '&':
			char, n := entity(s)
			if n == 0 {
				return false
			}
			f.escape(char, false)
			s = s[n:]
		default:
			return false
		}
	}
}

// uncopied returns where the first character is in a text that can't be copied.
func uncopied(s string) int {
	for i := range len(s) {
		if c := s[i]; c == '&' || c == '>' || c < ' ' && c != '\n' && c != '\t' {
			return i
		}
	}
	return len(s)
}

// entity returns the character that s begins with the name of, and how long the
// name is; 0 if it isn't certain to be one.
func entity(s string) (string, int) {
	end := strings.IndexByte(s[:min(len(s), 32)], ';')
	if end < 2 {
		return "", 0
	}
	name := s[:end+1]
	switch name {
	case "&amp;":
		return "&", end + 1
	case "&lt;":
		return "<", end + 1
	case "&gt;":
		return ">", end + 1
	}
	for i := 1; i < end; i++ {
		if c := name[i]; !text.IsAlnum(c) && (c != '#' || i > 1) {
			return "", 0
		}
	}
	char := stdhtml.UnescapeString(name)
	if char == name || strings.HasSuffix(char, ";") || strings.ContainsFunc(char, func(r rune) bool { return r < ' ' || r == 0xFFFD }) {
		return "", 0
	}
	return char, end + 1
}

// escape writes a character, or the value of an attribute.
func (f *fast) escape(s string, inTag bool) {
	for {
		i := strings.IndexAny(s, "&<>\"")
		if i < 0 {
			f.out.WriteString(s)
			return
		}
		f.out.WriteString(s[:i])
		switch s[i] {
		case '&':
			f.out.WriteString("&amp;")
		case '<':
			f.out.WriteString("&lt;")
		case '>':
			f.out.WriteString("&gt;")
		case '"':
			if inTag {
				f.out.WriteString("&#34;")
			} else {
				f.out.WriteByte('"')
			}
		}
		s = s[i+1:]
	}
}

// tag reads the tag or the comment that the rest begins with.
func (f *fast) tag() bool {
	s := f.in
	if strings.HasPrefix(s, "<!--") {
		end := strings.Index(s, "-->")
		if end < 4 || strings.HasPrefix(s, "<!-->") || strings.HasPrefix(s, "<!--->") ||
			strings.Contains(s[:end], "--!>") || strings.IndexByte(s[:end], 0) >= 0 {
			return false
		}
		f.in = s[end+3:]
		return true
	}
	name := html.TagName(s)
	closing := len(s) > 1 && s[1] == '/'
	end := 1 + len(name)
	if closing {
		end++
	}
	el := atom.Lookup([]byte(name))
	e := elements[el]
	if e == nil || e.kind == longWay || end == len(s) {
		return false
	}
	k := e.kind
	if closing {
		if s[end] != '>' || el != f.top() {
			return false
		}
		f.stack = f.stack[:len(f.stack)-1]
		f.open[k]--
		f.in = s[end+1:]
		if k != silent {
			f.out.WriteString(s[:end+1])
		}
		return true
	}
	return f.mayStand(el, k) && f.attributes(s, end) && f.start(el, k)
}

// mayStand says whether the parser would put the element where it stands.
func (f *fast) mayStand(el atom.Atom, k kind) bool {
	top := f.top()
	switch k {
	case listItem:
		return top == atom.Ul || top == atom.Ol
	case term:
		return top == atom.Dl
	case tablePart:
		return top == atom.Table
	case tableRow:
		return top == atom.Thead || top == atom.Tbody || top == atom.Tfoot
	case tableCell:
		return top == atom.Tr
	}
	switch top {
	case atom.Table, atom.Thead, atom.Tbody, atom.Tfoot, atom.Tr:
		return false
	}
	switch k {
	case block, rule, paragraph:
		return f.open[paragraph] == 0
	case heading:
		return f.open[paragraph] == 0 && f.open[heading] == 0
	case link:
		return f.open[link] == 0
	}
	return true
}

// attributes reads those of the start tag that s begins with into f.node: quoted ones
// with plain names, each once.
func (f *fast) attributes(s string, at int) bool {
	f.node.Attr = f.node.Attr[:0]
	a := html.AttributesFrom(s, at)
	for ; a.Next(); at = a.End {
		if at == a.At || !isBlank(s[at:a.At]) || a.Quote == 0 || a.Start != a.At+len(a.Name)+1 || !isPlainName(a.Name) || len(f.node.Attr) > 50 {
			return false
		}
		for i := range f.node.Attr {
			if f.node.Attr[i].Key == a.Name {
				return false
			}
		}
		val, ok := value(a.Value)
		if !ok {
			return false
		}
		f.node.Attr = append(f.node.Attr, nethtml.Attribute{Key: a.Name, Val: val})
	}
	end := a.TagEnd()
	if end == 0 {
		return false
	}
	f.in = s[end:]
	f.slash = s[end-2] == '/' && end-2 >= at
	return isBlank(strings.TrimSuffix(s[at:end-1], "/"))
}

func isBlank(s string) bool { return s == " " || strings.Trim(s, " \t\n") == "" }

func isPlainName(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && !text.IsDigit(c) && c != '-' {
			return false
		}
	}
	return true
}

// value returns the value of an attribute.
func value(s string) (string, bool) {
	plain := true
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' && c != '\n' && c != '\t':
			return "", false
		case c == '&':
			plain = false
		}
	}
	if plain {
		return s, true
	}
	var b strings.Builder
	for s != "" {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			break
		}
		b.WriteString(s[:i])
		s = s[i:]
		if char, n := entity(s); n > 0 {
			b.WriteString(char)
			s = s[n:]
			continue
		}
		// A name that ends in "=" is that of a parameter.
		end := 1
		for end < len(s) && (text.IsAlnum(s[end]) || s[end] == '_') {
			end++
		}
		if end == 1 || end == len(s) || s[end] != '=' {
			return "", false
		}
		b.WriteString(s[:end])
		s = s[end:]
	}
	b.WriteString(s)
	return b.String(), true
}

// start writes the start tag in f.node.
func (f *fast) start(el atom.Atom, k kind) bool {
	isVoid := k == void || k == rule
	if f.slash && !isVoid {
		return false
	}
	if el == atom.Pre && strings.HasPrefix(f.in, "\n") || len(f.stack) > maxFastDepth {
		return false
	}
	if !isVoid {
		f.stack = append(f.stack, el)
		f.open[k]++
	}
	if k == silent {
		return true
	}
	f.node.Type, f.node.DataAtom = nethtml.ElementNode, el
	if keep, _ := f.element(&f.node); !keep {
		return isVoid
	}
	f.out.WriteByte('<')
	f.out.WriteString(el.String())
	for _, a := range f.node.Attr {
		f.out.WriteByte(' ')
		f.out.WriteString(a.Key)
		f.out.WriteString(`="`)
		f.escape(a.Val, true)
		f.out.WriteByte('"')
	}
	if isVoid {
		f.out.WriteByte('/')
	}
	f.out.WriteByte('>')
	if el == atom.Pre {
		f.pre = f.out.Len()
	}
	return true
}
