package feed_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

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
		{"https://bücher.example/news", "https://bücher.example/news/rss.xml"},
		{"http://[2001:db8::1]:8080/", "http://[2001:db8::1]:8080/rss.xml"},
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
}
