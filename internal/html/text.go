// Package html has what rooms that look at HTML share: its tags, where they stand
// ([In], [Attributes]); what is known of its elements ([Of]); the text that its
// readers see; and how much a parser may build of it ([Weigh]).
//
// All that shows text of HTML takes it from here ([Text]), so that a summary that was
// read, an excerpt on a page and a letter that is compared with another have the
// same words. There is one way:
//
//   - References are decoded once, each piece of text by itself: "&amp;lt;" is
//     the text "&lt;".
//   - What may stand within a word (a, b, span, img, an element that HTML doesn't
//     know, …) is left out without a trace, and so is a comment. Any other tag
//     parts words: a paragraph, a cell, a line break.
//   - What nobody reads is left out with all that is in it, whatever its size and
//     wherever it stands ([Dropped]); it parts words too. What stands in noscript
//     stays: readers of text run no scripts.
//   - The text is on one line, each run of white space in it one space. A
//     no-break space is text; only at the two ends is it dropped.
//
// The work is in proportion to the length of the HTML, whatever is in it.
package html

import (
	"html"
	"strings"

	"github.com/automationregion/newsletter/internal/text"
)

// Text returns the text of a piece of HTML, on one line.
func Text(s string) string {
	if strings.IndexByte(s, '<') < 0 {
		if strings.IndexByte(s, '&') >= 0 {
			s = html.UnescapeString(s)
		}
		return trim(text.Line(s))
	}
	var b strings.Builder
	b.Grow(len(s))
	Walk(s, func(part string) {
		if strings.IndexByte(part, '&') >= 0 {
			part = html.UnescapeString(part)
		}
		b.WriteString(part)
	}, func(t *Tags) {
		if t.Is&Inline == 0 {
			b.WriteByte(' ')
		}
	})
	return trim(text.Line(b.String()))
}

// trim removes no-break spaces at the ends, and spaces that come to stand there.
func trim(s string) string {
	for {
		t := strings.Trim(s, " ")
		t = strings.TrimSuffix(strings.TrimPrefix(t, "\u00a0"), "\u00a0")
		if len(t) == len(s) {
			return s
		}
		s = t
	}
}
