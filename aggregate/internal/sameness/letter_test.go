package sameness

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/automationregion/newsletter"
)

func TestALetterChangedIfAReaderMaySeeIt(t *testing.T) {
	letter := func() *newsletter.Letter {
		return &newsletter.Letter{
			ID: "1", URL: "https://alpha.example/1", Title: "Robots", Published: time.Unix(1e9, 0),
			Links:      []newsletter.Link{{Rel: "alternate", URL: "https://alpha.example/1.pdf"}, {Rel: "related", URL: "https://alpha.example/2"}},
			Categories: []newsletter.Category{{Term: "a"}},
			Source:     newsletter.Source{ID: "s", Title: "S"},
		}
	}
	seen := NewItem(letter()).Seen
	assert.Equal(t, seen, NewItem(letter()).Seen)
	for name, test := range map[string]struct {
		change func(*newsletter.Letter)
		same   bool
	}{
		"the language of a link":       {func(l *newsletter.Letter) { l.Links[0].Language = "sv" }, false},
		"the media type of a link":     {func(l *newsletter.Letter) { l.Links[0].MediaType = "application/pdf" }, false},
		"another link's media type":    {func(l *newsletter.Letter) { l.Links[1].MediaType = "application/pdf" }, false},
		"a category for a scheme":      {func(l *newsletter.Letter) { l.Categories[0] = newsletter.Category{Scheme: "a"} }, false},
		"the title of the source":      {func(l *newsletter.Letter) { l.Source.Title = "T" }, false},
		"another ID":                   {func(l *newsletter.Letter) { l.ID = "2" }, true},
		"times, which feeds make anew": {func(l *newsletter.Letter) { l.Published, l.Source.Updated = time.Unix(1e9+1, 0), time.Unix(1, 0) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			l := letter()
			test.change(l)
			assert.Equal(t, test.same, NewItem(l).Seen == seen)
		})
	}
}

// A feed in which all is the same must not take the square of its length.
func TestMatchIsQuick(t *testing.T) {
	const n = 10_000
	for name, l := range map[string]newsletter.Letter{
		"nothing": {}, "ID": {ID: "1"}, "page": {URL: "https://x.example/"}, "title": {Title: "Same"},
	} {
		var records []Known
		var items []*Item
		for i := range n {
			known, fresh := l, l
			known.Summary, fresh.Summary = fmt.Sprint("known ", i), fmt.Sprint("fresh ", i)
			if name == "ID" {
				known.URL, fresh.URL = fmt.Sprintf("https://x.example/known/%d", i), fmt.Sprintf("https://x.example/fresh/%d", i)
			}
			records = append(records, Known{ID: known.ID, URL: known.URL, Title: known.Title})
			items = append(items, NewItem(&fresh))
		}
		start := time.Now()
		Match(records, items)
		assert.Less(t, time.Since(start), 20*time.Second, name)
	}
}
