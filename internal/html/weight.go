package html

import (
	"slices"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/automationregion/newsletter/internal/text"
)

// A weight tells beforehand how much the parser of HTML may build of a content, so
// that content of strangers need not be parsed to find out.
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

// maxWeight is what may be built of one content, in bytes of memory by the reckoning.
const maxWeight = 100 << 20

const (
	node      = 120 // an element
	attribute = 48
	rootAttr  = 100  // an attribute of the whole page, which each further tag of it looks through
	deepest   = 4096 // elements within each other, beyond what is read or remembered
	same      = 3    // of the same mark the parser remembers so many
)

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

// Weigh weighs content. It takes a mark as ended only where nothing but plain
// elements, each ended in its turn, stands between its tags; and it reads the
// content as text, so that nothing which only the parser takes as a tag goes
// unseen.
func Weigh(content string) *Weight {
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
		case text.IsLetter(c):
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
	name := TagName(s[:min(len(s), 40)])
	el := Lookup(name)
	top := len(w.stack) - 1
	if top < 0 || el == 0 || w.stack[top].el != el || !strings.HasPrefix(s[2+len(name):], ">") {
		w.drop()
		return
	}
	if elements[el]&Mark != 0 {
		w.ended = append(w.ended, w.stack[top].at, pos)
	}
	w.stack = w.stack[:top]
}

// start takes the start tag that s begins with.
func (w *Weight) start(s string, pos int) {
	tag, attrs := strictTag(s)
	el := Lookup(TagName(s[:min(len(s), 40)]))
	is := elements[el]
	if tag == "" && (is&Mark != 0 || el == atom.Html || el == atom.Body) {
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
		if is&Mark != 0 {
			w.loose += weight
		}
	case is&(Mark|plain) == 0:
		w.drop()
	case is&Void == 0:
		if len(w.stack) == deepest {
			w.drop()
		}
		w.stack = append(w.stack, openTag{el, pos, weight, tag})
	}
}

// attributes returns at most how many attributes the start tag has that s begins
// with, if it is one.
func (w *Weight) attributes(s string) int {
	const near = 4 << 10
	if !w.Heavy() {
		n, a := 0, Attributes(s[:min(len(s), near)])
		for a.Next() {
			n++
		}
		if a.TagEnd() > 0 {
			return n
		}
	}
	return len(s) / 2 // one has a letter and a space
}

// drop takes the marks that are open as such that may come again.
func (w *Weight) drop() {
	for _, o := range w.stack {
		if elements[o.el]&Mark == 0 || w.known[o.tag] == same {
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
func (w *Weight) Heavy() bool { return w.Bytes() > maxWeight }

// Ended says whether the tag at an offset in the content is of a mark that surely
// ends where it should.
func (w *Weight) Ended(at int) bool {
	_, ok := slices.BinarySearch(w.ended, at)
	return ok
}

// IsStrict reports whether a start tag is written so that its weight is known.
func IsStrict(tag string) bool {
	t, _ := strictTag(tag)
	return t == tag
}

// strictTag returns the start tag that s begins with, and how many attributes it
// has. It is empty if it isn't written so that every reader sees it end where it
// does, and no tag in it.
func strictTag(s string) (string, int) {
	if next := strings.IndexByte(s[1:], '<'); next >= 0 {
		s = s[:1+next]
	}
	before := 1
	for before < len(s) && text.IsAlnum(s[before]) {
		before++
	}
	n, a := 0, AttributesFrom(s, before)
	for ; a.Next(); before = a.End {
		if !a.isStrict(before) {
			return "", 0
		}
		n++
	}
	if a.TagEnd() == 0 || before < a.End && !isBlank(strings.TrimSuffix(s[before:a.End], "/")) {
		return "", 0
	}
	return s[:a.TagEnd()], n
}

// isStrict reports whether an attribute can be read in one way alone, behind a place
// where the one before it ends.
func (a *Attribute) isStrict(before int) bool {
	if before == a.At || !isBlank(a.s[before:a.At]) || !areStrict(a.Name, "\"'`=") {
		return false
	}
	switch named := a.At + len(a.Name); {
	case a.Start == named: // it has no value
		return true
	case a.Start > named+1:
		return false
	case a.Quote != 0:
		return true
	}
	value := a.Value
	if a.s[a.End:] != "" && a.s[a.End] == '>' {
		value = strings.TrimSuffix(value, "/")
	}
	return value != "" && areStrict(value, "\"'`")
}

func isBlank(s string) bool { return s == " " || strings.Trim(s, " \t\n\r") == "" }

func areStrict(s, none string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || strings.IndexByte(none, s[i]) >= 0 {
			return false
		}
	}
	return true
}
