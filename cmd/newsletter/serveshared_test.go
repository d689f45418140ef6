package main

import (
	"cmp"
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Two processes with one database share the partners, and serve the same documents,
// whichever of them made them.
func TestServeDatabase(t *testing.T) {
	store := database(t)
	var mu sync.Mutex
	asked := map[string]int{}
	partner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked[r.URL.Path]++
		mu.Unlock()
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>%[1]s</title><link>https://a.example/</link><item><guid>%[1]s</guid><title>of %[1]s</title><pubDate>%[2]s</pubDate></item></channel></rss>`,
			r.URL.Path, time.Now().Add(-time.Hour).UTC().Format(time.RFC1123Z))
	}))
	defer partner.Close()
	opml := filepath.Join(t.TempDir(), "partners.opml")
	list := func(names ...string) {
		text := `<opml version="2.0"><head/><body>`
		for _, name := range names {
			text += `<outline type="rss" text="` + name + `" xmlUrl="` + partner.URL + "/" + name + `"/>`
		}
		require.NoError(t, os.WriteFile(opml, []byte(text+"</body></opml>"), 0o644))
	}
	list("one", "two", "three")
	args := []string{"serve", opml, "--addr", "127.0.0.1:0", "--store", store, "--allow-private", "--pause", "-1s", "--title", "Partners", "--url", "https://example.org/p/", "--log", "json"}

	var stdout, stderr lockedBuffer
	require.Equal(t, exitFailed, run(t.Context(), args, strings.NewReader(""), &stdout, &stderr, nil))
	require.Contains(t, stderr.String(), "make them with newsletter db migrate")
	require.Equal(t, exitOK, run(t.Context(), []string{"db", "migrate", "--store", store}, strings.NewReader(""), io.Discard, &stderr, nil), stderr.String())

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	type process struct {
		base           string
		stdout, stderr lockedBuffer
		ended          chan int
	}
	processes := []*process{{ended: make(chan int, 1)}, {ended: make(chan int, 1)}}
	for _, p := range processes {
		go func() { p.ended <- run(ctx, args, strings.NewReader(""), &p.stdout, &p.stderr, nil) }()
	}
	for _, p := range processes {
		require.Eventually(t, func() bool {
			_, address, ok := strings.Cut(p.stdout.String(), "listening on ")
			p.base = strings.TrimSpace(address)
			return ok && strings.HasSuffix(address, "\n")
		}, 30*time.Second, 10*time.Millisecond, "it says where it listens: %s", p.stderr.String())
	}
	get := func(p *process, path string) (int, string) {
		resp, err := http.Get(p.base + path)
		if err != nil {
			return 0, err.Error()
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return resp.StatusCode, string(body)
	}
	for _, p := range processes {
		require.Eventually(t, func() bool {
			_, body := get(p, "/p/rss.xml")
			return strings.Contains(body, "of /one") && strings.Contains(body, "of /two") && strings.Contains(body, "of /three")
		}, 60*time.Second, 100*time.Millisecond, "%s", p.stderr.String())
		code, body := get(p, "/readyz")
		assert.Equal(t, http.StatusOK, code, body)
		code, body = get(p, "/healthz")
		assert.Equal(t, "ok\n", body)
		assert.Equal(t, http.StatusOK, code)
		code, body = get(p, "/p/")
		assert.Equal(t, http.StatusOK, code)
		assert.Contains(t, body, "of /one")
		code, body = get(p, "/partners")
		assert.Equal(t, http.StatusOK, code, body)
		_, body = get(p, "/metrics")
		assert.Contains(t, body, "newsletter_received_bytes_total")
		assert.Contains(t, body, "\nnewsletter_partners 3\n")
		assert.Contains(t, body, "\nnewsletter_store_failing 0\n")
		code, _ = get(p, "/p/none.xml")
		assert.Equal(t, http.StatusNotFound, code)
	}
	_, first := get(processes[0], "/p/atom.xml")
	_, second := get(processes[1], "/atom.xml")
	assert.Equal(t, first, second)
	mu.Lock()
	assert.Equal(t, map[string]int{"/one": 1, "/two": 1, "/three": 1}, asked, "each partner was asked by one of them")
	mu.Unlock()

	list("one", "two", "three", "four")
	require.Eventually(t, func() bool {
		_, body := get(processes[1], "/p/rss.xml")
		return strings.Contains(body, "of /four")
	}, 60*time.Second, 100*time.Millisecond, "a list that changed is taken over: %s", processes[1].stderr.String())

	stop()
	for _, p := range processes {
		select {
		case code := <-p.ended:
			assert.Equal(t, exitOK, code, p.stderr.String())
		case <-time.After(30 * time.Second):
			t.Fatal("it doesn't stop")
		}
	}
}

// The newsletter's hubs are told of a change once, by the process that made it,
// and not of what was made before it started.
func TestServeDatabaseTellsHubs(t *testing.T) {
	var mu sync.Mutex
	var told []url.Values
	hub := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		mu.Lock()
		told = append(told, r.PostForm)
		mu.Unlock()
	}))
	defer hub.Close()
	roots := x509.NewCertPool()
	roots.AddCert(hub.Certificate())
	published := time.Now().Add(-time.Hour).UTC().Format(time.RFC1123Z)
	var news atomic.Bool
	partner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<rss version="2.0"><channel><title>A</title><link>https://a.example/</link>`)
		titles := []string{"first"}
		if news.Load() {
			titles = append(titles, "news")
		}
		for _, title := range titles {
			fmt.Fprintf(w, `<item><guid>%s</guid><title>%[1]s</title><pubDate>%s</pubDate></item>`, title, published)
		}
		fmt.Fprint(w, `</channel></rss>`)
	}))
	defer partner.Close()
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "newsletter.yaml"),
		[]byte("title: Partners\nurl: https://example.org/p/\nhubs: ["+hub.URL+"/]\npartners:\n- feed: "+partner.URL+"/feed\n"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "plan.ics"), []byte("a file of the folder"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "letter.md"), []byte("---\ntitle: Ours\nauthors: Ann\ndate: 2026-01-02\nkind: note\n---\n\n[The plan](plan.ics)\n"), 0o644))
	store := database(t)
	require.Equal(t, exitOK, run(t.Context(), []string{"db", "migrate", "--store", store}, strings.NewReader(""), io.Discard, io.Discard, nil))
	start := func() *served {
		return startServing(t, &command{hubRoots: roots}, folder, "--addr", "127.0.0.1:0", "--store", store, "--allow-private", "--pause", "-1s", "--floor", "1s", "--ceiling", "1s", "--log", "json")
	}
	tellings := func() int {
		mu.Lock()
		defer mu.Unlock()
		return len(told)
	}
	first, second := start(), start()
	first.soon(first.has("/p/rss.xml", "first"), "it is published")
	first.soon(func() bool { return tellings() > 0 }, "the hub is told")
	second.soon(second.has("/p/plan.ics", "a file of the folder"), "what lies beside the letters is there")
	mu.Lock()
	assert.Equal(t, "publish", told[0].Get("hub.mode"))
	assert.Contains(t, told[0]["hub.url"], "https://example.org/p/atom.xml")
	mu.Unlock()
	time.Sleep(6 * time.Second) // what was made in two steps is told by now
	before := tellings()
	news.Store(true)
	first.soon(first.has("/p/rss.xml", "news"), "what is new is published")
	first.soon(func() bool { return tellings() > before }, "the hub is told of it")
	first.end()
	second.end()
	before = tellings()
	third := start()
	third.soon(third.has("/p/rss.xml", "news"), "it is there at once")
	time.Sleep(7 * time.Second)
	assert.Equal(t, before, tellings(), "what was published before is no news")
	third.end()
}

// A folder that remembers and a database are one server: whatever is asked for, status,
// headers and body are the same.
func TestServesTheSame(t *testing.T) {
	partner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/gone" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "max-age=7200")
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>A</title><link>https://a.example/</link><item><guid>%s</guid><title>News</title><link>https://a.example/news</link><pubDate>%s</pubDate></item></channel></rss>`,
			r.URL.Path, time.Now().Add(-48*time.Hour).UTC().Format("Mon, 02 Jan 2006 00:00:00 GMT"))
	}))
	defer partner.Close()
	folder := t.TempDir()
	for name, text := range map[string]string{
		"newsletter.yaml": "title: Partners\nurl: https://example.org/p/\nlists: [kind]\nmenu:\n- title: About\n  url: https://example.org/about\npartners:\n- name: Alpha\n  feed: " + partner.URL + "/feed\n- name: Beta\n  feed: " + partner.URL + "/gone\n",
		"letter.md":       "---\ntitle: Ours\nauthors: Ann\ndate: 2026-01-02\nkind: note\n---\n\n[The plan](plan.ics) and [a page](drawing.svg)\n",
		"plan.ics":        "a file of the folder",
		"drawing.svg":     "<svg xmlns='http://www.w3.org/2000/svg'/>",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644))
	}
	store := database(t)
	require.Equal(t, exitOK, run(t.Context(), []string{"db", "migrate", "--store", store}, strings.NewReader(""), io.Discard, io.Discard, nil))
	args := []string{folder, "--addr", "127.0.0.1:0", "--allow-private", "--pause", "-1s", "--log", "json"}
	files := startServing(t, &command{}, append(args, "--state", filepath.Join(t.TempDir(), "state"))...)
	shared := startServing(t, &command{}, append(args, "--store", store)...)
	for _, s := range []*served{files, shared} {
		s.soon(s.has("/p/rss.xml", "News"), "it is published")
		s.soon(s.has("/p/report.json", "404"), "both were visited")
		s.soon(s.has("/readyz", "1 failing"), "that is known")
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	ask := func(s *served, method, path string, header http.Header) *http.Response {
		req, err := http.NewRequestWithContext(t.Context(), method, s.base+path, nil)
		require.NoError(t, err)
		req.Header = header
		resp, err := client.Do(req)
		require.NoError(t, err)
		return resp
	}
	// What depends on when a partner was asked, and for how long.
	when := regexp.MustCompile(`"(lastAttempt|lastSuccess|due)": "[^"]*"|"seconds": [0-9.e-]+|\d+ \w+ 20\d\d,? \d\d:\d\d UTC|after \d+ (hour|minute)[a-z0-9 ]*`)
	browser := http.Header{"Accept": {"text/html,application/xhtml+xml,*/*;q=0.8"}}
	for _, c := range []struct {
		method, path string
		header       http.Header
		status       int
	}{
		{path: "/p/", status: 200},
		{path: "/p/", header: browser, status: 200},
		{path: "/p/", header: http.Header{"Accept": {"application/atom+xml"}}, status: 200},
		{path: "/p/", header: http.Header{"Accept": {"image/png"}}, status: 406},
		{path: "/", status: 200},
		{path: "/p", status: 404},
		{path: "/p/rss.xml", status: 200},
		{path: "/p/rss.xml", header: browser, status: 200},
		{method: "HEAD", path: "/p/atom.xml", status: 200},
		{path: "/atom.xml", status: 200},
		{path: "/p/feed.json", status: 200},
		{path: "/p/feed.json", header: http.Header{"Range": {"bytes=0-9"}}, status: 206},
		{path: "/p/feed.css", status: 200},
		{path: "/p/index.html", status: 200},
		{path: "/p/sitemap.xml", status: 200},
		{path: "/p/404.html", status: 200},
		{path: "/p/letter/", status: 200},
		{path: "/p/letter", status: 301},
		{path: "/p/letter?a=b", status: 301},
		{path: "/p/kind/note/", status: 200},
		{path: "/p/kind/note/rss.xml", header: browser, status: 200},
		{path: "/p/partners.html", status: 200},
		{path: "/p/partners.opml", status: 200},
		{path: "/p/report.json", status: 200},
		{path: "/partners", status: 200},
		{path: "/partners.html", status: 200},
		{path: "/p/plan.ics", status: 200},
		{path: "/p/drawing.svg", status: 200},
		{path: "/healthz", status: 200},
		{path: "/readyz", status: 200},
		{path: "/metrics", status: 200},
		{path: "/websub/x", status: 404},
		{path: "/p/nothing.xml", status: 404},
		{path: "/p/%00", status: 404},
		{method: "POST", path: "/p/rss.xml", status: 405},
		{method: "POST", path: "/p/report.json", status: 405},
		{method: "POST", path: "/healthz", status: 405},
		{method: "DELETE", path: "/p/plan.ics", status: 405},
	} {
		t.Run(strings.TrimSpace(c.method+" "+c.path+" "+c.header.Get("Accept")), func(t *testing.T) {
			read := func(s *served) (status int, header http.Header, body string) {
				resp := ask(s, cmp.Or(c.method, "GET"), c.path, c.header)
				defer resp.Body.Close()
				all, err := io.ReadAll(resp.Body)
				require.NoError(t, err)
				resp.Header.Del("Date")
				if c.path == "/metrics" {
					return resp.StatusCode, resp.Header, strings.Join(regexp.MustCompile(`(?m)^# TYPE newsletter_.*$`).FindAllString(string(all), -1), "\n")
				}
				body = when.ReplaceAllString(string(all), "then")
				if body != string(all) {
					resp.Header.Del("Content-Length")
				}
				return resp.StatusCode, resp.Header, body
			}
			status, header, body := read(files)
			assert.Equal(t, c.status, status)
			otherStatus, otherHeader, otherBody := read(shared)
			assert.Equal(t, status, otherStatus)
			assert.Equal(t, header, otherHeader)
			assert.Equal(t, body, otherBody)
			if tag := header.Get("ETag"); tag != "" && c.header == nil {
				for _, s := range []*served{files, shared} {
					resp := ask(s, "GET", c.path, http.Header{"If-None-Match": {tag}})
					resp.Body.Close()
					assert.Equal(t, http.StatusNotModified, resp.StatusCode)
				}
			}
		})
	}
	files.end()
	shared.end()
}
