package parse

import (
	"bytes"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/xmlchar"
	"github.com/automationregion/newsletter/internal/xmltoken"
)

// Bounds of what is kept that no row reads. A struct takes far more room than
// the few bytes of an empty element, so that they are counted for the whole
// document.
const (
	maxExtensions     = 50_000 // elements, texts and attributes of a document
	maxExtensionDepth = 100
	longNamespace     = 64  // bytes of one that count as an attribute
	maxAside          = 300 // elements, texts and attributes of what is heard and not kept
)

// shortText is how long a text is that is likely to come again: a number, a word.
const shortText = 5

// keep reads an element that no row is for as an extension of the page.
func (d *Decoder) keep(p *page) {
	switch space := d.tok.Space; {
	case space == namespace.RDF, space == namespace.XHTML: // markup out of place
		d.skip()
		return
	case space == namespace.RSS && string(d.localName()) == "items":
		d.readOrder()
		return
	case space == namespace.RSS && d.rdf && string(d.localName()) == "textinput":
		d.keepTextInput(p)
		return
	}
	if list, ok := d.appended(p.extensions, 1); ok {
		p.extensions = list
	}
}

// extension reads the element that was just begun, with all that is in it. It
// reports false if that can't be kept.
func (d *Decoder) extension() (e newsletter.Extension, ok bool) {
	ok = d.extensionInto(&e, 1)
	return e, ok
}

// appended adds the element that was just begun to a list.
func (d *Decoder) appended(list []newsletter.Extension, depth int) ([]newsletter.Extension, bool) {
	list = append(list, newsletter.Extension{})
	if !d.extensionInto(&list[len(list)-1], depth) {
		return list[:len(list)-1], false
	}
	return list, true
}

func (d *Decoder) extensionInto(e *newsletter.Extension, depth int) bool {
	t := d.tok
	if d.entersForeign() {
		defer func() { d.foreignAt = 0 }()
	}
	ok := d.extensionTag(e)
	if ok && depth > maxExtensionDepth {
		t.Note("elements of other vocabularies stand deeper than they are read: %s", t.Local)
		ok = false
	}
	if !ok || !d.roomForExtension(weight(e)) {
		d.skip()
		*e = newsletter.Extension{}
		return false
	}
	if b, simple := t.Simple(); simple {
		e.Text = d.shortly(b)
		return true
	}
	from := len(d.words) // what the elements around this one hold is before
	text := func() {
		if s := d.shortly(d.words[from:]); trimSpace(s) != "" && d.roomForExtension(1) {
			addText(e, s)
		}
		d.words = d.words[:from]
	}
	inside := t.Depth()
	for {
		switch t.Next() {
		case xmltoken.Text:
			d.words = t.AppendText(d.words)
		case xmltoken.Start:
			text()
			if d.stopsAtLetter() {
				return true
			}
			if children, ok := d.appended(e.Children, depth+1); ok {
				e.Children = children
			}
			if d.atLetter {
				return true
			}
		case xmltoken.End:
			if t.Depth() < inside {
				if len(e.Children) > 0 {
					text()
					return true
				}
				e.Text += d.shortly(d.words[from:])
				d.words = d.words[:from]
				return true
			}
		case xmltoken.EOF:
			d.words = d.words[:from]
			return false
		}
	}
}

// addText adds text to an element after all that it has already.
func addText(e *newsletter.Extension, s string) {
	if last := len(e.Children) - 1; last >= 0 {
		e.Children[last].Tail += s
	} else {
		e.Text += s
	}
}

// skip passes over the rest of the element that was just begun, up to a letter.
func (d *Decoder) skip() {
	t := d.tok
	if !d.inHead {
		t.Skip()
		return
	}
	if d.entersForeign() {
		defer func() { d.foreignAt = 0 }()
	}
	for inside := t.Depth(); t.Depth() >= inside; {
		switch t.Next() {
		case xmltoken.Start:
			if d.stopsAtLetter() {
				return
			}
		case xmltoken.EOF:
			return
		}
	}
}

// entersForeign reports whether the element that was just begun on the title page is
// of another vocabulary than the feed, and stands in no other such. Its depth is
// remembered.
func (d *Decoder) entersForeign() bool {
	if !d.inHead || d.foreignAt != 0 {
		return false
	}
	own := namespace.RSS
	if d.isAtom() {
		own = namespace.Atom
	}
	if d.tok.Space == own {
		return false
	}
	d.foreignAt = d.tok.Depth()
	return true
}

// stopsAtLetter reports whether the present element is a letter although it stands
// within an element of the title page: that was never closed then. What stands within
// one of another vocabulary is no letter (RFC 4287, section 6.3).
func (d *Decoder) stopsAtLetter() bool {
	if !d.inHead || !d.isLetter() || d.foreignAt != 0 && d.tok.Encloses(d.foreignAt) {
		return false
	}
	d.atLetter = true
	return true
}

// shortly returns a text, the same string each time for a short one.
func (d *Decoder) shortly(b []byte) string {
	if len(b) <= shortText {
		return d.xmlText(d.intern(b))
	}
	return d.xmlText(string(b))
}

// extensionTag is the name and the attributes of the element that was just begun.
func (d *Decoder) extensionTag(e *newsletter.Extension) bool {
	t := d.tok
	e.Name = d.intern(t.Local)
	if i := bytes.IndexByte(t.Name, ':'); i > 0 {
		e.Prefix = d.intern(t.Name[:i])
	}
	if t.Space != namespace.RSS {
		if e.Namespace = t.URI(); e.Namespace == "" || t.Space == namespace.Atom {
			e.Namespace = t.Space.URI()
		}
		if e.Namespace == "" {
			return false // its prefix is declared nowhere, which is noted
		}
	}
	var there attrSet
	for i := range t.Attrs {
		a := &t.Attrs[i]
		prefix := d.intern(a.Prefix)
		if prefix == "xmlns" || prefix == "" && string(a.Local) == "xmlns" {
			continue
		}
		attr := newsletter.Attr{Prefix: prefix, Name: d.intern(a.Local), Value: d.xmlText(t.Value(a))}
		if prefix == "xml" {
			attr.Namespace = namespace.XML.URI()
		} else if prefix != "" {
			b := t.Lookup(a.Prefix)
			if b == nil || b.URI == "" {
				continue
			}
			attr.Namespace = b.URI
		}
		if xmlchar.IsName(attr.Name) && there.add(e.Attrs, &attr) {
			if e.Attrs == nil {
				if e.Attrs, d.spare = d.spare, nil; cap(e.Attrs) < len(t.Attrs) {
					e.Attrs = make([]newsletter.Attr, 0, len(t.Attrs))
				}
			}
			e.Attrs = append(e.Attrs, attr)
		}
	}
	return xmlchar.IsName(e.Name)
}

// intern returns a name: the same string for the same name, of which a document
// has few. Those of a document that has many are not kept.
func (d *Decoder) intern(name []byte) string {
	if len(name) == 0 {
		return ""
	}
	recent := &d.recent[(len(name)+int(name[0])+31*int(name[len(name)-1]))%len(d.recent)]
	if *recent == string(name) {
		return *recent
	}
	s, ok := d.names[string(name)]
	if !ok {
		s = string(name)
		if len(d.names) < 200 {
			if d.names == nil {
				d.names = map[string]string{}
			}
			d.names[s] = s
		}
	}
	*recent = s
	return s
}

// weight is how much room an element takes with its attributes. A namespace is
// said once and written with each.
func weight(e *newsletter.Extension) int {
	return 1 + len(e.Namespace)/longNamespace + weightOf(e.Attrs)
}

func weightOf(attrs []newsletter.Attr) int {
	n := len(attrs)
	for i := range attrs {
		n += len(attrs[i].Namespace) / longNamespace
	}
	return n
}

// fewAttrs is how many are sooner compared with each other than looked up.
const fewAttrs = 16

// An attrSet tells which attributes a growing list has. The zero value is for an
// empty list.
type attrSet map[[2]string]bool

// add reports whether the list has no attribute of that name, which is then to be
// appended to it.
func (s *attrSet) add(list []newsletter.Attr, a *newsletter.Attr) bool {
	if len(list) < fewAttrs {
		return !has(list, a)
	}
	if *s == nil {
		*s = attrSet{}
		for i := range list {
			(*s)[[2]string{list[i].Namespace, list[i].Name}] = true
		}
	}
	key := [2]string{a.Namespace, a.Name}
	was := (*s)[key]
	(*s)[key] = true
	return !was
}

// has is for short lists.
func has(attrs []newsletter.Attr, a *newsletter.Attr) bool {
	for i := range attrs {
		if attrs[i].Namespace == a.Namespace && attrs[i].Name == a.Name {
			return true
		}
	}
	return false
}

// roomForExtension reports whether that much more may be kept, and notes once
// if it may not.
func (d *Decoder) roomForExtension(n int) bool {
	if d.extensions+n <= maxExtensions {
		d.extensions += n
		return true
	}
	d.extensions = maxExtensions + 1
	d.noteFull()
	return false
}

// noteFull notes once that more is there than is kept.
func (d *Decoder) noteFull() {
	if !d.full {
		d.full = true
		d.tok.Note("more elements and attributes of other vocabularies than are read", nil)
	}
}

// xmlText is [xmlText] of what was read of the document.
func (d *Decoder) xmlText(s string) string {
	if !d.isOdd() {
		return s
	}
	return xmlText(s)
}

// xmlText is s without the characters that XML can't hold.
func xmlText(s string) string {
	for i := xmlchar.Plain(s); i < len(s); i++ {
		switch c := s[i]; {
		case c >= ' ' && c < 0x80:
			i += max(xmlchar.Plain(s[i:])-1, 0)
		case c < ' ' && c != '\t' && c != '\n' && c != '\r', c == 0xEF && strings.HasPrefix(s[i:], "\uFFFE"), c == 0xEF && strings.HasPrefix(s[i:], "\uFFFF"):
			return strings.Map(func(r rune) rune {
				if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
					return -1
				}
				return r
			}, s)
		}
	}
	return s
}
