// Package storetest has the tests that every [aggregate.Store] has to pass.
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) aggregate.Store { return openMine(t) })
//	}
//
// Run it under the race detector: some of the tests are worth little without it.
package storetest

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
)

// Run runs all tests, each on an empty store of its own, which open makes and
// closes when the test that it is given ends.
func Run(t *testing.T, open func(t *testing.T) aggregate.Store) {
	for _, test := range []struct {
		name string
		run  func(*suite)
	}{
		{"an unknown partner", (*suite).unknown},
		{"remembers everything", (*suite).everything},
		{"letters in their order", (*suite).order},
		{"nothing is shared", (*suite).nothingShared},
		{"a visit alone", (*suite).visitAlone},
		{"large letters", (*suite).large},
		{"damaged content", (*suite).damaged},
		{"rests of hosts", (*suite).rests},
		{"claims", (*suite).claims},
		{"claims of what is due", (*suite).due},
		{"leases", (*suite).leases},
		{"who was overtaken writes nothing", (*suite).overtaken},
		{"without a claim nothing is written", (*suite).unclaimed},
		{"an answer that was lost", (*suite).repeated},
		{"a crash between any two calls", (*suite).crash},
		{"a context that is done", (*suite).cancelled},
		{"many at once", (*suite).manyAtOnce},
		{"many that overtake each other", (*suite).overtakeEachOther},
		{"two workers", (*suite).twoWorkers},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.run(&suite{T: t, store: open(t), now: time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)})
		})
	}
}

// A suite is one test on one store.
type suite struct {
	*testing.T
	store aggregate.Store
	now   time.Time
}

const lease = time.Minute

func (s *suite) claim(all bool) aggregate.Claim {
	return aggregate.Claim{Now: s.now, Lease: lease, All: all}
}

// mustClaim claims a partner that nobody has claimed.
func (s *suite) mustClaim(key string) *aggregate.State {
	s.Helper()
	st, claimed, err := s.store.Claim(s.Context(), key, s.claim(true))
	require.NoError(s, err)
	require.True(s, claimed)
	return st
}

// put makes the store remember a state.
func (s *suite) put(st *aggregate.State) {
	s.Helper()
	st.Epoch = s.mustClaim(st.Key).Epoch
	require.NoError(s, s.store.Record(s.Context(), st))
}

// get returns what is remembered of a partner, with all letters.
func (s *suite) get(key string) *aggregate.State {
	s.Helper()
	st, err := s.store.Load(s.Context(), key)
	require.NoError(s, err)
	return s.whole(st)
}

// whole reads the letters of a state that came without.
func (s *suite) whole(st *aggregate.State) *aggregate.State {
	s.Helper()
	if st.Letters == nil && st.Index != nil {
		letters, err := s.store.Letters(s.Context(), st.Key, -1)
		require.NoError(s, err)
		st.Letters, st.Index = letters, nil
	}
	return st
}

// encoded returns a state as text, to be compared.
func (s *suite) encoded(st *aggregate.State) string {
	s.Helper()
	data, err := json.MarshalIndent(st, "", " ")
	require.NoError(s, err)
	return string(data)
}

func (s *suite) equal(want, got *aggregate.State, why string) {
	s.Helper()
	assert.Equal(s, s.encoded(want), s.encoded(got), why)
}

// letters returns records with these titles.
func letters(titles ...string) []*aggregate.Record {
	list := make([]*aggregate.Record, len(titles))
	at := time.Date(2026, 4, 1, 8, 0, 0, 0, time.UTC)
	for i, title := range titles {
		list[i] = &aggregate.Record{
			GUID: title, FirstSeen: at, Seen: "s" + title, Text: "t" + title,
			Letter: newsletter.Letter{
				ID: "urn:x:" + title, URL: "https://alpha.example/" + title, Title: title,
				Published: at, Updated: at, Content: "<p>" + title + "</p>",
			},
		}
	}
	return list
}

func titles(records []*aggregate.Record) []string {
	list := make([]string, len(records))
	for i, r := range records {
		list[i] = r.Letter.Title
	}
	return list
}
