package feed

import (
	stdhtml "html"
	"strings"

	"github.com/automationregion/newsletter/internal/html"
	"github.com/automationregion/newsletter/internal/text"
)

// Text that could be taken for HTML is written as HTML, so that nobody has to
// guess: where an element says what it holds, it says so, and elsewhere the text
// is such that it reads the same as both.

// looksLikeHTML reports whether a reader that guesses could take the text for
// HTML: it has something like a tag, or a character reference.
func looksLikeHTML(s string) bool {
	return html.HasMarkup(s) || strings.IndexByte(s, '&') >= 0 && stdhtml.UnescapeString(s) != s
}

var htmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// asHTML returns text for an element that may hold text or HTML, and doesn't
// say which. What could be taken for HTML is made HTML; all else reads the same
// as both.
func asHTML(text string) string {
	if looksLikeHTML(text) {
		return htmlEscaper.Replace(text)
	}
	return text
}

// rssText writes an element of RSS that may hold HTML without saying so.
func (b *builder) rssText(name, value string, attrs ...string) {
	b.text(name, asHTML(value), attrs...)
}

// atomText writes a text construct. Text that could be taken for HTML is
// written as HTML, so that nobody has to guess.
func (b *builder) atomText(name, value string) {
	if looksLikeHTML(value) {
		b.text(name, htmlEscaper.Replace(value), "type", "html")
		return
	}
	b.text(name, value)
}

// isIRI reports whether Atom can hold an ID as it is: it is an absolute IRI (RFC
// 3987), in whatever form.
func isIRI(id string) bool {
	scheme := text.Scheme(id)
	if scheme == "" || len(id) == len(scheme)+1 {
		return false
	}
	rest := id[len(scheme)+1:]
	if strings.ContainsAny(rest, " \"<>\\^`{|}") {
		return false
	}
	return strings.IndexFunc(rest, func(r rune) bool { return r == '\uFFFD' || r >= 0x80 && r < 0xA1 || r == '\u2028' || r == '\u2029' }) < 0
}
