package xmltoken

import (
	"bytes"
	"fmt"

	"github.com/automationregion/newsletter/internal/namespace"
)

// A Kind is what a token is.
type Kind uint8

const (
	End   Kind = iota // </name>, also after <name/>
	Start             // <name ...>
	Text              // character data between tags
	EOF               // the root element was closed, or [Reader.Err] says what happened
)

// An Attr is an attribute as it stands in the document: its value still has its entities.
// Both slices hold until the next token.
type Attr struct {
	Prefix, Local, Raw []byte
}

// A Binding is one of a namespace prefix, which is in force here.
type Binding struct {
	Prefix string
	URI    string
	Space  namespace.Space
}

// An element that is open.
type element struct {
	name     int  // where its name begins in Reader.names
	bindings int  // how many bindings were in force outside of it
	based    bool // it states a base of its own
	ends     bool // its end tag was seen ahead
}

// Next goes to the next token.
func (t *Reader) Next() Kind {
	t.Kind = t.advance()
	return t.Kind
}

// NextTag goes to the next token where white space means nothing.
func (t *Reader) NextTag() Kind {
	if !t.Empty {
		for t.pos < len(t.buf) && blank[t.buf[t.pos]] {
			t.pos++
		}
	}
	return t.Next()
}

func (t *Reader) advance() Kind {
	if t.Empty {
		t.Empty = false
		t.close()
		return End
	}
	for t.err == nil {
		if t.begun && len(t.open) == 0 && !t.strict {
			return EOF
		}
		if t.pos == len(t.buf) && !t.more() {
			if !t.begun || len(t.open) > 0 {
				t.truncated()
			}
			break
		}
		t.from = t.pos
		if t.strict {
			t.begins = t.at(t.pos)
		}
		if t.buf[t.pos] != '<' {
			if t.characters() {
				return Text
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
				return End
			}
		case c == '!':
			if t.declaration() {
				return Text
			}
		case c == '?' && t.strict:
			t.strictInstruction()
		case c == '?':
			t.instruction()
		case nameStart[c]:
			if t.startTag() {
				return Start
			}
		default:
			if t.strayLess() {
				return Text
			}
		}
	}
	return EOF
}

// truncated is what an end of the document is that comes too early.
func (t *Reader) truncated() {
	if t.err != nil {
		return
	}
	switch {
	case t.strict && t.pos < len(t.buf):
		t.failAt(t.pos, ErrTruncated, "the document ends within "+unended(t.buf[t.pos:]))
	case !t.begun:
		t.failAt(len(t.buf), ErrMalformed, "the document ends before its first element")
	default:
		t.failAt(len(t.buf), ErrTruncated, fmt.Sprintf("the document ends before </%s>", t.top()))
	}
}

// top is the name of the innermost open element.
func (t *Reader) top() []byte {
	if len(t.open) == 0 {
		return nil
	}
	return t.names[t.open[len(t.open)-1].name:]
}

// characters takes the text up to the next tag.
func (t *Reader) characters() bool {
	from, start := 0, 0
	for {
		b := t.buf[t.pos:]
		if i := bytes.IndexByte(b[from:], '<'); i >= 0 {
			t.Text, t.CDATA, start = b[:from+i], false, t.pos
			t.pos += from + i
			break
		}
		from = len(b)
		if !t.more() {
			if t.err != nil {
				return false
			}
			t.Text, t.CDATA, start = t.buf[t.pos:], false, t.pos
			t.pos = len(t.buf)
			break
		}
	}
	if t.strict {
		return t.strictText(start)
	}
	if len(t.open) > 0 {
		return true
	}
	if len(bytes.TrimSpace(t.Text)) > 0 {
		t.Note("text before the first element", nil)
	}
	return false
}

// strayLess takes a "<" that begins no tag as text.
func (t *Reader) strayLess() bool {
	if t.strict {
		return t.malformed(t.pos, `"<" begins no tag here: where it is meant as text it is written &lt;`)
	}
	t.Note(`"<" that begins no tag`, nil)
	t.Text, t.CDATA = t.buf[t.pos:t.pos+1], true
	t.pos++
	return len(t.open) > 0
}

// find returns where, counted from pos, the first mark at or after from ends.
// It reads on until it is there, and reports -1 with an error if it never comes.
func (t *Reader) find(from int, mark string) int {
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
func (t *Reader) skipTo(from int, mark string) {
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

// instruction passes over a processing instruction, or the XML declaration, which has
// no tag in it: one that isn't closed ends where a tag could.
func (t *Reader) instruction() {
	const xml = "<?xml "
	for len(t.buf)-t.pos < len(xml) && t.more() {
	}
	if t.begun || !bytes.HasPrefix(t.buf[t.pos:], []byte(xml)) {
		t.skipTo(2, "?>")
		return
	}
	end := t.find(len(xml), ">")
	if end < 0 {
		return
	}
	declaration := t.buf[t.pos : t.pos+end]
	if less := bytes.IndexByte(declaration[1:], '<'); less >= 0 {
		end = 1 + less
	}
	if !bytes.HasSuffix(declaration[:end], []byte("?>")) {
		t.Note("the XML declaration is not closed", nil)
	}
	t.pos += end
}

// declaration takes what begins with "<!": a comment, a CDATA section, which is
// a text, or a document type.
func (t *Reader) declaration() bool {
	const cdata, comment = "<![CDATA[", "<!--"
	for len(t.buf)-t.pos < len(cdata) && t.more() {
	}
	b := t.buf[t.pos:]
	switch {
	case bytes.HasPrefix(b, []byte(comment)) && t.strict:
		t.strictComment()
	case bytes.HasPrefix(b, []byte(comment)):
		t.skipTo(len(comment), "-->")
	case bytes.HasPrefix(b, []byte(cdata)):
		end := t.find(len(cdata), "]]>")
		if end < 0 {
			return false
		}
		t.Text, t.CDATA = t.buf[t.pos+len(cdata):t.pos+end-3], true
		t.pos += end
		if t.strict {
			return t.strictCDATA()
		}
		return len(t.open) > 0
	case t.strict && bytes.HasPrefix(b, []byte("<!DOCTYPE")):
		if t.begun || t.docHead != "" {
			return t.malformed(t.pos, "a document type after the first element, or a second one")
		}
		t.doctype()
	case !t.strict && len(b) >= 9 && bytes.EqualFold(b[:9], []byte("<!DOCTYPE")):
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
