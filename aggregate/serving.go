package aggregate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/automationregion/newsletter/aggregate/internal/schedule"
	"github.com/automationregion/newsletter/fetch"
	"github.com/automationregion/newsletter/internal/lanes"
	"github.com/automationregion/newsletter/internal/weburl"
)

const (
	tick        = time.Minute     // the longest sleep, so that a clock that was set is noticed
	setBack     = 5 * time.Second // by how much a clock has to be set back to matter
	claimedWait = time.Minute     // before a partner whom another process is asking is looked at again
)

// A member is a partner of a service.
type member struct {
	partner []Partner // it alone
	key     string
	host    string                  // whose turn it takes
	wait    schedule.Entry[*member] // until it is looked at next
	listed  bool                    // it is on the list
	busy    chan struct{}           // holds one while its state is claimed here
	report  PartnerReport
	met     bool // the report is of a visit
	pushed  bool // somebody said that its feed changed, since the last visit began
	turn    bool // its turn is about to come
	stale   bool // the last visit was for that, and found nothing: what was pushed may come late
	missed  bool // a visit found what no push had told of, and no push was right since
}

// setPartners takes over a list.
func (r *serving) setPartners(list []Partner) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.partners = list
	for _, m := range r.members {
		m.listed = false
	}
	now := r.clock()
	for i := range list {
		key := list[i].Key()
		m := r.members[key]
		switch {
		case m == nil:
			m = &member{key: key, busy: make(chan struct{}, 1), report: PartnerReport{Key: key}}
			m.wait.Of, m.wait.Due = m, now
			r.members[key] = m
			m.host = weburl.Host(list[i].address())
			r.due.Add(&m.wait)
		case m.listed:
			continue // listed twice; the first counts
		}
		m.partner, m.listed = list[i:i+1:i+1], true
	}
	for key, m := range r.members {
		if !m.listed {
			delete(r.members, key)
			if m.wait.Waits() {
				r.due.Remove(&m.wait)
			}
		}
	}
	schedule.Nudge(r.wake)
	schedule.Nudge(r.dirty)
}

// keepTime has partners asked when they are due, until ctx is done.
func (r *serving) keepTime(ctx context.Context) {
	then, since := r.clock(), time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-r.wake:
		}
		now, passed := r.clock(), time.Since(since)
		if back := passed - now.Sub(then); back > setBack {
			r.logger.WarnContext(ctx, "the clock was set back", "by", back)
			r.shift(back)
		}
		then, since = now, time.Now()
		timer.Reset(r.dispatch(now))
	}
}

// shift makes all partners due so much earlier.
func (r *serving) shift(by time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.due.Shift(by)
}

// dispatch has who is due visited, and returns how long there is nothing to do.
func (r *serving) dispatch(now time.Time) (wait time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if rest := r.outage.Rest(); rest > 0 {
		return min(rest, tick)
	}
	for first := r.due.First(); first != nil && !first.Due.After(now); first = r.due.First() {
		m := first.Of
		if r.spare(m, now) {
			continue
		}
		r.due.Remove(first)
		m.turn = true
		if r.lanes.Add(m.host, m) {
			r.client.Begin(m.host)
		}
	}
	first := r.due.First()
	if first == nil {
		return tick
	}
	return min(first.Due.Sub(now), tick)
}

// requeue has a partner wait again, if it is on the list; the caller holds mu.
func (r *serving) requeue(m *member) {
	if r.members[m.key] == m && !m.wait.Waits() {
		r.due.Add(&m.wait)
	}
	schedule.Nudge(r.wake)
}

// call makes a visit, unless ctx is done or the store fails meanwhile. The visit has
// another context, which outlives ctx.
func (r *serving) call(ctx, inner context.Context, m *member) {
	select {
	case m.busy <- struct{}{}:
		defer func() { <-m.busy }()
	case <-ctx.Done():
	}
	r.mu.Lock()
	m.turn = false
	if r.members[m.key] != m || ctx.Err() != nil || r.outage.Rest() > 0 {
		r.requeue(m)
		r.mu.Unlock()
		return
	}
	visitor, partner := r.visitor, m.partner
	r.visiting++
	early := m.pushed
	m.pushed = false // from now on a push is of something that this visit may miss
	r.mu.Unlock()
	a := visitor.aggregator
	a.Progress, a.early = nil, early
	report, err := visitor.visit(inner, &a, r.lanes.Leave, partner)
	r.done(inner, m, report, early, err)
}

// done notes what came of a visit, which was early if a push led to it.
func (r *serving) done(ctx context.Context, m *member, report PartnerReport, early bool, err error) {
	if report.Status == fetch.Failed || report.Status == fetch.Resting {
		rests := r.client.Rests(nil)
		err = errors.Join(err, r.store.RecordRests(context.WithoutCancel(ctx), r.clock(), rests))
	}
	now := r.clock()
	r.mu.Lock()
	r.visiting--
	due := report.Due
	counts := err == nil && wasAsked(&report) && report.Status != takenOver
	if counts {
		r.judge(m, &report, early)
	} else {
		m.pushed = m.pushed || early // what led to it is yet to be seen
	}
	switch {
	case ctx.Err() != nil:
		due = now // and nobody is asked any more
	case err != nil:
		// The server may have been asked. It doesn't matter to it that this isn't
		// remembered.
		if due.IsZero() {
			due = now
			if !report.LastAttempt.IsZero() {
				due = now.Add(r.floor)
			}
		}
		r.failed(ctx, err)
	default:
		if r.outage.End() {
			r.logger.InfoContext(ctx, "the store is back")
			schedule.Nudge(r.dirty)
		}
		if report.Status == Claimed || report.Status == takenOver {
			due = now.Add(claimedWait)
		}
		m.report, m.met = report, true
		if report.recorded || report.Status == takenOver {
			schedule.Nudge(r.dirty)
		}
	}
	if host := weburl.Host(report.FeedURL); host != "" {
		m.host = host
	}
	if !report.Gone {
		if !due.After(now) && err == nil {
			due = now.Add(tick)
		}
		if counts || err == nil && report.Status == fetch.NotDue {
			due = r.sooner(m, due)
		}
		m.wait.Due = due
		r.requeue(m)
	}
	r.mu.Unlock()
	if call := r.service.Aggregator.Progress; call != nil && err == nil {
		r.progress.Lock()
		defer r.progress.Unlock()
		call(report)
	}
}

// failed notes that the store failed, and has everybody wait until it is tried
// again; the caller holds mu.
func (r *serving) failed(ctx context.Context, err error) {
	if r.outage.Begin(err) {
		r.logger.ErrorContext(ctx, "the store fails: nobody is asked until it is back", "error", err)
	}
}

// latest brings the report of a partner up to its last visit.
func (r *serving) latest(report *PartnerReport) {
	if report.Status == Twice {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.members[report.Key]
	if m == nil || !m.met {
		return
	}
	report.Visited(&m.report)
	if until := r.spared(m); until.After(report.Due) && !report.Due.IsZero() {
		report.Due, report.DueReason = until, "a hub tells of what is new"
	}
}

// health fills in what the service is doing.
func (r *serving) health(st *Health) {
	now := r.clock()
	r.mu.Lock()
	defer r.mu.Unlock()
	st.Partners, st.Visiting, st.Rests = len(r.members), r.visiting, len(r.client.Rests(nil))
	for _, m := range r.members {
		if m.report.Gone {
			st.Gone++
		}
		if m.report.Failing() {
			st.Failing++
		}
		if lag := now.Sub(m.wait.Due); lag >= 0 && (m.turn || m.wait.Waits()) {
			st.Overdue++
			st.Lag = max(st.Lag, lag)
		}
	}
	st.Untold = r.news.count()
	if st.Err = r.outage.Err; st.Err == nil {
		st.Err = r.publishErr
	}
}

// A serving is one call of Serve.
type serving struct {
	service *Service
	logger  *slog.Logger
	clock   func() time.Time
	store   Store
	floor   time.Duration  // between two requests for a feed
	ceiling time.Duration  // the same, at most
	client  *fetch.Client  // of every visitor
	talks   sync.WaitGroup // of publishing and telling

	wake  chan struct{} // something is due, or a partner is new
	dirty chan struct{} // something is to be published

	mu         sync.Mutex
	aggregator Aggregator // as it is when nobody is asked
	visitor    *Visitor   // replaced with the title page
	partners   []Partner
	members    map[string]*member      // by key
	due        schedule.Queue[*member] // those that wait until they are due
	lanes      *lanes.Lanes[*member]   // of those whose turn comes
	visiting   int
	outage     schedule.Outage
	publishErr error
	news       newsDesk

	progress sync.Mutex // held while Progress is called
}

func newServing(s *Service, a Aggregator, v *Visitor) *serving {
	return &serving{
		service: s, logger: a.Logger, clock: a.Now, store: markedStore{a.Store}, aggregator: a, visitor: v, client: v.client,
		floor: v.client.Options().Policy.Floor, ceiling: v.client.Options().Policy.Ceiling,
		wake: make(chan struct{}, 1), dirty: make(chan struct{}, 1), news: newsDesk{wake: make(chan struct{}, 1)},
		members: map[string]*member{},
	}
}

// serve runs until ctx is done, and what is under way has ended.
func (r *serving) serve(ctx context.Context) error {
	defer r.client.Close()
	if err := r.publish(ctx); ctx.Err() != nil {
		return nil
	} else if err != nil {
		return err
	}
	// What is under way outlives ctx by the grace.
	inner, cut := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cut(nil)
	stop := make(chan struct{})
	r.talks.Go(func() { r.publishAll(inner, stop) })
	if r.service.OnLetters != nil {
		r.talks.Go(func() { r.tellAll(inner, stop) })
	}
	r.lanes = newLanes(ctx, r.client, func(m *member) { r.call(ctx, inner, m) })
	r.keepTime(ctx)

	close(stop)
	ended := make(chan struct{})
	go func() {
		r.lanes.Wait()
		r.talks.Wait()
		close(ended)
	}()
	grace := time.NewTimer(cmp.Or(r.service.Grace, defaultGrace))
	defer grace.Stop()
	select {
	case <-ended:
		return nil
	case <-grace.C:
	}
	cut(fmt.Errorf("the service stops: %w", context.Cause(ctx)))
	last := time.NewTimer(lastGrace)
	defer last.Stop()
	select {
	case <-ended:
		return nil
	case <-last.C:
		return fmt.Errorf("%w: %s", errStuck, r.underWay())
	}
}

func (r *serving) underWay() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.visiting == 0 {
		return "OnLetters has not returned"
	}
	return count(r.visiting, "visit") + " under way"
}
