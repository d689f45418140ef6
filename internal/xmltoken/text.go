package xmltoken

import (
	"bytes"
	"fmt"

	"github.com/automationregion/newsletter/internal/namespace"
)

// Skip passes over the rest of the element that was just begun.
func (t *Reader) Skip() {
	if _, ok := t.simple(true); ok {
		return
	}
	for depth := len(t.open); len(t.open) >= depth; {
		if t.Next() == EOF {
			return
		}
	}
}

// Plain returns the text of the element that was just begun and passes its end.
// The text of prose within it belongs to it, that of other elements doesn't. The
// bytes hold until the next token.
func (t *Reader) Plain() []byte {
	if b, ok := t.simple(false); ok {
		return b
	}
	depth := len(t.open)
	t.scratch = t.scratch[:0]
	for {
		switch t.Next() {
		case Text:
			if !t.take() {
				return nil
			}
		case Start:
			if !t.Prose() {
				t.Skip()
			}
		case End:
			if len(t.open) < depth {
				return t.scratch
			}
		case EOF:
			return nil
		}
	}
}

// Prose reports whether the element that was just begun is one of HTML that
// stands in running text, of XHTML or of no namespace.
func (t *Reader) Prose() bool {
	return (t.Space == namespace.XHTML || t.Space == namespace.RSS) && proseElements[string(t.Local)]
}

var proseElements = map[string]bool{
	"a": true, "abbr": true, "b": true, "bdi": true, "bdo": true, "big": true, "br": true, "center": true, "cite": true, "code": true,
	"div": true, "em": true, "font": true, "i": true, "kbd": true, "mark": true, "p": true, "q": true, "s": true, "samp": true, "small": true,
	"span": true, "strong": true, "sub": true, "sup": true, "tt": true, "u": true, "var": true, "wbr": true,
}

// take adds the present text to the scratch buffer.
func (t *Reader) take() bool {
	if len(t.scratch)+len(t.Text) > maxText {
		t.Fail(ErrTooLarge, fmt.Sprintf("the text of an element is longer than %d bytes", maxText))
		return false
	}
	t.scratch = t.AppendText(t.scratch)
	return true
}

// AppendText appends the present text to dst, with its references replaced and
// its line ends made "\n".
func (t *Reader) AppendText(dst []byte) []byte {
	if t.CDATA {
		return appendLines(dst, t.Text)
	}
	return t.decode(dst, t.Text)
}

// Simple returns the text of the element that was just begun and passes its
// end, if that is all that there is to it and it is there as it stands. It
// reports false otherwise, and has done nothing.
func (t *Reader) Simple() ([]byte, bool) { return t.simple(false) }

// simple is the quick way for the usual element: text, or one CDATA section,
// and the end tag, all in the window. The bytes it returns are the window's. Raw
// ones may have references.
func (t *Reader) simple(raw bool) ([]byte, bool) {
	if t.Empty {
		t.Next()
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
	t.Kind = End
	return text, true
}
