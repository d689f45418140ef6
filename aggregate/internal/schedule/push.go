package schedule

import (
	"time"

	"github.com/automationregion/newsletter/fetch"
)

const (
	pushFloor    = time.Minute      // between two visits, however many pushes there are
	defaultFloor = 45 * time.Minute // as that of fetch.Policy
)

// Earliest is when a partner may be asked that isn't due, but was pushed: now, or
// later.
func Earliest(last *fetch.State, floor time.Duration, now time.Time) time.Time {
	wait := min(pushFloor, floor)
	if last.Failures > 0 {
		wait = floor
	}
	// A clock that was set back makes nobody wait for longer.
	due := now.Add(min(max(last.LastAttempt.Add(wait).Sub(now), 0), wait))
	if last.RestUntil.After(due) {
		return last.RestUntil
	}
	return due
}

// Floor returns the floor of a policy, or its default.
func Floor(stated time.Duration) time.Duration {
	if stated <= 0 {
		return defaultFloor
	}
	return stated
}

// Pushed makes a partner in this state due because its feed was pushed, no sooner than
// Earliest, and says whether that changed when it is. The floor is that of the policy; 0
// is its default.
func Pushed(f *fetch.State, floor time.Duration, now time.Time) bool {
	due := Earliest(f, Floor(floor), now)
	if f.Gone || f.LastAttempt.IsZero() || !due.Before(f.Due) {
		return false
	}
	f.Due, f.DueReason = due, "a hub says that it changed"
	return true
}
