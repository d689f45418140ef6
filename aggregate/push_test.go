package aggregate

import (
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const namesHub = `<link xmlns="http://www.w3.org/2005/Atom" rel="hub" href="https://hub.example/"/><link xmlns="http://www.w3.org/2005/Atom" rel="self" href="https://p0.example/feed"/>`

// pushTest is a service with one partner, whose feed was read a minute ago.
func pushTest(t *testing.T, since func() time.Time, items ...string) (*duty, Partner) {
	net := newNet(t)
	d := newDuty(net, nil)
	p := hosts(1)[0]
	net.set(p.FeedURL, func(f *fakeFeed) { f.pushes, f.items = true, append(items, written("p0.example", "first")) })
	if since != nil {
		d.PushedSince = func(key string) time.Time {
			assert.Equal(t, p.Key(), key)
			return since()
		}
	}
	d.SetPartners([]Partner{p})
	d.start()
	pass(time.Minute)
	require.Equal(t, []string{"first"}, d.titles())
	return d, p
}

func (d *duty) write(p Partner, name string) {
	d.net.set(p.FeedURL, func(f *fakeFeed) { f.items = append(f.items, written("p0.example", name)) })
}

func TestPushIsFollowedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := pushTest(t, nil, namesHub)
		report := d.Result().Partners[0]
		assert.Equal(t, "https://p0.example/feed", report.Topic)
		assert.Equal(t, []string{"https://hub.example/"}, report.Hubs)

		pass(5 * time.Minute)
		d.write(p, "second")
		assert.True(t, d.Pushed(p.Key()))
		pass(5 * time.Second)
		assert.Equal(t, []string{"second", "first"}, d.titles())
		assert.Equal(t, 2, d.net.asked(p.FeedURL))
		assert.False(t, d.Pushed("nobody"))

		// One within the floor is not forgotten.
		d.write(p, "third")
		assert.True(t, d.Pushed(p.Key()))
		pass(50 * time.Second)
		assert.Equal(t, 2, d.net.asked(p.FeedURL), "it was asked less than a minute ago")
		pass(15 * time.Second)
		assert.Equal(t, []string{"third", "second", "first"}, d.titles())

		// However many there are.
		before := d.net.asked(p.FeedURL)
		for range 20 * 60 {
			d.Pushed(p.Key())
			pass(time.Second)
		}
		assert.InDelta(t, 20, d.net.asked(p.FeedURL)-before, 1)
		assert.Empty(t, d.net.faults)
		require.NoError(t, d.stop())
		assert.True(t, d.Pushed(p.Key()), "who is told after the end does nothing")
	})
}

func TestPushDuringAVisit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := pushTest(t, nil, namesHub)
		pass(5 * time.Minute)
		d.net.mu.Lock()
		d.net.latency = 10 * time.Second // the answer is of when it was asked
		d.net.mu.Unlock()
		d.Pushed(p.Key())
		pass(time.Second)
		d.write(p, "second")
		d.Pushed(p.Key())
		pass(15 * time.Second)
		assert.Len(t, d.titles(), 1)
		pass(time.Minute)
		assert.Len(t, d.titles(), 2, "it is asked again for what the visit missed")
		require.NoError(t, d.stop())
	})
}

func TestPushHonoursRests(t *testing.T) {
	for _, c := range []struct {
		name    string
		down    bool
		status  int
		retry   time.Duration
		first   time.Duration // after which it may be asked again
		another time.Duration // after which it was
	}{
		{"too many requests", false, http.StatusTooManyRequests, 3 * time.Hour, 3 * time.Hour, 4 * time.Hour},
		{"an error with Retry-After", false, http.StatusInternalServerError, 3 * time.Hour, 3 * time.Hour, 4 * time.Hour},
		{"an error", false, http.StatusInternalServerError, 0, 30 * time.Minute, 31 * time.Minute},
		{"no answer", true, 0, 0, 30 * time.Minute, 31 * time.Minute},
		{"gone", false, http.StatusGone, 0, 30 * 24 * time.Hour, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d, p := pushTest(t, nil, namesHub)
				d.net.set(p.FeedURL, func(f *fakeFeed) { f.down, f.status, f.retry = c.down, c.status, c.retry })
				d.Pushed(p.Key())
				pass(2 * time.Minute)
				require.Equal(t, 2, d.net.asked(p.FeedURL))
				d.net.set(p.FeedURL, func(f *fakeFeed) { f.down, f.status = false, 0 })
				for passed := 3 * time.Minute; passed < c.first; passed += 5 * time.Minute {
					assert.Equal(t, c.another != 0, d.Pushed(p.Key()))
					pass(5 * time.Minute)
					if passed+5*time.Minute < c.first {
						require.Equal(t, 2, d.net.asked(p.FeedURL), "after %s", passed)
					}
				}
				if c.another != 0 {
					pass(c.another - c.first + 5*time.Minute)
					assert.Greater(t, d.net.asked(p.FeedURL), 2)
				}
				assert.Empty(t, d.net.faults)
				require.NoError(t, d.stop())
			})
		})
	}
}

func TestWhoIsPushedIsAskedSeldom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var pushes atomic.Pointer[time.Time]
		from := func(since time.Time) { pushes.Store(&since) }
		from(time.Time{})
		d, p := pushTest(t, func() time.Time { return *pushes.Load() }, namesHub)
		asked := func(span time.Duration) int {
			before := d.net.asked(p.FeedURL)
			pass(span)
			return d.net.asked(p.FeedURL) - before
		}
		assert.InDelta(t, 24*60/31.5, asked(24*time.Hour), 2, "nobody pushes")

		from(time.Now())
		assert.Equal(t, 1, asked(time.Hour), "what was pushed before may have been missed")
		assert.Equal(t, 4, asked(24*time.Hour))
		report := d.Result().Partners[0]
		assert.Equal(t, "a hub tells of what is new", report.DueReason)
		assert.Equal(t, 6*time.Hour, report.Due.Sub(report.LastAttempt).Round(time.Minute))

		// Pushes are still followed at once.
		d.write(p, "second")
		d.Pushed(p.Key())
		assert.Equal(t, 1, asked(5*time.Second))
		assert.Len(t, d.titles(), 2)
		assert.Zero(t, asked(5*time.Hour))

		// What was pushed, and is not there yet, is looked for.
		d.Pushed(p.Key())
		assert.Equal(t, 1, asked(5*time.Second))
		d.write(p, "third")
		assert.Equal(t, 1, asked(time.Hour))
		assert.Len(t, d.titles(), 3)
		assert.Equal(t, 4, asked(24*time.Hour))

		// A hub that nobody tells of what is new is found out, and taken back.
		d.write(p, "fourth")
		assert.Equal(t, 1, asked(6*time.Hour))
		assert.Len(t, d.titles(), 4)
		assert.InDelta(t, 24*60/31.5, asked(24*time.Hour), 2)
		d.write(p, "fifth")
		d.Pushed(p.Key())
		assert.Equal(t, 1, asked(5*time.Second))
		assert.Equal(t, 4, asked(24*time.Hour+time.Minute))

		// The subscription is lost.
		from(time.Time{})
		assert.InDelta(t, 24*60/31.5, asked(24*time.Hour), 2)

		// A partner that fails is asked as often as any that does.
		from(start)
		d.net.set(p.FeedURL, func(f *fakeFeed) { f.down = true })
		pass(7 * time.Hour)
		d.net.set(p.FeedURL, func(f *fakeFeed) { f.down = false })
		assert.GreaterOrEqual(t, asked(time.Hour+time.Minute), 1)
		assert.Empty(t, d.net.faults)
		require.NoError(t, d.stop())
	})
}

// What was pushed while a service did not run was missed.
func TestWhoIsPushedIsAskedAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := pushTest(t, nil, namesHub)
		pass(10 * time.Minute)
		require.NoError(t, d.stop())
		again := newDuty(d.net, d.serving.aggregator.Store)
		since := time.Now()
		again.PushedSince = func(string) time.Time { return since }
		again.SetPartners([]Partner{p})
		again.start()
		pass(time.Minute)
		assert.Equal(t, 1, d.net.asked(p.FeedURL), "it is not due")
		assert.Equal(t, []string{"https://hub.example/"}, again.Result().Partners[0].Hubs, "that is remembered")
		pass(time.Hour)
		assert.Equal(t, 2, d.net.asked(p.FeedURL))
		pass(5 * time.Hour)
		assert.Equal(t, 2, d.net.asked(p.FeedURL))
		require.NoError(t, again.stop())
	})
}

func TestHubsOfPartners(t *testing.T) {
	const headers = `<https://hub.example/>; rel="hub", <https://p0.example/topic>; rel=self`
	for _, c := range []struct {
		name, in, link string
		before         string // header of the visit before
		topic          string
		hubs           []string
	}{
		{name: "none"},
		{name: "in the feed", in: namesHub, topic: "https://p0.example/feed", hubs: []string{"https://hub.example/"}},
		{name: "in headers", link: headers, topic: "https://p0.example/topic", hubs: []string{"https://hub.example/"}},
		{name: "headers before the feed", in: namesHub, link: headers, topic: "https://p0.example/topic", hubs: []string{"https://hub.example/"}},
		{name: "headers of the visit before", before: headers, topic: "https://p0.example/topic", hubs: []string{"https://hub.example/"}},
		{name: "headers that changed", before: `<https://old.example/>; rel="hub", <https://old.example/topic>; rel=self`, link: headers,
			topic: "https://p0.example/topic", hubs: []string{"https://hub.example/"}},
		{name: "a hub without TLS", link: `<http://hub.example/>; rel="hub", <https://p0.example/topic>; rel=self`},
		{name: "a topic that is no address", link: `<https://hub.example/>; rel="hub", <javascript:alert(1)>; rel=self`},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				net := newNet(t)
				d := newDuty(net, nil)
				p := hosts(1)[0]
				net.set(p.FeedURL, func(f *fakeFeed) {
					f.link, f.items = c.before, []string{c.in, written("p0.example", "first")}
				})
				d.SetPartners([]Partner{p})
				d.start()
				pass(time.Minute)
				net.set(p.FeedURL, func(f *fakeFeed) { f.link = c.link })
				pass(time.Hour) // another visit, to a feed that is not modified
				report := d.Result().Partners[0]
				assert.Equal(t, c.topic, report.Topic)
				assert.Equal(t, c.hubs, report.Hubs)
				assert.Equal(t, 2, net.asked(p.FeedURL))
				require.NoError(t, d.stop())
			})
		})
	}
}
