package aggregate

import "time"

// schedule returns when a partner is due next, and why.
func schedule(st FetchState, policy Policy, now time.Time, chance func() float64) (time.Time, string) {
	return now.Add(policy.Floor), "the shortest time between two visits"
}
