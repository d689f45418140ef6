// Package faultserver is a server for tests that does wrong, one way for each host,
// all that servers of feeds were seen to do.
package faultserver

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// New returns a server that is closed with the test.
func New(t testing.TB) *Server {
	s := &Server{stop: make(chan struct{}), visits: map[string]int{}}
	s.Faults = faults(s)
	byHost := map[string]Fault{}
	for _, f := range s.Faults {
		byHost[f.Host] = f
	}
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := strings.Cut(r.Host, ":")
		f, ok := byHost[strings.TrimSuffix(host, ".test")]
		if !ok {
			good(w, r)
			return
		}
		s.mu.Lock()
		visit := s.visits[host]
		s.visits[host]++
		s.mu.Unlock()
		f.serve(w, r, visit)
	})
	s.Server, s.tls = httptest.NewUnstartedServer(h), httptest.NewUnstartedServer(h)
	for _, server := range []*httptest.Server{s.Server, s.tls} {
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
	}
	s.Start()
	s.tls.StartTLS()
	t.Cleanup(func() {
		close(s.stop)
		s.Close()
		s.tls.Close()
	})
	return s
}

// Client returns a client with the transports that transport makes, but for names
// that end in .test: they are all this server. It has little patience with the
// first request to the one that never answers it, and much with all others,
// however busy this machine.
func (s *Server) Client(transport func(header time.Duration) *http.Transport) *http.Client {
	return &http.Client{Transport: &patience{
		silent: s.reroute(transport(300 * time.Millisecond)), others: s.reroute(transport(10 * time.Second)),
	}}
}

type patience struct {
	silent, others *http.Transport
	lost           atomic.Bool
}

func (p *patience) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host == "silent.test" && p.lost.CompareAndSwap(false, true) {
		return p.silent.RoundTrip(r)
	}
	return p.others.RoundTrip(r)
}

func (p *patience) CloseIdleConnections() {
	p.silent.CloseIdleConnections()
	p.others.CloseIdleConnections()
}

func (s *Server) reroute(tr *http.Transport) *http.Transport {
	guarded := tr.DialContext
	tr.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, _ := net.SplitHostPort(address)
		switch {
		case host == "unknown.test":
			return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
		case host == "refused.test":
			c, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return nil, err
			}
			c.Close()
			address = c.Addr().String()
		case !strings.HasSuffix(host, ".test"):
			return guarded(ctx, network, address)
		case port == "443":
			address = s.tls.Listener.Addr().String()
		default:
			address = s.Listener.Addr().String()
		}
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
	return tr
}

// A Feed is one to ask for. Either of its addresses is empty.
type Feed struct {
	Name      string // "good" for one without a fault
	URL, Home string
}

// Feeds returns the faulty feeds, in the order of Faults, each followed by a good
// one.
func (s *Server) Feeds() []Feed {
	var list []Feed
	for i, f := range s.Faults {
		feed := Feed{Name: f.Host, URL: "http://" + f.Host + ".test/"}
		if f.https {
			feed.URL = "https://" + f.Host + ".test/"
		}
		if f.Home {
			feed.URL, feed.Home = "", feed.URL
		}
		list = append(list, feed, Feed{Name: "good", URL: fmt.Sprintf("http://good%d.test/", i)})
	}
	return list
}

// At returns what is said of a run; the last word stands for all runs after it.
func At[T any](list []T, run int) (v T) {
	if len(list) > 0 {
		v = list[min(run, len(list)-1)]
	}
	return v
}
