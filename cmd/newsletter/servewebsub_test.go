package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A testHub does what the Recommendation asks of a hub: it verifies intent (section
// 5.3) and distributes with a signature (7.1, 8).
type testHub struct {
	client *http.Client // reaches callbacks

	mu       sync.Mutex
	deny     string // why it denies what it is asked
	asked    []url.Values
	secrets  map[string]string // by callback
	callback string            // last that was confirmed
}

func (h *testHub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.ParseForm() != nil || r.Method != http.MethodPost {
		http.Error(w, "a form is expected", http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	h.asked = append(h.asked, r.PostForm)
	h.mu.Unlock()
	w.WriteHeader(http.StatusAccepted)
	go h.verify(r.PostForm)
}

func (h *testHub) verify(form url.Values) {
	q := url.Values{"hub.mode": {form.Get("hub.mode")}, "hub.topic": {form.Get("hub.topic")}, "hub.challenge": {"challenge"}, "hub.lease_seconds": {form.Get("hub.lease_seconds")}}
	h.mu.Lock()
	deny := h.deny
	h.mu.Unlock()
	if deny != "" {
		q = url.Values{"hub.mode": {"denied"}, "hub.topic": {form.Get("hub.topic")}, "hub.reason": {deny}}
	}
	callback := form.Get("hub.callback")
	resp, err := h.client.Get(callback + "?" + q.Encode())
	if err != nil {
		return
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	if resp.StatusCode/100 != 2 || string(body) != "challenge" {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.secrets == nil {
		h.secrets = map[string]string{}
	}
	if form.Get("hub.mode") == "unsubscribe" {
		delete(h.secrets, callback)
		return
	}
	h.callback, h.secrets[callback] = callback, form.Get("hub.secret")
}

// requests returns the modes of what the hub was asked.
func (h *testHub) requests() (modes []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, form := range h.asked {
		modes = append(modes, form.Get("hub.mode"))
	}
	return modes
}

func (h *testHub) subscribers() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.secrets)
}

// push distributes, with a secret that is not the subscription's if it is forged.
func (h *testHub) push(content string, forged bool) (int, error) {
	h.mu.Lock()
	callback, secret := h.callback, h.secrets[h.callback]
	h.mu.Unlock()
	if forged {
		secret = "guessed"
	}
	mac := hmac.New(sha256.New, []byte(secret))
	io.WriteString(mac, content)
	req, err := http.NewRequest(http.MethodPost, callback, strings.NewReader(content))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/rss+xml")
	req.Header.Set("X-Hub-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	resp, err := h.client.Do(req)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, resp.Body.Close()
}

// A pushedFeed is a partner's, whose answers are fresh for an hour, so that nobody
// asks unless told to.
type pushedFeed struct {
	hub   atomic.Pointer[string]
	items atomic.Pointer[[]string]
	asked atomic.Int64
}

func (p *pushedFeed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.asked.Add(1)
	w.Header().Set("Cache-Control", "max-age=3600")
	fmt.Fprintf(w, `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>The harbour</title><link>https://harbour.example/</link>
<atom:link rel="self" href="http://%s/feed"/><atom:link rel="hub" href="%s"/>`, r.Host, *p.hub.Load())
	for _, name := range *p.items.Load() {
		fmt.Fprintf(w, `<item><guid>%s</guid><title>%[1]s</title><pubDate>%s</pubDate></item>`, name, time.Now().Add(-time.Hour).UTC().Format(time.RFC1123Z))
	}
	io.WriteString(w, `</channel></rss>`)
}

// A served is a command that serves.
type served struct {
	*testing.T
	base           string
	stdout, stderr lockedBuffer
	stop           context.CancelFunc
	ended          chan int
}

func startServing(t *testing.T, c *command, args ...string) *served {
	s := &served{T: t, ended: make(chan int, 1)}
	ctx, stop := context.WithCancel(t.Context())
	s.stop = stop
	c.stdin, c.stdout, c.stderr = strings.NewReader(""), &s.stdout, &s.stderr
	go func() { s.ended <- c.run(ctx, append([]string{"serve"}, args...)) }()
	require.Eventually(t, func() bool {
		_, address, ok := strings.Cut(s.stdout.String(), "listening on ")
		s.base = strings.TrimSpace(address)
		return ok && strings.HasSuffix(address, "\n")
	}, 10*time.Second, 10*time.Millisecond, "it says where it listens")
	return s
}

func (s *served) has(path, text string) func() bool {
	return func() bool {
		resp, err := http.Get(s.base + path)
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		return err == nil && resp.StatusCode == http.StatusOK && strings.Contains(string(body), text)
	}
}

func (s *served) soon(is func() bool, what string) {
	s.Helper()
	require.Eventually(s, is, 10*time.Second, 20*time.Millisecond, "%s\n%s", what, &s.stderr)
}

func (s *served) end() {
	s.stop()
	select {
	case code := <-s.ended:
		assert.Equal(s, exitOK, code, &s.stderr)
	case <-time.After(15 * time.Second):
		s.Fatal("it does not stop")
	}
}

func TestServeHearsOfPartnersFromHubs(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state")
	hearsFromHubs(t, "--state", state)
	assertForOwner(t, filepath.Join(state, "websub.json"))
}

// Of several processes one asks hubs, and hubs reach any.
func TestServeSharedHearsOfPartnersFromHubs(t *testing.T) {
	store := database(t)
	require.Equal(t, exitOK, run(t.Context(), []string{"db", "migrate", "--store", store}, strings.NewReader(""), io.Discard, io.Discard, nil))
	hearsFromHubs(t, "--store", store)
}

func hearsFromHubs(t *testing.T, memory ...string) {
	var to atomic.Pointer[url.URL] // the process that serves
	door := httptest.NewTLSServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to.Load()) }})
	defer door.Close()
	hub := &testHub{client: door.Client()}
	hubServer := httptest.NewTLSServer(hub)
	defer hubServer.Close()
	feed := &pushedFeed{}
	feed.hub.Store(&hubServer.URL)
	feed.items.Store(&[]string{"first"})
	partner := httptest.NewServer(feed)
	defer partner.Close()

	opml := filepath.Join(t.TempDir(), "partners.opml")
	list := func(outline string) {
		require.NoError(t, os.WriteFile(opml, []byte(`<opml version="2.0"><head/><body>`+outline+`</body></opml>`), 0o644))
	}
	list(`<outline type="rss" text="Harbour" xmlUrl="` + partner.URL + `/feed"/>`)
	roots := x509.NewCertPool()
	roots.AddCert(hubServer.Certificate())
	start := func() *served {
		s := startServing(t, &command{hubRoots: roots}, append(memory, opml, "--addr", "127.0.0.1:0", "--allow-private", "--pause", "-1s", "--floor", "1s",
			"--title", "Partners", "--url", "https://example.org/p/", "--log", "json", "--public-url", door.URL+"/p")...)
		u, err := url.Parse(s.base)
		require.NoError(t, err)
		to.Store(u)
		return s
	}
	push := func(name string, forged bool) {
		items := append([]string{name}, *feed.items.Load()...)
		feed.items.Store(&items)
		code, err := hub.push("of "+name, forged)
		require.NoError(t, err)
		assert.Equal(t, 2, code/100)
	}

	if memory[0] == "--store" {
		first := start()
		first.soon(first.has("/metrics", "newsletter_websub_active 1"), "it subscribes")
		defer first.end()
	}
	s := start()
	s.soon(s.has("/rss.xml", "first"), "it is read")
	s.soon(s.has("/metrics", "newsletter_websub_active 1"), "it is subscribed to")
	time.Sleep(time.Second) // the floor
	push("second", false)
	s.soon(s.has("/rss.xml", "second"), "what is pushed is there")
	assert.True(t, s.has("/metrics", "newsletter_websub_pushes_total 1")())
	s.soon(s.has("/partners", "pushed by "+strings.TrimPrefix(hubServer.URL, "https://")), "the page of partners says so")

	time.Sleep(time.Second)
	asked := feed.asked.Load()
	push("third", true)
	time.Sleep(2 * time.Second)
	assert.Equal(t, asked, feed.asked.Load(), "a forged push leads to nothing")
	assert.True(t, s.has("/metrics", "newsletter_websub_pushes_total 1")())
	s.end()
	log := s.stderr.String()
	assert.Contains(t, log, `"msg":"a hub says that a feed changed"`)
	for _, secret := range []string{hub.secrets[hub.callback], hub.callback[strings.LastIndex(hub.callback, "/")+1:]} {
		assert.NotContains(t, log, secret)
	}

	// The next process goes on with the subscription.
	s = start()
	s.soon(s.has("/metrics", "newsletter_websub_active 1"), "that is remembered")
	time.Sleep(3 * time.Second)
	assert.Equal(t, []string{"subscribe"}, hub.requests())
	push("fourth", false)
	s.soon(s.has("/rss.xml", "fourth"), "what is pushed is there")

	// Who leaves the list is left.
	list(`<outline type="rss" text="Another" xmlUrl="http://127.0.0.1:1/feed"/>`)
	require.Eventually(t, func() bool { return hub.subscribers() == 0 }, 15*time.Second, 20*time.Millisecond, "%s", &s.stderr)
	assert.Equal(t, []string{"subscribe", "unsubscribe"}, hub.requests())
	s.end()
}

// assertForOwner asserts that nobody else may read a file, which holds secrets.
func assertForOwner(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	if runtime.GOOS != "windows" { // where a mode says nothing of that
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
}

func TestServeStoreIsAnAddress(t *testing.T) {
	var stdout, stderr bytes.Buffer
	assert.Equal(t, exitFailed, run(t.Context(), []string{"serve", "partners.opml", "--store="}, strings.NewReader(""), &stdout, &stderr, nil))
	assert.Contains(t, stderr.String(), "--store is empty")
}

func TestServePublicURL(t *testing.T) {
	for _, c := range []struct{ url, want string }{
		{"http://example.org", "not an https URL"},
		{"example.org", "not an https URL"},
		{"https://example.org/?a", "expected an address such as"},
		{"https://user:secret@example.org/", "expected an address such as"},
		{"https://example.org/{a}", "expected an address such as"},
		{"https://example.org/a/../b", "expected an address such as"},
	} {
		t.Run(c.url, func(t *testing.T) {
			args := []string{"serve", "partners.opml", "--public-url", c.url}
			var stdout, stderr bytes.Buffer
			assert.Equal(t, exitFailed, run(t.Context(), args, strings.NewReader(""), &stdout, &stderr, nil))
			assert.Contains(t, stderr.String(), c.want)
			assert.Contains(t, stderr.String(), "--public-url")
		})
	}
}
