package aggregate

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/automationregion/newsletter"
)

// A run is one run of an Aggregator.
type run struct {
	*Aggregator
	partners []Partner
	store    Store
	logger   *slog.Logger
	clock    func() time.Time
	now      time.Time     // when it started: all that it sees, it sees then
	oldest   time.Time     // of the window; zero is none
	limits   Limits        // of the Aggregator, with the defaults
	visitor  *Visitor      // nil in a run that visits nobody
	waits    func() func() // fetch.Request.Waits

	mu      sync.Mutex      // of what follows, and of Progress
	reports []PartnerReport // until a partner is done, its report has the Key alone, or what a visit met that could not be recorded
	done    []bool

	from map[*newsletter.Letter]int32 // if not nil: the partner of each published letter
}

func (a *Aggregator) newRun(partners []Partner) *run {
	r := &run{
		Aggregator: a, partners: partners, store: markedStore{a.Store},
		logger: cmp.Or(a.Logger, slog.New(slog.DiscardHandler)),
		limits: a.Limits.WithDefaults(),
		done:   make([]bool, len(partners)), reports: make([]PartnerReport, len(partners)),
	}
	if a.Store == nil || a.DryRun {
		r.store = markedStore{&memStore{base: a.Store}}
	}
	for i := range partners {
		r.reports[i].Key = partners[i].Key()
	}
	r.clock = time.Now
	if a.Now != nil {
		r.clock = a.Now
	}
	r.now = r.clock().UTC().Truncate(time.Second)
	if window := cmp.Or(a.Window, DefaultWindow); window > 0 {
		r.oldest = r.now.Add(-window).Truncate(time.Second)
	}
	return r
}

// A taker is handed the state of each partner once, one at a time. It returns
// how many of its letters are left out.
type taker func(i int, s *State) (omitted, error)

// omitted says how many letters of a partner are left out of the newsletter.
type omitted struct {
	filtered int // by its filters and its limit
	old      int // because they are older than the window
}

// whole reads the letters of a state that came without them. If they are lost,
// the partner begins anew.
func (r *run) whole(ctx context.Context, s *State) (lost bool, err error) {
	if !s.leftOut() {
		return false, nil
	}
	if s.Letters, err = r.store.Letters(ctx, s.Key, -1); err != nil {
		return false, err
	}
	s.Index = nil // the letters are there to be changed
	if len(s.Letters) > 0 {
		return false, nil
	}
	s.Most, s.Flood = 0, Flood{}
	forget(&s.Fetch)
	return true, nil
}

// claimedWhole is whole for a state that is claimed; an error ends the claim.
func (r *run) claimedWhole(ctx context.Context, s *State) (lost bool, err error) {
	lost, err = r.whole(ctx, s)
	if err != nil {
		err = errors.Join(err, r.unclaim(ctx, s))
	}
	return lost, err
}

// unclaim ends a claim, unless somebody else has done so.
func (r *run) unclaim(ctx context.Context, s *State) error {
	err := r.store.Unclaim(context.WithoutCancel(ctx), s)
	if errors.Is(err, ErrOvertaken) {
		return nil
	}
	return err
}

// filtered reads what a partner's filters have to know of its letters.
func (r *run) filtered(ctx context.Context, p *Partner, s *State) error {
	if !newFilter(p).reads() {
		return nil
	}
	_, err := r.whole(ctx, s)
	return err
}

// take hands on the state of a partner and finishes its report.
func (r *run) take(i int, s *State, report PartnerReport, take taker) error {
	r.mu.Lock()
	left, err := take(i, s)
	r.mu.Unlock()
	if err != nil {
		return err
	}
	report.Filtered, report.Old = left.filtered, left.old
	r.finish(i, report)
	return nil
}

// finish is called once for each partner.
func (r *run) finish(i int, report PartnerReport) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done[i] = true
	r.reports[i] = report
	if r.Progress != nil {
		r.Progress(report)
	}
}
