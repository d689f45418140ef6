//go:build unix

package postgres

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/aggregate"
)

// A network stands for all partners' servers, without one: each feed has three
// letters of a kilobyte, which never change, and is fresh until a time of its own
// within the hour that begins at Hour.
type network struct {
	Hour time.Time // of steady work

	mu   sync.Mutex
	late []float64 // seconds behind due, of each visit from Hour on
	now  func() time.Time
}

// prepare makes an aggregator ask it, by a clock that is ahead.
func (n *network) prepare(a *aggregate.Aggregator, ahead time.Duration) {
	n.now = func() time.Time { return time.Now().Add(ahead) }
	a.Now, a.Fetch.Now = n.now, n.now
	a.Fetch.Chance = func() float64 { return 0 }
	a.Fetch.Client = &http.Client{Transport: n}
}

// due returns when a partner is due in the hour of steady work.
func (n *network) due(i int) time.Time {
	return n.Hour.Add(time.Duration(uint32(i)*2654435761%3600) * time.Second)
}

// RoundTrip is described at [http.RoundTripper].
func (n *network) RoundTrip(r *http.Request) (*http.Response, error) {
	i, err := strconv.Atoi(r.URL.Path[1:])
	if err != nil {
		return nil, err
	}
	resp := &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r, Body: http.NoBody,
		Header: http.Header{"Etag": {`"1"`}, "Content-Type": {"application/rss+xml"}},
	}
	now := n.now()
	age := time.Hour
	if now.Before(n.Hour) {
		age = n.due(i).Sub(now).Truncate(time.Second)
	} else {
		n.mu.Lock()
		n.late = append(n.late, now.Sub(n.due(i)).Seconds())
		n.mu.Unlock()
	}
	resp.Header.Set("Cache-Control", fmt.Sprint("max-age=", int(age.Seconds())))
	if r.Header.Get("If-None-Match") != "" {
		resp.StatusCode = http.StatusNotModified
		return resp, nil
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `<rss version="2.0"><channel><title>Partner %d</title><link>%s</link><description/>`, i, r.URL)
	for k := range 3 {
		fmt.Fprintf(&b, `<item><guid isPermaLink="false">%d-%d</guid><title>Letter %[2]d of %[1]d</title><pubDate>%[3]s</pubDate><description>%[4]s</description></item>`,
			i, k, n.Hour.Add(-time.Duration(i+k)*time.Second-24*time.Hour).UTC().Format(time.RFC1123Z), strings.Repeat("text of a letter ", 60))
	}
	b.WriteString(`</channel></rss>`)
	resp.Body, resp.ContentLength = io.NopCloser(&b), int64(b.Len())
	return resp, nil
}

// A simulated is what a process saw.
type simulated struct {
	Late []float64
	Most int // bytes of memory
}

func (n *network) write(name string) error {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kilobytes, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	most, err := strconv.Atoi(kilobytes)
	if err != nil {
		return err
	}
	data, err := json.Marshal(simulated{n.late, most << 10})
	if err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o666)
}

// results ends the processes and gathers what they saw.
func (c *crew) simulated() (late []float64, most []int) {
	c.end()
	for _, name := range c.results {
		data, err := os.ReadFile(name)
		require.NoError(c, err)
		var s simulated
		require.NoError(c, json.Unmarshal(data, &s))
		late, most = append(late, s.Late...), append(most, s.Most>>20)
	}
	slices.Sort(late)
	return late, most
}

// Many partners on one database, with a network that costs nothing: how fast they
// are visited, what the database holds, and how far behind due they are in a
// steady hour.
//
// NEWSLETTER_SIMULATION=1000000 is the number of partners, _PROCESSES=2 that of
// processes.
func TestSimulation(t *testing.T) {
	t.Parallel()
	partners, _ := strconv.Atoi(os.Getenv("NEWSLETTER_SIMULATION"))
	if partners == 0 {
		if testing.Short() {
			t.Skip("it takes half a minute")
		}
		partners = 1000
	}
	processes, _ := strconv.Atoi(os.Getenv("NEWSLETTER_SIMULATION_PROCESSES"))
	if processes == 0 {
		processes = 2
	}
	steady := min(max(time.Duration(partners/1000)*time.Second, 10*time.Second), 5*time.Minute)
	hosts := partners * 2 / 5

	s := newStore(t)
	n := &network{Hour: time.Now().Add(12 * time.Hour).Truncate(time.Second)}
	list := make([]aggregate.Partner, partners)
	for i := range list {
		list[i] = aggregate.Partner{FeedURL: fmt.Sprintf("http://h%d.example/%d", i%hosts, i)}
	}
	took := func(what string, do func()) time.Duration {
		at := time.Now()
		do()
		d := time.Since(at)
		t.Logf("%s: %s", what, d.Round(10*time.Millisecond))
		return d
	}
	took(fmt.Sprintf("a list of %d partners on %d hosts", partners, hosts), func() {
		_, err := s.SetPartners(t.Context(), list)
		require.NoError(t, err)
	})
	took("the same list again", func() {
		sync, err := s.SetPartners(t.Context(), list)
		require.NoError(t, err)
		require.Equal(t, partners, sync.Kept)
	})
	list = nil
	count := func(sql string, args ...any) (n int) {
		require.NoError(t, s.pool.QueryRow(t.Context(), sql, args...).Scan(&n))
		return n
	}
	// visited waits until nobody is left who was asked before a time, or for so long:
	// whether there is one costs little to ask as long as there are many.
	visited := func(before int64, most time.Duration) (all bool) {
		for begun := time.Now(); time.Since(begun) < most; time.Sleep(500 * time.Millisecond) {
			require.NoError(t, s.pool.QueryRow(t.Context(), `SELECT NOT EXISTS (SELECT FROM state WHERE last_attempt < $1)`, before).Scan(&all))
			if all {
				return true
			}
		}
		return false
	}

	work := func(ahead time.Duration) *crew {
		c := &crew{TB: t, order: order{Database: s.url, Floor: time.Hour, Concurrency: 256, Simulation: n, Ahead: ahead}}
		for range processes {
			c.start()
		}
		return c
	}
	c := work(0)
	visiting := took(fmt.Sprintf("first visits, processes: %d", processes), func() {
		require.True(t, visited(1, 3*time.Hour), "it takes too long")
	})
	time.Sleep(time.Second)
	_, most := c.simulated()
	t.Logf("%.0f visits a second, %d MB of memory at most", float64(partners)/visiting.Seconds(), most)
	assert.Equal(t, 3*partners, count(`SELECT count(*) FROM letter`))
	size := count(`SELECT pg_database_size(current_database())`)
	t.Logf("the database: %d MB, %.1f kB a partner", size>>20, float64(size)/float64(partners)/1000)

	// The clock goes on to shortly before the hour, the queue's too. It keeps its own
	// by the database's.
	ahead := time.Until(n.Hour) - 10*time.Second
	// What the server knows of the table, and renews by itself every minute or so, goes
	// with it.
	reschedule := func(sql string, args ...any) {
		_, err := s.pool.Exec(t.Context(), `UPDATE river_job SET scheduled_at = `+sql+` WHERE state = 'scheduled'`, args...)
		require.NoError(t, err)
		_, err = s.pool.Exec(t.Context(), `VACUUM (ANALYZE) river_job`)
		require.NoError(t, err)
	}
	reschedule(`scheduled_at - make_interval(secs => $1)`, ahead.Seconds())
	hot := func() (updates, hot int) {
		require.NoError(t, s.pool.QueryRow(t.Context(), `SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'state'`).Scan(&updates, &hot))
		return updates, hot
	}
	time.Sleep(2 * time.Second) // for the statistics
	updates, hotBefore := hot()
	c = work(ahead)
	time.Sleep(10*time.Second + steady)
	late, most := c.simulated()
	time.Sleep(2 * time.Second)
	updatesAfter, hotAfter := hot()
	require.NotEmpty(t, late)
	want := 0
	for i := range partners {
		if n.due(i).Before(n.Hour.Add(steady - 5*time.Second)) {
			want++
		}
	}
	assert.GreaterOrEqual(t, len(late), want, "who is due is visited")
	assert.GreaterOrEqual(t, late[0], 0.0, "nobody before due")
	share := func(p float64) float64 { return late[int(p*float64(len(late)-1))] }
	t.Logf("%s of a steady hour: %d visits, %.0f a second; behind due: half less than %.2f s, 99 in 100 less than %.2f s, the most %.2f s; %d MB of memory at most; %d%% of the updates in place",
		steady, len(late), float64(len(late))/steady.Seconds(), share(0.5), share(0.99), share(1), most, 100*(hotAfter-hotBefore)/max(1, updatesAfter-updates))

	// All at once, with nothing new: as far as they come in two minutes.
	ahead += 3 * time.Hour
	reschedule(`now()`)
	from := time.Now().Add(ahead).UnixMicro()
	c = work(ahead)
	begun := time.Now()
	visited(from, 2*time.Minute)
	left, again := count(`SELECT count(*) FROM state WHERE last_attempt < $1`, from), time.Since(begun)
	c.simulated()
	assert.Less(t, left, partners, "those who are due are visited")
	t.Logf("all are due, and nothing is new: %d visits in %s, %.0f a second", partners-left, again.Round(10*time.Millisecond), float64(partners-left)/again.Seconds())
	size = count(`SELECT pg_database_size(current_database())`)
	t.Logf("the database: %d MB", size>>20)
}
