package feed

import (
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"
)

// A jsonBuilder builds a JSON text (RFC 8259), a value a line. A member without a
// value is not stated, and left out.
type jsonBuilder struct {
	buf   []byte
	depth int
	flat  bool // all on one line
}

// open starts an object or an array.
func (b *jsonBuilder) open(bracket byte) {
	b.buf = append(b.buf, bracket)
	b.depth++
}

// close ends it.
func (b *jsonBuilder) close(bracket byte) {
	b.depth--
	if last := b.buf[len(b.buf)-1]; last != '{' && last != '[' {
		b.line()
	}
	b.buf = append(b.buf, bracket)
}

func (b *jsonBuilder) line() {
	if b.flat {
		return
	}
	b.buf = append(b.buf, '\n')
	for range b.depth {
		b.buf = append(b.buf, "  "...)
	}
}

// next makes room for the next value of an array.
func (b *jsonBuilder) next() {
	if last := b.buf[len(b.buf)-1]; last != '{' && last != '[' {
		b.buf = append(b.buf, ',')
	}
	b.line()
}

// name begins a member of an object. Its value comes next.
func (b *jsonBuilder) name(name string) {
	b.next()
	b.quoted(name)
	b.buf = append(b.buf, ": "...)
}

// raw writes a member that is JSON, or nothing in the place of what only seems so.
func (b *jsonBuilder) raw(name, value string) {
	b.name(name)
	if !json.Valid([]byte(value)) {
		value = "null"
	}
	b.buf = append(b.buf, value...)
}

// text writes a member that is a string.
func (b *jsonBuilder) text(name, value string) {
	if value != "" {
		b.name(name)
		b.quoted(value)
	}
}

// time writes a member that is a date.
func (b *jsonBuilder) time(name string, t time.Time) {
	if !t.IsZero() {
		b.name(name)
		b.buf = append(b.buf, '"')
		b.buf = t.AppendFormat(b.buf, time.RFC3339Nano)
		b.buf = append(b.buf, '"')
	}
}

// number writes a member that is a count.
func (b *jsonBuilder) number(name string, n int64) {
	if n != 0 {
		b.name(name)
		b.buf = strconv.AppendInt(b.buf, n, 10)
	}
}

// flag writes a member that is true.
func (b *jsonBuilder) flag(name string, value bool) {
	if value {
		b.name(name)
		b.buf = append(b.buf, "true"...)
	}
}

// quoted writes a string. It escapes what JSON requires, and the two line ends
// that JavaScript once refused in strings.
func (b *jsonBuilder) quoted(s string) {
	const hex = "0123456789abcdef"
	buf := append(b.buf, '"')
	done := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		size, escape := 1, ""
		if c >= utf8.RuneSelf {
			var r rune
			switch r, size = utf8.DecodeRuneInString(s[i:]); {
			case r == utf8.RuneError && size == 1:
				escape = "\uFFFD"
			case r == '\u2028':
				escape = `\u2028`
			case r == '\u2029':
				escape = `\u2029`
			default:
				i += size
				continue
			}
		}
		buf = append(buf, s[done:i]...)
		switch c {
		case '"', '\\':
			buf = append(buf, '\\', c)
		case '\n':
			buf = append(buf, `\n`...)
		case '\r':
			buf = append(buf, `\r`...)
		case '\t':
			buf = append(buf, `\t`...)
		case '\b':
			buf = append(buf, `\b`...)
		case '\f':
			buf = append(buf, `\f`...)
		default:
			if c < ' ' {
				buf = append(buf, `\u00`...)
				buf = append(buf, hex[c>>4], hex[c&15])
			}
			buf = append(buf, escape...)
		}
		i += size
		done = i
	}
	buf = append(buf, s[done:]...)
	b.buf = append(buf, '"')
}
