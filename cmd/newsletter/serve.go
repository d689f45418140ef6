package main

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
)

const (
	serveGrace  = 10 * time.Second // for visits and requests under way
	hubTime     = 30 * time.Second // for a hub to answer
	reloadEvery = 5 * time.Second  // between two looks at whether the configuration changed
)

// serveFlags are the flags of the serve subcommand.
type serveFlags struct {
	aggregateFlags
	addr, logFormat, store, publicURL string
}

func (c *command) serve() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve [DIR|partners.opml]",
		Short: "Gather the feeds of partners for as long as it runs, and serve the newsletter",
		Long: `Serve visits each partner when its feed is due, remembers in STATE what it brings,
and serves the newsletter that aggregate would publish: feeds and pages below the
path of the newsletter's URL and at /, with partners.html, partners.opml and
report.json beside them. At the root are

  /partners   how each partner does
  /healthz    200 as long as the process answers
  /readyz     200 once something is published, and until it is told to stop
  /metrics    figures for Prometheus

With --store the memory is a PostgreSQL database, which newsletter db migrate makes
the tables in, and any number of processes on any number of machines share the work:
a partner's server is asked by one of them at a time, one of them makes the
documents, and all serve the same. /partners is then of the latest visits of the
process that is asked, and partners.html, partners.opml and report.json are not there.

The hubs of newsletter.yaml (WebSub) are told when the newsletter changed. With
--public-url the hubs that partners' feeds name are subscribed to: a partner is then
asked as soon as its hub says that its feed changed, and otherwise every 6 hours. That
URL is where hubs reach this server, with TLS; they ask for paths below /websub/.

It reads DIR or the OPML file again when it changed, and at SIGHUP; one that is
wrong is told of, and the one before holds. At SIGTERM it ends what is under way,
within 10 seconds. It speaks HTTP: put a server in front of it for TLS.`,
		Example: `  newsletter serve letters --addr :8080 --state state
  newsletter serve letters --addr :8080 --state state --public-url https://example.org
  newsletter serve letters --addr :8080 --store postgres://newsletter@db.example/newsletter
  newsletter serve partners.opml --title "Our partners" --url https://example.org/partners/`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.store == "" && cmd.Flags().Changed("store") {
				return errors.New("--store is empty: the address of a database is expected, such as postgres://newsletter@db.example/newsletter")
			}
			return c.runServe(cmd.Context(), folderArg(args), f)
		},
	}
	f.folder.register(cmd)
	f.folder.registerWhich(cmd)
	must(cmd.Flags().MarkHidden("now")) // a service goes by the clock
	f.registerGathering(cmd)
	cmd.Flags().StringVar(&f.addr, "addr", "localhost:8080", "address to listen on; port 0 is one that is free")
	cmd.Flags().StringVar(&f.store, "store", "", "address of a PostgreSQL database (postgres://…) that remembers the partners instead of STATE, for several processes")
	cmd.MarkFlagsMutuallyExclusive("store", "state")
	cmd.Flags().StringVar(&f.publicURL, "public-url", "", "https address of this server, where hubs of partners (WebSub) reach it below /websub/; subscribes to them")
	cmd.Flags().StringVar(&f.logFormat, "log", "text", "form of the log on standard error: text or json")
	return cmd
}

// logger returns what the flags say how to log with.
func (c *command) logger(format string) (*slog.Logger, error) {
	o := &slog.HandlerOptions{Level: slog.LevelInfo}
	if c.quiet {
		o.Level = slog.LevelError
	}
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(c.stderr, o)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(c.stderr, o)), nil
	}
	return nil, fmt.Errorf("--log %s: expected text or json", format)
}

func (c *command) runServe(ctx context.Context, path string, f serveFlags) error {
	if f.folder.now != "" {
		return errors.New("--now: serve goes by the clock; build and aggregate take another time")
	}
	logger, err := c.logger(f.logFormat)
	if err != nil {
		return err
	}
	if f.publicURL != "" {
		if f.store != "" {
			return errStorePolls
		}
		if _, err := publicURL(f.publicURL); err != nil {
			return err
		}
	}
	if f.store != "" {
		return c.runServeDatabase(ctx, path, f, logger)
	}
	a, err := f.aggregator()
	if err != nil {
		return err
	}
	service := &aggregate.Service{Aggregator: a, Grace: serveGrace}
	face := &front{service: service, logger: logger}
	face.metrics = newMetrics(service.Status)
	before := stamp(path, f.state)
	load := func() error {
		var n newsletter.Newsletter
		files := output{}
		partners, shape, err := c.partners(ctx, path, f.aggregateFlags, &n, files)
		if err != nil {
			return err
		}
		if err := service.SetNewsletter(n); err != nil {
			return err
		}
		face.show(n.URL, shape, files, partners)
		service.SetPartners(partners)
		return nil
	}
	if err := load(); err != nil {
		return err
	}
	store, err := aggregate.OpenDir(f.state, logger)
	if err != nil {
		return err
	}
	service.Aggregator.Store, service.Aggregator.Logger = store, logger
	service.Aggregator.Progress = face.metrics.visited
	client, closeIdle := c.hubClient(a.Fetch)
	defer closeIdle()
	if f.publicURL != "" {
		if face.hubs, err = openHubs(&f, service, client, logger); err != nil {
			return errors.Join(err, store.Close())
		}
		face.hubs.register(face.metrics.registry)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", f.addr)
	if err != nil {
		return errors.Join(err, store.Close())
	}
	if err := c.say("listening on http://%s\n", listener.Addr()); err != nil {
		return errors.Join(err, listener.Close(), store.Close())
	}
	tells := &announcer{source: service.Newsletter, ping: pingWith(client), logger: logger}
	err = c.serveUntil(ctx, listener, face, func(ctx context.Context) {
		var announcing sync.WaitGroup
		announcing.Go(func() { tells.run(ctx) })
		if face.hubs != nil {
			announcing.Go(func() { face.hubs.run(ctx) })
		}
		reloads(ctx, logger, path, f.state, before, load)
		announcing.Wait()
	})
	if face.hubs != nil {
		err = errors.Join(err, face.hubs.Close())
	}
	logger.Info("stopped", "error", err)
	return errors.Join(err, store.Close())
}

// serveUntil gathers and answers until ctx is done or one of both fails.
func (c *command) serveUntil(ctx context.Context, listener net.Listener, face *front, watch func(context.Context)) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	server := &http.Server{
		Handler: face.handler(), ErrorLog: slog.NewLogLogger(face.logger.Handler(), slog.LevelWarn),
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
		err := face.service.Serve(ctx)
		stop()
		ended <- err
	}()
	<-ctx.Done()
	face.stops.Store(true)
	face.logger.Info("stopping")
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), serveGrace)
	defer cancel()
	err := server.Shutdown(closing)
	if err != nil {
		err = errors.Join(err, server.Close())
	}
	err = errors.Join(err, <-ended, <-ended)
	<-watching
	return err
}

// reloads reads the configuration again when it changed, or when somebody asks
// for it, until ctx is done.
func reloads(ctx context.Context, logger *slog.Logger, path, state string, before uint64, load func() error) {
	hangup := make(chan os.Signal, 1)
	notifyHangup(hangup)
	ticker := time.NewTicker(reloadEvery)
	defer ticker.Stop()
	for {
		now := before
		select {
		case <-ctx.Done():
			return
		case <-hangup:
			now = stamp(path, state)
		case <-ticker.C:
			if now = stamp(path, state); now == before {
				continue
			}
		}
		before = now
		if err := load(); err != nil {
			logger.Error("the configuration was not taken over", "path", path, "error", err)
			continue
		}
		logger.Info("the configuration was read again", "path", path)
	}
}

// stamp is a number that changes with the names, sizes and times of the files at
// path, but for those of the state, which are ours.
func stamp(path, state string) uint64 {
	own, err := os.Stat(state)
	sum := fnv.New64a()
	filepath.WalkDir(path, func(name string, _ fs.DirEntry, walkErr error) error {
		info, statErr := os.Stat(name)
		switch {
		case walkErr != nil || statErr != nil:
			fmt.Fprintln(sum, name, "can't be read")
		case info.IsDir() && err == nil && os.SameFile(info, own):
			return fs.SkipDir
		case !info.IsDir():
			fmt.Fprintln(sum, name, info.Size(), info.ModTime().UnixNano())
		}
		return nil
	})
	return sum.Sum64()
}
