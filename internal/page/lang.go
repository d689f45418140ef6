package page

import (
	"cmp"
	"html/template"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
)

// A Lang is the language of a page, and of a place in it: of what its authors
// wrote, and of the words that the page itself adds, which are there in English
// and Swedish.
type Lang struct {
	Page  string // BCP 47 tag of the page
	Words Words
	Date  func(time.Time) string // a day, as the language of the place writes it

	authors string // tag of what the authors wrote, if nothing else is said of it
	words   string // tag of Words
	here    string // tag of the place, the nearest lang attribute
}

// NewLang returns the language of a page with the given BCP 47 tag. Without one
// what the authors wrote is in no known language, and the page has that of its
// own words, English.
func NewLang(tag string) Lang {
	l := Lang{Page: cmp.Or(tag, "en"), Words: english, Date: date(tag), authors: tag, words: "en", here: tag}
	switch base(tag) {
	case "sv":
		l.Words, l.words = swedish, tag
	case "en":
		l.words = tag
	}
	return l
}

// In returns the language of a place with text in the given one, where the page
// has its own words in it too if it can. The empty tag is that of the newsletter.
func (l Lang) In(tag string) Lang {
	l.here = cmp.Or(tag, l.authors)
	l.Date = date(l.here)
	switch base(l.here) {
	case "sv":
		l.Words, l.words = swedish, l.here
	case "en":
		l.Words, l.words = english, l.here
	}
	return l
}

// InWords returns the language of a place with the page's own words.
func (l Lang) InWords() Lang { return l.In(l.words) }

// Dir returns the dir attribute of the page, where it isn't written from left
// to right.
func (l Lang) Dir() template.HTMLAttr { return template.HTMLAttr(direction("", l.Page)) }

// Root returns the lang attribute of the element around all that the authors
// wrote, where the language of the page isn't theirs.
func (l Lang) Root() template.HTMLAttr {
	if l.authors == "" {
		return ` lang=""`
	}
	return ""
}

// Of returns the lang attribute that an element with text of the given language
// has in this place (WCAG 2.2, success criterion 3.1.2). The empty tag is that of
// the newsletter.
func (l Lang) Of(tag string) template.HTMLAttr {
	tag = cmp.Or(tag, l.authors)
	if strings.EqualFold(tag, l.here) {
		return ""
	}
	return template.HTMLAttr(` lang="` + template.HTMLEscapeString(tag) + `"` + direction(l.here, tag))
}

// UI returns the lang attribute that an element with the page's own words has
// in this place.
func (l Lang) UI() template.HTMLAttr {
	if base(l.here) == base(l.words) {
		return ""
	}
	return l.Of(l.words)
}

// base returns the language of a tag without region or script.
func base(tag string) string {
	language, _, _ := strings.Cut(strings.ToLower(tag), "-")
	return language
}

// direction returns the dir attribute of text in one language that stands
// within another.
func direction(outer, inner string) string {
	switch out, in := rightToLeft(outer), rightToLeft(inner); {
	case in && !out:
		return ` dir="rtl"`
	case out && !in:
		return ` dir="ltr"`
	}
	return ""
}

func rightToLeft(tag string) bool {
	script, _ := language.Make(tag).Script()
	switch script.String() {
	case "Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm":
		return true
	}
	return false
}

// date returns how a language writes a day: in digits, where it isn't one of
// those that the words are there in.
func date(tag string) func(time.Time) string {
	switch {
	case strings.EqualFold(tag, "en-US"):
		return func(t time.Time) string { return t.Format("January 2, 2006") }
	case base(tag) == "en":
		return english.date
	case base(tag) == "sv":
		return swedish.date
	}
	return func(t time.Time) string { return t.Format(time.DateOnly) }
}

// date writes a day with the words' own month names, the day first.
func (w Words) date(t time.Time) string {
	return strconv.Itoa(t.Day()) + " " + w.months[t.Month()-1] + " " + t.Format("2006")
}
