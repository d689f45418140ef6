package site_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/parse"
)

// The newsletter's own letters stand in the feeds however many newer ones others have,
// and have their pages, of which a limit of the feeds takes none.
func TestOwnLettersInFeeds(t *testing.T) {
	day := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	n := &newsletter.Newsletter{Title: "N", URL: "https://example.org/", FeedURL: "https://example.org/rss.xml", Language: "en"}
	letter := func(name string, at time.Time, source newsletter.Source) {
		n.Letters = append(n.Letters, &newsletter.Letter{
			ID: "urn:x:" + name, URL: "https://example.org/" + name + "/", Title: name, Published: at, Updated: at, Source: source,
			Authors: []newsletter.Author{{Name: "A"}}, Summary: name,
		})
	}
	for i := range 6 {
		letter(fmt.Sprint("own", i), day.AddDate(-1, 0, -i), newsletter.Source{})
		letter(fmt.Sprint("partner", i), day.AddDate(0, 0, -i), newsletter.Source{Title: "P", URL: "https://p.example/"})
	}
	slices.SortStableFunc(n.Letters, newsletter.NewestFirst)
	for name, c := range map[string]struct {
		o               site.Options
		want            []string
		ownOut, restOut int
	}{
		"both limits": {site.Options{Gathered: true, FeedLetters: 5, FeedOwn: 2}, []string{"partner0", "partner1", "partner2", "own0", "own1"}, 4, 3},
		"own alone":   {site.Options{Gathered: true, FeedOwn: 2}, []string{"partner0", "partner1", "partner2", "partner3", "partner4", "partner5", "own0", "own1"}, 4, 0},
		"more than there are": {site.Options{Gathered: true, FeedLetters: 8, FeedOwn: 50},
			[]string{"partner0", "partner1", "own0", "own1", "own2", "own3", "own4", "own5"}, 0, 4},
		"more own than letters": {site.Options{Gathered: true, FeedLetters: 2, FeedOwn: 50}, []string{"own0", "own1"}, 4, 6},
		"nothing gathered":      {site.Options{FeedLetters: 2, FeedOwn: 1}, []string{"partner0", "partner1"}, 10, 0},
	} {
		t.Run(name, func(t *testing.T) {
			files, err := site.Files(n, c.o)
			require.NoError(t, err)
			pages := 0
			for _, f := range files {
				if f.Letter != nil && f.Letter.Source == (newsletter.Source{}) {
					pages++
				}
				if f.Path != "rss.xml" {
					continue
				}
				var b bytes.Buffer
				_, err := f.WriteTo(&b)
				require.NoError(t, err)
				read, err := parse.Feed(&b)
				require.NoError(t, err)
				var titles []string
				for _, l := range read.Letters {
					titles = append(titles, l.Title)
				}
				assert.Equal(t, c.want, titles)
			}
			assert.Equal(t, 6, pages)
			own, others := site.FeedsLeaveOut(n, c.o)
			assert.Equal(t, [2]int{c.ownOut, c.restOut}, [2]int{own, others})
		})
	}
}
