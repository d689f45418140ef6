//go:build linux

package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The costs of whole commands, each in a process of its own:
//
//	NEWSLETTER_LOAD=2000 go test ./cmd/newsletter -run TestCommandLoad -v
//	NEWSLETTER_LETTERS=10000 go test ./cmd/newsletter -run TestBuildLoad -v
func amount(name string, short int) (n int, full bool) {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n, true
	}
	return short, false
}

// A spent is what a command cost.
type spent struct {
	cpu, wall time.Duration
	peak      int64
	out       string
}

// commandIn returns a function that runs the command in a folder.
func commandIn(t *testing.T, dir string) func(args ...string) spent {
	exe, err := os.Executable()
	require.NoError(t, err)
	link := filepath.Join(dir, "newsletter") // by which name the test binary is the command
	require.NoError(t, os.Symlink(exe, link))
	return func(args ...string) spent {
		t.Helper()
		cmd := exec.Command(link, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+filepath.Join(dir, "cache"))
		start := time.Now()
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		u := cmd.ProcessState
		s := spent{u.UserTime() + u.SystemTime(), time.Since(start), int64(u.SysUsage().(*syscall.Rusage).Maxrss) << 10, string(out)}
		lines := strings.Split(strings.TrimSpace(s.out), "\n")
		t.Logf("%6.2f s CPU %6.2f s wall %6.0f MB  %s", s.cpu.Seconds(), s.wall.Seconds(), float64(s.peak)/1e6, lines[len(lines)-1])
		return s
	}
}

// A run over partners that have nothing new costs a tenth of the first at most.
// Their feeds are of 60 KB.
func TestCommandLoad(t *testing.T) {
	partners, full := amount("NEWSLETTER_LOAD", 50)
	listener, err := net.Listen("tcp", "0.0.0.0:0")
	require.NoError(t, err)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tag := strconv.Quote(r.Host)
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>%[1]s</title><link>http://%[1]s/</link><description/>`, r.Host)
		var a, b int
		fmt.Sscanf(r.Host, "127.1.%d.%d", &a, &b)
		seconds := a*250 + b // no two partners write at the same time
		for i := range 20 {
			fmt.Fprintf(w, `<item><title>Letter %d of %s</title><link>http://%s/%d</link><guid>http://%s/%d</guid><pubDate>%s</pubDate><description><![CDATA[<h2>Heading</h2>%s]]></description></item>`,
				i, r.Host, r.Host, i, r.Host, i, time.Date(2026, 3, 5, 0, 0, seconds, 0, time.UTC).Add(-time.Duration(i)*6*time.Hour).Format(time.RFC1123Z),
				strings.Repeat(fmt.Sprintf(`<p class="p">Words of %d, <a href="/more">more</a> and <strong>more</strong> of them, until there are enough of them for a paragraph.</p>`, i), 23))
		}
		fmt.Fprint(w, "</channel></rss>")
	})}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	dir := t.TempDir()
	var list strings.Builder
	list.WriteString(`<opml version="2.0"><body>`)
	for i := range partners { // each on a host of its own
		fmt.Fprintf(&list, `<outline type="rss" text="Partner %d" xmlUrl="http://127.1.%d.%d:%s/feed.xml"/>`, i, i/250, 1+i%250, port)
	}
	list.WriteString(`</body></opml>`)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "partners.opml"), []byte(list.String()), 0o666))
	do := commandIn(t, dir)
	run := func(hour int) spent {
		return do("aggregate", "partners.opml", "--allow-private", "--pause", "-1s", "--title", "All", "--url", "https://example.org/p/", "--now", fmt.Sprintf("2026-03-05T%02d:00:00Z", hour))
	}
	first := run(12)
	second := run(16)
	assert.Equal(t, partners, strings.Count(first.out, "20 new letters"))
	assert.Equal(t, partners, strings.Count(second.out, "nothing new"))
	assert.Contains(t, second.out, "files changed of")
	if full {
		assert.LessOrEqual(t, second.cpu, first.cpu/10)
	}
}

// A build after one letter changed costs a fifth of a full one at most.
func TestBuildLoad(t *testing.T) {
	letters, full := amount("NEWSLETTER_LETTERS", 120)
	dir := t.TempDir()
	writeLetters(t, filepath.Join(dir, "letters"), letters)
	do := commandIn(t, dir)
	whole := do("build", "letters")
	edit(t, filepath.Join(dir, "letters", "2026-01-02-l1.md"), func(b []byte) []byte { return append(b, "\nMore.\n"...) })
	one := do("build", "letters")
	assert.Regexp(t, `\b[1-5] files? changed`, one.out)
	do("build", "letters", "--check")
	if full {
		assert.LessOrEqual(t, one.cpu, whole.cpu/5)
	}
}
