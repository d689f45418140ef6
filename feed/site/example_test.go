package site_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed/site"
)

func exampleNewsletter() *newsletter.Newsletter {
	written := time.Date(2022, 3, 14, 8, 0, 0, 0, time.UTC)
	return &newsletter.Newsletter{
		ID: "https://example.org/news/", URL: "https://example.org/news/", FeedURL: "https://example.org/news/rss.xml",
		Title: "Letters from the workshop", Language: "en", Updated: written,
		Authors: []newsletter.Author{{Name: "Editorial staff", Organization: "Example Region"}},
		Letters: []*newsletter.Letter{{
			ID: "https://example.org/news/spring/", URL: "https://example.org/news/spring/",
			Title: "Spring", Published: written, Updated: written, Content: "<p>The doors are open.</p>",
		}},
	}
}

func ExampleHandler() {
	n := exampleNewsletter()
	source := func(context.Context) (*newsletter.Newsletter, error) { return n, nil }
	mux := http.NewServeMux()
	mux.Handle("/news/", http.StripPrefix("/news", site.Handler(source)))

	for _, path := range []string{"/news/", "/news/rss.xml", "/news/spring/"} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Println(w.Code, path, w.Header().Get("Content-Type"))
	}
	// Output:
	// 200 /news/ text/html; charset=utf-8
	// 200 /news/rss.xml application/rss+xml; charset=utf-8
	// 200 /news/spring/ text/html; charset=utf-8
}

func ExampleFiles() {
	files, err := site.Files(exampleNewsletter())
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range files {
		var b strings.Builder
		if _, err := f.WriteTo(&b); err != nil {
			log.Fatal(err)
		}
		fmt.Println(f.Path, f.MediaType, strings.Contains(b.String(), "<p>The doors are open.</p>"))
	}
	// Output:
	// rss.xml application/rss+xml true
	// atom.xml application/atom+xml true
	// feed.json application/feed+json true
	// feed.css text/css false
	// index.html text/html false
	// spring/index.html text/html true
}

// The page alone links to the feed that it was made of.
func ExampleWrite() {
	n := exampleNewsletter()
	n.FeedURL = "https://feeds.example.org/spring"
	var b strings.Builder
	if err := site.Write(&b, n); err != nil {
		log.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if strings.Contains(line, "alternate") {
			fmt.Print(line)
		}
	}
	// Output:
	// <link rel="alternate" type="application/rss+xml" title="Letters from the workshop, RSS" href="https://feeds.example.org/spring">
}
