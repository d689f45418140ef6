package xmltoken

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/relref"
)

// Bounds that no feed comes near, and that keep a hostile one from making the
// reader work or remember out of proportion.
const (
	minWindow     = 1 << 10
	maxWindow     = 32 << 10 // what the window holds unless a single token is longer
	maxTag        = 1 << 20  // bytes of a tag
	maxText       = 16 << 20 // bytes of a run of text, and of a field
	maxAttributes = 256      // of an element
	maxBindings   = 512      // namespace prefixes in force
	maxWrongEnds  = 10_000   // end tags of what is not open
	maxLetter     = 64 << 20 // bytes of a letter, or of a title page
	maxHead       = 1 << 20  // bytes that tell what a document is
	maxAhead      = 16 << 20 // bytes that are searched for end tags
)

// MaxFaults is how many faults are remembered.
const MaxFaults = 100

// A Reader cuts a stream of UTF-8 into XML tokens. It sees the document
// through a window that slides over it, so that its memory is bounded by the
// longest token. Small faults are mended and noted: an undeclared prefix, a
// lone "&", an end tag that closes what is not open.
//
// The exported fields are the present token's. What they point at holds until
// the next one.
type Reader struct {
	Kind  Kind
	Text  []byte // of a Text, with its references
	CDATA bool   // the text stands in a CDATA section: it has no references
	Name  []byte // of a tag, with its prefix
	Local []byte // of a tag, without
	Space namespace.Space
	Attrs []Attr
	// Prefixed says that an attribute has a prefix other than xml and xmlns.
	Prefixed bool
	Empty    bool        // the tag was <name/>: its end comes next
	Room     relref.Room // for the URLs of the document that are made absolute
	Odd      bool        // a reference stood for a C1 control character, or a prefix for what none may

	src      io.Reader
	buf      []byte // the window
	pos      int    // where in buf the next token begins
	from     int    // where the present one began, for errors
	eof      bool   // buf holds the last of the document
	srcErr   error  // why it is the last, if the document doesn't end there
	passed   Place  // of buf[0]
	here     Place  // of buf[counted], up to where lines were counted last
	counted  int
	holding  bool   // the document's head stays in the window
	head     []byte // of a document that is longer
	read     int64  // bytes taken from src
	maxBytes int64
	maxDepth int
	paired   bool
	strict   bool
	told     func(what error, name []byte, at Place)
	spaceOf  func(uri string) namespace.Space
	docName  string
	docHead  string // the document type, up to what it declares itself
	docAt    Place
	begins   Place // of the present token, to a strict reader
	bound    *Binding
	xmlSaid  string // the version in the XML declaration
	xmlAt    Place

	open     []element
	names    []byte // of the open elements, one after the other
	bindings []Binding
	base     string          // xml:base, resolved
	bases    []string        // of the elements around those that state one
	plainest namespace.Space // of names without a prefix
	scratch  []byte
	alias    map[string]namespace.Space // namespaces that the root element makes its own
	entities entities
	inner    vocabulary // of the markup that is being written

	begun     bool // the root element was opened
	err       error
	faults    []*Fault
	mended    []mendedAttribute // of the present tag
	within    int               // how many elements the present end tag closes before its own
	wrongEnds int
	limit     int64 // what may be read before the present letter ends
	ahead     int   // what was searched for end tags
}

// Options say how a document is read. They have no defaults: those are the
// business of who knows what the document is.
type Options struct {
	Size     int // of the document, if it is known, so that a small one takes little memory
	MaxBytes int64
	MaxDepth int    // of elements within each other
	Base     string // that an xml:base is relative to
	Paired   bool   // an end tag in the wrong place ends the reading

	// Strict is as strict as XML 1.0 and its namespaces are: the first thing that
	// is not well-formed ends the reading. A strict reader keeps the places of
	// tokens and attributes, and no head of the document.
	Strict bool
	// Told is called by a strict reader with what leaves the document well-formed
	// and is of no use to readers: ErrUndefined, ErrExternal, ErrLateDeclaration.
	Told func(what error, name []byte, at Place)
	// SpaceOf says to a strict reader what a namespace is, by a table of the caller.
	SpaceOf func(uri string) namespace.Space
}

// NewReader returns a reader of the UTF-8 that src gives. It reads nothing yet.
func NewReader(src io.Reader, o Options) *Reader {
	size := maxWindow
	if o.Size > 0 {
		size = min(max(o.Size+1, minWindow), maxWindow)
	}
	t := &Reader{
		src:      src,
		buf:      make([]byte, 0, size),
		holding:  !o.Strict,
		maxBytes: o.MaxBytes,
		maxDepth: o.MaxDepth,
		base:     o.Base,
		paired:   o.Paired,
		strict:   o.Strict,
		told:     o.Told,
		spaceOf:  o.SpaceOf,
		limit:    maxLetter,
	}
	if t.strict {
		t.limit = math.MaxInt64
		t.bindings = append(t.bindings, Binding{"xml", namespace.XML.URI(), t.spaceOf(namespace.XML.URI())})
	}
	return t
}

// more slides the window to pos and reads on. It reports false at the end of
// the document, or with an error.
func (t *Reader) more() bool {
	if t.eof && t.err == nil {
		t.err = t.srcErr
	}
	if t.eof || t.err != nil {
		return false
	}
	if t.pos > 0 && (!t.holding || t.keepHead()) {
		t.passed = t.at(t.pos)
		t.here, t.counted = t.passed, 0
		t.buf = t.buf[:copy(t.buf, t.buf[t.pos:])]
		t.from = max(0, t.from-t.pos)
		t.pos = 0
	}
	if t.read > t.limit {
		t.Fail(ErrTooLarge, fmt.Sprintf("a letter is longer than %d bytes", maxLetter))
		return false
	}
	if len(t.buf) > maxText {
		t.Fail(ErrTooLarge, fmt.Sprintf("a tag or a text is longer than %d bytes", maxText))
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
	t.Room.Size = int(min(t.read, math.MaxInt32))
	t.buf = t.buf[:len(t.buf)+n]
	switch {
	case t.read > t.maxBytes:
		t.buf = t.buf[:len(t.buf)-1]
		t.eof, t.srcErr = true, faultAt(t.at(len(t.buf)), ErrTooLarge, fmt.Sprintf("the document is longer than %d bytes", t.maxBytes))
		n--
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		t.eof = true
	case err != nil:
		t.eof, t.srcErr = true, faultAt(t.at(len(t.buf)), err, err.Error())
	}
	if n == 0 {
		t.err = t.srcErr
	}
	return n > 0
}

// keepHead reports whether the window may slide although the document's head is
// held: the document is longer than that, and its head is in a copy.
func (t *Reader) keepHead() bool {
	if t.head == nil && len(t.buf) >= maxHead {
		t.head = bytes.Clone(t.buf[:maxHead])
	}
	return t.head != nil
}

// Release lets go of the document's head, which is held up to then for Ahead and
// Head.
func (t *Reader) Release() { t.holding, t.head = false, nil }

// Ahead reads on, without going to another token, until a mebibyte of the
// document is there, or the whole. It returns what is there, from the beginning;
// nil if the present token stands further in than that.
func (t *Reader) Ahead() []byte {
	if t.head != nil {
		return nil
	}
	for len(t.buf) < maxHead && !t.eof && t.more() {
	}
	return t.buf[:min(len(t.buf), maxHead)]
}

// First returns the first character of the document that is no white space, or
// "".
func (t *Reader) First() string {
	for i := 0; ; i++ {
		if i == len(t.buf) && (t.eof || i >= maxHead || !t.more()) {
			return ""
		}
		if !blank[t.buf[i]] {
			return string(t.buf[i : i+1])
		}
	}
}

// Head returns the first mebibyte of the document, or the whole if it is
// shorter, so that what a document is told to be depends on nothing else. The
// error is that of a source that failed before. No token can be read after it.
func (t *Reader) Head() ([]byte, error) {
	head := t.head
	if head == nil {
		t.err = nil
		head = t.Ahead()
	}
	if t.srcErr != nil && !errors.Is(t.srcErr, ErrTooLarge) {
		return nil, t.srcErr
	}
	return head, nil
}

// Rest returns what was not read of the document, whole.
func (t *Reader) Rest() ([]byte, error) {
	t.Release()
	rest := bytes.Clone(t.buf[t.pos:])
	for t.pos = len(t.buf); t.more(); t.pos = len(t.buf) {
		t.Renew()
		rest = append(rest, t.buf[t.pos:]...)
	}
	return rest, t.err
}

// Encloses reports whether one of the elements that are open around the present one,
// the outermost of which stands at a depth, has its end tag further on, rather than
// none. A mebibyte is looked through for it, and in the whole document maxAhead.
func (t *Reader) Encloses(depth int) bool {
	for i := len(t.open) - 2; i >= max(0, depth-1); i-- {
		e := &t.open[i]
		if e.ends = e.ends || t.endsAhead(t.names[e.name:t.open[i+1].name]); e.ends {
			return true
		}
	}
	return false
}

// endsAhead reports whether the end tag of an open element of a name follows, and not
// only those of others of the name that begin further on.
func (t *Reader) endsAhead(name []byte) bool {
	held, before := t.holding, t.err
	t.holding = true // so that the present token stays where it is
	for len(t.buf) < maxHead && !t.eof && t.more() {
	}
	t.holding, t.err = held, before
	b := t.buf[t.pos:]
	for depth := 1; t.ahead < maxAhead; {
		i := bytes.Index(b, name)
		if i < 0 {
			t.ahead += len(b)
			return false
		}
		t.ahead += i + len(name)
		tag, after := b[:i], b[i+len(name):]
		if b = after; len(b) == 0 || nameByte[b[0]] {
			continue
		}
		if bytes.HasSuffix(tag, []byte("</")) {
			if depth--; depth == 0 {
				return true
			}
		} else if bytes.HasSuffix(tag, []byte("<")) {
			end := bytes.IndexByte(b, '>')
			if end < 0 {
				return false
			}
			if t.ahead += end; end == 0 || b[end-1] != '/' {
				depth++
			}
		}
	}
	return false
}

// at returns the place of the byte at buf[i]. Places one after the other are
// counted on from each other.
func (t *Reader) at(i int) Place {
	i = min(i, len(t.buf))
	if i < t.counted {
		return t.passed.After(t.buf[:i])
	}
	t.here, t.counted = t.here.After(t.buf[t.counted:i]), i
	return t.here
}

// Fail ends the reading with an error at the present token. The first error
// stays.
func (t *Reader) Fail(err error, message string) { t.failAt(t.pos, err, message) }

// failAt is Fail for the byte at buf[i].
func (t *Reader) failAt(i int, err error, message string) {
	if t.err == nil {
		t.err = faultAt(t.at(i), err, message)
	}
}

// Note remembers a fault that was mended. The format may have one verb, for
// what, which is only printed if there is room for one more fault.
func (t *Reader) Note(format string, what []byte) {
	if len(t.faults) == MaxFaults {
		return
	}
	message := format
	if what != nil {
		message = fmt.Sprintf(format, what)
	}
	t.faults = append(t.faults, faultAt(t.at(t.from), nil, message))
}

// renew lets the next letter take its full size.
func (t *Reader) Renew() { t.limit = t.read + maxLetter }

// Err returns what ended the reading, a [*Fault], or nil.
func (t *Reader) Err() error { return t.err }

// Faults returns what was mended: the first hundred.
func (t *Reader) Faults() []*Fault { return t.faults }

// Place returns the line and the column, from 1, of what follows the present
// token.
func (t *Reader) Place() (line, column int) {
	p := t.at(t.pos)
	return p.Lines + 1, p.Columns + 1
}

// Doctype returns the name in the document type that was read, or "".
func (t *Reader) Doctype() string { return t.docName }

// Base returns the base that is in force: what xml:base states, resolved, or
// that of the options.
func (t *Reader) Base() string { return t.base }

// Based reports whether an xml:base is in force.
func (t *Reader) Based() bool { return len(t.bases) > 0 }

// Begun reports whether the root element was opened.
func (t *Reader) Begun() bool { return t.begun }

// Depth is the number of elements that are open.
func (t *Reader) Depth() int { return len(t.open) }
