package websub

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

const longestChallenge = 4 << 10

// ServeHTTP answers hubs: verifications of intent (section 5.3), denials (5.2) and
// pushes (7). The last segment of a request's path says which subscription it is
// for.
func (s *Subscriber) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.init()
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	id := path.Base(r.URL.Path)
	switch r.Method {
	case http.MethodGet:
		s.verify(w, r, id)
	case http.MethodPost:
		s.push(w, r, id)
	default:
		h.Set("Allow", "GET, POST")
		http.Error(w, "a hub asks with GET or POST", http.StatusMethodNotAllowed)
	}
}

func (s *Subscriber) verify(w http.ResponseWriter, r *http.Request, id string) {
	q := r.URL.Query()
	mode, challenge := q.Get("hub.mode"), q.Get("hub.challenge")
	s.mu.Lock()
	defer s.mu.Unlock()
	sub, now := s.subs[id], s.now()
	if sub == nil || sub.Over || q.Get("hub.topic") != sub.Topic {
		http.NotFound(w, r)
		return
	}
	before := *sub
	switch {
	case mode == "denied":
		// A hub may also end what it had confirmed.
		sub.Pending, sub.Expires, sub.Due = "", time.Time{}, now.Add(longestRetry)
		sub.Error = "the hub denied it: " + strconv.Quote(cut(q.Get("hub.reason")))
		sub.Over = sub.Leaving
		challenge = ""
	case mode == "" || mode != sub.Pending || challenge == "" || len(challenge) > longestChallenge || now.Sub(sub.Asked) > verifyWithin:
		http.NotFound(w, r)
		return
	case mode == "unsubscribe":
		sub.Pending, sub.Over, sub.Expires = "", true, time.Time{}
	default:
		seconds, err := strconv.ParseInt(q.Get("hub.lease_seconds"), 10, 64)
		if err != nil || seconds <= 0 {
			http.NotFound(w, r) // a hub has to say it
			return
		}
		lease := time.Duration(min(seconds, int64(longestLease/time.Second))) * time.Second
		sub.Pending, sub.Failures, sub.Error = "", 0, ""
		sub.Expires = now.Add(lease)
		sub.Due = now.Add(max(lease*3/4, firstRetry)) // whatever the hub says, not more often
	}
	if err := s.save(sub); err != nil {
		*sub = before
		http.Error(w, "this can't be remembered right now", http.StatusInternalServerError)
		return
	}
	s.nudge()
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	io.WriteString(w, challenge)
}

func (s *Subscriber) push(w http.ResponseWriter, r *http.Request, id string) {
	s.mu.Lock()
	sub, now := s.subs[id], s.now()
	known := sub != nil
	wanted := known && !sub.Leaving && !sub.Over && sub.Expires.After(now)
	var secret, topic, method string
	if wanted {
		secret, topic, method = sub.Secret, sub.Topic, sub.Method
	}
	s.mu.Unlock()
	switch {
	case !known:
		http.NotFound(w, r)
		return
	case !wanted:
		http.Error(w, "not subscribed", http.StatusGone)
		return
	}
	select {
	case s.seats <- struct{}{}:
		defer func() { <-s.seats }()
	default:
		w.Header().Set("Retry-After", "60")
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	limit := s.MaxBody
	if limit <= 0 {
		limit = defaultBody
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	} else if err != nil {
		http.Error(w, "the body ended early", http.StatusBadRequest)
		return
	}
	used, genuine := signed(r.Header.Values("X-Hub-Signature"), secret, body, method)
	if !genuine {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	sum := sha256.Sum256(body)
	digest := base64.RawURLEncoding.EncodeToString(sum[:15])

	s.mu.Lock()
	again := slices.Contains(sub.Digests, digest)
	s.mu.Unlock()
	if !again && s.OnPush != nil {
		if err := s.OnPush(r.Context(), Push{Topic: topic, ContentType: r.Header.Get("Content-Type"), Body: body}); err != nil {
			http.Error(w, "this can't be taken right now", http.StatusInternalServerError)
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !again {
		sub.Pushed = now
		sub.Digests = append(sub.Digests[max(0, len(sub.Digests)-keptDigests+1):], digest)
	}
	if rank(used) > rank(sub.Method) {
		sub.Method = used
	}
	if err := s.save(sub); err != nil {
		http.Error(w, "this can't be remembered right now", http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// methods are those of section 8, the weakest first.
var methods = []struct {
	name string
	new  func() hash.Hash
}{{"sha1", sha1.New}, {"sha256", sha256.New}, {"sha384", sha512.New384}, {"sha512", sha512.New}}

// rank is the place of a method among methods, -1 if it is none.
func rank(name string) int {
	for i, m := range methods {
		if m.name == name {
			return i
		}
	}
	return -1
}

// signed says whether a body has a signature that counts, and of which method: the
// best of those that came must be right. One of sha1 doesn't count from a hub that
// knows better.
func signed(values []string, secret string, body []byte, known string) (string, bool) {
	best, given := -1, ""
	for _, v := range values {
		name, sum, _ := strings.Cut(strings.TrimSpace(v), "=")
		if i := rank(strings.ToLower(name)); i > best {
			best, given = i, sum
		}
	}
	if best < 0 || best == 0 && rank(known) > 0 {
		return "", false
	}
	want, err := hex.DecodeString(given)
	if err != nil {
		return "", false
	}
	mac := hmac.New(methods[best].new, []byte(secret))
	mac.Write(body)
	return methods[best].name, hmac.Equal(mac.Sum(nil), want)
}

// cut keeps what a stranger says short.
func cut(s string) string { return s[:min(len(s), excerpt)] }
