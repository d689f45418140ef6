package server

import (
	"context"
	"path/filepath"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/fetch/websub"
)

// alone gathers in this process, with a folder that remembers.
type alone struct {
	*aggregate.Service
	store aggregate.Store
}

func openAlone(o *Options, c *Configuration) (*alone, error) {
	g := &alone{Service: &aggregate.Service{Aggregator: c.Aggregator, Grace: Grace}}
	if err := g.take(c); err != nil {
		return nil, err
	}
	var err error
	if g.store, err = aggregate.OpenDir(o.State, o.Logger); err != nil {
		return nil, err
	}
	g.Aggregator.Store = g.store
	return g, nil
}

func (g *alone) take(c *Configuration) error {
	if err := g.SetNewsletter(c.Aggregator.Newsletter); err != nil {
		return err
	}
	g.SetPartners(c.Partners)
	return nil
}

func (g *alone) made(ctx context.Context) (*newsletter.Newsletter, error) { return g.Newsletter(ctx) }

func (g *alone) subscriptions(o *Options) (websub.Memory, error) {
	return websub.OpenFile(filepath.Join(o.State, "websub.json"), o.PublicURL, o.Logger)
}

func (g *alone) heard(since func(key string) time.Time) { g.PushedSince = since }

func (g *alone) Close() error { return g.store.Close() }
