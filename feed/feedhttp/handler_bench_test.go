package feedhttp_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/feed/feedhttp"
	"github.com/automationregion/newsletter/internal/sample"
)

// BenchmarkHandler asks for a feed of 42 KB over a connection on loopback, turn
// by turn with an http.FileServer that has the same bytes in a file.
// "x-fileserver" is the file server's time in ours: above 1, ours answers more
// requests a second.
func BenchmarkHandler(b *testing.B) {
	n := benchmarkLetters()
	var document bytes.Buffer
	if err := feed.Write(&document, feed.At(n, feed.RSS), feed.RSS); err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	file := filepath.Join(dir, feed.RSS.FileName())
	if err := os.WriteFile(file, document.Bytes(), 0o644); err != nil {
		b.Fatal(err)
	}
	if err := os.Chtimes(file, n.Updated, n.Updated); err != nil {
		b.Fatal(err)
	}
	handler := feedhttp.Handler(func(context.Context) (*newsletter.Newsletter, error) { return n, nil })
	tag := ask(handler, "/rss.xml").Header().Get("ETag")
	since := "If-Modified-Since: " + n.Updated.UTC().Format(http.TimeFormat)
	for _, bench := range []struct {
		name         string
		ours, theirs string // header
		status       int
	}{
		{"200", "Accept: */*", "Accept: */*", http.StatusOK},
		{"304", "If-None-Match: " + tag, since, http.StatusNotModified},
	} {
		b.Run(bench.name, func(b *testing.B) {
			ours := dial(b, handler, bench.ours)
			theirs := dial(b, http.FileServer(http.Dir(dir)), bench.theirs)
			var own, other time.Duration
			const turn = 50
			for b.Loop() {
				start := time.Now()
				for range turn {
					ours.ask(b, bench.status, document.Len())
				}
				own += time.Since(start)
				start = time.Now()
				for range turn {
					theirs.ask(b, bench.status, document.Len())
				}
				other += time.Since(start)
			}
			b.ReportMetric(float64(own.Nanoseconds())/float64(b.N*turn), "ns/op")
			b.ReportMetric(float64(other)/float64(own), "x-fileserver")
		})
	}
}

// A client asks again and again for the same.
type client struct {
	conn    net.Conn
	r       *bufio.Reader
	request []byte
}

func dial(b *testing.B, h http.Handler, header string) *client {
	server := httptest.NewServer(h)
	b.Cleanup(server.Close)
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close() })
	return &client{conn: conn, r: bufio.NewReaderSize(conn, 64<<10), request: fmt.Appendf(nil, "GET /rss.xml HTTP/1.1\r\nHost: example.org\r\n%s\r\n\r\n", header)}
}

func (c *client) ask(b *testing.B, status, length int) {
	if _, err := c.conn.Write(c.request); err != nil {
		b.Fatal(err)
	}
	line, err := c.r.ReadSlice('\n')
	if err != nil || !bytes.HasPrefix(line, fmt.Appendf(nil, "HTTP/1.1 %d", status)) {
		b.Fatalf("%s, %v", line, err)
	}
	for len(line) > 2 {
		if line, err = c.r.ReadSlice('\n'); err != nil {
			b.Fatal(err)
		}
	}
	if status != http.StatusOK {
		return
	}
	if _, err := c.r.Discard(length); err != nil && err != io.EOF {
		b.Fatal(err)
	}
}

// benchmarkLetters are ten letters of 3.4 KB.
func benchmarkLetters() *newsletter.Newsletter {
	const paragraph = `<p>The board met in <a href="https://example.org/town?id=1&amp;lang=sv">Malmö</a> &amp; spoke of the budget, of travel, and of what came in the letters.</p>` + "\n"
	n := sample.Small()
	for i := range 10 {
		url := fmt.Sprintf("https://example.org/letters/%d", i)
		n.Letters = append(n.Letters, &newsletter.Letter{
			ID: url, URL: url, Title: fmt.Sprintf("Letter %d", i), Kind: "Report", Updated: n.Updated,
			Authors: []newsletter.Author{{Name: "Ada Example", Organization: "Example Works", Email: "ada@example.org"}},
			Summary: "What the board spoke of.", Content: strings.TrimSpace(strings.Repeat(paragraph, 3400/len(paragraph))),
		})
	}
	return n
}
