package aggregate

import (
	"cmp"
	"context"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate/internal/sameness"
	"github.com/automationregion/newsletter/aggregate/internal/schedule"
	"github.com/automationregion/newsletter/internal/weburl"
)

const (
	settle     = time.Second // from a change to its publishing, so that several are published at once
	idleFactor = 9           // times that publishing took, which pass before the next
)

// publishAll publishes when something changed, or when a letter leaves the window,
// until stop is closed.
func (r *serving) publishAll(ctx context.Context, stop <-chan struct{}) {
	wait, again := r.untilWindowMoves(), schedule.OutageFirst
	for {
		timer := time.NewTimer(wait)
		select {
		case <-stop:
		case <-r.dirty:
			schedule.Sleep(settle, stop)
		case <-timer.C:
		}
		timer.Stop()
		if schedule.IsClosed(stop) {
			return
		}
		start := time.Now()
		err := r.publish(ctx)
		rest := min(idleFactor*time.Since(start), schedule.OutageMost)
		switch {
		case err != nil && ctx.Err() == nil:
			r.logger.ErrorContext(ctx, "what changed could not be published", "error", err, "again", again)
			schedule.Nudge(r.dirty)
			rest, again = again, min(2*again, schedule.OutageMost)
		case err == nil:
			again = schedule.OutageFirst
		}
		schedule.Sleep(rest, stop)
		wait = r.untilWindowMoves()
	}
}

// untilWindowMoves is how long it takes until the oldest published letter leaves
// the window, and an hour at the most: somebody may set the clock.
func (r *serving) untilWindowMoves() time.Duration {
	window := cmp.Or(r.service.Aggregator.Window, DefaultWindow)
	n, err := r.service.Newsletter(context.Background())
	if err != nil || window < 0 || len(n.Letters) == 0 {
		return time.Hour
	}
	wait, now := time.Hour, r.clock()
	for _, l := range n.Letters {
		if until := l.Published.Add(window).Sub(now) + time.Second; until > 0 { // else it is our own, which stays
			wait = min(wait, until)
		}
	}
	return max(wait, time.Minute)
}

// publish makes the newsletter of what is remembered.
func (r *serving) publish(ctx context.Context) error {
	r.mu.Lock()
	a, partners := r.aggregator, r.partners
	r.mu.Unlock()
	a.Progress = nil
	f := folding{from: map[*newsletter.Letter]int32{}, told: make([]map[string]time.Time, len(partners))}
	result, err := a.fold(ctx, partners, &f)
	if err == nil {
		err = result.Newsletter.Validate()
	}
	r.mu.Lock()
	r.publishErr = err
	r.mu.Unlock()
	if err != nil {
		return err
	}
	r.plan(result.Partners)
	if before := r.service.set(result, r.clock()); before == nil || before.Newsletter != result.Newsletter || before.Window.LeftOut != result.Window.LeftOut {
		r.logger.InfoContext(ctx, "published", "letters", len(result.Newsletter.Letters), "own", len(a.Newsletter.Letters), "partners", result.Window.Partners, "left_out", result.Window.LeftOut)
	}
	if r.service.OnLetters != nil {
		r.gatherNews(partners, result, &f)
	}
	return nil
}

// set makes a result the current one. A newsletter that says the same as the one
// before stays that. It returns the result before.
func (s *Service) set(result *Result, now time.Time) (before *Result) {
	s.mu.Lock()
	before = s.current
	s.mu.Unlock()
	if before != nil && newsletter.Same(before.Newsletter, result.Newsletter) {
		result.Newsletter = before.Newsletter
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current, s.since = result, now
	return before
}

// A folding is what a service has to know beside the result of a run.
type folding struct {
	from map[*newsletter.Letter]int32 // the partner of each letter
	told []map[string]time.Time       // of each partner, as State.Told
}

// fold merges what is remembered, and asks nobody.
func (a *Aggregator) fold(ctx context.Context, partners []Partner, f *folding) (*Result, error) {
	r := a.newRun(partners)
	r.from = f.from
	r.findTwice()
	return r.gather(ctx, func(take taker) error {
		return r.takeOthers(ctx, func(i int, s *State) (omitted, error) {
			f.told[i] = s.Told
			return take(i, s)
		}, Offline, Offline)
	})
}

// setNewsletter takes over a title page and letters of our own.
func (r *serving) setNewsletter(n newsletter.Newsletter) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.aggregator.Newsletter = n
	v := *r.visitor
	v.aggregator.Newsletter, v.own = n, sameness.NewOurselves(&n)
	r.visitor = &v
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
