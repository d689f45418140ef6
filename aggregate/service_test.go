package aggregate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate/internal/sameness"
	"github.com/automationregion/newsletter/aggregate/internal/schedule"
	"github.com/automationregion/newsletter/fetch"
)

// A net is the servers of partners, inside of a test's time: no connection leaves
// it, and an answer takes as long as it says.
type fakeNet struct {
	*testing.T
	mu      sync.Mutex
	feeds   map[string]*fakeFeed // by URL
	busy    map[string]int       // by host
	faults  []string
	latency time.Duration
	scores  bool // requests without the conditions that were sent last are faults
}

// A fakeFeed is one feed, and what became of it.
type fakeFeed struct {
	items  []string
	maxAge time.Duration
	down   bool // no answer at all
	hangs  bool // until the request is given up
	status int  // instead of the feed
	retry  time.Duration
	link   string // header
	pushes bool   // it may be asked soon after the last time

	sent         string // ETag of the last feed
	asked, whole int
	last, fresh  time.Time
	rest         time.Time
}

func (n *fakeNet) RoundTrip(r *http.Request) (*http.Response, error) {
	n.mu.Lock()
	f := n.feeds[r.URL.String()]
	if f == nil {
		n.mu.Unlock()
		return nil, errors.New("no such server")
	}
	host := r.URL.Host
	now := time.Now()
	if n.busy[host]++; n.busy[host] > 1 {
		n.faults = append(n.faults, host+" was asked by two at once")
	}
	if now.Before(f.fresh) && !f.pushes {
		n.faults = append(n.faults, fmt.Sprintf("%s was asked %s before its answer was stale", r.URL, f.fresh.Sub(now)))
	}
	if now.Before(f.rest) {
		n.faults = append(n.faults, fmt.Sprintf("%s was asked %s before the end of Retry-After", r.URL, f.rest.Sub(now)))
	}
	if !f.last.IsZero() && now.Sub(f.last) < 20*time.Minute && !f.pushes {
		n.faults = append(n.faults, fmt.Sprintf("%s was asked again after %s", r.URL, now.Sub(f.last)))
	}
	if asks := r.Header.Get("If-None-Match"); n.scores && asks != f.sent {
		n.faults = append(n.faults, fmt.Sprintf("%s was asked with %q where %q had been sent", r.URL, asks, f.sent))
	}
	f.asked++
	f.last = now
	body := rssFeed(host, f.items)
	etag := `"` + sameness.Hash(body) + `"`
	down, hangs, status := f.down, f.hangs, f.status
	n.mu.Unlock()
	defer func() {
		n.mu.Lock()
		n.busy[host]--
		n.mu.Unlock()
	}()
	if hangs {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	if down {
		return nil, errors.New("connection refused")
	}
	time.Sleep(n.latency)
	n.mu.Lock()
	defer n.mu.Unlock()
	h := http.Header{"Etag": {etag}, "Date": {time.Now().UTC().Format(http.TimeFormat)}}
	answer := func(code int, body string) (*http.Response, error) {
		return &http.Response{
			StatusCode: code, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
			Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		}, nil
	}
	if status != 0 {
		if f.retry > 0 {
			f.rest = time.Now().Add(f.retry)
			h.Set("Retry-After", fmt.Sprint(int(f.retry.Seconds())))
		}
		return answer(status, "")
	}
	if f.link != "" {
		h.Set("Link", f.link)
	}
	if f.maxAge > 0 {
		f.fresh = time.Now().Truncate(time.Second).Add(f.maxAge)
		h.Set("Cache-Control", fmt.Sprintf("max-age=%d", int(f.maxAge.Seconds())))
	}
	if r.Header.Get("If-None-Match") == etag {
		return answer(http.StatusNotModified, "")
	}
	f.whole++
	f.sent = etag
	return answer(http.StatusOK, body)
}

func rssFeed(host string, items []string) string {
	return fmt.Sprintf(`<rss version="2.0"><channel><title>%s</title><link>https://%[1]s/</link><description/>%s</channel></rss>`, host, strings.Join(items, "\n"))
}

// written is a post of now.
func written(host, name string, more ...string) string {
	return fmt.Sprintf(`<item><guid isPermaLink="false">%s-%s</guid><link>https://%[1]s/%[2]s</link><title>%[2]s</title><pubDate>%[3]s</pubDate>%[4]s</item>`,
		host, name, time.Now().UTC().Format(time.RFC1123Z), strings.Join(more, ""))
}

func (n *fakeNet) feed(url string) *fakeFeed {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.feeds[url] == nil {
		n.feeds[url] = &fakeFeed{}
	}
	return n.feeds[url]
}

func (n *fakeNet) set(url string, change func(*fakeFeed)) {
	f := n.feed(url)
	n.mu.Lock()
	defer n.mu.Unlock()
	change(f)
}

func (n *fakeNet) asked(url string) int {
	f := n.feed(url)
	n.mu.Lock()
	defer n.mu.Unlock()
	return f.asked
}

// A duty is a service that serves in a test, in the bubble of synctest.
type duty struct {
	*Service
	net    *fakeNet
	cancel context.CancelFunc
	ended  chan error
	log    strings.Builder
	logMu  sync.Mutex
}

func (d *duty) Write(p []byte) (int, error) {
	d.logMu.Lock()
	defer d.logMu.Unlock()
	return d.log.Write(p)
}

func newNet(t *testing.T) *fakeNet {
	return &fakeNet{T: t, feeds: map[string]*fakeFeed{}, busy: map[string]int{}, latency: 50 * time.Millisecond}
}

func newDuty(net *fakeNet, store Store) *duty {
	d := &duty{net: net, ended: make(chan error, 1)}
	d.Service = &Service{Aggregator: Aggregator{
		Newsletter: newsletter.Newsletter{
			ID: "tag:region.example,2026:partners", Title: "Partners of the region",
			URL: "https://region.example/partners/", FeedURL: "https://region.example/partners/atom.xml",
		},
		Fetch: fetch.Options{
			Client: &http.Client{Transport: net}, Chance: constant(0.5),
			Policy: fetch.Policy{Floor: 30 * time.Minute, Ceiling: 6 * time.Hour},
		},
		Store:  store,
		Logger: slog.New(slog.NewTextHandler(d, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}}
	return d
}

func (d *duty) start() {
	ctx, cancel := context.WithCancel(d.net.Context())
	d.cancel = cancel
	go func() { d.ended <- d.Serve(ctx) }()
}

func (d *duty) stop() error {
	d.cancel()
	return <-d.ended
}

// pass lets time pass.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (d *duty) titles() []string {
	n, err := d.Newsletter(context.Background())
	if err != nil {
		return nil
	}
	var list []string
	for _, l := range n.Letters {
		list = append(list, l.Title)
	}
	return list
}

func hosts(n int) (list []Partner) {
	for i := range n {
		list = append(list, Partner{Name: fmt.Sprintf("P%d", i), FeedURL: fmt.Sprintf("https://p%d.example/feed", i)})
	}
	return list
}

func TestServiceForDays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := newNet(t)
		d := newDuty(net, nil)
		var partners []Partner
		for i := range 20 {
			p := Partner{Name: fmt.Sprint("P", i), FeedURL: fmt.Sprintf("https://h%d.example/feed%d", i%5, i)}
			partners = append(partners, p)
			net.set(p.FeedURL, func(f *fakeFeed) {
				f.maxAge = []time.Duration{0, time.Hour, 5 * time.Hour, 60 * time.Hour}[i%4]
				f.items = []string{written(fmt.Sprint("p", i), "first")}
			})
		}
		d.SetPartners(partners)
		_, err := d.Newsletter(t.Context())
		assert.ErrorIs(t, err, ErrNotReady)
		d.start()
		pass(time.Minute)
		require.Len(t, d.titles(), 20)
		assert.True(t, d.Health().Ready)
		n, _ := d.Newsletter(t.Context())

		pass(24 * time.Hour)
		again, _ := d.Newsletter(t.Context())
		assert.Same(t, n, again, "nothing changed")

		var worst time.Duration
		for day := range 6 {
			for i, p := range partners[:4] {
				net.set(p.FeedURL, func(f *fakeFeed) { f.items = append(f.items, written(fmt.Sprint("p", i), fmt.Sprint("day ", day))) })
			}
			for range 24 * 4 {
				pass(15 * time.Minute)
				worst = max(worst, d.Health().Lag)
			}
		}
		assert.Len(t, d.titles(), 20+3*6+5, "the one whose answers stay fresh for 60 hours was asked twice")
		assert.Less(t, worst, time.Minute)
		assert.Empty(t, net.faults)
		for i, p := range partners {
			assert.Greater(t, net.asked(p.FeedURL), 2, "%d: %s", i, p.FeedURL)
		}
		assert.InDelta(t, 7*24*60/32, net.asked(partners[0].FeedURL), 15, "whoever says nothing is asked at the floor")
		assert.InDelta(t, 7*24/5.25, net.asked(partners[2].FeedURL), 2)
		require.NoError(t, d.stop())
	})
}

func TestServiceSurvivesOutages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := newNet(t)
		store := &failingStore{Store: &memStore{}}
		d := newDuty(net, store)
		partners := hosts(6)
		for i, p := range partners {
			net.set(p.FeedURL, func(f *fakeFeed) { f.items = []string{written(fmt.Sprintf("p%d.example", i), "first")} })
		}
		d.SetPartners(partners)
		d.start()
		pass(time.Hour)
		require.Len(t, d.titles(), 6)

		// A server that is away for two days is asked less and less, and costs the
		// others nothing.
		net.set(partners[0].FeedURL, func(f *fakeFeed) { f.down = true })
		net.set(partners[1].FeedURL, func(f *fakeFeed) { f.status, f.retry = http.StatusTooManyRequests, 30*time.Hour })
		before := net.asked(partners[2].FeedURL)
		pass(48 * time.Hour)
		assert.Equal(t, 2, d.Health().Failing)
		assert.InDelta(t, 48*60/31.5, net.asked(partners[2].FeedURL)-before, 10)
		assert.Less(t, net.asked(partners[0].FeedURL), 25)
		assert.Len(t, d.titles(), 6, "what it wrote stays")
		for i, p := range partners[:2] {
			net.set(p.FeedURL, func(f *fakeFeed) {
				f.down, f.status = false, 0
				f.items = append(f.items, written(fmt.Sprintf("p%d.example", i), "second"))
			})
		}
		pass(32 * time.Hour)
		assert.Len(t, d.titles(), 8)
		assert.Zero(t, d.Health().Failing)

		// The store fails for three hours.
		store.fail(errors.New("disk full"))
		net.set(partners[3].FeedURL, func(f *fakeFeed) { f.items = append(f.items, written("p3.example", "third")) })
		pass(3 * time.Hour)
		assert.ErrorIs(t, d.Health().Err, ErrStore)
		assert.Len(t, d.titles(), 8, "what was published stays")
		assert.Less(t, strings.Count(d.log.String(), "the store fails"), 3)
		store.fail(nil)
		pass(2 * time.Hour)
		assert.NoError(t, d.Health().Err)
		assert.Len(t, d.titles(), 9)
		assert.Empty(t, net.faults)
		require.NoError(t, d.stop())
	})
}

// A failingStore fails while it is told to.
type failingStore struct {
	Store
	mu  sync.Mutex
	err error
}

func (f *failingStore) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
}

func (f *failingStore) failing() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

func (f *failingStore) Claim(ctx context.Context, key string, c Claim) (*State, bool, error) {
	if err := f.failing(); err != nil {
		return nil, false, err
	}
	return f.Store.Claim(ctx, key, c)
}

func (f *failingStore) Record(ctx context.Context, s *State) error {
	if err := f.failing(); err != nil {
		return errors.Join(err, f.Store.Unclaim(ctx, s))
	}
	return f.Store.Record(ctx, s)
}

func (f *failingStore) RecordVisit(ctx context.Context, s *State) error {
	if err := f.failing(); err != nil {
		return errors.Join(err, f.Store.Unclaim(ctx, s))
	}
	return f.Store.RecordVisit(ctx, s)
}

func TestServiceWhenTheClockIsSet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := newNet(t)
		d := newDuty(net, nil)
		var mu sync.Mutex
		var offset time.Duration
		d.Aggregator.Now = func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return time.Now().Add(offset)
		}
		set := func(by time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			offset += by
		}
		partners := hosts(3)
		for i, p := range partners {
			net.set(p.FeedURL, func(f *fakeFeed) {
				f.items = []string{written(fmt.Sprintf("p%d.example", i), "first")}
				f.maxAge = time.Hour
			})
		}
		d.SetPartners(partners)
		d.start()
		pass(10*time.Hour + 5*time.Minute)
		rate := net.asked(partners[0].FeedURL)
		assert.InDelta(t, 10, rate, 1)

		// Back by three days, and by half an hour: they are asked as before.
		for _, back := range []time.Duration{72 * time.Hour, 30 * time.Minute, 3 * time.Second} {
			before := net.asked(partners[0].FeedURL)
			set(-back)
			pass(10 * time.Hour)
			assert.InDelta(t, rate, net.asked(partners[0].FeedURL)-before, 1, "after %s", back)
			assert.Empty(t, net.faults)
		}
		assert.Contains(t, d.log.String(), "the clock was set back")

		// Forward: at once.
		before := net.asked(partners[0].FeedURL)
		net.set(partners[0].FeedURL, func(f *fakeFeed) { f.fresh, f.last = time.Time{}, time.Time{} })
		set(20 * 24 * time.Hour)
		pass(2 * time.Minute)
		assert.Equal(t, before+1, net.asked(partners[0].FeedURL))
		assert.Len(t, d.titles(), 3)

		set(100 * 24 * time.Hour)
		pass(2 * time.Hour)
		assert.Empty(t, d.titles(), "they left the window")
		require.NoError(t, d.stop())
	})
}

func TestServiceTakesAnotherList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := newNet(t)
		d := newDuty(net, nil)
		partners := hosts(4)
		for i, p := range partners {
			net.set(p.FeedURL, func(f *fakeFeed) { f.items = []string{written(fmt.Sprintf("p%d.example", i), fmt.Sprint("of ", i))} })
		}
		d.SetPartners(partners[:2])
		d.start()
		pass(10 * time.Minute)
		assert.ElementsMatch(t, []string{"of 0", "of 1"}, d.titles())

		d.SetPartners(partners[1:])
		pass(time.Minute)
		assert.ElementsMatch(t, []string{"of 1", "of 2", "of 3"}, d.titles())
		asked := net.asked(partners[0].FeedURL)
		pass(5 * time.Hour)
		assert.Equal(t, asked, net.asked(partners[0].FeedURL), "who is gone is asked no more")

		partners[1].Exclude = Filter{Words: []string{"of"}}
		d.SetPartners(append(partners, partners[2]))
		pass(time.Minute)
		assert.ElementsMatch(t, []string{"of 0", "of 2", "of 3"}, d.titles(), "what it wrote was remembered; filters hold")
		assert.Equal(t, 4, d.Health().Partners)

		require.ErrorAs(t, d.SetNewsletter(newsletter.Newsletter{}), new(*newsletter.FieldError))
		n := d.Aggregator.Newsletter
		n.Title = "Another title"
		n.Letters = []*newsletter.Letter{{ID: "urn:x:own", URL: "https://region.example/partners/own", Title: "own", Published: time.Now(), Content: "<p>x</p>"}}
		require.NoError(t, d.SetNewsletter(n))
		pass(time.Minute)
		now, err := d.Newsletter(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "Another title", now.Title)
		assert.Contains(t, d.titles(), "own")

		d.SetPartners(nil)
		pass(time.Minute)
		assert.Equal(t, []string{"own"}, d.titles())
		assert.Empty(t, net.faults)
		require.NoError(t, d.stop())
		assert.ErrorIs(t, d.Serve(t.Context()), errServing)
	})
}

// told keeps what OnLetters was told.
type told struct {
	mu   sync.Mutex
	list []string
	err  error
}

func (o *told) hear(_ context.Context, news News) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil && news.Partner.Name == "P0" {
		return o.err
	}
	for _, l := range news.Letters {
		o.list = append(o.list, news.Partner.Name+" "+l.Title)
	}
	return nil
}

func (o *told) of(name string) (list []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, s := range o.list {
		if strings.HasPrefix(s, name+" ") {
			list = append(list, s[len(name)+1:])
		}
	}
	return list
}

func TestServiceTellsOfLetters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := newNet(t)
		dir := t.TempDir()
		partners := hosts(2)
		write := func(i int, titles ...string) {
			net.set(partners[i].FeedURL, func(f *fakeFeed) {
				for _, title := range titles {
					f.items = append(f.items, written(fmt.Sprintf("p%d.example", i), title))
					time.Sleep(time.Second)
				}
			})
		}
		write(0, "a", "b")
		write(1, "x")
		var o told
		begin := func() (*duty, Store) {
			store, err := OpenDir(dir, nil)
			require.NoError(t, err)
			d := newDuty(net, store)
			d.OnLetters = o.hear
			d.SetPartners(partners)
			d.start()
			return d, store
		}
		d, store := begin()
		pass(time.Minute)
		assert.Equal(t, []string{"a", "b"}, o.of("P0"), "in the order in which they were published")
		assert.Equal(t, []string{"x"}, o.of("P1"))

		write(0, "c")
		net.set(partners[0].FeedURL, func(f *fakeFeed) {
			f.items[0] = strings.Replace(f.items[0], "</item>", "<description>more</description></item>", 1)
		})
		pass(time.Hour)
		assert.Equal(t, []string{"a", "b", "a", "c"}, o.of("P0"), "the changed one again")

		// An error: again and again, and the other partner is told of meanwhile.
		o.err = errors.New("the mail server is away")
		write(0, "d")
		write(1, "y")
		pass(3 * time.Hour)
		assert.Equal(t, []string{"x", "y"}, o.of("P1"))
		assert.Len(t, o.of("P0"), 4)
		assert.Equal(t, 1, d.Health().Untold)
		write(0, "e")
		pass(time.Hour)
		require.NoError(t, d.stop())
		require.NoError(t, store.Close())

		// Another process goes on where this one ended.
		o.err = nil
		d, store = begin()
		pass(time.Minute)
		assert.Equal(t, []string{"a", "b", "a", "c", "d", "e"}, o.of("P0"))
		assert.Equal(t, []string{"x", "y"}, o.of("P1"), "and tells nothing twice")
		pass(24 * time.Hour)
		assert.Len(t, o.of("P0"), 6)
		require.NoError(t, d.stop())
		require.NoError(t, store.Close())
		assert.Empty(t, net.faults)
	})
}

// A service that dies between a call of OnLetters and its record tells again; one
// that dies before the call has lost nothing.
func TestServiceTellsAfterACrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := newNet(t)
		partners := hosts(1)
		for i := range 250 {
			net.set(partners[0].FeedURL, func(f *fakeFeed) { f.items = append(f.items, written("p0.example", fmt.Sprint("n", i))) })
		}
		mem := &memStore{}
		counts := map[string]int{}
		calls := 0
		for crashes := 0; ; crashes++ {
			require.Less(t, crashes, 20)
			// The process is gone: what it would still write never comes.
			store := &failingStore{Store: mem}
			d := newDuty(net, store)
			d.OnLetters = func(ctx context.Context, news News) error {
				calls++
				assert.LessOrEqual(t, len(news.Letters), mostAtOnce)
				if calls%3 == 1 {
					store.fail(errors.New("dead"))
					if calls%2 == 1 {
						return errors.New("dead")
					}
				}
				for _, l := range news.Letters {
					counts[l.Title]++
				}
				return nil
			}
			d.SetPartners(partners)
			d.start()
			pass(time.Minute)
			left := d.Health().Untold
			require.NoError(t, d.stop())
			if left == 0 && store.failing() == nil {
				break
			}
		}
		assert.Len(t, counts, 250)
		assert.LessOrEqual(t, slices.Max(slices.Collect(maps.Values(counts))), 2)
		assert.Empty(t, net.faults)
	})
}

func TestServiceStops(t *testing.T) {
	tests := map[string]struct {
		hangs bool
		hear  func(context.Context, News) error
		takes time.Duration
		err   error
	}{
		"nothing is under way":         {takes: 0},
		"a visit":                      {hangs: true, takes: 5 * time.Second},
		"OnLetters":                    {hear: func(ctx context.Context, _ News) error { <-ctx.Done(); return ctx.Err() }, takes: 5 * time.Second},
		"OnLetters that hears nothing": {hear: func(context.Context, News) error { time.Sleep(time.Hour); return nil }, takes: 6 * time.Second, err: errStuck},
		"OnLetters that ends in time":  {hear: func(context.Context, News) error { time.Sleep(4 * time.Second); return nil }, takes: 2 * time.Second},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				net := newNet(t)
				d := newDuty(net, nil)
				d.Grace, d.OnLetters = 5*time.Second, test.hear
				partners := hosts(2)
				net.set(partners[0].FeedURL, func(f *fakeFeed) { f.items = []string{written("p0.example", "first")} })
				net.set(partners[1].FeedURL, func(f *fakeFeed) { f.hangs = test.hangs })
				d.SetPartners(partners)
				d.start()
				pass(3 * time.Second)
				start := time.Now()
				assert.ErrorIs(t, d.stop(), test.err)
				assert.InDelta(t, test.takes, time.Since(start), float64(1100*time.Millisecond))
				if test.err != nil {
					time.Sleep(2 * time.Hour) // it returns after all
				}
			})
		})
	}
}

func TestServiceThatCannotBegin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDuty(newNet(t), nil)
		d.Aggregator.Newsletter.Title = ""
		d.start()
		assert.ErrorAs(t, <-d.ended, new(*newsletter.FieldError))

		store := &unreadable{Store: &memStore{}}
		d = newDuty(newNet(t), store)
		d.SetPartners(hosts(1))
		d.start()
		assert.ErrorIs(t, <-d.ended, ErrStore)
		assert.False(t, d.Health().Ready)
	})
}

type unreadable struct{ Store }

func (unreadable) Load(context.Context, string) (*State, error) {
	return nil, errors.New("permission denied")
}

// A month of a service that is started anew every so often, with servers that keep
// the score: conditions always those of the last answer, nobody asked before the
// answer is stale or before the end of a rest, and one request at a time.
func TestServiceFeedReaderScore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := newNet(t)
		net.scores = true
		dir := t.TempDir()
		partners := make([]Partner, 4)
		for i := range partners {
			partners[i] = Partner{Name: fmt.Sprint("P", i), FeedURL: fmt.Sprintf("https://h%d.example/feed%d", i%2, i)}
			net.set(partners[i].FeedURL, func(f *fakeFeed) {
				f.maxAge = []time.Duration{0, 40 * time.Minute, 5 * time.Hour, 30 * time.Hour}[i]
				f.items = []string{written(fmt.Sprint("p", i), "first")}
			})
		}
		for day := range 30 {
			store, err := OpenDir(dir, nil)
			require.NoError(t, err)
			d := newDuty(net, store)
			d.SetPartners(partners)
			d.start()
			pass(7 * time.Hour)
			i := day % len(partners)
			net.set(partners[i].FeedURL, func(f *fakeFeed) {
				f.items = append(f.items, written(fmt.Sprint("p", i), fmt.Sprint("day ", day)))
				f.status, f.retry = 0, 0
				if day%3 == 0 {
					f.status, f.retry = http.StatusServiceUnavailable, 9*time.Hour
				}
			})
			pass(16*time.Hour + 17*time.Minute)
			net.set(partners[i].FeedURL, func(f *fakeFeed) { f.status, f.retry = 0, 0 })
			require.NoError(t, d.stop())
			require.NoError(t, store.Close())
			pass(time.Duration(day) * time.Minute) // it was away
		}
		asked, whole := 0, 0
		for _, f := range net.feeds {
			asked, whole = asked+f.asked, whole+f.whole
		}
		assert.Empty(t, net.faults)
		assert.Greater(t, asked, 500)
		assert.LessOrEqual(t, whole, len(partners)+30, "the whole feed comes where it changed, and else never")
		t.Logf("%d requests, %d of them with the feed as the answer", asked, whole)
	})
}

// How far behind the service is while its store fails.
func TestServiceLagWhileTheStoreFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := newNet(t)
		store := &failingStore{Store: &memStore{}}
		d := newDuty(net, store)
		p := hosts(1)
		net.set(p[0].FeedURL, func(f *fakeFeed) { f.items = []string{written("p0.example", "first")} })
		d.SetPartners(p)
		d.start()
		pass(time.Minute)
		store.fail(errors.New("out of order"))
		pass(2 * time.Hour)
		assert.Less(t, d.Health().Lag, 3*time.Hour)
		require.NoError(t, d.stop())
	})
}

// For the race detector.
func TestServiceTakesATitlePageWhileItWorks(t *testing.T) {
	net := newNet(t)
	net.latency = time.Millisecond
	d := newDuty(net, nil)
	d.Aggregator.Fetch.Limits.Pause = -1
	p := hosts(100)
	for i := range p {
		net.set(p[i].FeedURL, func(f *fakeFeed) {
			f.down, f.items = i%2 == 0, []string{written(fmt.Sprintf("p%d.example", i), "first")}
		})
	}
	d.SetPartners(p)
	d.start()
	for range 50 {
		require.NoError(t, d.SetNewsletter(d.Aggregator.Newsletter))
		time.Sleep(time.Millisecond)
	}
	require.NoError(t, d.stop())
}

// The clock of a service is the wall's, which may be set; the monotonic one, which
// times carry too, knows nothing of it.
func TestServiceGoesByTheWallClock(t *testing.T) {
	now := schedule.WallClock(nil)()
	assert.Equal(t, now, now.Round(0))
	assert.WithinDuration(t, time.Now(), now, time.Minute)
}
