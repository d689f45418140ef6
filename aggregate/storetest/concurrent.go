package storetest

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/aggregate/internal/state"
	"github.com/automationregion/newsletter/fetch"
)

// Each partner is one caller's at a time, and no change of it is lost.
func (s *suite) manyAtOnce() {
	const workers, rounds, partners = 8, 30, 3
	var held [partners]atomic.Int32
	var changes [partners]atomic.Int64
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range rounds {
				k := (w + i) % partners
				key := fmt.Sprintf("alpha-%d", k)
				st, claimed, err := s.store.Claim(s.Context(), key, aggregate.Claim{Now: s.now, Lease: time.Hour, All: true})
				if !assert.NoError(s, err) {
					return
				}
				if !claimed {
					continue
				}
				assert.EqualValues(s, 1, held[k].Add(1), "one at a time")
				st.Schema, st.Most = state.Schema, st.Most+1
				st.Letters = letters(fmt.Sprint(st.Most))
				changes[k].Add(1)
				held[k].Add(-1)
				assert.NoError(s, s.store.Record(s.Context(), st))
				_, err = s.store.Load(s.Context(), key)
				assert.NoError(s, err)
				assert.NoError(s, s.store.RecordRests(s.Context(), s.now, map[string]time.Time{key: s.now.Add(time.Duration(i) * time.Hour)}))
			}
		})
	}
	wg.Wait()
	total := int64(0)
	for k := range partners {
		st := s.get(fmt.Sprintf("alpha-%d", k))
		assert.EqualValues(s, changes[k].Load(), st.Most)
		if st.Most > 0 {
			assert.Equal(s, []string{fmt.Sprint(st.Most)}, titles(st.Letters), "the letters are those of the state")
		}
		total += changes[k].Load()
	}
	assert.GreaterOrEqual(s, total, int64(partners))
}

// With leases that end at once, all overtake each other: what was recorded
// counts, each change on top of the one before, and what was refused doesn't.
func (s *suite) overtakeEachOther() {
	const workers, rounds = 8, 30
	var recorded, refused atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range rounds {
				st, claimed, err := s.store.Claim(s.Context(), "alpha-1", aggregate.Claim{Now: s.now, All: true})
				if !assert.NoError(s, err) {
					return
				}
				if !claimed {
					continue
				}
				st.Schema, st.Most = state.Schema, st.Most+1
				st.Letters = letters(fmt.Sprint(st.Most))
				switch err := s.store.Record(s.Context(), st); {
				case errors.Is(err, aggregate.ErrOvertaken):
					refused.Add(1)
				case assert.NoError(s, err):
					recorded.Add(1)
				}
			}
		})
	}
	wg.Wait()
	st := s.get("alpha-1")
	assert.EqualValues(s, recorded.Load(), st.Most, "%d were refused", refused.Load())
	assert.Positive(s, recorded.Load())
}

// Two aggregators that share the store ask each partner once between them, and
// make the same newsletter of it.
func (s *suite) twoWorkers() {
	const partners = 20
	var mu sync.Mutex
	asked := map[string]int{}
	more := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.Trim(r.URL.Path, "/")
		mu.Lock()
		asked[name]++
		extra := more
		mu.Unlock()
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>%[1]s</title><link>https://%[1]s.example/</link><description/>%[2]s
<item><guid isPermaLink="false">1</guid><title>%[1]s</title><pubDate>Mon, 06 Apr 2026 08:00:00 GMT</pubDate></item></channel></rss>`, name, extra)
	}))
	defer server.Close()
	var list []aggregate.Partner
	for i := range partners {
		list = append(list, aggregate.Partner{FeedURL: fmt.Sprintf("%s/p%02d", server.URL, i)})
	}
	run := func() []string {
		s.Helper()
		var wg sync.WaitGroup
		var found [2][]string
		for w := range found {
			a := aggregate.Aggregator{
				Newsletter: newsletter.Newsletter{Title: "T", URL: "https://region.example/", FeedURL: "https://region.example/atom.xml"},
				Store:      s.store,
				Window:     -1, MaxLetters: -1,
				Fetch: fetch.Options{
					AllowPrivate: true, Limits: fetch.Limits{Pause: -1, PerHost: -1}, Chance: func() float64 { return 0.5 },
				},
				Now: func() time.Time { return s.now },
			}
			wg.Go(func() {
				_, err := a.Run(s.Context(), list)
				assert.NoError(s, err)
			})
			if w == len(found)-1 {
				wg.Wait()
				a.Offline = true
				r, err := a.Run(s.Context(), list)
				require.NoError(s, err)
				for _, l := range r.Newsletter.Letters {
					found[w] = append(found[w], l.Title)
				}
			}
		}
		slices.Sort(found[1])
		return found[1]
	}
	var want []string
	for i := range partners {
		want = append(want, fmt.Sprintf("p%02d", i))
	}
	expect := func(each int) {
		s.Helper()
		mu.Lock()
		defer mu.Unlock()
		assert.Len(s, asked, partners)
		for name, n := range asked {
			assert.Equal(s, each, n, name)
		}
	}
	assert.Equal(s, want, run())
	expect(1)
	assert.Equal(s, want, run(), "nobody is due")
	expect(1)
	for i := range 3 { // the second time nothing is new
		s.now = s.now.Add(25 * time.Hour)
		assert.Equal(s, want, run())
		expect(2 + i)
	}
	mu.Lock()
	more = `<item><guid isPermaLink="false">2</guid><title>zz</title><pubDate>Tue, 05 May 2026 08:00:00 GMT</pubDate></item>`
	mu.Unlock()
	s.now = s.now.Add(25 * time.Hour)
	for range partners {
		want = append(want, "zz")
	}
	assert.Equal(s, want, run())
	expect(5)
}
