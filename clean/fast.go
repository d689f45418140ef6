package clean

import (
	"html"
	"strings"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Most content that partners send is well-formed, with nothing in it that could
// be read in two ways. fast cleans such content in one pass, to the same bytes as
// the long way by the parser and bluemonday, and gives up on any other. That it
// comes to the same is what FuzzFast tests.

// A kind is what an element may stand in, for fast.
type kind uint8

const (
	inline    kind = 1 + iota // anywhere where text may be
	block                     // where text may be, but not in a paragraph
	void                      // inline, and without an end tag
	silent                    // inline, and left out
	rule                      // hr: void, but not in a paragraph
	heading                   // block, but not in another heading
	paragraph                 // block, but not in another paragraph
	link                      // inline, but not in another link
	listItem                  // only in a list
	term                      // only in a dl
	tablePart                 // only in a table
	tableRow                  // only in a tablePart
	tableCell                 // only in a tableRow
)

var kinds = map[atom.Atom]kind{
	atom.A: link, atom.Abbr: inline, atom.B: inline, atom.Bdi: inline, atom.Bdo: inline, atom.Br: void,
	atom.Cite: inline, atom.Code: inline, atom.Del: inline, atom.Dfn: inline, atom.Em: inline, atom.I: inline,
	atom.Img: void, atom.Ins: inline, atom.Kbd: inline, atom.Mark: inline, atom.Q: inline, atom.S: inline,
	atom.Samp: inline, atom.Small: inline, atom.Span: silent, atom.Strong: inline, atom.Sub: inline,
	atom.Sup: inline, atom.Time: inline, atom.U: inline, atom.Var: inline, atom.Wbr: void,

	atom.Address: block, atom.Article: block, atom.Aside: block, atom.Blockquote: block, atom.Details: block,
	atom.Div: block, atom.Dl: block, atom.Figcaption: block, atom.Figure: block, atom.Footer: block,
	atom.Header: block, atom.Ol: block, atom.Pre: block, atom.Section: block, atom.Summary: block,
	atom.Table: block, atom.Ul: block, atom.Hr: rule, atom.P: paragraph,
	atom.H1: heading, atom.H2: heading, atom.H3: heading, atom.H4: heading, atom.H5: heading, atom.H6: heading,

	atom.Li: listItem, atom.Dd: term, atom.Dt: term,
	atom.Thead: tablePart, atom.Tbody: tablePart, atom.Tfoot: tablePart, atom.Tr: tableRow,
	atom.Td: tableCell, atom.Th: tableCell,
}

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
		if c := name[i]; !isASCIILetter(c) && (c < '0' || c > '9') && (c != '#' || i > 1) {
			return "", 0
		}
	}
	char := html.UnescapeString(name)
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
	closing := len(s) > 1 && s[1] == '/'
	at := 1
	if closing {
		at = 2
	}
	end := at
	for end < len(s) && ('a' <= s[end] && s[end] <= 'z' || '0' <= s[end] && s[end] <= '9') {
		end++
	}
	name := atom.Lookup([]byte(s[at:end]))
	k := kinds[name]
	if k == 0 || end == len(s) {
		return false
	}
	if closing {
		if s[end] != '>' || name != f.top() {
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
	if !f.mayStand(name, k) {
		return false
	}
	f.in = s[end:]
	return f.attributes() && f.start(name, k)
}

// mayStand says whether the parser would put the element where it stands.
func (f *fast) mayStand(name atom.Atom, k kind) bool {
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

// attributes reads the rest of a start tag into f.node.
func (f *fast) attributes() bool {
	f.node.Attr, f.slash = f.node.Attr[:0], false
	s := f.in
	for {
		trimmed := strings.TrimLeft(s, " \t\n")
		if trimmed == "" {
			return false
		}
		if trimmed[0] == '>' {
			f.in = trimmed[1:]
			return true
		}
		if strings.HasPrefix(trimmed, "/>") {
			f.in, f.slash = trimmed[2:], true
			return true
		}
		if len(trimmed) == len(s) {
			return false
		}
		s = trimmed
		end := 0
		for end < len(s) && ('a' <= s[end] && s[end] <= 'z' || '0' <= s[end] && s[end] <= '9' || s[end] == '-') {
			end++
		}
		if end == 0 || end == len(s) || len(f.node.Attr) > 50 {
			return false
		}
		key := s[:end]
		if s = s[end:]; !strings.HasPrefix(s, `="`) && !strings.HasPrefix(s, `='`) {
			return false
		}
		close := strings.IndexByte(s[2:], s[1])
		if close < 0 {
			return false
		}
		val, ok := value(s[2 : 2+close])
		if !ok {
			return false
		}
		for _, a := range f.node.Attr {
			if a.Key == key {
				return false
			}
		}
		f.node.Attr = append(f.node.Attr, nethtml.Attribute{Key: key, Val: val})
		s = s[2+close+1:]
	}
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
		for end < len(s) && (isASCIILetter(s[end]) || '0' <= s[end] && s[end] <= '9' || s[end] == '_') {
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
func (f *fast) start(name atom.Atom, k kind) bool {
	isVoid := k == void || k == rule
	if f.slash && !isVoid {
		return false
	}
	if name == atom.Pre && strings.HasPrefix(f.in, "\n") || len(f.stack) > maxFastDepth {
		return false
	}
	if !isVoid {
		f.stack = append(f.stack, name)
		f.open[k]++
	}
	if k == silent {
		return true
	}
	f.node.Type, f.node.DataAtom = nethtml.ElementNode, name
	if keep, _ := f.element(&f.node); !keep {
		return isVoid
	}
	f.out.WriteByte('<')
	f.out.WriteString(name.String())
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
	if name == atom.Pre {
		f.pre = f.out.Len()
	}
	return true
}
