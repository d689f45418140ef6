package postgres

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/fetch"
)

// aggregator returns one for which every host is the server at an address.
func aggregator(address string) *aggregate.Aggregator {
	a := &aggregate.Aggregator{
		Newsletter: newsletter.Newsletter{Title: "T", URL: "https://region.example/", FeedURL: "https://region.example/atom.xml"},
		Window:     -1,
	}
	a.Fetch.Client = &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		},
		MaxIdleConnsPerHost: 1,
	}}
	a.Fetch.Limits.Pause = 10 * time.Millisecond
	return a
}

func feedOf(name string, letters ...string) string {
	items := ""
	for i, title := range letters {
		items += fmt.Sprintf(`<item><guid isPermaLink="false">%s</guid><title>%s</title><pubDate>%s</pubDate></item>`,
			title, title, time.Date(2026, 4, 1+i%28, 8, 0, 0, 0, time.UTC).Format(time.RFC1123Z))
	}
	return fmt.Sprintf(`<rss version="2.0"><channel><title>%[1]s</title><link>https://%[1]s.example/</link><description/>%[2]s</channel></rss>`, name, items)
}

func TestPartnersAreSynchronised(t *testing.T) {
	s := newStore(t)
	list := make([]aggregate.Partner, 100)
	for i := range list {
		list[i] = aggregate.Partner{Name: fmt.Sprint("P", i), FeedURL: fmt.Sprintf("https://h%d.example/%d", i%30, i)}
	}
	set := func(list []aggregate.Partner) Sync {
		t.Helper()
		sync, err := s.SetPartners(t.Context(), list)
		require.NoError(t, err)
		rows, err := s.pool.Query(t.Context(), `SELECT config FROM partner WHERE listed ORDER BY place`)
		require.NoError(t, err)
		defer rows.Close()
		i := 0
		for ; rows.Next(); i++ {
			var r partnerRow
			require.NoError(t, rows.Scan(&r.config))
			p, err := r.partner()
			require.NoError(t, err)
			require.Equal(t, list[i], p)
		}
		assert.Equal(t, len(list), i+sync.Twice)
		return sync
	}
	assert.Equal(t, Sync{Added: 100}, set(list))
	assert.Equal(t, Sync{Kept: 100}, set(list))
	jobs := func() (n int) {
		require.NoError(t, s.pool.QueryRow(t.Context(), `SELECT count(*) FROM river_job`).Scan(&n))
		return n
	}
	assert.Equal(t, 30, jobs(), "one for each host")
	removed := list[50]
	list = append(list[:50:50], list[51:]...)
	assert.Equal(t, Sync{Removed: 1, Kept: 99}, set(list))
	list[7].Name = "Another"
	assert.Equal(t, Sync{Changed: 1, Kept: 98}, set(list))
	between := aggregate.Partner{FeedURL: "https://new.example/"}
	list = append(list[:20:20], append([]aggregate.Partner{between}, list[20:]...)...)
	assert.Equal(t, Sync{Added: 1, Kept: 99}, set(list), "one that comes between others changes none of them")
	list = append(list, removed)
	assert.Equal(t, Sync{Added: 1, Kept: 100}, set(list), "one that comes back")
	assert.Equal(t, 31, jobs())
	_, err := s.pool.Exec(t.Context(), `TRUNCATE river_job`)
	require.NoError(t, err)
	assert.Equal(t, Sync{Kept: 101, Twice: 1}, set(append(list, list[0])))
	assert.Equal(t, 31, jobs(), "lost jobs are made anew")
}

// A worker visits all partners, each host's one after the other, comes again when
// they are due, and takes a changed list while it works.
func TestWork(t *testing.T) {
	for name, pause := range map[string]time.Duration{"with a pause": 10 * time.Millisecond, "without a pause": -1} {
		t.Run(name, func(t *testing.T) {
			testWork(t, pause)
		})
	}
}

func testWork(t *testing.T, pause time.Duration) {
	s := newStore(t)
	var mu sync.Mutex
	asked, busy := map[string]int{}, map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		busy[r.Host]++
		assert.Equal(t, 1, busy[r.Host], "two at once at %s", r.Host)
		asked[r.Host+r.URL.Path]++
		mu.Unlock()
		time.Sleep(5 * time.Millisecond)
		fmt.Fprint(w, feedOf("x", r.URL.Path))
		mu.Lock()
		busy[r.Host]--
		mu.Unlock()
	}))
	defer server.Close()
	var list []aggregate.Partner
	for i := range 60 {
		list = append(list, aggregate.Partner{FeedURL: fmt.Sprintf("http://h%d.example/%d", i%4, i)})
	}
	_, err := s.SetPartners(t.Context(), list)
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	a := aggregator(server.Listener.Addr().String())
	a.Fetch.Limits.Pause = pause
	statuses := map[fetch.Status]int{}
	a.Progress = func(r aggregate.PartnerReport) { statuses[r.Status]++ }
	a.Fetch.Policy = fetch.Policy{Floor: 4 * time.Second, Ceiling: 4 * time.Second}
	go func() { done <- s.Work(ctx, a) }()
	wait := func(n, visits int) {
		t.Helper()
		require.Eventually(t, func() bool {
			mu.Lock()
			defer mu.Unlock()
			if len(asked) < n {
				return false
			}
			for _, k := range asked {
				if k < visits {
					return false
				}
			}
			return true
		}, 40*time.Second, 20*time.Millisecond)
	}
	wait(60, 1)
	_, err = s.SetPartners(t.Context(), append(list, aggregate.Partner{FeedURL: "http://h1.example/new"}))
	require.NoError(t, err)
	wait(61, 2)
	stop()
	require.NoError(t, <-done)
	assert.Equal(t, 61, statuses[fetch.Fetched])
	letters, err := s.Letters(t.Context(), list[3].Key(), -1)
	require.NoError(t, err)
	require.Len(t, letters, 1)
	assert.Equal(t, "/3", letters[0].Letter.Title)
	var left int
	require.NoError(t, s.pool.QueryRow(t.Context(), `SELECT count(*) FROM river_job WHERE state = 'running'`).Scan(&left))
	assert.Zero(t, left, "nothing is left running")
	require.NoError(t, s.pool.QueryRow(t.Context(), `SELECT count(*) FROM river_job WHERE errors IS NOT NULL`).Scan(&left))
	assert.Zero(t, left, "no job failed")
	require.NoError(t, s.pool.QueryRow(t.Context(), `SELECT count(*) FROM state WHERE lease > 0`).Scan(&left))
	assert.Zero(t, left, "nor claimed")
}

func TestHealth(t *testing.T) {
	s := newStore(t)
	now := time.Now()
	st, err := s.Health(t.Context(), now)
	require.NoError(t, err)
	assert.Equal(t, aggregate.Health{}, st)
	_, err = s.SetPartners(t.Context(), []aggregate.Partner{{FeedURL: "http://a.example/"}, {FeedURL: "http://b.example/"}})
	require.NoError(t, err)
	require.NoError(t, s.RecordRests(t.Context(), now, map[string]time.Time{"a.example": now.Add(time.Hour)}))
	_, err = s.pool.Exec(t.Context(), `UPDATE river_job SET scheduled_at = now() - interval '90 s'`)
	require.NoError(t, err)
	st, err = s.Health(t.Context(), now)
	require.NoError(t, err)
	assert.Equal(t, 2, st.Partners)
	assert.Equal(t, 1, st.Rests)
	assert.InDelta(t, 90, st.Lag.Seconds(), 30)
	st, err = s.Health(t.Context(), now.Add(2*time.Hour))
	require.NoError(t, err)
	assert.Zero(t, st.Rests)
}
