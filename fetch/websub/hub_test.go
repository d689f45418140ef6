package websub_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/automationregion/newsletter/fetch/websub"
)

const (
	hubURL = "https://hub.example.org/"
	topic  = "https://partner.example.org/rss.xml"
)

var methods = map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}

// A hub does what the Recommendation asks of one, on a network of its own.
type hub struct {
	to    *websub.Subscriber
	lease time.Duration // given, whatever is asked; 0 gives what is asked
	deny  string
	fail  int // of the next requests are answered with 500

	mu       sync.Mutex
	requests []url.Values
	at       []time.Time
	codes    []int             // of verifications
	secrets  map[string]string // by callback
	last     string            // callback
	pushing  string            // content that is pushed last
}

// RoundTrip takes a request of the subscriber, and verifies its intent after a
// second (section 5.3).
func (h *hub) RoundTrip(r *http.Request) (*http.Response, error) {
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body))
	h.mu.Lock()
	defer h.mu.Unlock()
	h.requests, h.at = append(h.requests, form), append(h.at, time.Now())
	w := httptest.NewRecorder()
	switch {
	case r.URL.String() != hubURL || r.Method != http.MethodPost:
		w.WriteHeader(http.StatusNotFound)
	case h.fail > 0:
		h.fail--
		http.Error(w, "out of order", http.StatusInternalServerError)
	default:
		w.WriteHeader(http.StatusAccepted)
		if form.Get("hub.mode") != "publish" {
			time.AfterFunc(time.Second, func() { h.verify(form) })
		}
	}
	return w.Result(), nil
}

func (h *hub) verify(form url.Values) {
	callback, mode := form.Get("hub.callback"), form.Get("hub.mode")
	h.mu.Lock()
	deny, challenge := h.deny, "challenge-"+strconv.Itoa(len(h.codes))
	h.mu.Unlock()
	if deny != "" {
		h.get(callback, url.Values{"hub.mode": {"denied"}, "hub.topic": {form.Get("hub.topic")}, "hub.reason": {deny}})
		return
	}
	lease := form.Get("hub.lease_seconds")
	if h.lease > 0 {
		lease = strconv.Itoa(int(h.lease / time.Second))
	}
	w := h.get(callback, url.Values{"hub.mode": {mode}, "hub.topic": {form.Get("hub.topic")}, "hub.challenge": {challenge}, "hub.lease_seconds": {lease}})
	h.mu.Lock()
	defer h.mu.Unlock()
	if w.Code/100 == 2 && w.Body.String() == challenge {
		if h.secrets == nil {
			h.secrets = map[string]string{}
		}
		h.last = callback
		h.secrets[callback] = form.Get("hub.secret")
		if mode == "unsubscribe" {
			delete(h.secrets, callback)
		}
	}
	h.codes = append(h.codes, w.Code)
}

func (h *hub) get(callback string, q url.Values) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.to.ServeHTTP(w, httptest.NewRequest(http.MethodGet, callback+"?"+q.Encode(), nil))
	return w
}

// push distributes content (section 7) with one signature for each method.
func (h *hub) push(content string, signedWith ...string) int {
	h.mu.Lock()
	callback, secret := h.last, h.secrets[h.last]
	h.pushing = content
	h.mu.Unlock()
	header := http.Header{}
	for _, m := range signedWith {
		header.Add("X-Hub-Signature", m+"="+sign(m, secret, content))
	}
	return h.post(callback, header, strings.NewReader(content))
}

func (h *hub) post(callback string, header http.Header, body io.Reader) int {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, callback, body)
	r.Header = header
	r.Header.Set("Content-Type", "application/rss+xml")
	h.to.ServeHTTP(w, r)
	return w.Code
}

func sign(method, secret, content string) string {
	mac := hmac.New(methods[method], []byte(secret))
	io.Copy(mac, bytes.NewReader([]byte(content)))
	return hex.EncodeToString(mac.Sum(nil))
}
