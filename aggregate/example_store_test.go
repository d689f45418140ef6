package aggregate_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/aggregate/storetest"
	"github.com/automationregion/newsletter/fetch"
)

// A rowStore keeps a row a partner, as a table of a database would that several
// workers share.
type rowStore struct {
	mu    sync.Mutex
	rows  map[string]row
	rests map[string]time.Time
}

type row struct {
	state []byte    // JSON
	epoch int64     // number of the last claim
	until time.Time // when it ends
}

func (r *rowStore) Load(_ context.Context, key string) (*aggregate.State, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.rows[key].load(key)
}

func (r row) load(key string) (*aggregate.State, error) {
	s := &aggregate.State{Key: key}
	if r.state != nil {
		return s, json.Unmarshal(r.state, s)
	}
	return s, nil
}

func (r *rowStore) Claim(_ context.Context, key string, c aggregate.Claim) (*aggregate.State, bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	row := r.rows[key]
	s, err := row.load(key)
	if err != nil || row.until.After(c.Now) || !c.Wants(s) {
		return s, false, err
	}
	row.epoch++
	row.until = c.Now.Add(c.Lease)
	r.rows[key] = row
	s.Epoch = row.epoch
	return s, true, nil
}

// end ends the claim that a state came with, and records what write returns.
func (r *rowStore) end(s *aggregate.State, write func(row) ([]byte, error)) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	row := r.rows[s.Key]
	if s.Epoch == 0 || row.epoch != s.Epoch {
		return aggregate.ErrOvertaken
	}
	state, err := write(row)
	if err == nil {
		row.state, row.until = state, time.Time{}
		r.rows[s.Key] = row
	}
	return err
}

func (r *rowStore) Record(_ context.Context, s *aggregate.State) error {
	return r.end(s, func(row) ([]byte, error) { return json.Marshal(s) })
}

func (r *rowStore) RecordVisit(_ context.Context, s *aggregate.State) error {
	return r.end(s, func(row row) ([]byte, error) {
		old, err := row.load(s.Key)
		if err != nil {
			return nil, err
		}
		old.Fetch = s.Fetch
		return json.Marshal(old)
	})
}

func (r *rowStore) Close() error { return nil }

func (r *rowStore) Unclaim(_ context.Context, s *aggregate.State) error {
	return r.end(s, func(row row) ([]byte, error) { return row.state, nil })
}

func (r *rowStore) Letters(ctx context.Context, key string, n int) ([]*aggregate.Record, error) {
	s, err := r.Load(ctx, key)
	if err != nil || n < 0 || n > len(s.Letters) {
		return s.Letters, err
	}
	return s.Letters[:n], nil
}

func (r *rowStore) Rests(context.Context) (map[string]time.Time, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	rests := map[string]time.Time{}
	for host, until := range r.rests {
		rests[host] = until
	}
	return rests, nil
}

func (r *rowStore) RecordRests(_ context.Context, now time.Time, rests map[string]time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for host, until := range rests {
		if until.After(r.rests[host]) {
			r.rests[host] = until
		}
	}
	return nil
}

func TestRowStore(t *testing.T) {
	storetest.Run(t, func(*testing.T) aggregate.Store { return newRowStore() })
}

func newRowStore() *rowStore {
	return &rowStore{rows: map[string]row{}, rests: map[string]time.Time{}}
}

// Two workers share a store: what one of them has visited the other leaves
// alone.
func ExampleStore() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `<rss version="2.0"><channel><title>The harbour</title><item><guid>https://harbour.example/boats</guid>
<title>The boats are back</title><pubDate>Mon, 04 May 2026 08:00:00 GMT</pubDate></item></channel></rss>`)
	}))
	defer server.Close()
	store := newRowStore()
	for range 2 {
		worker := aggregate.Aggregator{
			Newsletter: newsletter.Newsletter{Title: "Around the bay", URL: "https://bay.example/", FeedURL: "https://bay.example/atom.xml"},
			Store:      store,
			Fetch:      fetch.Options{AllowPrivate: true},
			Now:        func() time.Time { return time.Date(2026, 5, 6, 12, 0, 0, 0, time.UTC) },
		}
		result, err := worker.Run(context.Background(), []aggregate.Partner{{FeedURL: server.URL}})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(result.Partners[0].Status, "-", result.Newsletter.Letters[0].Title)
	}
	// Output:
	// fetched - The boats are back
	// not due - The boats are back
}
