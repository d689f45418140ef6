package postgres

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
)

// A database is the newsletter's that was first to use it, until another adopts it.
func TestOwner(t *testing.T) {
	s := newStore(t)
	region := &newsletter.Newsletter{Title: "Region", URL: "https://region.example/"}
	require.NoError(t, s.Own(t.Context(), region, false))
	require.NoError(t, s.Own(t.Context(), region, false))

	other := &newsletter.Newsletter{Title: "Other", ID: "tag:other.example,2026:n", URL: "https://region.example/"}
	err := s.Own(t.Context(), other, false)
	require.ErrorIs(t, err, errOwner)
	assert.ErrorContains(t, err, `it is that of "Region" (https://region.example/), and this is "Other" (tag:other.example,2026:n)`)
	require.NoError(t, s.Own(t.Context(), region, false), "the other one changed nothing")

	require.NoError(t, s.Own(t.Context(), other, true))
	other.Title = "Renamed"
	require.NoError(t, s.Own(t.Context(), other, false))
	require.ErrorContains(t, s.Own(t.Context(), region, false), `"Renamed"`)
}

// Newsletters with a schema each share a database, and nothing else.
func TestSchemas(t *testing.T) {
	url := newDatabase(t)
	var stores []*Store
	for _, name := range []string{"", "north", "south"} {
		o := Options{Schema: name}
		_, err := Open(t.Context(), url, o)
		require.ErrorIs(t, err, errSchema)
		require.NoError(t, Migrate(t.Context(), url, o))
		s, err := Open(t.Context(), url, o)
		require.NoError(t, err)
		defer s.Close()
		stores = append(stores, s)
	}
	for i, s := range stores {
		p := aggregate.Partner{FeedURL: "http://a.example/" + s.schema}
		_, err := s.SetPartners(t.Context(), []aggregate.Partner{p})
		require.NoError(t, err)
		require.NoError(t, s.Own(t.Context(), &newsletter.Newsletter{Title: s.schema, URL: "https://" + s.schema + ".example/"}, false))
		sl, _, err := s.begin(t.Context(), "a.example", time.Now(), usual, time.Minute)
		require.NoError(t, err)
		assert.Len(t, sl.partners, 1, "none of the others has its host: %d", i)
	}
	for _, s := range stores {
		list, err := s.Partners(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []aggregate.Partner{{FeedURL: "http://a.example/" + s.schema}}, list)
		jobs := 0
		require.NoError(t, s.pool.QueryRow(t.Context(), `SELECT count(*) FROM river_job`).Scan(&jobs))
		assert.Equal(t, 1, jobs)
	}
	// Who folds for one holds nobody up that folds for another.
	tx, err := stores[1].pool.Begin(t.Context())
	require.NoError(t, err)
	defer tx.Rollback(t.Context())
	_, err = tx.Exec(t.Context(), `SELECT pg_advisory_xact_lock($1)`, stores[1].lock(foldLock))
	require.NoError(t, err)
	changed, err := stores[2].newPublisher(aggregator("")).fold(t.Context())
	require.NoError(t, err)
	assert.True(t, changed)

	for _, name := range []string{"North", "1st", "a-b", "a; DROP SCHEMA north", "pg_x", `"`} {
		_, err := Open(t.Context(), url, Options{Schema: name})
		assert.ErrorContains(t, err, "small letters", name)
	}
}

func TestNotes(t *testing.T) {
	s := newStore(t)
	for _, want := range []string{"", "one", "two", ""} {
		var data []byte
		if want != "" {
			data = []byte(want)
		}
		require.NoError(t, s.SetNote(t.Context(), "n", data))
		got, err := s.Note(t.Context(), "n")
		require.NoError(t, err)
		assert.Equal(t, data, got)
	}
}
