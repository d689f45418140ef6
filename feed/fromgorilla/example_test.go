package fromgorilla_test

import (
	"fmt"
	"time"

	"github.com/gorilla/feeds"

	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/feed/fromgorilla"
)

func ExampleNewsletter() {
	f := &feeds.Feed{Title: "Letters", Link: &feeds.Link{Href: "https://example.org/"}}
	f.Add(&feeds.Item{
		Title:   "June",
		Link:    &feeds.Link{Href: "https://example.org/june"},
		Created: time.Date(2026, time.June, 12, 9, 0, 0, 0, time.UTC),
	})
	for format := range feed.Formats() {
		n := fromgorilla.Newsletter(f, format)
		fmt.Printf("%s: %q %q\n", format, n.ID, n.Letters[0].ID)
	}
	// Output:
	// rss: "" ""
	// atom: "https://example.org/" "tag:example.org,2026-06-12:/june"
	// json: "" ""
}
