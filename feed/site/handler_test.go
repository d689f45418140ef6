package site_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/feed/feedhttp"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/internal/sample"
)

// always is a source that never has news.
func always(n *newsletter.Newsletter) feedhttp.Source {
	return func(context.Context) (*newsletter.Newsletter, error) { return n, nil }
}

// ask sends a request to the handler; headers are names and values in turn.
func ask(h http.Handler, method, target string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	return string(b)
}

const (
	typeHTML = "text/html; charset=utf-8"
	typeRSS  = "application/rss+xml; charset=utf-8"
	typeAtom = "application/atom+xml; charset=utf-8"
	typeJSON = "application/feed+json; charset=utf-8"
)

func TestHandlerPaths(t *testing.T) {
	n := sample.Village()
	h := site.Handler(always(n), site.Options{TrustHTML: true})
	document := func(f feed.Format) string {
		var b bytes.Buffer
		require.NoError(t, feed.Write(&b, feed.At(n, f), f, feed.Options{Stylesheet: "feed.css"}))
		return b.String()
	}
	pages := pages(t, n)
	tests := []struct{ path, contentType, body string }{
		{"/", typeHTML, pages["index.html"]},
		{"/index.html", typeHTML, pages["index.html"]},
		{"/rss.xml", typeRSS, document(feed.RSS)},
		{"/atom.xml", typeAtom, document(feed.Atom)},
		{"/feed.json", typeJSON, document(feed.JSON)},
		{"/feed.json?utm_source=x", typeJSON, document(feed.JSON)},
		{"/rapport.html", typeHTML, pages["rapport.html"]},
		{"/open/", typeHTML, pages["open/index.html"]},
		{"/open/index.html", typeHTML, pages["open/index.html"]},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			got := ask(h, http.MethodGet, tt.path)
			assert.Equal(t, http.StatusOK, got.StatusCode)
			assert.Equal(t, tt.contentType, got.Header.Get("Content-Type"))
			assert.Equal(t, tt.body, body(t, got))
			assert.Equal(t, strconv.Itoa(len(tt.body)), got.Header.Get("Content-Length"))
			assert.Regexp(t, `^"[\w-]{22}"$`, got.Header.Get("ETag"))
			assert.Equal(t, "Fri, 18 Mar 2022 08:00:00 GMT", got.Header.Get("Last-Modified"))
			assert.Equal(t, "max-age=300", got.Header.Get("Cache-Control"))
			assert.Equal(t, "nosniff", got.Header.Get("X-Content-Type-Options"))
			assert.Equal(t, tt.path == "/" || strings.HasSuffix(tt.path, ".xml"), got.Header.Get("Vary") == "Accept", "only / and what browsers show by a stylesheet vary")
			assert.Equal(t, tt.contentType == typeHTML, strings.Contains(got.Header.Get("Content-Security-Policy"), "default-src 'none'"))
			assert.Equal(t, tt.contentType == typeHTML, got.Header.Get("Referrer-Policy") == "no-referrer")

			head := ask(h, http.MethodHead, tt.path)
			assert.Equal(t, http.StatusOK, head.StatusCode)
			assert.Empty(t, body(t, head))
			assert.Equal(t, got.Header, head.Header)
		})
	}
	for _, path := range []string{"/nothing", "/nothing/", "/open/rss.xml", "/open//", "//", "/../rss.xml", "/RSS.XML", "/rss.xml/", "/rapport", "/rapport.html/"} {
		got := ask(h, http.MethodGet, path)
		assert.Equal(t, http.StatusNotFound, got.StatusCode, path)
	}
	for from, to := range map[string]string{"/open": "./open/", "/notis?a=1": "./notis/?a=1"} {
		got := ask(h, http.MethodGet, from)
		assert.Equal(t, http.StatusMovedPermanently, got.StatusCode, from)
		assert.Equal(t, to, got.Header.Get("Location"))
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions, "get"} {
		got := ask(h, method, "/rss.xml")
		assert.Equal(t, http.StatusMethodNotAllowed, got.StatusCode, method)
		assert.Equal(t, "GET, HEAD", got.Header.Get("Allow"))
	}
}

func TestHandlerBelowAPath(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/brev/", http.StripPrefix("/brev", site.Handler(always(sample.Village()))))
	server := httptest.NewServer(mux)
	defer server.Close()
	for path, want := range map[string]string{"/brev/": "Brev från byn", "/brev": "Brev från byn", "/brev/rss.xml": "<rss", "/brev/open": "open workshop"} {
		got, err := http.Get(server.URL + path)
		require.NoError(t, err)
		assert.Equal(t, http.StatusOK, got.StatusCode, path)
		assert.Contains(t, body(t, got), want)
		require.NoError(t, got.Body.Close())
	}
}

func TestHandlerAccept(t *testing.T) {
	h := site.Handler(always(sample.Village()))
	tests := []struct{ name, accept, want string }{
		{"nothing said", "", typeHTML},
		{"anything", "*/*", typeHTML},
		{"Firefox", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", typeHTML},
		{"RSS", "application/rss+xml", typeRSS},
		{"Atom", "application/atom+xml", typeAtom},
		{"JSON Feed", "application/feed+json", typeJSON},
		{"any JSON", "application/json", typeJSON},
		{"any XML", "application/xml", typeRSS},
		{"text/xml", "text/xml", typeRSS},
		{"weights", "application/rss+xml;q=0.5, application/atom+xml;q=0.9, */*;q=0.1", typeAtom},
		{"equal weights", "application/feed+json, application/atom+xml, application/rss+xml", typeRSS},
		{"a weight of none", "text/html;q=0, */*", typeRSS},
		{"specific before general", "application/*;q=0.2, application/feed+json;q=0.1, text/*;q=0", typeRSS},
		{"its own type before another", "application/xml, application/rss+xml;q=0.1, application/atom+xml;q=0.2", typeAtom},
		{"upper case, spaces, parameters", " Application/RSS+XML ; Profile=x ; Q=1.0 ", typeRSS},
		{"a type of text", "text/*", typeHTML},
		{"what can't be read is left out", "rss, application/rss+xml;q=high, application/atom+xml;q=0.1", typeAtom},
		{"weights out of range are left out", "application/rss+xml;q=7, application/atom+xml;q=NaN, application/feed+json;q=0.1", typeJSON},
		{"nothing that can be read", "rss", typeHTML},
		{"none of them", "image/png", ""},
		{"refused", "*/*;q=0", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var headers []string
			if tt.accept != "" {
				headers = []string{"Accept", tt.accept}
			}
			got := ask(h, http.MethodGet, "/", headers...)
			assert.Equal(t, "Accept", got.Header.Get("Vary"))
			if tt.want == "" {
				assert.Equal(t, http.StatusNotAcceptable, got.StatusCode)
				assert.Contains(t, body(t, got), "application/rss+xml rss.xml\n")
				assert.Empty(t, got.Header.Get("ETag"))
				return
			}
			assert.Equal(t, http.StatusOK, got.StatusCode)
			assert.Equal(t, tt.want, got.Header.Get("Content-Type"))
		})
	}
	t.Run("a path that names a format wins", func(t *testing.T) {
		got := ask(h, http.MethodGet, "/atom.xml", "Accept", "text/html")
		assert.Contains(t, body(t, got), "<feed ")
	})
	t.Run("several headers are one", func(t *testing.T) {
		got := ask(h, http.MethodGet, "/", "Accept", "text/html;q=0.1", "Accept", "application/atom+xml")
		assert.Equal(t, typeAtom, got.Header.Get("Content-Type"))
	})
	t.Run("each format has its own tag", func(t *testing.T) {
		page, rss := ask(h, http.MethodGet, "/"), ask(h, http.MethodGet, "/", "Accept", "application/rss+xml")
		assert.NotEqual(t, page.Header.Get("ETag"), rss.Header.Get("ETag"))
	})
}

func TestHandlerConditions(t *testing.T) {
	h := site.Handler(always(sample.Village()))
	first := ask(h, http.MethodGet, "/rss.xml")
	etag, modified := first.Header.Get("ETag"), first.Header.Get("Last-Modified")
	const before, after = "Thu, 17 Mar 2022 08:00:00 GMT", "Sat, 19 Mar 2022 08:00:00 GMT"
	tests := []struct {
		name    string
		headers []string
		want    int
	}{
		{"the tag", []string{"If-None-Match", etag}, 304},
		{"the tag, weakened on the way", []string{"If-None-Match", "W/" + etag}, 304},
		{"the tag among others", []string{"If-None-Match", `"other", ` + etag}, 304},
		{"any tag", []string{"If-None-Match", "*"}, 304},
		{"another tag", []string{"If-None-Match", `"other"`}, 200},
		{"the time", []string{"If-Modified-Since", modified}, 304},
		{"a later time", []string{"If-Modified-Since", after}, 304},
		{"an earlier time", []string{"If-Modified-Since", before}, 200},
		{"no time", []string{"If-Modified-Since", "yesterday"}, 200},
		{"another tag before the time", []string{"If-None-Match", `"other"`, "If-Modified-Since", modified}, 200},
		{"the tag before the time", []string{"If-None-Match", etag, "If-Modified-Since", before}, 304},
		{"matched", []string{"If-Match", etag}, 200},
		{"not matched", []string{"If-Match", `"other"`}, 412},
		{"unmodified", []string{"If-Unmodified-Since", modified}, 200},
		{"modified", []string{"If-Unmodified-Since", before}, 412},
		{"a range", []string{"Range", "bytes=0-4"}, 206},
		{"a range of another state", []string{"Range", "bytes=0-4", "If-Range", `"other"`}, 200},
	}
	for _, tt := range tests {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			t.Run(method+" "+tt.name, func(t *testing.T) {
				got := ask(h, method, "/rss.xml", tt.headers...)
				assert.Equal(t, tt.want, got.StatusCode)
				text := body(t, got)
				switch tt.want {
				case http.StatusNotModified:
					assert.Empty(t, text)
					assert.Equal(t, etag, got.Header.Get("ETag"))
					assert.NotEmpty(t, got.Header.Get("Cache-Control"))
					assert.Empty(t, got.Header.Get("Content-Type"))
					assert.Empty(t, got.Header.Get("Content-Length"))
				case http.StatusPartialContent:
					if method == http.MethodGet {
						assert.Equal(t, "<?xml", text)
					}
				}
			})
		}
	}
	t.Run("Vary on 304", func(t *testing.T) {
		page := ask(h, http.MethodGet, "/")
		got := ask(h, http.MethodGet, "/", "If-None-Match", page.Header.Get("ETag"))
		assert.Equal(t, http.StatusNotModified, got.StatusCode)
		assert.Equal(t, "Accept", got.Header.Get("Vary"))
	})
	t.Run("the tag of another format", func(t *testing.T) {
		got := ask(h, http.MethodGet, "/", "If-None-Match", etag)
		assert.Equal(t, http.StatusOK, got.StatusCode)
	})
}

func TestHandlerOptions(t *testing.T) {
	n := sample.Village()
	get := func(h http.Handler) http.Header { return ask(h, http.MethodGet, "/").Header }
	assert.Equal(t, "max-age=3600", get(site.Handler(always(n), site.Options{MaxAge: time.Hour})).Get("Cache-Control"))
	assert.Equal(t, "max-age=300", get(site.Handler(always(n), site.Options{})).Get("Cache-Control"))
	assert.Equal(t, "max-age=0", get(site.Handler(always(n), site.Options{MaxAge: -1})).Get("Cache-Control"))

	around := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "private")
		w.Header().Set("Content-Security-Policy", "default-src 'self'")
		w.Header().Set("Vary", "Cookie")
		site.Handler(always(n)).ServeHTTP(w, r)
	})
	got := get(around)
	assert.Equal(t, "private", got.Get("Cache-Control"))
	assert.Equal(t, "default-src 'self'", got.Get("Content-Security-Policy"))
	assert.Equal(t, []string{"Cookie", "Accept"}, got.Values("Vary"))
}

func TestHandlerErrors(t *testing.T) {
	invalid := sample.Village()
	invalid.Title = "a title\x00"
	tests := []struct {
		name   string
		source feedhttp.Source
		logged string
	}{
		{"the source's", func(context.Context) (*newsletter.Newsletter, error) {
			return nil, errors.New("open /var/secret: permission denied")
		}, "permission denied"},
		{"no newsletter", always(nil), "no newsletter"},
		{"faults", always(invalid), "title"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			h := site.Handler(tt.source, site.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
			got := ask(h, http.MethodGet, "/rss.xml", "If-None-Match", "*")
			assert.Equal(t, http.StatusInternalServerError, got.StatusCode)
			assert.Equal(t, "text/plain; charset=utf-8", got.Header.Get("Content-Type"))
			assert.Equal(t, "The newsletter can't be shown right now.\n", body(t, got))
			assert.Empty(t, got.Header.Get("ETag"))
			assert.Empty(t, got.Header.Get("Cache-Control"))
			assert.Contains(t, strings.ToLower(log.String()), tt.logged)
			assert.Contains(t, log.String(), "path=/rss.xml")

			for range 10 {
				assert.Equal(t, http.StatusInternalServerError, ask(h, http.MethodGet, "/atom.xml").StatusCode)
			}
			assert.Equal(t, 1, strings.Count(log.String(), "\n"), "once, and not for each request")
		})
	}
	t.Run("the request's context reaches the source", func(t *testing.T) {
		type key struct{}
		h := site.Handler(func(ctx context.Context) (*newsletter.Newsletter, error) {
			return ctx.Value(key{}).(*newsletter.Newsletter), nil
		})
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, sample.Village())))
		assert.Equal(t, http.StatusOK, w.Code)
	})
}

// TestHandlerNews asks many times while the newsletter changes: each answer is
// of one state, and of the one that the source had when it was asked.
func TestHandlerNews(t *testing.T) {
	var current atomic.Pointer[newsletter.Newsletter]
	state := func(i int) *newsletter.Newsletter {
		n := sample.Village()
		n.Title = "State " + strconv.Itoa(i) + "."
		n.Updated = n.Updated.Add(time.Duration(i) * time.Hour)
		return n
	}
	current.Store(state(0))
	h := site.Handler(func(context.Context) (*newsletter.Newsletter, error) { return current.Load(), nil })

	old := ask(h, http.MethodGet, "/rss.xml")
	current.Store(state(1))
	changed := ask(h, http.MethodGet, "/rss.xml", "If-None-Match", old.Header.Get("ETag"))
	assert.Equal(t, http.StatusOK, changed.StatusCode)
	assert.Contains(t, body(t, changed), "State 1.")
	assert.NotEqual(t, old.Header.Get("ETag"), changed.Header.Get("ETag"))
	assert.Equal(t, "Fri, 18 Mar 2022 09:00:00 GMT", changed.Header.Get("Last-Modified"))

	current.Store(state(0))
	again := ask(h, http.MethodGet, "/rss.xml", "If-None-Match", old.Header.Get("ETag"))
	assert.Equal(t, http.StatusNotModified, again.StatusCode, "the same bytes have the same tag")

	var wait sync.WaitGroup
	for worker := range 4 {
		wait.Go(func() {
			for i := range 50 {
				if worker == 0 {
					current.Store(state(i))
				}
				path := []string{"/rss.xml", "/atom.xml", "/feed.json", "/", "/rapport.html"}[i%5]
				r := ask(h, http.MethodGet, path)
				if assert.Equal(t, http.StatusOK, r.StatusCode) {
					b, err := io.ReadAll(r.Body)
					assert.NoError(t, err)
					assert.Contains(t, string(b), "State ")
				}
			}
		})
	}
	wait.Wait()
}

func TestHandlerWritesOnce(t *testing.T) {
	n := sample.Village()
	h := site.Handler(always(n))
	first := body(t, ask(h, http.MethodGet, "/atom.xml"))
	// What no source may do shows that nothing is written a second time.
	n.Title = "Another"
	assert.Equal(t, first, body(t, ask(h, http.MethodGet, "/atom.xml")))
}

// A stranger's picture beside the content follows the rules of those within it;
// one of the folder, and those of who is trusted, stay.
func TestPicturesOfStrangers(t *testing.T) {
	for _, tt := range []struct{ address, stranger, trusted string }{
		{"https://pictures.example.org/a.png", "https://pictures.example.org/a.png", "https://pictures.example.org/a.png"},
		{"http://pictures.example.org/a.png", "https://pictures.example.org/a.png", "http://pictures.example.org/a.png"},
		{"http://127.0.0.1/a.png", "", "http://127.0.0.1/a.png"},
		{"https://192.168.1.1/reboot", "", "https://192.168.1.1/reboot"},
		{"data:image/png;base64,AAAA", "", "data:image/png;base64,AAAA"},
		{"http://ex.org/news/a.png", "../a.png", "../a.png"},
	} {
		n := sample.Small()
		n.URL, n.FeedURL, n.Image, n.Icon = "http://ex.org/news/", "", "", ""
		n.Letters = []*newsletter.Letter{{
			ID: "http://ex.org/news/1/", URL: "http://ex.org/news/1/", Title: "A", Updated: n.Updated, Image: tt.address,
			Authors: []newsletter.Author{{Name: "B", Avatar: tt.address}},
		}}
		for _, trust := range []bool{false, true} {
			files, err := site.Files(n, site.Options{TrustHTML: trust})
			require.NoError(t, err)
			var page bytes.Buffer
			_, err = files[len(files)-1].WriteTo(&page)
			require.NoError(t, err)
			want := tt.stranger
			if trust {
				want = tt.trusted
			}
			var found []string
			for _, m := range regexp.MustCompile(`<img[^>]*src="([^"]*)"`).FindAllStringSubmatch(page.String(), -1) {
				found = append(found, m[1])
			}
			if want == "" {
				assert.Empty(t, found, tt.address)
				continue
			}
			assert.Equal(t, []string{want, want}, found, "%s, trusted %v", tt.address, trust)
		}
	}
}
