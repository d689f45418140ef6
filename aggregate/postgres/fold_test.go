package postgres

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/feed"
)

func renderAtom(n *newsletter.Newsletter) ([]Document, error) {
	var b bytes.Buffer
	err := feed.Write(&b, n, feed.Atom)
	return []Document{{Name: "atom.xml", Type: "application/atom+xml", Body: b.Bytes()}}, err
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
	p, other := s.NewPublisher(a, renderAtom), s.NewPublisher(a, renderAtom)
	fold := func(p *Publisher) (changed bool) {
		t.Helper()
		changed, err := p.Fold(t.Context())
		require.NoError(t, err)
		offline := *a
		offline.Offline, offline.All = true, false
		r, err := offline.Run(t.Context(), list)
		require.NoError(t, err)
		want, err := renderAtom(r.Newsletter)
		require.NoError(t, err)
		d, err := s.Document(t.Context(), "atom.xml")
		require.NoError(t, err)
		require.Equal(t, string(want[0].Body), string(d.Body))
		return changed
	}
	_, err := s.Document(t.Context(), "atom.xml")
	require.ErrorIs(t, err, fs.ErrNotExist)
	visit()
	assert.True(t, fold(p))
	assert.False(t, fold(p), "nothing changed")
	assert.False(t, fold(other), "another process makes the same")

	before, err := s.Document(t.Context(), "atom.xml")
	require.NoError(t, err)
	mu.Lock()
	feeds["/2"] = []string{"d", "e", "f"}
	mu.Unlock()
	visit()
	assert.True(t, fold(other))
	after, err := s.Document(t.Context(), "atom.xml")
	require.NoError(t, err)
	assert.NotEqual(t, before.ETag, after.ETag)
	assert.True(t, after.Modified.After(before.Modified), "Last-Modified tells two versions apart")

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
	p := s.NewPublisher(a, renderAtom)
	tx, err := s.pool.Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), `SELECT pg_advisory_xact_lock($1)`, int64(foldLock))
	require.NoError(t, err)
	changed, err := p.Fold(t.Context())
	require.NoError(t, err)
	assert.False(t, changed)
	require.NoError(t, tx.Rollback(t.Context()))
	changed, err = p.Fold(t.Context())
	require.NoError(t, err)
	assert.True(t, changed)
}

func TestDocuments(t *testing.T) {
	s := newStore(t)
	p := s.NewPublisher(aggregator(""), renderAtom)
	require.NoError(t, pgx.BeginFunc(t.Context(), s.pool, func(tx pgx.Tx) error {
		_, err := p.write(t.Context(), tx, []Document{{Name: "atom.xml", Type: "application/atom+xml", Body: []byte("body")}})
		return err
	}))
	ask := func(method, path, etag string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, nil)
		if etag != "" {
			r.Header.Set("If-None-Match", etag)
		}
		w := httptest.NewRecorder()
		s.Documents().ServeHTTP(w, r)
		return w
	}
	w := ask("GET", "/atom.xml", "")
	assert.Equal(t, "body", w.Body.String())
	assert.Equal(t, "application/atom+xml", w.Header().Get("Content-Type"))
	modified, err := http.ParseTime(w.Header().Get("Last-Modified"))
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now(), modified, time.Minute)
	assert.Equal(t, http.StatusNotModified, ask("GET", "/atom.xml", w.Header().Get("ETag")).Code)
	assert.Equal(t, http.StatusNotFound, ask("GET", "/no.xml", "").Code)
	assert.Equal(t, http.StatusNotFound, ask("GET", "/%00%ff", "").Code)
	assert.Equal(t, http.StatusNotFound, ask("GET", "/%ff", "").Code)
	assert.Equal(t, http.StatusMethodNotAllowed, ask("POST", "/atom.xml", "").Code)
}
