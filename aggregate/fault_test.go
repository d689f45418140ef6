package aggregate

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/fetch"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A fault is a partner whose server does one wrong thing.
type fault struct {
	host  string // its name, and the heading of its place in the table
	serve func(w http.ResponseWriter, r *http.Request, visit int)
	ends  []end // visit by visit; the last one also stands for those after it
	home  bool  // the partner is known by its home page
	https bool

	// What a run makes of it, run by run.
	reports []end      // where it is not what the visit ended in
	letters [][]string // titles in the newsletter; none if nil
}

// An end is what a visit ends in.
type end struct {
	status fetch.Status
	says   string // part of what the report says went wrong
}

// feedOf returns a feed with letters of these titles, or with these items.
func feedOf(host string, titles ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0"?><rss version="2.0"><channel><title>%s</title><link>http://%s/</link>`, host, host)
	for _, title := range titles {
		if !strings.HasPrefix(title, "<item>") {
			title = rssItem(host, host+"-"+title, title, title, dated)
		}
		b.WriteString(title)
	}
	return b.String() + "</channel></rss>"
}

// rssItem is an item of a feed as feedOf has them.
func rssItem(host, guid, link, title, date string) string {
	return fmt.Sprintf(`<item><guid isPermaLink="false">%s</guid><link>http://%s/%s</link><title>%s</title>%s<description>About %[4]s of %[2]s.</description></item>`,
		guid, host, link, title, date)
}

const dated = "<pubDate>Thu, 05 Mar 2026 12:00:00 GMT</pubDate>"

// good serves a feed and honours conditional requests.
func good(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("ETag", `"good"`)
	if r.Header.Get("If-None-Match") == `"good"` {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/rss+xml")
	io.WriteString(w, feedOf(r.Host, "one"))
}

// raw takes the connection over, for what net/http would not send.
func raw(w http.ResponseWriter, answer func(c net.Conn)) {
	c, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	defer c.Close()
	answer(c)
}

func always(code int) func(http.ResponseWriter, *http.Request, int) {
	return func(w http.ResponseWriter, _ *http.Request, _ int) { w.WriteHeader(code) }
}

func redirect(to string, code int) func(http.ResponseWriter, *http.Request, int) {
	return func(w http.ResponseWriter, _ *http.Request, _ int) {
		w.Header().Set("Location", to)
		w.WriteHeader(code)
	}
}

// once does something wrong on the first visit, and is good from then on.
func once(bad http.HandlerFunc) func(http.ResponseWriter, *http.Request, int) {
	return func(w http.ResponseWriter, r *http.Request, visit int) {
		if visit == 0 {
			bad(w, r)
			return
		}
		good(w, r)
	}
}

func (s *faultServer) hang(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-s.stop:
	}
}

// A faultServer is all partners' servers in one: the request's host says which.
type faultServer struct {
	*httptest.Server
	tls    *httptest.Server
	stop   chan struct{} // ends what hangs
	mu     sync.Mutex
	visits map[string]int
	faults []fault
}

func newFaultServer(t testing.TB) *faultServer {
	s := &faultServer{stop: make(chan struct{}), visits: map[string]int{}}
	s.faults = faults(t, s)
	byHost := map[string]fault{}
	for _, f := range s.faults {
		byHost[f.host] = f
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

// client returns a client as the aggregator has it on its own, but for names
// that end in .test: they are all this server. It has little patience with the
// first request to the one that never answers it, and much with all others,
// however busy this machine.
func (s *faultServer) client(l fetch.Limits) *http.Client {
	short := l
	short.HeaderTimeout = 300 * time.Millisecond
	return &http.Client{Transport: &patience{silent: s.transport(short), others: s.transport(l)}}
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

func (s *faultServer) transport(l fetch.Limits) *http.Transport {
	tr := fetch.Transport(fetch.Options{Limits: l})
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

// partners returns the faulty partners with a good one between every two.
func (s *faultServer) partners() []Partner {
	var list []Partner
	for i, f := range s.faults {
		p := Partner{Name: f.host, FeedURL: "http://" + f.host + ".test/"}
		if f.https {
			p.FeedURL = "https://" + f.host + ".test/"
		}
		if f.home {
			p.FeedURL, p.URL = "", p.FeedURL
		}
		list = append(list, p, Partner{Name: "good", FeedURL: fmt.Sprintf("http://good%d.test/", i)})
	}
	return list
}

var faultLimits = fetch.Limits{
	Pause: -1, ConnectTimeout: 10 * time.Second, TLSTimeout: 10 * time.Second, HeaderTimeout: 10 * time.Second,
	Timeout: 6 * time.Second, MaxTransfer: 1 << 20, MaxBody: 4 << 20, MinRate: 1000,
}

func faults(t testing.TB, s *faultServer) []fault {
	bomb := zip(t, bytes.Repeat([]byte("<rss>"), 10<<20))
	failed := func(says string) []end { return []end{{fetch.Failed, says}} }
	healed := func(says string) []end {
		return []end{{fetch.Failed, says}, {fetch.Fetched, ""}, {fetch.NotModified, ""}}
	}
	return []fault{
		// What does not answer.
		{host: "unknown", ends: failed("the name unknown.test is not known")},
		{host: "refused", ends: failed("nothing answers at the server's address")},
		{host: "silent", serve: once(func(w http.ResponseWriter, r *http.Request) { s.hang(r) }),
			ends: healed("takes too long to answer"), letters: healedOne},
		{host: "hangs-up", serve: func(w http.ResponseWriter, _ *http.Request, _ int) { raw(w, func(net.Conn) {}) },
			ends: failed("closed the connection without an answer")},
		{host: "no-http", serve: func(w http.ResponseWriter, _ *http.Request, _ int) {
			raw(w, func(c net.Conn) { io.WriteString(c, "220 mail.example ESMTP\r\n") })
		}, ends: failed("malformed HTTP")},
		{host: "huge-header", serve: func(w http.ResponseWriter, _ *http.Request, _ int) {
			for i := range 2000 {
				w.Header().Set(fmt.Sprint("X-", i), strings.Repeat("x", 100))
			}
		}, ends: failed("header")},
		{host: "wrong-name", https: true, serve: func(w http.ResponseWriter, r *http.Request, _ int) { good(w, r) },
			ends: failed("the certificate is not for wrong-name.test")},

		// What answers, but not well.
		{host: "hangs-after-header", serve: once(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusOK)
			w.(http.Flusher).Flush()
			s.hang(r)
		}), ends: healed("the body comes too slowly"), letters: healedOne},
		{host: "trickles", serve: once(func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				io.WriteString(w, " ")
				w.(http.Flusher).Flush()
				select {
				case <-s.stop:
					return
				case <-time.After(20 * time.Millisecond):
				}
			}
		}), ends: healed("the body comes too slowly"), letters: healedOne},
		{host: "breaks-off", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			raw(w, func(c net.Conn) {
				io.WriteString(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100\r\n<rss>")
			})
		}, ends: failed("the answer ended before it was complete")},
		{host: "breaks-off-gzip", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			wire := zip(t, []byte(feedOf(r.Host, strings.Fields(strings.Repeat("one two three ", 100))...)))
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(wire[:len(wire)/2])
		}, ends: failed("the compression is damaged")},
		{host: "too-long-content-length", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			raw(w, func(c net.Conn) {
				fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n%s", feedOf(r.Host, "one"))
			})
		}, ends: failed("the answer ended before it was complete")},
		{host: "gzip-bomb", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(bomb)
		}, ends: failed("too many bytes after decompression")},
		{host: "endless", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			chunk := bytes.Repeat([]byte("<rss>"), 1<<13)
			for range 1 << 15 { // more than a gigabyte, if somebody takes it
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		}, ends: failed("too many bytes came over the wire")},
		{host: "announces-a-gigabyte", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			w.Header().Set("Content-Length", "1000000000")
			w.WriteHeader(http.StatusOK)
		}, ends: failed("1000000000 announced")},
		{host: "unknown-encoding", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			w.Header().Set("Content-Encoding", "compress")
			io.WriteString(w, "\x1f\x9d")
		}, ends: failed("Content-Encoding that is not known")},
		{host: "empty", serve: always(http.StatusOK), ends: failed("an empty answer")},
		{host: "blank", serve: func(w http.ResponseWriter, _ *http.Request, _ int) { io.WriteString(w, " \n ") }, ends: failed("an empty answer")},

		// What answers with something else than a feed.
		{host: "forbidden", serve: always(403), ends: failed("refuses to give out the feed (403 Forbidden)")},
		{host: "login", serve: redirect("/login?next=/login?next=/", 302), ends: failed("the redirects go round in a circle")},
		{host: "not-found", serve: always(404), ends: failed("nothing at this address (404 Not Found)")},
		{host: "false-404", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			if visit == 1 {
				w.WriteHeader(http.StatusNotFound)
				return
			}
			good(w, r)
		}, ends: []end{{fetch.Fetched, ""}, {fetch.Failed, "404"}, {fetch.NotModified, ""}}, letters: oneAlways},
		{host: "gone", serve: always(410), ends: []end{{fetch.Gone, "gone for good (410 Gone)"}, {fetch.NotDue, ""}}},
		{host: "too-many", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			if visit == 0 {
				w.Header().Set("Retry-After", "100000") // more than a day
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			good(w, r)
		}, ends: []end{{fetch.Failed, "asked too often (429"}, {fetch.NotDue, ""}, {fetch.Fetched, ""}, {fetch.NotModified, ""}}, letters: [][]string{nil, nil, {"one"}}},
		{host: "maintenance", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			if visit == 0 {
				w.Header().Set("Retry-After", noon.Add(time.Hour).Format(http.TimeFormat))
				w.Header().Set("Date", noon.Format(http.TimeFormat))
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			good(w, r)
		}, ends: []end{{fetch.Failed, "cannot answer for now (503"}, {fetch.Fetched, ""}, {fetch.NotModified, ""}}, letters: [][]string{nil, {"one"}}},
		{host: "unasked-304", serve: always(304), ends: failed("not asked")},
		{host: "unasked-226", serve: always(226), ends: failed("not asked")},
		{host: "expires-0", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			w.Header().Set("Expires", "0")
			good(w, r)
		}, ends: []end{{fetch.Fetched, ""}, {fetch.NotModified, ""}}, letters: oneAlways},
		{host: "no-validators", serve: func(w http.ResponseWriter, r *http.Request, _ int) { io.WriteString(w, feedOf(r.Host, "one")) },
			ends: []end{{fetch.Fetched, ""}, {fetch.SameBody, ""}}, letters: oneAlways},
		{host: "drops-validators", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			if visit == 0 {
				good(w, r)
			} else if visit == 1 || r.Header.Get("If-None-Match") == "" {
				io.WriteString(w, feedOf(r.Host, "one"))
			}
		}, ends: []end{{fetch.Fetched, ""}, {fetch.SameBody, ""}}, letters: oneAlways},
		{host: "double-gzip", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			w.Header().Set("Content-Encoding", "gzip, gzip")
			w.Write(zip(t, zip(t, []byte(feedOf(r.Host, "one")))))
		}, ends: []end{{fetch.Fetched, ""}, {fetch.SameBody, ""}}, letters: oneAlways},

		// What leads elsewhere.
		{host: "to-private", serve: redirect("http://192.168.1.1/feed", 302), ends: failed("192.168.1.1 is a private address")},
		{host: "to-loopback", serve: redirect("http://[::ffff:127.0.0.1]:1/feed", 302), ends: failed("127.0.0.1 is a loopback address")},
		{host: "to-decimal-loopback", serve: redirect("http://2130706433/feed", 302), ends: []end{{fetch.Failed, ""}}},
		{host: "to-metadata", serve: redirect("http://169.254.169.254/latest/meta-data/", 301), ends: failed("169.254.169.254 is a cloud's metadata service")},
		{host: "to-file", serve: redirect("file:///etc/passwd", 302), ends: failed("not of http or https")},
		{host: "to-nowhere", serve: always(302), ends: failed("names no address")},
		{host: "to-itself", serve: redirect("/", 301), ends: failed("the redirects go round in a circle")},
		{host: "to-10000", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			http.Redirect(w, r, fmt.Sprintf("/%d", visit), http.StatusFound)
		}, ends: failed("too many redirects: more than 10")},
		{host: "to-good", serve: redirect("http://good0.test/feed", 307), ends: []end{{fetch.Fetched, ""}, {fetch.NotModified, ""}}},
		{host: "home", home: true, serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			if r.URL.Path == "/" {
				io.WriteString(w, `<html><link rel="alternate" type="application/rss+xml" href="feed.xml">`)
				return
			}
			good(w, r)
		}, ends: []end{{fetch.Fetched, ""}, {fetch.NotModified, ""}}, letters: oneAlways},
		{host: "home-without-feed", home: true, serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			io.WriteString(w, `<html><title>Welcome</title>`)
		}, ends: failed("the home page links to no feed")},

		// What can be fetched, but is not what it should be.
		{host: "login-page", serve: func(w http.ResponseWriter, r *http.Request, _ int) { io.WriteString(w, loginPage) },
			ends: []end{{fetch.Fetched, ""}, {fetch.SameBody, ""}}, reports: failed("HTML page")},
		{host: "login-page-later", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			if visit == 0 {
				good(w, r)
				return
			}
			io.WriteString(w, loginPage)
		}, ends: []end{{fetch.Fetched, ""}, {fetch.Fetched, ""}, {fetch.SameBody, ""}},
			reports: []end{{fetch.Fetched, ""}, {fetch.Failed, "HTML page"}}, letters: oneAlways},
		{host: "wrong-charset", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
			io.WriteString(w, strings.Replace(feedOf(r.Host, "one"), "About", "\xc5ngb\xe5t", 1)) // windows-1252
		}, ends: []end{{fetch.Fetched, ""}, {fetch.SameBody, ""}}, letters: oneAlways},
		{host: "cut-off", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			whole := feedOf(r.Host, "one", "two")
			io.WriteString(w, whole[:strings.LastIndex(whole, "</title>")])
		}, ends: []end{{fetch.Fetched, ""}, {fetch.SameBody, ""}}, reports: []end{{fetch.Fetched, ""}}, letters: oneAlways},
		{host: "cut-off-once", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			w.Header().Set("ETag", `"whole"`)
			if visit == 0 {
				whole := feedOf(r.Host, "one", "two")
				io.WriteString(w, whole[:strings.LastIndex(whole, "</title>")])
			} else if r.Header.Get("If-None-Match") == "" {
				io.WriteString(w, feedOf(r.Host, "one", "two"))
			} else {
				w.WriteHeader(http.StatusNotModified)
			}
		}, ends: []end{{fetch.Fetched, ""}, {fetch.NotModified, ""}}, reports: []end{{fetch.Fetched, ""}, {fetch.Fetched, ""}, {fetch.NotModified, ""}},
			letters: [][]string{{"one"}, {"one", "two"}}},
		{host: "refuses-conditions", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			w.Header().Set("ETag", `"x"`)
			if r.Header.Get("If-None-Match") != "" {
				w.WriteHeader(226) // without a word on what it holds
				return
			}
			io.WriteString(w, feedOf(r.Host, "one"))
		}, ends: []end{{fetch.Fetched, ""}, {fetch.Failed, "not asked"}, {fetch.SameBody, ""}, {fetch.Failed, "not asked"}}, letters: oneAlways},
		{host: "gone-elsewhere", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			switch {
			case r.URL.Path == "/gone":
				w.WriteHeader(http.StatusGone)
			case visit == 1:
				http.Redirect(w, r, "/gone", http.StatusMovedPermanently)
			default:
				good(w, r)
			}
		}, ends: []end{{fetch.Fetched, ""}, {fetch.Failed, "410"}, {fetch.NotModified, ""}}, letters: oneAlways},
		{host: "absurd-ttl", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			io.WriteString(w, strings.Replace(feedOf(r.Host, "one"), "<link>", "<ttl>99999999999</ttl><link>", 1))
		}, ends: []end{{fetch.Fetched, ""}, {fetch.SameBody, ""}}, letters: oneAlways},
		{host: "shrinks-to-nothing", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			if visit == 0 {
				io.WriteString(w, feedOf(r.Host, "one", "two"))
				return
			}
			io.WriteString(w, feedOf(r.Host))
		}, ends: []end{{fetch.Fetched, ""}, {fetch.Fetched, ""}, {fetch.SameBody, ""}}, letters: [][]string{{"one", "two"}}},
		{host: "reuses-an-id", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			title := []string{"one", "two", "three", "four"}[visit]
			io.WriteString(w, feedOf(r.Host, rssItem(r.Host, "the-only-id", title, title, dated)))
		}, ends: []end{{fetch.Fetched, ""}}, letters: [][]string{{"one"}, {"one", "two"}, {"one", "three", "two"}, {"four", "one", "three", "two"}}},
		{host: "no-dates", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			io.WriteString(w, feedOf(r.Host, rssItem(r.Host, "1", "one", "one", ""))+strings.Repeat(" ", visit))
		}, ends: []end{{fetch.Fetched, ""}}, letters: oneAlways},
		{host: "future", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			io.WriteString(w, feedOf(r.Host, rssItem(r.Host, "1", "one", "one", "<pubDate>Thu, 05 Mar 2099 12:00:00 GMT</pubDate>"))+strings.Repeat(" ", visit))
		}, ends: []end{{fetch.Fetched, ""}}, letters: oneAlways},
		{host: "comes-and-goes", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			io.WriteString(w, feedOf(r.Host, []string{"one", "two"}[:1+(visit+1)%2]...))
		}, ends: []end{{fetch.Fetched, ""}}, letters: [][]string{{"one", "two"}}},
		{host: "counts-visits", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			io.WriteString(w, strings.Replace(feedOf(r.Host, "one"), "About", fmt.Sprintf("Seen %d times:", visit), 1))
		}, ends: []end{{fetch.Fetched, ""}}, letters: oneAlways},
		{host: "floods", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			if visit == 0 {
				io.WriteString(w, feedOf(r.Host, "one"))
				return
			}
			titles := []string{"one"}
			for i := range 500 {
				titles = append(titles, fmt.Sprintf("new %03d", i))
			}
			io.WriteString(w, feedOf(r.Host, titles...))
		}, ends: []end{{fetch.Fetched, ""}, {fetch.Fetched, ""}, {fetch.SameBody, ""}}, letters: [][]string{{"one"}, {"one"}, flooded}},
		{host: "anothers-ids", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			io.WriteString(w, feedOf(r.Host, rssItem(r.Host, "good0.test-one", "mine", "mine", dated)))
		}, ends: []end{{fetch.Fetched, ""}, {fetch.SameBody, ""}}, letters: [][]string{{"mine"}}},
	}
}

const loginPage = `<!DOCTYPE html><html><head><title>Log in</title></head><body><form><input name="user"></form></body></html>`

var (
	oneAlways = [][]string{{"one"}}
	healedOne = [][]string{nil, {"one"}}
	flooded   = func() []string {
		var titles []string
		for i := range 500 {
			titles = append(titles, fmt.Sprintf("new %03d", i))
		}
		return append(titles, "one")
	}()
)

// Each partner ends in what the table says, and the good ones between them are
// read as if they were alone.
func TestFaults(t *testing.T) {
	s := newFaultServer(t)
	before := runtime.NumGoroutine()
	limits := faultLimits
	limits.Timeout = 30 * time.Second // so that too few bytes are noticed before
	client := s.client(limits)
	now := noon
	f := fetch.NewClient(fetch.Options{Limits: limits, Client: client, Now: func() time.Time { return now }, Chance: constant(0)})
	defer f.Close()
	partners := s.partners()
	states := make([]fetch.State, len(partners))
	for run := range 4 {
		got := make([]end, len(partners))
		err := f.Each(t.Context(), len(partners), func(i int) string { return partners[i].address() }, func(ctx context.Context, turn *fetch.Turn, i int) {
			out, next := f.Fetch(ctx, partners[i].request(turn, false), states[i])
			got[i] = end{out.Status, ""}
			if out.Err != nil {
				got[i].says = out.Err.Message
				assert.NotEmpty(t, out.Err.URL)
			}
			out.Close()
			states[i] = next
		})
		require.NoError(t, err)
		for i, p := range partners {
			want := end{fetch.Fetched, ""}
			switch {
			case p.Name != "good":
				want = at(s.faults[i/2].ends, run)
			case run > 0:
				want = end{fetch.NotModified, ""}
			}
			assert.Equal(t, want.status, got[i].status, "%s on run %d: %s", p.Name, run, got[i].says)
			assert.Contains(t, got[i].says, want.says, "%s on run %d", p.Name, run)
			if want.status == fetch.Failed {
				assert.NotEmpty(t, got[i].says)
			}
		}
		now = now.Add(24 * time.Hour)
	}
	client.CloseIdleConnections()
	assertGoroutines(t, before)
}

// at returns what is said of a run; the last word stands for all runs after it.
func at[T any](list []T, run int) (v T) {
	if len(list) > 0 {
		v = list[min(run, len(list)-1)]
	}
	return v
}

// What becomes of each partner in whole runs, and of its letters, while the
// good ones between them come through as if they were alone.
func TestFaultsInRuns(t *testing.T) {
	s := newFaultServer(t)
	before := runtime.NumGoroutine()
	client := s.client(faultLimits)
	now := noon
	dir := t.TempDir()
	partners := s.partners()
	published := map[string]time.Time{}
	for run := range 4 {
		store, err := OpenDir(dir, nil)
		require.NoError(t, err)
		a := Aggregator{
			Newsletter: newsletter.Newsletter{
				ID: "tag:letters.example,2026:all", Title: "All", URL: "https://letters.example/", FeedURL: "https://letters.example/atom.xml",
			},
			Store: store, Now: func() time.Time { return now },
			Fetch: fetch.Options{Client: client, Limits: faultLimits, Chance: constant(0)},
		}
		result, err := a.Run(t.Context(), partners)
		require.NoError(t, err)
		require.NoError(t, store.Close())
		require.NoError(t, result.Newsletter.Validate())

		letters := map[string][]string{}
		for _, l := range result.Newsletter.Letters {
			host, _, _ := strings.Cut(strings.TrimPrefix(l.URL, "http://"), "/")
			letters[host] = append(letters[host], l.Title)
			was, ok := published[l.URL]
			if !ok {
				published[l.URL] = l.Published
				assert.False(t, l.Published.IsZero() || l.Published.After(now), "%s of %s", l.Title, host)
			} else {
				assert.Equal(t, was, l.Published, "%s of %s keeps its place", l.Title, host)
			}
		}
		for i, p := range partners {
			report := result.Partners[i]
			want, titles := end{fetch.Fetched, ""}, []string{"one"}
			switch {
			case p.Name != "good":
				f := s.faults[i/2]
				want, titles = at(f.ends, run), at(f.letters, run)
				if f.reports != nil {
					want = at(f.reports, run)
				}
			case run > 0:
				want = end{fetch.NotModified, ""}
			}
			host := strings.Trim(strings.TrimLeft(p.address(), "htps:"), "/")
			assert.Equal(t, want.status, report.Status, "%s in run %d: %s", p.Name, run, report.Error)
			if !strings.Contains(want.says, "slowly") { // which takes ten seconds to tell
				assert.Contains(t, report.Error, want.says, "%s in run %d", p.Name, run)
			}
			if want.status != fetch.NotDue {
				assert.Equal(t, want.status == fetch.Failed || want.status == fetch.Gone, report.Failing(), "%s in run %d", p.Name, run)
			}
			assert.ElementsMatch(t, titles, letters[host], "letters of %s in run %d", host, run)
		}
		now = now.Add(24 * time.Hour)
	}
	client.CloseIdleConnections()
	assertGoroutines(t, before)
}
