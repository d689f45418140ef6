// Package htmlweight tells beforehand how much the parser of HTML may build of a
// content, so that content of strangers need not be parsed to find out.
//
// That may be much more than it reads. A mark (b, a, font, …) that is not ended
// where it should be is begun again in every paragraph that follows, with all its
// attributes: 10 KB come to gigabytes. The attributes of each html tag are added
// to those of the ones before: 1 MB of them takes minutes. The parser can't be
// stopped, nor asked.
//
// The reckoning is never too low, by more than what is written once: each tag
// may bring back each mark that is not surely ended, and of the same mark three
// (HTML, 13.2.4.3). It may be too high, for content that is not written strictly.
package htmlweight

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/automationregion/newsletter/internal/htmltext"
)

// Max is what may be built of one content, in bytes of memory by the reckoning.
const Max = 100 << 20

const (
	node      = 120 // an element
	attribute = 48
	rootAttr  = 100  // an attribute of the whole page, which each further tag of it looks through
	deepest   = 4096 // elements within each other, beyond what is read or remembered
	same      = 3    // of the same mark the parser remembers so many
)

// Mark says whether the parser begins an element again (HTML, 13.2.4.3).
func Mark(el atom.Atom) bool { return marks[el] }

var marks = map[atom.Atom]bool{
	atom.A: true, atom.B: true, atom.Big: true, atom.Code: true, atom.Em: true, atom.Font: true, atom.I: true, atom.Nobr: true,
	atom.S: true, atom.Small: true, atom.Strike: true, atom.Strong: true, atom.Tt: true, atom.U: true,
}

// plain elements are those besides marks that end nothing which stands around
// them, or nothing but a paragraph and the like, and that end with their end tag.
var plain = map[atom.Atom]bool{
	atom.Abbr: true, atom.Bdi: true, atom.Bdo: true, atom.Cite: true, atom.Del: true, atom.Dfn: true, atom.Ins: true, atom.Kbd: true,
	atom.Mark: true, atom.Q: true, atom.Samp: true, atom.Span: true, atom.Sub: true, atom.Sup: true, atom.Time: true, atom.Var: true,

	atom.Address: true, atom.Article: true, atom.Aside: true, atom.Blockquote: true, atom.Details: true, atom.Div: true, atom.Dl: true,
	atom.Figcaption: true, atom.Figure: true, atom.Footer: true, atom.Header: true, atom.Ol: true, atom.Pre: true, atom.Section: true,
	atom.Summary: true, atom.Ul: true, atom.P: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true,
	atom.H6: true, atom.Li: true, atom.Dd: true, atom.Dt: true,
}

// void elements are plain and have no end tag.
var void = map[atom.Atom]bool{atom.Br: true, atom.Img: true, atom.Wbr: true, atom.Hr: true}

// A Weight is what the parser may build of a content.
type Weight struct {
	tags  int
	loose int64          // weight of the marks that may come again
	known map[string]int // how often each of those was there
	roots int64          // tags of the whole page, html and body
	attrs int64          // the attributes of those
	stack []openTag      // since the last thing that is not plain
	ended []int          // where the tags of the other marks are
}

type openTag struct {
	el     atom.Atom
	at     int
	weight int64
	tag    string
}

// Of weighs content. It takes a mark as ended only where nothing but plain
// elements, each ended in its turn, stands between its tags; and it reads the
// content as text, so that nothing which only the parser takes as a tag goes
// unseen.
func Of(content string) *Weight {
	w := &Weight{}
	for pos := 0; ; {
		i := strings.IndexByte(content[pos:], '<')
		if i < 0 || pos+i+1 == len(content) {
			break
		}
		pos += i
		s := content[pos:]
		switch c := s[1]; {
		case c == '/':
			w.tags++
			w.end(s, pos)
		case htmltext.IsLetter(c):
			w.tags++
			w.start(s, pos)
		case c == '!' || c == '?':
			w.drop()
		}
		pos++
	}
	w.drop()
	slices.Sort(w.ended)
	return w
}

// end takes the end tag that s begins with.
func (w *Weight) end(s string, pos int) {
	name := htmltext.TagName(s[:min(len(s), 40)])
	el := htmltext.Lookup(name)
	top := len(w.stack) - 1
	if top < 0 || el == 0 || w.stack[top].el != el || !strings.HasPrefix(s[2+len(name):], ">") {
		w.drop()
		return
	}
	if marks[el] {
		w.ended = append(w.ended, w.stack[top].at, pos)
	}
	w.stack = w.stack[:top]
}

// start takes the start tag that s begins with.
func (w *Weight) start(s string, pos int) {
	tag, attrs := strictTag(s)
	el := htmltext.Lookup(htmltext.TagName(s[:min(len(s), 40)]))
	if tag == "" && (marks[el] || el == atom.Html || el == atom.Body) {
		attrs = w.attributes(s)
	}
	if el == atom.Html || el == atom.Body {
		w.roots++
		w.attrs += int64(attrs)
	}
	weight := int64(node + attribute*attrs + len(tag))
	switch {
	case tag == "":
		w.drop()
		if marks[el] {
			w.loose += weight
		}
	case marks[el] || plain[el]:
		if len(w.stack) == deepest {
			w.drop()
		}
		w.stack = append(w.stack, openTag{el, pos, weight, tag})
	case void[el]:
	default:
		w.drop()
	}
}

// attributes returns at most how many attributes the start tag has that s begins
// with, if it is one.
func (w *Weight) attributes(s string) int {
	const near = 4 << 10
	if !w.Heavy() {
		z := html.NewTokenizer(strings.NewReader(s[:min(len(s), near)]))
		z.Next()
		if raw := z.Raw(); len(raw) > 0 && raw[len(raw)-1] == '>' { // the tag is whole
			return len(z.Token().Attr)
		}
	}
	return len(s) / 2 // one has a letter and a space
}

// drop takes the marks that are open as such that may come again.
func (w *Weight) drop() {
	for _, o := range w.stack {
		if !marks[o.el] || w.known[o.tag] == same {
			continue
		}
		if w.known == nil {
			w.known = map[string]int{}
		}
		w.known[o.tag]++
		w.loose += o.weight
	}
	w.stack = w.stack[:0]
}

// Bytes returns the weight, in bytes of memory.
func (w *Weight) Bytes() int64 {
	return int64(w.tags)*(node+w.loose) + rootAttr*w.roots*w.attrs
}

// Heavy says whether the parser may build too much.
func (w *Weight) Heavy() bool { return w.Bytes() > Max }

// Ended says whether the tag at an offset in the content is of a mark that surely
// ends where it should.
func (w *Weight) Ended(at int) bool {
	_, ok := slices.BinarySearch(w.ended, at)
	return ok
}

// Strict says whether a start tag is written so that its weight is known.
func Strict(tag string) bool {
	t, _ := strictTag(tag)
	return t == tag
}

// strictTag returns the start tag that s begins with, and how many attributes it
// has. It is empty if it isn't written so that every reader sees it end where it
// does, and no tag in it.
func strictTag(s string) (string, int) {
	i := 1
	for i < len(s) && (htmltext.IsLetter(s[i]) || '0' <= s[i] && s[i] <= '9') {
		i++
	}
	for attrs := 0; i < len(s); attrs++ {
		from := i
		for i < len(s) && (s[i] == ' ' || s[i] == '\t' || s[i] == '\n' || s[i] == '\r') {
			i++
		}
		if i == len(s) {
			break
		}
		if s[i] == '>' {
			return s[:i+1], attrs
		}
		if strings.HasPrefix(s[i:], "/>") {
			return s[:i+2], attrs
		}
		name := i
		for i < len(s) && s[i] > ' ' && strings.IndexByte("\"'`<>/=", s[i]) < 0 {
			i++
		}
		if i == name || from == name || i == len(s) {
			break
		}
		if s[i] != '=' {
			continue
		}
		if i++; i == len(s) {
			break
		}
		if s[i] == '"' || s[i] == '\'' {
			n := strings.IndexByte(s[i+1:], s[i])
			if n < 0 || strings.IndexByte(s[i+1:i+1+n], '<') >= 0 {
				break
			}
			i += n + 2
			continue
		}
		value := i
		for i < len(s) && s[i] > ' ' && strings.IndexByte("\"'`<>", s[i]) < 0 && !strings.HasPrefix(s[i:], "/>") {
			i++
		}
		if i == value {
			break
		}
	}
	return "", 0
}
