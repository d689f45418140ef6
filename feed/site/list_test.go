package site_test

import (
	"bytes"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/parse"
)

// manyLetters are of two years, three kinds, and one stands where a list would.
func manyLetters(n int) *newsletter.Newsletter {
	out := &newsletter.Newsletter{
		ID: "tag:example.org,2024:l", Title: "Letters", Description: "D", URL: "https://example.org/l/", Language: "en",
		Authors: []newsletter.Author{{Name: "The editors"}},
	}
	for i := range n {
		out.Letters = append(out.Letters, &newsletter.Letter{
			ID: fmt.Sprintf("id-%d", i), Title: fmt.Sprintf("Letter %d", i), URL: fmt.Sprintf("https://example.org/l/%d/", i),
			Kind: []string{"Report", "Inbjudan & fest", ""}[i%3], Published: time.Date(2024, 12, 1+i, 0, 0, 0, 0, time.UTC), Content: "<p>Text</p>",
			Categories: []newsletter.Category{{Term: "a"}, {Term: "A"}}[:i%3],
		})
	}
	out.Letters[0].URL = "https://example.org/l/kind/report/"
	out.Letters[1].Language = "sv"
	out.Letters[2].Authors = []newsletter.Author{{Name: "???"}, {Name: "Åsa Ek"}}
	return out
}

func filesOf(t *testing.T, n *newsletter.Newsletter, o site.Options) (files map[string]string, paths []string) {
	t.Helper()
	list, err := site.Files(n, o)
	require.NoError(t, err)
	files = map[string]string{}
	for _, f := range list {
		var b bytes.Buffer
		_, err := f.WriteTo(&b)
		require.NoError(t, err)
		require.NotContains(t, files, f.Path)
		files[f.Path] = b.String()
		paths = append(paths, f.Path)
	}
	return files, paths
}

var lists = site.Options{PageSize: 10, Lists: []site.ListBy{site.ByKind, site.ByCategory, site.ByAuthor, site.ByLanguage}, Sitemap: true}

func TestLists(t *testing.T) {
	n := manyLetters(45)
	files, paths := filesOf(t, n, lists)
	var others []string
	for _, path := range paths {
		if strings.HasSuffix(path, "index.html") && !regexp.MustCompile(`^\d+/index|/\d/`).MatchString(path) || strings.Contains(path, "20") {
			others = append(others, path)
		}
	}
	for _, want := range []string{
		"index.html", "page/5/index.html", "2024/index.html", "2025/index.html", "2024/page/2/index.html", "kind/report/index.html", "kind/report-2/rss.xml", "kind/report-2/index.html",
		"kind/inbjudan-fest/index.html", "kind/inbjudan-fest/page/2/index.html", "category/a/feed.json", "category/a-2/feed.json", "author/the-editors/atom.xml", "author/åsa-ek/index.html",
		"language/sv/index.html", "language/en/page/5/index.html", "sitemap.xml", "404.html",
	} {
		assert.Contains(t, files, want, others)
	}
	assert.NotContains(t, files, "page/6/index.html")
	assert.NotContains(t, files, "robots.txt", "robots.txt counts at the root of a host alone")

	report := files["kind/report-2/atom.xml"]
	again, err := parse.Feed(strings.NewReader(report))
	require.NoError(t, err)
	assert.Equal(t, "Letters: Report", again.Title)
	assert.Equal(t, "https://example.org/l/kind/report-2/atom.xml", again.FeedURL)
	assert.Equal(t, "https://example.org/l/kind/report-2/", again.URL)
	assert.Len(t, again.Letters, 15)
	for _, l := range again.Letters {
		assert.Equal(t, "Report", l.Kind)
	}
	assert.True(t, strings.HasPrefix(again.ID, "urn:uuid:"))
	assert.NotContains(t, files["kind/inbjudan-fest/atom.xml"], again.ID, "each list has an ID of its own")

	page := files["kind/report-2/index.html"]
	assert.Contains(t, page, `<link rel="alternate" type="application/rss+xml" title="Letters, RSS" href="../../kind/report-2/rss.xml">`)
	assert.Contains(t, page, `<h1 class="p-name">Report</h1>`)
	assert.Contains(t, page, `<a class="home" href="../../">Letters</a>`)
	second := files["page/2/index.html"]
	assert.Contains(t, second, "Letter 34<")
	assert.NotContains(t, second, "Letter 35<")
	assert.Contains(t, second, `<a href="../../page/2/" aria-current="page">2</a>`)
	assert.Contains(t, second, `<a href="../../">1</a>`)
	assert.Contains(t, second, `<link rel="canonical" href="https://example.org/l/page/2/">`)
	assert.Contains(t, files["2024/index.html"], `<h1 class="p-name">2024</h1>`)
	assert.Contains(t, files["sitemap.xml"], "<url><loc>https://example.org/l/author/%C3%A5sa-ek/</loc><lastmod>2024-12-03T00:00:00Z</lastmod></url>")
	assert.Contains(t, files["404.html"], `<a href="https://example.org/l/">Letters</a>`)

	n.URL = "https://example.org/"
	files, _ = filesOf(t, n, lists)
	assert.Equal(t, "User-agent: *\nAllow: /\nSitemap: https://example.org/sitemap.xml\n", files["robots.txt"])
}

// Lists leave the newsletter's own feeds as they are, byte by byte.
func TestListsLeaveTheWholeAsItIs(t *testing.T) {
	n := manyLetters(45)
	with, _ := filesOf(t, n, lists)
	without, paths := filesOf(t, n, site.Options{})
	for f := range feed.Formats() {
		assert.Equal(t, without[f.FileName()], with[f.FileName()])
	}
	for _, path := range paths {
		if path != "index.html" {
			assert.Equal(t, without[path], with[path], path)
		}
	}
}

// Every link of every page that is relative leads to a file.
func TestLinksOfListsLeadToFiles(t *testing.T) {
	o := lists
	o.FromDisk = true
	files, _ := filesOf(t, manyLetters(45), o)
	href := regexp.MustCompile(`(?:href|src)="([^"#:]+)"`)
	seen := 0
	for path, document := range files {
		if !strings.HasSuffix(path, ".html") || path == "404.html" {
			continue
		}
		for _, m := range href.FindAllStringSubmatch(document, -1) {
			to := resolvePath(t, path, m[1])
			assert.Contains(t, files, to, "%s links to %s", path, m[1])
			seen++
		}
	}
	assert.Greater(t, seen, 1000)
}

// What changed in one letter is told by the sums of the pages that show it, and only
// by theirs.
func TestSumsOfLists(t *testing.T) {
	sums := func(n *newsletter.Newsletter) map[string][32]byte {
		list, err := site.Files(n, lists)
		require.NoError(t, err)
		m := map[string][32]byte{}
		for _, f := range list {
			m[f.Path] = f.Sum()
		}
		return m
	}
	n := manyLetters(45)
	was := sums(n)
	before, _ := filesOf(t, n, lists)
	n.Letters[44].Title = "Another"
	is := sums(n)
	after, _ := filesOf(t, n, lists)
	same := 0
	for path := range was {
		if before[path] != after[path] {
			assert.NotEqual(t, was[path], is[path], path)
		} else if was[path] == is[path] {
			same++
		}
	}
	assert.Greater(t, same, 60, "of %d", len(was))
}

func resolvePath(t *testing.T, from, ref string) string {
	t.Helper()
	base, err := url.Parse("https://x.example/" + from)
	require.NoError(t, err)
	to, err := base.Parse(ref)
	require.NoError(t, err)
	return strings.TrimPrefix(to.Path, "/")
}

// Strangers who say what there is a list by don't say how many there are.
func TestMaxLists(t *testing.T) {
	n := manyLetters(60)
	for i, l := range n.Letters {
		l.Published = time.Date(1900+i, 1, 1, 0, 0, 0, 0, time.UTC)
		l.Categories = []newsletter.Category{{Term: fmt.Sprintf("only-%d", i)}}
		for j := range 4 {
			if i%(j+2) == 0 {
				l.Categories = append(l.Categories, newsletter.Category{Term: fmt.Sprintf("every-%d", j+2)})
			}
		}
	}
	o := site.Options{PageSize: 10, Lists: []site.ListBy{site.ByCategory}, MaxLists: 3}
	list, err := site.Files(n, o)
	require.NoError(t, err)
	folders := map[string]bool{}
	for _, f := range list {
		if f.Letter == nil && strings.HasSuffix(f.Path, "/index.html") && !strings.Contains(f.Path, "page/") {
			folders[strings.TrimSuffix(f.Path, "/index.html")] = true
		}
	}
	assert.Equal(t, map[string]bool{"1959": true, "1958": true, "1957": true, "category/every-2": true, "category/every-3": true, "category/every-4": true}, folders, "the newest years, and the categories of most letters")
	assert.Equal(t, map[string]int{"year": 57, "category": 61}, listsLeftOut(n, o))
	o.MaxLists = 0
	assert.Empty(t, listsLeftOut(n, o))
}

func listsLeftOut(n *newsletter.Newsletter, o site.Options) map[string]int {
	_, lists := site.LeftOut(n, o)
	return lists
}
