package main

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A wire leads to a database, and can be cut: then it refuses connections, or is silent.
type wire struct {
	net.Listener
	to     string
	mu     sync.Mutex
	refuse bool
	silent bool
	conns  []net.Conn
}

// wireTo returns a wire to a database, and the database's address over it.
func wireTo(t *testing.T, store string) (*wire, string) {
	u, err := url.Parse(store)
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	w := &wire{Listener: l, to: u.Host}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go w.carry(c)
		}
	}()
	u.Host = l.Addr().String()
	return w, u.String()
}

func (w *wire) carry(c net.Conn) {
	w.mu.Lock()
	w.conns = append(w.conns, c)
	refuse, silent := w.refuse, w.silent
	w.mu.Unlock()
	if refuse {
		c.Close()
		return
	}
	if silent {
		return
	}
	d, err := net.Dial("tcp", w.to)
	if err != nil {
		c.Close()
		return
	}
	defer d.Close()
	defer c.Close()
	go w.copy(c, d)
	w.copy(d, c)
}

// copy hands on what comes, as long as the wire isn't silent.
func (w *wire) copy(to, from net.Conn) {
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		w.mu.Lock()
		silent := w.silent
		w.mu.Unlock()
		if silent {
			io.Copy(io.Discard, from)
			return
		}
		if _, writeErr := to.Write(b[:n]); err != nil || writeErr != nil {
			to.Close()
			return
		}
	}
}

// set cuts the wire or mends it.
func (w *wire) set(refuse, silent bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refuse, w.silent = refuse, silent
	if silent {
		return
	}
	for _, c := range w.conns {
		c.Close()
	}
	w.conns = nil
}

// While the database is stopped or silent, readers get what was there before, soon, and
// with --cache also after a start; what is newer comes when it is back.
func TestServeWithoutItsDatabase(t *testing.T) {
	store := database(t)
	said(t, exitOK, "db", "migrate", "--store", store)
	for _, silent := range []bool{false, true} {
		t.Run(map[bool]string{false: "stopped", true: "silent"}[silent], func(t *testing.T) {
			schema := map[bool]string{false: "stopped", true: "silent"}[silent]
			said(t, exitOK, "db", "migrate", "--store", store, "--schema", schema)
			opml, list := manyPartners(t)
			list(3)
			w, over := wireTo(t, store)
			args := []string{opml, "--title", "Partners", "--url", "https://example.org/p/", "--store", over, "--schema", schema}
			cached := append(args, "--cache", filepath.Join(t.TempDir(), "cache"))
			p := serving(t, cached...)
			p.shows("/p/rss.xml", "of /2.")
			paths := []string{"/p/rss.xml", "/p/atom.xml", "/p/feed.json", "/p/", "/partners", "/p/partners.html", "/p/partners.opml", "/p/report.json", "/readyz", "/healthz", "/metrics"}
			tags := map[string]string{}
			tagOf := func(path string) string {
				resp, err := http.Get(p.base + path)
				require.NoError(t, err)
				resp.Body.Close()
				return resp.Header.Get("Etag")
			}
			for _, path := range paths {
				p.shows(path, "")
			}
			for _, path := range paths[:4] {
				tags[path] = tagOf(path)
				require.NotEmpty(t, tags[path])
			}
			require.Eventually(t, func() bool {
				files, _ := filepath.Glob(filepath.Join(cached[len(cached)-1], "*"))
				return len(files) == 2
			}, 30*time.Second, 50*time.Millisecond, "what is needed for a start is kept")

			var requests, slowest atomic.Int64
			var failed sync.Map
			load := func(while func()) {
				stop := make(chan struct{})
				var readers sync.WaitGroup
				for _, path := range paths {
					readers.Go(func() {
						for {
							select {
							case <-stop:
								return
							default:
							}
							begun := time.Now()
							code, body := p.get(path)
							slowest.Store(max(slowest.Load(), int64(time.Since(begun))))
							requests.Add(1)
							if code != http.StatusOK {
								failed.Store(path, body)
							}
						}
					})
				}
				while()
				close(stop)
				readers.Wait()
			}
			load(func() {
				time.Sleep(500 * time.Millisecond)
				w.set(!silent, silent)
				p.shows("/readyz", "what was published last is served, and nothing newer")
				p.shows("/metrics", "\nnewsletter_store_failing 1\n")
				time.Sleep(3 * time.Second)
			})
			for _, path := range paths[:4] {
				assert.Equal(t, tags[path], tagOf(path), path)
			}
			assert.Equal(t, 1, strings.Count(p.stderr.String(), "the database does not answer"), "that is said once")
			w.set(true, false)
			p.end()
			w.set(!silent, silent)

			if !silent {
				assert.Contains(t, said(t, exitFailed, append([]string{"serve"}, args...)...), "the memory between runs failed")
			}
			p = serving(t, cached...)
			load(func() {
				p.shows("/readyz", "what was published last is served, and nothing newer")
				for _, path := range paths[:4] {
					assert.Equal(t, tags[path], tagOf(path), path)
				}
				p.shows("/p/partners.opml", "/2\"")
				list(4)
				time.Sleep(time.Second)
				w.set(false, false)
				p.shows("/p/rss.xml", "of /3.")
				p.shows("/metrics", "\nnewsletter_store_failing 0\n")
			})
			_, ready := p.get("/readyz")
			assert.NotContains(t, ready, "nothing newer")
			assert.Contains(t, p.stderr.String(), "the database answers again")
			p.end()
			failed.Range(func(path, body any) bool { t.Errorf("%s: %s", path, body); return true })
			assert.Less(t, time.Duration(slowest.Load()), 10*time.Second)
			t.Logf("%d requests, the slowest took %s", requests.Load(), time.Duration(slowest.Load()))
		})
	}
}
