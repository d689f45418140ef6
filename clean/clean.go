// Package clean makes HTML of strangers safe to show.
//
//	safe := clean.HTML(letter.Content, clean.Options{BaseURL: letter.URL})
//
// # What is kept
//
// The elements that letters need: headings, paragraphs, lists, quotations, code,
// tables, figures, pictures, links and the marks within a sentence; with the
// attributes that say something to a reader (a link's address, a picture's
// size and description, a cell's span, a language, a direction), each in the
// form that it must have. An element that is not of these goes, and what is in
// it stays.
//
// # What is dropped with all that is in it
//
// Scripts and styles, frames, forms' fields, players, drawings, formulas,
// templates, meta and link elements and whatever else acts or is not for
// readers. Its text never becomes text of the letter, whatever the size of the
// letter and however deep it stands. Of what stands in noscript only a picture
// that the letter has already is dropped.
//
// # Addresses
//
// Links lead to http, https, mailto and tel. They are made absolute by the
// address that the caller gives; without one a relative link loses its address
// and keeps its text. Pictures follow the rules of [Picture], those too small to
// be seen are dropped, and one that scripts bring in later is shown at once.
//
// # Limits
//
//   - The cleaned HTML of one letter is at most [Options.MaxBytes] long, by default
//     1 MiB: ten times the longest letters that people write, and what a page can
//     show at once. It is measured after dropping. Of a longer one only the words
//     stay, as far as they fit in half of it.
//   - Elements stand at most 500 deep in each other, as in browsers, which is far
//     beyond what anybody writes. Of a deeper one only the words stay too.
//
// The result is balanced, the same every time, and cleaning it once more changes
// nothing. All functions may be called from several goroutines at once.
package clean

import (
	"cmp"
	stdhtml "html"
	"net/url"
	"strings"

	"github.com/automationregion/newsletter/internal/html"
)

// MaxBytes bounds the cleaned HTML of one letter where [Options] say nothing else.
const MaxBytes = 1 << 20

// Options say how HTML is cleaned. The zero value is ready to use.
type Options struct {
	// BaseURL is what relative addresses are relative to: the letter's own, an
	// absolute URL.
	BaseURL string
	// MaxBytes bounds the result; 0 is [MaxBytes], and so is a negative one.
	MaxBytes int
}

// HTML returns content as HTML that is safe to publish. At most one Options is given;
// without one, the zero value counts.
func HTML(content string, opts ...Options) string {
	var o Options
	if len(opts) > 0 {
		o = opts[0]
	}
	return clean(content, o)
}

func clean(content string, o Options) string {
	limit := cmp.Or(max(o.MaxBytes, 0), MaxBytes)
	content = strings.TrimSpace(strings.ToValidUTF8(content, "\uFFFD"))
	if len(content) <= limit && isPlain(content) {
		return content
	}
	base := parseBase(o.BaseURL)
	out, ok := cleanFast(content, newCleaner(base), limit)
	if !ok {
		out, ok = cleanSlow(content, base, limit)
	}
	if !ok || len(out) > limit {
		return textOnly(content, limit)
	}
	return out
}

// parseBase returns the address that others are relative to, nil if it is none.
func parseBase(address string) *url.URL {
	base, err := url.Parse(strings.ToValidUTF8(address, "\uFFFD"))
	if err != nil || !base.IsAbs() {
		return nil
	}
	return base
}

// isPlain says whether content is text that clean would leave as it is.
func isPlain(content string) bool { return !strings.ContainsAny(content, "<>&\r\x00") }

// textOnly returns the words of the content, as many as fit in half of limit.
func textOnly(content string, limit int) string {
	text := strings.ReplaceAll(html.Text(content), "\x00", "") // as the parser leaves it out
	text = strings.ToValidUTF8(text[:min(len(text), limit/2)], "")
	for {
		out := strings.TrimSpace(readable(stdhtml.EscapeString(text)))
		if len(out) <= limit/2 {
			return out
		}
		// What stands for one sign has at most five times its length.
		text = strings.ToValidUTF8(text[:len(text)-max((len(out)-limit/2)/5, 1)], "")
	}
}
