package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/aggregate/postgres"
	"github.com/automationregion/newsletter/fetch/websub"
	"github.com/automationregion/newsletter/internal/atomicfile"
	"github.com/automationregion/newsletter/internal/latest"
	"github.com/automationregion/newsletter/internal/roll"
	"github.com/automationregion/newsletter/internal/weburl"
)

const (
	figuresAge   = 5 * time.Second // for which figures hold
	reportsAge   = time.Second     // for which reports do, and that much longer than it took to read them:
	reportsIdle  = 9
	reportsTime  = time.Minute            // within which they are read
	reportsKept  = 5 * time.Minute        // between two times that they are kept for a start without the database
	patience     = 200 * time.Millisecond // with a database that is slow, of who can do with what was there before
	lookEvery    = time.Second            // at whether the database answers
	mostVisits   = 10_000                 // latest ones that a process tells of
	databaseWait = 5 * time.Second        // before the database is tried again
	pushTime     = 2 * time.Minute        // for a partner that was pushed to be free
	mostPushing  = 64                     // partners that wait for that
)

// shared is one of the processes that gather what a database remembers. One of them
// makes the newsletter, and all serve it.
type shared struct {
	store   *postgres.Store
	logger  *slog.Logger
	lists   lists
	adopt   bool
	wanted  atomic.Pointer[Configuration]
	current atomic.Pointer[Configuration] // with the list that holds
	pushing chan struct{}
	changed chan struct{}                         // current did
	mine    atomic.Pointer[newsletter.Newsletter] // the last that this process made; one without letters before that

	mu     sync.Mutex
	visits map[string]aggregate.PartnerReport // latest of this process, by key
	order  []string                           // the oldest first

	figures latest.Value[aggregate.Health]
	reports latest.Value[reports]
	took    atomic.Int64 // to read them
	cache   string       // where they are kept; empty is nowhere
	outage  atomic.Pointer[error]
}

// reports are what is remembered of the partners of a list.
type reports struct {
	Result *aggregate.Result
	List   []aggregate.Partner
}

func openShared(ctx context.Context, o *Options, c *Configuration) (*shared, error) {
	store, err := postgres.Open(ctx, o.Store, postgres.Options{Schema: o.Schema, Cache: o.Cache, Logger: o.Logger})
	if err != nil {
		return nil, err
	}
	g := &shared{store: store, logger: o.Logger, changed: make(chan struct{}, 1), pushing: make(chan struct{}, mostPushing), visits: map[string]aggregate.PartnerReport{}}
	g.mine.Store(&newsletter.Newsletter{})
	g.adopt = o.Adopt
	g.lists = lists{notes: store, logger: o.Logger, accepted: o.AcceptRemovals, before: func(ctx context.Context, _ []aggregate.Partner) (roll.Before, error) {
		list, err := store.Partners(ctx)
		return roll.Before{Partners: list}, err
	}}
	if err = store.Check(ctx); err == nil {
		err = g.own(ctx, c)
	} else if n, cached := store.Newsletter(ctx); cached == nil && cmp.Or(n.ID, n.URL) == idOf(c) {
		g.failed(ctx, err)
		g.restore(o.Cache)
		g.figures.Set(aggregate.Health{Partners: len(c.Partners)}) // nobody waits for others
		g.figures.Expire()
		err = nil
	}
	g.cache = o.Cache
	if err == nil {
		err = g.take(c)
	}
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return g, nil
}

func (g *shared) take(c *Configuration) error {
	if err := c.lacks(); err != nil {
		return err
	}
	if was := g.wanted.Load(); was != nil && !g.adopt && idOf(was) != idOf(c) {
		return fmt.Errorf("the database is that of %s, and this is %s now: serve is to be started with --adopt, or with another database", idOf(was), idOf(c))
	}
	count := c.Aggregator.Progress
	c.Aggregator.Progress = func(r aggregate.PartnerReport) {
		count(r)
		g.visited(r)
	}
	g.wanted.Store(c)
	g.current.CompareAndSwap(nil, c)
	select {
	case g.changed <- struct{}{}:
	default:
	}
	return nil
}

// idOf is what tells a newsletter from others.
func idOf(c *Configuration) string {
	return cmp.Or(c.Aggregator.Newsletter.ID, c.Aggregator.Newsletter.URL)
}

// own makes sure that the database is this newsletter's.
func (g *shared) own(ctx context.Context, c *Configuration) error {
	return g.store.Own(ctx, &c.Aggregator.Newsletter, g.adopt)
}

func (g *shared) listed() *lists { return &g.lists }

// gather sets the list of partners, and gathers by one configuration.
func (g *shared) gather(ctx context.Context, wanted *Configuration) (works bool, err error) {
	if err := g.store.Check(ctx); err != nil {
		return false, err
	}
	if err := g.own(ctx, wanted); err != nil {
		return false, err
	}
	list, err := g.lists.choose(ctx, wanted.Partners)
	if err != nil {
		return false, err
	}
	c := *wanted
	c.Partners = list
	s, err := g.store.SetPartners(ctx, c.Partners)
	if err != nil {
		return false, err
	}
	g.current.Store(&c)
	g.forget(c.Partners)
	g.logger.Info("the list of partners", "added", s.Added, "changed", s.Changed, "removed", s.Removed, "kept", s.Kept)
	return true, g.generation(ctx, &c)
}

// Serve gathers by one configuration after the other. A database that did its work
// once, and fails, is waited for.
func (g *shared) Serve(ctx context.Context) error {
	works := g.outage.Load() != nil // it did once
	var watching sync.WaitGroup
	defer watching.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	watching.Go(func() { g.watch(ctx) })
	for ctx.Err() == nil {
		select {
		case <-g.changed:
		default:
		}
		gathered, err := g.gather(ctx, g.wanted.Load())
		works = works || gathered
		switch {
		case err == nil || ctx.Err() != nil:
		case works && errors.Is(err, aggregate.ErrStore):
			g.failed(ctx, err)
			sleep(ctx, databaseWait)
		default:
			return err
		}
	}
	return nil
}

// watch keeps what is served up to date, and looks whether the database answers.
func (g *shared) watch(ctx context.Context) {
	var kept time.Time
	for ; ctx.Err() == nil; sleep(ctx, lookEvery) {
		inner, cancel := context.WithTimeout(ctx, lookEvery)
		_, err := g.store.Note(inner, "owner")
		cancel()
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			g.failed(ctx, err)
			continue
		}
		if g.outage.Swap(nil) != nil {
			g.logger.InfoContext(ctx, "the database answers again")
			g.figures.Expire()
			g.reports.Expire()
		}
		if _, err := g.store.Newsletter(ctx); err == nil && g.cache != "" && time.Since(kept) > reportsKept {
			g.keep(ctx)
			kept = time.Now()
		}
	}
}

// failed takes note of an outage, and tells of it once.
func (g *shared) failed(ctx context.Context, err error) {
	if g.outage.Swap(&err) == nil {
		g.logger.ErrorContext(ctx, "the database does not answer: what was published last is served, and nobody knows of anything newer", "error", err)
	}
}

// sleep waits, until ctx is done.
func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// generation gathers by one configuration until there is another, or ctx is done.
func (g *shared) generation(ctx context.Context, c *Configuration) error {
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
	working.Go(func() { ended("visiting", g.store.Work(inner, &c.Aggregator, postgres.Options{Grace: Grace})) })
	working.Go(func() {
		ended("publishing", g.store.Publish(inner, &c.Aggregator, func(_ context.Context, n *newsletter.Newsletter) { g.mine.Store(n) }))
	})
	select {
	case <-g.changed:
	case <-inner.Done():
	}
	stop()
	working.Wait()
	return failed
}

func (g *shared) made(context.Context) (*newsletter.Newsletter, error) { return g.mine.Load(), nil }

func (g *shared) subscriptions(o *Options) (websub.Memory, error) {
	return g.store.Subscriptions(o.PublicURL), nil
}

// Pushed has a partner asked soon by whichever process has its host. Beside that it is
// asked when due, as all are.
func (g *shared) Pushed(key string) bool {
	select {
	case g.pushing <- struct{}{}:
	default:
		return false // it is asked when due
	}
	go func() {
		defer func() { <-g.pushing }()
		ctx, cancel := context.WithTimeout(context.Background(), pushTime)
		defer cancel()
		if err := g.store.Pushed(ctx, key, g.current.Load().Aggregator.Fetch.Policy.Floor); err != nil {
			g.logger.Warn("a partner that was pushed is asked when due", "key", key, "error", err)
		}
	}()
	return true
}

// heard is for who puts off visits to partners that are pushed; here nobody does.
func (g *shared) heard(func(string) time.Time) {}

func (g *shared) Close() error { return g.store.Close() }

// visited remembers the report of a visit.
func (g *shared) visited(r aggregate.PartnerReport) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, known := g.visits[r.Key]; !known {
		g.order = append(g.order, r.Key)
	}
	g.visits[r.Key] = r
	for len(g.order) > mostVisits {
		delete(g.visits, g.order[0])
		g.order = g.order[1:]
	}
}

// forget drops what is known of partners that are not on a list.
func (g *shared) forget(partners []aggregate.Partner) {
	listed := make(map[string]bool, len(partners))
	for i := range partners {
		listed[partners[i].Key()] = true
	}
	g.mu.Lock()
	maps.DeleteFunc(g.visits, func(key string, _ aggregate.PartnerReport) bool { return !listed[key] })
	g.order = slices.DeleteFunc(g.order, func(key string) bool { return !listed[key] })
	g.mu.Unlock()
	g.reports.Expire() // they may be of another list
}

func (g *shared) Newsletter(ctx context.Context) (*newsletter.Newsletter, error) {
	return g.store.Newsletter(ctx)
}

// Result is what all processes remember of the partners, with what came of the visits of
// this one.
func (g *shared) Result() *aggregate.Result {
	result, _ := g.known()
	return result
}

func (g *shared) known() (*aggregate.Result, []aggregate.Partner) {
	n, err := g.store.Newsletter(context.Background())
	if err != nil {
		return nil, nil
	}
	age := reportsAge + reportsIdle*time.Duration(g.took.Load())
	r, has, _ := g.reports.Get(age, patience, g.read)
	if !has {
		return nil, nil
	}
	result := &aggregate.Result{Newsletter: n, Partners: slices.Clone(r.Result.Partners), Window: r.Result.Window}
	g.mu.Lock()
	defer g.mu.Unlock()
	for i := range result.Partners {
		r := &result.Partners[i]
		if visit, ok := g.visits[r.Key]; ok && !visit.LastAttempt.Before(r.LastAttempt) {
			r.Visited(&visit)
		}
	}
	return result, r.List
}

// read reads the reports.
func (g *shared) read(before reports) (reports, error) {
	start := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), reportsTime)
	defer cancel()
	c := g.current.Load()
	r, err := g.store.Result(ctx, &c.Aggregator, c.Partners)
	if err != nil {
		if g.outage.Load() == nil {
			g.logger.Error("what is remembered of the partners can't be read", "error", err)
		}
		return before, err
	}
	g.took.Store(int64(time.Since(start)))
	return reports{r, c.Partners}, nil
}

// reportsFile is the name of the file where reports are kept.
const reportsFile = "partners.json"

// keep writes the reports for a start without the database, without what is secret in
// the list.
func (g *shared) keep(ctx context.Context) {
	result, list := g.known()
	if result == nil {
		return
	}
	kept := reports{&aggregate.Result{Partners: result.Partners, Window: result.Window}, nil}
	for i := range list {
		kept.List = append(kept.List, aggregate.Partner{URL: weburl.WithoutUser(list[i].URL), Categories: list[i].Categories})
	}
	data, err := json.Marshal(kept, json.OmitZeroStructFields(true))
	if err == nil {
		err = atomicfile.Write(filepath.Join(g.cache, reportsFile), data, 0o666)
	}
	if err != nil {
		g.logger.ErrorContext(ctx, "reports of partners can't be kept for a start without the database", "error", err)
	}
}

// restore reads what keep wrote.
func (g *shared) restore(dir string) {
	data, err := os.ReadFile(filepath.Join(dir, reportsFile))
	var r reports
	if err == nil && json.Unmarshal(data, &r) == nil && r.Result != nil {
		g.reports.Set(r)
		g.reports.Expire()
	}
}

// Health is how all processes do, as the database has it, with what failed of the
// latest visits of this one.
func (g *shared) Health() aggregate.Health {
	ctx := context.Background()
	st, _, err := g.figures.Get(figuresAge, patience, func(before aggregate.Health) (aggregate.Health, error) {
		ctx, cancel := context.WithTimeout(ctx, figuresAge)
		defer cancel()
		return g.store.Health(ctx, time.Now())
	})
	if errors.Is(err, latest.ErrSlow) {
		err = nil // the watch tells whether it answers at all
	}
	if outage := g.outage.Load(); outage != nil {
		err = *outage
	}
	st.Err, st.Failing = err, 0
	if n, err := g.store.Newsletter(ctx); err == nil {
		st.Ready, st.Letters = true, len(n.Letters)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, r := range g.visits {
		if r.Error != "" {
			st.Failing++
		}
	}
	return st
}
