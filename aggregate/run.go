package aggregate

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/fetch"
)

// lease is for how long a run claims a partner. It outlasts a visit within the
// default limits, with every redirect there may be.
const lease = time.Hour

// A run is one run of an Aggregator.
type run struct {
	*Aggregator
	partners []Partner
	store    Store
	logger   *slog.Logger
	clock    func() time.Time
	now      time.Time // when it started: all that it sees, it sees then
	oldest   time.Time // of the window; zero is none
	own      *ourselves
	lease    time.Duration

	mu      sync.Mutex      // of what follows, and of Progress
	reports []PartnerReport // until a partner is done, its report has the Key alone
	done    []bool
}

func (a *Aggregator) newRun(partners []Partner) *run {
	r := &run{
		Aggregator: a, partners: partners, store: markedStore{a.Store},
		logger: cmp.Or(a.Logger, slog.New(slog.DiscardHandler)),
		own:    newOurselves(&a.Newsletter), lease: lease,
		done: make([]bool, len(partners)), reports: make([]PartnerReport, len(partners)),
	}
	if a.Store == nil || a.DryRun {
		r.store = markedStore{&MemStore{base: a.Store}}
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

// newClient returns the client that asks for the partners' feeds.
func (a *Aggregator) newClient() *fetch.Client {
	o := a.Fetch
	o.UserAgent = cmp.Or(o.UserAgent, fetch.UserAgent(a.Newsletter.URL))
	o.Now = a.Now
	return fetch.NewClient(o)
}

// A taker is handed the state of each partner once, one at a time. It returns
// how many letters the partner's filters leave out.
type taker func(i int, s *State) (filtered int, err error)

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
	s.Most = 0
	s.Fetch.Forget()
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
	filtered, err := take(i, s)
	r.mu.Unlock()
	if err != nil {
		return err
	}
	report.Filtered = filtered
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

// merge makes the newsletter of what m was handed.
func (r *run) merge(ctx context.Context, m *merger) (*Result, error) {
	renamed := renames{}
	picks, err := m.picks(ctx, func(ctx context.Context, i int) (*State, error) {
		s, err := r.store.Load(ctx, r.reports[i].Key)
		if err == nil {
			err = r.filtered(ctx, &r.partners[i], s)
		}
		return s, err
	})
	var letters []*newsletter.Letter
	if err == nil {
		letters, err = m.letters(ctx, r.store, picks, renamed)
	}
	for k, l := range letters {
		r.count(m.briefs.run(picks[k].brief).partner, l)
	}
	if renamer, ok := r.Store.(Renamer); err == nil && ok && r.Offline && !r.DryRun {
		for key, ids := range renamed {
			if err = renamer.Rename(key, ids); err != nil {
				break
			}
		}
	} else if err == nil && !r.Offline {
		err = r.rename(ctx, renamed)
	}
	n := r.Newsletter
	n.Authors, n.Categories, n.Hubs = slices.Clone(n.Authors), slices.Clone(n.Categories), slices.Clone(n.Hubs)
	n.Letters = slices.DeleteFunc(letters, func(l *newsletter.Letter) bool { return l == nil })
	n.Repair()
	n.Sort()
	for _, l := range n.Letters {
		if l.Updated.After(n.Updated) {
			n.Updated = l.Updated
		}
	}
	return &Result{Newsletter: &n, Partners: r.reports}, err
}

// count tells the report of a partner about a letter of its that is published,
// or that should have been and is nil.
func (r *run) count(partner int32, l *newsletter.Letter) {
	if partner == ownPartner {
		return
	}
	report := &r.reports[partner]
	switch {
	case l == nil:
		report.Warning = "some of its letters were remembered, and can't be read any more"
	case l.Published.After(report.Newest):
		report.Newest = l.Published.UTC()
		fallthrough
	default:
		report.Letters++
	}
}

// renames are the IDs that letters had to be given: by the key of their partner,
// and by the ID that they had.
type renames map[string]map[string]string

// rename gives a record of a partner an ID of its own.
func (n renames) rename(key string, r *Record) {
	now := derivedID(key, r.GUID, r.Letter.URL)
	if n[key] == nil {
		n[key] = map[string]string{}
	}
	n[key][r.Letter.ID] = now
	r.Letter.ID = now
}

// rename makes the store remember the new IDs of letters.
func (r *run) rename(ctx context.Context, renamed renames) error {
	for key, ids := range renamed {
		s, claimed, err := r.store.Claim(ctx, key, Claim{Now: r.clock(), Lease: lease, All: true})
		if err != nil {
			return err
		}
		if !claimed {
			continue // the next run gives them the same IDs
		}
		if _, err := r.claimedWhole(ctx, s); err != nil {
			return err
		}
		for _, l := range s.Letters {
			if now, ok := ids[l.Letter.ID]; ok {
				l.Letter.ID = now
			}
		}
		s.Index = encodeIndex(s.Letters)
		if err := r.store.Record(ctx, s); err != nil && !errors.Is(err, ErrOvertaken) {
			return err
		}
	}
	return nil
}
