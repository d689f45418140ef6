package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/cmd/newsletter/internal/preview"
)

// A previewing is preview under way.
type previewing struct {
	t              *testing.T
	dir, base      string // base is the address that it printed
	stdout, stderr lockedBuffer
	stop           context.CancelFunc
	ended          chan int
}

// startPreview runs preview of a folder that has the files.
func startPreview(t *testing.T, files map[string]string, args ...string) *previewing {
	p := &previewing{t: t, dir: t.TempDir(), ended: make(chan int, 1)}
	for name, text := range files {
		p.write(name, text)
	}
	ctx, stop := context.WithCancel(t.Context())
	p.stop = stop
	go func() {
		p.ended <- run(ctx, append([]string{"preview", p.dir, "--now", "2026-01-31"}, args...), strings.NewReader(""), &p.stdout, &p.stderr, nil)
	}()
	t.Cleanup(p.end)
	require.Eventually(t, func() bool { return strings.Contains(p.stdout.String(), "\n") }, 20*time.Second, 5*time.Millisecond, "it prints its address")
	p.base, _, _ = strings.Cut(p.stdout.String(), "\n")
	return p
}

// end stops it, which takes no longer for who looks on.
func (p *previewing) end() {
	p.stop()
	select {
	case code := <-p.ended:
		assert.Equal(p.t, exitOK, code, "%s", &p.stderr)
		p.ended <- code
	case <-time.After(10 * time.Second):
		p.t.Error("it does not stop")
	}
}

func (p *previewing) write(name, text string) {
	path := filepath.Join(p.dir, name)
	require.NoError(p.t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(p.t, os.WriteFile(path, []byte(text), 0o644))
}

// get asks for what an address relative to the printed one leads to.
func (p *previewing) get(path string) (int, http.Header, string) {
	address := p.base + path
	if strings.HasPrefix(path, "/") {
		scheme, rest, _ := strings.Cut(p.base, "://")
		host, _, _ := strings.Cut(rest, "/")
		address = scheme + "://" + host + path
	}
	resp, err := http.Get(address)
	require.NoError(p.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(p.t, err)
	return resp.StatusCode, resp.Header, string(body)
}

// shows waits until a page has a text, or hasn't.
func (p *previewing) shows(path, text string, want bool) {
	p.t.Helper()
	assert.Eventually(p.t, func() bool {
		_, _, body := p.get(path)
		return strings.Contains(body, text) == want
	}, 20*time.Second, 5*time.Millisecond, "%s: %q is there: %v expected\n%s", path, text, want, &p.stderr)
}

var previewFolder = map[string]string{
	"newsletter.yaml":     "title: Letters\nurl: https://example.org/n/\nlanguage: en\nauthor: A\n",
	"2024-01-02-one.md":   "# One\n\nHello ![p](p.png) and [two](2024-02-03-two.md).\n",
	"2024-02-03-two.md":   "# Two\n\nText.\n",
	"p.png":               "a picture",
	"2025-01-02-draft.md": "---\ntitle: A draft of mine\ndraft: true\n---\nText.\n",
	"2031-01-02-later.md": "# Much later\n\nText.\n",
	"sub/2024-03-04-x.md": "# Below\n\nText.\n",
}

func TestPreview(t *testing.T) {
	p := startPreview(t, previewFolder)
	assert.Regexp(t, `^http://127\.0\.0\.1:\d+/n/$`, p.base)
	for path, text := range map[string]string{
		"": "One", "/": "One", "one/": `src="../p.png"`, "one": "Hello", "one/index.html": "Hello", "p.png": "a picture",
		"rss.xml": "https://example.org/n/one/", "/rss.xml": "https://example.org/n/one/", "atom.xml": "<feed", "feed.json": "jsonfeed.org",
	} {
		code, header, body := p.get(path)
		assert.Equal(t, http.StatusOK, code, path)
		assert.Contains(t, body, text, path)
		assert.Equal(t, "no-store", header.Get("Cache-Control"), path)
	}
	code, _, body := p.get("nothing/")
	assert.Equal(t, http.StatusNotFound, code)
	assert.Contains(t, body, "newsletter-preview", "it is loaded again when there is such a page")

	// What is held back is shown, marked, and in no feed.
	for path, mark := range map[string]string{"draft/": "Not published: a draft", "later/": "Not published: dated 2031-01-02"} {
		_, _, body := p.get(path)
		assert.Contains(t, body, mark, path)
		_, _, body = p.get("")
		assert.Contains(t, body, mark)
	}
	for _, path := range []string{"rss.xml", "atom.xml", "feed.json"} {
		_, _, body := p.get(path)
		assert.NotContains(t, body, "draft", path)
		assert.NotContains(t, body, "later", path)
	}

	// A change is there, one in a new folder too.
	p.write("2024-02-03-two.md", "# Two\n\nOther words.\n")
	p.shows("two/", "Other words", true)
	p.write("new/folder/2024-05-06-fresh.md", "# Fresh\n\nText.\n")
	p.shows("fresh/", "Fresh", true)
	p.write("new/folder/2024-05-06-fresh.md", "# Fresher\n\nText.\n")
	p.shows("fresh/", "Fresher", true)
	require.NoError(t, os.RemoveAll(filepath.Join(p.dir, "new")))
	p.shows("", "Fresher", false)

	// A fault is said with its place, in every page and in the terminal.
	p.write("2024-02-03-two.md", "# Two\n\nSee ![q](q.png).\n")
	fault := `2024-02-03-two.md:3:5`
	for _, path := range []string{"", "one/", "two/", "nothing/"} {
		p.shows(path, fault, true)
	}
	assert.Contains(t, p.stderr.String(), fault+`: picture "q.png": there is no such file`)
	_, _, body = p.get("rss.xml")
	assert.NotContains(t, body, fault)
	p.write("2024-02-03-two.md", "# Two\n\nSee.\n")
	p.shows("two/", "newsletter-preview\" data", true)
	p.shows("two/", fault, false)
	require.Eventually(t, func() bool { return strings.HasSuffix(p.stderr.String(), "all is mended\n") }, 10*time.Second, 5*time.Millisecond)

	// One that keeps the whole from being read leaves what was there.
	p.write("newsletter.yaml", "title: [\n")
	p.shows("one/", "newsletter.yaml:", true)
	p.shows("one/", "Hello", true)
	p.write("newsletter.yaml", strings.ReplaceAll(previewFolder["newsletter.yaml"], "/n/", "/m/"))
	p.shows("/m/one/", "Hello", true)
	p.shows("/m/one/", "newsletter.yaml:", false)
}

// A draft that has a fault keeps nothing from being published, and is shown.
func TestPreviewOfAFaultInADraft(t *testing.T) {
	p := startPreview(t, previewFolder)
	p.write("2025-01-02-draft.md", "---\ntitle: A draft of mine\ndraft: true\n---\nHello ![q](q.png).\n")
	p.shows("draft/", "2025-01-02-draft.md:5:7", true)
	_, _, body := p.get("draft/")
	assert.Contains(t, body, "Hello")
	assert.NotContains(t, body, "can't be published")
}

// A folder that can't be published at first is shown when it is mended.
func TestPreviewBeginsWithFaults(t *testing.T) {
	p := startPreview(t, map[string]string{"newsletter.yaml": "title: Letters\n"})
	code, _, body := p.get("")
	assert.Equal(t, http.StatusServiceUnavailable, code)
	assert.Contains(t, body, "newsletter.yaml")
	for name, text := range previewFolder {
		p.write(name, text)
	}
	p.shows("/n/one/", "Hello", true)
}

// Pages of preview run its one script; a letter's own don't run, nor do they
// reach anything that published pages don't.
// What refuses nothing is said as build says it, and counted as what it is.
func TestPreviewWarns(t *testing.T) {
	p := startPreview(t, map[string]string{
		"newsletter.yaml":   previewFolder["newsletter.yaml"],
		"2024-01-02-one.md": "---\ntitle: One\nautor: A\n---\nText.\n",
		"ideas.md":          "Text.\n",
	})
	p.shows("", "<h2>2 warnings</h2>", true)
	p.shows("", "2024-01-02-one.md:3:1</code> warning: the key", true)
	assert.Contains(t, p.stderr.String(), "ideas.md: warning: this is taken for no letter")
	p.write("2024-01-03-two.md", "---\ntitle: Two\ndate: tomorrow\n---\nText.\n")
	p.shows("", "<h2>1 fault, 2 warnings: this can't be published as it is</h2>", true)
	p.write("2024-01-03-two.md", "# Two\n")
	p.write("2024-01-02-one.md", "# One\n")
	p.shows("", "<h2>1 warning</h2>", true)
}

func TestPreviewPolicy(t *testing.T) {
	files := map[string]string{"2024-02-03-two.md": "# Two\n\n<script src=p.js></script><script>alert(1)</script>\n"}
	for name, text := range previewFolder {
		if files[name] == "" {
			files[name] = text
		}
	}
	p := startPreview(t, files, "--rawHTML")
	for _, path := range []string{"two/", "", "nothing"} {
		_, header, body := p.get(path)
		policy := header.Get("Content-Security-Policy")
		assert.NotContains(t, body, "http-equiv", "the page's own policy would forbid the script")
		assert.Contains(t, policy, "default-src 'none'", path)
		assert.Regexp(t, `script-src 'sha256-[^' ]+';`, policy, path)
		assert.Regexp(t, `style-src [^;]*'(sha256-[^' ]+|unsafe-inline)'`, policy, path)
	}
	out := t.TempDir()
	var stdout, stderr strings.Builder
	require.Equal(t, exitOK, run(t.Context(), []string{"build", p.dir, "-o", out, "--now", "2026-01-31"}, strings.NewReader(""), &stdout, &stderr, nil), &stderr)
	built, err := os.ReadFile(filepath.Join(out, "one", "index.html"))
	require.NoError(t, err)
	assert.NotContains(t, string(built), "preview", "published pages know nothing of it")
}

// A site on the web whose name leads to this computer reads nothing.
func TestPreviewAnswersToItsOwnNames(t *testing.T) {
	p := startPreview(t, previewFolder)
	for host, want := range map[string]int{
		"evil.example": http.StatusForbidden, "evil.example:1313": http.StatusForbidden, "127.0.0.1.evil.example": http.StatusForbidden,
		"localhost:1313": http.StatusOK, "[::1]:1313": http.StatusOK, "127.0.0.1": http.StatusOK,
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.base, nil)
		require.NoError(t, err)
		r.Host = host
		resp, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		resp.Body.Close()
		assert.Equal(t, want, resp.StatusCode, host)
	}
	resp, err := http.Post(p.base, "text/plain", strings.NewReader(""))
	require.NoError(t, err)
	resp.Body.Close()
	assert.Equal(t, http.StatusMethodNotAllowed, resp.StatusCode)
}

// A page that is open hears of each change, and of the end at once.
func TestPreviewEvents(t *testing.T) {
	p := startPreview(t, previewFolder)
	scheme, rest, _ := strings.Cut(p.base, "://")
	host, _, _ := strings.Cut(rest, "/")
	resp, err := http.Get(scheme + "://" + host + preview.Events)
	require.NoError(t, err)
	defer resp.Body.Close()
	assert.Equal(t, "text/event-stream", resp.Header.Get("Content-Type"))
	versions := make(chan string, 100)
	go func() {
		defer close(versions)
		lines := bufio.NewScanner(resp.Body)
		for lines.Scan() {
			if version, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				versions <- version
			}
		}
	}()
	first := <-versions
	_, _, body := p.get("one/")
	assert.Contains(t, body, `data-version="`+first+`"`)
	p.write("2024-01-02-one.md", "# One\n\nOther.\n")
	select {
	case second := <-versions:
		assert.NotEqual(t, first, second)
		p.shows("one/", "Other", true)
	case <-time.After(20 * time.Second):
		t.Fatal("it does not hear of the change")
	}
	start := time.Now()
	p.end()
	assert.Less(t, time.Since(start), 5*time.Second, "nobody is waited for")
	for range versions {
	}
}

// Where the first port is taken, the next serves, unless somebody asked for it.
func TestPreviewPort(t *testing.T) {
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	next, err := listenForPreview(t.Context(), taken.Addr().String(), false)
	if err == nil { // there may be none up to the last port
		assert.NotEqual(t, taken.Addr().String(), next.Addr().String())
		next.Close()
	}
	_, err = listenForPreview(t.Context(), taken.Addr().String(), true)
	assert.Error(t, err)
}

// What partners sent is shown as aggregate would publish it, from what it
// remembers.
func TestPreviewOffline(t *testing.T) {
	var stdout, stderr strings.Builder
	feed := `<rss version="2.0"><channel><title>P</title><link>https://a.example/</link><item><guid>g</guid><title>Of a partner</title><pubDate>Fri, 30 Jan 2026 10:00:00 GMT</pubDate></item></channel></rss>`
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, feed) })}
	go server.Serve(listener)
	defer server.Close()
	partner := "http://" + listener.Addr().String() + "/rss"
	files := map[string]string{}
	for name, text := range previewFolder {
		files[name] = text
	}
	files["newsletter.yaml"] += "partners:\n- feed: " + partner + "\n"
	dir, state := t.TempDir(), t.TempDir()
	for name, text := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	code := run(t.Context(), []string{"aggregate", dir, "-o", t.TempDir(), "--state", state, "--allow-private", "--now", "2026-01-31"}, strings.NewReader(""), &stdout, &stderr, nil)
	require.Equal(t, exitOK, code, stderr.String())
	server.Close()

	p := startPreview(t, files, "--offline", "--state", state)
	for path, text := range map[string]string{"": "Of a partner", "rss.xml": "Of a partner", "partners.html": partner, "partners.opml": partner, "one/": "Hello", "draft/": "Not published"} {
		code, _, body := p.get(path)
		assert.Equal(t, http.StatusOK, code, path)
		assert.Contains(t, body, text, path)
	}
}
