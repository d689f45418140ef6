package server

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/fetch/websub"
	"github.com/automationregion/newsletter/internal/roll"
)

// alone gathers in this process, with a folder that remembers.
type alone struct {
	*aggregate.Service
	store aggregate.Store
	lists lists

	current atomic.Pointer[[]aggregate.Partner]
}

func openAlone(o *Options, c *Configuration) (*alone, error) {
	g := &alone{Service: &aggregate.Service{Aggregator: c.Aggregator, Grace: Grace}}
	if err := c.lacks(); err != nil {
		return nil, err
	}
	var err error
	if g.store, err = aggregate.OpenDir(o.State, o.Logger); err != nil {
		return nil, err
	}
	g.Aggregator.Store = g.store
	notes := roll.Dir(o.State)
	g.lists = lists{notes: notes, logger: o.Logger, accepted: o.AcceptRemovals, before: func(ctx context.Context, next []aggregate.Partner) (roll.Before, error) {
		if list := g.current.Load(); list != nil {
			return roll.Before{Partners: *list}, nil
		}
		return roll.Remembered(ctx, notes, next)
	}}
	if err := g.take(c); err != nil {
		return nil, errors.Join(err, g.store.Close())
	}
	return g, nil
}

func (g *alone) take(c *Configuration) error {
	ctx := context.Background()
	list, err := g.lists.choose(ctx, c.Partners)
	if err != nil {
		return err
	}
	if err := g.SetNewsletter(c.Aggregator.Newsletter); err != nil {
		return err
	}
	g.current.Store(&list)
	g.SetPartners(list)
	if err := roll.Remember(ctx, g.lists.notes, list); err != nil {
		g.lists.logger.Error("the list of partners is not remembered for the next start", "error", err)
	}
	return nil
}

func (g *alone) known() (*aggregate.Result, []aggregate.Partner) {
	return g.Result(), *g.current.Load()
}

func (g *alone) listed() *lists { return &g.lists }

func (g *alone) made(ctx context.Context) (*newsletter.Newsletter, error) { return g.Newsletter(ctx) }

func (g *alone) subscriptions(o *Options) (websub.Memory, error) {
	return websub.OpenFile(filepath.Join(o.State, "websub.json"), o.PublicURL, o.Logger)
}

func (g *alone) heard(since func(key string) time.Time) { g.PushedSince = since }

func (g *alone) Close() error { return g.store.Close() }
