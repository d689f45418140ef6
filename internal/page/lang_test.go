package page

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestDate(t *testing.T) {
	day := time.Date(2021, 12, 2, 23, 59, 0, 0, time.FixedZone("", 3600))
	for tag, want := range map[string]string{
		"sv":    "2 december 2021",
		"sv-FI": "2 december 2021",
		"en":    "2 December 2021",
		"en-GB": "2 December 2021",
		"en-US": "December 2, 2021",
		"de":    "2021-12-02",
		"":      "2021-12-02",
		"svx":   "2021-12-02",
	} {
		assert.Equal(t, want, NewLang(tag).Date(day), "language %q", tag)
		assert.Equal(t, want, NewLang("fr").In(tag).Date(day), "language %q within a page", tag)
	}
}

func TestLangAttributes(t *testing.T) {
	tests := []struct {
		name               string
		page, letter       string
		root, content, own string // of the page's element, of the letter, of the page's own words within it
		words              string // in those words
	}{
		{name: "one language", page: "sv", letter: "sv", words: "Prenumerera"},
		{name: "the newsletter's", page: "sv", words: "Prenumerera"},
		{name: "case means nothing", page: "sv-FI", letter: "sv-fi", words: "Prenumerera"},
		{name: "a letter in another", page: "sv", letter: "en", content: ` lang="en"`, words: "Subscribe"},
		{name: "a variety", page: "en", letter: "en-US", content: ` lang="en-US"`, words: "Subscribe"},
		{name: "no words of its own", page: "de", own: ` lang="en"`, words: "Subscribe"},
		{name: "the words' language", page: "de", letter: "en", content: ` lang="en"`, words: "Subscribe"},
		{name: "unknown", root: ` lang=""`, own: ` lang="en"`, words: "Subscribe"},
		{name: "known within unknown", letter: "sv", root: ` lang=""`, content: ` lang="sv"`, words: "Prenumerera"},
		{name: "from the right", page: "ar", own: ` lang="en" dir="ltr"`, words: "Subscribe"},
		{name: "from the right within", page: "en", letter: "he", content: ` lang="he" dir="rtl"`, own: ` lang="en" dir="ltr"`, words: "Subscribe"},
		{name: "a script", page: "az", letter: "az-Arab", content: ` lang="az-Arab" dir="rtl"`, own: ` lang="en" dir="ltr"`, words: "Subscribe"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := NewLang(tt.page)
			assert.EqualValues(t, tt.root, l.Root())
			assert.EqualValues(t, tt.content, l.Of(tt.letter))
			assert.EqualValues(t, tt.own, l.In(tt.letter).UI())
			assert.Equal(t, tt.words, l.In(tt.letter).Words.Subscribe)
			assert.Empty(t, l.InWords().UI(), "the page's words among themselves")
		})
	}
	assert.EqualValues(t, ` dir="rtl"`, NewLang("fa").Dir())
	assert.Empty(t, NewLang("sv").Dir())
	assert.Empty(t, NewLang("").Dir())
	assert.Equal(t, "en", NewLang("").Page, "WCAG has every page name a language")
}
