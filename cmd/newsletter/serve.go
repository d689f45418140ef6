package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"

	"github.com/automationregion/newsletter/cmd/newsletter/internal/output"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/server"
)

// serveFlags are the flags of the serve subcommand.
type serveFlags struct {
	aggregateFlags
	addr, logFormat, publicURL string
	database                   databaseFlags
	adopt                      bool
	cache                      string
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
newsletter, and all serve the same. Of a list of more than 10000 partners /partners,
partners.html, partners.opml and report.json then tell of the first 10000.

The hubs of newsletter.yaml (WebSub) are told when the newsletter changed. With
--public-url the hubs that partners' feeds name are subscribed to: a partner is then
asked as soon as its hub says that its feed changed, and otherwise every 6 hours (with
--store when it is due). That URL is where hubs reach this server, with TLS; they ask for paths below /websub/.

While the database does not answer, each process serves what was published last, and with
--cache DIR also after a start; /readyz says so.

A database is one newsletter's, which its ID names, or its URL: that of another one is
refused. With --schema many newsletters share a database.

It reads DIR or the OPML file again when it changed, and at SIGHUP; one that is
wrong is told of, and the one before holds. So does it where a list drops more than ten
partners and more than a fifth of them, until newsletter partners accept. At SIGTERM it ends what is under way,
within 10 seconds. It speaks HTTP: put a server in front of it for TLS.`,
		Example: `  newsletter serve letters --addr :8080 --state state
  newsletter serve letters --addr :8080 --state state --public-url https://example.org
  newsletter serve letters --addr :8080 --store postgres://newsletter@db.example/newsletter
  newsletter serve partners.opml --title "Our partners" --url https://example.org/partners/`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.database.store == "" && cmd.Flags().Changed("store") {
				return errors.New("--store is empty: the address of a database is expected, such as postgres://newsletter@db.example/newsletter")
			}
			if f.database.store == "" && (f.adopt || f.database.schema != "" || f.cache != "") {
				return errors.New("--schema, --cache and --adopt are of a database: --store is expected with them")
			}
			return c.runServe(cmd.Context(), folderArg(args), f)
		},
	}
	f.folder.register(cmd)
	f.folder.registerWhich(cmd)
	must(cmd.Flags().MarkHidden("now")) // a service goes by the clock
	f.registerGathering(cmd)
	cmd.Flags().StringVar(&f.addr, "addr", "localhost:8080", "address to listen on; port 0 is one that is free")
	f.database.register(cmd, "address of a PostgreSQL database (postgres://…) that remembers the partners instead of STATE, for several processes")
	cmd.Flags().StringVar(&f.cache, "cache", "", "with --store: folder where what was published last is kept, so that it is served also after a start without the database")
	cmd.Flags().BoolVar(&f.adopt, "adopt", false, "with --store: take over a database that is another newsletter's, or this one's under another ID or URL")
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
	return server.Run(ctx, server.Options{
		Path: path, Addr: f.addr, State: f.state, Store: f.database.store, Schema: f.database.schema, Cache: f.cache, Adopt: f.adopt, AcceptRemovals: f.acceptRemovals, PublicURL: f.publicURL, HubRoots: c.hubRoots, Logger: logger, Say: c.say,
		Load: func(ctx context.Context) (*server.Configuration, error) {
			return c.configuration(ctx, path, f.aggregateFlags)
		},
	})
}

// configuration reads what is served.
func (c *command) configuration(ctx context.Context, path string, f aggregateFlags) (*server.Configuration, error) {
	a, err := f.aggregator()
	if err != nil {
		return nil, err
	}
	read := &server.Configuration{Aggregator: a, Assets: map[string]server.Asset{}}
	files := output.Files{}
	if read.Partners, read.Site, err = c.partners(ctx, path, f, &read.Aggregator.Newsletter, files); err != nil {
		return nil, err
	}
	for name, file := range files {
		read.Assets[name] = server.Asset{Dir: file.Dir, File: file.File}
	}
	return read, nil
}
