//go:build unix

package postgres

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/aggregate"
)

// A press is a server of partners' feeds, each with a new letter every now and
// then. It counts what no server should see.
type press struct {
	hosts  int
	floor  time.Duration
	every  time.Duration // between two letters of a feed
	begun  time.Time
	mu     sync.Mutex
	closed time.Time // no letter is written after it
	last   map[int]time.Time
	busy   map[string]int

	requests, early, overlaps int
	worst                     time.Duration // soonest of the visits that came too early
}

func (p *press) url(i int) string { return fmt.Sprintf("http://h%d.example/%d", i%p.hosts, i) }

// letters returns how many letters a feed has.
func (p *press) letters(i int, now time.Time) int {
	if !p.closed.IsZero() && now.After(p.closed) {
		now = p.closed
	}
	return 1 + int((now.Sub(p.begun)+time.Duration(i%97)*p.every/97)/p.every)
}

func (p *press) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i, err := strconv.Atoi(r.URL.Path[1:])
	if err != nil {
		http.NotFound(w, r)
		return
	}
	micros, err := strconv.ParseInt(r.Header.Get(sentHeader), 10, 64)
	if err != nil {
		http.Error(w, "it does not say when it was sent", http.StatusBadRequest)
		return
	}
	now, sent := time.Now(), time.UnixMicro(micros)
	p.mu.Lock()
	p.requests++
	p.busy[r.Host]++
	if p.busy[r.Host] > 1 {
		p.overlaps++
	}
	// A worker may be stopped while its request is on the way, and another asks before it
	// arrives.
	if since := sent.Sub(p.last[i]).Abs(); since < p.floor {
		p.early++
		p.worst = min(p.worst, since)
	}
	if sent.After(p.last[i]) {
		p.last[i] = sent
	}
	n := p.letters(i, now)
	p.mu.Unlock()
	time.Sleep(time.Duration(rand.IntN(200)) * time.Millisecond) // so that some are under way whenever a worker dies
	etag := fmt.Sprintf(`"%d"`, n)
	w.Header().Set("ETag", etag)
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
	} else {
		titles := make([]string, n)
		for k := range titles {
			titles[k] = fmt.Sprintf("%d-%d", i, k)
		}
		fmt.Fprint(w, feedOf(fmt.Sprint("p", i), titles...))
	}
	p.mu.Lock()
	p.busy[r.Host]--
	p.mu.Unlock()
}

// Several processes with one database, which are killed, stopped for longer than
// their claims last, and lose their database: no partner is asked twice within its
// floor, no host by two at once, and each letter is there once.
//
// NEWSLETTER_PROCESSES=4 is the long trial, of about ten minutes, with four.
func TestProcesses(t *testing.T) {
	size := struct {
		processes, partners, hosts, kills, holds, restarts int
		floor, every, time, hold                           time.Duration
		timing                                             timing
	}{
		2, 300, 120, 4, 1, 1, 3 * time.Second, 9 * time.Second, 20 * time.Second, 50 * time.Second,
		timing{slice: 2 * time.Second, visit: 3 * time.Second, job: 5 * time.Second, lease: 6 * time.Second, rescue: 7 * time.Second},
	}
	if n, _ := strconv.Atoi(os.Getenv("NEWSLETTER_PROCESSES")); n > 0 {
		size.processes, size.partners, size.hosts, size.kills, size.holds, size.restarts = n, 5_000, 2_000, 50, 5, 5
		size.floor, size.every, size.time, size.hold, size.timing = time.Minute, 2*time.Minute, 7*time.Minute, usual.rescue+35*time.Second, usual
	} else if testing.Short() {
		t.Skip("it takes a minute")
	}
	t.Parallel() // it waits most of the time
	if server == "" {
		newDatabase(t) // says why there is none
	}
	db, err := startServer()
	require.NoError(t, err)
	defer db.stop()
	require.NoError(t, Migrate(t.Context(), db.url))
	s, err := Open(t.Context(), db.url)
	require.NoError(t, err)
	defer s.Close()

	p := &press{hosts: size.hosts, floor: size.floor, every: size.every, begun: time.Now(), last: map[int]time.Time{}, busy: map[string]int{}, worst: size.floor}
	web := httptest.NewServer(p)
	defer web.Close()
	list := make([]aggregate.Partner, size.partners)
	for i := range list {
		list[i] = aggregate.Partner{FeedURL: p.url(i)}
	}
	_, err = s.SetPartners(t.Context(), list)
	require.NoError(t, err)

	c := &crew{TB: t, order: order{
		Database: db.url, Server: web.Listener.Addr().String(), Floor: size.floor, Pause: 20 * time.Millisecond, Publish: true,
		Timing: [5]time.Duration{size.timing.slice, size.timing.visit, size.timing.job, size.timing.lease, size.timing.rescue},
	}}
	for range size.processes {
		c.start()
	}
	var trouble sync.WaitGroup
	often := func(n int, do func()) {
		trouble.Go(func() {
			for range n {
				time.Sleep(size.time / time.Duration(n) * time.Duration(50+rand.IntN(50)) / 100)
				do()
			}
		})
	}
	often(size.kills, c.kill)
	often(size.restarts, db.restart)
	often(size.holds, func() { c.hold(size.hold) })
	trouble.Wait()

	p.mu.Lock()
	p.closed = time.Now()
	p.mu.Unlock()
	want := 0
	for i := range list {
		want += p.letters(i, p.closed)
	}
	count := func(sql string) (n int) {
		if err := s.pool.QueryRow(t.Context(), sql).Scan(&n); err != nil {
			return -1
		}
		return n
	}
	complete := func() bool {
		return count(`SELECT count(*) FROM letter`) >= want && count(`SELECT count(*) FROM pending`) == 0
	}
	for deadline := time.Now().Add(size.timing.rescue + size.timing.lease + time.Minute + 2*size.floor); !complete() && time.Now().Before(deadline); {
		time.Sleep(200 * time.Millisecond)
	}
	c.end()
	assert.Equal(t, want, count(`SELECT count(*) FROM letter`), "letters")
	titles := map[string]int{}
	rows, err := s.pool.Query(t.Context(), `SELECT record FROM letter`)
	require.NoError(t, err)
	var data []byte
	_, err = pgx.ForEachRow(rows, []any{&data}, func() error {
		var r aggregate.Record
		if err := r.UnmarshalJSON(data); err != nil {
			return err
		}
		titles[r.Letter.Title]++
		return nil
	})
	require.NoError(t, err)
	for i := range list {
		for k := range p.letters(i, p.closed) {
			if n := titles[fmt.Sprintf("%d-%d", i, k)]; n != 1 {
				t.Errorf("letter %d of partner %d is there %d times", k, i, n)
			}
		}
	}
	assert.Zero(t, p.overlaps, "two at once at a host")
	assert.Zero(t, p.early, "visits before the floor of %s, the soonest after %s", size.floor, p.worst)
	assert.Zero(t, count(`SELECT count(*) FROM pending`), "all is folded")
	d := atomNow(t, s)
	assert.Equal(t, min(want, aggregate.DefaultMaxLetters), strings.Count(d, "<entry>"), "letters published")
	t.Logf("%d processes, %d partners on %d hosts, %s: %d × kill -9, %d stopped and continued, %d restarts of the database: %d requests, %d letters; %d hosts taken over from a worker, %d partners put off",
		size.processes, size.partners, size.hosts, time.Since(p.begun).Round(time.Second), size.kills, size.holds, size.restarts, p.requests, want,
		c.said("taken over by another worker"), c.said("may have asked a partner"))
	if t.Failed() {
		c.lastWords(t.Output())
	}
}
