package feed_test

import (
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
)

func TestAt(t *testing.T) {
	tests := []struct{ home, rss string }{
		{"https://example.org/", "https://example.org/rss.xml"},
		{"https://example.org", "https://example.org/rss.xml"},
		{"https://example.org/news", "https://example.org/news/rss.xml"},
		{"https://example.org/news/", "https://example.org/news/rss.xml"},
		{"https://example.org/news/index.html", "https://example.org/news/rss.xml"},
		{"https://example.org/index.html", "https://example.org/rss.xml"},
		{"https://example.org/my%2Fnews/br%C3%A9v", "https://example.org/my%2Fnews/br%C3%A9v/rss.xml"},
		{"https://example.org/news/?page=2#top", "https://example.org/news/rss.xml"},
		{"urn:isbn:1", "https://feeds.example/"},
		{"/news/", "https://feeds.example/"},
	}
	for _, tt := range tests {
		n := &newsletter.Newsletter{URL: tt.home, FeedURL: "https://feeds.example/", Letters: []*newsletter.Letter{{}}}
		got := feed.At(n, feed.RSS)
		assert.Equal(t, tt.rss, got.FeedURL, tt.home)
		assert.Equal(t, "https://feeds.example/", n.FeedURL, "the newsletter itself stays as it is")
		assert.Same(t, n.Letters[0], got.Letters[0])
	}
	n := &newsletter.Newsletter{URL: "https://example.org/"}
	assert.Equal(t, "https://example.org/atom.xml", feed.At(n, feed.Atom).FeedURL)
	assert.Equal(t, "https://example.org/feed.json", feed.At(n, feed.JSON).FeedURL)
	assert.Equal(t, "https://example.org/rss.xml", feed.At(n, feed.HTML).FeedURL)
}

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
		{"mailto:a@ex.org", ""},
	}
	for _, tt := range tests {
		n := smallNewsletter()
		n.URL, n.FeedURL = "https://ex.org/news/", "https://ex.org/news/rss.xml"
		n.Letters = []*newsletter.Letter{{ID: "https://ex.org/1", URL: tt.letter, Title: "A", Updated: n.Updated}}
		pages, err := feed.Pages(n)
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
	n := smallNewsletter()
	n.URL = "https://ex.org/news"
	day := n.Updated
	for i, address := range []string{"https://ex.org/news/a", "https://ex.org/news/b/", "https://ex.org/news/a/", "https://ex.org/news/B"} {
		n.Letters = append(n.Letters, &newsletter.Letter{ID: address, URL: address, Title: address, Published: day.AddDate(0, 0, i), Updated: day})
	}
	pages, err := feed.Pages(n)
	require.NoError(t, err)
	require.Len(t, pages, 2, "the newest letter of each address, in upper or lower case")
	assert.Equal(t, "B/index.html", pages[0].Path)
	assert.Equal(t, "a/index.html", pages[1].Path)
	assert.Equal(t, "https://ex.org/news/a/", pages[1].Letter.ID)
	assert.Equal(t, day, n.Updated.In(time.UTC))
}
