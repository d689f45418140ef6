package aggregate

import (
	"context"
	"sync"
	"time"
)

// An overlay is a Store that remembers only as long as it lives: over another
// store, which it never changes, or over none.
type overlay struct {
	base Store // nil is an empty one

	mu      sync.Mutex
	states  map[string]*State // what was recorded
	visits  map[string]FetchState
	claimed map[string]bool
	rests   map[string]time.Time
}

func newOverlay(base Store) *overlay {
	return &overlay{base: base, states: map[string]*State{}, visits: map[string]FetchState{}, claimed: map[string]bool{}}
}

func (o *overlay) Claim(ctx context.Context, key string, c Claim) (*State, bool, error) {
	st, err := o.Load(ctx, key)
	if err != nil {
		return nil, false, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.claimed[key] || !c.Wants(st) {
		return st, false, nil
	}
	o.claimed[key] = true
	return st, true, nil
}

func (o *overlay) Release(_ context.Context, key string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.claimed, key)
	return nil
}

func (o *overlay) Record(_ context.Context, s *State) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.states[s.Key] = copyState(s)
	delete(o.visits, s.Key)
	delete(o.claimed, s.Key)
	return nil
}

func (o *overlay) RecordVisit(_ context.Context, key string, f FetchState) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.visits[key] = f
	delete(o.claimed, key)
	return nil
}

func (o *overlay) Load(ctx context.Context, key string) (s *State, err error) {
	o.mu.Lock()
	recorded := o.states[key]
	visit, visited := o.visits[key]
	o.mu.Unlock()
	switch {
	case recorded != nil:
		s = copyState(recorded)
	case o.base != nil:
		s, err = o.base.Load(ctx, key)
	default:
		s = &State{Schema: Schema, Key: key}
	}
	if err == nil && visited {
		s.Fetch = visit
	}
	return s, err
}

func (o *overlay) Letters(ctx context.Context, key string, n int) ([]*Record, error) {
	o.mu.Lock()
	recorded := o.states[key]
	o.mu.Unlock()
	switch {
	case recorded != nil:
		return firstOf(copyState(recorded).Letters, n), nil
	case o.base != nil:
		return o.base.Letters(ctx, key, n)
	}
	return nil, nil
}

func (o *overlay) Rests(ctx context.Context) (known map[string]time.Time, err error) {
	if o.base != nil {
		known, err = o.base.Rests(ctx)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return mergeRests(known, o.rests, time.Time{}), err
}

func (o *overlay) RecordRests(_ context.Context, now time.Time, rests map[string]time.Time) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rests = mergeRests(o.rests, rests, now)
	return nil
}

// copyState returns a state whose records can be changed without changing s.
func copyState(s *State) *State {
	c := *s
	c.Letters = make([]*Record, len(s.Letters))
	for i, r := range s.Letters {
		r := *r
		c.Letters[i] = &r
	}
	return &c
}
