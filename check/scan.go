package check

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"
)

// Bounds that no feed comes near, and that keep a hostile one from making the
// checker work or remember out of proportion.
const (
	firstWindow   = 32 << 10
	maxToken      = 16 << 20 // bytes of a tag or of a run of text
	maxDepth      = 512      // elements within each other
	maxAttributes = 256      // of an element
	maxBindings   = 512      // namespace prefixes in force
	maxEntities   = 256      // that a document declares
	maxBase       = 2 << 10  // bytes of an address that others are relative to
	maxEntity     = 64 << 10 // bytes that one of those may stand for
	maxExpansion  = 1 << 20  // bytes that all of their uses may grow to
)

type tokenKind uint8

const (
	tokenEOF tokenKind = iota
	tokenStart
	tokenEnd
	tokenText
)

// A tag's attribute as it stands in the document: its value still has its
// entities. The slices hold until the next token.
type rawAttr struct {
	prefix, local, value []byte
	at                   int // where in scanner.buf its name begins
	space                space
	uri                  string
}

type binding struct {
	prefix string
	uri    string
	space  space
}

// A scanner cuts UTF-8 into XML tokens, and is as strict as XML 1.0 and its
// namespaces are: at the first thing that is not well-formed it reports and
// stops, as readers have to. It sees the document through a window that slides
// over it.
type scanner struct {
	src     io.Reader
	buf     []byte
	pos     int
	eof     bool
	readErr error
	left    int64 // bytes that may still be read
	mark    int   // up to where in buf lines are counted
	here    place // of buf[mark]
	ref     int   // where in buf the last undefined reference is, if that is beyond mark
	refAt   place // its place

	kind  tokenKind
	at    place // where the token begins
	from  int   // the same in buf
	end   place // behind a start tag
	text  []byte
	cdata bool
	name  []byte
	local []byte
	attrs []rawAttr
	empty bool
	space space
	uri   string // of the element's namespace

	names    []byte
	open     []int // where in names each open element's name begins
	bounds   []int // how many bindings were in force outside of it
	bindings []binding
	begun    bool
	doctype  doctype
	declared declaration
	expanded int
	stopped  bool
	undef    func(name []byte, at place)
	external func(name []byte, at place) // an entity that stands for another document
	bind     func(prefix, uri string, at place)
	fault    func(rule string, at place, message string)
}

// A declaration is what "<?xml ...?>" says.
type declaration struct {
	present           bool
	version, encoding string
	at                place
}

type doctype struct {
	present          bool
	public, system   string
	at               place
	entities         map[string]string
	externalEntities map[string]bool
}

// placeAt returns the place of buf[i], which is not before the last one asked for.
func (s *scanner) placeAt(i int) place {
	if i > s.mark {
		s.here = s.here.after(s.buf[s.mark:i])
		s.mark = i
	}
	return s.here
}

// more slides the window and reads on. It reports false at the end.
func (s *scanner) more() bool {
	if s.eof {
		return false
	}
	if s.from > 0 {
		s.placeAt(s.from)
		n := copy(s.buf, s.buf[s.from:])
		s.buf = s.buf[:n]
		s.pos -= s.from
		s.mark -= s.from
		s.from, s.ref = 0, 0
	}
	if len(s.buf) > maxToken {
		s.fail("document-limit", s.at, fmt.Sprintf("a tag or a text is longer than %d bytes", maxToken))
		return false
	}
	if cap(s.buf)-len(s.buf) < cap(s.buf)/4 || cap(s.buf) == 0 {
		s.buf = append(make([]byte, 0, max(firstWindow, 2*cap(s.buf))), s.buf...)
	}
	free := s.buf[len(s.buf):cap(s.buf)]
	if int64(len(free)) > s.left {
		free = free[:s.left+1]
	}
	n, err := io.ReadAtLeast(s.src, free, min(len(free), max(4096, len(s.buf)/2)))
	s.left -= int64(n)
	s.buf = s.buf[:len(s.buf)+n]
	switch {
	case s.left < 0:
		s.buf = s.buf[:len(s.buf)-1]
		s.fail("document-limit", s.placeAt(s.pos), "the document is longer than what is read of one")
		return false
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		s.eof = true
	case err != nil:
		s.eof, s.readErr = true, err
	}
	return n > 0
}

// fail ends the reading.
func (s *scanner) fail(rule string, at place, message string) {
	if !s.stopped && s.readErr == nil {
		s.fault(rule, at, message)
	}
	s.stopped, s.eof = true, true
}

func (s *scanner) failf(i int, format string, args ...any) {
	at := s.here
	if i >= s.mark {
		at = at.after(s.buf[s.mark:min(i, len(s.buf))])
	}
	s.fail("xml-not-well-formed", at, fmt.Sprintf(format, args...))
}

func (s *scanner) next() tokenKind {
	s.kind = s.advance()
	return s.kind
}

func (s *scanner) advance() tokenKind {
	if s.empty {
		s.empty = false
		s.close()
		return tokenEnd
	}
	for !s.stopped {
		s.from = s.pos
		if s.pos == len(s.buf) && !s.more() {
			break
		}
		s.at = s.placeAt(s.pos)
		if s.buf[s.pos] != '<' {
			if s.characters() {
				return tokenText
			}
			continue
		}
		for len(s.buf)-s.pos < 9 && s.more() {
		}
		b := s.buf[s.pos:]
		switch {
		case len(b) < 2:
			s.failf(s.pos, "the document ends within a tag")
		case b[1] == '/':
			if s.endTag() {
				return tokenEnd
			}
		case b[1] == '?':
			s.instruction()
		case bytes.HasPrefix(b, []byte("<!--")):
			s.comment()
		case bytes.HasPrefix(b, []byte("<![CDATA[")):
			if s.cdataSection() {
				return tokenText
			}
		case bytes.HasPrefix(b, []byte("<!DOCTYPE")):
			s.documentType()
		case nameStart[b[1]]:
			if s.startTag() {
				return tokenStart
			}
		default:
			s.failf(s.pos, `"<" begins no tag here: where it is meant as text it is written &lt;`)
		}
	}
	if !s.stopped && s.readErr == nil {
		switch {
		case !s.begun:
			s.failf(len(s.buf), "the document has no element")
		case len(s.open) > 0:
			s.failf(len(s.buf), "the document ends before </%s>", s.top())
		}
	}
	return tokenEOF
}

func (s *scanner) top() []byte { return s.names[s.open[len(s.open)-1]:] }

// find returns where in buf mark begins, at or after pos+from; -1 if it never comes.
func (s *scanner) find(from int, mark string) int {
	for {
		b := s.buf[s.pos:]
		if from < len(b) {
			if i := bytes.Index(b[from:], []byte(mark)); i >= 0 {
				return s.pos + from + i
			}
			from = max(from, len(b)-len(mark)+1)
		}
		if !s.more() {
			return -1
		}
	}
}

func (s *scanner) characters() bool {
	from := 0
	for {
		b := s.buf[s.pos:]
		if i := bytes.IndexByte(b[from:], '<'); i >= 0 {
			s.text = b[:from+i]
			break
		}
		from = len(b)
		if !s.more() {
			if s.stopped {
				return false
			}
			s.text = s.buf[s.pos:]
			break
		}
	}
	s.cdata = false
	start := s.pos
	s.pos += len(s.text)
	if len(s.open) == 0 {
		if i := indexNonBlank(s.text); i >= 0 {
			if s.begun {
				s.failf(start+i, "text after the last tag")
			} else {
				s.failf(start+i, "text before the first tag")
			}
		}
		return false
	}
	return s.wellFormedText(s.text, start, false)
}

func indexNonBlank(b []byte) int {
	for i, c := range b {
		if !blank[c] {
			return i
		}
	}
	return -1
}

// wellFormedText reports whether text, at buf[start], may stand in a document.
func (s *scanner) wellFormedText(text []byte, start int, attr bool) bool {
	high := false
	for i := 0; i < len(text); i++ {
		c := text[i]
		if plainText[c] {
			continue
		}
		switch {
		case c >= 0x80:
			high = true
		case c == '&':
			n := s.reference(text[i:], start+i)
			if n == 0 {
				return false
			}
			i += n - 1
		case c == '<':
			s.failf(start+i, `"<" in the value of an attribute: it is written &lt;`)
			return false
		case c == ']':
			if !attr && bytes.HasPrefix(text[i:], []byte("]]>")) {
				s.failf(start+i, `"]]>" in text that is no CDATA section`)
				return false
			}
		default:
			s.failf(start+i, "the control character U+%04X, which XML has no way to write", c)
			return false
		}
	}
	return !high || s.validHigh(text, start)
}

// validHigh reports whether text is UTF-8 and has no character that XML forbids.
func (s *scanner) validHigh(text []byte, start int) bool {
	if !utf8.Valid(text) {
		i := 0
		for i < len(text) {
			r, n := utf8.DecodeRune(text[i:])
			if r == utf8.RuneError && n == 1 {
				break
			}
			i += n
		}
		at := s.here
		if start+i >= s.mark {
			at = at.after(s.buf[s.mark : start+i])
		}
		s.fail("encoding-invalid-bytes", at, fmt.Sprintf("byte 0x%02X is no UTF-8, which is what the document is in by its own account", text[i]))
		return false
	}
	for rest, off := text, 0; ; {
		i := bytes.IndexByte(rest, 0xEF)
		if i < 0 || i+2 >= len(rest) {
			return true
		}
		if rest[i+1] == 0xBF && (rest[i+2] == 0xBE || rest[i+2] == 0xBF) {
			s.failf(start+off+i, "the character U+FFF%X, which XML forbids", rest[i+2]&0xF)
			return false
		}
		rest, off = rest[i+3:], off+i+3
	}
}

// reference checks the "&...;" that b begins with and returns its length.
func (s *scanner) reference(b []byte, at int) int {
	end := bytes.IndexByte(b[:min(len(b), 64)], ';')
	if end < 2 {
		s.failf(at, `"&" that begins no reference: where it is meant as text it is written &amp;`)
		return 0
	}
	name := b[1:end]
	if name[0] == '#' {
		if r, ok := charRef(name[1:]); !ok {
			s.failf(at, "the reference %q stands for no character of XML", clip(string(b[:end+1])))
			return 0
		} else {
			_ = r
		}
		return end + 1
	}
	if !nameStart[name[0]] {
		s.failf(at, `"&" that begins no reference: where it is meant as text it is written &amp;`)
		return 0
	}
	for _, c := range name {
		if !nameByte[c] {
			s.failf(at, `"&" that begins no reference: where it is meant as text it is written &amp;`)
			return 0
		}
	}
	switch string(name) {
	case "amp", "lt", "gt", "quot", "apos":
		return end + 1
	}
	if text, ok := s.doctype.entities[string(name)]; ok {
		if s.expanded += len(text); s.expanded > maxExpansion {
			s.fail("document-limit", s.at, "the document's entities grow without bound")
			return 0
		}
		return end + 1
	}
	if s.doctype.externalEntities[string(name)] {
		s.external(name, s.at)
		return end + 1
	}
	// A text may hold many: each is looked for from the one before.
	p, from := s.here, s.mark
	if s.ref > from && s.ref <= at {
		p, from = s.refAt, s.ref
	}
	if at >= from {
		p = p.after(s.buf[from:at])
		s.ref, s.refAt = at, p
	}
	s.undef(name, p)
	return end + 1
}

// charRef returns the character that "#..." names, without "&#" and ";".
func charRef(b []byte) (rune, bool) {
	base, n := rune(10), rune(0)
	if len(b) > 0 && b[0] == 'x' {
		base, b = 16, b[1:]
	}
	if len(b) == 0 {
		return 0, false
	}
	for _, c := range b {
		d := rune(99)
		switch {
		case c >= '0' && c <= '9':
			d = rune(c - '0')
		case c >= 'a' && c <= 'f':
			d = rune(c-'a') + 10
		case c >= 'A' && c <= 'F':
			d = rune(c-'A') + 10
		}
		if d >= base {
			return 0, false
		}
		if n = n*base + d; n > utf8.MaxRune {
			return 0, false
		}
	}
	ok := n == '\t' || n == '\n' || n == '\r' || n >= 0x20 && n < 0xD800 || n >= 0xE000 && n < 0xFFFE || n >= 0x10000
	return n, ok
}

// appendText appends text with its references resolved.
func (s *scanner) appendText(dst, text []byte) []byte {
	for {
		i := bytes.IndexByte(text, '&')
		if i < 0 {
			return append(dst, text...)
		}
		dst = append(dst, text[:i]...)
		text = text[i:]
		end := bytes.IndexByte(text, ';')
		if end < 0 {
			return append(dst, text...)
		}
		name := text[1:end]
		text = text[end+1:]
		switch {
		case len(name) > 0 && name[0] == '#':
			if r, ok := charRef(name[1:]); ok {
				dst = utf8.AppendRune(dst, r)
			}
		case string(name) == "amp":
			dst = append(dst, '&')
		case string(name) == "lt":
			dst = append(dst, '<')
		case string(name) == "gt":
			dst = append(dst, '>')
		case string(name) == "quot":
			dst = append(dst, '"')
		case string(name) == "apos":
			dst = append(dst, '\'')
		default:
			dst = append(dst, s.doctype.entities[string(name)]...)
		}
	}
}

func (s *scanner) cdataSection() bool {
	end := s.find(9, "]]>")
	if end < 0 {
		if !s.stopped {
			s.failf(s.pos, "a CDATA section without its end, ]]>")
		}
		return false
	}
	s.text, s.cdata = s.buf[s.pos+9:end], true
	start := s.pos + 9
	s.pos = end + 3
	if len(s.open) == 0 {
		s.failf(s.from, "a CDATA section outside of the document's element")
		return false
	}
	high := false
	for i, c := range s.text {
		if c >= 0x80 {
			high = true
		} else if !plainText[c] && c < 0x20 {
			s.failf(start+i, "the control character U+%04X, which XML has no way to write", c)
			return false
		}
	}
	return !high || s.validHigh(s.text, start)
}

func (s *scanner) comment() {
	end := s.find(4, "--")
	if end < 0 {
		if !s.stopped {
			s.failf(s.pos, "a comment without its end, -->")
		}
		return
	}
	for end+2 >= len(s.buf) && s.more() {
		end = s.find(4, "--") // the window moved
	}
	if end+2 >= len(s.buf) || s.buf[end+2] != '>' {
		s.failf(end, `"--" within a comment`)
		return
	}
	if s.validControls(s.buf[s.pos+4:end], s.pos+4) {
		s.pos = end + 3
	}
}

func (s *scanner) validControls(b []byte, start int) bool {
	high := false
	for i, c := range b {
		if c >= 0x80 {
			high = true
		} else if c < 0x20 && !blank[c] {
			s.failf(start+i, "the control character U+%04X, which XML has no way to write", c)
			return false
		}
	}
	return !high || s.validHigh(b, start)
}

// instruction takes "<?...?>", the XML declaration among them.
func (s *scanner) instruction() {
	end := s.find(2, "?>")
	if end < 0 {
		if !s.stopped {
			s.failf(s.pos, "a processing instruction without its end, ?>")
		}
		return
	}
	body := s.buf[s.pos+2 : end]
	n := 0
	for n < len(body) && nameByte[body[n]] {
		n++
	}
	target := body[:n]
	if n == 0 || !nameStart[body[0]] {
		s.failf(s.pos, "a processing instruction without a name")
		return
	}
	if bytes.EqualFold(target, []byte("xml")) {
		switch {
		case string(target) != "xml":
			s.failf(s.pos, `a processing instruction may not be called %q`, target)
			return
		case s.declared.present || s.at != (place{}):
			rule := "xml-not-well-formed"
			if !s.begun && !s.declared.present && !s.doctype.present && s.at.lines+s.at.columns > 0 {
				rule = "xml-blank-first"
				s.fault(rule, s.at, "the XML declaration is not the first thing in the document: nothing may stand before it, not even an empty line")
				break
			}
			s.fail(rule, s.at, "an XML declaration in the middle of the document")
			return
		}
		if !s.declaration(body[n:]) {
			return
		}
	}
	if s.validControls(body, s.pos+2) {
		s.pos = end + 2
	}
}

// declaration takes what stands in "<?xml ...?>".
func (s *scanner) declaration(b []byte) bool {
	s.declared.present, s.declared.at = true, s.at
	step := 0 // version, encoding, standalone
	for {
		spaces := indexNonBlank(b)
		if spaces < 0 {
			break
		}
		rest := b[spaces:]
		eq := bytes.IndexByte(rest, '=')
		if eq < 0 || spaces == 0 {
			s.failf(s.pos, "the XML declaration is malformed")
			return false
		}
		key := string(bytes.TrimSpace(rest[:eq]))
		rest = bytes.TrimLeft(rest[eq+1:], " \t\r\n")
		if len(rest) < 2 || rest[0] != '"' && rest[0] != '\'' {
			s.failf(s.pos, "the XML declaration is malformed: a value without quotes")
			return false
		}
		end := bytes.IndexByte(rest[1:], rest[0])
		if end < 0 {
			s.failf(s.pos, "the XML declaration is malformed: a value without its closing quote")
			return false
		}
		value := string(rest[1 : 1+end])
		b = rest[end+2:]
		switch {
		case key == "version" && step == 0:
			s.declared.version, step = value, 1
		case key == "encoding" && step == 1:
			s.declared.encoding, step = value, 2
		case key == "standalone" && (step == 1 || step == 2) && (value == "yes" || value == "no"):
			step = 3
		default:
			s.failf(s.pos, "the XML declaration is malformed at %q", clip(key))
			return false
		}
	}
	if step == 0 {
		s.failf(s.pos, "the XML declaration has no version")
		return false
	}
	return true
}

func (s *scanner) endTag() bool {
	top := []byte(nil)
	if len(s.open) > 0 {
		top = s.top()
	}
	if b := s.buf[s.pos+2:]; len(top) > 0 && len(b) > len(top) && b[len(top)] == '>' && bytes.Equal(b[:len(top)], top) {
		s.pos += len(top) + 3
		s.close()
		return true
	}
	end := s.find(2, ">")
	if end < 0 {
		if !s.stopped {
			s.failf(s.pos, "the document ends within a tag")
		}
		return false
	}
	name := bytes.TrimRight(s.buf[s.pos+2:end], " \t\r\n")
	if len(s.open) == 0 {
		s.failf(s.pos, "</%s> closes nothing", clip(string(name)))
		return false
	}
	if top = s.top(); !bytes.Equal(name, top) {
		s.failf(s.pos, "</%s> where </%s> was expected", clip(string(name)), clip(string(top)))
		return false
	}
	s.pos = end + 1
	s.close()
	return true
}

func (s *scanner) close() {
	last := len(s.open) - 1
	s.names = s.names[:s.open[last]]
	s.bindings = s.bindings[:s.bounds[last]]
	s.open, s.bounds = s.open[:last], s.bounds[:last]
}

func (s *scanner) startTag() bool {
	from := 1
	for {
		n := s.scanTag(s.buf[s.pos:])
		if s.stopped {
			return false
		}
		if n > 0 {
			return s.begin(n)
		}
		for {
			from = max(from, len(s.buf)-s.pos)
			if !s.more() {
				if !s.stopped {
					s.failf(s.pos, "the document ends within a tag")
				}
				return false
			}
			if bytes.IndexByte(s.buf[s.pos+from:], '>') >= 0 {
				break
			}
		}
	}
}

// scanTag reads the start tag that b begins with and returns its length, or 0
// if b ends before it does.
func (s *scanner) scanTag(b []byte) int {
	i := 1
	for i < len(b) && nameByte[b[i]] {
		i++
	}
	s.name, s.attrs, s.empty = b[1:i], s.attrs[:0], false
	for {
		j := i
		for i < len(b) && blank[b[i]] {
			i++
		}
		if i >= len(b) {
			return 0
		}
		switch {
		case b[i] == '>':
			return i + 1
		case b[i] == '/':
			if i+1 >= len(b) {
				return 0
			}
			if b[i+1] != '>' {
				s.failf(s.pos+i, `"/" within a tag`)
				return 0
			}
			s.empty = true
			return i + 2
		case i == j:
			s.failf(s.pos+i, "%q where a space was expected within a tag", b[i])
			return 0
		case !nameStart[b[i]]:
			s.failf(s.pos+i, "%q where the name of an attribute was expected", b[i])
			return 0
		}
		begin, colon := i, -1
		for i < len(b) && nameByte[b[i]] {
			if b[i] == ':' && colon < 0 {
				colon = i - begin
			}
			i++
		}
		name := b[begin:i]
		for i < len(b) && blank[b[i]] {
			i++
		}
		if i >= len(b) {
			return 0
		}
		if b[i] != '=' {
			s.failf(s.pos+i, "the attribute %s has no value", clip(string(name)))
			return 0
		}
		i++
		for i < len(b) && blank[b[i]] {
			i++
		}
		if i >= len(b) {
			return 0
		}
		q := b[i]
		if q != '"' && q != '\'' {
			s.failf(s.pos+i, "the value of the attribute %s has no quotes", clip(string(name)))
			return 0
		}
		end := bytes.IndexByte(b[i+1:], q)
		if end < 0 {
			return 0
		}
		a := rawAttr{local: name, value: b[i+1 : i+1+end], at: s.pos + begin}
		if colon == 0 || colon == len(name)-1 || colon > 0 && bytes.IndexByte(name[colon+1:], ':') >= 0 {
			s.failf(s.pos+begin, "%q is no name with a prefix", clip(string(name)))
			return 0
		}
		if colon > 0 {
			a.prefix, a.local = name[:colon], name[colon+1:]
		}
		if len(s.attrs) == maxAttributes {
			s.fail("document-limit", s.at, fmt.Sprintf("an element has more than %d attributes", maxAttributes))
			return 0
		}
		s.attrs = append(s.attrs, a)
		i += end + 2
	}
}

// begin opens the element whose tag, of n bytes, was scanned.
func (s *scanner) begin(n int) bool {
	if s.begun && len(s.open) == 0 {
		s.failf(s.pos, "a second element beside the document's")
		return false
	}
	if len(s.open) >= maxDepth {
		s.fail("document-limit", s.at, fmt.Sprintf("elements stand more than %d deep within each other", maxDepth))
		return false
	}
	s.begun = true
	s.open = append(s.open, len(s.names))
	s.bounds = append(s.bounds, len(s.bindings))
	s.names = append(s.names, s.name...)
	for i := range s.attrs {
		a := &s.attrs[i]
		if !s.wellFormedText(a.value, s.pos+offsetIn(s.buf[s.pos:], a.value), true) {
			return false
		}
		isDefault := a.prefix == nil && string(a.local) == "xmlns"
		if isDefault || string(a.prefix) == "xmlns" {
			if len(s.bindings) == maxBindings {
				s.fail("document-limit", s.at, fmt.Sprintf("more than %d namespace prefixes are in force", maxBindings))
				return false
			}
			prefix := ""
			if !isDefault {
				prefix = string(a.local)
			}
			uri := string(s.appendText(nil, a.value))
			if prefix != "" && uri == "" {
				s.failf(a.at, "the prefix %s is bound to nothing", clip(prefix))
				return false
			}
			if prefix == "xmlns" || (prefix == "xml") != (uri == xmlURI) {
				s.failf(a.at, "the prefix %s can't be bound to %q", clip(prefix), clip(uri))
				return false
			}
			s.bindings = append(s.bindings, binding{prefix, uri, spaceOf(uri)})
			a.space = spaceXMLNS
			s.bind(prefix, uri, s.placeAfter(a.at))
			if s.stopped {
				return false
			}
		}
	}
	var prefix []byte
	local := s.name
	if i := bytes.IndexByte(s.name, ':'); i >= 0 {
		prefix, local = s.name[:i], s.name[i+1:]
		if i == 0 || len(local) == 0 || bytes.IndexByte(local, ':') >= 0 {
			s.failf(s.pos, "%q is no name with a prefix", clip(string(s.name)))
			return false
		}
	}
	s.local = local
	var ok bool
	if s.space, s.uri, ok = s.resolve(prefix, false); !ok {
		s.failf(s.pos, "the prefix %s of <%s> is not declared", clip(string(prefix)), clip(string(s.name)))
		return false
	}
	for i := range s.attrs {
		a := &s.attrs[i]
		if a.space == spaceXMLNS {
			continue
		}
		if a.space, a.uri, ok = s.resolve(a.prefix, true); !ok {
			s.failf(a.at, "the prefix %s of the attribute %s is not declared", clip(string(a.prefix)), clip(string(a.local)))
			return false
		}
	}
	for i := range s.attrs {
		for j := range s.attrs[:i] {
			a, b := &s.attrs[i], &s.attrs[j]
			if bytes.Equal(a.local, b.local) && (bytes.Equal(a.prefix, b.prefix) || a.uri != "" && a.uri == b.uri) {
				s.failf(a.at, "the attribute %s stands twice in one tag", clip(string(a.local)))
				return false
			}
		}
	}
	s.pos += n
	s.end = s.placeAt(s.pos)
	return true
}

func offsetIn(whole, part []byte) int { return cap(whole) - cap(part) }

// placeAfter is the place of buf[i] within the present token.
func (s *scanner) placeAfter(i int) place { return s.at.after(s.buf[s.from:i]) }

func (s *scanner) resolve(prefix []byte, attr bool) (space, string, bool) {
	if attr && prefix == nil {
		return spaceNone, "", true
	}
	if string(prefix) == "xml" {
		return spaceXML, xmlURI, true
	}
	for i := len(s.bindings) - 1; i >= 0; i-- {
		if b := &s.bindings[i]; b.prefix == string(prefix) {
			return b.space, b.uri, true
		}
	}
	return spaceNone, "", prefix == nil
}

const xmlURI = "http://www.w3.org/XML/1998/namespace"

var (
	blank     = set(" \t\r\n")
	nameStart = letters("_:")
	nameByte  = letters("_:-.0123456789")
	plainText = func() (c [256]bool) {
		for i := 0x20; i < 0x80; i++ {
			c[i] = true
		}
		c['\t'], c['\n'], c['\r'] = true, true, true
		c['&'], c['<'], c[']'] = false, false, false
		return c
	}()
)

func set(chars string) (class [256]bool) {
	for i := range len(chars) {
		class[chars[i]] = true
	}
	return class
}

func letters(chars string) [256]bool {
	class := set(chars)
	for i := range class {
		if i >= 'a' && i <= 'z' || i >= 'A' && i <= 'Z' || i >= 0x80 {
			class[i] = true
		}
	}
	return class
}
