package xmltoken

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/automationregion/newsletter/internal/text"
)

// Bounds of what a document may declare for itself.
const (
	maxDoctype    = 256 << 10 // bytes of a document type
	maxEntities   = 1000      // that it declares
	maxExpansion  = 1 << 20   // bytes that all references to them come to
	maxEntityNest = 8         // entities within each other
	maxReference  = 64        // bytes of "&name;"
)

// entities are those that the document type declares within the document.
// External ones are never read.
type entities struct {
	values   map[string]string
	external map[string]bool // of a strict reader: those that stand for another document
	expanded int
}

// decode appends text to dst with its references replaced and its line ends
// made "\n". A "&" that begins no reference is left as it is.
func (t *Reader) decode(dst, text []byte) []byte {
	dst = slices.Grow(dst, len(text))
	lines := bytes.IndexByte(text, '\r') >= 0
	for {
		i := bytes.IndexByte(text, '&')
		part := text
		if i >= 0 {
			part = text[:i]
		}
		if lines {
			dst = appendLines(dst, part)
		} else {
			dst = append(dst, part...)
		}
		if i < 0 {
			return dst
		}
		text = text[i:]
		n := 0
		switch { // what nearly all references are, in content that is escaped
		case len(text) < 5:
			dst, n = t.reference(dst, text, 0)
		case text[2] == 't' && text[3] == ';' && text[1] == 'l':
			dst, n = append(dst, '<'), 4
		case text[2] == 't' && text[3] == ';' && text[1] == 'g':
			dst, n = append(dst, '>'), 4
		case text[1] == 'a' && text[2] == 'm' && text[3] == 'p' && text[4] == ';':
			dst, n = append(dst, '&'), 5
		default:
			if dst, n = t.reference(dst, text, 0); t.err != nil {
				return dst
			}
		}
		text = text[n:]
	}
}

// appendLines appends text with the line ends of XML 1.0, section 2.11.
func appendLines(dst, text []byte) []byte {
	for {
		i := bytes.IndexByte(text, '\r')
		if i < 0 {
			return append(dst, text...)
		}
		dst = append(append(dst, text[:i]...), '\n')
		text = text[i+1:]
		if len(text) > 0 && text[0] == '\n' {
			text = text[1:]
		}
	}
}

// reference appends what the reference at the beginning of text stands for, and
// returns how many bytes it takes.
func (t *Reader) reference(dst, text []byte, nest int) ([]byte, int) {
	semicolon := 1
	for semicolon < len(text) && semicolon < maxReference && (nameByte[text[semicolon]] || text[semicolon] == '#') {
		semicolon++
	}
	if semicolon < 2 || semicolon == len(text) || text[semicolon] != ';' {
		if nest == 0 {
			t.Note(`"&" that begins no reference`, nil)
		}
		return append(dst, '&'), 1
	}
	name := text[1:semicolon]
	n := semicolon + 1
	switch string(name) {
	case "lt":
		return append(dst, '<'), n
	case "gt":
		return append(dst, '>'), n
	case "amp":
		return append(dst, '&'), n
	case "quot":
		return append(dst, '"'), n
	case "apos":
		return append(dst, '\''), n
	}
	if name[0] == '#' {
		if r, ok := characterReference(name[1:], t.strict); ok {
			t.Odd = t.Odd || r >= 0x80 && r < 0xA0
			return utf8.AppendRune(dst, r), n
		}
		t.Note("&%s; is no character", name)
		return append(dst, text[:n]...), n
	}
	if value, ok := t.entities.values[string(name)]; ok {
		return t.expand(dst, value, nest), n
	}
	if t.strict { // which was told of it
		return dst, n
	}
	if value, ok := HTMLEntity(string(name)); ok {
		return append(dst, value...), n
	}
	t.Note("&%s; is no known reference", name)
	return append(dst, '&'), 1
}

// expand appends the value of an entity that the document declares.
func (t *Reader) expand(dst []byte, value string, nest int) []byte {
	t.entities.expanded += len(value)
	if t.entities.expanded > maxExpansion || nest >= maxEntityNest {
		t.Fail(ErrTooLarge, fmt.Sprintf("the document's entities expand to more than %d bytes, or nest more than %d deep", maxExpansion, maxEntityNest))
		return dst
	}
	for t.err == nil {
		i := strings.IndexByte(value, '&')
		if i < 0 {
			return append(dst, value...)
		}
		dst = append(dst, value[:i]...)
		value = value[i:]
		n := 0
		dst, n = t.reference(dst, []byte(value[:min(len(value), maxReference)]), nest+1)
		value = value[n:]
	}
	return dst
}

// characterReference reads what stands between "&#" and ";". The numbers 128 to
// 159 mean windows-1252, as they do in HTML: nobody writes control characters. To a
// strict reader they mean what XML says.
func characterReference(digits []byte, strict bool) (rune, bool) {
	base := rune(10)
	if len(digits) > 0 && (digits[0] == 'x' || digits[0] == 'X' && !strict) {
		base, digits = 16, digits[1:]
	}
	if len(digits) == 0 {
		return 0, false
	}
	var r rune
	for _, c := range digits {
		var d rune
		switch {
		case c >= '0' && c <= '9':
			d = rune(c - '0')
		case base == 16 && c|0x20 >= 'a' && c|0x20 <= 'f':
			d = rune(c|0x20-'a') + 10
		default:
			return 0, false
		}
		if r = r*base + d; r > utf8.MaxRune {
			return 0, false
		}
	}
	if r >= 128 && r <= 159 && !strict {
		r = text.Windows1252[r-128]
	}
	ok := r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r < 0xD800 || r >= 0xE000 && r != 0xFFFE && r != 0xFFFF
	return r, ok
}

// doctype takes a document type and remembers the entities that it declares
// itself. One whose bracket or quote is never closed ends where it would without.
func (t *Reader) doctype() {
	var d doctypeEnd
	n := d.find(t.buf[t.pos:])
	for n == 0 && len(t.buf)-t.pos <= maxDoctype && t.more() {
		n = d.find(t.buf[t.pos:])
	}
	if n == 0 && t.err == nil {
		if !t.strict {
			n = cmp.Or((&doctypeEnd{noBrackets: true}).find(t.buf[t.pos:]), (&doctypeEnd{noBrackets: true, noQuotes: true}).find(t.buf[t.pos:]))
		}
		switch {
		case n > 0:
			t.Note("the document type is not closed", nil)
		case len(t.buf)-t.pos > maxDoctype:
			t.Fail(ErrTooLarge, fmt.Sprintf("the document type is longer than %d bytes", maxDoctype))
		default:
			t.truncated()
		}
	}
	if t.err != nil {
		return
	}
	subset := string(t.buf[t.pos : t.pos+n])
	if words := strings.Fields(subset[len("<!DOCTYPE") : len(subset)-1]); len(words) > 0 {
		t.docName = words[0]
	}
	t.docHead, _, _ = strings.Cut(subset, "[")
	t.docAt = t.begins
	for len(t.entities.values)+len(t.entities.external) < maxEntities {
		i := strings.Index(subset, "<!")
		if i < 0 {
			break
		}
		if subset = subset[i+2:]; strings.HasPrefix(subset, "--") {
			_, subset, _ = strings.Cut(subset[2:], "-->")
			continue
		}
		rest, ok := strings.CutPrefix(subset, "ENTITY")
		if !ok {
			continue
		}
		subset = rest
		rest = strings.TrimLeft(rest, " \t\r\n")
		end := strings.IndexAny(rest, " \t\r\n")
		if end <= 0 || rest[0] == '%' {
			continue
		}
		name := rest[:end]
		rest = strings.TrimLeft(rest[end:], " \t\r\n")
		if rest == "" || rest[0] != '"' && rest[0] != '\'' {
			if _, ok := t.entities.values[name]; t.strict && !ok {
				if t.entities.external == nil {
					t.entities.external = map[string]bool{}
				}
				t.entities.external[name] = true
			}
			continue
		}
		value, rest, ok := strings.Cut(rest[1:], rest[:1])
		if !ok {
			continue
		}
		subset = rest
		if _, ok := t.entities.values[name]; !ok {
			if t.entities.values == nil {
				t.entities.values = map[string]string{}
			}
			t.entities.values[name] = value
		}
	}
	t.pos += n
}

// A doctypeEnd looks for the end of a document type, and goes on where it stopped.
type doctypeEnd struct {
	noBrackets, noQuotes bool // which are text: what stands in brackets is counted by "<" and ">"

	at, brackets int
	quote        byte // that is open, '-' for a comment
}

// find returns how long the document type is that b begins with, or 0 if it goes on.
func (d *doctypeEnd) find(b []byte) int {
	for d.at = max(d.at, len("<!DOCTYPE")); d.at < len(b); d.at++ {
		switch c := b[d.at]; {
		case d.quote == '-':
			if c == '>' && bytes.HasSuffix(b[:d.at], []byte("--")) {
				d.quote = 0
			}
		case d.quote != 0:
			if c == d.quote {
				d.quote = 0
			}
		case c == '"' || c == '\'':
			if !d.noQuotes {
				d.quote = c
			}
		case c == '-' && bytes.HasSuffix(b[:d.at], []byte("<!-")):
			d.quote = '-'
		case c == '[' && !d.noBrackets, c == '<' && d.noBrackets:
			d.brackets++
		case c == ']' && !d.noBrackets, c == '>' && d.brackets > 0 && d.noBrackets:
			d.brackets--
		case c == '>' && d.brackets <= 0:
			return d.at + 1
		}
	}
	return 0
}
