package parse

import (
	"bytes"
	"errors"
	"fmt"
	"io"
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
