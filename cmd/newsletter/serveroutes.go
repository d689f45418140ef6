package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync/atomic"

	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/internal/regular"
	"github.com/automationregion/newsletter/internal/serve"
)

// A front is what a service shows to the web: the newsletter below the path of
// its URL, and how the service is doing.
type front struct {
	service *aggregate.Service
	logger  *slog.Logger
	metrics *metrics
	hubs    *hubs // nil if partners' hubs are not subscribed to
	shown   atomic.Pointer[shown]
	stops   atomic.Bool
}

// shown is what the configuration says of it.
type shown struct {
	home     string // path, with a slash at its end
	site     http.Handler
	assets   output
	partners []aggregate.Partner
}

// show takes over a configuration.
func (f *front) show(home string, o site.Options, assets output, partners []aggregate.Partner) {
	path := "/"
	if u := feed.Folder(home); u != nil {
		path = u.Path
	}
	o.Logger = f.logger
	f.shown.Store(&shown{path, site.Handler(f.service.Newsletter, o), assets, partners})
}

func (f *front) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", f.ready)
	mux.Handle("GET /metrics", f.metrics.handler())
	mux.HandleFunc("GET /partners", f.health)
	if f.hubs != nil {
		for _, path := range f.hubs.paths {
			mux.Handle(path, f.hubs.subscriber)
		}
	}
	mux.HandleFunc("/", f.newsletter)
	return mux
}

// ready says whether requests should come here.
func (f *front) ready(w http.ResponseWriter, _ *http.Request) {
	st := f.service.Status()
	switch {
	case f.stops.Load():
		http.Error(w, "stopping", http.StatusServiceUnavailable)
	case !st.Ready:
		http.Error(w, "nothing is published yet", http.StatusServiceUnavailable)
	default:
		fmt.Fprintf(w, "ok: %d letters of %d partners, %d failing\n", st.Letters, st.Partners, st.Failing)
	}
}

// health is the page of how each partner does.
func (f *front) health(w http.ResponseWriter, r *http.Request) {
	f.send(w, r, "text/html; charset=utf-8", func(b *bytes.Buffer, result *aggregate.Result) error { return result.WriteHTML(b) })
}

// send answers with a document made of the result.
func (f *front) send(w http.ResponseWriter, _ *http.Request, mediaType string, write func(*bytes.Buffer, *aggregate.Result) error) {
	result := f.service.Result()
	if result == nil {
		http.Error(w, "Nothing is published yet.", http.StatusServiceUnavailable)
		return
	}
	if f.hubs != nil {
		f.hubs.describe(result.Partners)
	}
	var b bytes.Buffer
	if err := write(&b, result); err != nil {
		f.logger.Error("a page can't be written", "error", err)
		http.Error(w, "This can't be shown right now.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-cache")
	w.Write(b.Bytes())
}

// newsletter answers with the feeds, the pages and what lies beside them: below
// the newsletter's path, and at / for who takes that path away in front.
func (f *front) newsletter(w http.ResponseWriter, r *http.Request) {
	if !serve.ReadOnly(w, r) {
		return
	}
	s := f.shown.Load()
	name, below := strings.CutPrefix(r.URL.Path, s.home)
	if !below {
		name = strings.TrimPrefix(r.URL.Path, "/")
	}
	switch asset, ok := s.assets[name]; {
	case ok && asset.file != "":
		serveAsset(w, r, asset)
		return
	case name == healthName:
		f.health(w, r)
		return
	case name == listOPML:
		f.send(w, r, "text/x-opml; charset=utf-8", func(b *bytes.Buffer, result *aggregate.Result) error {
			return feed.WriteOPML(b, result.Newsletter.Title, result.Subscriptions(s.partners))
		})
		return
	case name == reportsName:
		f.send(w, r, "application/json", func(b *bytes.Buffer, result *aggregate.Result) error {
			return json.NewEncoder(b).Encode(result.Partners)
		})
		return
	}
	inner := r.Clone(r.Context())
	inner.URL = &url.URL{Path: "/" + name, RawQuery: r.URL.RawQuery}
	s.site.ServeHTTP(w, inner)
}

// serveAsset answers with a file of the folder.
func serveAsset(w http.ResponseWriter, r *http.Request, c content) {
	file, err := regular.OpenIn(c.dir, c.file)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		http.NotFound(w, r)
		return
	}
	serve.Asset(w, r, path.Base(c.file), info.ModTime(), file)
}
