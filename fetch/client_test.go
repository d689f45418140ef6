package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/internal/useragent"
)

const rss = `<?xml version="1.0"?><rss version="2.0"><channel><title>Example</title><ttl>120</ttl><item><title>One</title></item></channel></rss>`

// clock is a caller's clock, set by hand.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// testFetcher returns a fetcher that visits loopback without a pause, and its
// clock.
func testFetcher(t testing.TB, change func(*Options)) (*Client, *clock) {
	c := &clock{noon}
	config := Options{
		AllowPrivate: true, UserAgent: useragent.Of("https://letters.example/"), Limits: Limits{Pause: -1},
		Now: c.Now, Chance: constant(0),
	}
	if change != nil {
		change(&config)
	}
	f := NewClient(config)
	t.Cleanup(f.Close)
	return f, c
}

// forced returns a request for a feed that may not be due.
func forced(r Request) Request {
	r.Force = true
	return r
}

// serve returns a server on loopback that answers with h, and records what it
// was asked.
func serve(t testing.TB, h http.HandlerFunc) (*httptest.Server, *[]*http.Request) {
	var asked []*http.Request
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Clone(context.Background()))
		h(w, r)
	}))
	t.Cleanup(s.Close)
	return s, &asked
}

func TestConditionalRequests(t *testing.T) {
	// Oddities that have to come back to the byte.
	const etag, modified = `W/"a b--gzip\"` + "\xe9" + `"`, "Thu, 05 Mar 2026 12:00:00 +0000"
	answer := func(w http.ResponseWriter, r *http.Request) {
		w.Header()["ETag"] = []string{etag}
		w.Header()["Last-Modified"] = []string{modified}
		io.WriteString(w, rss)
	}
	s, asked := serve(t, func(w http.ResponseWriter, r *http.Request) { answer(w, r) })
	f, c := testFetcher(t, nil)
	p := Request{URL: s.URL + "/feed?full=1"}

	out, st := f.Fetch(t.Context(), p, State{})
	require.Nil(t, out.Err)
	assert.Equal(t, Fetched, out.Status)
	assert.Equal(t, rss, string(out.Body))
	assert.Equal(t, s.URL+"/feed?full=1", out.URL)
	assert.EqualValues(t, len(rss), out.Bytes)
	first := (*asked)[0]
	assert.Equal(t, "/feed?full=1", first.RequestURI, "nothing is added to the query")
	for _, name := range []string{"If-None-Match", "If-Modified-Since", "A-Im", "Cookie", "Referer"} {
		assert.NotContains(t, first.Header, name)
	}
	assert.Equal(t, "newsletter/1 (+https://letters.example/)", first.UserAgent())
	assert.Equal(t, noon, st.LastSuccess)
	assert.Equal(t, noon.Add(2*time.Hour), st.Due)
	assert.Equal(t, "the feed's ttl is 2 hours", st.DueReason)

	out, st = f.Fetch(t.Context(), p, st)
	assert.Equal(t, NotDue, out.Status)
	assert.Len(t, *asked, 1, "what is not due is not asked")

	// The same body again: nothing to read, but the validators are new.
	c.now = st.Due
	answer = func(w http.ResponseWriter, r *http.Request) {
		w.Header()["ETag"] = []string{`"2"`}
		io.WriteString(w, rss)
	}
	out, st = f.Fetch(t.Context(), p, st)
	assert.Equal(t, SameBody, out.Status)
	assert.Nil(t, out.Body)
	assert.Equal(t, []string{etag}, (*asked)[1].Header["If-None-Match"])
	assert.Equal(t, []string{modified}, (*asked)[1].Header["If-Modified-Since"])
	assert.Equal(t, `"2"`, st.ETag)
	assert.Empty(t, st.LastModified, "what the server no longer sends is dropped")
	assert.Equal(t, 120, st.Hints.TTL, "what the feed said still holds")

	// 304 ends the work, and what it doesn't repeat still holds.
	c.now = st.Due
	answer = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=10800")
		w.WriteHeader(http.StatusNotModified)
	}
	out, st = f.Fetch(t.Context(), p, st)
	assert.Equal(t, NotModified, out.Status)
	assert.NotContains(t, (*asked)[2].Header, "If-Modified-Since", "never made up")
	assert.Equal(t, `"2"`, st.ETag)
	assert.Equal(t, c.now, st.LastSuccess)
	assert.Equal(t, c.now.Add(3*time.Hour), st.Due)

	// A new body without any validator: the next request is unconditional.
	answer = func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, rss+"<!-- 2 -->") }
	out, st = f.Fetch(t.Context(), forced(p), st)
	assert.Equal(t, Fetched, out.Status)
	assert.Empty(t, st.ETag+st.LastModified+st.ValidFor)
	f.Fetch(t.Context(), forced(p), st)
	assert.NotContains(t, (*asked)[4].Header, "If-None-Match")
}

func TestDelta(t *testing.T) {
	im := "feed"
	s, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		if r.Header.Get("A-IM") == "feed" && r.Header.Get("If-None-Match") == `"1"` {
			w.Header().Set("IM", im)
			w.Header().Set("ETag", `"2"`)
			w.WriteHeader(http.StatusIMUsed)
		}
		io.WriteString(w, rss)
	})
	f, _ := testFetcher(t, nil)
	p := Request{URL: s.URL}
	out, st := f.Fetch(t.Context(), forced(p), State{})
	require.Nil(t, out.Err)
	assert.False(t, out.Partial)
	assert.Empty(t, (*asked)[0].Header.Get("A-IM"))
	hash := st.BodyHash

	im = "vcdiff"
	out, _ = f.Fetch(t.Context(), forced(p), st)
	assert.Equal(t, Failed, out.Status, "a delta of another kind was not asked for")
	im = "feed"
	out, st = f.Fetch(t.Context(), forced(p), st)
	assert.Equal(t, Fetched, out.Status)
	assert.True(t, out.Partial)
	assert.Equal(t, `"2"`, st.ETag)
	assert.Equal(t, hash, st.BodyHash, "a part has not the hash of the whole")
}

// Validators belong to the address that sent them.
func TestValidatorsOfAnotherAddress(t *testing.T) {
	to := "/a"
	s, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		w.Header().Set("ETag", `"1"`)
		io.WriteString(w, rss)
	})
	f, _ := testFetcher(t, nil)
	p := Request{URL: s.URL + "/"}
	_, st := f.Fetch(t.Context(), forced(p), State{})
	_, st = f.Fetch(t.Context(), forced(p), st)
	assert.Empty(t, (*asked)[2].Header.Get("If-None-Match"))
	assert.Equal(t, `"1"`, (*asked)[3].Header.Get("If-None-Match"))
	to = "/b"
	f.Fetch(t.Context(), forced(p), st)
	assert.Empty(t, (*asked)[5].Header.Get("If-None-Match"))
}

// What could not be read leaves the validators of what could.
func TestUnreadable(t *testing.T) {
	body, etag := rss, `"good"`
	s, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", etag)
		io.WriteString(w, body)
	})
	f, c := testFetcher(t, nil)
	p := Request{URL: s.URL}
	_, good := f.Fetch(t.Context(), forced(p), State{})
	body, etag = "<html>Please log in", `"bad"`
	for range 2 {
		c.now = c.now.Add(time.Hour)
		r := forced(p)
		r.Read = func(came *Outcome) error {
			assert.Equal(t, Fetched, came.Status)
			assert.Equal(t, body, string(came.Body))
			return errors.New("not a feed but an HTML page")
		}
		out, st := f.Fetch(t.Context(), r, good)
		assert.Nil(t, out.Body)
		assert.Equal(t, Failed, out.Status)
		assert.Equal(t, good.Failures+1, st.Failures)
		assert.Equal(t, `"good"`, st.ETag)
		assert.Equal(t, good.BodyHash, st.BodyHash)
		assert.Equal(t, "not a feed but an HTML page", st.LastError)
		assert.Equal(t, noon, st.LastSuccess)
		assert.Equal(t, `"good"`, (*asked)[len(*asked)-1].Header.Get("If-None-Match"))
		good = st
	}
}

func TestRetryAfterIsForTheHost(t *testing.T) {
	header := ""
	s, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if header != "" {
			w.Header().Set("Retry-After", header)
		}
		w.WriteHeader(http.StatusTooManyRequests)
	})
	for _, c := range []struct {
		header string
		wait   time.Duration
	}{
		{"7200", 2 * time.Hour},
		{time.Now().Add(3 * time.Hour).UTC().Format(http.TimeFormat), 3 * time.Hour}, // by the server's own clock
		{"", 45 * time.Minute},
	} {
		header = c.header
		f, clock := testFetcher(t, nil)
		count := len(*asked)
		out, st := f.Fetch(t.Context(), Request{URL: s.URL + "/a"}, State{})
		assert.Equal(t, Failed, out.Status)
		assert.Equal(t, 429, out.Code)
		assert.InDelta(t, c.wait.Seconds(), st.RestUntil.Sub(noon).Seconds(), 2)

		out, st = f.Fetch(t.Context(), Request{URL: s.URL + "/b"}, State{})
		assert.Equal(t, Resting, out.Status)
		assert.InDelta(t, c.wait.Seconds(), st.Due.Sub(noon).Seconds(), 2)
		assert.Zero(t, st.Failures)
		assert.Zero(t, st.LastAttempt)
		assert.Contains(t, st.DueReason, "its host asked for no visit before")
		assert.Len(t, *asked, count+1)

		// Another process, later: the host is known to rest.
		g, later := testFetcher(t, nil)
		g.Rests(f.Rests(nil))
		later.now = noon.Add(c.wait - time.Minute)
		out, _ = g.Fetch(t.Context(), Request{URL: s.URL + "/c", Force: true}, State{})
		assert.Equal(t, Resting, out.Status, "even if told to visit all")
		later.now = noon.Add(c.wait + 2*time.Second)
		out, _ = g.Fetch(t.Context(), Request{URL: s.URL + "/c", Force: true}, State{})
		assert.Equal(t, 429, out.Code, "it is asked again")
		clock.now = noon.Add(c.wait + 2*time.Second)
		assert.Empty(t, f.Rests(nil))
	}
}

func TestStatuses(t *testing.T) {
	code := 0
	s, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(code) })
	f, c := testFetcher(t, nil)
	p := Request{URL: s.URL}
	for code = range statusWords {
		out, st := f.Fetch(t.Context(), forced(p), State{})
		want := Failed
		if code == http.StatusGone {
			want = Gone
		}
		assert.Equal(t, want, out.Status, code)
		assert.Equal(t, code, out.Code)
		assert.Equal(t, code, out.Err.Code)
		assert.Contains(t, out.Err.Message, fmt.Sprintf("(%d %s)", code, http.StatusText(code)))
		assert.Equal(t, out.Err.Message, st.LastError)
		assert.Equal(t, code == http.StatusGone, st.Gone)
		assert.Equal(t, 1, st.Failures)
		c.now = c.now.Add(24 * time.Hour) // past every rest
	}
	for _, code = range []int{206, 299, 300, 304, 305, 418, 499, 599} {
		out, _ := f.Fetch(t.Context(), forced(p), State{})
		assert.Equal(t, Failed, out.Status, code)
		assert.NotContains(t, out.Err.Message, " )")
	}

	// 410 is the end, unless the owner says otherwise.
	code = 410
	_, st := f.Fetch(t.Context(), forced(p), State{})
	c.now = c.now.AddDate(1, 0, 0)
	out, st := f.Fetch(t.Context(), p, st)
	assert.Equal(t, NotDue, out.Status)
	code = 404
	_, st = f.Fetch(t.Context(), forced(p), st)
	assert.False(t, st.Gone)
}

// 410 at the end of a temporary redirect is not the partner's word.
func TestGoneElsewhere(t *testing.T) {
	redirect := http.StatusFound
	s, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/gone", redirect)
			return
		}
		w.WriteHeader(http.StatusGone)
	})
	f, _ := testFetcher(t, nil)
	out, _ := f.Fetch(t.Context(), Request{URL: s.URL + "/", Force: true}, State{})
	assert.Equal(t, Failed, out.Status)
	redirect = http.StatusMovedPermanently
	out, _ = f.Fetch(t.Context(), Request{URL: s.URL + "/", Force: true}, State{})
	assert.Equal(t, Failed, out.Status, "a redirect that is not trusted yet")
	out, st := f.Fetch(t.Context(), Request{URL: s.URL + "/", Force: true}, State{PermanentURL: s.URL + "/gone"})
	assert.Equal(t, Failed, out.Status, "the address that the owner gave is asked once more")
	assert.Empty(t, st.PermanentURL)
	out, _ = f.Fetch(t.Context(), Request{URL: s.URL + "/gone", Force: true}, State{})
	assert.Equal(t, Gone, out.Status)
}

func TestPermanentAddress(t *testing.T) {
	moved, broken := true, false
	s, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/old" && moved:
			http.Redirect(w, r, "/new", http.StatusMovedPermanently)
		case r.URL.Path == "/new" && broken:
			w.WriteHeader(http.StatusNotFound)
		default:
			io.WriteString(w, rss)
		}
	})
	f, c := testFetcher(t, nil)
	p := Request{URL: s.URL + "/old"}
	st := State{}
	last := func() string { return (*asked)[len(*asked)-1].URL.Path }
	for range 4 {
		_, st = f.Fetch(t.Context(), forced(p), st)
		c.now = c.now.AddDate(0, 0, 1)
	}
	assert.Equal(t, s.URL+"/new", st.PermanentURL)
	assert.Len(t, *asked, 8)
	f.Fetch(t.Context(), forced(p), st)
	assert.Len(t, *asked, 9, "the old address is not asked any more")

	// The new address goes: the configured one is asked again, and has the feed.
	moved, broken = false, true
	for range giveUpMove {
		_, st = f.Fetch(t.Context(), forced(p), st)
		assert.Equal(t, "/new", last())
	}
	out, st := f.Fetch(t.Context(), forced(p), st)
	assert.Equal(t, "/old", last())
	assert.Nil(t, out.Err)
	assert.Zero(t, st.Failures)
	assert.Empty(t, st.PermanentURL)
}

// A header of the configuration may be a secret: it goes to the partner alone.
func TestSecrets(t *testing.T) {
	var other *httptest.Server
	other, elsewhere := serve(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, rss) })
	s, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/away" {
			http.SetCookie(w, &http.Cookie{Name: "follow", Value: "me"})
			http.Redirect(w, r, strings.Replace(other.URL, "//", "//me:pass@", 1), http.StatusFound)
			return
		}
		if r.URL.Path == "/here" {
			http.Redirect(w, r, "/there", http.StatusFound)
			return
		}
		io.WriteString(w, rss)
	})
	f, _ := testFetcher(t, nil)
	header := http.Header{"X-Token": {"secret"}, "user-agent": {"Partner's own"}, "If-None-Match": {"mine"}}
	withUser := strings.Replace(s.URL, "//", "//user:word@", 1)

	out, st := f.Fetch(t.Context(), Request{URL: withUser + "/here", Header: header, Force: true}, State{})
	require.Nil(t, out.Err)
	for _, r := range *asked {
		assert.Equal(t, "secret", r.Header.Get("X-Token"), r.URL)
		assert.Equal(t, "Partner's own", r.UserAgent())
		assert.Empty(t, r.Header.Get("If-None-Match"), "the validators are ours to say")
		user, word, _ := r.BasicAuth()
		assert.Equal(t, "user word", user+" "+word)
	}
	assert.NotContains(t, out.URL+fmt.Sprint(st), "word@")

	out, _ = f.Fetch(t.Context(), Request{URL: withUser + "/away", Header: header, Force: true}, State{})
	require.Nil(t, out.Err)
	r := (*elsewhere)[0]
	for _, name := range []string{"X-Token", "Authorization", "Cookie", "Referer"} {
		assert.NotContains(t, r.Header, name)
	}
	assert.Equal(t, "newsletter/1 (+https://letters.example/)", r.UserAgent())
}

func TestDiscovery(t *testing.T) {
	page := `<html><head><title>Home</title><link rel="alternate" type="application/atom+xml" href="/feed.xml"></head><body>Hello</body></html>`
	missing := false
	s, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/" || r.URL.Path == "/sub/":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("ETag", `"home"`)
			io.WriteString(w, page)
		case missing:
			http.NotFound(w, r)
		default:
			io.WriteString(w, rss)
		}
	})
	f, _ := testFetcher(t, nil)
	p := Request{Home: s.URL + "/"}
	out, st := f.Fetch(t.Context(), forced(p), State{})
	require.Nil(t, out.Err)
	assert.Equal(t, Fetched, out.Status)
	assert.Equal(t, s.URL+"/feed.xml", out.URL)
	assert.Equal(t, s.URL+"/feed.xml", st.DiscoveredURL)
	assert.EqualValues(t, len(page)+len(rss), out.Bytes)
	_, st = f.Fetch(t.Context(), forced(p), st)
	assert.Len(t, *asked, 3, "the home page is read once")

	missing = true
	for range giveUpMove {
		_, st = f.Fetch(t.Context(), forced(p), st)
	}
	missing = false
	page = strings.Replace(page, "feed.xml", "new.xml", 1)
	out, st = f.Fetch(t.Context(), forced(p), st)
	assert.Nil(t, out.Err)
	assert.Equal(t, s.URL+"/new.xml", st.DiscoveredURL, "the home page is read again")

	page = strings.Replace(page, "<link", `<link rel="alternate" type="application/rss+xml" href="http://127.0.0.1:1/dead.xml"><link`, 1)
	out, st = f.Fetch(t.Context(), forced(p), State{})
	assert.Nil(t, out.Err)
	assert.Equal(t, s.URL+"/new.xml", st.DiscoveredURL, "the first that is there")

	page = "<html><head><title>Home</title></head><body>Nothing here</body></html>"
	out, st = f.Fetch(t.Context(), forced(p), State{})
	assert.Equal(t, Failed, out.Status)
	assert.Equal(t, "the home page links to no feed", out.Err.Message)
	assert.Equal(t, 1, st.Failures)

	page = rss
	out, st = f.Fetch(t.Context(), forced(p), State{})
	assert.Equal(t, Fetched, out.Status, "a home page may be the feed itself")
	assert.Empty(t, st.DiscoveredURL)
	assert.Equal(t, `"home"`, st.ETag)
}

func TestPrivateAddressesAreRefused(t *testing.T) {
	s, asked := serve(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, rss) })
	f, _ := testFetcher(t, func(c *Options) { c.AllowPrivate = false })
	out, _ := f.Fetch(t.Context(), Request{URL: s.URL, Force: true}, State{})
	assert.Equal(t, Failed, out.Status)
	assert.ErrorIs(t, out.Err, ErrPrivateAddress)
	assert.Equal(t, "127.0.0.1 is a loopback address, not an address of the public internet", out.Err.Message)
	assert.Contains(t, out.Err.Advice, "--allow-private")
	u, _ := url.Parse(s.URL)
	out, _ = f.Fetch(t.Context(), Request{URL: "http://localhost:" + u.Port(), Force: true}, State{})
	assert.ErrorIs(t, out.Err, ErrPrivateAddress, "also by a name that leads there")
	assert.Empty(t, *asked)

	f, _ = testFetcher(t, nil) // private ones are allowed
	out, _ = f.Fetch(t.Context(), Request{URL: "http://169.254.169.254/latest/meta-data/"}, State{})
	assert.ErrorIs(t, out.Err, ErrPrivateAddress)
	assert.Contains(t, out.Err.Advice, "--allow-address 169.254.169.254")
	f, _ = testFetcher(t, func(c *Options) { c.AllowPrivate, c.Allow = false, []netip.Addr{netip.MustParseAddr("127.0.0.1")} })
	out, _ = f.Fetch(t.Context(), Request{URL: s.URL}, State{})
	assert.Nil(t, out.Err, "this one was named")
}

func TestCallersClient(t *testing.T) {
	s, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/stop" {
			http.Redirect(w, r, "/", http.StatusFound)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
		io.WriteString(w, rss)
	})
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("house rule") }}
	f, _ := testFetcher(t, func(c *Options) { c.Client, c.AllowPrivate = client, false })
	for range 2 {
		out, _ := f.Fetch(t.Context(), Request{URL: s.URL, Force: true}, State{})
		assert.Nil(t, out.Err, "its transport goes where it likes")
	}
	assert.Equal(t, "a=b", (*asked)[1].Header.Get("Cookie"), "its jar is its own affair")
	out, _ := f.Fetch(t.Context(), Request{URL: s.URL + "/stop", Force: true}, State{})
	assert.Contains(t, out.Err.Message, "house rule")
	assert.EqualError(t, client.CheckRedirect(nil, nil), "house rule", "and it is not changed")
}

func TestAddressesThatAreNone(t *testing.T) {
	f, _ := testFetcher(t, nil)
	for _, address := range []string{"", "feed.xml", "file:///etc/passwd", "ftp://a.example/", "http://", "http://[::1/", "gopher://a.example/"} {
		out, st := f.Fetch(t.Context(), Request{URL: address, Home: "x", Force: true}, State{})
		assert.Equal(t, Failed, out.Status, address)
		assert.Equal(t, 1, st.Failures)
	}
}

// roundTrip is a transport made of a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// body sends a piece at a time, with a wait before each.
type slowBody struct {
	ctx  context.Context
	wait time.Duration
	size int
	left int
}

func (b *slowBody) Read(p []byte) (int, error) {
	select {
	case <-time.After(b.wait):
	case <-b.ctx.Done():
		return 0, b.ctx.Err()
	}
	if b.left == 0 {
		return 0, io.EOF
	}
	b.left--
	return copy(p, strings.Repeat(" ", b.size-1)+"x"), nil
}

func (b *slowBody) Close() error { return nil }

func TestSlowBodies(t *testing.T) {
	for _, c := range []struct {
		name  string
		body  slowBody
		err   error
		after time.Duration
	}{
		{"a byte a second", slowBody{wait: time.Second, size: 1, left: 1000}, errTooSlow, 10 * time.Second},
		{"quick, then never again", slowBody{wait: 5 * time.Second, size: 4000, left: 0}, nil, 5 * time.Second},
		{"hangs", slowBody{wait: time.Hour, size: 1, left: 1}, errTooSlow, 10 * time.Second},
		{"slow but steady", slowBody{wait: time.Second, size: 300, left: 30}, nil, 31 * time.Second},
		{"steady for ever", slowBody{wait: time.Second, size: 300, left: 1 << 30}, errTimeout, 60 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := NewClient(Options{Client: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
					b := c.body
					b.ctx = r.Context()
					return &http.Response{StatusCode: 200, Header: http.Header{}, Body: &b, ContentLength: -1, Request: r}, nil
				})}})
				start := time.Now()
				out, _ := f.Fetch(t.Context(), Request{URL: "http://a.example/", Force: true}, State{})
				assert.Equal(t, c.after, time.Since(start))
				switch {
				case c.err != nil:
					assert.ErrorIs(t, out.Err, c.err)
				case c.body.left == 0:
					assert.ErrorIs(t, out.Err, errEmpty)
				default:
					assert.Nil(t, out.Err)
				}
				time.Sleep(2 * time.Second) // the pause's timer
			})
		})
	}
}

// assertGoroutines gives goroutines that are about to end the time to.
func assertGoroutines(t *testing.T, most int) {
	t.Helper()
	for range 500 {
		if runtime.NumGoroutine() <= most {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	stacks := make([]byte, 64<<10)
	t.Errorf("%d goroutines, not %d:\n%s", runtime.NumGoroutine(), most, stacks[:runtime.Stack(stacks, true)])
}

// A visit that is cut short says so, changes nothing and leaves nothing behind.
func TestContext(t *testing.T) {
	before := runtime.NumGoroutine()
	func() {
		release := make(chan struct{})
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusOK)
			w.(http.Flusher).Flush()
			<-release
		}))
		defer s.Close()
		defer close(release)
		f, _ := testFetcher(t, nil)
		ctx, cancel := context.WithCancelCause(t.Context())
		enough := errors.New("enough")
		time.AfterFunc(20*time.Millisecond, func() { cancel(enough) })
		st := State{ETag: `"1"`, Failures: 2}
		start := time.Now()
		out, after := f.Fetch(ctx, Request{URL: s.URL, Force: true}, st)
		assert.Less(t, time.Since(start), 5*time.Second)
		assert.ErrorIs(t, out.Err, enough)
		assert.Equal(t, st, after)
		f.Close()
	}()
	assertGoroutines(t, before)
}

// Many visits at once, and not a goroutine is left of them.
func TestNoGoroutineIsLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	func() {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, rss) }))
		defer s.Close()
		f, _ := testFetcher(t, func(c *Options) { c.Limits.PerHost = 16 })
		requests := make([]Request, 200)
		for i := range requests {
			requests[i].URL = fmt.Sprint(s.URL, "/", i)
		}
		err := f.each(t.Context(), len(requests), func(i int) string { return requests[i].URL }, func(ctx context.Context, waits func() func(), i int) {
			out, _ := f.Fetch(ctx, forced(requests[i]), State{})
			assert.Nil(t, out.Err)
		})
		assert.NoError(t, err)
		f.Close()
	}()
	assertGoroutines(t, before)
}

// Sixty hosts send their visitors to one, which takes a second each: who does not
// come to their turn in the time of a visit has met no fault of anybody's.
func TestWaitingForABusyHostIsNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewClient(Options{Limits: Limits{Visit: 30 * time.Second}, Client: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			resp := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("<rss><channel/></rss>")), Request: r}
			if r.URL.Host != "big.example" {
				resp.StatusCode = http.StatusFound
				resp.Header.Set("Location", "https://big.example/"+r.URL.Host)
			}
			return resp, nil
		})}})
		var waited atomic.Int64
		for i := range 60 {
			go func() {
				start := time.Now()
				out, st := c.Fetch(t.Context(), Request{URL: fmt.Sprintf("https://h%d.example/", i)}, State{})
				assert.Zero(t, st.Failures)
				if out.Status == Fetched {
					return
				}
				waited.Add(1)
				assert.Equal(t, Resting, out.Status)
				assert.ErrorContains(t, out.Err, "its host was busy with requests for other feeds")
				assert.Equal(t, "its host was busy with requests for other feeds", st.DueReason)
				assert.Equal(t, start, st.LastAttempt, "the host that sent it there was asked")
				assert.GreaterOrEqual(t, st.Due.Sub(start), 44*time.Minute)
			}()
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		assert.Greater(t, waited.Load(), int64(20))
	})
}

func TestPolicyWithoutEnd(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, p := range []Policy{{Floor: math.MaxInt64}, {Ceiling: math.MaxInt64}} {
		for _, failures := range []int{0, 1, 25, 100} {
			due, _ := schedule(State{Failures: failures}, p.withDefaults(), now, func() float64 { return 0.5 })
			assert.True(t, due.After(now.Add(44*time.Minute)))
			if failures > 20 {
				assert.True(t, due.After(now.AddDate(4, 0, 0)))
			}
		}
	}
}
