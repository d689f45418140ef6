package site_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/automationregion/newsletter"
)

// Each page of a letter in several languages names all of them in its head, as
// search engines want it; that of a letter in one language names none.
func TestLanguagesOfALetter(t *testing.T) {
	n := &newsletter.Newsletter{Title: "T", URL: "https://example.org/", Language: "sv", Letters: []*newsletter.Letter{
		{Title: "Möte", URL: "https://example.org/mote/", Links: []newsletter.Link{
			{Rel: "alternate", Language: "en", URL: "https://example.org/meeting/"},
			{Rel: "alternate", Language: "fi", URL: "https://example.org/kokous.pdf", MediaType: "application/pdf"},
			{Rel: "alternate", Language: "de", URL: "mailto:ann@example.org"},
			{Rel: "related", Language: "da", URL: "https://example.org/da/"},
		}},
		{Title: "Meeting", Language: "en", URL: "https://example.org/meeting/", Links: []newsletter.Link{
			{Rel: "alternate", Language: "sv", URL: "https://example.org/mote/"},
		}},
		{Title: "Alone", URL: "https://example.org/alone/"},
	}}
	all := pages(t, n)
	heads := regexp.MustCompile(`<link rel="alternate" hreflang=.*`)
	both := []string{
		`<link rel="alternate" hreflang="en" href="https://example.org/meeting/">`,
		`<link rel="alternate" hreflang="sv" href="https://example.org/mote/">`,
	}
	assert.Equal(t, both, heads.FindAllString(all["mote/index.html"], -1))
	assert.Equal(t, both, heads.FindAllString(all["meeting/index.html"], -1))
	assert.Empty(t, heads.FindAllString(all["alone/index.html"], -1))
	assert.Empty(t, heads.FindAllString(all["index.html"], -1))
}
