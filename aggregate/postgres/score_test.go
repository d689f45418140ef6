package postgres

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/aggregate"
)

// A scorer is the servers of some partners, which keep book of how they are asked, as
// those who serve feeds would have it.
type scorer struct {
	mu     sync.Mutex
	now    time.Time
	feeds  []*scored
	busy   map[string]int
	asked  int
	whole  int
	faults []string
}

type scored struct {
	maxAge  time.Duration
	edits   time.Duration // a new version in this time
	trouble time.Duration // every so often it answers 503

	etag                                    string
	last, freshUntil, restUntil, troubledAt time.Time
}

func (s *scorer) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *scorer) fault(r *http.Request, format string, args ...any) {
	if len(s.faults) < 20 {
		s.faults = append(s.faults, s.now.Format(time.DateTime)+" "+r.Host+r.URL.Path+": "+fmt.Sprintf(format, args...))
	}
}

func (s *scorer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i, err := strconv.Atoi(r.URL.Path[1:])
	if err != nil || i >= len(s.feeds) {
		http.NotFound(w, r)
		return
	}
	s.mu.Lock()
	if s.busy[r.Host]++; s.busy[r.Host] > 1 {
		s.fault(r, "two at once")
	}
	s.mu.Unlock()
	time.Sleep(time.Millisecond)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy[r.Host]--
	s.asked++
	f := s.feeds[i]
	if got := r.Header.Get("If-None-Match"); got != f.etag {
		s.fault(r, "asked with %q where %q had been sent", got, f.etag)
	}
	if s.now.Before(f.freshUntil) {
		s.fault(r, "asked %s before the answer was stale", f.freshUntil.Sub(s.now))
	}
	if s.now.Before(f.restUntil) {
		s.fault(r, "asked %s before the end of Retry-After", f.restUntil.Sub(s.now))
	}
	if gap := s.now.Sub(f.last); gap < 45*time.Minute {
		s.fault(r, "asked again after %s", gap)
	}
	f.last = s.now
	w.Header().Set("Date", s.now.Format(http.TimeFormat))
	if f.trouble > 0 && s.now.Sub(f.troubledAt) > f.trouble {
		f.troubledAt, f.restUntil = s.now, s.now.Add(7*time.Hour)
		w.Header().Set("Retry-After", "25200")
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	version := s.now.Truncate(f.edits)
	etag := fmt.Sprintf(`"%x"`, version.Unix())
	same := etag == f.etag
	f.etag, f.freshUntil = etag, s.now.Add(f.maxAge)
	w.Header().Set("ETag", etag)
	w.Header().Set("Cache-Control", fmt.Sprint("max-age=", int(f.maxAge.Seconds())))
	if same && r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	s.whole++
	fmt.Fprint(w, feedOf(fmt.Sprint("p", i), version.Format(time.DateTime)))
}

// A month of three workers on one database, with servers that keep the score:
// conditions always those of the last answer, nobody asked before the answer is
// stale, before the end of a rest or within the floor, and one request at a time.
func TestWorkersFeedReaderScore(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	s := newStore(t)
	start := time.Date(2026, 4, 1, 8, 0, 0, 0, time.UTC)
	book := &scorer{now: start, busy: map[string]int{}}
	var list []aggregate.Partner
	for i := range 12 {
		book.feeds = append(book.feeds, &scored{
			maxAge:  []time.Duration{0, 30 * time.Minute, 100 * time.Minute, 5 * time.Hour, 30 * time.Hour}[i%5],
			edits:   time.Duration(5+3*i) * time.Hour,
			trouble: []time.Duration{0, 0, 50 * time.Hour}[i%3], troubledAt: start,
		})
		list = append(list, aggregate.Partner{FeedURL: fmt.Sprintf("http://h%d.example/%d", i%4, i)})
	}
	web := httptest.NewServer(book)
	defer web.Close()
	_, err := s.SetPartners(t.Context(), list)
	require.NoError(t, err)

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	timing := usual
	timing.look = 20 * time.Millisecond
	var workers sync.WaitGroup
	for range 3 {
		one, err := Open(t.Context(), s.url)
		require.NoError(t, err)
		defer one.Close()
		a := aggregator(web.Listener.Addr().String())
		a.Now, a.Fetch.Now, a.Fetch.Limits.Pause = book.clock, book.clock, -1
		workers.Go(func() { assert.NoError(t, one.work(ctx, a, Options{}, timing)) })
	}
	chance := rand.New(rand.NewPCG(1, 2))
	steps := 0
	for ; book.clock().Before(start.AddDate(0, 1, 0)); steps++ {
		require.Eventually(t, func() bool {
			var left int
			err := s.pool.QueryRow(t.Context(), `SELECT count(*) FROM state s JOIN partner p USING (key) LEFT JOIN host h ON h.name = p.host
				WHERE s.lease > 0 OR s.due <= $1 AND coalesce(h.rest, 0) <= $1`, micros(book.clock())).Scan(&left)
			if err != nil || left == 0 {
				return err == nil
			}
			// The queue goes by the database's clock: whoever is due by ours is looked for now.
			_, err = s.pool.Exec(t.Context(), `UPDATE river_job SET state = 'available', scheduled_at = now() WHERE state IN ('scheduled', 'available')`)
			assert.NoError(t, err)
			return false
		}, time.Minute, 20*time.Millisecond, "who is due is visited")
		step := time.Duration(5+chance.IntN(55)) * time.Minute
		if steps%3 == 0 {
			step = time.Duration(4+chance.IntN(10)) * time.Hour
		}
		book.mu.Lock()
		book.now = book.now.Add(step)
		book.mu.Unlock()
	}
	stop()
	workers.Wait()
	assert.Empty(t, book.faults)
	assert.Greater(t, book.asked, 500)
	t.Logf("%d looks in a month, %d requests, %d of them with the feed as the answer", steps, book.asked, book.whole)
}
