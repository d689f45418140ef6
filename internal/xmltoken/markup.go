package xmltoken

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/automationregion/newsletter/internal/html"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/relref"
)

// Mixed returns the content of the element that was just begun, and whether it
// had elements within it: it is XHTML then.
func (t *Reader) Mixed() ([]byte, bool) {
	t.inner = vocabulary{uri: namespace.XHTML.URI()}
	if b, ok := t.simple(false); ok {
		return b, false
	}
	depth := len(t.open)
	t.scratch = t.scratch[:0]
	for {
		switch t.Next() {
		case Text:
			if !t.take() {
				return nil, false
			}
		case Start:
			// What came so far was text after all.
			if len(bytes.TrimSpace(t.scratch)) > 0 {
				t.scratch = appendEscaped(nil, t.scratch)
			}
			t.element()
			t.markup(depth)
			return t.scratch, true
		case End:
			if len(t.open) < depth {
				return t.scratch, false
			}
		case EOF:
			return nil, false
		}
	}
}

// XHTML returns the content of the element that was just begun, and that holds
// XHTML, written so that it is HTML as well as XML.
func (t *Reader) XHTML() []byte {
	t.inner = vocabulary{uri: namespace.XHTML.URI()}
	t.scratch = t.scratch[:0]
	t.markup(len(t.open))
	return t.scratch
}

// markup writes what stands in the element at a depth, and passes its end.
func (t *Reader) markup(depth int) {
	for {
		switch t.Next() {
		case Text:
			if len(t.scratch)+len(t.Text) > maxText {
				t.take() // for its error
				return
			}
			if t.CDATA {
				t.scratch = appendEscaped(t.scratch, t.Text)
			} else if bytes.IndexByte(t.Text, '&') < 0 {
				t.scratch = appendEscaped(t.scratch, t.Text)
			} else {
				t.scratch = appendEscaped(t.scratch, t.decode(nil, t.Text))
			}
		case Start:
			t.element()
		case End:
			if len(t.open) < depth {
				return
			}
		case EOF:
			return
		}
	}
}

// element writes the element that was just begun, and passes its end. XHTML is
// written without prefixes; an element of another vocabulary (MathML, SVG)
// names its namespace where the one around it has another.
func (t *Reader) element() {
	depth := len(t.open)
	around := t.inner
	if t.open[depth-1].based && relref.IsAbsolute(t.base) {
		t.inner.base = t.base
	}
	begin := len(t.scratch)

	name := t.Local
	prefix, _ := splitName(t.Name)
	uri := namespace.XHTML.URI()
	if t.Space != namespace.XHTML {
		if b := t.Lookup(prefix); b != nil && b.Space != namespace.Atom && b.Space != namespace.RSS {
			uri = b.URI
		} else if b == nil && prefix != nil {
			name = t.Name // undeclared: nobody knows what it was meant to be
		}
	}
	t.scratch = append(append(t.scratch, '<'), name...)
	end := len(t.scratch)
	prefixes := t.attributes(uri, around)
	if t.Empty && uri == namespace.XHTML.URI() && html.Of(html.Lookup(string(name))).Is(html.Void) {
		t.Next()
		t.scratch = append(t.scratch, " />"...)
	} else {
		t.scratch = append(t.scratch, '>')
		t.inner.uri, t.inner.prefixes = uri, prefixes
		t.markup(depth)
		t.scratch = append(t.scratch, "</"...)
		t.scratch = append(append(t.scratch, t.scratch[begin+1:end]...), '>')
	}
	t.inner = around
	if len(t.scratch) > maxText {
		t.Fail(ErrTooLarge, "the content of an element is too long")
	}
}

// attributes writes those of the element that was just begun, in the order of
// their names, with the namespaces that are new with it. It returns the
// prefixes that are declared within the element.
func (t *Reader) attributes(uri string, around vocabulary) []string {
	prefixes := around.prefixes
	simple := uri == around.uri
	for i := range t.Attrs {
		simple = simple && t.Attrs[i].Prefix == nil && string(t.Attrs[i].Local) != "xmlns"
	}
	if simple { // as nearly all are
		slices.SortFunc(t.Attrs, func(a, b Attr) int { return bytes.Compare(a.Local, b.Local) })
		for i := range t.Attrs {
			t.attribute(t.Attrs[i].Local, &t.Attrs[i])
		}
		return prefixes
	}
	type named struct {
		name, value string
	}
	attrs := make([]named, 0, len(t.Attrs)+2)
	if uri != around.uri {
		attrs = append(attrs, named{"xmlns", uri})
	}
	for i := range t.Attrs {
		a := &t.Attrs[i]
		switch {
		case a.Prefix == nil && string(a.Local) == "xmlns", string(a.Prefix) == "xmlns":
		case a.Prefix == nil:
			attrs = append(attrs, named{string(a.Local), t.absolute(string(a.Local), a)})
		case string(a.Prefix) == "xml":
			if string(a.Local) == "lang" {
				attrs = append(attrs, named{"xml:lang", t.Value(a)})
			}
		default:
			p := string(a.Prefix)
			attrs = append(attrs, named{p + ":" + string(a.Local), t.absolute(p+":"+string(a.Local), a)})
			if b := t.Lookup(a.Prefix); b != nil && !slices.Contains(prefixes, p+"="+b.URI) {
				attrs = append(attrs, named{"xmlns:" + p, b.URI})
				prefixes = append(slices.Clip(prefixes), p+"="+b.URI)
			}
		}
	}
	slices.SortFunc(attrs, func(a, b named) int { return cmp.Compare(a.name, b.name) })
	for _, a := range attrs {
		t.scratch = append(append(append(t.scratch, ' '), a.name...), `="`...)
		t.scratch = append(appendAttribute(t.scratch, a.value), '"')
	}
	return prefixes
}

// attribute writes one.
func (t *Reader) attribute(name []byte, a *Attr) {
	t.scratch = append(append(append(t.scratch, ' '), name...), `="`...)
	if t.inner.base != "" {
		t.scratch = appendAttribute(t.scratch, t.absolute(string(name), a))
	} else if bytes.IndexByte(a.Raw, '&') < 0 && bytes.IndexByte(a.Raw, '>') < 0 && bytes.IndexByte(a.Raw, '"') < 0 && bytes.IndexByte(a.Raw, '<') < 0 {
		t.scratch = append(t.scratch, a.Raw...)
	} else {
		t.scratch = appendAttribute(t.scratch, t.Value(a))
	}
	t.scratch = append(t.scratch, '"')
}

// absolute returns the value of an attribute. If it holds a URL, and the markup
// states a base, it is absolute.
func (t *Reader) absolute(name string, a *Attr) string {
	if t.inner.base == "" {
		return t.Value(a)
	}
	return t.Room.ResolveAttribute(name, t.Value(a), t.inner.base)
}

// A vocabulary is what is in force for the markup that is being written.
type vocabulary struct {
	uri      string
	prefixes []string // "prefix=uri", declared further out
	base     string   // that the markup itself states, absolute
}

var escapedBytes = classOf("&<>\r", false)

func appendEscaped(dst, text []byte) []byte {
	from := 0
	for i, c := range text {
		if !escapedBytes[c] {
			continue
		}
		ref := ""
		switch c {
		case '&':
			ref = "&amp;"
		case '<':
			ref = "&lt;"
		case '>':
			ref = "&gt;"
		case '\r':
		default:
			continue
		}
		dst = append(append(dst, text[from:i]...), ref...)
		from = i + 1
	}
	return append(dst, text[from:]...)
}

func appendAttribute(dst []byte, value string) []byte {
	for i := range len(value) {
		switch c := value[i]; c {
		case '&':
			dst = append(dst, "&amp;"...)
		case '<':
			dst = append(dst, "&lt;"...)
		case '>':
			dst = append(dst, "&gt;"...)
		case '"':
			dst = append(dst, "&quot;"...)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}
