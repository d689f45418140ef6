package aggregate_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/fetch"
)

// Two partners have one letter each, and one of them has passed on the other's.
func Example() {
	feeds := map[string]string{
		"/harbour.xml": `<rss version="2.0"><channel><title>The harbour</title><link>https://harbour.example/</link>
<item><guid>https://harbour.example/boats</guid><link>https://harbour.example/boats</link><title>The boats are back</title>
<pubDate>Mon, 04 May 2026 08:00:00 GMT</pubDate><description><![CDATA[<p onclick="x()">Come and see.</p>]]></description></item>
</channel></rss>`,
		"/museum.xml": `<rss version="2.0"><channel><title>The museum</title><link>https://museum.example/</link>
<item><guid>1</guid><link>https://museum.example/night</link><title>A night at the museum</title><pubDate>Tue, 05 May 2026 08:00:00 GMT</pubDate><description>Bring a lamp.</description></item>
<item><guid>2</guid><link>https://harbour.example/boats?utm_source=museum</link><title>The boats are back</title><pubDate>Tue, 05 May 2026 09:00:00 GMT</pubDate></item>
</channel></rss>`,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, feeds[r.URL.Path])
	}))
	defer server.Close()
	dir, err := os.MkdirTemp("", "state")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	store, err := aggregate.OpenDir(dir, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()

	a := aggregate.Aggregator{
		Newsletter: newsletter.Newsletter{
			Title: "Around the bay", URL: "https://bay.example/", FeedURL: "https://bay.example/atom.xml",
		},
		Store: store,
		Fetch: fetch.Options{AllowPrivate: true, Limits: fetch.Limits{Pause: -1}}, // the server is on this machine
		Now:   func() time.Time { return time.Date(2026, 5, 6, 12, 0, 0, 0, time.UTC) },
	}
	result, err := a.Run(context.Background(), []aggregate.Partner{
		{Name: "Museum", FeedURL: server.URL + "/museum.xml"},
		{Name: "Harbour", FeedURL: server.URL + "/harbour.xml"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range result.Newsletter.Letters {
		fmt.Printf("%s, from %s: %s\n", l.Title, l.Source.Title, l.Content)
		for _, link := range l.Links {
			fmt.Printf("  also from %s, %s\n", link.Title, link.URL)
		}
	}
	for _, r := range result.Partners {
		fmt.Printf("%s: %s, %d new\n", r.Name, r.Status, r.New)
	}
	// Output:
	// A night at the museum, from Museum: Bring a lamp.
	// The boats are back, from Harbour: <p>Come and see.</p>
	//   also from Museum, https://museum.example/
	// Museum: fetched, 2 new
	// Harbour: fetched, 1 new
}
