package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// serving starts a process of serve.
func serving(t *testing.T, args ...string) *served {
	return startServing(t, &command{}, append([]string{"--addr", "127.0.0.1:0", "--allow-private", "--pause", "-1s", "--log", "json"}, args...)...)
}

func (s *served) get(path string) (int, string) {
	resp, err := http.Get(s.base + path)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(body)
}

// shows waits until what is at a path holds a text: for a list, or an outage, to be seen.
func (s *served) shows(path, text string) {
	s.Helper()
	require.Eventually(s, s.has(path, text), time.Minute, 50*time.Millisecond, "%s: %s\n%s", path, text, &s.stderr)
}

// said runs a subcommand and returns what it prints.
func said(t *testing.T, code int, args ...string) string {
	t.Helper()
	var stdout, stderr strings.Builder
	assert.Equal(t, code, run(t.Context(), args, strings.NewReader(""), &stdout, &stderr, nil), stderr.String())
	return stdout.String() + stderr.String()
}

// manyPartners serves feeds, and writes lists of so many of them.
func manyPartners(t *testing.T) (opml string, list func(n int)) {
	partner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>%[1]s</title><link>https://a.example/</link><item><guid>%[1]s</guid><title>of %[1]s.</title><pubDate>%[2]s</pubDate></item></channel></rss>`,
			r.URL.Path, time.Now().Add(-time.Hour).UTC().Format(time.RFC1123Z))
	}))
	t.Cleanup(partner.Close)
	opml = filepath.Join(t.TempDir(), "partners.opml")
	return opml, func(n int) {
		text := `<opml version="2.0"><head/><body>`
		for i := range n {
			text += fmt.Sprintf(`<outline type="rss" text="P%d" xmlUrl="%s/%d"/>`, i, partner.URL, i)
		}
		require.NoError(t, os.WriteFile(opml, []byte(text+"</body></opml>"), 0o644))
	}
}

// A list that drops many is held, also across a restart, until it is accepted.
func TestServeHoldsAList(t *testing.T) {
	for _, kind := range []string{"folder", "database"} {
		t.Run(kind, func(t *testing.T) {
			opml, list := manyPartners(t)
			memory := []string{"--state", filepath.Join(t.TempDir(), "state")}
			if kind == "database" {
				memory = []string{"--store", database(t), "--schema", "ours"}
				said(t, exitOK, append([]string{"db", "migrate"}, memory...)...)
			}
			args := append([]string{opml, "--title", "Partners", "--url", "https://example.org/p/"}, memory...)
			list(30)
			p := serving(t, args...)
			p.shows("/p/rss.xml", "of /29.")
			list(5)
			p.shows("/readyz", "it drops 25 of 30 partners; if it is meant, newsletter partners accept takes it")
			p.shows("/metrics", "\nnewsletter_list_held 1\n")
			p.shows("/metrics", "\nnewsletter_partners 30\n")
			p.shows("/p/partners.opml", "/29\"")
			assert.Contains(t, p.stderr.String(), "it drops 25 of 30 partners (P5, P6, P7 and 22 more)")
			p.end()

			p = serving(t, args...)
			p.shows("/p/rss.xml", "of /29.")
			p.shows("/readyz", "it drops 25 of 30 partners")
			assert.Equal(t, "accepted: the list that drops 25 of 30 partners (P5, P6, P7 and 22 more)\n", said(t, exitOK, append([]string{"partners", "accept"}, memory...)...))
			p.shows("/metrics", "\nnewsletter_partners 5\n")
			p.shows("/metrics", "\nnewsletter_list_held 0\n")
			require.Eventually(t, func() bool { _, body := p.get("/p/rss.xml"); return !strings.Contains(body, "of /29.") }, 30*time.Second, 50*time.Millisecond)
			_, ready := p.get("/readyz")
			assert.NotContains(t, ready, "drops")
			p.end()
			assert.Contains(t, said(t, exitFound, append([]string{"partners", "accept"}, memory...)...), "no list is held")

			list(30)
			serving(t, args...).end()
			list(1)
			p = serving(t, append(args, "--accept-removals")...)
			p.shows("/metrics", "\nnewsletter_partners 1\n")
			p.end()

			if kind == "database" {
				other := append([]string{"serve", opml, "--title", "Other", "--url", "https://other.example/"}, memory...)
				refused := said(t, exitFailed, other...)
				assert.Contains(t, refused, `it is that of "Partners" (https://example.org/p/), and this is "Other" (https://other.example/): give --store another database, or --schema`)
				p = serving(t, append(other[1:], "--adopt")...)
				p.shows("/rss.xml", "of /0.")
				p.end()
				assert.Contains(t, said(t, exitFailed, append([]string{"serve"}, args...)...), `it is that of "Other"`)
			}
		})
	}
}

// A run whose list is held is one with the list before, and fails.
func TestAggregateHoldsAList(t *testing.T) {
	opml, list := manyPartners(t)
	out, state := filepath.Join(t.TempDir(), "public"), filepath.Join(t.TempDir(), "state")
	aggregate := func(code int, more ...string) string {
		return said(t, code, append([]string{"aggregate", opml, "-o", out, "--state", state, "--allow-private", "--pause", "-1s", "--title", "N", "--url", "https://example.org/"}, more...)...)
	}
	list(30)
	assert.Contains(t, aggregate(exitOK), ": 30 letters of 30 partners (0 failing)")
	list(5)
	held := "the list of partners is held, and the one before goes on: it drops 25 of 30 partners (P5, P6, P7 and 22 more); if it is meant, newsletter partners accept takes it, or --accept-removals"
	for _, more := range []string{"--offline", "--dry-run"} {
		assert.Contains(t, aggregate(exitFound, more), held)
	}
	assert.Contains(t, said(t, exitFound, "partners", "accept", "--state", state), "no list is held", "trying leaves nothing behind")
	said := aggregate(exitFound)
	assert.Contains(t, said, ": 30 letters of 30 partners (0 failing)")
	assert.Contains(t, said, held)
	assert.Contains(t, aggregate(exitOK, "--accept-removals"), ": 5 letters of 5 partners (0 failing)")
	assert.Contains(t, aggregate(exitOK), ": 5 letters of 5 partners (0 failing)")
}
