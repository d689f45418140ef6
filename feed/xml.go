package feed

import (
	"bytes"
	"encoding/xml"
	"io"
	"strconv"
	"strings"

	"github.com/automationregion/newsletter"
)

// attributes returns attributes of pairs of name and value, those without a value
// left out.
func attributes(pairs ...string) []xml.Attr {
	var attrs []xml.Attr
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			attrs = append(attrs, xml.Attr{Name: xml.Name{Local: pairs[i]}, Value: pairs[i+1]})
		}
	}
	return attrs
}

// grow makes room for the newsletter in a buffer, so that it isn't moved time
// and again.
func grow(w io.Writer, n *newsletter.Newsletter) {
	buffer, ok := w.(interface{ Grow(int) })
	if !ok {
		return
	}
	size := 4 << 10
	for _, l := range n.Letters {
		size += len(l.Content) + len(l.Content)/64 + len(l.Summary) + 1<<10
	}
	buffer.Grow(size)
}

// A builder builds a document, an element a line. Attributes are pairs of name and
// value. What has no value is not stated, and left out.
type builder struct {
	buf   []byte
	depth int       // of the elements that come next
	names *prefixes // of the extensions, if there are any
}

// begin begins a document with its root, which holds other elements. A stylesheet is
// linked to by a processing instruction before it (Associating Style Sheets with XML
// documents 1.0).
func (b *builder) begin(stylesheet, root string, attrs []xml.Attr) {
	b.buf = append(b.buf, `<?xml version="1.0" encoding="UTF-8"?>`...)
	if stylesheet != "" {
		b.buf = append(b.buf, "\n<?xml-stylesheet type=\"text/css\" href=\""...)
		b.escape(stylesheet, true)
		b.buf = append(b.buf, "\"?>\n"...)
	}
	b.tag(root, attrs)
}

// openTag starts an element on a line of its own as tag does.
func (b *builder) openTag(name string, attrs []xml.Attr) {
	b.line()
	b.tag(name, attrs)
}

// tag starts an element that holds others, with attributes that stand there without
// a value too. The references in them are those of encoding/xml, which wrote these
// tags before: a feed is to keep its bytes.
func (b *builder) tag(name string, attrs []xml.Attr) {
	buffer := bytes.NewBuffer(b.buf)
	buffer.WriteByte('<')
	buffer.WriteString(name)
	for _, a := range attrs {
		buffer.WriteByte(' ')
		buffer.WriteString(a.Name.Local)
		buffer.WriteString(`="`)
		xml.EscapeText(buffer, []byte(a.Value)) // of which no buffer makes an error
		buffer.WriteByte('"')
	}
	buffer.WriteByte('>')
	b.buf = buffer.Bytes()
	b.depth++
}

// flush writes what was built, if it is worth a call. What is built next takes its
// room.
func (b *builder) flush(w io.Writer) error {
	if len(b.buf) < flushAt {
		return nil
	}
	return b.finish(w)
}

// finish writes all that was built.
func (b *builder) finish(w io.Writer) error {
	_, err := w.Write(b.buf)
	b.buf = b.buf[:0]
	return err
}

// open starts an element that holds others.
func (b *builder) open(name string, attrs ...string) {
	b.start(name, attrs)
	b.buf = append(b.buf, '>')
	b.depth++
}

// close ends an element that holds others.
func (b *builder) close(name string) {
	b.depth--
	b.line()
	b.end(name)
}

// text writes an element of plain text.
func (b *builder) text(name, value string, attrs ...string) {
	if value == "" {
		return
	}
	b.start(name, attrs)
	b.buf = append(b.buf, '>')
	// Of text on several lines, the W3C validator sees on the first only that
	// what looks like HTML is escaped.
	b.escape(value, strings.IndexByte(value, '\n') >= 0 && strings.ContainsAny(value, "&<"))
	b.end(name)
}

// html writes an element of HTML, as it is where XML allows it.
func (b *builder) html(name, value string, attrs ...string) {
	b.start(name, attrs)
	b.buf = append(b.buf, '>')
	if strings.ContainsAny(value, "<&>") {
		b.cdata(value)
	} else {
		b.escape(value, false)
	}
	b.end(name)
}

// empty writes an element that has nothing but attributes.
func (b *builder) empty(name string, attrs ...string) {
	b.start(name, attrs)
	b.buf = append(b.buf, "/>"...)
}

func (b *builder) start(name string, attrs []string) {
	b.line()
	b.buf = append(b.buf, '<')
	b.buf = append(b.buf, name...)
	for i := 0; i < len(attrs); i += 2 {
		if attrs[i+1] == "" {
			continue
		}
		b.buf = append(b.buf, ' ')
		b.buf = append(b.buf, attrs[i]...)
		b.buf = append(b.buf, `="`...)
		b.escape(attrs[i+1], true)
		b.buf = append(b.buf, '"')
	}
}

func (b *builder) end(name string) {
	b.buf = append(b.buf, "</"...)
	b.buf = append(b.buf, name...)
	b.buf = append(b.buf, '>')
}

func (b *builder) line() {
	b.buf = append(b.buf, '\n')
	for range b.depth {
		b.buf = append(b.buf, "  "...)
	}
}

// escape writes text. The references are hexadecimal, as the RSS Advisory
// Board advises: readers that decode text once too often leave them alone.
// A carriage return has to be one, or a parser makes a line feed of it.
func (b *builder) escape(s string, attr bool) {
	done := 0
	for i := range len(s) {
		var ref string
		switch s[i] {
		case '&':
			ref = "&#x26;"
		case '<':
			ref = "&#x3C;"
		case '>':
			ref = "&#x3E;"
		case '\r':
			ref = "&#xD;"
		case '"':
			if !attr {
				continue
			}
			ref = "&#x22;"
		case '\n':
			if !attr {
				continue
			}
			ref = "&#xA;"
		case '\t':
			if !attr {
				continue
			}
			ref = "&#x9;"
		default:
			continue
		}
		b.buf = append(b.buf, s[done:i]...)
		b.buf = append(b.buf, ref...)
		done = i + 1
	}
	b.buf = append(b.buf, s[done:]...)
}

// cdata writes a CDATA section, and leaves it for what it can't hold.
func (b *builder) cdata(s string) {
	b.buf = append(b.buf, "<![CDATA["...)
	for {
		i := strings.IndexByte(s, '\r')
		part := s
		if i >= 0 {
			part = s[:i]
		}
		for {
			before, after, found := strings.Cut(part, "]]>")
			b.buf = append(b.buf, before...)
			if !found {
				break
			}
			b.buf = append(b.buf, "]]]]><![CDATA[>"...)
			part = after
		}
		if i < 0 {
			break
		}
		b.buf = append(b.buf, "]]>&#xD;<![CDATA["...)
		s = s[i+1:]
	}
	b.buf = append(b.buf, "]]>"...)
}

// number returns a count, and nothing for zero.
func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}
