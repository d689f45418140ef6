package aggregate_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/feed/feedhttp"
	"github.com/automationregion/newsletter/fetch"
)

// A service gathers in the background; a handler serves what it published last.
func ExampleService() {
	harbour := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `<rss version="2.0"><channel><title>The harbour</title><link>https://harbour.example/</link>
<item><guid>https://harbour.example/boats</guid><link>https://harbour.example/boats</link><title>The boats are back</title>
<pubDate>Mon, 04 May 2026 08:00:00 GMT</pubDate></item></channel></rss>`)
	}))
	defer harbour.Close()

	heard := make(chan string)
	s := &aggregate.Service{
		Aggregator: aggregate.Aggregator{
			Newsletter: newsletter.Newsletter{Title: "Around the bay", URL: "https://bay.example/", FeedURL: "https://bay.example/atom.xml"},
			Fetch:      fetch.Options{AllowPrivate: true}, // the server is on this machine
			Now:        func() time.Time { return time.Date(2026, 5, 6, 12, 0, 0, 0, time.UTC) },
		},
		OnLetters: func(_ context.Context, news aggregate.News) error {
			for _, l := range news.Letters {
				heard <- news.Partner.Name + ": " + l.Title
			}
			return nil
		},
	}
	s.SetPartners([]aggregate.Partner{{Name: "Harbour", FeedURL: harbour.URL}})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- s.Serve(ctx) }()
	fmt.Println(<-heard)

	w := httptest.NewRecorder()
	feedhttp.Handler(s.Newsletter).ServeHTTP(w, httptest.NewRequest("GET", "/feed.json", nil))
	fmt.Println(w.Code, w.Header().Get("Content-Type"))

	stop()
	fmt.Println(<-ended)
	// Output:
	// Harbour: The boats are back
	// 200 application/feed+json; charset=utf-8
	// <nil>
}
