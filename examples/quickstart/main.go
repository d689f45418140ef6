// Quickstart writes a newsletter of one letter as an Atom feed, and reads it
// back.
//
//	go run ./examples/quickstart
package main

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/parse"
)

func main() {
	n := &newsletter.Newsletter{
		Title:    "Letters from Example Region",
		URL:      "https://example.org/letters/",
		FeedURL:  "https://example.org/letters/atom.xml",
		Language: "en",
		Authors:  []newsletter.Author{{Name: "Editorial staff", Organization: "Example Region"}},
		Letters: []*newsletter.Letter{{
			Title:     "Season's greetings",
			URL:       "https://example.org/letters/seasons-greetings/",
			Kind:      "Editorial",
			Published: time.Date(2026, time.December, 22, 9, 0, 0, 0, time.UTC),
			Content:   "<p>Thank you for the year.</p>",
		}},
	}
	// Mend what no format can hold, such as control characters. What a format requires
	// and this program doesn't state, an ID and when it was updated, feed.Write derives.
	for _, change := range n.Repair() {
		fmt.Fprintln(os.Stderr, change)
	}
	var document bytes.Buffer
	if err := feed.Write(&document, n, feed.Atom); err != nil {
		log.Fatal(err)
	}
	fmt.Println(document.String())

	back, err := parse.Feed(&document)
	if err != nil {
		log.Fatal(err)
	}
	for _, l := range back.Letters {
		fmt.Fprintln(os.Stderr, l.Published.Format(time.DateOnly), l.Kind, l.Title)
	}
}
