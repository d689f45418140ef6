// Package htmltext turns HTML into the text that its readers see.
//
// All that shows text of HTML takes it from here, so that a summary that was
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
package htmltext

import (
	"html"
	"strings"

	"golang.org/x/net/html/atom"
)

// Text returns the text of a piece of HTML, on one line.
func Text(s string) string {
	if strings.IndexByte(s, '<') < 0 {
		if strings.IndexByte(s, '&') >= 0 {
			s = html.UnescapeString(s)
		}
		return trim(Line(s))
	}
	var b strings.Builder
	b.Grow(len(s))
	Walk(s, func(text string) {
		if strings.IndexByte(text, '&') >= 0 {
			text = html.UnescapeString(text)
		}
		b.WriteString(text)
	}, func(_ string, el atom.Atom) {
		if roles[el] != inline {
			b.WriteByte(' ')
		}
	})
	return trim(Line(b.String()))
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

// A role is what an element does to the text around it.
type role uint8

const (
	block     role = iota // it parts words
	inline                // it may begin and end within a word
	raw                   // what is in it is no markup, and nobody reads it
	container             // nobody reads what is in it
	empty                 // dropped, and nothing is in it
)

// roles of the elements; those that aren't here are blocks. Zero, an element of
// another vocabulary, may stand within a word.
var roles = map[atom.Atom]role{
	0: inline, atom.A: inline, atom.Abbr: inline, atom.Acronym: inline, atom.B: inline, atom.Bdi: inline, atom.Bdo: inline,
	atom.Big: inline, atom.Cite: inline, atom.Code: inline, atom.Data: inline, atom.Del: inline, atom.Dfn: inline, atom.Em: inline,
	atom.Font: inline, atom.I: inline, atom.Img: inline, atom.Ins: inline, atom.Kbd: inline, atom.Mark: inline, atom.Nobr: inline,
	atom.Q: inline, atom.Ruby: inline, atom.S: inline, atom.Samp: inline, atom.Small: inline, atom.Span: inline, atom.Strike: inline,
	atom.Strong: inline, atom.Sub: inline, atom.Sup: inline, atom.Time: inline, atom.Tt: inline, atom.U: inline, atom.Var: inline,
	atom.Wbr: inline,

	atom.Script: raw, atom.Style: raw, atom.Noembed: raw, atom.Noframes: raw, atom.Iframe: raw, atom.Textarea: raw, atom.Title: raw,

	atom.Applet: container, atom.Audio: container, atom.Button: container, atom.Canvas: container, atom.Math: container,
	atom.Object: container, atom.Optgroup: container, atom.Option: container, atom.Select: container, atom.Svg: container,
	atom.Template: container, atom.Video: container,

	// Within the body of a page head and frameset are tags that mean nothing.
	atom.Base: empty, atom.Embed: empty, atom.Frame: empty, atom.Frameset: empty, atom.Head: empty, atom.Input: empty,
	atom.Link: empty, atom.Meta: empty, atom.Param: empty, atom.Source: empty, atom.Track: empty,
}

// Dropped says whether nothing of an element is for readers, not even the text
// that is in it.
func Dropped(el atom.Atom) bool { return roles[el] >= raw }
