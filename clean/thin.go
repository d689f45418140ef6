package clean

import (
	"html"
	"slices"
	"strings"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/automationregion/newsletter/internal/htmltext"
	"github.com/automationregion/newsletter/internal/htmlweight"
)

// What the parser of HTML builds may be much more than what it reads. So content
// is weighed before, and made thin if it is too heavy: first without what is
// dropped anyway, then without the marks that may come again. Thin content goes
// through parser and sanitizer as any other does.

// lighten returns content as it may be parsed: as it is, unless it is too long or
// too heavy; false if nothing makes it light enough.
func lighten(content string, limit int) (string, bool) {
	if len(content) > hopeless*limit {
		return "", false
	}
	if len(content) > farTooLong*limit {
		if content = thin(content); len(content) > farTooLong*limit {
			return "", false
		}
	}
	w := htmlweight.Of(content)
	if len(content) <= limit && !w.Heavy() {
		return content, true
	}
	content = thin(content)
	if w = htmlweight.Of(content); w.Heavy() {
		content = withoutMarks(content, w)
		w = htmlweight.Of(content)
	}
	return content, len(content) <= limit && !w.Heavy()
}

// farTooLong is how many times the limit content has that marks alone don't make
// too long: it is not worth weighing, and with hopeless times the limit not worth
// making thin.
const farTooLong, hopeless = 2, 8

// maxAttribute bounds the value of an attribute in thin content, in bytes:
// addresses that servers take are shorter.
const maxAttribute = 8 << 10

// thin returns content without most of what is dropped later: what stands in
// dropped elements, comments, elements without a meaning, attributes, pictures
// that are in their own address.
func thin(content string) string {
	var b strings.Builder
	b.Grow(min(len(content), MaxBytes))
	open := map[atom.Atom]int{}
	htmltext.Walk(content, func(text string) {
		if text == "<" {
			text = "&lt;"
		}
		b.WriteString(text)
	}, func(tag string, el atom.Atom) {
		switch el {
		case atom.Html, atom.Head, atom.Body: // those of content are no page's
			return
		}
		if el == 0 || el == atom.Span || el == atom.Plaintext || htmltext.Dropped(el) || htmlweight.Mark(el) && elements[el] == nil && !kept(el) {
			return
		}
		if tag[1] == '/' {
			if open[el] == 0 && el != atom.P && el != atom.Br {
				return
			}
			open[el]--
			b.WriteString("</" + el.String() + ">")
			return
		}
		open[el]++
		b.WriteString("<" + el.String())
		for name, value := range attributes(tag) {
			if len(value) > maxAttribute || !needed(el, name) || strings.HasPrefix(strings.ToLower(strings.TrimSpace(value)), "data:") {
				continue
			}
			b.WriteString(" " + name + `="` + nethtml.EscapeString(value) + `"`)
		}
		b.WriteByte('>')
	})
	return b.String()
}

func kept(el atom.Atom) bool { _, ok := elements[el]; return ok }

// needed says whether an attribute counts for what becomes of its element.
func needed(el atom.Atom, name string) bool {
	if el == atom.Img && (slices.Contains(imageSources, name) || name == "style" || name == "hidden") {
		return true
	}
	return slices.Contains(elements[el], name) || slices.Contains(everywhere, name)
}

// attributes are those of a start tag, the first of each name, with their values
// decoded.
func attributes(tag string) func(yield func(name, value string) bool) {
	return func(yield func(name, value string) bool) {
		var seen []string
		s := tag[1+len(htmltext.TagName(tag)):]
		for {
			s = strings.TrimLeft(s, " \t\n\r\f/")
			if s == "" || s[0] == '>' || len(seen) > 200 {
				return
			}
			end := 1
			for end < len(s) && strings.IndexByte(" \t\n\r\f/>=", s[end]) < 0 {
				end++
			}
			name, value := strings.ToLower(s[:end]), ""
			s = s[end:]
			if rest := strings.TrimLeft(s, " \t\n\r\f"); strings.HasPrefix(rest, "=") {
				s = strings.TrimLeft(rest[1:], " \t\n\r\f")
				switch {
				case s == "":
				case s[0] == '"' || s[0] == '\'':
					end := strings.IndexByte(s[1:], s[0])
					if end < 0 {
						return
					}
					value, s = s[1:1+end], s[end+2:]
				default:
					end := strings.IndexAny(s, " \t\n\r\f>")
					if end < 0 {
						end = len(s)
					}
					value, s = s[:end], s[end:]
				}
			}
			if slices.Contains(seen, name) {
				continue
			}
			seen = append(seen, name)
			if !yield(name, html.UnescapeString(value)) {
				return
			}
		}
	}
}

// withoutMarks returns thin content without the tags of the marks that may come
// again.
func withoutMarks(content string, w *htmlweight.Weight) string {
	var b strings.Builder
	b.Grow(len(content))
	at := 0
	htmltext.Walk(content, func(text string) {
		b.WriteString(text)
		at += len(text)
	}, func(tag string, el atom.Atom) {
		if !htmlweight.Mark(el) || w.Ended(at) {
			b.WriteString(tag)
		}
		at += len(tag)
	})
	return b.String()
}
