package feedhttp_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/feed/feedhttp"
	"github.com/automationregion/newsletter/internal/sample"
)

// What both handlers do is tested in package site.

func ask(h http.Handler, target string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestHandlerServesFeedsOnly(t *testing.T) {
	n := sample.Village()
	h := feedhttp.Handler(func(context.Context) (*newsletter.Newsletter, error) { return n, nil }, feedhttp.Options{MaxAge: time.Hour})
	for format := range feed.Formats() {
		var b bytes.Buffer
		require.NoError(t, feed.Write(&b, feed.At(n, format), format))
		for _, got := range []*httptest.ResponseRecorder{ask(h, "/"+format.FileName()), ask(h, "/", "Accept", format.MediaType())} {
			assert.Equal(t, http.StatusOK, got.Code)
			assert.Equal(t, b.String(), got.Body.String())
			assert.Equal(t, format.MediaType()+"; charset=utf-8", got.Header().Get("Content-Type"))
			assert.Equal(t, "max-age=3600", got.Header().Get("Cache-Control"))
			assert.Equal(t, http.StatusNotModified, ask(h, "/"+format.FileName(), "If-None-Match", got.Header().Get("ETag")).Code)
		}
	}
	assert.Contains(t, ask(h, "/").Header().Get("Content-Type"), feed.RSS.MediaType(), "who doesn't mind gets RSS")
	assert.Contains(t, ask(h, "/", "Accept", "text/html, */*;q=0.1").Header().Get("Content-Type"), feed.RSS.MediaType(), "there is no page")
	assert.Equal(t, http.StatusNotAcceptable, ask(h, "/", "Accept", "text/html").Code)
	for _, path := range []string{"/index.html", "/rapport.html", "/open/", "/open"} {
		assert.Equal(t, http.StatusNotFound, ask(h, path).Code, path)
	}
}

// The log has each reason once, the source's again when it comes back.
func TestHandlerSaysWhyOnce(t *testing.T) {
	good, bad, worse := sample.Village(), sample.Village(), sample.Village()
	bad.Letters[1].ID, worse.Letters[2].ID = "\x00", "\x00"
	down := errors.New("the database is down")
	var log bytes.Buffer
	var n *newsletter.Newsletter
	var err error
	h := feedhttp.Handler(func(context.Context) (*newsletter.Newsletter, error) { return n, err },
		feedhttp.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	serve := func(now *newsletter.Newsletter, fault error) string {
		log.Reset()
		for range 3 {
			n, err = now, fault
			ask(h, "/rss.xml")
			ask(h, "/atom.xml")
		}
		return log.String()
	}
	assert.Empty(t, serve(good, nil))
	said := serve(bad, nil)
	assert.Equal(t, 1, strings.Count(said, "\n"), said)
	assert.Contains(t, said, "letter 1")
	assert.Contains(t, said, "ID: ")
	assert.Contains(t, said, "advice=")
	assert.Contains(t, serve(worse, nil), "letter 2")
	said = serve(nil, down)
	assert.Equal(t, 1, strings.Count(said, "\n"), said)
	assert.Contains(t, said, "the database is down")
	assert.Empty(t, serve(nil, down), "said already")
	assert.Empty(t, serve(good, nil))
	assert.NotEmpty(t, serve(nil, down), "it was up in between")
}

// Nobody has to ask for a log.
func TestHandlerLogsByDefault(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	ask(feedhttp.Handler(func(context.Context) (*newsletter.Newsletter, error) { return nil, errors.New("broken") }), "/rss.xml")
	assert.Contains(t, log.String(), "broken")
}
