package site

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
)

func TestLocal(t *testing.T) {
	n := &newsletter.Newsletter{URL: "https://example.org/news/", Letters: []*newsletter.Letter{
		{ID: "1", URL: "https://example.org/news/spring"}, {ID: "2", URL: "https://example.org/news/2024/autumn.html"},
	}}
	s := newSite(n, Options{})
	for address, want := range map[string]struct{ home, spring, autumn string }{
		"https://example.org/news/":                  {"./", "../", "../"},
		"https://example.org/news/spring":            {"spring/", "../spring/", "../spring/"},
		"https://example.org/news/spring#note":       {"spring/#note", "#note", "../spring/#note"},
		"https://example.org/news/2024/autumn.html":  {"2024/autumn.html", "../2024/autumn.html", "../2024/autumn.html"},
		"https://example.org/news/images/a%20b.png?": {"images/a%20b.png?", "../images/a%20b.png?", "../images/a%20b.png?"},
		"https://example.org/news/?page=2":           {"./?page=2", "../?page=2", "../?page=2"},
		"https://example.org/news/a:b":               {"./a:b", "../a:b", "../a:b"},
		"https://example.org/news//b":                {"https://example.org/news//b", "https://example.org/news//b", "https://example.org/news//b"},
		"https://example.org/newsroom":               {"https://example.org/newsroom", "https://example.org/newsroom", "https://example.org/newsroom"},
		"mailto:ann@example.org":                     {"mailto:ann@example.org", "mailto:ann@example.org", "mailto:ann@example.org"},
		"":                                           {},
	} {
		for from, want := range map[string]string{"": want.home, "spring/index.html": want.spring, "2024/autumn.html": want.autumn} {
			got := s.local(from, address)
			assert.Equal(t, want, got, "%s from %q", address, from)
			page, err := url.Parse(n.URL + strings.TrimSuffix(from, "index.html"))
			require.NoError(t, err)
			if resolved, err := page.Parse(got); assert.NoError(t, err) && address != "" {
				letter := strings.Replace(address, "spring", "spring/", 1)
				assert.Contains(t, []string{address, letter}, resolved.String(), "%s from %q", address, from)
			}
		}
	}
	s.served = false
	assert.Equal(t, n.URL, s.local("", n.URL), "a page that stands alone")
}

func TestLocalFromDisk(t *testing.T) {
	n := &newsletter.Newsletter{URL: "https://example.org/news/", Letters: []*newsletter.Letter{
		{ID: "1", URL: "https://example.org/news/spring"}, {ID: "2", URL: "https://example.org/news/2024/autumn.html"},
	}}
	s := newSite(n, Options{FromDisk: true})
	for address, want := range map[string]struct{ home, spring string }{
		"https://example.org/news/":                 {"index.html", "../index.html"},
		"https://example.org/news/#top":             {"index.html#top", "../index.html#top"},
		"https://example.org/news/?page=2":          {"index.html?page=2", "../index.html?page=2"},
		"https://example.org/news/spring":           {"spring/index.html", "../spring/index.html"},
		"https://example.org/news/spring#note":      {"spring/index.html#note", "#note"},
		"https://example.org/news/2024/autumn.html": {"2024/autumn.html", "../2024/autumn.html"},
		"https://example.org/news/a:b.png":          {"./a:b.png", "../a:b.png"},
		"https://example.org/news/b.d/?c.png":       {"https://example.org/news/b.d/?c.png", "https://example.org/news/b.d/?c.png"},
		"https://example.org/news/book":             {"https://example.org/news/book", "https://example.org/news/book"},
		"https://example.org/newsroom":              {"https://example.org/newsroom", "https://example.org/newsroom"},
	} {
		assert.Equal(t, want.home, s.local("", address))
		assert.Equal(t, want.spring, s.local("spring/index.html", address))
	}
}
