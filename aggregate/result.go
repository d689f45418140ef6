package aggregate

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/automationregion/newsletter"
)

// merge makes the newsletter of what m was handed.
func (r *run) merge(ctx context.Context, m *merger) (*Result, error) {
	renamed := renames{}
	if picker, ok := r.Store.(picker); ok && r.Offline && !r.DryRun {
		m.picker = picker
	}
	picks, err := m.picks(ctx, func(ctx context.Context, i int) (*State, error) {
		s, err := r.store.Load(ctx, r.reports[i].Key)
		if err == nil {
			err = r.filtered(ctx, &r.partners[i], s)
		}
		if errors.Is(err, ErrUnreadable) { // just now
			return &State{Key: r.reports[i].Key}, nil
		}
		return s, err
	})
	var letters []*newsletter.Letter
	if err == nil {
		letters, err = m.letters(ctx, r.store, picks, renamed)
	}
	for k, l := range letters {
		_, over := m.over[k]
		if _, tooMuch := m.beyondText[k]; !over && !tooMuch {
			of := m.briefs.run(picks[k].brief).partner
			r.count(of, l)
			for _, c := range picks[k].copies {
				if partner := m.briefs.run(c).partner; partner != of && partner != ownPartner && l != nil {
					r.reports[partner].Copies++
				}
			}
		}
	}
	r.leftOut(m.over)
	for partner, n := range m.beyond {
		r.reports[partner].Beyond, r.reports[partner].Share = n, m.window.Share
	}
	for _, partner := range m.beyondText {
		r.reports[partner].BeyondText++
		r.reports[partner].ShareText = m.shareText
	}
	if err == nil && m.picker != nil {
		for key, ids := range renamed {
			if err = m.picker.Rename(ctx, key, ids); err != nil {
				break
			}
		}
	} else if err == nil && !r.Offline {
		err = r.rename(ctx, renamed)
	}
	n := r.Newsletter
	n.Authors, n.Categories, n.Hubs = slices.Clone(n.Authors), slices.Clone(n.Categories), slices.Clone(n.Hubs)
	n.Letters = slices.DeleteFunc(letters, func(l *newsletter.Letter) bool { return l == nil })
	for i := range r.reports {
		m.window.LeftOut.add(&r.reports[i])
	}
	n.Repair()
	n.Sort()
	for _, l := range n.Letters {
		if l.Updated.After(n.Updated) {
			n.Updated = l.Updated
		}
	}
	if n.Updated.IsZero() {
		n.Updated = m.emptySince(r.now)
	}
	return &Result{Newsletter: &n, Partners: r.reports, Window: m.window}, err
}

// count tells the report of a partner about a letter of its that is published,
// or that should have been and is nil.
func (r *run) count(partner int32, l *newsletter.Letter) {
	if partner == ownPartner {
		return
	}
	if r.from != nil && l != nil {
		r.from[l] = partner
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

// leftOut tells the reports of partners how many letters of theirs are left out
// for their bytes alone.
func (r *run) leftOut(over map[int]int32) {
	counts := map[int32]int{}
	for _, partner := range over {
		counts[partner]++
	}
	for partner, n := range counts {
		report := &r.reports[partner]
		report.Filtered += n
		report.Warning = joined(report.Warning, count(n, "letter")+" left out: the newer ones have as much text as the newsletter takes of a partner")
	}
}

// rename makes the store remember the new IDs of letters.
func (r *run) rename(ctx context.Context, renamed renames) error {
	for key, ids := range renamed {
		s, claimed, err := r.store.Claim(ctx, key, Claim{Now: r.clock(), Lease: lease, All: true})
		if errors.Is(err, ErrUnreadable) {
			continue
		}
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

// gather merges what visits hand on, and what visit knows of how they came off.
func (r *run) gather(ctx context.Context, visits func(taker) error) (result *Result, err error) {
	m := newMerger(&r.Newsletter, r.partners, r.reports, r.oldest, cmp.Or(r.MaxLetters, DefaultMaxLetters), r.limits)
	err = visits(func(i int, s *State) (omitted, error) {
		if err := r.filtered(ctx, &r.partners[i], s); err != nil {
			return omitted{}, err
		}
		return m.add(i, s), nil
	})
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	result, mergeErr := r.merge(ctx, m)
	return result, errors.Join(err, mergeErr)
}
