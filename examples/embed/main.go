// Embed is a service of one's own around the library: it gathers partners, serves
// the newsletter beside pages of its own, and is told of each new letter.
//
//	go run ./examples/embed https://example.org/feed.xml https://example.com/atom.xml
package main

import (
	"context"
	"log"
	"net/http"
	"os"
	"os/signal"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/feed/site"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	store, err := aggregate.OpenDir("state", nil)
	if err != nil {
		log.Fatal(err)
	}
	s := &aggregate.Service{
		Aggregator: aggregate.Aggregator{
			Newsletter: newsletter.Newsletter{Title: "Our partners", URL: "http://localhost:8080/", FeedURL: "http://localhost:8080/rss.xml"},
			Store:      store,
		},
		OnLetters: func(_ context.Context, news aggregate.News) error {
			for _, l := range news.Letters {
				log.Printf("%s: %s %s", l.Source.Title, l.Title, l.URL)
			}
			return nil // an error has the same letters come again
		},
	}
	var partners []aggregate.Partner
	for _, url := range os.Args[1:] {
		partners = append(partners, aggregate.Partner{URL: url}) // of a feed, or of a page that links to one
	}
	s.SetPartners(partners)
	http.Handle("/", site.Handler(s.Newsletter, site.Options{TrustHTML: true, Gathered: true})) // an aggregator cleans what strangers wrote
	http.HandleFunc("/about", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("A page of our own.\n")) })
	go func() { log.Fatal(http.ListenAndServe("localhost:8080", nil)) }()
	if err := s.Serve(ctx); err != nil {
		log.Print(err)
	}
	if err := store.Close(); err != nil {
		log.Fatal(err)
	}
}
