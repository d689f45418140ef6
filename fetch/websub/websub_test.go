package websub_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/fetch"
	"github.com/automationregion/newsletter/fetch/websub"
)

// subscribed runs a test with a subscription that the hub confirmed.
func subscribed(t *testing.T, h *hub, test func(s *websub.Subscriber, pushes *[]string)) {
	synctest.Test(t, func(t *testing.T) {
		var pushes []string
		s := &websub.Subscriber{
			PublicURL: "https://us.example.org/websub/", Client: &http.Client{Transport: h},
			OnPush: func(string) error { pushes = append(pushes, h.pushing); return nil },
		}
		h.to = s
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- s.Run(ctx) }()
		require.NoError(t, s.Follow(topic, hubURL))
		sleep(2 * time.Second)
		test(s, &pushes)
		stop()
		require.NoError(t, <-done)
	})
}

func TestALeaseIsRenewedBeforeItsEnd(t *testing.T) {
	h := &hub{lease: 24 * time.Hour}
	subscribed(t, h, func(s *websub.Subscriber, _ *[]string) {
		for range 30 * 24 {
			require.True(t, s.Active(topic), "at every hour of a month")
			sleep(time.Hour)
		}
		assert.InDelta(t, 41, len(h.requests), 1, "every 18 hours")
		first := h.requests[0]
		assert.Equal(t, "subscribe", first.Get("hub.mode"))
		assert.Equal(t, "864000", first.Get("hub.lease_seconds"))
		assert.GreaterOrEqual(t, len(first.Get("hub.secret")), 32)
		assert.Less(t, len(first.Get("hub.secret")), 200, "section 5.1")
		assert.Equal(t, first, h.requests[len(h.requests)-1], "the same callback and secret")
	})
}

func TestAHubThatWantsToBeAskedEverySecondIsAskedEveryMinute(t *testing.T) {
	h := &hub{lease: time.Second}
	subscribed(t, h, func(*websub.Subscriber, *[]string) {
		sleep(time.Hour)
		assert.LessOrEqual(t, len(h.requests), 61)
	})
}

func TestAHubThatFailsIsAskedMoreAndMoreSeldom(t *testing.T) {
	h := &hub{fail: 5}
	subscribed(t, h, func(s *websub.Subscriber, _ *[]string) {
		assert.False(t, s.Active(topic))
		assert.Equal(t, "the hub refused: status 500", s.Subscriptions()[0].Error, "and not what it says")
		sleep(time.Hour)
		assert.True(t, s.Active(topic))
		var waits []time.Duration
		for i := range len(h.at) - 1 {
			waits = append(waits, h.at[i+1].Sub(h.at[i]))
		}
		assert.Equal(t, []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 16 * time.Minute}, waits)
	})
}

func TestADeniedSubscriptionIsTriedAgainAfterADay(t *testing.T) {
	h := &hub{deny: "only for members"}
	subscribed(t, h, func(s *websub.Subscriber, _ *[]string) {
		assert.False(t, s.Active(topic))
		assert.Equal(t, "the hub denied it", s.Subscriptions()[0].Error, "and not why: it may repeat the secret")
		sleep(23 * time.Hour)
		assert.Len(t, h.requests, 1)
		h.mu.Lock()
		h.deny = ""
		h.mu.Unlock()
		sleep(2 * time.Hour)
		assert.True(t, s.Active(topic))
	})
}

func TestUnfollow(t *testing.T) {
	h := &hub{}
	subscribed(t, h, func(s *websub.Subscriber, pushes *[]string) {
		require.NoError(t, s.Unfollow(topic))
		assert.Equal(t, http.StatusGone, h.push("late", "sha256"), "at once")
		sleep(2 * time.Second)
		assert.Equal(t, "unsubscribe", h.requests[1].Get("hub.mode"))
		assert.Equal(t, []int{200, 200}, h.codes)
		assert.Empty(t, h.secrets, "the hub has let go")
		assert.Empty(t, s.Subscriptions())
		assert.Empty(t, *pushes)
	})
}

func TestPushes(t *testing.T) {
	for _, method := range []string{"sha1", "sha256", "sha384", "sha512"} {
		t.Run(method, func(t *testing.T) {
			h := &hub{}
			subscribed(t, h, func(_ *websub.Subscriber, pushes *[]string) {
				assert.Equal(t, 204, h.push("<rss/>", method))
				assert.Equal(t, 204, h.push("<rss/>", method), "a replay is taken, and not told")
				assert.Equal(t, []string{"<rss/>"}, *pushes)
			})
		})
	}
}

func TestForgedPushesAreNotTold(t *testing.T) {
	h := &hub{}
	subscribed(t, h, func(s *websub.Subscriber, pushes *[]string) {
		secret := h.secrets[h.last]
		for name, signature := range map[string]string{
			"none": "", "empty": "sha256=", "no hex": "sha256=zz", "of another secret": "sha256=" + sign("sha256", "x", "evil"),
			"of other words": "sha256=" + sign("sha256", secret, "good"), "cut": "sha256=" + sign("sha256", secret, "evil")[:20],
			"unknown method": "md5=" + sign("sha256", secret, "evil"), "method of another": "sha512=" + sign("sha256", secret, "evil"),
		} {
			header := http.Header{}
			if signature != "" {
				header.Set("X-Hub-Signature", signature)
			}
			assert.Equal(t, 202, h.post(h.last, header, strings.NewReader("evil")), name)
		}
		assert.Equal(t, 404, h.post("https://us.example.org/websub/guess", http.Header{}, strings.NewReader("evil")))
		assert.Empty(t, *pushes)

		assert.Equal(t, 204, h.push("one", "sha256"))
		assert.Equal(t, 202, h.push("two", "sha1"), "the hub knows better")
		assert.Equal(t, 204, h.push("three", "sha1", "sha512"), "the best counts")
		assert.Equal(t, []string{"one", "three"}, *pushes)
		assert.True(t, s.Active(topic))
	})
}

type endless struct{ read atomic.Int64 }

func (e *endless) Read(p []byte) (int, error) { e.read.Add(int64(len(p))); return len(p), nil }

func TestBodiesAreBounded(t *testing.T) {
	h := &hub{}
	subscribed(t, h, func(s *websub.Subscriber, pushes *[]string) {
		header := http.Header{"X-Hub-Signature": {plausible}}
		body := &endless{}
		assert.Equal(t, 413, h.post(h.last, header, body))
		assert.Less(t, body.read.Load(), int64(17<<20))

		reader, writer := io.Pipe() // bodies that never end, and never bring anything
		codes := make(chan int, 100)
		for range 20 {
			go func() { codes <- h.post(h.last, header.Clone(), reader) }()
		}
		synctest.Wait()
		for range 4 {
			assert.Equal(t, 503, <-codes, "the line is no longer than 16")
		}
		time.Sleep(15 * time.Second)
		for range 15 {
			assert.Equal(t, 503, <-codes, "they don't wait for ever")
		}
		writer.CloseWithError(errors.New("cut off"))
		assert.Equal(t, 400, <-codes)
		assert.Empty(t, *pushes)

		assert.Equal(t, 204, h.push("<rss/>", "sha256"))
		assert.Len(t, *pushes, 1)
	})
}

// plausible is a signature that nothing is known of before the body is there.
var plausible = "sha256=" + strings.Repeat("00", 32)

func TestABodyWithoutAUsableSignatureIsNotRead(t *testing.T) {
	h := &hub{}
	subscribed(t, h, func(_ *websub.Subscriber, pushes *[]string) {
		require.Equal(t, 204, h.push("<rss/>", "sha256"))
		for _, signature := range []string{"", "sha256", "sha256=", "sha256=00", "sha256=" + strings.Repeat("zz", 32), "sha256=" + strings.Repeat("00", 20), "md5=" + strings.Repeat("00", 16), "sha1=" + strings.Repeat("00", 20)} {
			body := &endless{}
			assert.Equal(t, 202, h.post(h.last, http.Header{"X-Hub-Signature": {signature}}, body), signature)
			assert.Zero(t, body.read.Load(), signature)
		}
		assert.Len(t, *pushes, 1)
	})
}

// Two hubs reach one server. Whatever the one does with its bodies, the pushes of
// the other are taken at once.
func TestSlowBodiesOfAHubHoldUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &websub.Subscriber{PublicURL: "https://us.example.org/websub/"}
		lease := time.Now().Add(time.Hour)
		const secret = "a secret"
		s.Restore(
			websub.Subscription{ID: "slow", Secret: secret, Topic: "https://slow.example/feed", Hub: "https://Hub.slow.example:1/", Expires: lease},
			websub.Subscription{ID: "slow2", Secret: secret, Topic: "https://slow.example/feed2", Hub: "https://hub.slow.example:2/a", Expires: lease},
			websub.Subscription{ID: "good", Secret: secret, Topic: topic, Hub: hubURL, Expires: lease},
		)
		listener := &pipes{conns: make(chan net.Conn)}
		server := &http.Server{Handler: s}
		go server.Serve(listener)
		client := &http.Client{Transport: &http.Transport{DialContext: listener.dial, DisableKeepAlives: true}}
		post := func(id, signature string, body io.Reader) int {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://us.example.org/websub/"+id, body)
			require.NoError(t, err)
			req.Header.Set("X-Hub-Signature", signature)
			resp, err := client.Do(req)
			if err != nil {
				return 0
			}
			defer resp.Body.Close()
			return resp.StatusCode
		}
		// slow brings a byte now and then, for a minute.
		slow := func(id, signature string) int {
			reader, writer := io.Pipe()
			go func() {
				defer writer.Close()
				for range 400 {
					if _, err := writer.Write([]byte("x")); err != nil {
						return
					}
					time.Sleep(150 * time.Millisecond)
				}
			}()
			return post(id, signature, reader)
		}
		codes := make(chan int, 100)
		var posting sync.WaitGroup
		for i := range 12 {
			posting.Go(func() { codes <- slow([]string{"slow", "slow2"}[i%2], plausible) })
		}
		sleep(time.Second)
		for i := range 10 {
			began := time.Now()
			assert.Equal(t, 204, post("good", "sha256="+sign("sha256", secret, fmt.Sprint(i)), strings.NewReader(fmt.Sprint(i))))
			assert.Less(t, time.Since(began), 100*time.Millisecond)
			time.Sleep(time.Second)
		}
		began := time.Now()
		assert.Equal(t, 202, slow("slow", "sha256=00"), "what can't be right is not waited for")
		assert.Less(t, time.Since(began), time.Second)
		posting.Wait()
		assert.Less(t, time.Since(began), 15*time.Second, "a body has ten seconds")
		assert.Subset(t, []int{408, 503}, slices.Compact(slices.Sorted(maps.Keys(counted(codes, 12)))))
		server.Close()
		sleep(time.Second)
	})
}

// counted returns how often each code came.
func counted(codes chan int, n int) map[int]int {
	m := map[int]int{}
	for range n {
		m[<-codes]++
	}
	return m
}

// pipes are connections without a network, so that a test's time is theirs.
type pipes struct {
	conns chan net.Conn
	once  sync.Once
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.conns <- far:
		return near, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	c, ok := <-p.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.conns) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes"} }

// A hub that never answers keeps none but itself waiting, however many feeds it has.
func TestAHubThatNeverAnswersHoldsUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hub{}
		var mu sync.Mutex
		silent, most, twice := map[string]int{}, 0, 0
		client := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			if r.URL.String() == hubURL {
				return h.RoundTrip(r)
			}
			mu.Lock()
			silent[r.URL.Host]++
			most = max(most, len(silent))
			if silent[r.URL.Host] > 1 {
				twice++
			}
			mu.Unlock()
			<-r.Context().Done()
			mu.Lock()
			if silent[r.URL.Host]--; silent[r.URL.Host] == 0 {
				delete(silent, r.URL.Host)
			}
			mu.Unlock()
			return nil, r.Context().Err()
		})}
		s := &websub.Subscriber{PublicURL: "https://us.example.org/websub/", Client: client}
		h.to = s
		for i := range 200 {
			require.NoError(t, s.Follow(fmt.Sprintf("https://silent.example/%d", i), fmt.Sprintf("https://hub.silent.example/%d", i)))
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- s.Run(ctx) }()
		sleep(time.Second)
		require.NoError(t, s.Follow(topic, hubURL))
		sleep(2 * time.Second)
		assert.True(t, s.Active(topic), "it is asked beside a hub that is silent")
		for i := range 100 {
			require.NoError(t, s.Follow(fmt.Sprintf("https://silent.example/%d", 1000+i), fmt.Sprintf("https://hub%d.silent.example/", i)))
		}
		sleep(time.Hour)
		assert.Equal(t, 32, most, "hubs at once")
		assert.Zero(t, twice, "requests to a hub at once")
		stop()
		select {
		case <-done: // and the requests have ended: synctest has none left behind
		case <-time.After(time.Second):
			t.Fatal("it waits for hubs that never answer")
		}
	})
}

// A hub knows the secret, and chooses what it answers, where it leads, and what its
// names and certificates say.
func TestNothingThatAHubSaysIsKept(t *testing.T) {
	redirect := func(code int, to string) func(said string) (*http.Response, error) {
		return func(said string) (*http.Response, error) {
			w := httptest.NewRecorder()
			w.Header().Set("Location", strings.ReplaceAll(to, "SAID", said))
			w.WriteHeader(code)
			return w.Result(), nil
		}
	}
	for name, c := range map[string]struct {
		answer func(said string) (*http.Response, error)
		want   string
	}{
		"a body": {func(said string) (*http.Response, error) {
			w := httptest.NewRecorder()
			http.Error(w, said, 500)
			return w.Result(), nil
		}, "the hub refused: status 500"},
		"a status": {func(said string) (*http.Response, error) {
			return nil, fmt.Errorf("malformed HTTP status %q", said)
		}, "the connection to the hub failed"},
		"a name": {func(said string) (*http.Response, error) {
			return nil, &net.DNSError{Err: "no such host", Name: said + ".example", IsNotFound: true}
		}, "the hub's name could not be looked up"},
		"a certificate": {func(said string) (*http.Response, error) {
			return nil, &tls.CertificateVerificationError{Err: errors.New("a certificate for " + said)}
		}, "the hub's certificate is not trusted"},
		"a private address": {func(said string) (*http.Response, error) {
			return nil, fmt.Errorf("%s: %w", said, fetch.ErrPrivateAddress)
		}, fetch.ErrPrivateAddress.Error()},
		"a redirect without TLS":  {redirect(307, "http://SAID.example/"), "a redirect to what is not an https URL"},
		"a redirect to a GET":     {redirect(303, "https://SAID.example/"), "the hub refused: a redirect with status 303"},
		"a redirect without end":  {redirect(308, "/?SAID"), "the hub refused: more than 3 redirects"},
		"a redirect that is none": {redirect(308, "https://[SAID"), "the connection to the hub failed"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var secret string
				client := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
					if r.Body != nil {
						body, _ := io.ReadAll(r.Body)
						form, _ := url.ParseQuery(string(body))
						secret = form.Get("hub.secret")
					}
					return c.answer(strings.ToLower(secret))
				})}
				s := &websub.Subscriber{PublicURL: "https://us.example.org/websub/", Client: client}
				require.NoError(t, s.Follow(topic, hubURL))
				ctx, stop := context.WithCancel(t.Context())
				done := make(chan error)
				go func() { done <- s.Run(ctx) }()
				sleep(time.Second)
				require.NotEmpty(t, secret)
				assert.Equal(t, c.want, s.Subscriptions()[0].Error)
				stop()
				<-done
			})
		})
	}
}

func TestVerificationsOfWhatWasNotAskedAreRefused(t *testing.T) {
	h := &hub{}
	subscribed(t, h, func(s *websub.Subscriber, _ *[]string) {
		good := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {topic}, "hub.challenge": {"c"}, "hub.lease_seconds": {"86400"}}
		expires := s.Subscriptions()[0].Expires
		assert.Equal(t, 404, h.get(h.last, good).Code, "answered before")
		require.NoError(t, s.Unfollow(topic))
		require.NoError(t, s.Follow("https://other.example.org/", hubURL))
		synctest.Wait() // asked, not yet verified
		callback := h.requests[len(h.requests)-1].Get("hub.callback")
		for _, r := range h.requests {
			if r.Get("hub.topic") != topic {
				callback = r.Get("hub.callback")
			}
		}
		good.Set("hub.topic", "https://other.example.org/")
		for name, change := range map[string][2]string{
			"another topic": {"hub.topic", topic}, "no topic": {"hub.topic", ""}, "another mode": {"hub.mode", "unsubscribe"}, "no mode": {"hub.mode", ""},
			"no challenge": {"hub.challenge", ""}, "endless challenge": {"hub.challenge", strings.Repeat("c", 5000)},
			"no lease": {"hub.lease_seconds", ""}, "lease of nothing": {"hub.lease_seconds", "0"}, "lease before now": {"hub.lease_seconds", "-5"},
		} {
			q, _ := url.ParseQuery(good.Encode())
			q.Set(change[0], change[1])
			assert.Equal(t, 404, h.get(callback, q).Code, name)
		}
		assert.False(t, s.Active("https://other.example.org/"))
		good.Set("hub.challenge", "<script>")
		good.Set("hub.lease_seconds", "99999999999999")
		w := h.get(callback, good)
		assert.Equal(t, 200, w.Code)
		assert.Equal(t, "<script>", w.Body.String())
		assert.Equal(t, "text/plain; charset=utf-8", w.Header().Get("Content-Type"))
		assert.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
		assert.True(t, s.Active("https://other.example.org/"))
		for _, sub := range s.Subscriptions() {
			assert.Less(t, sub.Expires.Sub(expires), 366*24*time.Hour)
		}
	})
}

func TestARestartRemembersSubscriptions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		saved := map[string]websub.Subscription{}
		h, pushed := &hub{}, 0
		start := func() (stop func()) {
			s := &websub.Subscriber{
				PublicURL: "https://us.example.org/websub/", Client: &http.Client{Transport: h},
				Save:   func(sub websub.Subscription) error { saved[sub.ID] = sub; return nil },
				OnPush: func(string) error { pushed++; return nil },
			}
			for _, sub := range saved {
				s.Restore(sub)
			}
			h.to = s
			require.NoError(t, s.Follow(topic, hubURL))
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error)
			go func() { done <- s.Run(ctx) }()
			return func() { cancel(); <-done }
		}
		stop := start()
		sleep(2 * time.Second)
		h.push("one", "sha256")
		stop()
		stop = start()
		sleep(2 * time.Second)
		assert.Len(t, h.requests, 1, "the lease goes on")
		assert.Equal(t, 204, h.push("one", "sha256"))
		assert.Equal(t, 1, pushed, "a replay after a restart is none")
		assert.Equal(t, 204, h.push("two", "sha256"))
		assert.Equal(t, 2, pushed)
		stop()
	})
}

func TestAPushThatCouldNotBeTakenIsAskedForAgain(t *testing.T) {
	h := &hub{}
	subscribed(t, h, func(s *websub.Subscriber, pushes *[]string) {
		take := s.OnPush
		s.OnPush = func(string) error { return errors.New("no room") }
		assert.Equal(t, 500, h.push("one", "sha256"))
		s.OnPush = take
		assert.Equal(t, 204, h.push("one", "sha256"))
		assert.Equal(t, []string{"one"}, *pushes)
	})
}

func TestHubsThatAreNotAsked(t *testing.T) {
	s := &websub.Subscriber{PublicURL: "https://us.example.org/websub/"}
	require.ErrorIs(t, s.Follow(topic, "http://hub.example.org/"), websub.ErrPlain)
	require.ErrorIs(t, (&websub.Subscriber{PublicURL: "http://us.example.org/"}).Follow(topic, hubURL), websub.ErrPlain)

	asked := 0
	private := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer private.Close()
	require.ErrorIs(t, websub.Ping(t.Context(), nil, private.URL, topic), fetch.ErrPrivateAddress)
	assert.Zero(t, asked)

	// A hub of the public internet, which this one is taken for, leads elsewhere.
	code, to := 0, ""
	var form url.Values
	public := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.Redirect(w, r, to, code)
			return
		}
		r.ParseForm()
		form = r.PostForm
	}))
	defer public.Close()
	guard := fetch.Transport()
	client := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		if "https://"+r.URL.Host == public.URL {
			return public.Client().Transport.RoundTrip(r)
		}
		return guard.RoundTrip(r)
	})}
	code, to = 307, private.URL
	require.ErrorIs(t, websub.Ping(t.Context(), client, public.URL+"/", topic), fetch.ErrPrivateAddress)
	to = "http://" + private.Listener.Addr().String()
	require.ErrorIs(t, websub.Ping(t.Context(), client, public.URL+"/", topic), websub.ErrPlain)
	to = "/"
	require.ErrorIs(t, websub.Ping(t.Context(), client, public.URL+"/", topic), websub.ErrRefused, "round and round")
	code, to = 302, "/elsewhere"
	require.ErrorIs(t, websub.Ping(t.Context(), client, public.URL+"/", topic), websub.ErrRefused, "it would become a GET")
	code = 308
	require.NoError(t, websub.Ping(t.Context(), client, public.URL+"/", topic))
	assert.Equal(t, url.Values{"hub.mode": {"publish"}, "hub.url": {topic}}, form)
	assert.Zero(t, asked)
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestDiscover(t *testing.T) {
	n := &newsletter.Newsletter{FeedURL: topic, Hubs: []string{"http://plain.example.org/", hubURL, hubURL}}
	for name, c := range map[string]struct {
		links []string
		n     *newsletter.Newsletter
		topic string
		hubs  []string
	}{
		"the feed":        {nil, n, topic, []string{hubURL}},
		"nothing":         {nil, nil, "", nil},
		"a hub, no topic": {[]string{`<https://h.example/>; rel=hub`}, nil, "", nil},
		"the header":      {[]string{`<https://h.example/>; rel="hub"`, `</self>; rel="self"`}, n, "https://a.example/self", []string{"https://h.example/"}},
		"in one line":     {[]string{`<https://h.example/?a=1,2;b>; title="a, \"b\"; rel=x"; REL="HUB next", </self>;rel=self;type=x`}, nil, "https://a.example/self", []string{"https://h.example/?a=1,2;b"}},
		"the first rel":   {[]string{`<https://h.example/>; rel=next; rel=hub`}, n, topic, []string{hubURL}},
		"damaged":         {[]string{`<https://h.example/`, `rel=hub`, `<::>; rel=hub, <https://h.example/>; rel=hub; x="`, `<x>;`, `<x>;=`, ``}, n, topic, []string{"https://h.example/"}},
	} {
		t.Run(name, func(t *testing.T) {
			topic, hubs := websub.Discover("https://a.example/feed", http.Header{"Link": c.links}, c.n)
			assert.Equal(t, c.topic, topic)
			assert.Equal(t, c.hubs, hubs)
		})
	}
}

func FuzzDiscover(f *testing.F) {
	f.Add(`<https://h.example/>; rel="hub", </self>; rel=self`)
	f.Add(`<x>; a; b=; c="\`)
	f.Fuzz(func(t *testing.T, link string) {
		topic, hubs := websub.Discover("https://a.example/feed", http.Header{"Link": {link, link}}, nil)
		assert.Equal(t, topic == "", len(hubs) == 0)
		for _, hub := range hubs {
			assert.True(t, strings.HasPrefix(hub, "https://"))
		}
	})
}

// sleep passes time, until all that was to happen in it has happened.
func sleep(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}
