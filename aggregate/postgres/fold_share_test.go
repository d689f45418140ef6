package postgres

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
)

// feeds answers for partners with the documents that they have, by host.
type feeds map[string]string

// RoundTrip is described at [http.RoundTripper].
func (f feeds) RoundTrip(r *http.Request) (*http.Response, error) {
	body := f[r.URL.Host]
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/rss+xml"}}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}

// A gathering visits partners whose feeds are made up, and holds each fold against
// what a run makes that reads all that is remembered.
type gathering struct {
	*testing.T
	store      *Store
	aggregator *aggregate.Aggregator
	publisher  *publisher
	feeds      feeds
	list       []aggregate.Partner
	now        time.Time
}

func gather(t *testing.T) *gathering {
	g := &gathering{T: t, store: newStore(t), aggregator: aggregator(""), feeds: feeds{}, now: time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)}
	a := g.aggregator
	a.Store, a.All, a.Now = g.store, true, func() time.Time { return g.now }
	a.Fetch.Client, a.Fetch.Limits.Pause = &http.Client{Transport: g.feeds}, -1
	return g
}

// serve gives a partner a feed with these letters.
func (g *gathering) serve(name string, letters ...string) *aggregate.Partner {
	host := name + ".example"
	g.feeds[host] = fmt.Sprintf(`<rss version="2.0"><channel><title>%[1]s</title><link>https://%[1]s.example/</link><description/>%[2]s</channel></rss>`, name, strings.Join(letters, ""))
	for i := range g.list {
		if g.list[i].Name == name {
			return &g.list[i]
		}
	}
	g.list = append(g.list, aggregate.Partner{Name: name, FeedURL: "http://" + host + "/feed"})
	return &g.list[len(g.list)-1]
}

func letter(id, page, title, text string, at time.Time) string {
	return fmt.Sprintf(`<item><guid isPermaLink="false">%s</guid><link>%s</link><title>%s</title><description>%s</description><pubDate>%s</pubDate></item>`,
		id, page, title, text, at.UTC().Format(time.RFC1123Z))
}

// visit visits all partners a day later, and folds; it returns the letters of each.
func (g *gathering) visit() map[string]int {
	g.Helper()
	g.now = g.now.Add(25 * time.Hour)
	_, err := g.store.SetPartners(g.Context(), g.list)
	require.NoError(g, err)
	_, err = g.aggregator.Run(g.Context(), g.list)
	require.NoError(g, err)
	return g.fold("")
}

func (g *gathering) fold(what string) map[string]int {
	g.Helper()
	if g.publisher == nil {
		g.publisher = g.store.newPublisher(g.aggregator)
	}
	_, err := g.publisher.fold(g.Context())
	require.NoError(g, err)
	offline := *g.aggregator
	offline.Offline, offline.All = true, false
	r, err := offline.Run(g.Context(), g.list)
	require.NoError(g, err)
	want := atomOf(g, r.Newsletter)
	d := atomNow(g, g.store)
	require.Equal(g, want, d, what)
	counts := map[string]int{}
	for _, l := range r.Newsletter.Letters {
		counts[l.Source.Title]++
	}
	return counts
}

// Whatever partners share with each other, whatever their filters leave out, and
// however many there are for the letters that the newsletter has: a fold makes what a
// run makes that reads everything.
func TestFoldIsARun(t *testing.T) {
	for seed := range uint64(12) {
		g := gather(t)
		rnd := rand.New(rand.NewPCG(seed, 3))
		a := g.aggregator
		a.MaxLetters = 1 + rnd.IntN(9)
		a.Window = []time.Duration{-1, 40 * 24 * time.Hour}[rnd.IntN(2)]
		if rnd.IntN(3) == 0 {
			for i := range rnd.IntN(6) {
				a.Newsletter.Letters = append(a.Newsletter.Letters, &newsletter.Letter{
					ID: fmt.Sprint("urn:own:", i), Title: "Own", URL: fmt.Sprintf("https://region.example/%d", i), Published: g.now.Add(-time.Duration(rnd.IntN(40)) * 24 * time.Hour),
				})
			}
		}
		partners := []int{3, 15, 60, 120}[rnd.IntN(4)]
		for i := range partners {
			var items []string
			for k := range rnd.IntN(8) {
				at := g.now.Add(-time.Duration(rnd.IntN(60)) * 24 * time.Hour)
				id, page, text := fmt.Sprintf("%d-%d", i, k), fmt.Sprintf("https://p%d.example/%d", i, k), "x"
				switch rnd.IntN(6) {
				case 0:
					page = fmt.Sprintf("https://p%d.example/%d", rnd.IntN(partners), k)
				case 1:
					id = fmt.Sprint("shared ", rnd.IntN(5))
				case 2:
					text = strings.Repeat(fmt.Sprintf("these words are the same in letter %d of many partners, ", rnd.IntN(5)), 4)
				}
				items = append(items, letter(id, page, "Title", text, at))
			}
			p := g.serve(fmt.Sprint("p", i), items...)
			if rnd.IntN(5) == 0 {
				p.Include.Words = []string{"same"}
			}
			p.MaxLetters = rnd.IntN(4)
		}
		g.visit()
		g.fold("once more")
		for range 2 {
			i := rnd.IntN(partners)
			g.serve(fmt.Sprint("p", i), letter("new", fmt.Sprintf("https://p%d.example/new", i), "New", "x", g.now))
			g.visit()
		}
	}
}

// A partner with new IDs at every visit pushes nobody out, nor does one that floods.
func TestSharesInADatabase(t *testing.T) {
	g := gather(t)
	g.aggregator.MaxLetters = 60
	serve := func(visit int) {
		var items []string
		for i := range 20 {
			items = append(items, letter(fmt.Sprint(visit, "-", i), fmt.Sprintf("https://loud.example/%d/%d", visit, i), "Loud", "x", g.now))
		}
		g.serve("loud", items...)
	}
	for i := range 5 {
		var items []string
		for k := range 12 {
			items = append(items, letter(fmt.Sprint(i, k), fmt.Sprintf("https://quiet%d.example/%d", i, k), "Quiet", "x", g.now.Add(-time.Duration(20+k)*24*time.Hour)))
		}
		g.serve(fmt.Sprint("quiet", i), items...)
	}
	for visit := range 20 {
		serve(visit)
		counts := g.visit()
		for i := range 5 {
			require.GreaterOrEqual(t, counts[fmt.Sprint("quiet", i)], 10, "visit %d", visit)
		}
	}
	r, err := g.store.Letters(t.Context(), g.list[0].Key(), -1)
	require.NoError(t, err)
	assert.Len(t, r, 12, "what is left out is remembered")
}

// What is held back stays so in the database, and a fold does not read it.
func TestHeldFloodInADatabase(t *testing.T) {
	g := gather(t)
	flood := func() {
		items := []string{letter("a", "https://p.example/a", "A", "x", g.now)}
		for i := range 50 {
			items = append(items, letter(fmt.Sprint("f", i), fmt.Sprintf("https://p.example/%d", i), "F", "x", g.now))
		}
		g.serve("p", items...)
	}
	g.serve("p", letter("a", "https://p.example/a", "A", "x", g.now))
	g.visit()
	flood()
	for range 7 { // the first of them brings it; each is 25 hours later
		assert.Equal(t, map[string]int{"p": 1}, g.visit())
		st, err := g.store.Load(t.Context(), g.list[0].Key())
		require.NoError(t, err)
		assert.NotEmpty(t, st.Index, "its letters need not be read")
		assert.Equal(t, 50, st.Flood.Held)
	}
	assert.Equal(t, map[string]int{"p": 51}, g.visit())

	g.serve("p", letter("a", "https://p.example/a", "A", "x", g.now), letter("b", "https://p.example/b", "B", "x", g.now))
	g.serve("q", letter("q", "https://q.example/q", "&quot;flood&quot;:{", "x", g.now))
	g.visit()
	for i := range 200 {
		g.feeds["p.example"] = strings.Replace(g.feeds["p.example"], "<item>", letter(fmt.Sprint("g", i), fmt.Sprintf("https://p.example/g/%d", i), "G", "x", g.now)+"<item>", 1)
	}
	assert.Equal(t, map[string]int{"p": 52, "q": 1}, g.visit())
	_, claimed, err := g.store.Claim(t.Context(), g.list[0].Key(), aggregate.Claim{Now: time.Now(), Lease: time.Hour, All: true})
	require.NoError(t, err)
	require.True(t, claimed)
	letters, busy, err := g.store.Release(t.Context())
	require.NoError(t, err)
	assert.Equal(t, [2]int{0, 1}, [2]int{letters, busy})
	_, err = g.store.pool.Exec(t.Context(), `UPDATE state SET lease = 0`)
	require.NoError(t, err)
	letters, busy, err = g.store.Release(t.Context())
	require.NoError(t, err)
	assert.Equal(t, [2]int{200, 0}, [2]int{letters, busy})
	assert.Equal(t, map[string]int{"p": 252, "q": 1}, g.fold("released"))
}
