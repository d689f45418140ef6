package xmltoken

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"unicode/utf8"

	"github.com/automationregion/newsletter/internal/namespace"
)

// What a strict reader tells of, and goes on.
var (
	ErrUndefined       = errors.New("the entity is declared nowhere")
	ErrExternal        = errors.New("the entity stands for another document")
	ErrLateDeclaration = errors.New("the XML declaration is not the first thing in the document")
)

// malformed ends the reading at buf[i].
func (t *Reader) malformed(i int, format string, args ...any) bool {
	t.failAt(i, ErrMalformed, fmt.Sprintf(format, args...))
	return false
}

// unended names the token that b is the beginning of.
func unended(b []byte) string {
	for _, token := range []struct{ begin, name string }{
		{"<!--", "a comment"}, {"<![CDATA[", "a CDATA section"}, {"<?", "a processing instruction"}, {"<!DOCTYPE", "a document type"},
	} {
		if bytes.HasPrefix(b, []byte(token.begin)) {
			return token.name
		}
	}
	return "a tag"
}

// offset is where in the window a part of it begins.
func (t *Reader) offset(part []byte) int { return cap(t.buf) - cap(part) }

// From is where the present token of a strict reader begins, To where it ends.
func (t *Reader) From() Place { return t.begins }
func (t *Reader) To() Place   { return t.at(t.pos) }

// AttrPlaces returns where the name of an attribute of the present tag begins, and
// where its value ends with its quote.
func (t *Reader) AttrPlaces(a *Attr) (from, to Place) {
	i := t.nameOffset(a)
	from = t.begins.After(t.buf[t.from:i])
	return from, from.After(t.buf[i : t.offset(a.Raw)+len(a.Raw)+1])
}

func (t *Reader) nameOffset(a *Attr) int {
	if a.Prefix != nil {
		return t.offset(a.Prefix)
	}
	return t.offset(a.Local)
}

// Declares returns the prefix that an attribute binds to a namespace, "" for names
// without one, and whether it does.
func (a *Attr) Declares() (prefix string, ok bool) {
	switch {
	case a.Prefix == nil:
		return "", string(a.Local) == "xmlns"
	case string(a.Prefix) == "xmlns":
		return string(a.Local), true
	}
	return "", false
}

// Declaration returns the version in the XML declaration, and where that stands.
func (t *Reader) Declaration() (version string, at Place) { return t.xmlSaid, t.xmlAt }

var externalSubset = regexp.MustCompile(`^<!DOCTYPE(?:[^"']*PUBLIC[^"']*(?:"([^"]*)"|'([^']*)'))?(?:[^"']*(?:"([^"]*)"|'([^']*)'))?`)

// External returns what the document type says of the document that declares it,
// and where that stands.
func (t *Reader) External() (public, system string, at Place) {
	if m := externalSubset.FindStringSubmatch(t.docHead); m != nil {
		public, system = m[1]+m[2], m[3]+m[4]
	}
	return public, system, t.docAt
}

// strictTag reports whether the tag that was scanned may stand where it does, and
// its attributes in it.
func (t *Reader) strictTag() bool {
	if t.begun && len(t.open) == 0 {
		return t.malformed(t.pos, "a second element beside the document's")
	}
	for i := range t.Attrs {
		a := &t.Attrs[i]
		if !t.strictCharacters(a.Raw, t.offset(a.Raw), inAttribute) {
			return false
		}
		if bytes.IndexByte(a.Local, ':') >= 0 {
			return t.malformed(t.nameOffset(a), "%q is no name with a prefix", a.Local)
		}
		prefix, ok := a.Declares()
		if !ok {
			continue
		}
		switch uri := t.Value(a); {
		case prefix != "" && uri == "":
			return t.malformed(t.nameOffset(a), "the prefix %s is bound to nothing", prefix)
		case prefix == "xmlns" || (prefix == "xml") != (uri == namespace.XML.URI()):
			return t.malformed(t.nameOffset(a), "the prefix %s can't be bound to %q", prefix, uri)
		}
	}
	return true
}

// strictNames resolves the names of the element that was just opened.
func (t *Reader) strictNames(prefix []byte) bool {
	if t.err != nil {
		return false
	}
	if bytes.IndexByte(t.Local, ':') >= 0 {
		return t.malformed(t.pos, "%q is no name with a prefix", t.Name)
	}
	t.Space = 0
	if t.bound = t.Lookup(prefix); t.bound != nil {
		t.Space = t.bound.Space
	} else if prefix != nil {
		return t.malformed(t.from, "the prefix %s of <%s> is not declared", prefix, t.Name)
	}
	for i := range t.Attrs {
		a := &t.Attrs[i]
		if a.Prefix != nil && string(a.Prefix) != "xmlns" && t.Lookup(a.Prefix) == nil {
			return t.malformed(t.nameOffset(a), "the prefix %s of the attribute %s is not declared", a.Prefix, a.Local)
		}
		for j := range t.Attrs[:i] {
			if b := &t.Attrs[j]; bytes.Equal(a.Local, b.Local) && t.sameSpace(a.Prefix, b.Prefix) {
				return t.malformed(t.nameOffset(a), "the attribute %s stands twice in one tag", a.Local)
			}
		}
	}
	return true
}

// sameSpace reports whether two prefixes of attributes stand for one namespace.
func (t *Reader) sameSpace(p, q []byte) bool {
	if p == nil || q == nil || bytes.Equal(p, q) {
		return bytes.Equal(p, q)
	}
	a, b := t.Lookup(p), t.Lookup(q)
	return a != nil && b != nil && a.URI == b.URI
}

// strictEnd takes the end tag in which b stands.
func (t *Reader) strictEnd(b []byte) bool {
	name := bytes.TrimRight(b, " \t\r\n")
	switch {
	case len(t.open) == 0:
		return t.malformed(t.pos, "</%s> closes nothing", name)
	case !bytes.Equal(name, t.top()):
		return t.malformed(t.pos, "</%s> where </%s> was expected", name, t.top())
	}
	t.pos += len("</>") + len(b)
	t.close()
	return true
}

// Where characters stand, which says which of them may.
type context uint8

const (
	inText context = iota
	inAttribute
	verbatim // CDATA, comments and the like
)

// strictText judges the present text, which stands at buf[start].
func (t *Reader) strictText(start int) bool {
	if len(t.open) > 0 {
		return t.strictCharacters(t.Text, start, inText)
	}
	for i, c := range t.Text {
		if !blank[c] {
			where := "before the first tag"
			if t.begun {
				where = "after the last tag"
			}
			return t.malformed(start+i, "text %s", where)
		}
	}
	return false
}

func (t *Reader) strictCDATA() bool {
	if len(t.open) == 0 {
		return t.malformed(t.from, "a CDATA section outside of the document's element")
	}
	return t.strictCharacters(t.Text, t.offset(t.Text), verbatim)
}

// plainText are the bytes that may stand anywhere.
var plainText = func() (c [256]bool) {
	for i := 0x20; i < 0x80; i++ {
		c[i] = true
	}
	c['\t'], c['\n'], c['\r'] = true, true, true
	c['&'], c['<'], c[']'] = false, false, false
	return c
}()

// strictCharacters reports whether text, at buf[start], may stand in a document.
func (t *Reader) strictCharacters(text []byte, start int, in context) bool {
	high := false
	for i := 0; i < len(text); i++ {
		c := text[i]
		if plainText[c] {
			continue
		}
		switch {
		case c >= utf8.RuneSelf:
			high = true
		case c < ' ':
			return t.malformed(start+i, "the control character U+%04X, which XML has no way to write", c)
		case in == verbatim:
		case c == '&':
			n := t.strictReference(text[i:], start+i)
			if n == 0 {
				return false
			}
			i += n - 1
		case c == '<':
			return t.malformed(start+i, `"<" in the value of an attribute: it is written &lt;`)
		case in == inText && bytes.HasPrefix(text[i:], []byte("]]>")):
			return t.malformed(start+i, `"]]>" in text that is no CDATA section`)
		}
	}
	return !high || t.strictUTF8(text, start)
}

// strictUTF8 reports whether text is UTF-8 and has no character that XML forbids.
func (t *Reader) strictUTF8(text []byte, start int) bool {
	if !utf8.Valid(text) {
		i := bytes.IndexRune(text, utf8.RuneError) // which is also the first byte that is none
		for i >= 0 && bytes.HasPrefix(text[i:], []byte("\uFFFD")) {
			i += 3 + bytes.IndexRune(text[i+3:], utf8.RuneError)
		}
		t.failAt(start+i, ErrNotUTF8, fmt.Sprintf("byte 0x%02X is no UTF-8, which is what the document is in by its own account", text[i]))
		return false
	}
	for rest, off := text, start; ; {
		i := bytes.IndexByte(rest, 0xEF)
		if i < 0 || i+2 >= len(rest) {
			return true
		}
		if rest[i+1] == 0xBF && (rest[i+2] == 0xBE || rest[i+2] == 0xBF) {
			return t.malformed(off+i, "the character U+FFF%X, which XML forbids", rest[i+2]&0xF)
		}
		rest, off = rest[i+3:], off+i+3
	}
}

// strictReference judges the reference that b, at buf[at], begins with and returns
// its length.
func (t *Reader) strictReference(b []byte, at int) int {
	end := 1
	for end < min(len(b), maxReference) && (nameByte[b[end]] || b[end] == '#' && end == 1) {
		end++
	}
	if end < 2 || end == len(b) || b[end] != ';' || !nameStart[b[1]] && b[1] != '#' {
		t.malformed(at, `"&" that begins no reference: where it is meant as text it is written &amp;`)
		return 0
	}
	name := b[1:end]
	switch string(name) {
	case "amp", "lt", "gt", "quot", "apos":
		return end + 1
	}
	if name[0] == '#' {
		if _, ok := characterReference(name[1:], true); !ok {
			t.malformed(at, "the reference %q stands for no character of XML", b[:end+1])
			return 0
		}
		return end + 1
	}
	if _, ok := t.entities.values[string(name)]; !ok {
		what := ErrUndefined
		if t.entities.external[string(name)] {
			what = ErrExternal
		}
		t.told(what, name, t.at(at))
	}
	return end + 1
}

func (t *Reader) strictComment() {
	end := t.find(len("<!--"), "--")
	if end < 0 {
		return
	}
	for end >= len(t.buf)-t.pos && t.more() {
	}
	if end >= len(t.buf)-t.pos || t.buf[t.pos+end] != '>' {
		t.malformed(t.pos+end-2, `"--" within a comment`)
		return
	}
	from := t.pos + len("<!--")
	if t.strictCharacters(t.buf[from:t.pos+end-2], from, verbatim) {
		t.pos += end + 1
	}
}

// strictInstruction takes "<?...?>", the XML declaration among them.
func (t *Reader) strictInstruction() {
	end := t.find(len("<?"), "?>")
	if end < 0 {
		return
	}
	body := t.buf[t.pos+2 : t.pos+end-2]
	n := 0
	for n < len(body) && nameByte[body[n]] {
		n++
	}
	switch target := string(body[:n]); {
	case n == 0 || !nameStart[body[0]]:
		t.malformed(t.pos, "a processing instruction without a name")
	case target == "xml":
		t.xmlDeclaration(body)
	case len(target) == 3 && bytes.EqualFold(body[:n], []byte("xml")):
		t.malformed(t.pos, `a processing instruction may not be called %q`, target)
	}
	if t.err == nil && t.strictCharacters(body, t.pos+2, verbatim) {
		t.pos += end
	}
}

var xmlDeclaration = regexp.MustCompile(`^xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"([^"]*)"|'([^']*)')` +
	`([ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*("[^"]*"|'[^']*'))?([ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*("(yes|no)"|'(yes|no)'))?[ \t\r\n]*$`)

func (t *Reader) xmlDeclaration(body []byte) {
	if (t.begins != Place{}) {
		if t.begun || t.xmlSaid != "" || t.docHead != "" {
			t.malformed(t.pos, "an XML declaration in the middle of the document")
			return
		}
		t.told(ErrLateDeclaration, nil, t.begins)
	}
	m := xmlDeclaration.FindSubmatch(body)
	if m == nil {
		t.malformed(t.pos, "the XML declaration is malformed: version, encoding and standalone stand in it, in this order, with their values in quotes")
		return
	}
	t.xmlSaid, t.xmlAt = string(m[1])+string(m[2]), t.begins
}
