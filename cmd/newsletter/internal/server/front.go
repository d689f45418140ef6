package server

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/partners"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/fetch/websub"
	"github.com/automationregion/newsletter/internal/roll"
	"github.com/automationregion/newsletter/internal/serve"
)

// A front is what a gatherer shows to the web: the newsletter below the path of its URL,
// and how the gathering does.
type front struct {
	gatherer gatherer
	logger   *slog.Logger
	metrics  *metrics
	hubs     *websub.Follower // nil if partners' hubs are not subscribed to
	shown    atomic.Pointer[shown]
	stops    atomic.Bool
}

// shown is what the configuration says of it.
type shown struct {
	home   string // path, with a slash at its end
	site   http.Handler
	assets map[string]Asset
}

// show takes over a configuration.
func (f *front) show(c *Configuration) {
	path := "/"
	if u := feed.Folder(c.Aggregator.Newsletter.URL); u != nil {
		path = u.Path
	}
	o := c.Site
	o.Logger = f.logger
	f.shown.Store(&shown{path, site.Handler(f.gatherer.Newsletter, o), c.Assets})
}

func (f *front) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", f.ready)
	mux.Handle("GET /metrics", f.metrics.handler())
	mux.HandleFunc("GET /partners", f.health)
	if f.hubs != nil {
		paths, _ := websub.Paths(f.hubs.PublicURL) // it was looked at
		for _, path := range paths {
			mux.Handle(path, f.hubs)
		}
	}
	mux.HandleFunc("/", f.newsletter)
	return mux
}

// ready says whether requests should come here.
func (f *front) ready(w http.ResponseWriter, _ *http.Request) {
	st := f.gatherer.Health()
	switch {
	case f.stops.Load():
		http.Error(w, "stopping", http.StatusServiceUnavailable)
	case !st.Ready:
		http.Error(w, "nothing is published yet", http.StatusServiceUnavailable)
	default:
		fmt.Fprintf(w, "ok: %d letters of %d partners, %d failing\n", st.Letters, st.Partners, st.Failing)
		if st.Err != nil {
			fmt.Fprintln(w, "what was published last is served, and nothing newer: the memory does not work; the log says why")
		}
		if held := f.gatherer.listed().isHeld(); held != nil {
			fmt.Fprintf(w, "the list of partners is held, and the one before goes on: it drops %d of %d partners; %s\n", held.Removed, held.Listed, roll.Advice)
		}
	}
}

// health is the page of how each partner does.
func (f *front) health(w http.ResponseWriter, _ *http.Request) { f.send(w, partners.Health) }

// send answers with a document of the partners.
func (f *front) send(w http.ResponseWriter, d *partners.Document) {
	result, list := f.gatherer.known()
	if result == nil {
		http.Error(w, "What the partners did is not known yet.", http.StatusServiceUnavailable)
		return
	}
	if f.hubs != nil {
		says := f.hubs.Says()
		for i := range result.Partners {
			if r := &result.Partners[i]; r.Status != aggregate.Twice {
				r.Pushes = says[r.Key]
			}
		}
	}
	var b bytes.Buffer
	if err := d.Write(&b, result, list); err != nil {
		f.logger.Error("a page can't be written", "error", err)
		http.Error(w, "This can't be shown right now.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", d.MediaType)
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
	if asset, ok := s.assets[name]; ok {
		serve.FolderFile(w, r, asset.Dir, asset.File)
		return
	}
	if d := partners.Named(name); d != nil {
		f.send(w, d)
		return
	}
	inner := r.Clone(r.Context())
	inner.URL = &url.URL{Path: "/" + name, RawQuery: r.URL.RawQuery}
	s.site.ServeHTTP(w, inner)
}
