package aggregate

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	"github.com/automationregion/newsletter/aggregate/internal/state"
	"github.com/automationregion/newsletter/fetch"
)

// NewMemStore returns an empty [Store] that remembers only as long as it lives. It
// may be used by several goroutines at once.
func NewMemStore() Store { return &memStore{} }

type memStore struct {
	base Store // what is remembered beneath, which it never changes; nil is nothing

	claims state.Claims
	mu     sync.Mutex
	states map[string]*State // what was recorded
	visits map[string]fetch.State
	rests  map[string]time.Time
}

// Claim is described at [Store].
func (o *memStore) Claim(ctx context.Context, key string, c Claim) (*State, bool, error) {
	epoch, taken := o.claims.Take(key, c.Now, c.Lease)
	st, err := o.Load(ctx, key)
	if !taken {
		return st, false, err
	}
	if err != nil || !c.Wants(st) {
		return st, false, errors.Join(err, unclaim(&o.claims, key, epoch))
	}
	st.Epoch = epoch
	return st, true, nil
}

// Unclaim is described at [Store].
func (o *memStore) Unclaim(_ context.Context, s *State) error {
	return unclaim(&o.claims, s.Key, s.Epoch)
}

// Record is described at [Store].
func (o *memStore) Record(_ context.Context, s *State) error {
	if s.leftOut() {
		return state.Unread(s.Key)
	}
	if !o.claims.Begin(s.Key, s.Epoch) {
		return state.Overtaken(s.Key)
	}
	defer o.claims.End(s.Key)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.states == nil {
		o.states = map[string]*State{}
	}
	o.states[s.Key] = copyState(s)
	o.states[s.Key].Epoch = 0
	delete(o.visits, s.Key)
	return nil
}

// RecordVisit is described at [Store].
func (o *memStore) RecordVisit(_ context.Context, s *State) error {
	if !o.claims.Begin(s.Key, s.Epoch) {
		return state.Overtaken(s.Key)
	}
	defer o.claims.End(s.Key)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.visits == nil {
		o.visits = map[string]fetch.State{}
	}
	o.visits[s.Key] = s.Fetch
	return nil
}

// Load is described at [Store].
func (o *memStore) Load(ctx context.Context, key string) (s *State, err error) {
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
		s = &State{Schema: currentSchema, Key: key}
	}
	if err == nil && visited {
		s.Fetch = visit
	}
	return s, err
}

// Letters is described at [Store].
func (o *memStore) Letters(ctx context.Context, key string, n int) ([]*Record, error) {
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

// Rests is described at [Store].
func (o *memStore) Rests(ctx context.Context) (known map[string]time.Time, err error) {
	if o.base != nil {
		known, err = o.base.Rests(ctx)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return mergeRests(known, o.rests, time.Time{}), err
}

// RecordRests is described at [Store].
func (o *memStore) RecordRests(_ context.Context, now time.Time, rests map[string]time.Time) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rests = mergeRests(o.rests, rests, now)
	return nil
}

// unclaim ends a claim.
func unclaim(c *state.Claims, key string, epoch int64) error {
	if !c.Begin(key, epoch) {
		return state.Overtaken(key)
	}
	c.End(key)
	return nil
}

// copyState returns a state whose records can be changed without changing s.
func copyState(s *State) *State {
	c := *s
	c.Told = maps.Clone(s.Told)
	c.Letters = make([]*Record, len(s.Letters))
	for i, r := range s.Letters {
		r := *r
		c.Letters[i] = &r
	}
	return &c
}

// Close is described at [Store]. What is beneath is not closed.
func (*memStore) Close() error { return nil }
