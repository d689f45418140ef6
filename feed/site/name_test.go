package site_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed/site"
)

// namesOf returns the paths of a site's files, and checks that each can stand beside the
// others whatever the file system.
func namesOf(t *testing.T, n *newsletter.Newsletter, o site.Options) []string {
	t.Helper()
	files, err := site.Files(n, o)
	require.NoError(t, err)
	paths := slices.Clone(o.Reserved)
	for _, f := range files {
		paths = append(paths, f.Path)
	}
	lower := map[string]bool{}
	for _, path := range paths {
		assert.False(t, lower[strings.ToLower(path)], "%s is there twice", path)
		lower[strings.ToLower(path)] = true
	}
	for path := range lower {
		for other := range lower {
			assert.False(t, strings.HasPrefix(other, path+"/"), "%s is a file, and the folder of %s", path, other)
		}
	}
	return paths
}

// Whoever says what the URL of a letter is, the names of the newsletter's own files are
// theirs.
func TestNamesAreReserved(t *testing.T) {
	const base = "https://example.org/"
	o := site.Options{
		PageSize: 5, Lists: []site.ListBy{site.ByKind}, Sitemap: true, ArchiveSize: 4,
		Reserved: []string{"partners.html", "files/a.png", "page", "kind", "spring.html/b.png"},
	}
	targets := []string{
		"index.html", "Index.HTML", "rss.xml", "atom.xml/", "feed.json", "feed.css", "sitemap.xml", "SITEMAP.xml", "robots.txt", "404.html", "40%34.html", "404.HTML", "404.html/a",
		"partners.html", "Partners.htm%6C", "files", "files/a.png", "page", "page/2/", "page-2/2/", "kind/report/", "kind-2/report/", "kind-2/report/rss.xml", "KIND-2/Report/index.html",
		"2024/", "2024/page/2/", "archive/1/rss.xml", "archive/1/", "spring.html", "own/", "Own", "own/index.html", "own/more/", "\u212aind/", "free/",
	}
	newsletterOf := func(source newsletter.Source) *newsletter.Newsletter {
		n := manyLetters(12)
		n.URL, n.FeedURL = base, base+"rss.xml"
		for i, l := range n.Letters {
			l.URL = fmt.Sprintf("https://example.org/letters/%d/", i)
			l.Source = newsletter.Source{}
		}
		n.Letters[11].URL = base + "own/"
		for i, target := range targets {
			day := time.Date(2025, 12, 1, i, 0, 0, 0, time.UTC) // newer than what is there
			n.Letters = append(n.Letters, &newsletter.Letter{ID: fmt.Sprintf("tag:x.example,2024:%d", i), Title: target, URL: base + target, Kind: "Report", Updated: day, Source: source})
		}
		return n
	}
	ours := namesOf(t, newsletterOf(newsletter.Source{}), o)
	for _, l := range []string{"rss.xml", "sitemap.xml", "404.html", "robots.txt", "archive/1/rss.xml", "index.html"} {
		assert.Contains(t, ours, l)
	}
	files, err := site.Files(newsletterOf(newsletter.Source{}), o)
	require.NoError(t, err)
	for _, f := range files {
		if f.Letter != nil && f.Path == "404.html" {
			assert.Fail(t, "a letter is the page of what isn't there")
		}
	}

	// Those of others lose to the newsletter's own letters and lists too, and to what is in their folders.
	others := namesOf(t, newsletterOf(newsletter.Source{Title: "Other", URL: "https://other.example/"}), o)
	for _, path := range []string{"own/index.html", "page-2/2/index.html", "kind-2/report/index.html", "2024/index.html", "letters/3/index.html", "free/index.html"} {
		assert.Contains(t, others, path)
	}
	files, err = site.Files(newsletterOf(newsletter.Source{Title: "Other", URL: "https://other.example/"}), o)
	require.NoError(t, err)
	var theirs []string
	for _, f := range files {
		if f.Letter != nil && f.Letter.Source.Title != "" {
			theirs = append(theirs, f.Path)
		}
	}
	assert.Equal(t, []string{"free/index.html"}, theirs)

	o.Gathered = true
	assert.NotContains(t, namesOf(t, newsletterOf(newsletter.Source{Title: "Other"}), o), "free/index.html")
	assert.Empty(t, clashes(newsletterOf(newsletter.Source{Title: "Other"}), o), "of the newsletter's own alone")
}

func TestClashes(t *testing.T) {
	n := manyLetters(3)
	n.URL = "https://example.org/"
	for i, target := range []string{"Spring", "404.html", "spring/"} {
		n.Letters[i].URL = n.URL + target
	}
	got := clashes(n, site.Options{Sitemap: true})
	slices.SortFunc(got, func(a, b site.Clash) int { return strings.Compare(a.Path, b.Path) })
	require.Len(t, got, 2)
	assert.Equal(t, site.Clash{Letter: n.Letters[1], Path: "404.html", Taken: "404.html"}, got[0])
	assert.ElementsMatch(t, []*newsletter.Letter{n.Letters[0], n.Letters[2]}, []*newsletter.Letter{got[1].Letter, got[1].By})
	assert.Empty(t, clashes(n, site.Options{})[1:], "a site without that page has the letter's there")
}

func clashes(n *newsletter.Newsletter, o site.Options) []site.Clash {
	pages, _ := site.LeftOut(n, o)
	return pages
}
