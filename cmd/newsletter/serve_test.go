package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A lockedBuffer is written and read by several goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestServe(t *testing.T) {
	var asked atomic.Int64
	partner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		io.WriteString(w, `<rss version="2.0"><channel><title>`+r.URL.Path+`</title><link>https://a.example/</link><item><guid>`+r.URL.Path+`</guid><title>of `+r.URL.Path+`</title><pubDate>`+
			time.Now().Add(-time.Hour).UTC().Format(time.RFC1123Z)+`</pubDate></item></channel></rss>`)
	}))
	defer partner.Close()
	dir := t.TempDir()
	opml := filepath.Join(dir, "partners.opml")
	list := func(names ...string) {
		text := `<opml version="2.0"><head/><body>`
		for _, name := range names {
			text += `<outline type="rss" text="` + name + `" xmlUrl="` + partner.URL + "/" + name + `"/>`
		}
		require.NoError(t, os.WriteFile(opml, []byte(text+"</body></opml>"), 0o644))
	}
	list("one")

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var stdout, stderr lockedBuffer
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"serve", opml, "--addr", "127.0.0.1:0", "--state", filepath.Join(dir, "state"), "--allow-private", "--pause", "-1s",
			"--title", "Partners", "--url", "https://example.org/p/", "--log", "json"}, strings.NewReader(""), &stdout, &stderr, nil)
	}()
	var base string
	require.Eventually(t, func() bool {
		_, address, ok := strings.Cut(stdout.String(), "listening on ")
		base = strings.TrimSpace(address)
		return ok && strings.HasSuffix(address, "\n")
	}, 10*time.Second, 10*time.Millisecond, "it says where it listens")
	get := func(path string) (int, string) {
		resp, err := http.Get(base + path)
		if err != nil {
			return 0, err.Error()
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return resp.StatusCode, string(body)
	}
	has := func(path, text string) func() bool {
		return func() bool {
			code, body := get(path)
			return code == http.StatusOK && strings.Contains(body, text)
		}
	}
	require.Eventually(t, has("/p/rss.xml", "of /one"), 10*time.Second, 20*time.Millisecond, "%s", &stderr)
	for path, text := range map[string]string{
		"/rss.xml": "of /one", "/p/atom.xml": "of /one", "/p/feed.json": "of /one", "/p/": "of /one", "/p/partners.opml": "/one", "/p/report.json": `"status"`,
		"/healthz": "ok", "/readyz": "1 letter", "/partners": "one", "/p/partners.html": "one",
		"/metrics": `newsletter_visits_total{outcome="fetched"} 1`,
	} {
		code, body := get(path)
		assert.Equal(t, http.StatusOK, code, path)
		assert.Contains(t, body, text, path)
	}
	code, _ := get("/p/nothing")
	assert.Equal(t, http.StatusNotFound, code)

	// The list changes, and then is wrong: what was right holds.
	list("one", "two")
	require.Eventually(t, has("/p/rss.xml", "of /two"), 20*time.Second, 50*time.Millisecond, "%s", &stderr)
	require.NoError(t, os.WriteFile(opml, []byte("<opml"), 0o644))
	require.Eventually(t, func() bool { return strings.Contains(stderr.String(), "was not taken over") }, 20*time.Second, 50*time.Millisecond)
	assert.True(t, has("/p/rss.xml", "of /two")())
	assert.EqualValues(t, 2, asked.Load(), "nobody is asked before the floor")

	stop()
	select {
	case code := <-ended:
		assert.Equal(t, exitOK, code, &stderr)
	case <-time.After(15 * time.Second):
		t.Fatal("it does not stop")
	}
	assert.Contains(t, stderr.String(), `"msg":"visited"`)
}
