package fetch

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

var testPolicy = Policy{Floor: 45 * time.Minute, Ceiling: 24 * time.Hour}

func constant(c float64) func() float64 { return func() float64 { return c } }

func TestSchedule(t *testing.T) {
	now := time.Date(2026, 3, 6, 10, 0, 0, 0, time.UTC) // a Friday
	for _, c := range []struct {
		name   string
		state  State
		chance float64
		wait   time.Duration
		reason string
	}{
		{"nothing known", State{}, 0, 45 * time.Minute,
			"nothing says how often, so the shortest time between visits: 45 minutes"},
		{"chance makes it later, never earlier", State{}, 0.5, 47*time.Minute + 15*time.Second,
			"nothing says how often, so the shortest time between visits: 45 minutes"},
		{"Cache-Control", State{Hints: Hints{MaxAge: 7200}}, 0, 2 * time.Hour,
			"the server says that its answer stays fresh for 2 hours"},
		{"ttl", State{Hints: Hints{TTL: 90}}, 0, 90 * time.Minute, "the feed's ttl is 1 hour 30 minutes"},
		{"updatePeriod", State{Hints: Hints{Period: 12 * 60}}, 0, 12 * time.Hour,
			"the feed says that it is updated every 12 hours"},
		{"the longest wish", State{Hints: Hints{MaxAge: 300, TTL: 60, Period: 120}}, 0, 2 * time.Hour,
			"the feed says that it is updated every 2 hours"},
		{"below the floor", State{Hints: Hints{MaxAge: 300}}, 0, 45 * time.Minute,
			"the server says that its answer stays fresh for 5 minutes, but the shortest time between visits is 45 minutes"},
		{"above the ceiling", State{Hints: Hints{Period: 30 * 24 * 60}}, 0, 24 * time.Hour,
			"the feed says that it is updated every 30 days, but the longest time between visits is 1 day"},
		{"fresh beyond the ceiling", State{Hints: Hints{MaxAge: 50 * 3600}}, 0, 50 * time.Hour,
			"the server says that its answer stays fresh for 2 days 2 hours"},
		{"fresh for a year, which can't be meant", State{Hints: Hints{MaxAge: 365 * 86400}}, 0, 7 * 24 * time.Hour,
			"the server says that its answer stays fresh for 7 days"},
		{"chance makes it no sooner than fresh", State{Hints: Hints{MaxAge: 23 * 3600}}, 0.999999, 23*time.Hour + 4*time.Minute + 30*time.Second,
			"the server says that its answer stays fresh for 23 hours"},
		{"a failure while the last answer is fresh", State{Failures: 1, LastSuccess: now.Add(-time.Hour), Hints: Hints{MaxAge: 7200}}, 0, time.Hour,
			"the last answer that came stays fresh until then"},
		{"chance keeps to the ceiling", State{Hints: Hints{TTL: 23 * 60}}, 0.999999, 24*time.Hour - 78*time.Minute,
			"the feed's ttl is 23 hours"},
		{"a ttl that can't be meant", State{Hints: Hints{TTL: 1<<31 - 1}}, 0, 24 * time.Hour,
			"the feed's ttl is 366 days, but the longest time between visits is 1 day"},
		{"skipHours", State{Hints: Hints{SkipHours: []int{10, 11}}}, 0, 2 * time.Hour,
			"nothing says how often, so the shortest time between visits: 45 minutes, and the feed asks not to be read in the UTC hours 10 and 11"},
		{"skipHours don't bring all at once", State{Hints: Hints{SkipHours: []int{10, 11}}}, 0.5, 150 * time.Minute,
			"nothing says how often, so the shortest time between visits: 45 minutes, and the feed asks not to be read in the UTC hours 10 and 11"},
		{"skipDays", State{Hints: Hints{TTL: 15 * 60, SkipDays: []string{"Saturday", "Sunday"}}}, 0, 62 * time.Hour,
			"the feed's ttl is 15 hours, and the feed asks not to be read on Saturday and Sunday"},
		{"skipping everything skips nothing", State{Hints: Hints{SkipDays: []string{
			"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}}}, 0, 45 * time.Minute,
			"nothing says how often, so the shortest time between visits: 45 minutes"},
		{"first failure, soonest", State{Failures: 1}, 0, 45 * time.Minute,
			"the last visit failed, so another after 45 minutes"},
		{"first failure, latest", State{Failures: 1}, 0.999999, 90 * time.Minute,
			"the last visit failed, so another after 1 hour 29 minutes"},
		{"third failure", State{Failures: 3, Hints: Hints{TTL: 60}}, 0.5, 4*time.Hour + 30*time.Minute,
			"the last 3 visits failed, so another after 4 hours 30 minutes"},
		{"no partner is dead", State{Failures: 1 << 30}, 0.999999, 24 * time.Hour,
			"the last 1073741824 visits failed, so another after 23 hours 59 minutes"},
		{"Retry-After", State{Failures: 1, RestUntil: now.Add(5 * time.Hour)}, 0, 5 * time.Hour,
			"its host asked for no visit before 6 March 2026, 15:00:00 UTC"},
		{"Retry-After of another feed of the host", State{RestUntil: now.Add(5 * time.Hour)}, 0.5, 5*time.Hour + 135*time.Second,
			"its host asked for no visit before 6 March 2026, 15:00:00 UTC"},
		{"a Retry-After sooner than the back-off", State{Failures: 3, RestUntil: now.Add(time.Minute)}, 0, 3 * time.Hour,
			"the last 3 visits failed, so another after 3 hours"},
		{"a Retry-After without end", State{RestUntil: now.AddDate(100, 0, 0)}, 0, 30 * 24 * time.Hour,
			"its host asked for no visit before 5 April 2026, 10:00:00 UTC"},
	} {
		t.Run(c.name, func(t *testing.T) {
			due, reason := schedule(c.state, testPolicy, now, constant(c.chance))
			assert.Equal(t, c.wait, due.Sub(now))
			assert.Equal(t, c.reason, reason)
		})
	}
	due, reason := schedule(State{Gone: true}, testPolicy, now, constant(0))
	assert.Zero(t, due)
	assert.Equal(t, "the server says that the feed is gone for good", reason)
}

// A hundred feeds of one host fail in the same second; by the time that they
// are due again they have gone apart, and they go further apart each time.
func TestFeedsThatFailTogetherPart(t *testing.T) {
	now := time.Date(2026, 3, 6, 10, 0, 0, 0, time.UTC)
	i := 0
	chance := func() float64 { i++; return float64(i%100) / 100 }
	for failures, apart := range map[int]time.Duration{1: 40 * time.Minute, 3: 2 * time.Hour, 9: 11 * time.Hour} {
		first, last := now.AddDate(1, 0, 0), now
		minutes := map[time.Time]int{}
		for range 100 {
			due, _ := schedule(State{Failures: failures}, testPolicy, now, chance)
			if due.Before(first) {
				first = due
			}
			if due.After(last) {
				last = due
			}
			minutes[due.Truncate(time.Minute)]++
		}
		assert.Greater(t, last.Sub(first), apart, "%d failures", failures)
		assert.Greater(t, len(minutes), 40, "%d failures", failures)
	}
}

// A server that answers 404 for some hours is asked again within two of them.
func TestFalse404Heals(t *testing.T) {
	now := time.Date(2026, 3, 6, 10, 0, 0, 0, time.UTC)
	st := State{}
	outage := now.Add(6 * time.Hour)
	for now.Before(outage) {
		st.Failures++
		now, _ = schedule(st, testPolicy, now, constant(0.5))
	}
	assert.Less(t, now.Sub(outage), 4*time.Hour)
}

func TestWords(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                             "0 seconds",
		time.Second:                   "1 second",
		90 * time.Second:              "1 minute 30 seconds",
		time.Hour:                     "1 hour",
		25*time.Hour + 30*time.Second: "1 day 1 hour",
		48*time.Hour + time.Minute:    "2 days",
	} {
		assert.Equal(t, want, inWords(d))
	}
}

// Whatever a server and a feed wish, and whatever chance says, no visit comes
// before the floor, nor while the answer is fresh.
func TestScheduleKeepsToTheFloor(t *testing.T) {
	now := time.Date(2026, 3, 6, 10, 0, 0, 400_000_000, time.UTC)
	for _, policy := range []Policy{testPolicy, {Floor: time.Hour, Ceiling: time.Hour}, {Floor: 58 * time.Minute, Ceiling: time.Hour}, {Floor: 10 * time.Second, Ceiling: 10 * time.Second}} {
		for _, st := range []State{
			{}, {Failures: 1}, {Failures: 7}, {Hints: Hints{MaxAge: 3500}}, {Hints: Hints{TTL: 59}}, {Hints: Hints{Period: 24 * 60}},
			{Hints: Hints{SkipHours: []int{10}}}, {Failures: 1, RestUntil: now.Add(time.Second)},
		} {
			for chance := range 100 {
				due, reason := schedule(st, policy, now, constant(float64(chance)/100))
				earliest := now.Add(max(policy.Floor, st.Hints.fresh()))
				if st.Failures > 0 {
					earliest = now.Add(policy.Floor)
				}
				assert.Falsef(t, due.Before(earliest), "%+v, %+v, chance %d: due after %s: %s", policy, st, chance, due.Sub(now), reason)
			}
		}
	}
}
