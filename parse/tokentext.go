package parse

import (
	"bytes"
	"fmt"
)

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
