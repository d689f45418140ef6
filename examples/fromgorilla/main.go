// Command fromgorilla is the example of gorilla/feeds' README in our model: a
// feed with three items, as Atom, RSS and JSON Feed. Package feed/fromgorilla makes
// such a newsletter of a *feeds.Feed, with the IDs that subscribers have.
package main

import (
	"fmt"
	"log"
	"os"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
)

func main() {
	written := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	jason := []newsletter.Author{{Name: "Jason Moiron", Email: "jmoiron@jmoiron.net"}}
	n := &newsletter.Newsletter{
		Title:       "jmoiron.net blog",
		URL:         "http://jmoiron.net/blog",
		Description: "discussion about tech, footie, photos",
		Authors:     jason,
		Updated:     written,
		Letters: []*newsletter.Letter{
			{
				Title:     "Limiting Concurrency in Go",
				URL:       "http://jmoiron.net/blog/limiting-concurrency-in-go/",
				Summary:   "A discussion on controlled parallelism in golang",
				Authors:   jason,
				Published: written,
			},
			{
				Title:     "Logic-less Template Redux",
				URL:       "http://jmoiron.net/blog/logicless-template-redux/",
				Summary:   "More thoughts on logicless templates",
				Published: written,
			},
			{
				Title:     "Idiomatic Code Reuse in Go",
				URL:       "http://jmoiron.net/blog/idiomatic-code-reuse-in-go/",
				Content:   "How to use interfaces <em>effectively</em>",
				Published: written,
			},
		},
	}
	for f := range feed.Formats() {
		if err := feed.Write(os.Stdout, n, f); err != nil {
			log.Fatal(err)
		}
		fmt.Println()
	}
}
