package parse

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"html"
	"slices"
	"strings"

	"github.com/automationregion/newsletter/internal/htmltext"
)

// A passage is the value of an element that may hold text or HTML.
type passage struct {
	value string
	html  bool // value is HTML
	sure  bool // the document says which it is, rather than it being seen
	rank  int8 // what the element weighs beside others that say the same; 0 is no element
}

// mixed returns the content of the element that was just begun, and whether it
// had elements within it: it is XHTML then.
func (t *tokenizer) mixed() ([]byte, bool) {
	if b, ok := t.simple(false); ok {
		return b, false
	}
	depth := len(t.open)
	t.scratch = t.scratch[:0]
	for {
		switch t.next() {
		case tokenText:
			if !t.take() {
				return nil, false
			}
		case tokenStart:
			// What came so far was text after all.
			if len(bytes.TrimSpace(t.scratch)) > 0 {
				t.scratch = appendEscaped(nil, t.scratch)
			}
			t.element()
			t.markup(depth)
			return t.scratch, true
		case tokenEnd:
			if len(t.open) < depth {
				return t.scratch, false
			}
		case tokenEOF:
			return nil, false
		}
	}
}

// xhtml returns the content of the element that was just begun, and that holds
// XHTML, written so that it is HTML as well as XML.
func (t *tokenizer) xhtml() []byte {
	t.scratch = t.scratch[:0]
	t.markup(len(t.open))
	return t.scratch
}

// markup writes what stands in the element at a depth, and passes its end.
func (t *tokenizer) markup(depth int) {
	for {
		switch t.next() {
		case tokenText:
			if len(t.scratch)+len(t.text) > maxText {
				t.take() // for its error
				return
			}
			if t.cdata {
				t.scratch = appendEscaped(t.scratch, t.text)
			} else if bytes.IndexByte(t.text, '&') < 0 {
				t.scratch = appendEscaped(t.scratch, t.text)
			} else {
				t.scratch = appendEscaped(t.scratch, t.decode(nil, t.text))
			}
		case tokenStart:
			t.element()
		case tokenEnd:
			if len(t.open) < depth {
				return
			}
		case tokenEOF:
			return
		}
	}
}

// element writes the element that was just begun, and passes its end. XHTML is
// written without prefixes; an element of another vocabulary (MathML, SVG)
// names its namespace where the one around it has another.
func (t *tokenizer) element() {
	depth := len(t.open)
	around := t.inner
	based, base := t.open[depth-1].based, t.base
	begin := len(t.scratch)

	name := t.local
	prefix, _ := splitName(t.name)
	uri := spaceURI[spaceXHTML]
	if t.space != spaceXHTML {
		if b := t.lookup(prefix); b != nil && b.space != spaceAtom && b.space != spaceRSS {
			uri = b.uri
		} else if b == nil && prefix != nil {
			name = t.name // undeclared: nobody knows what it was meant to be
		}
	}
	t.scratch = append(append(t.scratch, '<'), name...)
	end := len(t.scratch)
	prefixes := t.attributes(uri, around)
	if t.empty && uri == spaceURI[spaceXHTML] && voidElements[string(name)] {
		t.next()
		t.scratch = append(t.scratch, " />"...)
	} else {
		t.scratch = append(t.scratch, '>')
		t.inner = vocabulary{uri: uri, prefixes: prefixes}
		t.markup(depth)
		t.inner = around
		t.scratch = append(t.scratch, "</"...)
		t.scratch = append(append(t.scratch, t.scratch[begin+1:end]...), '>')
	}
	if len(t.scratch) > maxText {
		t.fail(ErrTooLarge, "the content of an element is too long")
	}
	if based && t.err == nil {
		resolved := resolveHTML(string(t.scratch[begin:]), base)
		t.scratch = append(t.scratch[:begin], resolved...)
	}
}

// attributes writes those of the element that was just begun, in the order of
// their names, with the namespaces that are new with it. It returns the
// prefixes that are declared within the element.
func (t *tokenizer) attributes(uri string, around vocabulary) []string {
	prefixes := around.prefixes
	simple := uri == around.uri
	for i := range t.attrs {
		simple = simple && t.attrs[i].prefix == nil && string(t.attrs[i].local) != "xmlns"
	}
	if simple { // as nearly all are
		slices.SortFunc(t.attrs, func(a, b tagAttribute) int { return bytes.Compare(a.local, b.local) })
		for i := range t.attrs {
			t.attribute(t.attrs[i].local, &t.attrs[i])
		}
		return prefixes
	}
	type named struct {
		name, value string
	}
	attrs := make([]named, 0, len(t.attrs)+2)
	if uri != around.uri {
		attrs = append(attrs, named{"xmlns", uri})
	}
	for i := range t.attrs {
		a := &t.attrs[i]
		switch {
		case a.prefix == nil && string(a.local) == "xmlns", string(a.prefix) == "xmlns":
		case a.prefix == nil:
			attrs = append(attrs, named{string(a.local), t.value(a)})
		case string(a.prefix) == "xml":
			if string(a.local) == "lang" {
				attrs = append(attrs, named{"xml:lang", t.value(a)})
			}
		default:
			p := string(a.prefix)
			attrs = append(attrs, named{p + ":" + string(a.local), t.value(a)})
			if b := t.lookup(a.prefix); b != nil && !slices.Contains(prefixes, p+"="+b.uri) {
				attrs = append(attrs, named{"xmlns:" + p, b.uri})
				prefixes = append(slices.Clip(prefixes), p+"="+b.uri)
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
func (t *tokenizer) attribute(name []byte, a *tagAttribute) {
	t.scratch = append(append(append(t.scratch, ' '), name...), `="`...)
	if bytes.IndexByte(a.raw, '&') < 0 && bytes.IndexByte(a.raw, '>') < 0 && bytes.IndexByte(a.raw, '"') < 0 && bytes.IndexByte(a.raw, '<') < 0 {
		t.scratch = append(t.scratch, a.raw...)
	} else {
		t.scratch = appendAttribute(t.scratch, t.value(a))
	}
	t.scratch = append(t.scratch, '"')
}

// A vocabulary is what is in force for the markup that is being written.
type vocabulary struct {
	uri      string
	prefixes []string // "prefix=uri", declared further out
}

var voidElements = map[string]bool{
	"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true, "input": true,
	"link": true, "meta": true, "param": true, "source": true, "track": true, "wbr": true,
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

// construct reads a text construct of Atom (RFC 4287, sections 3.1 and 4.1.3.3)
// or of its draft, Atom 0.3, which names media types and has a mode.
func (d *Decoder) construct() passage {
	t := d.tok
	kind, mode := strings.ToLower(oneLine(t.attr("type"))), strings.ToLower(oneLine(t.attr("mode")))
	if mode == "" && d.draft {
		mode = "xml"
	}
	v := passage{sure: true, rank: 3}
	base := d.base()
	switch {
	case mode == "base64", mode == "" && isBinary(kind):
		b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(t.plain())), ""))
		if err != nil {
			t.note("base64 was expected", nil)
			return passage{}
		}
		v.value, v.html = strings.ToValidUTF8(string(b), "\uFFFD"), kind != "text" && kind != "text/plain"
	case kind == "xhtml", kind == "application/xhtml+xml" && mode != "escaped", mode == "" && (strings.HasSuffix(kind, "+xml") || strings.HasSuffix(kind, "/xml")):
		t.inner = vocabulary{uri: spaceURI[spaceXHTML]}
		v.value, v.html = trimBytes(t.xhtml()), true
		if strings.Contains(kind, "xhtml") && !d.draft {
			v.value = unwrapDiv(v.value)
		}
	default:
		t.inner = vocabulary{uri: spaceURI[spaceXHTML]}
		b, markup := t.mixed()
		v.value = trimBytes(b)
		v.html = markup || kind == "html" || kind == "text/html" || kind == "application/xhtml+xml"
	}
	if v.html {
		v.value = resolveHTML(v.value, base)
	}
	return v
}

// isBinary reports whether content of a media type is in base64.
func isBinary(kind string) bool {
	return strings.Contains(kind, "/") && !strings.HasPrefix(kind, "text/") && !strings.HasSuffix(kind, "/xml") && !strings.HasSuffix(kind, "+xml")
}

// unwrapDiv takes the div away that XHTML content stands in and that isn't part
// of it (RFC 4287, section 3.1.1.3).
func unwrapDiv(s string) string {
	const end = "</div>"
	if !strings.HasPrefix(s, "<div") || !strings.HasSuffix(s, end) {
		return s
	}
	i := strings.IndexByte(s, '>')
	if c := s[len("<div")]; i < 0 || c != '>' && c != ' ' {
		return s
	}
	inner := s[i+1 : len(s)-len(end)]
	// Two divs side by side are the content itself.
	for depth, rest := 0, inner; ; {
		open, shut := strings.Index(rest, "<div"), strings.Index(rest, end)
		switch {
		case shut < 0 && open < 0:
			return trimSpace(inner)
		case open >= 0 && (shut < 0 || open < shut):
			depth++
			rest = rest[open+4:]
		default:
			if depth--; depth < 0 {
				return s
			}
			rest = rest[shut+len(end):]
		}
	}
}

// rankContent is the rank of elements that are known to hold HTML.
const rankContent = 4

// markup reads an element that holds HTML, escaped, or naked, as RSS has it.
func (d *Decoder) markup(rank int8) passage {
	t, base := d.tok, d.base()
	t.inner = vocabulary{uri: spaceURI[spaceXHTML]}
	b, naked := t.mixed()
	v := passage{value: trimBytes(b), rank: rank}
	v.html = naked || rank == rankContent || looksLikeHTML(v.value)
	v.sure = naked
	if v.html {
		v.value = resolveHTML(v.value, base)
	}
	return v
}

// line reads an element whose text is one line.
func (d *Decoder) line() string { return oneLine(string(d.tok.plain())) }

// asText is the value as text on one line, or as it stands if the caller wants
// to keep markup.
func (d *Decoder) asText(v passage) string {
	switch {
	case !v.html:
		return oneLine(v.value)
	case d.opts.markup:
		return v.value
	}
	return htmltext.Text(v.value)
}

// asHTML is the value as HTML.
func (v passage) asHTML() string {
	if v.html || !v.sure {
		return v.value
	}
	if strings.IndexByte(v.value, '\n') >= 0 {
		return textToHTML(v.value)
	}
	return html.EscapeString(v.value)
}

// trimBytes is trimSpace for bytes that become a string.
func trimBytes(b []byte) string {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && isSpace(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return string(b)
}
