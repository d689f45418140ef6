package storetest

import (
	"context"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/aggregate/internal/state"
)

// refused asserts that nobody can claim a partner now.
func (s *suite) refused(key string) {
	s.Helper()
	st, claimed, err := s.store.Claim(s.Context(), key, s.claim(true))
	require.NoError(s, err)
	assert.False(s, claimed, "somebody has it")
	assert.Zero(s, st.Epoch, "a state without a claim")
	assert.Equal(s, key, st.Key)
}

func (s *suite) claims() {
	s.put(Full("alpha-1"))
	for name, end := range map[string]func(st *aggregate.State) error{
		"Record":      func(st *aggregate.State) error { return s.store.Record(s.Context(), s.whole(st)) },
		"RecordVisit": func(st *aggregate.State) error { return s.store.RecordVisit(s.Context(), st) },
		"Unclaim":     func(st *aggregate.State) error { return s.store.Unclaim(s.Context(), st) },
	} {
		st := s.mustClaim("alpha-1")
		assert.Positive(s, st.Epoch)
		s.refused("alpha-1")
		other := s.mustClaim("beta-2")
		require.NoError(s, s.store.Unclaim(s.Context(), other), "other partners are free")
		loaded, err := s.store.Load(s.Context(), "alpha-1")
		require.NoError(s, err)
		assert.Equal(s, "Alpha", loaded.Name, "whoever has claimed it")
		require.NoError(s, end(st), name)
		again := s.mustClaim("alpha-1")
		assert.Greater(s, again.Epoch, st.Epoch, "%s ends the claim", name)
		s.equal(Full("alpha-1"), s.whole(again), name)
		require.NoError(s, s.store.Unclaim(s.Context(), again))
	}
}

func (s *suite) due() {
	st := Full("alpha-1")
	st.Fetch.LastAttempt, st.Fetch.RestUntil = s.now.Add(-time.Hour), time.Time{}
	st.Fetch.Due, st.Fetch.Gone = s.now.Add(time.Hour), false
	s.put(st)
	seen, claimed, err := s.store.Claim(s.Context(), "alpha-1", s.claim(false))
	require.NoError(s, err)
	assert.False(s, claimed, "it is not due")
	s.equal(st, s.whole(seen), "what is remembered of it comes in any case")
	require.NoError(s, s.store.Unclaim(s.Context(), s.mustClaim("alpha-1")), "a claim for nothing holds up nobody")

	s.now = s.now.Add(time.Hour)
	got, claimed, err := s.store.Claim(s.Context(), "alpha-1", s.claim(false))
	require.NoError(s, err)
	assert.True(s, claimed, "it is due")
	got.Fetch.Due = s.now.Add(time.Hour)
	require.NoError(s, s.store.RecordVisit(s.Context(), got))
	_, claimed, err = s.store.Claim(s.Context(), "alpha-1", s.claim(false))
	require.NoError(s, err)
	assert.False(s, claimed, "it was visited just now")

	got = s.mustClaim("alpha-1")
	got.Fetch.Due, got.Fetch.Gone = time.Time{}, true
	require.NoError(s, s.store.RecordVisit(s.Context(), got))
	_, claimed, err = s.store.Claim(s.Context(), "alpha-1", s.claim(false))
	require.NoError(s, err)
	assert.False(s, claimed, "it is gone for good")
}

func (s *suite) leases() {
	first := s.mustClaim("alpha-1")
	s.now = s.now.Add(lease - time.Second)
	s.refused("alpha-1")
	s.now = s.now.Add(time.Second)
	second := s.mustClaim("alpha-1")
	assert.Greater(s, second.Epoch, first.Epoch)
	s.refused("alpha-1")

	s.now = s.now.Add(time.Hour)
	want := Full("alpha-1")
	want.Epoch = second.Epoch
	require.NoError(s, s.store.Record(s.Context(), want), "nobody else has claimed it: that the lease ended is no reason")
	s.equal(want, s.get("alpha-1"), "it is recorded")
}

func (s *suite) overtaken() {
	s.put(Full("alpha-1"))
	for name, write := range map[string]func(st *aggregate.State) error{
		"Record":      func(st *aggregate.State) error { return s.store.Record(s.Context(), st) },
		"RecordVisit": func(st *aggregate.State) error { return s.store.RecordVisit(s.Context(), st) },
		"Unclaim":     func(st *aggregate.State) error { return s.store.Unclaim(s.Context(), st) },
	} {
		stale := s.whole(s.mustClaim("alpha-1"))
		stale.Name, stale.Fetch.ETag, stale.Letters = "stale", "stale", letters("stale")
		s.now = s.now.Add(lease)
		holder := s.whole(s.mustClaim("alpha-1"))
		assert.ErrorIs(s, write(stale), aggregate.ErrOvertaken, name)
		s.equal(Full("alpha-1"), s.get("alpha-1"), name+" changed nothing")
		s.refused("alpha-1") // the claim of the other one stands
		require.NoError(s, s.store.Record(s.Context(), holder), name)
		assert.ErrorIs(s, write(stale), aggregate.ErrOvertaken, "%s, when the other one is done", name)
		require.NoError(s, s.store.Unclaim(s.Context(), s.mustClaim("alpha-1")))
		assert.ErrorIs(s, write(stale), aggregate.ErrOvertaken, "%s, later still", name)
		s.equal(Full("alpha-1"), s.get("alpha-1"), name+" changed nothing")
	}
}

func (s *suite) unclaimed() {
	s.put(Full("alpha-1"))
	for _, key := range []string{"alpha-1", "unknown-2"} {
		before := s.encoded(s.get(key))
		st := &aggregate.State{Schema: state.Schema, Key: key, Name: "nobody's", Letters: letters("x")}
		assert.ErrorIs(s, s.store.Record(s.Context(), st), aggregate.ErrOvertaken, key)
		assert.ErrorIs(s, s.store.RecordVisit(s.Context(), st), aggregate.ErrOvertaken, key)
		assert.ErrorIs(s, s.store.Unclaim(s.Context(), st), aggregate.ErrOvertaken, key)
		st.Epoch = 1 << 40
		assert.ErrorIs(s, s.store.Record(s.Context(), st), aggregate.ErrOvertaken, key)
		assert.Equal(s, before, s.encoded(s.get(key)))
	}
}

func (s *suite) repeated() {
	want := Full("alpha-1")
	want.Epoch = s.mustClaim("alpha-1").Epoch
	for range 2 {
		require.NoError(s, s.store.Record(s.Context(), want))
		s.equal(want, s.get("alpha-1"), "as if once")
	}
	st := s.mustClaim("alpha-1")
	for range 2 {
		require.NoError(s, s.store.RecordVisit(s.Context(), st))
		s.equal(want, s.get("alpha-1"), "as if once")
	}
}

// A caller that is gone after any of its calls leaves the old state or the new
// one, and the partner to others when its lease has ended.
func (s *suite) crash() {
	old, next := Full("alpha-1"), Full("alpha-1")
	next.Name, next.Letters = "Next", letters("new", "2", "3")
	visited := Full("alpha-1")
	visited.Fetch.ETag = "visited"
	s.put(old)
	steps := []struct {
		name string
		do   func(st *aggregate.State) error
		want *aggregate.State
		free bool // for others at once
	}{
		{"Claim", func(*aggregate.State) error { return nil }, old, false},
		{"Letters", func(st *aggregate.State) error {
			_, err := s.store.Letters(s.Context(), st.Key, -1)
			return err
		}, old, false},
		{"Unclaim", func(st *aggregate.State) error { return s.store.Unclaim(s.Context(), st) }, old, true},
		{"RecordVisit", func(st *aggregate.State) error {
			st.Fetch = visited.Fetch
			return s.store.RecordVisit(s.Context(), st)
		}, visited, true},
		{"Record", func(st *aggregate.State) error {
			next.Epoch = st.Epoch
			return s.store.Record(s.Context(), next)
		}, next, true},
	}
	for _, step := range steps {
		st := s.mustClaim("alpha-1")
		require.NoError(s, step.do(st), step.name)
		s.equal(step.want, s.get("alpha-1"), "after "+step.name)
		if !step.free {
			s.refused("alpha-1")
			s.now = s.now.Add(lease)
		}
		after := s.mustClaim("alpha-1")
		s.equal(step.want, s.whole(after), "for who comes after "+step.name)
		require.NoError(s, s.store.Unclaim(s.Context(), after))
	}
}

func (s *suite) cancelled() {
	s.put(Full("alpha-1"))
	ctx, cancel := context.WithCancel(s.Context())
	cancel()
	next := Full("alpha-1")
	next.Name, next.Letters = "Next", letters("new", "2", "3")
	next.Epoch = s.mustClaim("alpha-1").Epoch
	want := Full("alpha-1")
	if s.store.Record(ctx, next) == nil {
		want = next
	}
	s.equal(want, s.get("alpha-1"), "all of it or nothing")
	s.now = s.now.Add(lease)
	require.NoError(s, s.store.Unclaim(s.Context(), s.mustClaim("alpha-1")))
}
