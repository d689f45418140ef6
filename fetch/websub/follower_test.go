package websub

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
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

// A testHub does what the Recommendation asks of a hub: it verifies intent (section
// 5.3) and distributes with a signature (7.1, 8).
type testHub struct {
	client *http.Client // reaches callbacks

	mu       sync.Mutex
	deny     string            // why it denies what it is asked
	secrets  map[string]string // by callback
	callback string            // last that was confirmed
}

func (h *testHub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.ParseForm() != nil || r.Method != http.MethodPost {
		http.Error(w, "a form is expected", http.StatusBadRequest)
		return
	}
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

// assertForOwner asserts that nobody else may read a file, which holds secrets.
func assertForOwner(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	if runtime.GOOS != "windows" { // where a mode says nothing of that
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
}

func TestPublicURL(t *testing.T) {
	for address, want := range map[string][]string{
		"https://example.org": {"/websub/"}, "https://example.org/": {"/websub/"},
		"https://example.org/p": {"/websub/", "/p/websub/"}, "https://example.org/p/": {"/websub/", "/p/websub/"},
	} {
		paths, err := Paths(address)
		require.NoError(t, err)
		assert.Equal(t, want, paths)
	}
}

// A hubNet is hubs in a test's time, whose callbacks reach a subscriber without a
// network.
type hubNet struct {
	to   http.Handler
	hubs map[string]*testHub // by URL
}

func (n *hubNet) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	if hub := n.hubs[r.URL.String()]; hub != nil {
		hub.ServeHTTP(w, r)
	} else if strings.HasPrefix(r.URL.Path, Below) {
		n.to.ServeHTTP(w, r)
	} else {
		http.Error(w, "no such hub", http.StatusNotFound)
	}
	return w.Result(), nil
}

func TestHubsOfPartnersAreFollowed(t *testing.T) {
	const one, two = "https://one.example/", "https://two.example/"
	type step struct {
		partners []Feed
		active   map[string]string // by partner, the hub that pushes it
		deny     string            // what hub one says
		says     string            // in the log
	}
	a := Feed{Key: "a", Name: "A", URL: "https://a.example/feed", Topic: "https://a.example/feed", Hubs: []string{one}}
	both := a
	both.Hubs = []string{one, two}
	other := a
	other.Hubs = []string{two}
	none := a
	none.Topic, none.Hubs = "", nil
	unreadable := none
	unreadable.Unknown = true
	thief := Feed{Key: "b", Name: "B", URL: "https://b.example/feed", Topic: a.Topic, Hubs: []string{two}}
	for _, c := range []struct {
		name  string
		steps []step
	}{
		{"followed, and left when the feed names it no more", []step{
			{partners: []Feed{a}, active: map[string]string{"a": one}, says: "a hub pushes a feed"},
			{partners: []Feed{none}, says: leftIt},
			{partners: []Feed{a}, active: map[string]string{"a": one}},
			{},
		}},
		{"a state that can't be read is no word of the feed", []step{
			{partners: []Feed{a}, active: map[string]string{"a": one}},
			{partners: []Feed{unreadable}, active: map[string]string{"a": one}},
		}},
		{"another hub", []step{
			{partners: []Feed{a}, active: map[string]string{"a": one}},
			{partners: []Feed{other}, active: map[string]string{"a": two}},
		}},
		{"the first of two", []step{{partners: []Feed{both}, active: map[string]string{"a": one}}}},
		{"the first that doesn't deny", []step{
			{partners: []Feed{both}, deny: "not for you", active: map[string]string{"a": two}, says: "a hub pushes a feed"}}},
		{"denied", []step{{partners: []Feed{a}, deny: "not\nfor you", says: `reason="the hub denied it"`}}},
		{"no such hub", []step{{partners: []Feed{{Key: "a", Topic: a.Topic, Hubs: []string{"https://gone.example/"}}}, says: "status 404"}}},
		{"a topic belongs to its own feed", []step{
			{partners: []Feed{thief}, active: map[string]string{"b": two}},
			{partners: []Feed{thief, a}, active: map[string]string{"a": one}},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log lockedBuffer
				logger := slog.New(slog.NewTextHandler(&log, nil))
				path := filepath.Join(t.TempDir(), "websub.json")
				file, err := openFile(path, "https://example.org", logger)
				require.NoError(t, err)
				assert.Empty(t, file.subs)
				net := &hubNet{}
				client := &http.Client{Transport: net}
				net.hubs = map[string]*testHub{one: {client: client}, two: {client: client}}
				var mu sync.Mutex
				var reports []Feed
				var pushed []string
				h := &Follower{
					PublicURL: "https://example.org", Memory: file, Client: client, Logger: logger,
					Feeds: func() ([]Feed, bool) {
						mu.Lock()
						defer mu.Unlock()
						return slices.Clone(reports), true
					},
					Pushed: func(key string) bool { pushed = append(pushed, key); return true },
				}
				net.to = h
				ctx, stop := context.WithCancel(t.Context())
				ended := make(chan struct{})
				go func() { assert.NoError(t, h.Run(ctx)); close(ended) }()
				for i, step := range c.steps {
					net.hubs[one].mu.Lock()
					net.hubs[one].deny = step.deny
					net.hubs[one].mu.Unlock()
					mu.Lock()
					reports = step.partners
					mu.Unlock()
					time.Sleep(30 * time.Second)
					synctest.Wait()
					active := map[string]string{}
					for _, key := range []string{"a", "b"} {
						if !h.Since(key).IsZero() {
							h.mu.Lock()
							active[key] = h.topics[h.of[key]].hub
							h.mu.Unlock()
						}
					}
					want := step.active
					if want == nil {
						want = map[string]string{}
					}
					assert.Equal(t, want, active, "step %d\n%s", i, &log)
					subscribers := net.hubs[one].subscribers() + net.hubs[two].subscribers()
					assert.Equal(t, len(want), subscribers, "step %d: hubs that are left are told\n%s", i, &log)
					assert.Contains(t, log.String(), step.says, "step %d", i)
					assert.NotContains(t, log.String(), "for you", "hubs' own words are not logged")
					for key, hub := range want {
						pushed = nil
						code, err := net.hubs[hub].push(fmt.Sprint(i), false)
						require.NoError(t, err)
						assert.Equal(t, http.StatusNoContent, code)
						assert.Equal(t, []string{key}, pushed)
					}
				}
				stop()
				<-ended
				require.NoError(t, file.Close())
				file, err = openFile(path, "https://example.org", logger)
				require.NoError(t, err)
				assert.Len(t, file.subs, len(h.subscriber.Subscriptions()))
			})
		})
	}
}

func TestWordsOfHubs(t *testing.T) {
	now := time.Now()
	for _, c := range []struct {
		name       string
		sub        Subscription
		says, logs string
	}{
		{"active", Subscription{Expires: now.Add(time.Hour)}, "pushed by hub.example until", ""},
		{"asked", Subscription{Failures: 1, Pending: "subscribe"}, "not pushed by hub.example yet", ""},
		{"refused", Subscription{Failures: 1, Pending: "subscribe", Error: "the hub refused: status 400"},
			"not pushed by hub.example, which refused or did not answer", "the hub refused: status 400"},
		{"silent", Subscription{Failures: 3, Pending: "subscribe"}, "it may not reach the public URL", "it may not reach the public URL"},
		{"over", Subscription{Expires: now.Add(-time.Hour)}, "the lease ended", "the lease ended"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := &Follower{PublicURL: "https://example.org"}
			h.init()
			c.sub.ID, c.sub.Secret, c.sub.Topic, c.sub.Hub = "id1", "s3cret", "https://a.example/feed", "https://hub.example/"
			h.subscriber.Restore(c.sub)
			h.of = map[string]string{"a": c.sub.Topic}
			says := h.Says()
			assert.Len(t, says, 1)
			assert.Contains(t, says["a"], c.says)
			assert.Contains(t, trouble(&c.sub, now), c.logs)
		})
	}
}

// A push that comes before it is known whose it is comes again.
func TestPushBeforeThePartnersAreKnown(t *testing.T) {
	var pushed []string
	h := &Follower{PublicURL: "https://example.org", Pushed: func(key string) bool { pushed = append(pushed, key); return true }}
	h.init()
	const pushes = "https://a.example/feed"
	assert.ErrorIs(t, h.onPush(pushes), errNotYet)
	h.topics = map[string]*topic{pushes: {keys: []string{"a"}}}
	assert.NoError(t, h.onPush(pushes))
	assert.Equal(t, []string{"a"}, pushed)
}

func TestSubscriptionFile(t *testing.T) {
	const whole = `{"publicURL": "https://example.org", "subscriptions": [{"id": "i", "secret": "s", "topic": "t", "hub": "h"}]}`
	for _, c := range []struct {
		name, text string
		list       int
		says       string
	}{
		{"whole", whole, 1, ""},
		{"cut off", whole[:50], 0, "begun anew"},
		{"empty", "", 0, "begun anew"},
		{"without a secret", strings.Replace(whole, `"secret": "s", `, "", 1), 0, "lacks its id"},
		{"of a version that kept hubs' words", strings.Replace(whole, `"secret"`, `"error": "s", "secret"`, 1), 1, ""},
		{"of another address", strings.Replace(whole, "example.org", "example.com", 1), 0, "to another address"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "websub.json")
			require.NoError(t, os.WriteFile(path, []byte(c.text), 0o644))
			var log lockedBuffer
			file, err := openFile(path, "https://example.org", slog.New(slog.NewTextHandler(&log, nil)))
			require.NoError(t, err)
			assert.Len(t, file.subs, c.list)
			assert.Contains(t, log.String(), c.says)
			if c.says == "" {
				assert.Empty(t, log.String())
			}
			kept, err := os.ReadFile(path + ".damaged")
			if strings.Contains(log.String(), "damaged") {
				require.NoError(t, err)
				assert.Equal(t, c.text, string(kept))
			} else {
				assert.ErrorIs(t, err, os.ErrNotExist)
			}
			file.dirty = true
			require.NoError(t, file.flush())
			assertForOwner(t, path)
		})
	}
}
