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
		return r.takeOthers(ctx, take, Offline, Offline)
	}
	f := r.newClient()
	defer f.Close()
	rests, err := r.store.Rests(ctx)
	if err != nil {
		return errors.Join(err, r.takeOthers(ctx, take, fetch.NotDue, NotVisited))
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
	return errors.Join(context.Cause(inner), restsErr, r.takeOthers(ctx, take, fetch.NotDue, NotVisited))
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

// takeOthers hands on what is remembered of the partners that nobody visited. Their
// reports have the one status, and those of partners that are due the other.
func (r *run) takeOthers(ctx context.Context, take taker, status, ifDue fetch.Status) error {
	for i := range r.partners {
		if r.done[i] {
			continue
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := r.isolate(ctx, i, take, r.takeOther(ctx, i, take, status, ifDue)); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) takeOther(ctx context.Context, i int, take taker, status, ifDue fetch.Status) error {
	s, err := r.store.Load(ctx, r.reports[i].Key)
	if err != nil {
		return err
	}
	switch claim := (Claim{Now: r.clock(), All: r.All || r.Release}); {
	case r.reports[i].Status != "": // it was visited
		status = NotRecorded
	case claim.Wants(s):
		status = ifDue
	}
	return r.take(i, s, newReport(&r.partners[i], s, status), take)
}
