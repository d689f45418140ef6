package newsletter_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/automationregion/newsletter"
)

func TestSortPutsTheNewestFirstAndNeverDependsOnTheOrderBefore(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2024, 5, d, 0, 0, 0, 0, time.UTC) }
	sorted := []*newsletter.Letter{
		{Title: "newest", Published: day(3)},
		{Title: "the same instant, elsewhere", ID: "a", Published: day(2).In(time.FixedZone("", 7200))},
		{Title: "changed later, published the same day", ID: "b", Published: day(2), Updated: day(9)},
		{Title: "only an update", ID: "c", Updated: day(2)},
		{Title: "no date, A", URL: "https://example.org/1"},
		{Title: "no date, A", URL: "https://example.org/2"},
		{Title: "no date, B", URL: "https://example.org/2"},
	}
	for seed := range uint64(20) {
		n := newsletter.Newsletter{Letters: append([]*newsletter.Letter(nil), sorted...)}
		rand.New(rand.NewPCG(seed, 0)).Shuffle(len(n.Letters), func(i, j int) {
			n.Letters[i], n.Letters[j] = n.Letters[j], n.Letters[i]
		})
		n.Sort()
		assert.Equal(t, sorted, n.Letters)
	}
}
