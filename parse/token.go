package parse

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
)

// Bounds that no feed comes near, and that keep a hostile one from making the
// reader work or remember out of proportion.
const (
	minWindow     = 1 << 10
	maxWindow     = 32 << 10 // what the window holds unless a single token is longer
	maxTag        = 1 << 20  // bytes of a tag
	maxText       = 16 << 20 // bytes of a run of text, and of a field
	maxAttributes = 256      // of an element
	maxBindings   = 256      // namespace prefixes in force
	maxWrongEnds  = 10_000   // end tags in the wrong place
	maxFaults     = 100      // that are remembered
	maxLetter     = 64 << 20 // bytes of a letter, or of a title page
)

type tokenKind uint8

const (
	tokenEnd   tokenKind = iota // </name>, also after <name/>
	tokenStart                  // <name ...>
	tokenText                   // character data between tags
	tokenEOF                    // the root element was closed, or tokenizer.err says what happened
)

// A tagAttribute is an attribute as it stands in the document: its value still has its entities.
// Both slices hold until the next token.
type tagAttribute struct {
	prefix, local, raw []byte
}

// A binding of a namespace prefix, in force for the elements above depth.
type binding struct {
	prefix string
	uri    string
	space  space
}

// An element that is open.
type element struct {
	name     int  // where its name begins in tokenizer.names
	bindings int  // how many bindings were in force outside of it
	based    bool // it states a base of its own
}

// A tokenizer cuts a stream of UTF-8 into XML tokens. It sees the document
// through a window that slides over it, so that its memory is bounded by the
// longest token. Small faults are mended and noted: an undeclared prefix, a
// lone "&", an end tag that closes what is not open.
type tokenizer struct {
	src      io.Reader
	buf      []byte // the window
	pos      int    // where in buf the next token begins
	from     int    // where the present one began, for errors
	eof      bool   // buf holds the last of the document
	srcErr   error  // why it is the last, if the document doesn't end there
	passed   place
	read     int64 // bytes taken from src
	maxBytes int64
	maxDepth int

	// The present token.
	kind  tokenKind
	text  []byte // of a text
	cdata bool   // the text stands in a CDATA section: it has no entities
	name  []byte // of a tag, with its prefix
	local []byte // of a tag, without
	space space
	attrs []tagAttribute
	empty bool // the tag was <name/>: its end comes next

	open     []element
	names    []byte // of the open elements, one after the other
	bindings []binding
	base     string   // xml:base, resolved
	bases    []string // of the elements around those that state one
	plainest space    // of names without a prefix
	scratch  []byte
	alias    map[string]space // namespaces that the root element makes its own
	entities entities
	inner    vocabulary // of the markup that is being written

	begun     bool // the root element was opened
	err       error
	faults    []*Error
	wrongEnds int
	limit     int64 // what may be read before the present letter ends
}

// place is a place in the document, counted from its beginning.
type place struct {
	lines   int
	columns int
}

func (p place) after(b []byte) place {
	if i := bytes.LastIndexByte(b, '\n'); i >= 0 {
		p.lines += bytes.Count(b, []byte{'\n'})
		p.columns = 0
		b = b[i+1:]
	}
	p.columns += countRunes(b)
	return p
}

// countRunes is utf8.RuneCount for bytes that are known to be valid, eight at a
// time: documents of a single line are counted whole.
func countRunes(b []byte) int {
	n := len(b)
	for ; len(b) >= 8; b = b[8:] {
		x := binary.LittleEndian.Uint64(b)
		n -= bits.OnesCount64((x >> 7) &^ (x >> 6) & 0x0101010101010101)
	}
	for _, c := range b {
		if c&0xC0 == 0x80 {
			n--
		}
	}
	return n
}

func newTokenizer(src io.Reader, size int, o options) *tokenizer {
	return &tokenizer{
		src:      src,
		buf:      make([]byte, 0, min(max(size, minWindow), maxWindow)),
		maxBytes: o.maxBytes,
		maxDepth: o.maxDepth,
		base:     o.baseURL,
		limit:    maxLetter,
	}
}

// more slides the window to pos and reads on. It reports false at the end of
// the document, or with an error.
func (t *tokenizer) more() bool {
	if t.eof && t.err == nil {
		t.err = t.srcErr
	}
	if t.eof || t.err != nil {
		return false
	}
	if t.pos > 0 {
		t.passed = t.passed.after(t.buf[:t.pos])
		t.buf = t.buf[:copy(t.buf, t.buf[t.pos:])]
		t.from = max(0, t.from-t.pos)
		t.pos = 0
	}
	if t.read > t.limit {
		t.fail(ErrTooLarge, fmt.Sprintf("a letter is longer than %d bytes", maxLetter))
		return false
	}
	if len(t.buf) > maxText {
		t.fail(ErrTooLarge, fmt.Sprintf("a tag or a text is longer than %d bytes", maxText))
		return false
	}
	if cap(t.buf)-len(t.buf) < cap(t.buf)/4 {
		t.buf = append(make([]byte, 0, 2*cap(t.buf)), t.buf...)
	}
	free := t.buf[len(t.buf):cap(t.buf)]
	if over := t.maxBytes - t.read; int64(len(free)) > over {
		free = free[:over+1] // one more than allowed, to know whether there is more
	}
	n, err := io.ReadAtLeast(t.src, free, min(len(free), 4096))
	t.read += int64(n)
	t.buf = t.buf[:len(t.buf)+n]
	switch {
	case t.read > t.maxBytes:
		t.buf = t.buf[:len(t.buf)-1]
		t.eof, t.srcErr = true, t.errorAt(t.at(len(t.buf)), ErrTooLarge, fmt.Sprintf("the document is longer than %d bytes", t.maxBytes))
		return n > 1
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		t.eof = true
	case err != nil:
		t.eof, t.srcErr = true, t.errorAt(t.at(len(t.buf)), err, err.Error())
	}
	return n > 0
}

// at returns the place of the byte at buf[i].
func (t *tokenizer) at(i int) place { return t.passed.after(t.buf[:min(i, len(t.buf))]) }

// fail ends the reading with an error at the present token. The first error
// stays.
func (t *tokenizer) fail(err error, message string) { t.failAt(t.at(t.pos), err, message) }

func (t *tokenizer) failAt(p place, err error, message string) {
	if t.err == nil {
		t.err = t.errorAt(p, err, message)
	}
}

func (t *tokenizer) errorAt(p place, err error, message string) error {
	return &Error{Line: p.lines + 1, Column: p.columns + 1, Message: message, Err: err}
}

// errMalformed is behind the errors of documents that are too far from
// well-formed to be read as they stand. Feed reads those the forgiving way.
var errMalformed = errors.New("document is not well-formed")

// note remembers a fault that was mended. The format may have one verb, for
// what, which is only printed if there is room for one more fault.
func (t *tokenizer) note(format string, what []byte) {
	if len(t.faults) == maxFaults {
		return
	}
	message := format
	if what != nil {
		message = fmt.Sprintf(format, what)
	}
	p := t.at(t.from)
	t.faults = append(t.faults, &Error{Line: p.lines + 1, Column: p.columns + 1, Message: message})
}

// renew lets the next letter take its full size.
func (t *tokenizer) renew() { t.limit = t.read + maxLetter }

// depth is the number of elements that are open.
func (t *tokenizer) depth() int { return len(t.open) }

// next goes to the next token.
func (t *tokenizer) next() tokenKind {
	t.kind = t.advance()
	return t.kind
}

// nextTag goes to the next token where white space means nothing.
func (t *tokenizer) nextTag() tokenKind {
	if !t.empty {
		for t.pos < len(t.buf) && blank[t.buf[t.pos]] {
			t.pos++
		}
	}
	return t.next()
}

func (t *tokenizer) advance() tokenKind {
	if t.empty {
		t.empty = false
		t.close()
		return tokenEnd
	}
	for t.err == nil {
		if t.begun && len(t.open) == 0 {
			return tokenEOF
		}
		if t.pos == len(t.buf) && !t.more() {
			t.truncated()
			break
		}
		t.from = t.pos
		if t.buf[t.pos] != '<' {
			if t.characters() {
				return tokenText
			}
			continue
		}
		if len(t.buf)-t.pos < 2 && !t.more() {
			t.truncated()
			break
		}
		switch c := t.buf[t.pos+1]; {
		case c == '/':
			if t.endTag() {
				return tokenEnd
			}
		case c == '!':
			if t.declaration() {
				return tokenText
			}
		case c == '?':
			t.skipTo(2, "?>")
		case nameStart[c]:
			if t.startTag() {
				return tokenStart
			}
		default:
			if t.strayLess() {
				return tokenText
			}
		}
	}
	return tokenEOF
}

// truncated is what an end of the document is that comes too early.
func (t *tokenizer) truncated() {
	if t.err != nil {
		return
	}
	switch {
	case !t.begun:
		t.failAt(t.at(len(t.buf)), errMalformed, "the document ends before its first element")
	default:
		t.failAt(t.at(len(t.buf)), ErrTruncated, fmt.Sprintf("the document ends before </%s>", t.top()))
	}
}

// top is the name of the innermost open element.
func (t *tokenizer) top() []byte {
	if len(t.open) == 0 {
		return nil
	}
	return t.names[t.open[len(t.open)-1].name:]
}

// characters takes the text up to the next tag.
func (t *tokenizer) characters() bool {
	from := 0
	for {
		b := t.buf[t.pos:]
		if i := bytes.IndexByte(b[from:], '<'); i >= 0 {
			t.text, t.cdata = b[:from+i], false
			t.pos += from + i
			break
		}
		from = len(b)
		if !t.more() {
			if t.err != nil {
				return false
			}
			t.text, t.cdata = t.buf[t.pos:], false
			t.pos = len(t.buf)
			break
		}
	}
	if len(t.open) > 0 {
		return true
	}
	if len(bytes.TrimSpace(t.text)) > 0 {
		t.note("text before the first element", nil)
	}
	return false
}

// strayLess takes a "<" that begins no tag as text.
func (t *tokenizer) strayLess() bool {
	t.note(`"<" that begins no tag`, nil)
	t.text, t.cdata = t.buf[t.pos:t.pos+1], true
	t.pos++
	return len(t.open) > 0
}

// find returns where, counted from pos, the first mark at or after from ends.
// It reads on until it is there, and reports -1 with an error if it never comes.
func (t *tokenizer) find(from int, mark string) int {
	for {
		b := t.buf[t.pos:]
		if from < len(b) {
			if i := bytes.Index(b[from:], []byte(mark)); i >= 0 {
				return from + i + len(mark)
			}
			from = max(from, len(b)-len(mark)+1)
		}
		if !t.more() {
			t.truncated()
			return -1
		}
	}
}

// skipTo passes over the present token, which ends with mark.
func (t *tokenizer) skipTo(from int, mark string) {
	for {
		b := t.buf[t.pos:]
		if from < len(b) {
			if i := bytes.Index(b[from:], []byte(mark)); i >= 0 {
				t.pos += from + i + len(mark)
				return
			}
			// What was searched need not be kept in the window.
			keep := min(len(b), len(mark)-1)
			t.pos += len(b) - keep
			from = 0
		}
		if !t.more() {
			t.truncated()
			return
		}
	}
}

// declaration takes what begins with "<!": a comment, a CDATA section, which is
// a text, or a document type.
func (t *tokenizer) declaration() bool {
	const cdata, comment = "<![CDATA[", "<!--"
	for len(t.buf)-t.pos < len(cdata) && t.more() {
	}
	b := t.buf[t.pos:]
	switch {
	case bytes.HasPrefix(b, []byte(comment)):
		t.skipTo(len(comment), "-->")
	case bytes.HasPrefix(b, []byte(cdata)):
		end := t.find(len(cdata), "]]>")
		if end < 0 {
			return false
		}
		t.text, t.cdata = t.buf[t.pos+len(cdata):t.pos+end-3], true
		t.pos += end
		return len(t.open) > 0
	case len(b) >= 9 && bytes.EqualFold(b[:9], []byte("<!DOCTYPE")):
		t.doctype()
	case t.eof && (bytes.HasPrefix([]byte(cdata), b) || bytes.HasPrefix([]byte(comment), b)):
		t.truncated()
	default:
		return t.strayLess()
	}
	return false
}

// endTag takes "</name>". An end tag of an element further out closes what is
// open within it; one of an element that isn't open is passed over.
func (t *tokenizer) endTag() bool {
	top := t.top()
	if b := t.buf[t.pos+2:]; len(b) > len(top) && len(top) > 0 && b[len(top)] == '>' && bytes.Equal(b[:len(top)], top) {
		t.pos += len(top) + 3
		t.close()
		return true
	}
	end := t.findTagEnd()
	if end < 0 {
		return false
	}
	b := t.buf[t.pos+2 : t.pos+end]
	n := 0
	for n < len(b) && nameByte[b[n]] {
		n++
	}
	name := b[:n]
	if bytes.Equal(name, t.top()) && len(t.open) > 0 {
		t.pos += end + 1
		t.close()
		return true
	}
	for i := len(t.open) - 2; i >= 0; i-- {
		if bytes.Equal(name, t.names[t.open[i].name:t.open[i+1].name]) {
			t.misnested("</%s> closes more than one element", name)
			t.close() // and once more for this tag, which stays where it is
			return true
		}
	}
	t.misnested("</%s> closes nothing that is open", name)
	t.pos += end + 1
	return false
}

// misnested notes an end tag that stands in the wrong place. Elements that can
// hardly be told apart are no feed's.
func (t *tokenizer) misnested(format string, name []byte) {
	t.note(format, name)
	if t.wrongEnds++; t.wrongEnds > maxWrongEnds {
		t.fail(errMalformed, fmt.Sprintf("more than %d end tags stand in the wrong place", maxWrongEnds))
	}
}

// findTagEnd returns where, counted from pos, the ">" of an end tag is. The
// last end tag of a document may lack it.
func (t *tokenizer) findTagEnd() int {
	from := 2
	for {
		b := t.buf[t.pos:]
		if i := bytes.IndexByte(b[from:], '>'); i >= 0 {
			return from + i
		}
		from = len(b)
		if from > maxTag {
			t.fail(ErrTooLarge, fmt.Sprintf("a tag is longer than %d bytes", maxTag))
			return -1
		}
		if t.more() {
			continue
		}
		if b = t.buf[t.pos+2:]; t.err == nil && len(t.open) == 1 && bytes.Equal(bytes.TrimSpace(b), t.top()) {
			t.note("the document ends within its last tag", nil)
			t.buf = append(t.buf, '>')
			return len(b) + 2
		}
		t.truncated()
		return -1
	}
}

// close ends the innermost element.
func (t *tokenizer) close() {
	e := t.open[len(t.open)-1]
	t.open = t.open[:len(t.open)-1]
	t.names = t.names[:e.name]
	if len(t.bindings) > e.bindings {
		t.bindings = t.bindings[:e.bindings]
		t.plainest = t.unprefixed()
	}
	if e.based {
		t.base = t.bases[len(t.bases)-1]
		t.bases = t.bases[:len(t.bases)-1]
	}
}

// startTag takes "<name attribute="value">".
func (t *tokenizer) startTag() bool {
	for from := 1; ; {
		n, ok := t.scanTag(t.buf[t.pos:])
		if t.err != nil {
			return false
		}
		if ok {
			return t.begin(n)
		}
		// The window ends within the tag. It can't be complete before there is
		// another ">".
		for {
			before := len(t.buf) - t.pos
			if before > maxTag {
				t.fail(ErrTooLarge, fmt.Sprintf("a tag is longer than %d bytes", maxTag))
				return false
			}
			from = before
			if !t.more() {
				t.truncated()
				return false
			}
			if bytes.IndexByte(t.buf[t.pos+from:], '>') >= 0 {
				break
			}
		}
	}
}

// begin opens the element whose tag, of n bytes, was scanned.
func (t *tokenizer) begin(n int) bool {
	if len(t.open) >= t.maxDepth {
		t.fail(ErrTooDeep, fmt.Sprintf("elements stand more than %d deep within each other", t.maxDepth))
		return false
	}
	t.open = append(t.open, element{name: len(t.names), bindings: len(t.bindings)})
	t.names = append(t.names, t.name...)
	if len(t.attrs) > 0 {
		t.declare()
	}
	prefix, local := splitName(t.name)
	t.local = local
	t.space = t.resolve(prefix)
	t.begun = true
	t.pos += n
	return true
}

// scanTag reads name and attributes of the start tag that b begins with, and
// returns the tag's length. It reports false if b ends before the tag does.
func (t *tokenizer) scanTag(b []byte) (int, bool) {
	i := 1
	for i < len(b) && nameByte[b[i]] {
		i++
	}
	t.name = b[1:i]
	t.attrs = t.attrs[:0]
	t.empty = false
	for {
		for i < len(b) && blank[b[i]] {
			i++
		}
		if i >= len(b) {
			return 0, false
		}
		switch b[i] {
		case '>':
			return i + 1, true
		case '/':
			if i+1 >= len(b) {
				return 0, false
			}
			if b[i+1] == '>' {
				t.empty = true
				return i + 2, true
			}
			i++
			continue
		}
		begin, colon := i, 0
		for i < len(b) && nameByte[b[i]] {
			if b[i] == ':' && colon == 0 {
				colon = i - begin
			}
			i++
		}
		name := b[begin:i]
		for i < len(b) && blank[b[i]] {
			i++
		}
		if i >= len(b) {
			return 0, false
		}
		if len(name) == 0 || b[i] != '=' {
			return 0, t.badTag(i, "an attribute and its value were expected")
		}
		i++
		for i < len(b) && blank[b[i]] {
			i++
		}
		if i >= len(b) {
			return 0, false
		}
		var value []byte
		if q := b[i]; q == '"' || q == '\'' {
			end := bytes.IndexByte(b[i+1:], q)
			if end < 0 {
				return 0, false
			}
			value = b[i+1 : i+1+end]
			i += end + 2
		} else {
			begin := i
			for i < len(b) && !blank[b[i]] && b[i] != '>' && b[i] != '<' && b[i] != '"' && b[i] != '\'' {
				i++
			}
			if i >= len(b) {
				return 0, false
			}
			value = b[begin:i]
			if len(value) == 0 || b[i] == '<' || b[i] == '"' || b[i] == '\'' {
				return 0, t.badTag(i, "a quoted value was expected")
			}
			t.note("the value of %s has no quotes", name)
		}
		if len(t.attrs) == maxAttributes {
			t.fail(ErrTooLarge, fmt.Sprintf("an element has more than %d attributes", maxAttributes))
			return 0, false
		}
		a := tagAttribute{local: name, raw: value}
		if colon > 0 && colon+1 < len(name) {
			a.prefix, a.local = name[:colon], name[colon+1:]
		}
		t.attrs = append(t.attrs, a)
	}
}

// badTag ends the reading at byte i of the tag.
func (t *tokenizer) badTag(i int, message string) bool {
	t.failAt(t.at(t.pos+i), errMalformed, message)
	return false
}

// splitName cuts a name at its colon.
func splitName(name []byte) (prefix, local []byte) {
	if i := bytes.IndexByte(name, ':'); i > 0 && i+1 < len(name) {
		return name[:i], name[i+1:]
	}
	return nil, name
}

// declare puts the namespaces and the base that the present tag states in force.
func (t *tokenizer) declare() {
	for i := range t.attrs {
		a := &t.attrs[i]
		switch {
		case a.prefix == nil:
			if string(a.local) == "xmlns" {
				t.bind("", a)
			}
		case string(a.prefix) == "xmlns":
			t.bind(string(a.local), a)
		case string(a.prefix) == "xml" && string(a.local) == "base":
			if e := &t.open[len(t.open)-1]; !e.based {
				e.based = true
				t.bases = append(t.bases, t.base)
				t.base = resolveURL(t.base, t.value(a))
			}
		}
	}
}

func (t *tokenizer) bind(prefix string, a *tagAttribute) {
	if len(t.bindings) == maxBindings {
		t.fail(ErrTooLarge, fmt.Sprintf("more than %d namespace prefixes are in force", maxBindings))
		return
	}
	b := binding{prefix: prefix}
	var ok bool
	if b.space, ok = spaces[string(a.raw)]; ok {
		b.uri = spaceURI[b.space]
	} else {
		b.uri = oneLine(t.value(a))
		if b.space, ok = t.alias[b.uri]; !ok {
			b.space = spaceOf(b.uri)
		}
	}
	t.bindings = append(t.bindings, b)
	if prefix == "" {
		t.plainest = b.space
	}
}

// unprefixed returns the namespace of names without a prefix.
func (t *tokenizer) unprefixed() space {
	if b := t.lookup(nil); b != nil {
		return b.space
	}
	return t.alias[""]
}

// lookup returns the binding of a prefix, or nil.
func (t *tokenizer) lookup(prefix []byte) *binding {
	for i := len(t.bindings) - 1; i >= 0; i-- {
		if b := &t.bindings[i]; b.prefix == string(prefix) {
			return b
		}
	}
	return nil
}

func (t *tokenizer) resolve(prefix []byte) space {
	if len(prefix) == 0 {
		return t.plainest
	}
	if b := t.lookup(prefix); b != nil {
		return b.space
	}
	if string(prefix) != "xml" {
		t.note("the prefix %s is not declared", prefix)
	}
	if s, ok := usualPrefixes[string(prefix)]; ok {
		return s
	}
	return spaceOther
}

// adopt makes the namespace of the root element, which is none that is known,
// the one that its name says it is.
func (t *tokenizer) adopt(s space) {
	prefix, _ := splitName(t.name)
	uri := ""
	if b := t.lookup(prefix); b != nil {
		uri = b.uri
	}
	if t.alias == nil {
		t.alias = map[string]space{}
	}
	t.alias[uri] = s
	for i := range t.bindings {
		if t.bindings[i].uri == uri {
			t.bindings[i].space = s
		}
	}
	t.space, t.plainest = s, t.unprefixed()
}

// attr returns the value of the attribute without a prefix, or "".
func (t *tokenizer) attr(local string) string {
	for i := range t.attrs {
		if a := &t.attrs[i]; a.prefix == nil && string(a.local) == local {
			return t.value(a)
		}
	}
	return ""
}

// attrIn returns the value of the attribute in a namespace, or "".
func (t *tokenizer) attrIn(s space, local string) string {
	for i := range t.attrs {
		if a := &t.attrs[i]; a.prefix != nil && string(a.local) == local && t.resolve(a.prefix) == s {
			return t.value(a)
		}
	}
	return ""
}

// value decodes an attribute.
func (t *tokenizer) value(a *tagAttribute) string {
	if s, ok := usualValues[string(a.raw)]; ok {
		return s
	}
	if bytes.IndexByte(a.raw, '&') < 0 {
		return string(a.raw)
	}
	return string(t.decode(nil, a.raw))
}

// usualValues are those that most attributes have, so that they need no memory
// of their own.
var usualValues = func() map[string]string {
	m := map[string]string{}
	for _, s := range []string{
		"", "alternate", "self", "enclosure", "replies", "related", "via", "hub", "edit", "license", "service.post",
		"text", "html", "xhtml", "text/html", "text/plain", "application/xhtml+xml", "application/atom+xml", "application/rss+xml",
		"image/jpeg", "image/png", "image/gif", "image/webp", "audio/mpeg", "audio/x-m4a", "video/mp4", "application/pdf",
		"image", "audio", "video", "0", "1", "true", "false", "en", "en-US", "sv", "de", "fr", "escaped", "xml", "nofollow", "_blank",
	} {
		m[s] = s
	}
	return m
}()

// skip passes over the rest of the element that was just begun.
func (t *tokenizer) skip() {
	if _, ok := t.simple(true); ok {
		return
	}
	for depth := len(t.open); len(t.open) >= depth; {
		if t.next() == tokenEOF {
			return
		}
	}
}

// plain returns the text of the element that was just begun and passes its end.
// What stands in elements within it is left out. The bytes hold until the next
// token.
func (t *tokenizer) plain() []byte {
	if b, ok := t.simple(false); ok {
		return b
	}
	depth := len(t.open)
	t.scratch = t.scratch[:0]
	for {
		switch t.next() {
		case tokenText:
			if !t.take() {
				return nil
			}
		case tokenStart:
			t.skip()
		case tokenEnd:
			if len(t.open) < depth {
				return t.scratch
			}
		case tokenEOF:
			return nil
		}
	}
}

// take adds the present text to the scratch buffer.
func (t *tokenizer) take() bool {
	if len(t.scratch)+len(t.text) > maxText {
		t.fail(ErrTooLarge, fmt.Sprintf("the text of an element is longer than %d bytes", maxText))
		return false
	}
	if t.cdata {
		t.scratch = appendLines(t.scratch, t.text)
	} else {
		t.scratch = t.decode(t.scratch, t.text)
	}
	return true
}

// simple is the quick way for the usual element: text, or one CDATA section,
// and the end tag, all in the window. The bytes it returns are the window's. Raw
// ones may have references.
func (t *tokenizer) simple(raw bool) ([]byte, bool) {
	if t.empty {
		t.next()
		return nil, true
	}
	t.from = t.pos
	b := t.buf[t.pos:]
	text, end := b, 0
	if bytes.HasPrefix(b, []byte("<![CDATA[")) {
		i := bytes.Index(b, []byte("]]>"))
		if i < 0 {
			return nil, false
		}
		text, end = b[9:i], i+3
		if !raw && bytes.IndexByte(text, '\r') >= 0 {
			return nil, false
		}
	} else {
		i := bytes.IndexByte(b, '<')
		if i < 0 {
			return nil, false
		}
		text, end = b[:i], i
		if !raw && (bytes.IndexByte(text, '&') >= 0 || bytes.IndexByte(text, '\r') >= 0) {
			return nil, false
		}
	}
	name := t.top()
	n := end + 2 + len(name)
	if len(b) <= n || b[n] != '>' || b[end] != '<' || b[end+1] != '/' || !bytes.Equal(b[end+2:n], name) {
		return nil, false
	}
	t.pos += n + 1
	t.close()
	t.kind = tokenEnd
	return text, true
}

var (
	blank     = classOf(" \t\r\n", false)
	nameStart = classOf("_:", true)
	nameByte  = func() [256]bool {
		c := classOf("_:-.", true)
		for i := '0'; i <= '9'; i++ {
			c[i] = true
		}
		return c
	}()
)

// classOf is the set of the given bytes, with the letters of names or without.
func classOf(chars string, letters bool) (class [256]bool) {
	for i := range len(chars) {
		class[chars[i]] = true
	}
	for i := range class {
		if letters && (i >= 'a' && i <= 'z' || i >= 'A' && i <= 'Z' || i >= 0x80) {
			class[i] = true
		}
	}
	return class
}
