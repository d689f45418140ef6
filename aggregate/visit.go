package aggregate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/fetch"
	"github.com/automationregion/newsletter/internal/lanes"
	"github.com/automationregion/newsletter/internal/netblock"
	"github.com/automationregion/newsletter/internal/weburl"
)

// A partnerVisit is one visit to a partner, from its claim to its record.
type partnerVisit struct {
	*run
	partner *Partner
	state   *State
	before  fetch.State // what was known of fetching
	next    fetch.State // what is known now
	out     fetch.Outcome
	report  PartnerReport
	changed bool // what is remembered of the partner beside next

	// Of a feed that was read: what it names, and what of next is not to be remembered.
	named newsletter.Newsletter
	amend func(*fetch.State)

	again bool // it was asked twice, because its letters were lost
}

// visit visits a partner. An error is of the store.
func (r *run) visit(ctx context.Context, i int, take taker) error {
	return r.isolate(ctx, i, take, r.visitClaimed(ctx, i, take))
}

// isolate ends what came of a partner whose state alone can't be read, if that is
// the error.
func (r *run) isolate(ctx context.Context, i int, take taker, err error) error {
	if !errors.Is(err, ErrUnreadable) {
		return err
	}
	s := &State{Schema: currentSchema, Key: r.reports[i].Key}
	report := newReport(&r.partners[i], s, stateUnreadable)
	report.Error = err.Error()
	report.plain()
	r.log(ctx, &report)
	return r.take(i, s, report, take)
}

// visitClaimed claims a partner, fetches its feed, remembers what is in it, and
// hands that on.
func (r *run) visitClaimed(ctx context.Context, i int, take taker) error {
	p, key, f := &r.partners[i], r.reports[i].Key, r.visitor.client
	claim := Claim{Now: r.clock(), Lease: r.visitor.lease, All: r.All || r.Release}
	s, claimed, err := r.store.Claim(ctx, key, claim)
	force := r.All
	if err == nil && !claimed && !claim.Wants(s) && (r.unblocked(s.Fetch.Blocked) || r.mayComeEarly(&s.Fetch, f.Options().Policy.Floor, claim.Now)) {
		claim.All, force = true, true
		s, claimed, err = r.store.Claim(ctx, key, claim)
	}
	switch {
	case err != nil:
		return err
	case !claimed && claim.Wants(s):
		return r.take(i, s, newReport(p, s, Claimed), take)
	case !claimed:
		return r.take(i, s, newReport(p, s, fetch.NotDue), take)
	}
	v := partnerVisit{run: r, partner: p, state: s, before: s.Fetch, report: PartnerReport{Key: key}}
	if lost, err := v.putRight(ctx); err != nil {
		return err
	} else if lost {
		v.changed = true
	}
	if read, err := v.ask(ctx, force, s.Fetch); err != nil {
		return err
	} else if !read && ctx.Err() != nil {
		return r.unclaim(ctx, s)
	}
	if err := v.learn(ctx); err != nil {
		return err
	}
	s = v.state
	v.note()
	v.report.recorded = v.changed
	r.reports[i] = v.report
	if err := v.record(ctx); errors.Is(err, ErrOvertaken) {
		return r.overtaken(ctx, i, take)
	} else if err != nil {
		return fmt.Errorf("%s: %w", v.report.Name, err)
	}
	r.log(ctx, &v.report)
	return r.take(i, s, v.report, take)
}

// unblocked says whether an address that was refused may be connected to now: then
// nothing that was to be waited for is left.
func (a *Aggregator) unblocked(addr netip.Addr) bool {
	return addr.IsValid() && netblock.Allowed(addr, a.Fetch.AllowPrivate, a.Fetch.Allow)
}

// putRight reads what is to be released. It dates anew what a clock dated that was ahead, and has the feed read
// whole: what left the window of that clock may be in it.
func (v *partnerVisit) putRight(ctx context.Context) (changed bool, err error) {
	s := v.state
	if v.Release && s.Flood.Held > 0 {
		if lost, err := v.claimedWhole(ctx, s); lost || err != nil {
			return lost, err
		}
	}
	if !isAhead(&s.Fetch, v.now) && !s.updated().After(v.now.Add(clockSkew)) {
		return false, nil
	}
	if _, err := v.claimedWhole(ctx, s); err != nil {
		return false, err
	}
	forgetBody(&s.Fetch)
	return s.redate(v.now), nil
}

// overtaken hands on what the one remembered who took a partner over: what was
// seen here counts for nothing.
func (r *run) overtaken(ctx context.Context, i int, take taker) error {
	s, err := r.store.Load(ctx, r.reports[i].Key)
	if err != nil {
		return err
	}
	report := newReport(&r.partners[i], s, takenOver)
	r.log(ctx, &report)
	return r.take(i, s, report, take)
}

// ask fetches the feed, of which so much is known, and says whether something came and was
// read. An error is of the store or ctx's.
func (v *partnerVisit) ask(ctx context.Context, force bool, known fetch.State) (read bool, err error) {
	r := v.partner.request(v.waits, force)
	r.Read = func(came *fetch.Outcome) (unreadable error) {
		read, v.out = true, *came
		unreadable, err = v.read(ctx)
		return cmp.Or(err, unreadable)
	}
	v.out, v.next = v.visitor.client.Fetch(ctx, r, known)
	return read, err
}

// learn takes into the state what the visit brought.
func (v *partnerVisit) learn(ctx context.Context) error {
	switch v.out.Status {
	case fetch.Fetched:
		if v.amend != nil {
			v.amend(&v.next)
		}
		v.noteHubs(&v.named)
	case fetch.NotModified, fetch.SameBody:
		v.noteHubs(nil)
		if v.state.staysQuiet(v.now) {
			return nil
		}
		lost, err := v.claimedWhole(ctx, v.state)
		if err != nil {
			return err
		}
		if lost && !v.again {
			return v.askAgain(ctx)
		}
		if lost {
			forget(&v.next)
		}
		v.changed = v.state.quiet(v.now, v.oldest, v.limits.Memory) || lost
	}
	return nil
}

// askAgain asks for a feed that is unchanged since its letters were seen, but they
// are lost: for all of it, in the same visit.
func (v *partnerVisit) askAgain(ctx context.Context) error {
	v.again = true
	forget(&v.next)
	if read, err := v.ask(ctx, true, v.next); err != nil {
		return err
	} else if !read && ctx.Err() != nil {
		return v.giveUp(ctx)
	}
	return v.learn(ctx)
}

// note brings the state and the report up to what the visit ended in.
func (v *partnerVisit) note() {
	s := v.state
	if v.Release {
		if released := s.letIn(); released > 0 {
			s.Most, s.Flood, v.changed = max(s.Most, released), Flood{}, true
		}
	}
	code, advice := s.LastCode, s.LastAdvice
	switch v.out.Status {
	case fetch.Failed, fetch.Gone:
		code, advice = v.out.Code, v.out.Err.Advice
	case fetch.Fetched, fetch.NotModified, fetch.SameBody:
		code, advice = 0, ""
	}
	name := cmp.Or(v.partner.Name, s.Feed.Title)
	firstTime := v.before.LastAttempt.IsZero() || isAhead(&v.before, v.now) // by a clock that is right
	v.changed = v.changed || name != s.Name || code != s.LastCode || advice != s.LastAdvice || firstTime
	s.Schema, s.Name, s.Fetch, s.LastCode, s.LastAdvice = currentSchema, name, v.next, code, advice
	v.report.outcome(&v.out)
	v.report.state(v.partner, s)
}

// record ends the claim, and remembers what there is to remember.
func (v *partnerVisit) record(ctx context.Context) error {
	s := v.state
	switch {
	case v.changed:
		if _, err := v.claimedWhole(ctx, s); err != nil {
			return err
		}
		s.Index = encodeIndex(s.Letters)
		return v.store.Record(context.WithoutCancel(ctx), s)
	case v.out.Status != fetch.NotDue:
		return v.store.RecordVisit(context.WithoutCancel(ctx), s)
	}
	return v.unclaim(ctx, s)
}

// log tells of a visit.
func (r *run) log(ctx context.Context, report *PartnerReport) {
	level := slog.LevelInfo
	if report.Status == fetch.Failed || report.Status == fetch.Gone || report.Status == takenOver || report.Status == stateUnreadable {
		level = slog.LevelWarn
	}
	if !r.logger.Enabled(ctx, level) {
		return
	}
	r.logger.Log(ctx, level, "visited", "key", report.Key, "name", report.Name, "url", report.FeedURL,
		"status", report.Status, "code", report.Code, "new", report.New, "changed", report.Changed, "held", report.Held,
		"error", report.Error, "advice", report.Advice, "bytes", report.Bytes, "due", report.Due, "why", report.DueReason)
}

// visitAll visits the partners that are due, records what they brought, and
// hands on what is remembered of every partner. An error is of the store or
// ctx's; after one of the store, what is remembered is still handed on.
func (r *run) visitAll(ctx context.Context, take taker) error {
	r.findTwice()
	if r.Offline {
		return r.takeOthers(ctx, take, Offline, Offline)
	}
	f := r.visitor.client
	rests, err := r.store.Rests(ctx)
	if err != nil {
		return errors.Join(err, r.takeOthers(ctx, take, fetch.NotDue, notVisited))
	}
	f.Rests(rests)

	inner, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	ls := newLanes(inner, f, func(i int) {
		if err := r.visit(inner, i, take); err != nil {
			stop(err)
		}
	})
	r.waits = ls.Leave
	for i := range r.partners {
		if !r.done[i] {
			ls.Add(weburl.Host(r.partners[i].address()), i)
		}
	}
	ls.Wait()
	restsErr := r.store.RecordRests(context.WithoutCancel(ctx), r.now, f.Rests(nil))
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return errors.Join(context.Cause(inner), restsErr, r.takeOthers(ctx, take, fetch.NotDue, notVisited))
}

// newLanes returns what has visits made, of the hosts that may be asked and within the
// limits of the client, until ctx is done.
func newLanes[T any](ctx context.Context, f *fetch.Client, visit func(T)) *lanes.Lanes[T] {
	limits := f.Options().Limits
	return lanes.New(ctx.Done(), limits.Concurrency, limits.PerHost, f.Free, visit)
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
		status = notRecorded
	case claim.Wants(s):
		status = ifDue
	}
	return r.take(i, s, newReport(&r.partners[i], s, status), take)
}

// newReport returns what is known of a partner before, or without, a visit.
func newReport(p *Partner, s *State, status fetch.Status) PartnerReport {
	r := PartnerReport{Key: s.Key, Status: status}
	r.state(p, s)
	return r
}

// state fills in what the state of a partner says.
func (r *PartnerReport) state(p *Partner, s *State) {
	src := sourceOf(p, s)
	r.Name, r.URL, r.FeedURL = src.Title, src.URL, src.FeedURL
	f := &s.Fetch
	r.LastAttempt, r.LastSuccess, r.Due, r.DueReason, r.Failures = f.LastAttempt, f.LastSuccess, f.Due, f.DueReason, f.Failures
	r.Topic, r.Hubs, r.rest = f.Topic, slices.Clone(f.Hubs), f.RestUntil
	if f.RestUntil.After(r.Due) {
		r.Due, r.DueReason = f.RestUntil, "its host asked for a rest until then"
	}
	if f.Gone {
		r.Due, r.DueReason = time.Time{}, ""
	}
	if r.Error == "" && f.Failures > 0 {
		r.Code, r.Error, r.Advice = s.LastCode, f.LastError, s.LastAdvice
	}
	r.Gone, r.Warning, r.Blocked = f.Gone, s.Warning, f.Blocked
	r.HeldUntil = time.Time{}
	if r.Held, r.HeldReason = s.held(); r.Held > 0 && !s.Flood.At.IsZero() {
		r.HeldUntil = s.Flood.At.Add(floodHeld)
	}
	r.plain()
}

// outcome fills in what a visit ended in.
func (r *PartnerReport) outcome(o *fetch.Outcome) {
	r.Status, r.Code, r.Bytes = o.Status, o.Code, o.Bytes
	r.Duration = o.Duration
	if o.Err != nil {
		r.Error, r.Advice = o.Err.Message, o.Err.Advice
		r.plain()
	}
}
