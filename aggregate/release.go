package aggregate

import (
	"context"
	"time"
)

// Release takes in what a store holds back of a partner's letters, and visits
// nobody: what an [Aggregator] does with Release, for a store that a [Service] or
// other processes use. It says how many letters that are, and whether it could claim
// the partner: not if somebody is visiting it.
func Release(ctx context.Context, store Store, key string, now time.Time) (released int, claimed bool, err error) {
	s, claimed, err := store.Claim(ctx, key, Claim{Now: now, Lease: time.Minute, All: true})
	if err != nil || !claimed {
		return 0, false, err
	}
	if s.leftOut() && s.Flood.Held > 0 {
		s.Letters, err = store.Letters(ctx, key, -1)
	}
	held := 0
	if err == nil {
		held, _ = s.held()
	}
	if held == 0 || s.Letters == nil { // or they are lost, which a visit mends
		if endErr := store.Unclaim(context.WithoutCancel(ctx), s); err == nil {
			err = endErr
		}
		return 0, true, err
	}
	released = s.letIn()
	s.Most, s.Flood = max(s.Most, released), Flood{}
	s.Index = encodeIndex(s.Letters)
	return released, true, store.Record(context.WithoutCancel(ctx), s)
}
