package fetch

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A scorer is a server that keeps book of how a feed reader behaves, as those who
// serve feeds would have it.
type scorer struct {
	mu     sync.Mutex
	rand   *rand.Rand
	now    time.Time // of the simulation; each request takes some of it
	pages  map[string]*scored
	faults []string
	conns  int // opened in this run
	asked  int
	whole  int // answers of 200
}

// scored is one feed. Its fields say how it is served; those below what was
// answered.
type scored struct {
	maxAge   time.Duration
	expires  bool          // said by Expires and not by max-age
	edits    time.Duration // a new version in this time; 0 never
	etag     bool
	modified bool
	ttl      int
	trouble  time.Duration // every so often it answers 429 or 503
	moved    string        // where it is by now

	etagSent, modifiedSent string
	freshUntil, restUntil  time.Time
	last, troubled         time.Time
	asked                  int
}

func (s *scorer) fault(path, format string, args ...any) {
	if len(s.faults) < 20 {
		s.faults = append(s.faults, s.now.Format(time.DateTime)+" "+path+": "+fmt.Sprintf(format, args...))
	}
}

func (s *scorer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path := r.URL.RequestURI()
	p := s.pages[path]
	if p == nil {
		s.fault(path, "nothing led here")
		return
	}
	s.asked++
	p.asked++
	h := r.Header
	for _, name := range []string{"Cookie", "Referer"} {
		if h.Get(name) != "" {
			s.fault(path, "%s was sent", name)
		}
	}
	if none, since := h.Get("If-None-Match"), h.Get("If-Modified-Since"); none != p.etagSent || since != p.modifiedSent {
		s.fault(path, "asked with %q and %q where %q and %q had been sent", none, since, p.etagSent, p.modifiedSent)
	}
	if s.now.Before(p.freshUntil) {
		s.fault(path, "asked %s before the answer was stale", p.freshUntil.Sub(s.now))
	}
	if s.now.Before(p.restUntil) {
		s.fault(path, "asked %s before the end of Retry-After", p.restUntil.Sub(s.now))
	}
	if gap := s.now.Sub(p.last); gap < 45*time.Minute-30*time.Second {
		s.fault(path, "asked again after %s", gap)
	}
	p.last = s.now
	s.now = s.now.Add(time.Duration(s.rand.IntN(5000)) * time.Millisecond) // that the answer takes

	w.Header().Set("Date", s.now.Format(http.TimeFormat))
	switch {
	case p.moved != "":
		http.Redirect(w, r, p.moved, http.StatusMovedPermanently)
		return
	case p.trouble > 0 && s.now.Sub(p.troubled) > p.trouble:
		p.troubled = s.now
		rest := time.Duration(1+s.rand.IntN(200)) * time.Hour / 10
		p.restUntil = s.now.Add(rest)
		w.Header().Set("Retry-After", fmt.Sprint(int(rest/time.Second)))
		w.WriteHeader([]int{http.StatusTooManyRequests, http.StatusServiceUnavailable, http.StatusForbidden}[s.rand.IntN(3)])
		return
	}
	version := time.Unix(0, 0)
	if p.edits > 0 {
		version = s.now.Truncate(p.edits)
	}
	p.etagSent, p.modifiedSent = "", ""
	if p.etag {
		p.etagSent = fmt.Sprintf(`W/"%x-gzip"`, version.Unix())
		w.Header().Set("ETag", p.etagSent)
	}
	if p.modified {
		p.modifiedSent = version.UTC().Format(http.TimeFormat)
		w.Header().Set("Last-Modified", p.modifiedSent)
	}
	p.freshUntil = s.now.Truncate(time.Second).Add(p.maxAge)
	switch {
	case p.expires:
		w.Header().Set("Expires", p.freshUntil.Format(http.TimeFormat))
	case p.maxAge > 0:
		w.Header().Set("Cache-Control", fmt.Sprintf("public, max-age=%d", int(p.maxAge/time.Second)))
	}
	if none, since := h.Get("If-None-Match"), h.Get("If-Modified-Since"); none+since != "" && none == p.etagSent && since == p.modifiedSent {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	s.whole++
	fmt.Fprintf(w, `<rss version="2.0"><channel><title>F</title><ttl>%d</ttl><item><title>%s</title></item></channel></rss>`, p.ttl, version)
}

// A month of visits, each of a process of its own that knows what the one before
// has written down, to servers that keep the score.
func TestFeedReaderScore(t *testing.T) {
	start := noon
	pages := map[string]*scored{
		"/hourly":             {maxAge: time.Hour, edits: 20 * time.Hour, etag: true, modified: true},
		"/etag":               {etag: true, edits: 7 * time.Hour},
		"/modified?full=1":    {modified: true, edits: 30 * time.Hour, maxAge: 100 * time.Minute},
		"/nothing":            {maxAge: 3 * time.Hour, edits: 9 * time.Hour},
		"/expires":            {expires: true, maxAge: 5 * time.Hour, etag: true, edits: 9 * time.Hour},
		"/nearly-the-ceiling": {maxAge: 23*time.Hour + 30*time.Minute, etag: true, edits: 9 * time.Hour},
		"/beyond-the-ceiling": {maxAge: 60 * time.Hour, etag: true, modified: true, edits: 50 * time.Hour},
		"/ttl":                {ttl: 240, maxAge: 10 * time.Minute, etag: true, edits: 4 * time.Hour},
		"/trouble":            {maxAge: 30 * time.Minute, etag: true, modified: true, edits: 11 * time.Hour, trouble: 40 * time.Hour},
		"/old":                {moved: "/new"},
		"/new":                {maxAge: 2 * time.Hour, etag: true, modified: true, edits: 12 * time.Hour},
	}
	s := &scorer{now: start, pages: pages, rand: rand.New(rand.NewPCG(1, 2))}
	server := httptest.NewUnstartedServer(s)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.mu.Lock()
			s.conns++
			s.mu.Unlock()
		}
	}
	server.Start()
	defer server.Close()

	var paths []string
	for _, path := range slices.Sorted(maps.Keys(pages)) {
		if path != "/new" {
			paths = append(paths, path)
		}
	}
	remembered := make([][]byte, len(paths)) // on disk
	rests := map[string]time.Time{}
	chance := rand.New(rand.NewPCG(3, 4))
	clock := func() time.Time {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.now
	}
	var further int // connections of a run beyond its first: net/http begins one where the one before is not back yet
	for runs := 0; clock().Before(start.AddDate(0, 1, 0)); runs++ {
		s.conns = 0
		c := NewClient(Options{AllowPrivate: true, Limits: Limits{Pause: -1}, Now: clock, Chance: chance.Float64})
		c.Rests(rests)
		next := clock().Add(24 * time.Hour)
		for i, path := range paths {
			var st State
			if remembered[i] != nil {
				require.NoError(t, json.Unmarshal(remembered[i], &st))
			}
			_, after := c.Fetch(t.Context(), Request{URL: server.URL + path}, st)
			var err error
			remembered[i], err = json.Marshal(after)
			require.NoError(t, err)
			due := after.Due
			if after.RestUntil.After(due) {
				due = after.RestUntil
			}
			if due.Before(next) {
				next = due
			}
		}
		rests = c.Rests(nil)
		c.Close()
		s.mu.Lock()
		further += max(0, s.conns-1)
		if runs%2 == 0 { // sometimes to the moment, and sometimes when a job is started
			next = next.Add(time.Duration(s.rand.IntN(3600)) * time.Second)
		}
		s.now = maxTime(s.now, next)
		s.mu.Unlock()
	}
	assert.Empty(t, s.faults)
	assert.Less(t, further, s.asked/50, "connections")
	for path, p := range pages {
		assert.Greater(t, p.asked, 5, path)
	}
	assert.Less(t, pages["/old"].asked, 100, "its new address is trusted after three days")
	t.Logf("%d requests, %d of them with the feed as the answer, %d faults", s.asked, s.whole, len(s.faults))
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
