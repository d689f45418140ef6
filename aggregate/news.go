package aggregate

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate/internal/sameness"
	"github.com/automationregion/newsletter/aggregate/internal/schedule"
)

// A newsDesk holds what is to be told, and what was.
type newsDesk struct {
	wake    chan struct{}
	edition int                 // of the newsletter that the stories are of
	ready   []*story            // in the order of the partners
	told    map[string]*telling // by key
}

// A story is what is to be told of one partner.
type story struct {
	key     string
	partner Partner
	edition int
	letters []*newsletter.Letter // oldest first
}

// A telling is what a partner's letters were told as, by ID.
type telling struct {
	updated map[string]time.Time
	unsaved bool      // the store doesn't know
	failed  int       // times in a row
	next    time.Time // not before, by the monotonic clock
}

func (d *newsDesk) count() (n int) {
	for _, s := range d.ready {
		n += len(s.letters)
	}
	return n
}

// gatherNews finds what is to be told of a result.
func (r *serving) gatherNews(partners []Partner, result *Result, f *folding) {
	letters := make([][]*newsletter.Letter, len(partners))
	byID := make(map[string]*newsletter.Letter, len(result.Newsletter.Letters))
	for _, l := range result.Newsletter.Letters {
		byID[l.ID] = l
	}
	for l, i := range f.from {
		if l := byID[l.ID]; l != nil { // the one that stays published
			letters[i] = append(letters[i], l)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.news.told == nil {
		r.news.told = map[string]*telling{}
	}
	r.news.ready = nil
	r.news.edition++
	for i, list := range letters {
		key := result.Partners[i].Key
		t := r.news.told[key]
		if t == nil {
			t = &telling{updated: map[string]time.Time{}}
			r.news.told[key] = t
			for id, updated := range f.told[i] {
				t.updated[id] = updated
			}
		}
		if list = t.without(list); len(list) == 0 {
			continue
		}
		slices.SortFunc(list, func(a, b *newsletter.Letter) int {
			return cmp.Or(a.Published.Compare(b.Published), a.Updated.Compare(b.Updated), cmp.Compare(a.ID, b.ID))
		})
		r.news.ready = append(r.news.ready, &story{key, partners[i], r.news.edition, list})
	}
	schedule.Nudge(r.news.wake)
}

// without returns the letters that were not told as they are.
func (t *telling) without(letters []*newsletter.Letter) []*newsletter.Letter {
	return slices.DeleteFunc(letters, func(l *newsletter.Letter) bool {
		updated, ok := t.updated[l.ID]
		return ok && !l.Updated.After(updated)
	})
}

const (
	mostAtOnce  = 100 // letters that are told at once
	tellingMost = time.Hour
)

// tellAll tells of what is new until stop is closed.
func (r *serving) tellAll(ctx context.Context, stop <-chan struct{}) {
	for {
		s, wait := r.nextStory()
		if s != nil {
			r.tell(ctx, s)
		} else {
			timer := time.NewTimer(wait)
			select {
			case <-stop:
			case <-r.news.wake:
			case <-timer.C:
			}
			timer.Stop()
		}
		if schedule.IsClosed(stop) {
			return
		}
	}
}

// nextStory returns what may be told now, or else how long nothing may. What was
// told and isn't saved comes as a story without letters.
func (r *serving) nextStory() (*story, time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	wait := tellingMost
	for key, t := range r.news.told {
		if !t.unsaved {
			continue
		}
		if left := time.Until(t.next); left > 0 {
			wait = min(wait, left)
			continue
		}
		return &story{key: key}, 0
	}
	for k := 0; k < len(r.news.ready); k++ {
		s := r.news.ready[k]
		t := r.news.told[s.key]
		if left := time.Until(t.next); left > 0 {
			wait = min(wait, left)
			continue
		}
		s.letters = t.without(s.letters) // some may have been told since this edition
		told := *s
		if len(s.letters) > mostAtOnce {
			told.letters, s.letters = slices.Clone(s.letters[:mostAtOnce]), s.letters[mostAtOnce:]
			return &told, 0
		}
		r.news.ready = slices.Delete(r.news.ready, k, k+1)
		if len(told.letters) > 0 {
			return &told, 0
		}
		k--
	}
	return nil, wait
}

// tell tells of letters, and remembers that it did.
func (r *serving) tell(ctx context.Context, s *story) {
	if len(s.letters) > 0 {
		err := r.service.OnLetters(ctx, News{Partner: s.partner, Letters: s.letters})
		r.mu.Lock()
		t := r.news.told[s.key]
		if err != nil {
			t.failed++
			wait := tellingMost
			if t.failed < 13 {
				wait = min(wait, time.Second<<(t.failed-1))
			}
			t.next = time.Now().Add(wait)
			r.untell(s)
			r.mu.Unlock()
			r.logger.WarnContext(ctx, "letters could not be told of", "key", s.key, "letters", len(s.letters), "error", err, "again", wait)
			return
		}
		t.failed, t.next, t.unsaved = 0, time.Time{}, true
		for _, l := range s.letters {
			t.updated[l.ID] = l.Updated
		}
		r.mu.Unlock()
	}
	if err := r.save(ctx, s.key); err != nil {
		r.mu.Lock()
		r.news.told[s.key].next = time.Now().Add(schedule.OutageFirst)
		r.mu.Unlock()
		r.logger.WarnContext(ctx, "it could not be remembered which letters were told of", "key", s.key, "error", err)
	}
}

// untell puts back what could not be told of, unless there is a later edition,
// which has it if it is still published; the caller holds mu.
func (r *serving) untell(s *story) {
	if s.edition != r.news.edition {
		return
	}
	for _, rest := range r.news.ready {
		if rest.key == s.key {
			rest.letters = append(s.letters, rest.letters...)
			return
		}
	}
	r.news.ready = append(r.news.ready, s)
}

var errClaimed = errors.New("another process is asking this partner")

// save makes the store remember which letters of a partner were told of.
func (r *serving) save(ctx context.Context, key string) error {
	r.mu.Lock()
	a, m := r.aggregator, r.members[key]
	r.mu.Unlock()
	if m != nil {
		select {
		case m.busy <- struct{}{}:
			defer func() { <-m.busy }()
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	run := a.newRun(nil)
	s, claimed, err := run.store.Claim(ctx, key, Claim{Now: r.clock(), Lease: lease, All: true})
	switch {
	case err != nil:
		return err
	case !claimed:
		return errClaimed
	}
	if _, err := run.claimedWhole(ctx, s); err != nil {
		return err
	}
	known := map[string]bool{}
	for _, l := range s.Letters {
		if !l.Closed {
			known[l.Letter.ID], known[sameness.DerivedID(key, l.GUID, l.Letter.URL)] = true, true
		}
	}
	r.mu.Lock()
	t := r.news.told[key]
	s.Told = map[string]time.Time{}
	for id, updated := range t.updated {
		if known[id] {
			s.Told[id] = updated
		} else {
			delete(t.updated, id)
		}
	}
	r.mu.Unlock()
	s.Index = encodeIndex(s.Letters)
	if err := run.store.Record(context.WithoutCancel(ctx), s); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	t.unsaved, t.next = false, time.Time{}
	return nil
}
