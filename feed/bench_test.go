package feed_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/feeds"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/internal/sample"
)

// BenchmarkWrite writes 1,000 letters of 4 KB, turn by turn with gorilla/feeds
// from the same letters, to nowhere. "x-gorilla" is gorilla's time in ours: above 1, ours
// is the faster. Ours includes Validate.
func BenchmarkWrite(b *testing.B) {
	ours, theirs := benchmarkLetters(1000, 4<<10)
	for _, bench := range []struct {
		format  feed.Format
		gorilla func(io.Writer) error
	}{
		{feed.RSS, theirs.WriteRss},
		{feed.Atom, theirs.WriteAtom},
		{feed.JSON, theirs.WriteJSON},
	} {
		b.Run(bench.format.String(), func(b *testing.B) {
			var own, gorilla time.Duration
			for b.Loop() {
				start := time.Now()
				if err := feed.Write(io.Discard, ours, bench.format); err != nil {
					b.Fatal(err)
				}
				own += time.Since(start)

				start = time.Now()
				if err := bench.gorilla(io.Discard); err != nil {
					b.Fatal(err)
				}
				gorilla += time.Since(start)
			}
			b.ReportMetric(float64(own.Nanoseconds())/float64(b.N), "ns/op")
			b.ReportMetric(float64(gorilla)/float64(own), "x-gorilla")
		})
	}
}

// benchmarkLetters returns the same letters for both libraries, as far as
// gorilla/feeds can hold them.
func benchmarkLetters(count, size int) (*newsletter.Newsletter, *feeds.Feed) {
	const paragraph = `<p>The board met in <a href="https://example.org/town?id=1&amp;lang=sv">Malmö</a> &amp; spoke of the budget, of travel, and of what came in the letters.</p>` + "\n"
	content := strings.TrimSpace(strings.Repeat(paragraph, size/len(paragraph)))
	start := time.Date(2021, 12, 22, 9, 30, 0, 0, time.UTC)

	n := sample.Small()
	g := &feeds.Feed{
		Title: n.Title, Link: &feeds.Link{Href: n.URL}, Id: n.ID, Updated: n.Updated,
		Author: &feeds.Author{Name: n.Authors[0].Name},
	}
	for i := range count {
		l := &newsletter.Letter{
			ID:        fmt.Sprintf("https://example.org/letters/%d", i),
			URL:       fmt.Sprintf("https://example.org/letters/%d", i),
			Title:     fmt.Sprintf("Letter %d", i),
			Kind:      "Report",
			Authors:   []newsletter.Author{{Name: "Ada Example", Organization: "Example Works", Email: "ada@example.org"}},
			Published: start.Add(time.Duration(i) * time.Hour),
			Updated:   start.Add(time.Duration(i) * time.Hour),
			Summary:   "What the board spoke of.",
			Content:   content,
		}
		n.Letters = append(n.Letters, l)
		g.Items = append(g.Items, &feeds.Item{
			Id: l.ID, Link: &feeds.Link{Href: l.URL}, Title: l.Title,
			Author:  &feeds.Author{Name: l.Authors[0].Name, Email: l.Authors[0].Email},
			Created: l.Published, Updated: l.Updated,
			Description: l.Summary, Content: l.Content,
		})
	}
	return n, g
}
