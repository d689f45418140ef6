package feed_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
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
	mux.Handle("/news/", http.StripPrefix("/news", feed.Handler(source)))

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

func ExamplePages() {
	pages, err := feed.Pages(feed.At(exampleNewsletter(), feed.HTML))
	if err != nil {
		log.Fatal(err)
	}
	for _, page := range pages {
		var b strings.Builder
		if err := page.WriteHTML(&b); err != nil {
			log.Fatal(err)
		}
		fmt.Fprintln(os.Stdout, page.Path, strings.Contains(b.String(), "<p>The doors are open.</p>"))
	}
	// Output:
	// spring/index.html true
}
