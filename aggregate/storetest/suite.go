package storetest

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
)

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

// sameTime holds times to be the same if they are written alike.
var sameTime = cmp.Comparer(func(a, b time.Time) bool { return a.Format(time.RFC3339Nano) == b.Format(time.RFC3339Nano) })

// equal compares field by field: what a store's own encoding leaves out is lost.
func (s *suite) equal(want, got *aggregate.State, why string) {
	s.Helper()
	diff := cmp.Diff(want, got, sameTime, cmpopts.EquateComparable(want.Fetch.Blocked), cmpopts.EquateEmpty(), cmpopts.IgnoreFields(aggregate.State{}, "Epoch", "Schema"))
	assert.Empty(s, diff, "%s (- wanted, + remembered)", why)
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
