package aggregate

import (
	"context"
	"errors"

	"github.com/automationregion/newsletter/fetch"
)

// visitAll visits the partners that are due, records what they brought, and
// hands on what is remembered of every partner. An error is of the store or
// ctx's; after one of the store, what is remembered is still handed on.
func (r *run) visitAll(ctx context.Context, take taker) error {
	r.findTwice()
	if r.Offline {
		return r.takeOthers(ctx, Offline, take)
	}
	f := r.newClient()
	defer f.Close()
	rests, err := r.store.Rests(ctx)
	if err != nil {
		return errors.Join(err, r.takeOthers(ctx, fetch.NotDue, take))
	}
	f.Rest(rests)

	inner, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	address := func(i int) string { return r.partners[i].address() }
	f.Each(inner, len(r.partners), address, func(ctx context.Context, turn *fetch.Turn, i int) {
		if r.done[i] {
			return
		}
		if err := r.visit(ctx, f, turn, i, take); err != nil {
			stop(err)
		}
	})
	restsErr := r.store.RecordRests(context.WithoutCancel(ctx), r.now, f.Rests())
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return errors.Join(context.Cause(inner), restsErr, r.takeOthers(ctx, fetch.NotDue, take))
}

// findTwice marks the partners that were listed before.
func (r *run) findTwice() {
	first := make(map[string]bool, len(r.partners))
	for i := range r.partners {
		if key := r.reports[i].Key; first[key] {
			r.finish(i, newReport(&r.partners[i], &State{Key: key}, Twice))
		} else {
			first[key] = true
		}
	}
}

// takeOthers hands on what is remembered of the partners that nobody visited.
func (r *run) takeOthers(ctx context.Context, status fetch.Status, take taker) error {
	for i := range r.partners {
		if r.done[i] {
			continue
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		p := &r.partners[i]
		s, err := r.store.Load(ctx, r.reports[i].Key)
		if err != nil {
			return err
		}
		if err := r.take(i, s, newReport(p, s, status), take); err != nil {
			return err
		}
	}
	return nil
}
