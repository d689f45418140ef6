package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func serveTLS(t *testing.T, h http.HandlerFunc) *httptest.Server {
	s := httptest.NewUnstartedServer(h)
	s.EnableHTTP2 = true
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// trust lets a fetcher trust a server's certificate.
func trust(f *Client, s *httptest.Server) {
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	f.own.TLSClientConfig = &tls.Config{RootCAs: pool}
}

func TestHTTP2AndKeepAlive(t *testing.T) {
	var protocols []string
	h := func(w http.ResponseWriter, r *http.Request) {
		protocols = append(protocols, r.Proto)
		io.WriteString(w, rss)
	}
	for _, c := range []struct {
		protocol string
		serve    func() *httptest.Server
	}{
		{"HTTP/2.0", func() *httptest.Server { return serveTLS(t, h) }},
		{"HTTP/1.1", func() *httptest.Server { s, _ := serve(t, h); return s }},
	} {
		s := c.serve()
		f, _ := testFetcher(t, nil)
		if s.TLS != nil {
			trust(f, s)
		}
		var dials atomic.Int64
		dial := f.own.DialContext
		f.own.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			dials.Add(1)
			return dial(ctx, network, address)
		}
		protocols = nil
		for range 3 {
			out, _ := f.Fetch(t.Context(), Request{URL: s.URL, Force: true}, State{})
			require.Nil(t, out.Err)
		}
		assert.Equal(t, []string{c.protocol, c.protocol, c.protocol}, protocols)
		assert.EqualValues(t, 1, dials.Load(), "one connection for all")
	}
}

func TestCertificates(t *testing.T) {
	s := serveTLS(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, rss) })
	f, _ := testFetcher(t, nil)
	p := Request{URL: s.URL}
	out, _ := f.Fetch(t.Context(), forced(p), State{})
	assert.Equal(t, "the certificate is not trusted", out.Err.Message)
	assert.NotEmpty(t, out.Err.Advice)

	f, _ = testFetcher(t, nil)
	trust(f, s)
	f.own.TLSClientConfig.Time = func() time.Time { return time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC) }
	out, _ = f.Fetch(t.Context(), forced(p), State{})
	assert.Equal(t, "the certificate is valid from 1 January 1970 to 29 January 2084, which is not now", out.Err.Message)
	assert.Equal(t, "Renew the certificate.", out.Err.Advice)

	plain, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, rss) })
	out, _ = f.Fetch(t.Context(), Request{URL: "https" + plain.URL[len("http"):], Force: true}, State{})
	assert.Equal(t, "the server does not speak TLS at this address", out.Err.Message)
}

func TestInsecureRedirect(t *testing.T) {
	plain, asked := serve(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, rss) })
	s := serveTLS(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, plain.URL, http.StatusMovedPermanently)
	})
	f, _ := testFetcher(t, nil)
	trust(f, s)
	out, _ := f.Fetch(t.Context(), Request{URL: s.URL, Force: true}, State{})
	assert.ErrorIs(t, out.Err, errInsecureRedirect)
	assert.Equal(t, "a redirect from https to http: "+plain.URL, out.Err.Message)
	assert.Empty(t, *asked)
}

// Each stage has a time-out of its own.
func TestTimeouts(t *testing.T) {
	hole, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and says nothing
	require.NoError(t, err)
	defer hole.Close()
	limits := func(change func(*Limits)) *Client {
		l := Limits{Pause: -1, ConnectTimeout: time.Minute, TLSTimeout: time.Minute, HeaderTimeout: time.Minute, Timeout: time.Minute}
		change(&l)
		f, _ := testFetcher(t, func(c *Options) { c.Limits = l })
		return f
	}
	for _, c := range []struct {
		name, url, says string
		change          func(*Limits)
	}{
		{"TLS", "https://" + hole.Addr().String(), "the server takes too long to answer", func(l *Limits) { l.TLSTimeout = 50 * time.Millisecond }},
		{"header", "http://" + hole.Addr().String(), "the server takes too long to answer", func(l *Limits) { l.HeaderTimeout = 50 * time.Millisecond }},
		{"all", "http://" + hole.Addr().String(), "no complete answer in the time allowed", func(l *Limits) { l.Timeout = 50 * time.Millisecond }},
		{"connect", "http://127.0.0.1:1", "the server cannot be reached in time", func(l *Limits) { l.ConnectTimeout = 1 }},
	} {
		start := time.Now()
		out, _ := limits(c.change).Fetch(t.Context(), Request{URL: c.url}, State{})
		assert.Less(t, time.Since(start), 5*time.Second, c.name)
		if assert.NotNil(t, out.Err, c.name) {
			assert.Equal(t, c.says, out.Err.Message, c.name)
		}
	}
}

// A host that does not answer is left alone by the rest of its feeds, and they
// don't come back together.
func TestSilentHost(t *testing.T) {
	f, _ := testFetcher(t, func(c *Options) { c.Chance = nil })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	l.Close()
	requests := make([]Request, 50)
	outs, states := make([]Outcome, 50), make([]State, 50)
	for i := range requests {
		requests[i].URL = "http://" + l.Addr().String() + fmt.Sprint("/", i)
	}
	f.each(t.Context(), len(requests), func(i int) string { return requests[i].URL }, func(ctx context.Context, waits func() func(), i int) {
		outs[i], states[i] = f.Fetch(ctx, requests[i], State{})
	})
	count := map[Status]int{}
	due := map[time.Time]int{}
	for i, out := range outs {
		count[out.Status]++
		due[states[i].Due.Truncate(time.Minute)]++
		assert.Equal(t, "nothing answers at the server's address", out.Err.Message)
		if out.Status == Resting {
			assert.Zero(t, states[i].Failures, "it was not asked")
			assert.Equal(t, "its host did not answer for other feeds: nothing answers at the server's address", states[i].DueReason)
		}
	}
	assert.Equal(t, map[Status]int{Failed: silentVisits, Resting: 50 - silentVisits}, count)
	assert.Greater(t, len(due), 15)
	for _, n := range due {
		assert.Less(t, n, 10)
	}
}
