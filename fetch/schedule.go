package fetch

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	longestRest  = 30 * 24 * time.Hour // that a host may ask for: no feed is put off for ever
	longestFresh = 7 * 24 * time.Hour  // that an answer may stay: a longer time is one for pictures, not for a feed
	jitter       = 0.1                 // of the time between two visits, added by chance
)

// schedule returns when a feed is due next and why, from what is known of it
// after a visit at now. chance returns a number from 0 to 1 (1 excluded).
//
// A healthy feed is due after the longest of the times that its server and the
// feed itself name, within the policy, and never while the last answer is fresh.
// One that fails is due after a time that doubles with each failure and falls, by
// chance, anywhere between half of it and all of it, so that feeds that failed
// together are not asked together again. Neither chance nor whole seconds bring a
// visit before the policy's floor.
func schedule(st State, policy Policy, now time.Time, chance func() float64) (time.Time, string) {
	if st.Gone {
		return time.Time{}, "the server says that the feed is gone for good"
	}
	if st.Failures > 0 {
		due, reason := afterFailure(st.Failures, policy, now, chance)
		if fresh := st.LastSuccess.Add(st.Hints.fresh()); due.Before(fresh) && !st.LastSuccess.After(now) {
			due, reason = wholeSecond(fresh, fresh), "the last answer that came stays fresh until then"
		}
		if st.RestUntil.After(due) {
			return afterRest(st.RestUntil, policy, now, chance)
		}
		return due, reason
	}
	if st.RestUntil.After(now) {
		return afterRest(st.RestUntil, policy, now, chance)
	}
	wait, reason := interval(st.Hints, policy)
	later := wait + portion(wait, jitter*chance())
	if later > policy.Ceiling { // chance makes it sooner
		later = 2*policy.Ceiling - later
	}
	earliest := max(st.Hints.fresh(), policy.Floor)
	if later < earliest { // but not so soon that the answer is still fresh, or the server asked too often
		later = earliest + portion(policy.Floor, jitter*chance())
	}
	due := now.Add(later)
	if open := st.Hints.nextOpen(due); !open.Equal(due) {
		due = open.Add(portion(time.Hour, chance())) // not all at the stroke of the hour
		reason += ", and the feed asks not to be read " + st.Hints.skipWords()
	}
	return wholeSecond(due, now.Add(earliest)), reason
}

// wholeSecond returns a time to the second, but not one before another.
func wholeSecond(t, earliest time.Time) time.Time {
	if t = t.Round(time.Second); t.Before(earliest) {
		return t.Add(time.Second)
	}
	return t
}

// fresh returns for how long an answer is fresh.
func (h Hints) fresh() time.Duration {
	return min(time.Duration(h.MaxAge)*time.Second, longestFresh)
}

// interval returns the time between two visits to a healthy partner.
func interval(h Hints, policy Policy) (time.Duration, string) {
	wishes := []struct {
		wait time.Duration
		who  string
	}{
		{h.fresh(), "the server says that its answer stays fresh for %s"},
		{time.Duration(min(h.TTL, maxTTL)) * time.Minute, "the feed's ttl is %s"},
		{time.Duration(h.Period) * time.Minute, "the feed says that it is updated every %s"},
	}
	longest := wishes[0]
	for _, w := range wishes[1:] {
		if w.wait > longest.wait {
			longest = w
		}
	}
	switch wait := longest.wait; {
	case wait > policy.Ceiling && wait == h.fresh():
		return wait, fmt.Sprintf(longest.who, inWords(wait))
	case wait <= 0:
		return policy.Floor, "nothing says how often, so the shortest time between visits: " + inWords(policy.Floor)
	case wait < policy.Floor:
		return policy.Floor, fmt.Sprintf(longest.who, inWords(wait)) + ", but the shortest time between visits is " + inWords(policy.Floor)
	case wait > policy.Ceiling:
		return policy.Ceiling, fmt.Sprintf(longest.who, inWords(wait)) + ", but the longest time between visits is " + inWords(policy.Ceiling)
	default:
		return wait, fmt.Sprintf(longest.who, inWords(wait))
	}
}

func afterFailure(failures int, policy Policy, now time.Time, chance func() float64) (time.Time, string) {
	wait := policy.Floor
	for range failures {
		if wait >= policy.Ceiling {
			break
		}
		wait *= 2
	}
	wait = min(wait, policy.Ceiling)
	wait = max(wait/2+portion(wait/2, chance()), policy.Floor)
	reason := "the last visit failed"
	if failures > 1 {
		reason = fmt.Sprintf("the last %d visits failed", failures)
	}
	return wholeSecond(now.Add(wait), now.Add(policy.Floor)), reason + ", so another after " + inWords(wait)
}

func afterRest(until time.Time, policy Policy, now time.Time, chance func() float64) (time.Time, string) {
	if latest := now.Add(longestRest); until.After(latest) {
		until = latest
	}
	due := wholeSecond(until.Add(portion(policy.Floor, jitter*chance())), until)
	return due, "its host asked for no visit before " + until.UTC().Format("2 January 2006, 15:04:05 MST")
}

func portion(d time.Duration, share float64) time.Duration {
	return time.Duration(float64(d) * share)
}

// nextOpen returns the first time from t on that the feed's skipHours and
// skipDays leave open, or t if they leave none.
func (h Hints) nextOpen(t time.Time) time.Time {
	open := t.UTC()
	for range 8 * 24 {
		if !slices.Contains(h.SkipHours, open.Hour()) && !slices.Contains(h.SkipDays, open.Weekday().String()) {
			return open
		}
		open = open.Truncate(time.Hour).Add(time.Hour)
	}
	return t
}

// skipWords says what the feed's skipHours and skipDays are.
func (h Hints) skipWords() string {
	var parts []string
	if len(h.SkipDays) > 0 {
		parts = append(parts, "on "+enumerate(h.SkipDays))
	}
	if len(h.SkipHours) > 0 {
		hours := make([]string, len(h.SkipHours))
		for i, hour := range h.SkipHours {
			hours[i] = fmt.Sprint(hour)
		}
		parts = append(parts, "in the UTC hours "+enumerate(hours))
	}
	return strings.Join(parts, " nor ")
}

// enumerate joins words as in "a, b and c".
func enumerate(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// inWords says a duration in its two largest units.
func inWords(d time.Duration) string {
	units := []struct {
		size time.Duration
		name string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}}
	for i, u := range units {
		if d < u.size {
			continue
		}
		s := plural(int64(d/u.size), u.name)
		if rest := d % u.size; i+1 < len(units) && rest >= units[i+1].size {
			s += " " + plural(int64(rest/units[i+1].size), units[i+1].name)
		}
		return s
	}
	return "0 seconds"
}

func plural(n int64, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}
