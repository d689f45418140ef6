package clean

import (
	stdhtml "html"
	"slices"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/automationregion/newsletter/internal/html"
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
	w := html.Weigh(content)
	if len(content) <= limit && !w.Heavy() {
		return content, true
	}
	content = thin(content)
	if w = html.Weigh(content); w.Heavy() {
		content = withoutMarks(content, w)
		w = html.Weigh(content)
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
	html.Walk(content, func(text string) {
		if text == "<" {
			text = "&lt;"
		}
		b.WriteString(text)
	}, func(t *html.Tags) {
		el := t.El
		switch el {
		case atom.Html, atom.Head, atom.Body: // those of content are no page's
			return
		}
		if el == 0 || el == atom.Span || el == atom.Plaintext || t.Is&html.Dropped != 0 || t.Is&html.Mark != 0 && !elements[el].kept() {
			return
		}
		if t.Closing {
			if open[el] == 0 && el != atom.P && el != atom.Br {
				return
			}
			open[el]--
			b.WriteString("</" + el.String() + ">")
			return
		}
		open[el]++
		b.WriteString("<" + el.String())
		for name, a := range html.Each(t.Text()) {
			value := a.Text()
			if len(value) > maxAttribute || !needed(el, name) || strings.HasPrefix(strings.ToLower(strings.TrimSpace(value)), "data:") {
				continue
			}
			b.WriteString(" " + name + `="` + stdhtml.EscapeString(value) + `"`)
		}
		b.WriteByte('>')
	})
	return b.String()
}

// needed says whether an attribute counts for what becomes of its element.
func needed(el atom.Atom, name string) bool {
	if el == atom.Img && (slices.Contains(imageSources, name) || name == "style" || name == "hidden") {
		return true
	}
	e := elements[el]
	return e != nil && e.attrs[name] != nil
}

// withoutMarks returns thin content without the tags of the marks that may come
// again.
func withoutMarks(content string, w *html.Weight) string {
	var b strings.Builder
	b.Grow(len(content))
	html.Walk(content, func(text string) { b.WriteString(text) }, func(t *html.Tags) {
		if t.Is&html.Mark == 0 || w.Ended(t.At) {
			b.WriteString(t.Text())
		}
	})
	return b.String()
}
