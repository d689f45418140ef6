package fetch

import (
	"cmp"
	"context"
	"net/http"
	"runtime"
	"testing"
	"time"

	"github.com/automationregion/newsletter/internal/faultserver"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each feed ends in what the table says, and the good ones between them are
// read as if they were alone.
func TestFaults(t *testing.T) {
	s := faultserver.New(t)
	before := runtime.NumGoroutine()
	limits := Limits{
		Pause: -1, ConnectTimeout: 10 * time.Second, TLSTimeout: 10 * time.Second,
		Timeout:     30 * time.Second, // so that too few bytes are noticed before
		MaxTransfer: 1 << 20, MaxBody: 4 << 20, MinRate: 1000,
	}
	client := s.Client(func(header time.Duration) *http.Transport {
		l := limits
		l.HeaderTimeout = header
		return Transport(Options{Limits: l})
	})
	f, c := testFetcher(t, func(o *Options) { o.Limits, o.Client, o.AllowPrivate = limits, client, false })
	f.rateWindow = 5 * time.Second
	feeds := s.Feeds()
	states := make([]State, len(feeds))
	for run := range 4 {
		got := make([]faultserver.End, len(feeds))
		err := f.each(t.Context(), len(feeds), func(i int) string { return cmp.Or(feeds[i].URL, feeds[i].Home) }, func(ctx context.Context, waits func() func(), i int) {
			out, next := f.Fetch(ctx, Request{URL: feeds[i].URL, Home: feeds[i].Home, Waits: waits}, states[i])
			got[i] = faultserver.End{Status: string(out.Status)}
			if out.Err != nil {
				got[i].Says = out.Err.Message
				assert.NotEmpty(t, out.Err.URL)
			}
			states[i] = next
		})
		require.NoError(t, err)
		for i, p := range feeds {
			want := faultserver.End{Status: faultserver.Fetched}
			switch {
			case p.Name != "good":
				want = faultserver.At(s.Faults[i/2].Ends, run)
			case run > 0:
				want = faultserver.End{Status: faultserver.NotModified}
			}
			assert.Equal(t, want.Status, got[i].Status, "%s on run %d: %s", p.Name, run, got[i].Says)
			assert.Contains(t, got[i].Says, want.Says, "%s on run %d", p.Name, run)
			if want.Status == faultserver.Failed {
				assert.NotEmpty(t, got[i].Says)
			}
		}
		c.now = c.now.Add(24 * time.Hour)
	}
	client.CloseIdleConnections()
	assertGoroutines(t, before)
}
