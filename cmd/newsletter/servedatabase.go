package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/aggregate/postgres"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/internal/serve"
)

const (
	maxReports = 1000            // latest visits that a process tells of
	statusAge  = 5 * time.Second // for which figures hold

	tryAgain = 5 * time.Second // what the database failed at
)

// A databaseServer is one of the processes that gather and serve a newsletter whose
// memory is a database.
type databaseServer struct {
	command *command
	path    string
	flags   serveFlags
	logger  *slog.Logger
	store   *postgres.Store
	metrics *metrics
	home    atomic.Pointer[string] // path of the newsletter, with a slash at its end
	title   atomic.Pointer[newsletter.Newsletter]
	assets  atomic.Pointer[output] // files of the folder
	stops   atomic.Bool

	published atomic.Pointer[newsletter.Newsletter] // the last that this process made

	mu      sync.Mutex
	reports map[string]aggregate.PartnerReport // by the partner's key
	order   []string                           // the oldest first
	known   aggregate.Status                   // at asked
	asked   time.Time
}

// runServeDatabase is runServe with --store.
func (c *command) runServeDatabase(ctx context.Context, path string, f serveFlags, logger *slog.Logger) error {
	store, err := postgres.Open(ctx, f.store)
	if err != nil {
		return err
	}
	d := &databaseServer{command: c, path: path, flags: f, logger: logger, store: store, reports: map[string]aggregate.PartnerReport{}}
	d.metrics = newMetrics(d.status)
	a, partners, options, err := d.configuration(ctx)
	if err != nil {
		return errors.Join(err, store.Close())
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", f.addr)
	if err != nil {
		return errors.Join(err, store.Close())
	}
	if err := c.say("listening on http://%s\n", listener.Addr()); err != nil {
		return errors.Join(err, listener.Close(), store.Close())
	}
	server := &http.Server{
		Handler: d.handler(), ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10,
	}
	client, closeIdle := c.hubClient(a.Fetch)
	defer closeIdle()
	d.published.Store(&newsletter.Newsletter{})
	tells := &announcer{
		source: func(context.Context) (*newsletter.Newsletter, error) { return d.published.Load(), nil },
		ping:   pingWith(client), logger: logger, told: d.published.Load(),
	}
	telling, stopTelling := context.WithCancel(ctx)
	var announcing sync.WaitGroup
	announcing.Go(func() { tells.run(telling) })
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	before := stamp(path, "")
	works := false // the database did once
	for err == nil && ctx.Err() == nil {
		if err = d.setPartners(ctx, partners); err == nil {
			works = true
			err = d.generation(ctx, a, options, func(ctx context.Context) {
				reloadsOnce(ctx, logger, path, &before, func() error {
					nextA, nextPartners, nextOptions, err := d.configuration(ctx)
					if err == nil {
						a, partners, options = nextA, nextPartners, nextOptions
					}
					return err
				})
			})
		}
		if works && errors.Is(err, aggregate.ErrStore) && ctx.Err() == nil {
			logger.Error("the database fails; it is tried again", "error", err)
			select {
			case <-time.After(tryAgain):
			case <-ctx.Done():
			}
			err = nil
		}
	}
	d.stops.Store(true)
	logger.Info("stopping")
	stopTelling()
	announcing.Wait()
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), serveGrace)
	defer cancel()
	err = errors.Join(err, server.Shutdown(closing))
	if e := <-served; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = nil
	}
	logger.Info("stopped", "error", err)
	return errors.Join(err, store.Close())
}

// configuration reads what the newsletter is and whom it gathers.
func (d *databaseServer) configuration(ctx context.Context) (*aggregate.Aggregator, []aggregate.Partner, site.Options, error) {
	a, err := d.flags.aggregator()
	if err != nil {
		return nil, nil, site.Options{}, err
	}
	var n newsletter.Newsletter
	assets := output{}
	partners, shape, err := d.command.partners(ctx, d.path, d.flags.aggregateFlags, &n, assets)
	if err != nil {
		return nil, nil, site.Options{}, err
	}
	a.Newsletter, a.Logger, a.Progress = n, d.logger, d.visited
	home := "/"
	if u := feed.Folder(n.URL); u != nil {
		home = u.Path
	}
	d.home.Store(&home)
	d.assets.Store(&assets)
	d.title.Store(&n)
	return &a, partners, shape, nil
}

// setPartners makes the list the one that all processes visit.
func (d *databaseServer) setPartners(ctx context.Context, partners []aggregate.Partner) error {
	s, err := d.store.SetPartners(ctx, partners)
	if err == nil {
		d.forget(partners)
		d.logger.Info("the list of partners", "added", s.Added, "changed", s.Changed, "removed", s.Removed, "kept", s.Kept)
	}
	return err
}

// generation works and publishes by one configuration until another was read, which
// wait waits for, or ctx is done.
func (d *databaseServer) generation(ctx context.Context, a *aggregate.Aggregator, o site.Options, wait func(context.Context)) error {
	inner, stop := context.WithCancel(ctx)
	defer stop()
	var failed error
	var once sync.Once
	ended := func(what string, err error) {
		if err != nil && inner.Err() == nil {
			once.Do(func() { failed = fmt.Errorf("%s: %w", what, err) })
		}
		stop()
	}
	var working sync.WaitGroup
	working.Go(func() { ended("visiting", d.store.Work(inner, a, postgres.Options{Grace: serveGrace})) })
	publisher := d.store.NewPublisher(a, d.render(o))
	publisher.OnPublish = func(_ context.Context, n *newsletter.Newsletter) { d.published.Store(n) }
	working.Go(func() { ended("publishing", publisher.Publish(inner)) })
	wait(inner)
	stop()
	working.Wait()
	return failed
}

// reloadsOnce returns when the configuration changed and could be read again, or ctx
// is done.
func reloadsOnce(ctx context.Context, logger *slog.Logger, path string, before *uint64, load func() error) {
	inner, stop := context.WithCancel(ctx)
	defer stop()
	reloads(inner, logger, path, "", *before, func() error {
		err := load()
		if err == nil {
			stop()
		}
		return err
	})
	*before = stamp(path, "")
}

// render makes the documents of a newsletter: its feeds and pages.
func (d *databaseServer) render(o site.Options) postgres.Render {
	return func(n *newsletter.Newsletter) ([]postgres.Document, error) {
		files, err := site.Files(n, o)
		if err != nil {
			return nil, err
		}
		documents := make([]postgres.Document, len(files))
		for i, f := range files {
			var b bytes.Buffer
			if _, err := f.WriteTo(&b); err != nil {
				return nil, err
			}
			mediaType := f.MediaType
			if mediaType == "text/html" {
				mediaType += "; charset=utf-8"
			}
			documents[i] = postgres.Document{Name: f.Path, Type: mediaType, Body: b.Bytes()}
		}
		return documents, nil
	}
}

// visited counts a visit and remembers its report.
func (d *databaseServer) visited(r aggregate.PartnerReport) {
	d.metrics.visited(r)
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, known := d.reports[r.Key]; !known {
		d.order = append(d.order, r.Key)
	}
	d.reports[r.Key] = r
	for len(d.order) > maxReports {
		delete(d.reports, d.order[0])
		d.order = d.order[1:]
	}
}

// forget drops what is known of partners that are not on a list.
func (d *databaseServer) forget(partners []aggregate.Partner) {
	listed := make(map[string]bool, len(partners))
	for i := range partners {
		listed[partners[i].Key()] = true
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	maps.DeleteFunc(d.reports, func(key string, _ aggregate.PartnerReport) bool { return !listed[key] })
	d.order = slices.DeleteFunc(d.order, func(key string) bool { return !listed[key] })
}

// status is how all processes do, as the database has it, with what failed of the
// latest visits of this one. It holds for some seconds.
func (d *databaseServer) status() aggregate.Status {
	now := time.Now()
	d.mu.Lock()
	st, asked := d.known, d.asked
	d.mu.Unlock()
	if now.Sub(asked) < statusAge {
		return st
	}
	ctx, cancel := context.WithTimeout(context.Background(), statusAge)
	defer cancel()
	all, err := d.store.Status(ctx, now)
	if err == nil {
		st = aggregate.Status{Partners: all.Partners, Rests: all.Resting, Lag: all.Lag}
	}
	st.Err, st.Failing = err, 0
	if n := d.published.Load(); n != nil {
		st.Letters = len(n.Letters)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, r := range d.reports {
		if r.Error != "" {
			st.Failing++
		}
	}
	d.known, d.asked = st, now
	return st
}

func (d *databaseServer) handler() http.Handler {
	documents := d.store.Documents()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		_, err := d.store.Document(r.Context(), feed.RSS.FileName())
		switch {
		case d.stops.Load():
			http.Error(w, "stopping", http.StatusServiceUnavailable)
		case errors.Is(err, fs.ErrNotExist):
			http.Error(w, "nothing is published yet", http.StatusServiceUnavailable)
		case err != nil:
			d.logger.Error("the database does not answer", "error", err)
			http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
		default:
			fmt.Fprintln(w, "ok")
		}
	})
	mux.Handle("GET /metrics", d.metrics.handler())
	mux.HandleFunc("GET /partners", d.partners)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		name, below := strings.CutPrefix(r.URL.Path, *d.home.Load())
		if !below {
			name = strings.TrimPrefix(r.URL.Path, "/")
		}
		if !serve.ReadOnly(w, r) {
			return
		}
		if asset, ok := (*d.assets.Load())[name]; ok && asset.file != "" {
			serveAsset(w, r, asset)
			return
		}
		if name == "" || strings.HasSuffix(name, "/") {
			name += "index.html"
		}
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if strings.HasSuffix(name, ".xml") {
			w.Header().Set("Content-Security-Policy", serve.Feed)
		}
		inner := r.Clone(r.Context())
		inner.URL = &url.URL{Path: "/" + name}
		documents.ServeHTTP(w, inner)
	})
	return mux
}

// partners is the page of the latest visits of this process.
func (d *databaseServer) partners(w http.ResponseWriter, _ *http.Request) {
	result := aggregate.Result{Newsletter: d.title.Load()}
	d.mu.Lock()
	for _, key := range d.order {
		result.Partners = append(result.Partners, d.reports[key])
	}
	d.mu.Unlock()
	var b bytes.Buffer
	if err := result.WriteHTML(&b); err != nil {
		d.logger.Error("a page can't be written", "error", err)
		http.Error(w, "This can't be shown right now.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-cache")
	w.Write(b.Bytes())
}
