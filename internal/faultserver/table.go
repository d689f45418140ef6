package faultserver

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// faults is the table of them.
func faults(s *Server) []Fault {
	bomb := zip(bytes.Repeat([]byte("<rss>"), 10<<20))
	failed := func(says string) []End { return []End{{Failed, says}} }
	healed := func(says string) []End {
		return []End{{Failed, says}, {Fetched, ""}, {NotModified, ""}}
	}
	return []Fault{
		// What does not answer.
		{Host: "unknown", Ends: failed("the name unknown.test is not known")},
		{Host: "refused", Ends: failed("nothing answers at the server's address")},
		{Host: "silent", serve: once(func(w http.ResponseWriter, r *http.Request) { s.hang(r) }),
			Ends: healed("takes too long to answer"), Letters: healedOne},
		{Host: "hangs-up", serve: func(w http.ResponseWriter, _ *http.Request, _ int) { raw(w, func(net.Conn) {}) },
			Ends: failed("closed the connection without an answer")},
		{Host: "no-http", serve: func(w http.ResponseWriter, _ *http.Request, _ int) {
			raw(w, func(c net.Conn) { io.WriteString(c, "220 mail.example ESMTP\r\n") })
		}, Ends: failed("malformed HTTP")},
		{Host: "huge-header", serve: func(w http.ResponseWriter, _ *http.Request, _ int) {
			for i := range 2000 {
				w.Header().Set(fmt.Sprint("X-", i), strings.Repeat("x", 100))
			}
		}, Ends: failed("header")},
		{Host: "wrong-name", https: true, serve: func(w http.ResponseWriter, r *http.Request, _ int) { good(w, r) },
			Ends: failed("the certificate is not for wrong-name.test")},

		// What answers, but not well.
		{Host: "hangs-after-header", serve: once(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusOK)
			w.(http.Flusher).Flush()
			s.hang(r)
		}), Ends: healed("the body comes too slowly"), Letters: healedOne},
		{Host: "trickles", serve: once(func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				io.WriteString(w, " ")
				w.(http.Flusher).Flush()
				select {
				case <-s.stop:
					return
				case <-time.After(20 * time.Millisecond):
				}
			}
		}), Ends: healed("the body comes too slowly"), Letters: healedOne},
		{Host: "breaks-off", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			raw(w, func(c net.Conn) {
				io.WriteString(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100\r\n<rss>")
			})
		}, Ends: failed("the answer ended before it was complete")},
		{Host: "breaks-off-gzip", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			wire := zip([]byte(feedOf(r.Host, strings.Fields(strings.Repeat("one two three ", 100))...)))
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(wire[:len(wire)/2])
		}, Ends: failed("the compression is damaged")},
		{Host: "too-long-content-length", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			raw(w, func(c net.Conn) {
				fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n%s", feedOf(r.Host, "one"))
			})
		}, Ends: failed("the answer ended before it was complete")},
		{Host: "gzip-bomb", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(bomb)
		}, Ends: failed("too many bytes after decompression")},
		{Host: "endless", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			chunk := bytes.Repeat([]byte("<rss>"), 1<<13)
			for range 1 << 15 { // more than a gigabyte, if somebody takes it
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		}, Ends: failed("too many bytes came over the wire")},
		{Host: "announces-a-gigabyte", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			w.Header().Set("Content-Length", "1000000000")
			w.WriteHeader(http.StatusOK)
		}, Ends: failed("1000000000 announced")},
		{Host: "unknown-encoding", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			w.Header().Set("Content-Encoding", "compress")
			io.WriteString(w, "\x1f\x9d")
		}, Ends: failed("Content-Encoding that is not known")},
		{Host: "empty", serve: always(http.StatusOK), Ends: failed("an empty answer")},
		{Host: "blank", serve: func(w http.ResponseWriter, _ *http.Request, _ int) { io.WriteString(w, " \n ") }, Ends: failed("an empty answer")},

		// What answers with something else than a feed.
		{Host: "forbidden", serve: always(403), Ends: failed("refuses to give out the feed (403 Forbidden)")},
		{Host: "login", serve: redirect("/login?next=/login?next=/", 302), Ends: failed("the redirects go round in a circle")},
		{Host: "not-found", serve: always(404), Ends: failed("nothing at this address (404 Not Found)")},
		{Host: "false-404", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			if visit == 1 {
				w.WriteHeader(http.StatusNotFound)
				return
			}
			good(w, r)
		}, Ends: []End{{Fetched, ""}, {Failed, "404"}, {NotModified, ""}}, Letters: oneAlways},
		{Host: "gone", serve: always(410), Ends: []End{{Gone, "gone for good (410 Gone)"}, {NotDue, ""}}},
		{Host: "too-many", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			if visit == 0 {
				w.Header().Set("Retry-After", "100000") // more than a day
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			good(w, r)
		}, Ends: []End{{Failed, "asked too often (429"}, {NotDue, ""}, {Fetched, ""}, {NotModified, ""}}, Letters: [][]string{nil, nil, {"one"}}},
		{Host: "maintenance", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			if visit == 0 {
				w.Header().Set("Retry-After", Noon.Add(time.Hour).Format(http.TimeFormat))
				w.Header().Set("Date", Noon.Format(http.TimeFormat))
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			good(w, r)
		}, Ends: []End{{Failed, "cannot answer for now (503"}, {Fetched, ""}, {NotModified, ""}}, Letters: [][]string{nil, {"one"}}},
		{Host: "unasked-304", serve: always(304), Ends: failed("not asked")},
		{Host: "unasked-226", serve: always(226), Ends: failed("not asked")},
		{Host: "expires-0", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			w.Header().Set("Expires", "0")
			good(w, r)
		}, Ends: []End{{Fetched, ""}, {NotModified, ""}}, Letters: oneAlways},
		{Host: "no-validators", serve: func(w http.ResponseWriter, r *http.Request, _ int) { io.WriteString(w, feedOf(r.Host, "one")) },
			Ends: []End{{Fetched, ""}, {SameBody, ""}}, Letters: oneAlways},
		{Host: "drops-validators", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			if visit == 0 {
				good(w, r)
			} else if visit == 1 || r.Header.Get("If-None-Match") == "" {
				io.WriteString(w, feedOf(r.Host, "one"))
			}
		}, Ends: []End{{Fetched, ""}, {SameBody, ""}}, Letters: oneAlways},
		{Host: "double-gzip", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			w.Header().Set("Content-Encoding", "gzip, gzip")
			w.Write(zip(zip([]byte(feedOf(r.Host, "one")))))
		}, Ends: []End{{Fetched, ""}, {SameBody, ""}}, Letters: oneAlways},

		// What leads elsewhere.
		{Host: "to-private", serve: redirect("http://192.168.1.1/feed", 302), Ends: failed("192.168.1.1 is a private address")},
		{Host: "to-loopback", serve: redirect("http://[::ffff:127.0.0.1]:1/feed", 302), Ends: failed("127.0.0.1 is a loopback address")},
		{Host: "to-decimal-loopback", serve: redirect("http://2130706433/feed", 302), Ends: []End{{Failed, ""}}},
		{Host: "to-metadata", serve: redirect("http://169.254.169.254/latest/meta-data/", 301), Ends: failed("169.254.169.254 is a cloud's metadata service")},
		{Host: "to-file", serve: redirect("file:///etc/passwd", 302), Ends: failed("not of http or https")},
		{Host: "to-nowhere", serve: always(302), Ends: failed("names no address")},
		{Host: "to-itself", serve: redirect("/", 301), Ends: failed("the redirects go round in a circle")},
		{Host: "to-10000", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			http.Redirect(w, r, fmt.Sprintf("/%d", visit), http.StatusFound)
		}, Ends: failed("too many redirects: more than 10")},
		{Host: "to-good", serve: redirect("http://good0.test/feed", 307), Ends: []End{{Fetched, ""}, {NotModified, ""}}},
		{Host: "home", Home: true, serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			if r.URL.Path == "/" {
				io.WriteString(w, `<html><link rel="alternate" type="application/rss+xml" href="feed.xml">`)
				return
			}
			good(w, r)
		}, Ends: []End{{Fetched, ""}, {NotModified, ""}}, Letters: oneAlways},
		{Host: "home-without-feed", Home: true, serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			io.WriteString(w, `<html><title>Welcome</title>`)
		}, Ends: failed("the home page links to no feed")},

		// What can be fetched, but is not what it should be.
		{Host: "login-page", serve: func(w http.ResponseWriter, r *http.Request, _ int) { io.WriteString(w, loginPage) },
			Ends: []End{{Fetched, ""}, {SameBody, ""}}, Reports: failed("HTML page")},
		{Host: "login-page-later", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			if visit == 0 {
				good(w, r)
				return
			}
			io.WriteString(w, loginPage)
		}, Ends: []End{{Fetched, ""}, {Fetched, ""}, {SameBody, ""}},
			Reports: []End{{Fetched, ""}, {Failed, "HTML page"}}, Letters: oneAlways},
		{Host: "wrong-charset", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
			io.WriteString(w, strings.Replace(feedOf(r.Host, "one"), "About", "\xc5ngb\xe5t", 1)) // windows-1252
		}, Ends: []End{{Fetched, ""}, {SameBody, ""}}, Letters: oneAlways},
		{Host: "cut-off", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			whole := feedOf(r.Host, "one", "two")
			io.WriteString(w, whole[:strings.LastIndex(whole, "</title>")])
		}, Ends: []End{{Fetched, ""}, {SameBody, ""}}, Reports: []End{{Fetched, ""}}, Letters: oneAlways},
		{Host: "cut-off-once", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			w.Header().Set("ETag", `"whole"`)
			if visit == 0 {
				whole := feedOf(r.Host, "one", "two")
				io.WriteString(w, whole[:strings.LastIndex(whole, "</title>")])
			} else if r.Header.Get("If-None-Match") == "" {
				io.WriteString(w, feedOf(r.Host, "one", "two"))
			} else {
				w.WriteHeader(http.StatusNotModified)
			}
		}, Ends: []End{{Fetched, ""}, {NotModified, ""}}, Reports: []End{{Fetched, ""}, {Fetched, ""}, {NotModified, ""}},
			Letters: [][]string{{"one"}, {"one", "two"}}},
		{Host: "refuses-conditions", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			w.Header().Set("ETag", `"x"`)
			if r.Header.Get("If-None-Match") != "" {
				w.WriteHeader(226) // without a word on what it holds
				return
			}
			io.WriteString(w, feedOf(r.Host, "one"))
		}, Ends: []End{{Fetched, ""}, {Failed, "not asked"}, {SameBody, ""}, {Failed, "not asked"}}, Letters: oneAlways},
		{Host: "gone-elsewhere", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			switch {
			case r.URL.Path == "/gone":
				w.WriteHeader(http.StatusGone)
			case visit == 1:
				http.Redirect(w, r, "/gone", http.StatusMovedPermanently)
			default:
				good(w, r)
			}
		}, Ends: []End{{Fetched, ""}, {Failed, "410"}, {NotModified, ""}}, Letters: oneAlways},
		{Host: "absurd-ttl", serve: func(w http.ResponseWriter, r *http.Request, _ int) {
			io.WriteString(w, strings.Replace(feedOf(r.Host, "one"), "<link>", "<ttl>99999999999</ttl><link>", 1))
		}, Ends: []End{{Fetched, ""}, {SameBody, ""}}, Letters: oneAlways},
		{Host: "shrinks-to-nothing", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			if visit == 0 {
				io.WriteString(w, feedOf(r.Host, "one", "two"))
				return
			}
			io.WriteString(w, feedOf(r.Host))
		}, Ends: []End{{Fetched, ""}, {Fetched, ""}, {SameBody, ""}}, Letters: [][]string{{"one", "two"}}},
		{Host: "reuses-an-id", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			title := []string{"one", "two", "three", "four"}[visit]
			io.WriteString(w, feedOf(r.Host, rssItem(r.Host, "the-only-id", title, title, dated)))
		}, Ends: []End{{Fetched, ""}}, Letters: [][]string{{"one"}, {"one", "two"}, {"one", "three", "two"}, {"four", "one", "three", "two"}}},
		{Host: "no-dates", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			io.WriteString(w, feedOf(r.Host, rssItem(r.Host, "1", "one", "one", ""))+strings.Repeat(" ", visit))
		}, Ends: []End{{Fetched, ""}}, Letters: oneAlways},
		{Host: "future", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			io.WriteString(w, feedOf(r.Host, rssItem(r.Host, "1", "one", "one", "<pubDate>Thu, 05 Mar 2099 12:00:00 GMT</pubDate>"))+strings.Repeat(" ", visit))
		}, Ends: []End{{Fetched, ""}}, Letters: oneAlways},
		{Host: "comes-and-goes", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			io.WriteString(w, feedOf(r.Host, []string{"one", "two"}[:1+(visit+1)%2]...))
		}, Ends: []End{{Fetched, ""}}, Letters: [][]string{{"one", "two"}}},
		{Host: "counts-visits", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			io.WriteString(w, strings.Replace(feedOf(r.Host, "one"), "About", fmt.Sprintf("Seen %d times:", visit), 1))
		}, Ends: []End{{Fetched, ""}}, Letters: oneAlways},
		{Host: "floods", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			if visit == 0 {
				io.WriteString(w, feedOf(r.Host, "one"))
				return
			}
			titles := []string{"one"}
			for i := range 500 {
				titles = append(titles, fmt.Sprintf("new %03d", i))
			}
			io.WriteString(w, feedOf(r.Host, titles...))
		}, Ends: []End{{Fetched, ""}, {Fetched, ""}, {SameBody, ""}}, Letters: oneAlways}, // they are held back for a week
		{Host: "anothers-ids", serve: func(w http.ResponseWriter, r *http.Request, visit int) {
			io.WriteString(w, feedOf(r.Host, rssItem(r.Host, "good0.test-one", "mine", "mine", dated)))
		}, Ends: []End{{Fetched, ""}, {SameBody, ""}}, Letters: [][]string{{"mine"}}},
	}
}

// Noon is when the first visit is, for all that the server says of times. Each
// visit after it is a day later.
var Noon = time.Date(2026, 3, 6, 12, 0, 0, 0, time.UTC)

const loginPage = `<!DOCTYPE html><html><head><title>Log in</title></head><body><form><input name="user"></form></body></html>`

var (
	oneAlways = [][]string{{"one"}}
	healedOne = [][]string{nil, {"one"}}
)
