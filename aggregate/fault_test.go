package aggregate

import (
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/fetch"
	"github.com/automationregion/newsletter/internal/faultserver"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What becomes of each partner in whole runs, and of its letters, while the
// good ones between them come through as if they were alone.
func TestFaultsInRuns(t *testing.T) {
	s := faultserver.New(t)
	before := runtime.NumGoroutine()
	limits := fetch.Limits{
		Pause: -1, ConnectTimeout: 10 * time.Second, TLSTimeout: 10 * time.Second,
		Timeout: 6 * time.Second, MaxTransfer: 1 << 20, MaxBody: 4 << 20, MinRate: 1000,
	}
	client := s.Client(func(header time.Duration) *http.Transport {
		l := limits
		l.HeaderTimeout = header
		return fetch.Transport(fetch.Options{Limits: l})
	})
	now := faultserver.Noon
	dir := t.TempDir()
	var partners []Partner
	for _, f := range s.Feeds() {
		partners = append(partners, Partner{Name: f.Name, FeedURL: f.URL, URL: f.Home})
	}
	published := map[string]time.Time{}
	for run := range 4 {
		store, err := OpenDir(dir, nil)
		require.NoError(t, err)
		a := Aggregator{
			Newsletter: newsletter.Newsletter{
				ID: "tag:letters.example,2026:all", Title: "All", URL: "https://letters.example/", FeedURL: "https://letters.example/atom.xml",
			},
			Store: store, Now: func() time.Time { return now },
			Fetch: fetch.Options{Client: client, Limits: limits, Chance: constant(0)},
		}
		result, err := a.Run(t.Context(), partners)
		require.NoError(t, err)
		require.NoError(t, store.Close())
		require.NoError(t, result.Newsletter.Validate())

		letters := map[string][]string{}
		for _, l := range result.Newsletter.Letters {
			host, _, _ := strings.Cut(strings.TrimPrefix(l.URL, "http://"), "/")
			letters[host] = append(letters[host], l.Title)
			was, ok := published[l.URL]
			if !ok {
				published[l.URL] = l.Published
				assert.False(t, l.Published.IsZero() || l.Published.After(now), "%s of %s", l.Title, host)
			} else {
				assert.Equal(t, was, l.Published, "%s of %s keeps its place", l.Title, host)
			}
		}
		for i, p := range partners {
			report := result.Partners[i]
			want, titles := faultserver.End{Status: faultserver.Fetched}, []string{"one"}
			switch {
			case p.Name != "good":
				f := s.Faults[i/2]
				want, titles = faultserver.At(f.Ends, run), faultserver.At(f.Letters, run)
				if f.Reports != nil {
					want = faultserver.At(f.Reports, run)
				}
			case run > 0:
				want = faultserver.End{Status: faultserver.NotModified}
			}
			host := strings.Trim(strings.TrimLeft(p.address(), "htps:"), "/")
			assert.EqualValues(t, want.Status, report.Status, "%s in run %d: %s", p.Name, run, report.Error)
			if !strings.Contains(want.Says, "slowly") { // which takes ten seconds to tell
				assert.Contains(t, report.Error, want.Says, "%s in run %d", p.Name, run)
			}
			if want.Status != faultserver.NotDue {
				assert.Equal(t, want.Status == faultserver.Failed || want.Status == faultserver.Gone, report.Failing(), "%s in run %d", p.Name, run)
			}
			assert.ElementsMatch(t, titles, letters[host], "letters of %s in run %d", host, run)
		}
		now = now.Add(24 * time.Hour)
	}
	client.CloseIdleConnections()
	assertGoroutines(t, before)
}
