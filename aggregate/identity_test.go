package aggregate

import (
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
	seen := newItem(letter()).seen
	assert.Equal(t, seen, newItem(letter()).seen)
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
			assert.Equal(t, test.same, newItem(l).seen == seen)
		})
	}
}
