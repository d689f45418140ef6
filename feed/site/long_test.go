package site_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/clean"
	"github.com/automationregion/newsletter/internal/sample"
)

// long is a newsletter whose first letter is long and has all that a page may show.
func long() *newsletter.Newsletter {
	n := sample.Village()
	l := n.Letters[1]
	var b strings.Builder
	for i := range 6 {
		fmt.Fprintf(&b, "<h2>Del %d</h2>", i+1)
		for j := range 3 {
			fmt.Fprintf(&b, "<p>%s.</p>", strings.TrimSpace(strings.Repeat("Varje företag fick låna maskinerna en vecka ", 5)))
			if j == 1 {
				b.WriteString(`<h3>Siffror</h3><p><img src="https://byn.example/a.jpg" alt="Verkstaden" width="640" height="480"></p>`)
			}
		}
	}
	l.Content = b.String()
	for _, language := range []string{"da", "de", "en-GB", "es", "fi", "fr", "it", "nb", "nl", "pl", "pt", "uk"} {
		l.Links = append(l.Links, newsletter.Link{Rel: "alternate", Language: language, MediaType: "text/html",
			URL: "https://byn.example/brev/" + language + "/tio-verkstader-och-ett-ar/", Title: "Tio verkstäder och ett år (" + language + ")"})
	}
	return n
}

func TestLongLetter(t *testing.T) {
	n := long()
	files := pages(t, n)
	page := files["rapport.html"]

	t.Run("it has a table of contents that leads to its headings", func(t *testing.T) {
		_, table, found := strings.Cut(page, `<nav class="contents" aria-labelledby="page-contents">`)
		require.True(t, found)
		table, text, _ := strings.Cut(table, "</nav>")
		assert.Contains(t, table, `<summary id="page-contents">Innehåll</summary>`)
		for i := range 6 {
			id := fmt.Sprintf("del-%d", i+1)
			assert.Contains(t, table, `<a href="#`+id+`">Del `+fmt.Sprint(i+1)+`</a>`)
			assert.Contains(t, text, `<h2 id="`+id+`">Del `)
		}
		assert.Contains(t, table, `<a href="#siffror-6">Siffror</a>`)
		assert.Contains(t, text, `<h3 id="siffror-6">Siffror</h3>`)
	})
	t.Run("it says how long it takes", func(t *testing.T) {
		assert.Contains(t, page, `<span class="minutes">3 min läsning</span>`)
		assert.Contains(t, files["index.html"], `<span class="minutes">3 min läsning</span>`)
		assert.NotContains(t, files["notis/index.html"], "min läsning", "less than half a minute")
	})
	t.Run("in the words of its language", func(t *testing.T) {
		n := long()
		n.Letters[1].Language = "en"
		page := pages(t, n)["rapport.html"]
		assert.Contains(t, page, `3 min read</span>`)
		assert.Contains(t, page, `>Contents</summary>`)
	})
	t.Run("the model and its content are what they were", func(t *testing.T) { assert.Equal(t, long(), n) })
	t.Run("cleaned too", func(t *testing.T) {
		n := long()
		n.Letters[1].Content = clean.HTML(strings.ReplaceAll(n.Letters[1].Content, "<h2", `<h2 id="x" onclick="x"`), clean.Options{})
		assert.Contains(t, pages(t, n)["rapport.html"], `<h2 id="del-1">Del 1</h2>`)
	})
	t.Run("short letters and lists have none", func(t *testing.T) {
		n := long()
		n.Letters[1].Content = "<h2>A</h2><h2>B</h2><h2>C</h2><p>Short.</p>"
		n.Letters[4].Content = long().Letters[1].Content // stands in the newsletter's page
		for path, page := range pages(t, n) {
			assert.NotContains(t, page, "page-contents", path)
			if path == "index.html" {
				assert.NotContains(t, page, `id="del-1"`, "two letters of one page may have the same headings")
			}
		}
	})
}

// A reader on a slow line waits for the page of a letter before a word can be read:
// what is in it beside the letter is to stay small. 30 kB are 2 seconds at 120 kbit/s.
func TestWeight(t *testing.T) {
	n := long()
	n.Letters[1].Updated = n.Letters[1].Updated.Add(time.Hour)
	for path, page := range pages(t, n) {
		t.Logf("%s: %d bytes", path, len(page))
		assert.Lessf(t, len(page), 30_000, "%s: who opens the page on a slow line waits for so many bytes before there is anything to read", path)
	}
	own := pages(t, n)["rapport.html"]
	assert.Contains(t, own, "application/ld+json")
	assert.Contains(t, own, "</style>")
	assert.Contains(t, own, `hreflang="uk"`)
}
