package aggregate

import (
	"context"
	"errors"
	"time"

	"github.com/automationregion/newsletter/aggregate/internal/schedule"
	"github.com/automationregion/newsletter/fetch"
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
	stale   bool // the last visit was for that, and found nothing: what was pushed may come late
	missed  bool // a visit found what no push had told of, and no push was right since
}

// A lane holds the partners of one host that are due, the first due first.
type lane struct{ members []*member }

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

// plan takes over when partners are due that were not visited here.
func (r *serving) plan(reports []PartnerReport) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range reports {
		report := &reports[i]
		m := r.members[report.Key]
		if m == nil || m.met || report.Status == Twice {
			continue
		}
		m.report = *report
		if !m.wait.Waits() {
			continue
		}
		if host := weburl.Host(report.FeedURL); host != "" {
			m.host = host
		}
		switch {
		case report.Gone:
			r.due.Remove(&m.wait)
		case report.LastAttempt.After(r.clock().Add(time.Hour)): // a clock was wrong
		case r.aggregator.unblocked(report.Blocked): // it is asked at once
		case report.Due.After(m.wait.Due):
			r.due.Move(&m.wait, r.sooner(m, report.Due))
		}
	}
	schedule.Nudge(r.wake)
}

// keepTime has partners asked when they are due, until ctx is done. Visits have
// another context, which outlives it.
func (r *serving) keepTime(ctx, inner context.Context) {
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
		timer.Reset(r.dispatch(ctx, inner, now))
	}
}

// shift makes all partners due so much earlier.
func (r *serving) shift(by time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.due.Shift(by)
}

// dispatch starts a visit to who is due, and returns how long there is nothing to
// do.
func (r *serving) dispatch(ctx, inner context.Context, now time.Time) (wait time.Duration) {
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
		l := r.lanes[m.host]
		if l == nil {
			l = &lane{}
			r.lanes[m.host] = l
			host := m.host
			r.visits.Go(func() { r.drive(ctx, inner, host, l) })
		}
		l.members = append(l.members, m)
	}
	first := r.due.First()
	if first == nil {
		return tick
	}
	return min(first.Due.Sub(now), tick)
}

// drive visits the partners of a host, one after the other.
func (r *serving) drive(ctx, inner context.Context, host string, l *lane) {
	r.client.Begin(host)
	for {
		m := r.next(ctx, host, l)
		if m == nil {
			return
		}
		if !r.seats.Take(ctx) {
			r.putBack(m)
			continue
		}
		asked := r.call(ctx, inner, m)
		r.seats.Leave()
		if asked {
			select {
			case <-time.After(r.pause):
			case <-ctx.Done():
			}
		}
	}
}

// next takes the next partner off a lane. When nobody is left, or nobody is to be
// asked any more, the lane ends and next returns nil.
func (r *serving) next(ctx context.Context, host string, l *lane) *member {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(l.members) > 0 && ctx.Err() == nil && r.outage.Rest() <= 0 {
		m := l.members[0]
		l.members[0], l.members = nil, l.members[1:]
		if r.members[m.key] == m {
			return m
		}
	}
	for _, m := range l.members {
		r.requeue(m)
	}
	delete(r.lanes, host)
	return nil
}

func (r *serving) putBack(m *member) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requeue(m)
}

// requeue has a partner wait again, if it is on the list; the caller holds mu.
func (r *serving) requeue(m *member) {
	if r.members[m.key] == m && !m.wait.Waits() {
		r.due.Add(&m.wait)
	}
	schedule.Nudge(r.wake)
}

// call makes a visit, and says whether a server was asked.
func (r *serving) call(ctx, inner context.Context, m *member) (asked bool) {
	select {
	case m.busy <- struct{}{}:
		defer func() { <-m.busy }()
	case <-ctx.Done():
		r.putBack(m)
		return false
	}
	r.mu.Lock()
	visitor, partner := r.visitor, m.partner
	r.visiting++
	early := m.pushed
	m.pushed = false // from now on a push is of something that this visit may miss
	r.mu.Unlock()
	a := visitor.aggregator
	a.Progress, a.early = nil, early
	report, err := visitor.visit(inner, &a, r.seats, partner)
	asked = wasAsked(&report)
	r.done(inner, m, report, early, err)
	return asked
}

// done notes what came of a visit, which was early if a push led to it.
func (r *serving) done(ctx context.Context, m *member, report PartnerReport, early bool, err error) {
	if report.Status == fetch.Failed || report.Status == fetch.Resting {
		rests := r.client.Rests()
		err = errors.Join(err, r.store.RecordRests(context.WithoutCancel(ctx), r.clock(), rests))
	}
	now := r.clock()
	r.mu.Lock()
	r.visiting--
	due := report.Due
	counts := err == nil && wasAsked(&report) && report.Status != Overtaken
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
		if report.Status == Claimed || report.Status == Overtaken {
			due = now.Add(claimedWait)
		}
		m.report, m.met = report, true
		if report.recorded || report.Status == Overtaken {
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

// status fills in what the service is doing.
func (r *serving) status(st *Status) {
	now := r.clock()
	r.mu.Lock()
	defer r.mu.Unlock()
	st.Partners, st.Visiting, st.Rests = len(r.members), r.visiting, len(r.client.Rests())
	overdue := func(m *member) {
		if lag := now.Sub(m.wait.Due); lag >= 0 && m.listed {
			st.Overdue++
			st.Lag = max(st.Lag, lag)
		}
	}
	for _, m := range r.members {
		if m.report.Gone {
			st.Gone++
		}
		if m.report.Failing() {
			st.Failing++
		}
		if m.wait.Waits() {
			overdue(m)
		}
	}
	for _, l := range r.lanes {
		for _, m := range l.members {
			overdue(m)
		}
	}
	st.Untold = r.news.count()
	if st.Err = r.outage.Err; st.Err == nil {
		st.Err = r.publishErr
	}
}
