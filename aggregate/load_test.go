//go:build linux

package aggregate

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/fetch"
	"github.com/klauspost/compress/gzip"
	"github.com/mmcdole/gofeed"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The load test starts this test binary again for the server and for each
// run, so that the CPU time and the memory of one are not those of another:
//
//	go test ./aggregate -run TestLoad -v                              a short form
//	NEWSLETTER_LOAD=2000 go test ./aggregate -run TestLoad -v -timeout 30m      the full one
//
// What a process is started for is in this variable.
const loadRole = "NEWSLETTER_LOAD_ROLE"

// loadFeed writes the feed of a partner: 20 letters, about 60 KB.
func loadFeed(w io.Writer, partner int) {
	words := strings.Fields(`the of and to in region network office report member project city council energy transport
		bridge meeting spring autumn invitation letter partner harbour forest railway school culture budget strategy
		innovation climate digital cooperation border island coast funding programme workshop editorial staff summary`)
	rnd := rand.New(rand.NewPCG(uint64(partner), 1))
	text := func(n int) string {
		var b strings.Builder
		for i := range n {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(words[rnd.IntN(len(words))])
			if rnd.IntN(12) == 0 {
				b.WriteByte(',')
			}
		}
		return b.String()
	}
	fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Partner %[1]d</title><link>http://p%[1]d.load.test/</link><description>%[2]s</description><language>en</language><ttl>60</ttl>
`, partner, text(12))
	for i := range 20 {
		at := time.Date(2026, 3, 5, 12, 0, partner%3600, 0, time.UTC).Add(-time.Duration(i) * 6 * time.Hour)
		fmt.Fprintf(w, `<item><title>%s</title><link>http://p%d.load.test/letters/%d</link><guid isPermaLink="false">tag:p%d.load.test,2026:%d</guid>
<pubDate>%s</pubDate><dc:creator>%s</dc:creator><category>%s</category><description>%s</description>
<content:encoded><![CDATA[<h2>%s</h2>`, text(6), partner, i, partner, i, at.Format(time.RFC1123Z), text(2), text(1), text(30), text(5))
		for p := range 5 {
			fmt.Fprintf(w, `<p class="p%d">%s <a href="/more/%d">%s</a> <strong>%s</strong>.</p>`+"\n", p, text(35), p, text(3), text(4))
		}
		fmt.Fprintf(w, `<figure><img src="/images/%d.jpg" alt="%s" width="600" height="400"><figcaption>%s</figcaption></figure>`+
			`<ul><li>%s</li><li>%s</li></ul><blockquote>%s</blockquote>]]></content:encoded></item>`+"\n",
			i, text(4), text(8), text(8), text(8), text(20))
	}
	io.WriteString(w, "</channel></rss>\n")
}

// loadServer serves the feeds of all partners, compressed, until its input
// ends.
func loadServer(partners int) error {
	feeds := make([]func() []byte, partners)
	zip := func(i int) []byte {
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, 5)
		loadFeed(z, i)
		z.Close()
		return b.Bytes()
	}
	for i := range feeds {
		feeds[i] = sync.OnceValue(func() []byte { return zip(i) })
		if partners <= 2000 {
			feeds[i]()
		} else {
			feeds[i] = func() []byte { return zip(i) } // it would hold too much
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, _, _ := strings.Cut(r.Host, ".")
		i, err := strconv.Atoi(strings.TrimPrefix(name, "p"))
		if err != nil || i >= len(feeds) {
			http.NotFound(w, r)
			return
		}
		etag := fmt.Sprintf(`"%d"`, i)
		w.Header().Set("ETag", etag)
		if r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(feeds[i]())
	}))
	fmt.Println(l.Addr())
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// loadClient returns a client for which every name is the load server.
func loadClient(tr *http.Transport, server string) *http.Client {
	dial := tr.DialContext
	tr.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) { return dial(ctx, network, server) }
	return &http.Client{Transport: tr}
}

func loadURL(i int) string { return fmt.Sprintf("http://p%d.load.test/feed.xml", i) }

// gofeedRun reads every feed with gofeed's ParseURL on 64 goroutines.
func gofeedRun(server string, partners int) (loadResult, error) {
	start := time.Now()
	jobs := make(chan int)
	var mu sync.Mutex
	var r loadResult
	var failed error
	var wg sync.WaitGroup
	client := loadClient(http.DefaultTransport.(*http.Transport).Clone(), server)
	for range 64 {
		wg.Go(func() {
			parser := gofeed.NewParser()
			parser.Client = client
			for i := range jobs {
				feed, err := parser.ParseURL(loadURL(i))
				mu.Lock()
				if err != nil {
					failed = err
				} else {
					r.Letters += len(feed.Items)
				}
				mu.Unlock()
			}
		})
	}
	for i := range partners {
		jobs <- i
	}
	close(jobs)
	wg.Wait()
	r.Wall, r.CPU = time.Since(start), cpu()
	return r, failed
}

// A loadResult is what one process of the load test did, and what it cost.
type loadResult struct {
	Letters int                  // in the result
	New     int                  // letters that were never seen before
	Status  map[fetch.Status]int // of partners
	Result  int64                // bytes of the heap that the result holds
	Wall    time.Duration        // of the run
	CPU     time.Duration        // user and system, of the whole process
	Peak    int64                // bytes of memory, of the whole process
}

// aggregateRun runs an Aggregator at an hour of the day, with its memory in a
// folder.
func aggregateRun(server string, partners int, dir string, hour int) (r loadResult, err error) {
	store, err := OpenDir(dir, nil)
	if err != nil {
		return r, err
	}
	a := Aggregator{
		Newsletter: newsletter.Newsletter{
			ID: "tag:load.test,2026:all", Title: "All partners", URL: "http://load.test/", FeedURL: "http://load.test/atom.xml",
		},
		Store: store,
		Fetch: fetch.Options{Client: loadClient(fetch.Transport(fetch.Options{AllowPrivate: true}), server)},
		Now:   func() time.Time { return time.Date(2026, 3, 5, hour, 0, 0, 0, time.UTC) },
	}
	list := make([]Partner, partners)
	for i := range list {
		list[i] = Partner{FeedURL: loadURL(i)}
	}
	start := time.Now()
	result, err := a.Run(context.Background(), list)
	if err = errors.Join(err, store.Close()); err != nil {
		return r, err
	}
	r.Wall, r.CPU = time.Since(start), cpu()
	r.Status = map[fetch.Status]int{}
	for _, p := range result.Partners {
		r.Status[p.Status]++
		r.New += p.New
	}
	r.Letters = len(result.Newsletter.Letters)
	// What the result holds is what the heap loses with it.
	with := heap()
	runtime.KeepAlive(result)
	result = nil
	r.Result = with - heap()
	return r, nil
}

// cpu is what this process has used since it started, user and system.
func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestLoadProcess is what TestLoad starts; by itself it does nothing.
func TestLoadProcess(t *testing.T) {
	role, args, _ := strings.Cut(os.Getenv(loadRole), " ")
	if role == "" {
		t.Skip("started by TestLoad")
	}
	fields := strings.Fields(args)
	partners, err := strconv.Atoi(fields[0])
	require.NoError(t, err)
	if role == "server" {
		require.NoError(t, loadServer(partners))
		return
	}
	var r loadResult
	switch role {
	case "gofeed":
		r, err = gofeedRun(fields[1], partners)
	case "first":
		r, err = aggregateRun(fields[1], partners, fields[2], 14)
	case "second":
		r, err = aggregateRun(fields[1], partners, fields[2], 18)
	}
	require.NoError(t, err)
	line, err := json.Marshal(r)
	require.NoError(t, err)
	fmt.Printf("result %s\n", line)
}

// startLoad starts this binary in a role; its first line of output is returned.
func startLoad(t *testing.T, role string, args ...any) (cmd *exec.Cmd, line string, wait func()) {
	cmd = exec.Command(os.Args[0], "-test.run=^TestLoadProcess$")
	cmd.Env = append(os.Environ(), loadRole+"="+role+" "+strings.TrimSpace(fmt.Sprintln(args...)))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	reader := bufio.NewReader(out)
	line, err = reader.ReadString('\n')
	require.NoError(t, err, "%s", line)
	return cmd, strings.TrimSpace(line), func() {
		in.Close()
		io.Copy(io.Discard, reader)
		require.NoError(t, cmd.Wait())
	}
}

func startServer(t *testing.T, partners int) (address string, stop func()) {
	_, address, stop = startLoad(t, "server", partners)
	return address, stop
}

// load runs this binary in a role to its end, and returns what that cost.
func load(t *testing.T, role string, args ...any) loadResult {
	cmd, line, wait := startLoad(t, role, args...)
	wait()
	result, ok := strings.CutPrefix(line, "result ")
	require.True(t, ok, line)
	var r loadResult
	require.NoError(t, json.Unmarshal([]byte(result), &r))
	r.Peak = int64(cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss) << 10
	t.Logf("%-7s %6d partners %7d letters  %6.2f s CPU  %6.2f s wall  %6.1f MB at most, %5.1f MB of it the result  %v",
		role, args[0], r.Letters, r.CPU.Seconds(), r.Wall.Seconds(), float64(r.Peak)/1e6, float64(r.Result)/1e6, r.Status)
	return r
}

// Reading, cleaning, merging and remembering costs no more than gofeed's
// reading alone; a run in which nothing is new, a tenth of it at most.
func TestLoad(t *testing.T) {
	partners, full := 100, false
	if n, err := strconv.Atoi(os.Getenv("NEWSLETTER_LOAD")); err == nil {
		partners, full = n, true
	}
	server, stop := startServer(t, partners)
	defer stop()
	dir := t.TempDir()
	theirs := load(t, "gofeed", partners, server)
	first := load(t, "first", partners, server, dir)
	second := load(t, "second", partners, server, dir)
	assert.Equal(t, partners*20, theirs.Letters)
	assert.Equal(t, partners*20, first.New)
	assert.Equal(t, map[fetch.Status]int{fetch.Fetched: partners}, first.Status)
	assert.Equal(t, map[fetch.Status]int{fetch.NotModified: partners}, second.Status)
	assert.Equal(t, first.Letters, second.Letters)
	if full {
		assert.LessOrEqual(t, first.CPU, theirs.CPU)
		assert.LessOrEqual(t, second.CPU, first.CPU/10)
	}
}

// Ten times the partners take no more than twice the memory.
func TestLoadMemory(t *testing.T) {
	partners, err := strconv.Atoi(os.Getenv("NEWSLETTER_LOAD"))
	if err != nil {
		t.Skip("set NEWSLETTER_LOAD to the number of partners")
	}
	beyond := func(partners int) int64 {
		server, stop := startServer(t, partners)
		defer stop()
		r := load(t, "first", partners, server, t.TempDir())
		assert.Equal(t, map[fetch.Status]int{fetch.Fetched: partners}, r.Status)
		return r.Peak - r.Result
	}
	assert.LessOrEqual(t, beyond(10*partners), 2*beyond(partners))
}
