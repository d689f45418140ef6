// Package server is what the serve subcommand does: it gathers the feeds of partners for
// as long as it runs, and serves the newsletter.
//
// Whether a folder or a database remembers the partners, there is one [gatherer] behind
// one set of handlers, so that both serve the same.
package server

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/fetch"
	"github.com/automationregion/newsletter/fetch/websub"
)

const (
	Grace   = 10 * time.Second // for visits and requests under way
	hubTime = 30 * time.Second // for a hub to answer

	hubsWait = time.Minute // before subscriptions that can't be read are tried again
)

// Options say what is served, and how.
type Options struct {
	Path      string // of the configuration, which is read again when it changes
	Load      func(context.Context) (*Configuration, error)
	Addr      string // to listen on
	State     string // folder that remembers the partners,
	Store     string // or address of a database that does, for several processes,
	Schema    string // and the schema of its tables; empty is the usual one
	Cache     string // folder where what was published last is kept, for a start without the database; empty is nowhere
	Adopt     bool   // the database is this newsletter's, whosever it was
	PublicURL string // where hubs reach the server; empty subscribes to none
	HubRoots  *x509.CertPool

	AcceptRemovals bool // the first list of partners is meant, however many it drops

	Logger *slog.Logger
	Say    func(format string, args ...any) error
}

// A Configuration says what the newsletter is, and whom it gathers.
type Configuration struct {
	Aggregator aggregate.Aggregator // its Newsletter is the title page, with letters of our own
	Partners   []aggregate.Partner
	Site       site.Options
	Assets     map[string]Asset // by path
}

// lacks tells what the title page lacks, and what the aggregator can't do.
func (c *Configuration) lacks() error {
	v, err := c.Aggregator.NewVisitor(time.Hour)
	if err == nil {
		v.Close()
	}
	return err
}

// An Asset is a file of the configuration's folder.
type Asset struct{ Dir, File string }

// A gatherer keeps a newsletter up to date.
type gatherer interface {
	// take takes over a configuration. After an error the one before holds.
	take(*Configuration) error

	// Serve gathers until ctx is done, and what is under way has ended.
	Serve(ctx context.Context) error

	// Newsletter is what is published, Result what is known of its partners too, nil
	// before anything was published, and Health how all that does.
	Newsletter(context.Context) (*newsletter.Newsletter, error)
	Result() *aggregate.Result
	Health() aggregate.Health

	// known is Result with the list of partners that it is of, and listed says which list
	// holds.
	known() (*aggregate.Result, []aggregate.Partner)
	listed() *lists

	// made is what this process made last of it: its news are this process's to tell.
	made(context.Context) (*newsletter.Newsletter, error)

	// subscriptions is where those to partners' hubs are remembered, Pushed has a partner
	// asked that a hub pushed, and heard is told, before Serve, how to find out since when.
	subscriptions(*Options) (websub.Memory, error)
	Pushed(key string) bool
	heard(since func(key string) time.Time)

	Close() error
}

// Run serves until ctx is done.
func Run(ctx context.Context, o Options) error {
	if o.PublicURL != "" {
		if _, err := websub.Paths(o.PublicURL); err != nil {
			return fmt.Errorf("--public-url %w", err)
		}
	}
	before := stamp(o.Path, o.State)
	c, err := o.Load(ctx)
	if err != nil {
		return err
	}
	f := &front{logger: o.Logger}
	f.metrics = newMetrics(func() aggregate.Health { return f.gatherer.Health() })
	c.Aggregator.Logger, c.Aggregator.Progress = o.Logger, f.metrics.visited
	if o.Store == "" {
		f.gatherer, err = openAlone(&o, c)
	} else {
		f.gatherer, err = openShared(ctx, &o, c)
	}
	if err != nil {
		return err
	}
	f.metrics.list(func() bool { return f.gatherer.listed().isHeld() != nil })
	f.show(c)
	err = f.run(ctx, &o, c, before)
	o.Logger.Info("stopped", "error", err)
	return errors.Join(err, f.gatherer.Close())
}

// run gathers and serves until ctx is done.
func (f *front) run(ctx context.Context, o *Options, c *Configuration, before uint64) (err error) {
	client, closeIdle := hubClient(c.Aggregator.Fetch, o.HubRoots)
	defer closeIdle()
	if o.PublicURL != "" {
		memory, err := f.gatherer.subscriptions(o)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, memory.Close()) }()
		f.hubs = &websub.Follower{
			PublicURL: o.PublicURL, Memory: memory, Client: client, Logger: o.Logger, Pushed: f.gatherer.Pushed,
			Feeds: func() ([]websub.Feed, bool) { return f.gatherer.Result().Feeds() },
		}
		f.gatherer.heard(f.hubs.Since)
		f.metrics.hubs(f.hubs)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", o.Addr)
	if err != nil {
		return err
	}
	if err := o.Say("listening on http://%s\n", listener.Addr()); err != nil {
		return errors.Join(err, listener.Close())
	}
	tells := &announcer{source: f.gatherer.made, ping: pingWith(client), logger: o.Logger}
	tells.told, _ = f.gatherer.made(ctx) // an error is that there is nothing yet
	return f.serveUntil(ctx, listener, func(ctx context.Context) {
		var beside sync.WaitGroup
		beside.Go(func() { tells.run(ctx) })
		if f.hubs != nil {
			beside.Go(func() {
				for ctx.Err() == nil {
					if err := f.hubs.Run(ctx); err != nil && ctx.Err() == nil {
						o.Logger.Error("hubs are not subscribed to", "error", err, "again", hubsWait)
						sleep(ctx, hubsWait)
					}
				}
			})
		}
		reloads(ctx, o, before, f.gatherer.listed().decided, func() error {
			c, err := o.Load(ctx)
			if err != nil {
				return err
			}
			c.Aggregator.Logger, c.Aggregator.Progress = o.Logger, f.metrics.visited
			if err := f.gatherer.take(c); err != nil {
				return err
			}
			f.show(c)
			return nil
		})
		beside.Wait()
	})
}

// serveUntil gathers and answers until ctx is done or one of both fails.
func (f *front) serveUntil(ctx context.Context, listener net.Listener, watch func(context.Context)) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	server := &http.Server{
		Handler: f.handler(), ErrorLog: slog.NewLogLogger(f.logger.Handler(), slog.LevelWarn),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10,
	}
	watching := make(chan struct{})
	go func() {
		defer close(watching)
		watch(ctx)
	}()
	ended := make(chan error, 2)
	go func() {
		err := server.Serve(listener)
		if errors.Is(err, http.ErrServerClosed) {
			err = nil
		}
		stop()
		ended <- err
	}()
	go func() {
		err := f.gatherer.Serve(ctx)
		stop()
		ended <- err
	}()
	<-ctx.Done()
	f.stops.Store(true)
	f.logger.Info("stopping")
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), Grace)
	defer cancel()
	err := server.Shutdown(closing)
	if err != nil {
		err = errors.Join(err, server.Close())
	}
	err = errors.Join(err, <-ended, <-ended)
	<-watching
	return err
}

// hubClient returns the client that asks hubs, which may be where partners' servers
// may be.
func hubClient(o fetch.Options, roots *x509.CertPool) (client *http.Client, closeIdle func()) {
	transport := fetch.Transport(o)
	if roots != nil {
		transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	}
	return &http.Client{Transport: transport, Timeout: hubTime}, transport.CloseIdleConnections
}
