package htmltext

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// Walk goes once through a piece of HTML and hands over what it is made of, as it
// is written: text, and start tags and end tags with the element that they name,
// 0 if HTML has none of that name. Comments are passed, and what stands in
// dropped elements; their start tags are handed over.
func Walk(s string, text func(string), tag func(s string, el atom.Atom)) {
	t := pass{s: s}
	for t.pos < len(s) {
		i := strings.IndexByte(s[t.pos:], '<')
		if i < 0 {
			text(s[t.pos:])
			return
		}
		if i > 0 {
			text(s[t.pos : t.pos+i])
			t.pos += i
		}
		start := t.pos
		markup := s[start : start+MarkupEnd(s[start:])]
		t.pos += len(markup)
		if markup == "<" {
			text(markup)
			continue
		}
		name := TagName(markup)
		if name == "" {
			continue
		}
		el := Lookup(name)
		tag(markup, el)
		if markup[1] == '/' {
			continue
		}
		switch roles[el] {
		case raw:
			t.pos += RawText(markup, s[t.pos:])
		case container:
			t.skip(el, markup, start)
		}
	}
}

// A pass goes once through a piece of HTML.
type pass struct {
	s       string
	pos     int
	counted int               // up to where open is right
	open    map[atom.Atom]int // how many elements are open around pos
}

// skip passes what is in the dropped element whose start tag stands at start:
// until its end tag, or where a parser would end it without one.
func (t *pass) skip(el atom.Atom, tag string, start int) {
	foreign := el == atom.Svg || el == atom.Math
	if foreign && strings.HasSuffix(tag, "/>") {
		return
	}
	t.count(start)
	inside := map[atom.Atom]int{el: 1}
	within := 0 // elements of HTML, in a drawing or a formula
	for t.pos < len(t.s) {
		i := strings.IndexByte(t.s[t.pos:], '<')
		if i < 0 {
			t.pos = len(t.s)
			break
		}
		t.pos += i
		at := t.pos
		tag := t.s[at : at+MarkupEnd(t.s[at:])]
		t.pos += len(tag)
		name := TagName(tag)
		if name == "" {
			continue
		}
		other := Lookup(name)
		if tag[1] == '/' {
			switch {
			case inside[other] > 0:
				inside[other]--
				if integration[other] {
					within--
				}
				if other == el && inside[el] == 0 {
					t.counted = t.pos
					return
				}
			case t.open[other] > 0 && !walled[el] && other != 0:
				t.pos, t.counted = at, at
				return
			}
			continue
		}
		switch {
		case foreign && within == 0 && breakout[other], el == atom.Option && (other == atom.Option || other == atom.Optgroup):
			t.pos, t.counted = at, at
			return
		case el == atom.Select && (other == atom.Select || other == atom.Input || other == atom.Textarea):
			t.counted = t.pos
			return
		case el == other && (el == atom.Button || el == atom.Optgroup):
			continue
		case foreign && strings.HasSuffix(tag, "/>"), void[other]:
			continue
		}
		inside[other]++
		if foreign && integration[other] {
			within++
		}
		if !foreign {
			t.pos += RawText(tag, t.s[t.pos:])
		}
	}
	t.counted = t.pos
}

// count goes on counting what is open, up to a place.
func (t *pass) count(to int) {
	if t.open == nil {
		t.open = map[atom.Atom]int{}
	}
	for t.counted < to {
		i := strings.IndexByte(t.s[t.counted:to], '<')
		if i < 0 {
			break
		}
		t.counted += i
		tag := t.s[t.counted : t.counted+MarkupEnd(t.s[t.counted:])]
		t.counted += len(tag)
		name := TagName(tag)
		if name == "" {
			continue
		}
		switch el := Lookup(name); {
		case tag[1] != '/':
			if !void[el] {
				t.open[el]++
			}
			t.counted += RawText(tag, t.s[t.counted:])
		case t.open[el] > 0:
			t.open[el]--
		}
	}
	t.counted = max(t.counted, to)
}

// walled are the dropped elements that no end tag of an element around them ends.
var walled = map[atom.Atom]bool{atom.Template: true, atom.Object: true, atom.Applet: true, atom.Select: true}

// void elements have no end tag.
var void = map[atom.Atom]bool{
	atom.Area: true, atom.Base: true, atom.Br: true, atom.Col: true, atom.Embed: true, atom.Frame: true, atom.Hr: true, atom.Img: true,
	atom.Input: true, atom.Link: true, atom.Meta: true, atom.Param: true, atom.Source: true, atom.Track: true, atom.Wbr: true,
}

// integration are the elements of SVG and MathML that HTML may stand in.
var integration = map[atom.Atom]bool{
	atom.Lookup([]byte("foreignobject")): true, atom.Desc: true, atom.Title: true, atom.Mi: true, atom.Mo: true, atom.Mn: true,
	atom.Ms: true, atom.Mtext: true, atom.Lookup([]byte("annotation-xml")): true,
}

// breakout are the elements of HTML that end a drawing or a formula which they
// stand in (HTML, 13.2.6.5).
var breakout = map[atom.Atom]bool{
	atom.B: true, atom.Big: true, atom.Blockquote: true, atom.Body: true, atom.Br: true, atom.Center: true, atom.Code: true, atom.Dd: true,
	atom.Div: true, atom.Dl: true, atom.Dt: true, atom.Em: true, atom.Embed: true, atom.H1: true, atom.H2: true, atom.H3: true,
	atom.H4: true, atom.H5: true, atom.H6: true, atom.Head: true, atom.Hr: true, atom.I: true, atom.Img: true, atom.Li: true,
	atom.Listing: true, atom.Menu: true, atom.Meta: true, atom.Nobr: true, atom.Ol: true, atom.P: true, atom.Pre: true, atom.Ruby: true,
	atom.S: true, atom.Small: true, atom.Span: true, atom.Strong: true, atom.Strike: true, atom.Sub: true, atom.Sup: true,
	atom.Table: true, atom.Tt: true, atom.U: true, atom.Ul: true, atom.Var: true,
}
