package html

import (
	"html"
	"slices"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/automationregion/newsletter/internal/text"
)

// Tags goes once through a piece of HTML, from tag to tag. Comments and declarations
// are passed.
type Tags struct {
	s       string
	At, End int       // where the tag stands
	Name    string    // as it is written
	El      atom.Atom // 0 if HTML has none of the name
	Is      Element
	Closing bool // it is an end tag
}

// In returns the tags in a piece of HTML.
func In(s string) Tags { return Tags{s: s} }

// Next goes on to the next tag, and reports whether there is one.
func (t *Tags) Next() bool {
	for t.markup() {
		if t.Name != "" {
			return true
		}
	}
	return false
}

// markup goes on to what begins with the next "<", whatever that is.
func (t *Tags) markup() bool {
	i := strings.IndexByte(t.s[t.End:], '<')
	if i < 0 {
		t.At, t.End = len(t.s), len(t.s)
		return false
	}
	t.At = t.End + i
	s := t.s[t.At:]
	from, to := nameOf(s)
	t.Name = s[from:to]
	if t.Name == "" {
		t.End = t.At + otherEnd(s)
		return true
	}
	t.End = t.At + tagEnd(s, to)
	t.El = Lookup(t.Name)
	t.Is = elements[t.El]
	t.Closing = from == 2
	return true
}

// Text is the tag as it is written.
func (t *Tags) Text() string { return t.s[t.At:t.End] }

// ClosesItself reports whether the tag ends in "/>", which means something in drawings
// and formulas alone.
func (t *Tags) ClosesItself() bool { return strings.HasSuffix(t.Text(), "/>") }

// PassRaw passes what follows a start tag and is no markup, because the element is a
// script or the like.
func (t *Tags) PassRaw() {
	if t.Is&Raw != 0 && !t.Closing {
		n, _ := RawText(t.Name, t.s[t.End:])
		t.End += n
	}
}

// RawText returns how much of rest, which follows the start tag of a raw element, is
// no markup, and whether the end tag follows.
func RawText(name, rest string) (int, bool) {
	for from := 0; ; {
		i := strings.Index(rest[from:], "</")
		if i < 0 {
			return len(rest), false
		}
		from += i
		if after := rest[from+2:]; len(after) >= len(name) && strings.EqualFold(after[:len(name)], name) &&
			(len(after) == len(name) || text.IsSpace(after[len(name)]) || after[len(name)] == '>' || after[len(name)] == '/') {
			return from, true
		}
		from += 2
	}
}

// MarkupEnd returns where the tag, comment or declaration that s begins with
// ends; 1 if the "<" begins none.
func MarkupEnd(s string) int {
	if from, to := nameOf(s); from < to {
		return tagEnd(s, to)
	}
	return otherEnd(s)
}

// tagEnd is MarkupEnd for a tag whose name ends at a place.
func tagEnd(s string, name int) int {
	if name < len(s) && s[name] == '>' { // as most do
		return name + 1
	}
	a := AttributesFrom(s, name)
	for a.Next() {
	}
	if end := a.TagEnd(); end > 0 {
		return end
	}
	return len(s)
}

// otherEnd is MarkupEnd for what is no tag.
func otherEnd(s string) int {
	end := 0
	switch {
	case strings.HasPrefix(s, "<!--"):
		if end = strings.Index(s[2:], "-->"); end >= 0 {
			return end + 5
		}
	case len(s) > 1 && (s[1] == '/' || s[1] == '!' || s[1] == '?'):
		end = strings.IndexByte(s, '>')
	}
	if end < 0 {
		return len(s)
	}
	return end + 1
}

// HasMarkup reports whether a piece of text has what begins a tag, a comment or a
// declaration, so that who takes it for HTML sees more than text.
func HasMarkup(s string) bool {
	for i := range len(s) - 1 {
		if c := s[i+1]; s[i] == '<' && (text.IsLetter(c) || c == '/' || c == '!' || c == '?') {
			return true
		}
	}
	return false
}

// TagName returns the name of the start tag or end tag that s begins with, or "".
func TagName(s string) string {
	from, to := nameOf(s)
	return s[from:to]
}

// nameOf returns where the name of a tag stands; nowhere if s begins with none.
func nameOf(s string) (from, to int) {
	from = 1
	if len(s) > 1 && s[1] == '/' {
		from = 2
	}
	if len(s) <= from || !text.IsLetter(s[from]) {
		return from, from
	}
	to = from + 1
	for to < len(s) && !text.IsSpace(s[to]) && s[to] != '>' && s[to] != '/' {
		to++
	}
	return from, to
}

// An Attribute is one of a tag, where it stands there. It goes through all of them.
type Attribute struct {
	s          string
	Name       string // as it is written
	Value      string // as it is written, without its quotes
	At         int    // where the name begins
	Start, End int    // where the value stands, with its quotes
	Quote      byte   // 0 for none
}

// Attributes returns those of the tag that s begins with.
func Attributes(s string) Attribute {
	_, to := nameOf(s)
	return AttributesFrom(s, to)
}

// AttributesFrom returns those of a tag whose name ends at a place.
func AttributesFrom(s string, at int) Attribute { return Attribute{s: s, End: at} }

// Next goes on to the next attribute, and reports whether there is one. A quote
// quotes only where a value begins (HTML, section 13.2.5).
func (a *Attribute) Next() bool {
	s, i := a.s, a.End
	for i < len(s) && (text.IsSpace(s[i]) || s[i] == '/') {
		i++
	}
	a.At, a.End = i, i
	if i >= len(s) || s[i] == '>' {
		return false
	}
	i++ // a name's first byte may be anything, "=" too
	for i < len(s) && s[i] != '=' && s[i] != '/' && s[i] != '>' && !text.IsSpace(s[i]) {
		i++
	}
	a.Name, a.Value, a.Quote = s[a.At:i], "", 0
	a.Start, a.End = i, i
	for i < len(s) && text.IsSpace(s[i]) {
		i++
	}
	if i >= len(s) || s[i] != '=' {
		return true
	}
	i++
	for i < len(s) && text.IsSpace(s[i]) {
		i++
	}
	a.Start = i
	if i < len(s) && (s[i] == '"' || s[i] == '\'') {
		a.Quote = s[i]
		n := strings.IndexByte(s[i+1:], s[i])
		if n < 0 {
			a.End = len(s)
			return false
		}
		a.Value, a.End = s[i+1:i+1+n], i+n+2
		return true
	}
	for i < len(s) && s[i] != '>' && !text.IsSpace(s[i]) {
		i++
	}
	a.Value, a.End = s[a.Start:i], i
	return true
}

// Text returns the value with its references decoded. A name without its ";" before a
// letter, a digit or "=" is that of a parameter (HTML, section 13.2.5.73).
func (a *Attribute) Text() string {
	s := a.Value
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	var b strings.Builder
	for s != "" {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			break
		}
		b.WriteString(s[:i])
		s = s[i:]
		n := 1
		for n < len(s) && (text.IsAlnum(s[n]) || n == 1 && s[n] == '#') {
			n++
		}
		isParameter := n < len(s) && s[n] == '='
		if n < len(s) && s[n] == ';' {
			n++
		}
		meant := html.UnescapeString(s[:n])
		if last := meant[len(meant)-1]; !strings.HasPrefix(s, "&#") && (isParameter || text.IsAlnum(last) || last == ';' && len(meant) > 1) {
			meant = s[:n] // the name, or the rest of it, is none
		}
		b.WriteString(meant)
		s = s[n:]
	}
	return b.String() + s
}

// TagEnd returns where the tag ends whose attributes were all gone through; 0 if it
// never does.
func (a *Attribute) TagEnd() int {
	if a.End >= len(a.s) {
		return 0
	}
	return a.End + 1
}

// maxAttributes is how many attributes of a tag are looked at.
const maxAttributes = 256

// Each yields the attributes of a start tag with their names in small letters: of
// several with one name the first, as all others count for nothing.
func Each(tag string) func(yield func(name string, a *Attribute) bool) {
	return func(yield func(string, *Attribute) bool) {
		var seen []string
		for a := Attributes(tag); len(seen) < maxAttributes && a.Next(); {
			name := strings.ToLower(a.Name)
			if slices.Contains(seen, name) {
				continue
			}
			seen = append(seen, name)
			if !yield(name, &a) {
				return
			}
		}
	}
}
