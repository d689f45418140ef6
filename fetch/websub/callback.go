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
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

const longestChallenge = 4 << 10

// ServeHTTP is described at [Follower.ServeHTTP].
func (s *subscriber) ServeHTTP(w http.ResponseWriter, r *http.Request) {
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

func (s *subscriber) verify(w http.ResponseWriter, r *http.Request, id string) {
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
		sub.Error = "the hub denied it" // its reason may repeat the secret
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

func (s *subscriber) push(w http.ResponseWriter, r *http.Request, id string) {
	// What is not read is not waited for either.
	w.Header().Set("Connection", "close")
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
	sign := signatureOf(r.Header.Values("X-Hub-Signature"), method)
	if sign == nil {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	leave, ok := seat(r, sub.at)
	if !ok {
		w.Header().Set("Retry-After", "60")
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	defer leave()
	// Not every server has deadlines; the one that has none has its own.
	http.NewResponseController(w).SetReadDeadline(time.Now().Add(pushTime))
	mac, sum := hmac.New(methods[sign.rank].new, []byte(secret)), sha256.New()
	_, err := io.Copy(io.MultiWriter(mac, sum), http.MaxBytesReader(w, r.Body, pushedBytes))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	} else if errors.Is(err, os.ErrDeadlineExceeded) {
		http.Error(w, "the body comes too slowly", http.StatusRequestTimeout)
		return
	} else if err != nil {
		http.Error(w, "the body ended early", http.StatusBadRequest)
		return
	}
	w.Header().Del("Connection")
	if !hmac.Equal(mac.Sum(nil), sign.sum) {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	digest := base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:15])

	s.mu.Lock()
	again := slices.Contains(sub.Digests, digest)
	s.mu.Unlock()
	if !again && s.OnPush != nil {
		if err := s.OnPush(topic); err != nil {
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
	if sign.rank > rank(sub.Method) {
		sub.Method = methods[sign.rank].name
	}
	if err := s.save(sub); err != nil {
		http.Error(w, "this can't be remembered right now", http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// seat waits for the one seat that a hub has, for a while and in a short line. A
// hub whose bodies come slowly keeps nobody but itself waiting.
func seat(r *http.Request, at *hub) (leave func(), ok bool) {
	select {
	case at.line <- struct{}{}:
	default:
		return nil, false
	}
	timer := time.NewTimer(pushTime)
	defer timer.Stop()
	select {
	case at.seat <- struct{}{}:
	case <-timer.C:
		<-at.line
		return nil, false
	case <-r.Context().Done():
		<-at.line
		return nil, false
	}
	return func() { <-at.seat; <-at.line }, true
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

// A signature is what a push says of itself.
type signature struct {
	rank int // of its method
	sum  []byte
}

// signatureOf returns the signature that counts, the best of those that came; nil if
// none could be right, whatever the body. One of sha1 doesn't count from a hub that
// knows better.
func signatureOf(values []string, known string) *signature {
	best, given := -1, ""
	for _, v := range values {
		name, sum, _ := strings.Cut(strings.TrimSpace(v), "=")
		if i := rank(strings.ToLower(name)); i > best {
			best, given = i, sum
		}
	}
	if best < 0 || best == 0 && rank(known) > 0 {
		return nil
	}
	sum, err := hex.DecodeString(given)
	if err != nil || len(sum) != methods[best].new().Size() {
		return nil
	}
	return &signature{best, sum}
}
