package clean

import (
	"html"
	"slices"
	"strings"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/automationregion/newsletter/internal/htmltext"
)

// What the parser of HTML builds may be much more than what it reads. A mark (b,
// a, font, …) that is not ended where it should be is begun again in every
// paragraph that follows, with all its attributes: 10 KB come to gigabytes. The
// attributes of each html tag are added to those of the ones before. So
// content is weighed before, and made thin if it is too heavy: first without what
// is dropped anyway, then without the marks that may come again. Thin content
// goes through parser and sanitizer as any other does.

// maxWeight bounds what the parser may build of one content, in bytes of memory,
// by a reckoning that is never too low.
const maxWeight = 100 << 20

const (
	nodeWeight      = 120 // an element
	attributeWeight = 48
	rootWeight      = 100 // an attribute of the whole page, which each further tag of it looks through
)

// marks are the elements that the parser begins again (HTML, 13.2.4.3).
var marks = map[atom.Atom]bool{
	atom.A: true, atom.B: true, atom.Big: true, atom.Code: true, atom.Em: true, atom.Font: true, atom.I: true, atom.Nobr: true,
	atom.S: true, atom.Small: true, atom.Strike: true, atom.Strong: true, atom.Tt: true, atom.U: true,
}

// A scale weighs content. It takes a mark as ended only where nothing but plain
// elements, each ended in its turn, stands between its tags.
type scale struct {
	tags  int
	loose int64     // weight of the marks that may come again
	roots int64     // tags of the whole page, html and body
	attrs int64     // the attributes of those
	stack []openTag // since the last thing that is not plain
	sure  []int     // where the tags of the other marks are
}

type openTag struct {
	el     atom.Atom
	weight int64
	at     int
}

// weigh reads the content as text, so that nothing which only the parser takes as
// a tag goes unseen.
func weigh(content string) *scale {
	w := &scale{}
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
			name := htmltext.TagName(s[:min(len(s), 40)])
			el := htmltext.Lookup(name)
			if top := len(w.stack) - 1; top >= 0 && el != 0 && w.stack[top].el == el && strings.HasPrefix(s[2+len(name):], ">") {
				if marks[el] {
					w.sure = append(w.sure, w.stack[top].at, pos)
				}
				w.stack = w.stack[:top]
			} else {
				w.drop()
			}
		case isASCIILetter(c):
			w.tags++
			tag, attrs := strictTag(s)
			el := htmltext.Lookup(htmltext.TagName(s[:min(len(s), 40)]))
			if tag == "" {
				attrs = len(s) / 2 // one has a letter and a space
			}
			if el == atom.Html || el == atom.Body {
				w.roots++
				w.attrs += int64(attrs)
			}
			k := kinds[el]
			switch {
			case tag == "":
				w.drop()
				if marks[el] {
					w.loose += nodeWeight + attributeWeight*int64(attrs)
				}
			case marks[el], k == inline, k == block && el != atom.Table, k == silent, k == heading, k == paragraph, k == listItem, k == term:
				w.stack = append(w.stack, openTag{el, int64(nodeWeight + attributeWeight*attrs + len(tag)), pos})
			case k == void, k == rule:
			default:
				w.drop()
			}
		case c == '!' || c == '?':
			w.drop()
		}
		pos++
	}
	w.drop()
	slices.Sort(w.sure)
	return w
}

// drop takes the marks that are open as such that may come again.
func (w *scale) drop() {
	for _, o := range w.stack {
		if marks[o.el] {
			w.loose += o.weight
		}
	}
	w.stack = w.stack[:0]
}

// heavy says whether the parser may build too much.
func (w *scale) heavy() bool {
	return int64(w.tags)*(nodeWeight+w.loose)+rootWeight*w.roots*w.attrs > maxWeight
}

// lighten returns content as it may be parsed: as it is, unless it is too long or
// too heavy; false if nothing makes it light enough.
func lighten(content string, limit int) (string, bool) {
	w := weigh(content)
	if len(content) <= limit && !w.heavy() {
		return content, true
	}
	content = thin(content)
	if w = weigh(content); w.heavy() {
		content = withoutMarks(content, w)
		w = weigh(content)
	}
	return content, len(content) <= limit && !w.heavy()
}

// strictTag returns the start tag that s begins with, and how many attributes it
// has. It is empty if it isn't written so that every reader sees it end where it
// does, and no tag in it.
func strictTag(s string) (string, int) {
	i := 1
	for i < len(s) && (isASCIILetter(s[i]) || '0' <= s[i] && s[i] <= '9') {
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
		for i < len(s) && (isASCIILetter(s[i]) || '0' <= s[i] && s[i] <= '9' || s[i] == '-' || s[i] == '_' || s[i] == ':') {
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
		for i < len(s) && (isASCIILetter(s[i]) || '0' <= s[i] && s[i] <= '9' || strings.IndexByte("-_.:%#/?&;,+", s[i]) >= 0 && !strings.HasPrefix(s[i:], "/>")) {
			i++
		}
		if i == value {
			break
		}
	}
	return "", 0
}

// maxAttribute bounds the value of an attribute in thin content, in bytes:
// addresses that servers take are shorter.
const maxAttribute = 8 << 10

// thin returns content without most of what is dropped later: what stands in
// dropped elements, comments, elements without a meaning, attributes, pictures
// that are in their own address.
func thin(content string) string {
	var b strings.Builder
	b.Grow(min(len(content), MaxBytes))
	open := map[atom.Atom]int{}
	htmltext.Walk(content, func(text string) {
		if text == "<" {
			text = "&lt;"
		}
		b.WriteString(text)
	}, func(tag string, el atom.Atom) {
		switch el {
		case atom.Html, atom.Head, atom.Body: // those of content are no page's
			return
		}
		if el == 0 || el == atom.Span || el == atom.Plaintext || htmltext.Dropped(el) || marks[el] && elements[el] == nil && !kept(el) {
			return
		}
		if tag[1] == '/' {
			if open[el] == 0 && el != atom.P && el != atom.Br {
				return
			}
			open[el]--
			b.WriteString("</" + el.String() + ">")
			return
		}
		open[el]++
		b.WriteString("<" + el.String())
		for name, value := range attributes(tag) {
			if len(value) > maxAttribute || !needed(el, name) || strings.HasPrefix(strings.ToLower(strings.TrimSpace(value)), "data:") {
				continue
			}
			b.WriteString(" " + name + `="` + nethtml.EscapeString(value) + `"`)
		}
		b.WriteByte('>')
	})
	return b.String()
}

func kept(el atom.Atom) bool { _, ok := elements[el]; return ok }

// needed says whether an attribute counts for what becomes of its element.
func needed(el atom.Atom, name string) bool {
	if el == atom.Img && (slices.Contains(imageSources, name) || name == "style" || name == "hidden") {
		return true
	}
	return slices.Contains(elements[el], name) || slices.Contains(everywhere, name)
}

// attributes are those of a start tag, the first of each name, with their values
// decoded.
func attributes(tag string) func(yield func(name, value string) bool) {
	return func(yield func(name, value string) bool) {
		var seen []string
		s := tag[1+len(htmltext.TagName(tag)):]
		for {
			s = strings.TrimLeft(s, " \t\n\r\f/")
			if s == "" || s[0] == '>' || len(seen) > 200 {
				return
			}
			end := 1
			for end < len(s) && strings.IndexByte(" \t\n\r\f/>=", s[end]) < 0 {
				end++
			}
			name, value := strings.ToLower(s[:end]), ""
			s = s[end:]
			if rest := strings.TrimLeft(s, " \t\n\r\f"); strings.HasPrefix(rest, "=") {
				s = strings.TrimLeft(rest[1:], " \t\n\r\f")
				switch {
				case s == "":
				case s[0] == '"' || s[0] == '\'':
					end := strings.IndexByte(s[1:], s[0])
					if end < 0 {
						return
					}
					value, s = s[1:1+end], s[end+2:]
				default:
					end := strings.IndexAny(s, " \t\n\r\f>")
					if end < 0 {
						end = len(s)
					}
					value, s = s[:end], s[end:]
				}
			}
			if slices.Contains(seen, name) {
				continue
			}
			seen = append(seen, name)
			if !yield(name, html.UnescapeString(value)) {
				return
			}
		}
	}
}

// withoutMarks returns thin content without the tags of the marks that may come
// again.
func withoutMarks(content string, w *scale) string {
	var b strings.Builder
	b.Grow(len(content))
	at := 0
	htmltext.Walk(content, func(text string) {
		b.WriteString(text)
		at += len(text)
	}, func(tag string, el atom.Atom) {
		_, sure := slices.BinarySearch(w.sure, at)
		if !marks[el] || sure {
			b.WriteString(tag)
		}
		at += len(tag)
	})
	return b.String()
}
