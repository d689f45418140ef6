package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/aggregate/postgres"
	"github.com/automationregion/newsletter/fetch/websub"
	"github.com/automationregion/newsletter/internal/roll"
)

const (
	figuresAge   = 5 * time.Second // for which figures hold
	reportsAge   = time.Second     // for which reports do, and that much longer than it took to read them:
	reportsIdle  = 9
	reportsTime  = time.Minute     // within which they are read
	mostVisits   = 10_000          // latest ones that a process tells of
	databaseWait = 5 * time.Second // before the database is tried again
	pushTime     = 2 * time.Minute // for a partner that was pushed to be free
	mostPushing  = 64              // partners that wait for that
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

	mu      sync.Mutex
	visits  map[string]aggregate.PartnerReport // latest of this process, by key
	order   []string                           // the oldest first
	figures aggregate.Health                   // at counted
	counted time.Time

	reading sync.Mutex // one reads the reports
	result  *aggregate.Result
	until   time.Time // it holds
}

func openShared(ctx context.Context, o *Options, c *Configuration) (*shared, error) {
	store, err := postgres.Open(ctx, o.Store, postgres.Options{Schema: o.Schema})
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
	err = g.own(ctx, c)
	if err == nil {
		err = g.take(c)
	}
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return g, nil
}

func (g *shared) take(c *Configuration) error {
	v, err := c.Aggregator.NewVisitor(time.Hour) // tells what the title page lacks
	if err != nil {
		return err
	}
	v.Close()
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

func (g *shared) partners() []aggregate.Partner { return g.current.Load().Partners }

func (g *shared) listed() *lists { return &g.lists }

// gather sets the list of partners, and gathers by one configuration.
func (g *shared) gather(ctx context.Context, wanted *Configuration) (works bool, err error) {
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
	works := false
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
			g.logger.Error("the database fails; it is tried again", "error", err)
			select {
			case <-time.After(databaseWait):
			case <-ctx.Done():
			}
		default:
			return err
		}
	}
	return nil
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
	g.reading.Lock()
	defer g.reading.Unlock()
	g.result = nil // it is of another list
}

func (g *shared) Newsletter(ctx context.Context) (*newsletter.Newsletter, error) {
	return g.store.Newsletter(ctx)
}

// Result is what all processes remember of the partners, with what came of the visits of
// this one.
func (g *shared) Result() *aggregate.Result {
	n, err := g.store.Newsletter(context.Background())
	if err != nil {
		return nil
	}
	g.reading.Lock()
	defer g.reading.Unlock()
	if start := time.Now(); g.result == nil || start.After(g.until) {
		ctx, cancel := context.WithTimeout(context.Background(), reportsTime)
		defer cancel()
		c := g.current.Load()
		if r, err := g.store.Result(ctx, &c.Aggregator, c.Partners); err == nil {
			g.result = r
		} else {
			g.logger.Error("what is remembered of the partners can't be read", "error", err)
		}
		g.until = time.Now().Add(reportsAge + reportsIdle*time.Since(start))
	}
	if g.result == nil {
		return nil
	}
	result := &aggregate.Result{Newsletter: n, Partners: slices.Clone(g.result.Partners), Window: g.result.Window}
	g.mu.Lock()
	defer g.mu.Unlock()
	for i := range result.Partners {
		r := &result.Partners[i]
		if visit, ok := g.visits[r.Key]; ok && !visit.LastAttempt.Before(r.LastAttempt) {
			r.Visited(&visit)
		}
	}
	return result
}

// Health is how all processes do, as the database has it, with what failed of the
// latest visits of this one.
func (g *shared) Health() aggregate.Health {
	now := time.Now()
	g.mu.Lock()
	st, counted := g.figures, g.counted
	g.mu.Unlock()
	if now.Sub(counted) < figuresAge && st.Ready {
		return st
	}
	ctx, cancel := context.WithTimeout(context.Background(), figuresAge)
	defer cancel()
	all, err := g.store.Health(ctx, now)
	if err == nil {
		st = all
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
	g.figures, g.counted = st, now
	return st
}
