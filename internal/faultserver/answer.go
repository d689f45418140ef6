package faultserver

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

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

// zip returns a body as gzip has it.
func zip(body []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(body)
	w.Close()
	return b.Bytes()
}
