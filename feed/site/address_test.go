package site_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/internal/sample"
)

func TestPagesPath(t *testing.T) {
	tests := []struct{ letter, path string }{
		{"https://ex.org/news/spring/", "spring/index.html"},
		{"https://ex.org/news/spring", "spring/index.html"},
		{"https://EX.org/news/spring.html", "spring.html"},
		{"https://ex.org/news/spring.htm", "spring.htm"},
		{"https://ex.org/news/2022/03/spring/", "2022/03/spring/index.html"},
		{"https://ex.org/news/2022.03", "2022.03/index.html"},
		{"https://ex.org/news/v%C3%A5r/", "vår/index.html"},
		{"https://ex.org/news/v%C3%A5r%20och%20h%C3%B6st/", "vår och höst/index.html"},
		{"https://ex.org/news/spring/index.html", "spring/index.html"},

		{"", ""},
		{"https://ex.org/news/", ""},
		{"https://ex.org/news", ""},
		{"https://ex.org/newspaper/", ""},
		{"https://ex.org/other/", ""},
		{"http://ex.org/news/spring/", ""},
		{"https://ex.org:8443/news/spring/", ""},
		{"https://user@ex.org/news/spring/", ""},
		{"https://elsewhere.org/news/spring/", ""},
		{"https://ex.org/news/?id=1", ""},
		{"https://ex.org/news/spring?", ""},
		{"https://ex.org/news/#spring", ""},
		{"https://ex.org/news/spring/#top", ""},
		{"https://ex.org/news/../secret/", ""},
		{"https://ex.org/news/%2e%2e/secret/", ""},
		{"https://ex.org/news/..%2fsecret/", ""},
		{"https://ex.org/news/a%2Fb/", ""},
		{"https://ex.org/news/./spring/", ""},
		{"https://ex.org/news//spring/", ""},
		{"https://ex.org/news/spring//", ""},
		{"https://ex.org/news/.git/", ""},
		{"https://ex.org/news/a\\b/", ""},
		{"https://ex.org/news/a%00b/", ""},
		{"https://ex.org/news/c:/", ""},
		{"https://ex.org/news/what%3F/", ""},
		{"https://ex.org/news/trailing./", ""},
		{"https://ex.org/news/trailing%20/", ""},
		{"https://ex.org/news/%FF/", ""},
		{"https://ex.org/news/" + strings.Repeat("a", 256) + "/", ""},
		{"https://ex.org/news/index.html", ""},
		{"https://ex.org/news/rss.xml", ""},
		{"https://ex.org/news/RSS.xml", ""},
		{"https://ex.org/news/atom.xml/", ""},
		{"https://ex.org/news/feed.json/more", ""},
		{"https://ex.org/news/spring.html/more", ""},
		{"https://ex.org/news/con/", ""},
		{"https://ex.org/news/Aux.html", ""},
		{"https://ex.org/news/nul.2022/spring/", ""},
		{"https://ex.org/news/COM1", ""},
		{"https://ex.org/news/lpt%C2%B2/", ""},
		{"https://ex.org/news/context/", "context/index.html"},
		{"https://ex.org/news/com10", "com10/index.html"},
		{"mailto:a@ex.org", ""},
	}
	for _, tt := range tests {
		n := sample.Small()
		n.URL, n.FeedURL = "https://ex.org/news/", "https://ex.org/news/rss.xml"
		n.Letters = []*newsletter.Letter{{ID: "https://ex.org/1", URL: tt.letter, Title: "A", Updated: n.Updated}}
		pages, err := letterFiles(n)
		if err != nil { // the model refuses some of them already
			assert.Empty(t, tt.path, tt.letter)
			continue
		}
		if tt.path == "" {
			assert.Empty(t, pages, tt.letter)
			continue
		}
		if assert.Len(t, pages, 1, tt.letter) {
			assert.Equal(t, tt.path, pages[0].Path)
			assert.True(t, fs.ValidPath(pages[0].Path))
			assert.Same(t, n.Letters[0], pages[0].Letter)
		}
	}
}

func TestPagesOfOneAddress(t *testing.T) {
	n := sample.Small()
	n.URL = "https://ex.org/news"
	day := n.Updated
	for i, address := range []string{"https://ex.org/news/a", "https://ex.org/news/b/", "https://ex.org/news/a/", "https://ex.org/news/B"} {
		n.Letters = append(n.Letters, &newsletter.Letter{ID: address, URL: address, Title: address, Published: day.AddDate(0, 0, i), Updated: day})
	}
	pages, err := letterFiles(n)
	require.NoError(t, err)
	require.Len(t, pages, 2, "the newest letter of each address, in upper or lower case")
	assert.Equal(t, "B/index.html", pages[0].Path)
	assert.Equal(t, "a/index.html", pages[1].Path)
	assert.Equal(t, "https://ex.org/news/a/", pages[1].Letter.ID)
	assert.Equal(t, day, n.Updated.In(time.UTC))
}

// letterFiles returns the files that are pages of letters.
func letterFiles(n *newsletter.Newsletter) ([]site.File, error) {
	files, err := site.Files(n)
	return slices.DeleteFunc(files, func(f site.File) bool { return f.Letter == nil }), err
}
