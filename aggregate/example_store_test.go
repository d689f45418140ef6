package aggregate_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
)

// A rowStore keeps a row a partner, as a table of a database would that several
// workers share.
type rowStore struct {
	mu      sync.Mutex
	states  map[string][]byte    // JSON
	claimed map[string]time.Time // until when
	rests   map[string]time.Time
}

func (r *rowStore) Load(_ context.Context, key string) (*aggregate.State, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.load(key)
}

func (r *rowStore) load(key string) (*aggregate.State, error) {
	s := &aggregate.State{Key: key}
	if row := r.states[key]; row != nil {
		return s, json.Unmarshal(row, s)
	}
	return s, nil
}

func (r *rowStore) Claim(_ context.Context, key string, c aggregate.Claim) (*aggregate.State, bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, err := r.load(key)
	if err != nil || r.claimed[key].After(c.Now) || !c.Wants(s) {
		return s, false, err
	}
	r.claimed[key] = c.Now.Add(c.Lease)
	return s, true, nil
}

func (r *rowStore) Record(_ context.Context, s *aggregate.State) error {
	row, err := json.Marshal(s)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.states[s.Key] = row
	delete(r.claimed, s.Key)
	return nil
}

func (r *rowStore) RecordVisit(ctx context.Context, key string, f aggregate.FetchState) error {
	s, err := r.Load(ctx, key)
	if err != nil {
		return err
	}
	s.Fetch = f
	return r.Record(ctx, s)
}

func (r *rowStore) Release(_ context.Context, key string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.claimed, key)
	return nil
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

// Two workers share a store: what one of them has visited the other leaves
// alone.
func ExampleStore() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `<rss version="2.0"><channel><title>The harbour</title><item><guid>https://harbour.example/boats</guid>
<title>The boats are back</title><pubDate>Mon, 04 May 2026 08:00:00 GMT</pubDate></item></channel></rss>`)
	}))
	defer server.Close()
	store := &rowStore{states: map[string][]byte{}, claimed: map[string]time.Time{}, rests: map[string]time.Time{}}
	for range 2 {
		worker := aggregate.Aggregator{
			Newsletter:   newsletter.Newsletter{Title: "Around the bay", URL: "https://bay.example/", FeedURL: "https://bay.example/atom.xml"},
			Store:        store,
			AllowPrivate: true,
			Now:          func() time.Time { return time.Date(2026, 5, 6, 12, 0, 0, 0, time.UTC) },
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
