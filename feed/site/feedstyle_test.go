package site_test

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/feed/feedhttp"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/internal/sample"
)

// written returns the files of the village's site.
func villageFiles(t *testing.T, o site.Options) map[string]string {
	list, err := site.Files(sample.Village(), o)
	require.NoError(t, err)
	files := map[string]string{}
	for _, f := range list {
		var b bytes.Buffer
		_, err := f.WriteTo(&b)
		require.NoError(t, err)
		files[f.Path] = b.String()
	}
	return files
}

var stylesheet = regexp.MustCompile(`\n<\?xml-stylesheet type="text/css" href="([^"]*)"\?>\n`)

func linked(document string) string {
	if m := stylesheet.FindStringSubmatch(document); m != nil {
		return m[1]
	}
	return ""
}

func TestFeedsLinkToTheirStylesheet(t *testing.T) {
	lists := site.Options{Lists: []site.ListBy{site.ByKind}, ArchiveSize: 2}
	files := villageFiles(t, lists)
	for path, document := range files {
		want := ""
		if strings.HasSuffix(path, ".xml") {
			want = strings.Repeat("../", strings.Count(path, "/")) + "feed.css"
		}
		assert.Equal(t, want, linked(document), path)
	}
	assert.Contains(t, files, "kind/rapport/rss.xml")
	assert.Contains(t, files, "archive/1/atom.xml")
	assert.Contains(t, files["feed.css"], "Det här är ett webbflöde.", "in the newsletter's language")
	assert.True(t, strings.HasPrefix(files["feed.css"], `@charset "utf-8";`), "servers may not say how it is encoded")

	plain := lists
	plain.PlainFeeds = true
	for path, document := range villageFiles(t, plain) {
		assert.NotContains(t, document, "xml-stylesheet", path)
		assert.NotEqual(t, "feed.css", path)
		assert.Equal(t, document, stylesheet.ReplaceAllString(files[path], ""), "%s: all else is the same", path)
	}

	own := lists
	own.Feed.Stylesheet = "look/feeds.css"
	files = villageFiles(t, own)
	assert.Equal(t, "look/feeds.css", linked(files["rss.xml"]))
	assert.Equal(t, "../../look/feeds.css", linked(files["archive/1/rss.xml"]))
	assert.NotContains(t, files, "feed.css")
}

// A browser that is led to a feed gets what it shows; all others get a feed.
func TestHandlerShowsFeedsInBrowsers(t *testing.T) {
	const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
	h := site.Handler(always(sample.Village()))
	shown := ask(h, http.MethodGet, "/rss.xml", "Accept", browser)
	assert.Equal(t, "application/xml; charset=utf-8", shown.Header.Get("Content-Type"))
	assert.Equal(t, "Accept", shown.Header.Get("Vary"))
	assert.Equal(t, "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'", shown.Header.Get("Content-Security-Policy"), "a script in a feed would run")
	for _, accept := range []string{"", "*/*", "application/rss+xml, text/html;q=0.5", "application/xml", "application/rss+xml, application/xml;q=0.9, text/xml;q=0.8"} {
		got := ask(h, http.MethodGet, "/rss.xml", "Accept", accept)
		assert.Equal(t, typeRSS, got.Header.Get("Content-Type"), accept)
		assert.Equal(t, "Accept", got.Header.Get("Vary"), "a cache is to keep both")
		assert.NotEqual(t, shown.Header.Get("ETag"), got.Header.Get("ETag"), accept)
		assert.Empty(t, got.Header.Get("Content-Security-Policy"), accept)
	}
	again := ask(h, http.MethodGet, "/rss.xml", "Accept", browser, "If-None-Match", shown.Header.Get("ETag"))
	assert.Equal(t, http.StatusNotModified, again.StatusCode)
	json := ask(h, http.MethodGet, "/feed.json", "Accept", browser)
	assert.Equal(t, typeJSON, json.Header.Get("Content-Type"))
	assert.Empty(t, json.Header.Get("Vary"))

	css := ask(h, http.MethodGet, "/feed.css")
	assert.Equal(t, "text/css; charset=utf-8", css.Header.Get("Content-Type"), "browsers take no other")

	h = site.Handler(always(sample.Village()), site.Options{PlainFeeds: true})
	assert.Equal(t, typeRSS, ask(h, http.MethodGet, "/rss.xml", "Accept", browser).Header.Get("Content-Type"))
	assert.Equal(t, http.StatusNotFound, ask(h, http.MethodGet, "/feed.css").StatusCode)

	h = feedhttp.Handler(always(sample.Village()), feedhttp.Options{Feed: feed.Options{Stylesheet: "https://look.example/feed.css"}})
	shown = ask(h, http.MethodGet, "/atom.xml", "Accept", browser)
	assert.Equal(t, "https://look.example/feed.css", linked(body(t, shown)))
	assert.Contains(t, shown.Header.Get("Content-Security-Policy"), "style-src https://look.example;")
}

// What is served beside the pages is what is written beside them.
func TestHandlerServesAllFiles(t *testing.T) {
	o := site.Options{Sitemap: true}
	h := site.Handler(always(sample.Village()), o)
	list, err := site.Files(sample.Village(), o)
	require.NoError(t, err)
	for _, f := range list {
		got := ask(h, http.MethodGet, "/"+f.Path)
		assert.Equal(t, http.StatusOK, got.StatusCode, f.Path)
		assert.Equal(t, f.MediaType+"; charset=utf-8", got.Header.Get("Content-Type"), f.Path)
		assert.Equal(t, f.MediaType == "text/html", got.Header.Get("Content-Security-Policy") != "", f.Path)
	}
}
