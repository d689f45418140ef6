package postgres

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/internal/sample"
)

func atomOf(t testing.TB, n *newsletter.Newsletter) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, feed.Write(&b, n, feed.Atom))
	return b.String()
}

// atomNow returns what is published by now.
func atomNow(t testing.TB, s *Store) string {
	t.Helper()
	s.published.Expire()
	n, err := s.Newsletter(t.Context())
	require.NoError(t, err)
	return atomOf(t, n)
}

// What is published is what a run on one machine makes of the same letters, after
// each change, and nothing is written where nothing changed.
func TestFold(t *testing.T) {
	s := newStore(t)
	feeds := map[string][]string{"/0": {"a", "b", "both"}, "/1": {"c", "both"}, "/2": {"d"}}
	var mu sync.Mutex
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprint(w, feedOf("p"+r.URL.Path[1:], feeds[r.URL.Path]...))
	}))
	defer server.Close()
	var list []aggregate.Partner
	for i := range 3 {
		list = append(list, aggregate.Partner{Name: fmt.Sprint("P", i), FeedURL: fmt.Sprintf("http://h%d.example/%d", i, i)})
	}
	a := aggregator(server.Listener.Addr().String())
	a.Store, a.MaxLetters, a.All = s, 5, true
	visit := func() {
		t.Helper()
		_, err := s.SetPartners(t.Context(), list)
		require.NoError(t, err)
		r, err := a.Run(t.Context(), list)
		require.NoError(t, err)
		require.Len(t, r.Partners, len(list))
	}
	p, other := s.newPublisher(a), s.newPublisher(a)
	fold := func(p *publisher) (changed bool) {
		t.Helper()
		changed, err := p.fold(t.Context())
		require.NoError(t, err)
		offline := *a
		offline.Offline, offline.All = true, false
		r, err := offline.Run(t.Context(), list)
		require.NoError(t, err)
		want := atomOf(t, r.Newsletter)
		d := atomNow(t, s)
		require.Equal(t, want, d)
		return changed
	}
	_, err := s.Newsletter(t.Context())
	require.ErrorIs(t, err, aggregate.ErrNotReady)
	visit()
	assert.True(t, fold(p))
	assert.False(t, fold(p), "nothing changed")
	assert.False(t, fold(other), "another process makes the same")

	before, err := s.Newsletter(t.Context())
	require.NoError(t, err)
	mu.Lock()
	feeds["/2"] = []string{"d", "e", "f"}
	mu.Unlock()
	visit()
	assert.True(t, fold(other))
	after, err := s.Newsletter(t.Context())
	require.NoError(t, err)
	assert.NotSame(t, before, after)
	again, err := s.Newsletter(t.Context())
	require.NoError(t, err)
	assert.Same(t, after, again, "nothing is written again as long as nothing changed")

	list = list[1:]
	visit()
	assert.True(t, fold(p), "who is not listed any more is not published")

	var ordered bool
	require.NoError(t, s.pool.QueryRow(t.Context(), `SELECT count(*) > 0 AND count(*) = count(DISTINCT number) FROM change`).Scan(&ordered))
	assert.True(t, ordered)
}

// One process folds at a time; the others do nothing, and wait for nothing.
func TestFoldIsOneProcess(t *testing.T) {
	s := newStore(t)
	a := aggregator("")
	p := s.newPublisher(a)
	tx, err := s.pool.Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), `SELECT pg_advisory_xact_lock($1)`, s.lock(foldLock))
	require.NoError(t, err)
	changed, err := p.fold(t.Context())
	require.NoError(t, err)
	assert.False(t, changed)
	require.NoError(t, tx.Rollback(t.Context()))
	changed, err = p.fold(t.Context())
	require.NoError(t, err)
	assert.True(t, changed)
}

// What a process reads is what another one made, whatever its fields hold; and it
// stays there while the database does not answer.
func TestNewsletterOfAnotherProcess(t *testing.T) {
	s := newStore(t)
	other, err := Open(t.Context(), s.url)
	require.NoError(t, err)
	want := sample.Every()
	want.Repair()
	p := s.newPublisher(aggregator(""))
	require.NoError(t, pgx.BeginFunc(t.Context(), s.pool, func(tx pgx.Tx) error {
		_, changed, err := p.write(t.Context(), tx, want)
		assert.True(t, changed)
		return err
	}))
	got, err := other.Newsletter(t.Context())
	require.NoError(t, err)
	assert.Empty(t, cmp.Diff(want, got))
	other.Close()
	other.published.Expire()
	again, err := other.Newsletter(t.Context())
	require.NoError(t, err)
	assert.Same(t, got, again)
}

// What is known of partners is what a run finds that visits nobody.
func TestResult(t *testing.T) {
	s := newStore(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/1" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, feedOf("p"+r.URL.Path[1:], "a", "b"))
	}))
	defer server.Close()
	var list []aggregate.Partner
	for i := range 3 {
		list = append(list, aggregate.Partner{Name: fmt.Sprint("P", i), FeedURL: fmt.Sprintf("http://h%d.example/%d", i, i)})
	}
	list = append(list, list[0])
	a := aggregator(server.Listener.Addr().String())
	a.Store, a.All = s, true
	_, err := a.Run(t.Context(), list)
	require.NoError(t, err)
	offline := *a
	offline.Offline, offline.All = true, false
	want, err := offline.Run(t.Context(), list)
	require.NoError(t, err)
	got, err := s.Result(t.Context(), a, list)
	require.NoError(t, err)
	assert.Equal(t, want.Partners, got.Partners)
	assert.Equal(t, 2, got.Partners[0].Letters)
	assert.True(t, got.Partners[1].Failing())
	assert.Equal(t, atomOf(t, want.Newsletter), atomOf(t, got.Newsletter))
}
