package parse

import (
	"bytes"
	"strings"
	"unicode"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/xmltoken"
)

// Bounds of what is kept that no row reads. A struct takes far more room than
// the few bytes of an empty element, so that they are counted for the whole
// document.
const (
	maxExtensions     = 50_000 // elements, texts and attributes of a document
	maxExtensionDepth = 100
)

// shortText is how long a text is that is likely to come again: a number, a word.
const shortText = 5

// keep reads an element that no row is for as an extension of the page.
func (d *Decoder) keep(p *page) {
	t := d.tok
	if t.Space == namespace.RDF || t.Space == namespace.XHTML || t.Space == namespace.RSS && string(d.localName()) == "items" {
		t.Skip() // how RSS 1.0 lists the letters that follow, and markup out of place
		return
	}
	if e, ok := d.extension(1); ok {
		p.extensions = append(p.extensions, e)
	}
}

// extension reads the element that was just begun, with all that is in it. It
// reports false if that can't be kept.
func (d *Decoder) extension(depth int) (newsletter.Extension, bool) {
	t := d.tok
	e, ok := d.extensionTag()
	if ok && depth > maxExtensionDepth {
		t.Note("elements of other vocabularies stand deeper than they are read: %s", t.Local)
		ok = false
	}
	if !ok || !d.roomForExtension(1+len(e.Attrs)) {
		t.Skip()
		return e, false
	}
	if b, simple := t.Simple(); simple {
		if len(b) <= shortText {
			e.Text = xmlText(d.intern(b))
		} else {
			e.Text = xmlText(string(b))
		}
		return e, true
	}
	var words []byte
	inside := t.Depth()
	text := func() {
		if s := xmlText(string(words)); trimSpace(s) != "" && d.roomForExtension(1) {
			e.Children = append(e.Children, newsletter.Extension{Text: s})
		}
		words = words[:0]
	}
	for {
		switch t.Next() {
		case xmltoken.Text:
			words = t.AppendText(words)
		case xmltoken.Start:
			text()
			if c, ok := d.extension(depth + 1); ok {
				e.Children = append(e.Children, c)
			}
		case xmltoken.End:
			if t.Depth() < inside {
				if len(e.Children) == 0 {
					e.Text = xmlText(string(words))
				} else {
					text()
				}
				return e, true
			}
		case xmltoken.EOF:
			return e, false
		}
	}
}

// extensionTag is the name and the attributes of the element that was just begun.
func (d *Decoder) extensionTag() (newsletter.Extension, bool) {
	t := d.tok
	e := newsletter.Extension{Name: d.intern(t.Local)}
	if i := bytes.IndexByte(t.Name, ':'); i > 0 {
		e.Prefix = d.intern(t.Name[:i])
	}
	if t.Space != namespace.RSS {
		if e.Namespace = t.URI(); e.Namespace == "" || t.Space == namespace.Atom {
			e.Namespace = t.Space.URI()
		}
		if e.Namespace == "" {
			return e, false // its prefix is declared nowhere, which is noted
		}
	}
	for i := range t.Attrs {
		a := &t.Attrs[i]
		prefix := d.intern(a.Prefix)
		if prefix == "xmlns" || prefix == "" && string(a.Local) == "xmlns" {
			continue
		}
		attr := newsletter.Attr{Prefix: prefix, Name: d.intern(a.Local), Value: xmlText(t.Value(a))}
		if prefix == "xml" {
			attr.Namespace = namespace.XML.URI()
		} else if prefix != "" {
			b := t.Lookup(a.Prefix)
			if b == nil || b.URI == "" {
				continue
			}
			attr.Namespace = b.URI
		}
		if isXMLName(attr.Name) && !has(e.Attrs, attr) {
			e.Attrs = append(e.Attrs, attr)
		}
	}
	return e, isXMLName(e.Name)
}

// intern returns a name: the same string for the same name, of which a document
// has few. Those of a document that has many are not kept.
func (d *Decoder) intern(name []byte) string {
	if s, ok := d.names[string(name)]; ok {
		return s
	}
	s := string(name)
	if len(d.names) < 200 {
		if d.names == nil {
			d.names = map[string]string{}
		}
		d.names[s] = s
	}
	return s
}

func has(attrs []newsletter.Attr, a newsletter.Attr) bool {
	for _, b := range attrs {
		if b.Namespace == a.Namespace && b.Name == a.Name {
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
	if d.extensions <= maxExtensions {
		d.extensions = maxExtensions + 1
		d.tok.Note("more elements and attributes of other vocabularies than are read", nil)
	}
	return false
}

// isXMLName reports whether s is a name without a colon (Namespaces in XML,
// section 3), which the tokens are lenient about.
func isXMLName(s string) bool {
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || r != '-' && r != '.' && !unicode.In(r, unicode.Nd, unicode.M)) {
			return false
		}
	}
	return s != ""
}

// xmlText is s without the characters that XML can't hold.
func xmlText(s string) string {
	suspect := false
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == 0xEF {
			suspect = true
			break
		}
	}
	if !suspect {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, s)
}
