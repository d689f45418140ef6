package parse

import (
	"encoding/base64"
	"strings"

	"github.com/automationregion/newsletter/internal/html"
	"github.com/automationregion/newsletter/internal/vocab"
	"github.com/automationregion/newsletter/internal/xmlchar"
)

// A passage is the value of an element that may hold text or HTML.
type passage struct {
	value string
	html  bool // value is HTML
	sure  bool // the document says which it is, rather than it being seen
	rank  int8 // what the element weighs beside others that say the same; 0 is no element
}

// construct reads a text construct of Atom (RFC 4287, sections 3.1 and 4.1.3.3)
// or of its draft, Atom 0.3, which names media types and has a mode.
func (d *Decoder) construct() passage {
	t := d.tok
	kind, mode := strings.ToLower(oneLine(t.Attr("type"))), strings.ToLower(oneLine(t.Attr("mode")))
	if mode == "" && d.draft {
		mode = "xml"
	}
	v := passage{sure: true, rank: vocab.TextOwn}
	base := d.base()
	switch {
	case mode == "base64", mode == "" && kind == anyBytes:
		b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(t.Plain())), ""))
		if err != nil {
			t.Note("base64 was expected", nil)
			return passage{}
		}
		d.odd = d.odd || !xmlchar.Holds(string(b))
		v.value, v.html = strings.ToValidUTF8(string(b), "\uFFFD"), kind != "text" && kind != "text/plain"
	case kind == "xhtml", kind == "application/xhtml+xml" && mode != "escaped", mode == "" && (strings.HasSuffix(kind, "+xml") || strings.HasSuffix(kind, "/xml")):
		v.value, v.html = trimBytes(t.XHTML()), true
		if strings.Contains(kind, "xhtml") && !d.draft {
			v.value = unwrapDiv(v.value)
		}
	default:
		b, markup := t.Mixed()
		v.value = trimBytes(b)
		v.html = markup || kind == "html" || kind == "text/html" || kind == "application/xhtml+xml"
		if markup && (kind == "html" || kind == "text/html") {
			v.value = unescapeTags(v.value)
		}
	}
	if v.html {
		v.value = t.Room.ResolveHTML(v.value, base)
	}
	return v
}

// anyBytes is the media type of base64 that nobody said more of.
const anyBytes = "application/octet-stream"

// isBinary reports whether content of a media type is in base64 (RFC 4287,
// section 4.1.3.3).
func isBinary(kind string) bool {
	return strings.Contains(kind, "/") && !strings.HasPrefix(kind, "text/") && !strings.HasSuffix(kind, "/xml") && !strings.HasSuffix(kind, "+xml")
}

// unescapeTags returns HTML whose text was escaped once more than the tags around
// it: where a text has tags in it, they are meant.
func unescapeTags(s string) string {
	if !strings.Contains(s, "&lt;") {
		return s
	}
	var b strings.Builder
	for s != "" {
		end := strings.IndexByte(s, '<')
		if end < 0 {
			end = len(s)
		}
		text := s[:end]
		if strings.Contains(text, "&lt;") {
			if meant := escaped.Replace(text); looksLikeHTML(strings.ReplaceAll(meant, "&", "")) {
				text = meant
			}
		}
		b.WriteString(text)
		if s = s[end:]; s != "" {
			end = html.MarkupEnd(s)
			b.WriteString(s[:end])
			s = s[end:]
		}
	}
	return b.String()
}

// escaped takes back what the tokens escape in text.
var escaped = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// unwrapDiv takes the div away that XHTML content stands in and that isn't part
// of it (RFC 4287, section 3.1.1.3).
func unwrapDiv(s string) string {
	const end = "</div>"
	if !strings.HasPrefix(s, "<div") || !strings.HasSuffix(s, end) {
		return s
	}
	i := strings.IndexByte(s, '>')
	if c := s[len("<div")]; i < 0 || c != '>' && c != ' ' {
		return s
	}
	inner := s[i+1 : len(s)-len(end)]
	// Two divs side by side are the content itself.
	for depth, rest, shut := 0, inner, strings.Index(inner, end); ; {
		open := strings.Index(rest[:max(shut, 0)], "<div")
		if shut < 0 {
			open = strings.Index(rest, "<div")
		}
		switch {
		case shut < 0 && open < 0:
			return trimSpace(inner)
		case open >= 0 && (shut < 0 || open < shut):
			depth++
			rest = rest[open+4:]
			shut -= open + 4 // below 0 it stays so
		default:
			if depth--; depth < 0 {
				return s
			}
			rest = rest[shut+len(end):]
			shut = strings.Index(rest, end)
		}
	}
}

// markup reads an element that holds HTML, escaped, or naked, as RSS has it.
func (d *Decoder) markup(rank int8) passage {
	t, base := d.tok, d.base()
	b, naked := t.Mixed()
	v := passage{value: trimBytes(b), rank: rank}
	v.html = naked || rank == vocab.TextContent || looksLikeHTML(v.value)
	v.sure = naked
	if v.html {
		v.value = t.Room.ResolveHTML(v.value, base)
	}
	return v
}

// asText is the value as text on one line, or as it stands if the caller wants
// to keep markup.
func (d *Decoder) asText(v passage) string {
	switch {
	case !v.html:
		return oneLine(v.value)
	case d.opts.KeepMarkup:
		return v.value
	}
	return d.ofHTML(v, html.Summary(v.value))
}

// ofHTML returns the text that a passage of HTML was made, whose references may have
// stood for anything.
func (d *Decoder) ofHTML(v passage, text string) string {
	d.odd = d.odd || strings.IndexByte(v.value, '&') >= 0 && !xmlchar.Holds(text)
	return text
}

// asTitle is asText for a title, in which tags may be mentioned.
func (d *Decoder) asTitle(v passage) string {
	if v.html && !d.opts.KeepMarkup {
		return d.ofHTML(v, html.Title(v.value))
	}
	return d.asText(v)
}

// isMedia reports whether it is what Media RSS says in the place of a text: that of
// a film is all that many letters have.
func (v *passage) isMedia() bool { return v.rank == vocab.TextAside && v.sure }

// asHTML is the value as HTML.
func (v passage) asHTML() string {
	if v.html || !v.sure {
		return v.value
	}
	return html.FromText(v.value)
}

// trimBytes is trimSpace for bytes that become a string.
func trimBytes(b []byte) string {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && isSpace(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return string(b)
}
