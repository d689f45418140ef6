package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/output"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/partners"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/say"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/fetch"
	"github.com/automationregion/newsletter/internal/ctxio"
	"github.com/automationregion/newsletter/internal/plaintext"
	"github.com/automationregion/newsletter/internal/publish"
	"github.com/automationregion/newsletter/internal/regular"
	"github.com/automationregion/newsletter/internal/roll"
	"github.com/automationregion/newsletter/parse"
)

// aggregateFlags are the flags of the aggregate subcommand.
type aggregateFlags struct {
	folder             folderFlags
	out, state         string
	days, letters      int
	all, release       bool
	strict, allPrivate bool
	acceptRemovals     bool
	allow              []string
	vocabularies       []string
	dryRun, offline    bool
	pictures           bool
	limits             fetch.Limits
	policy             fetch.Policy
}

func (c *command) aggregate() *cobra.Command {
	var f aggregateFlags
	cmd := &cobra.Command{
		Use:   "aggregate [DIR|partners.opml]",
		Short: "Gather the feeds of partners into one newsletter",
		Long: `Aggregate visits the partners whose feeds are due, remembers in STATE what they
bring, and publishes all of it as one newsletter: the feeds and pages that build
makes, partners.html with the health of each partner, partners.opml and
report.json. The partners are those of an OPML file, or of the newsletter.yaml
in DIR, whose own letters are published among theirs, in pages that look as build
makes them: newsletter.yaml's lists, menu and footer, layouts/ and style.css hold here
too. Lists that partners' letters make are at most 100 of each kind, those with the most
letters, and the feeds don't go on in archives.

A partner that fails doesn't fail the run, unless all do or with --strict. A list that
drops more than ten partners and more than a fifth of them fails it, and the one before
goes on, until newsletter partners accept says that it is meant.

--days and --letters are of partners' letters: those of DIR are all published. The
feeds carry 1000 letters, the newest 50 of DIR among them, unless feed: {size, own} in
newsletter.yaml says otherwise; the pages show all that is published.

Letters that --days and --letters leave out are remembered: a later run with
others publishes them, also --offline. Of each partner the newest 1000 letters
are kept with their text, as far as that takes no more than 8 MB.

Partners' letters have no pages here, whatever their addresses are: feeds and lists
lead to these.

Pages load no pictures from partners' servers, which would learn who reads: a
link with the picture's words stands in its place. --partner-pictures shows
them. The feeds have them in any case, and the reader's program decides.`,
		Example: `  newsletter aggregate letters -o public --state state
  newsletter aggregate partners.opml -o public --state state --title "Our partners" --url https://example.org/partners/
  newsletter aggregate letters -o public --state state --offline`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.runAggregate(cmd.Context(), folderArg(args), f)
		},
	}
	flags := cmd.Flags()
	f.folder.register(cmd)
	f.folder.registerWhich(cmd)
	registerOutput(cmd, &f.out)
	f.registerGathering(cmd)
	flags.BoolVar(&f.all, "all", false, "visit all partners, also those that are not due")
	flags.BoolVar(&f.release, "release", false, "take in letters that were held back because there were too many at once")
	flags.BoolVar(&f.strict, "strict", false, "fail if any partner fails")
	flags.BoolVar(&f.dryRun, "dry-run", false, "visit partners and report, but write nothing")
	flags.BoolVar(&f.offline, "offline", false, "visit nobody: publish what is remembered")
	cmd.MarkFlagsMutuallyExclusive("offline", "release")
	cmd.MarkFlagsMutuallyExclusive("offline", "all")
	return cmd
}

// registerGathering adds the flags of the subcommands that gather feeds.
func (f *aggregateFlags) registerGathering(cmd *cobra.Command) {
	flags := cmd.Flags()
	f.registerRemembered(cmd)
	flags.BoolVar(&f.acceptRemovals, "accept-removals", false, "take a list that drops more than ten partners and more than a fifth of them, as newsletter partners accept does")
	flags.BoolVar(&f.allPrivate, "allow-private", false, "allow addresses of private networks; partners that were refused for theirs are asked at once")
	flags.StringSliceVar(&f.allow, "allow-address", nil, "allow this IP address, even if it is a cloud's metadata service")
	flags.StringSliceVar(&f.vocabularies, "vocabularies", nil, "extensions of letters to take over, by namespace: \"known\" if not given; \"all\", \"none\", \"known,https://www.example.org/ns\", \"itunes,podcast\"")
	flags.IntVar(&f.limits.Concurrency, "concurrency", 0, "partners visited at once; 0 is 32, or 64 hosts with --store")
	flags.DurationVar(&f.limits.Pause, "pause", 0, "pause between two requests to one host; 0 is 1s, negative is none")
	flags.DurationVar(&f.policy.Floor, "floor", 0, "never visit a partner more often than this; 0 is 45m")
	flags.DurationVar(&f.policy.Ceiling, "ceiling", 0, "visit a partner at least this often; 0 is 24h")
}

// registerRemembered adds those of the subcommands that publish what was gathered.
func (f *aggregateFlags) registerRemembered(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.state, "state", "state", "folder that remembers the partners between runs")
	flags.IntVar(&f.days, "days", 0, "days that partners' letters are published; 0 is 90, negative is for as long as they are remembered")
	flags.IntVar(&f.letters, "letters", 0, "partners' letters to publish, of which each has its share; 0 is 1000, negative is all")
	flags.BoolVar(&f.pictures, "partner-pictures", false, "let pages load pictures from other hosts, whose owners then learn who reads")
}

// aggregator returns what the flags say, without a title page.
func (f *aggregateFlags) aggregator() (aggregate.Aggregator, error) {
	const century = 36_500 // days, so that no time overflows
	a := aggregate.Aggregator{
		Window: time.Duration(min(f.days, century)) * 24 * time.Hour, MaxLetters: f.letters,
		All: f.all, Offline: f.offline, DryRun: f.dryRun, Strict: f.strict, Release: f.release,
		Vocabularies: f.vocabularies,
		Fetch:        fetch.Options{AllowPrivate: f.allPrivate, Limits: f.limits, Policy: f.policy},
	}
	if err := a.Vocabularies.Validate(); err != nil {
		return a, fmt.Errorf("--vocabularies: %w", err)
	}
	for _, address := range f.allow {
		addr, err := netip.ParseAddr(address)
		if err != nil {
			return a, fmt.Errorf("--allow-address %s: an IP address such as 192.0.2.1 is expected", address)
		}
		a.Fetch.Allow = append(a.Fetch.Allow, addr.Unmap())
	}
	return a, nil
}

func (c *command) runAggregate(ctx context.Context, path string, f aggregateFlags) error {
	files := output.Files{}
	a, err := f.aggregator()
	if err != nil {
		return err
	}
	if f.folder.now != "" {
		now, err := c.now(f.folder.now)
		if err != nil {
			return err
		}
		a.Now = func() time.Time { return now }
	}
	partners, shape, err := c.partners(ctx, path, f, &a.Newsletter, files)
	if err != nil {
		return err
	}
	closeStore, err := c.openStore(&a, f.state)
	if err != nil {
		return err
	}
	partners, held, err := c.listThatHolds(ctx, partners, &f)
	if err != nil {
		return errors.Join(err, closeStore())
	}
	done := c.progress(&a, len(partners))
	result, err := a.Run(ctx, partners)
	done()
	err = errors.Join(err, closeStore())
	columns, isTerminal := terminal(c.stdout)
	if result != nil && isTerminal {
		if sayErr := c.say("%s", partnersTable(result.Partners, columns)); sayErr != nil {
			return errors.Join(err, sayErr)
		}
	}
	partnersFailed := errors.Is(err, aggregate.ErrAllFailed) || errors.Is(err, aggregate.ErrPartner)
	if err != nil && !partnersFailed {
		return err
	}
	partnersErr := err
	lines := adviceLines(result.Partners, partnersErr)
	if held != nil {
		lines = append(lines, fmt.Sprintf("the list of partners is held, and the one before goes on: it %s; %s", held, roll.Advice))
	}
	if !f.dryRun {
		if err := c.publishAggregate(ctx, path, result, shape, &f, partners, files); err != nil {
			if partnersFailed { // which is why
				return errors.Join(foundError(append(lines, partnersErr.Error())), err)
			}
			return err
		}
	}
	switch {
	case errors.Is(partnersErr, aggregate.ErrAllFailed):
		return foundError(lines)
	case partnersFailed:
		return foundError(append(lines, partnersErr.Error()))
	case held != nil:
		return foundError(lines)
	}
	return c.say("%s", foundError(lines).lines())
}

// openStore opens the folder that remembers the partners. What is damaged in it
// is told on standard error.
func (c *command) openStore(a *aggregate.Aggregator, dir string) (done func() error, err error) {
	logger := slog.New(slog.NewTextHandler(c.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if a.DryRun || a.Offline {
		if _, err := os.Stat(dir); a.Offline && err != nil {
			return nil, fmt.Errorf("--offline publishes what is remembered: %w", err)
		}
		a.Store = aggregate.OpenDirReadOnly(dir, logger)
		return func() error { return nil }, nil
	}
	store, err := aggregate.OpenDir(dir, logger)
	if err != nil {
		return nil, err
	}
	a.Store = store
	return store.Close, nil
}

// partners reads who is gathered, and fills in the title page n. What a folder
// publishes beside its letters goes in files, and how its site looks is the shape.
func (c *command) partners(ctx context.Context, path string, f aggregateFlags, n *newsletter.Newsletter, files output.Files) (list []aggregate.Partner, shape site.Options, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, shape, err
	}
	if info.IsDir() {
		root, err := os.OpenRoot(path)
		if err != nil {
			return nil, shape, err
		}
		defer root.Close()
		folder, err := c.readFolder(ctx, root, f.folder)
		if err != nil {
			return nil, shape, err
		}
		if shape, err = siteOptions(regular.FS(root), folder); err != nil {
			return nil, shape, foundIn(err, path)
		}
		shape = withPartners(shape, f.pictures)
		if err := clashes(folder, shape); err != nil {
			return nil, shape, foundIn(err, path)
		}
		if err := addAssets(files, folder, root); err != nil {
			return nil, shape, err
		}
		*n = *folder.Newsletter
		lookup := c.lookupEnv
		if f.offline { // nobody is sent a secret
			lookup = func(string) (string, bool) { return "", true }
		}
		list, err = partners.WithSecrets(folder.Partners, lookup)
		return list, shape, err
	}
	if f.folder.title == "" || f.folder.url == "" {
		return nil, shape, fmt.Errorf("%s: an OPML file needs --title and --url of the newsletter that its partners become", path)
	}
	if err := f.folder.validate(); err != nil {
		return nil, shape, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, shape, err
	}
	defer file.Close()
	outlines, err := parse.OPML(ctxio.NewReader(ctx, file), parse.Options{FileName: path})
	if err != nil {
		return nil, shape, found(err, path)
	}
	*n = newsletter.Newsletter{Title: f.folder.title, URL: f.folder.url, Language: f.folder.lang}
	*n = *feed.At(n, feed.RSS)
	if list = aggregate.Partners(outlines); len(list) == 0 {
		return nil, shape, fmt.Errorf("%s: it lists no partner: an outline with the address of a feed (xmlUrl) is one", path)
	}
	return list, withPartners(site.Options{PageSize: publish.DefaultPageSize, Sitemap: true, Reserved: partners.Names()}, f.pictures), nil
}

// progress shows how far the run is: a bar on standard error if that is a
// terminal, and on standard output a line for each partner unless that is one,
// where a table of them follows. The function that it returns ends it.
func (c *command) progress(a *aggregate.Aggregator, partners int) (done func()) {
	if c.quiet {
		return func() {}
	}
	_, isTable := terminal(c.stdout)
	tell := func(r aggregate.PartnerReport) {
		if !isTable {
			fmt.Fprintln(c.stdout, plaintext.Line(r.String()))
		}
	}
	if _, ok := terminal(c.stderr); ok {
		bar := progressbar.NewOptions(partners, progressbar.OptionSetWriter(c.stderr),
			progressbar.OptionSetDescription("partners"), progressbar.OptionShowCount(), progressbar.OptionClearOnFinish())
		a.Progress = func(r aggregate.PartnerReport) {
			bar.Add(1)
			tell(r)
		}
		return func() { bar.Finish() }
	}
	a.Progress = tell
	return func() {}
}

// recordName is the file in the state that remembers what the output was made of.
const recordName = "output.record"

func (c *command) publishAggregate(ctx context.Context, path string, result *aggregate.Result, shape site.Options, f *aggregateFlags, partners []aggregate.Partner, files output.Files) error {
	out := f.out

	var record *output.Record
	if !f.offline { // which leaves the state as it is
		record = output.RecordAt(filepath.Join(f.state, recordName), true, version(), "aggregate", shape.FeedLetters, shape.FeedOwn, f.pictures)
	}
	pages, err := output.Site(ctx, result.Newsletter, shape, record, out)
	if err != nil {
		return found(err, out)
	}
	documents, err := aggregateDocuments(result, partners)
	if err != nil {
		return err
	}
	for path, c := range documents {
		if err := pages.Add(path, c); err != nil {
			return err
		}
	}
	for path, c := range files {
		if err := pages.Add(path, c); err != nil {
			return err
		}
	}
	changed, _, err := pages.Publish(ctx, out, output.CleanWay, nil)
	if made, ok := errors.AsType[output.MadeError](err); ok {
		if _, ok := errors.AsType[*parse.Error](made.Err); ok { // in a layout
			return foundIn(made.Err, path)
		}
		return found(made.Err, out)
	}
	if err != nil {
		return err
	}
	record.Keep(pages, out)
	failing := 0
	for i := range result.Partners {
		if result.Partners[i].Failing() {
			failing++
		}
	}
	if err := c.say("%s", foundError(leftOutLines(result, shape, f)).lines()); err != nil {
		return err
	}
	_, left := site.LeftOut(result.Newsletter, shape)
	for _, by := range slices.Sorted(maps.Keys(left)) {
		if err := c.say("lists by %s: the %d with the most letters; %d left out\n", by, shape.MaxLists, left[by]); err != nil {
			return err
		}
	}
	return c.say("%s: %s of %s (%d failing); %s changed of %d\n", out,
		say.Count(len(result.Newsletter.Letters), "letter"), say.Count(len(partners), "partner"), failing, say.Count(changed, "file"), len(pages))
}

// aggregateDocuments are those beside the feeds and pages.
func aggregateDocuments(result *aggregate.Result, list []aggregate.Partner) (output.Files, error) {
	documents := []*partners.Document{partners.Health}
	if len(result.Subscriptions(list)) > 0 { // OPML has no empty list
		documents = append(documents, partners.List)
	}
	if visited(result.Partners) { // the report tells of the last run that had something to tell
		documents = append(documents, partners.Reports)
	}
	files := output.Files{}
	for _, d := range documents {
		var b bytes.Buffer
		if err := d.Write(&b, result, list); err != nil {
			return nil, err
		}
		files[d.Name] = output.Content{Data: b.Bytes()}
	}
	return files, nil
}

// visited reports whether the run asked for any feed.
func visited(reports []aggregate.PartnerReport) bool {
	return slices.ContainsFunc(reports, func(r aggregate.PartnerReport) bool {
		switch r.Status {
		case fetch.NotDue, aggregate.Claimed, aggregate.Offline, aggregate.Twice:
			return false
		}
		return true
	})
}
