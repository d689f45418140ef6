package page

import (
	"html/template"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
)

// A Lang is the language of a page: of what its authors wrote, and of the words
// that the page itself adds, which are there in English and Swedish.
type Lang struct {
	Page  string // BCP 47 tag of the page
	Words Words
	Date  func(time.Time) string // a day, as the page's language writes it

	known bool
	words string
}

// NewLang returns the language of a page with the given BCP 47 tag. Without one
// the page has the language of its own words, English, and what the authors
// wrote is in no known language.
func NewLang(tag string) Lang {
	l := Lang{Page: tag, known: tag != "", words: "en", Words: english, Date: isoDate}
	base, region, _ := strings.Cut(strings.ToLower(tag), "-")
	switch base {
	case "":
		l.Page = l.words
	case "sv":
		l.words, l.Words, l.Date = "sv", swedish, swedish.date
	case "en":
		l.words, l.Date = tag, english.date
		if region == "us" {
			l.Date = americanDate
		}
	}
	return l
}

// UI returns the lang attribute of an element that holds the page's own words,
// where these are in another language than the page (WCAG 2.2, 3.1.2).
func (l Lang) UI() template.HTMLAttr {
	if !l.known {
		return ` lang="en"` // within text of an unknown language
	}
	if base, _, _ := strings.Cut(strings.ToLower(l.Page), "-"); base == l.words || l.words == l.Page {
		return ""
	}
	return template.HTMLAttr(` lang="` + l.words + `"` + direction(l.Page, l.words))
}

// Of returns the lang attribute of an element with text of the given language,
// where that is another one than the page's. The empty tag is the newsletter's
// language, which may be unknown.
func (l Lang) Of(tag string) template.HTMLAttr {
	switch {
	case tag == "" && !l.known:
		return ` lang=""`
	case tag == "" || strings.EqualFold(tag, l.Page):
		return ""
	}
	return template.HTMLAttr(` lang="` + template.HTMLEscapeString(tag) + `"` + direction(l.Page, tag))
}

// Dir returns the dir attribute of the page, where it isn't written from left
// to right.
func (l Lang) Dir() template.HTMLAttr {
	return template.HTMLAttr(direction("", l.Page))
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

func isoDate(t time.Time) string { return t.Format(time.DateOnly) }

func americanDate(t time.Time) string { return t.Format("January 2, 2006") }

// date writes a day with the words' own month names, the day first.
func (w Words) date(t time.Time) string {
	return strconv.Itoa(t.Day()) + " " + w.months[t.Month()-1] + " " + t.Format("2006")
}
