package aggregate

import (
	"context"
	"iter"
	"slices"

	"github.com/automationregion/newsletter"
)

// Letters visits the partners that are due, as Run does, and hands on every
// letter of the newsletter as soon as its partner is done: in no order, and
// without a limit to their number. So it takes no more memory than what is under
// way, and a few bytes a letter.
//
// A letter that several partners have comes once, from the one that was done
// first. Each partner's report goes to Progress. The error comes last, with a
// nil letter, and is one of those of Run. A caller that stops early ends the
// run.
func (a *Aggregator) Letters(ctx context.Context, partners []Partner) iter.Seq2[*newsletter.Letter, error] {
	return func(yield func(*newsletter.Letter, error) bool) {
		if err := checkTitlePage(&a.Newsletter); err != nil {
			yield(nil, err)
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		r := a.newRun(partners)
		s := &stream{
			run: r, letters: make(chan *newsletter.Letter),
			merger: newMerger(&a.Newsletter, partners, r.oldest, -1),
			pages:  map[uint64]struct{}{}, texts: map[uint64]struct{}{}, ids: map[uint64]struct{}{},
		}
		var err error
		go func() {
			defer close(s.letters)
			err = s.all(ctx)
		}()
		stopped := false
		for l := range s.letters {
			if !stopped && !yield(l, nil) {
				stopped = true
				cancel()
			}
		}
		if err != nil && !stopped {
			yield(nil, err)
		}
	}
}

// A stream is one call of Letters.
type stream struct {
	*run
	merger            *merger
	letters           chan *newsletter.Letter
	pages, texts, ids map[uint64]struct{} // of the letters so far
}

func (s *stream) all(ctx context.Context) error {
	for _, l := range s.Newsletter.Letters {
		l := copyLetter(l)
		if !mend(l) {
			continue
		}
		if err := s.send(ctx, l); err != nil {
			return err
		}
	}
	s.isNew(s.merger.own)
	renamed := map[string]map[string]string{}
	err := s.visitAll(ctx, func(i int, st *State) (int, error) {
		m := s.merger
		if err := s.filtered(ctx, &s.partners[i], st); err != nil {
			return 0, err
		}
		batch, filtered := m.compare(i, st)
		fresh := s.isNew(batch)
		if _, err := s.whole(ctx, st); err != nil {
			return filtered, err
		}
		fresh = slices.DeleteFunc(fresh, func(e entry) bool { return int(e.record) >= len(st.Letters) })
		for _, e := range fresh {
			r := st.Letters[e.record]
			if _, taken := s.ids[e.id]; taken {
				now := derivedID(st.Key, r.GUID, r.Letter.URL)
				if renamed[st.Key] == nil {
					renamed[st.Key] = map[string]string{}
				}
				renamed[st.Key][r.Letter.ID] = now
				r.Letter.ID = now
			}
			s.ids[e.id] = struct{}{}
			l := m.origins[i].attributed(r, &s.partners[i])
			if !mend(l) {
				continue
			}
			if err := s.send(ctx, l); err != nil {
				return filtered, err
			}
		}
		return filtered, nil
	})
	if err == nil && !s.Offline {
		err = s.rename(ctx, renamed)
	}
	if err == nil {
		err = judge(s.reports, s.Strict)
	}
	return err
}

func (s *stream) send(ctx context.Context, l *newsletter.Letter) error {
	select {
	case s.letters <- l:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// isNew returns those of a partner's entries that no partner had before.
func (s *stream) isNew(entries []entry) []entry {
	var fresh []entry
	for _, e := range entries {
		_, page := s.pages[e.page]
		_, text := s.texts[e.text]
		if e.page != 0 {
			s.pages[e.page] = struct{}{}
		}
		if e.text != 0 {
			s.texts[e.text] = struct{}{}
		}
		if e.partner == ownPartner {
			s.ids[e.id] = struct{}{}
		}
		if !page && !text {
			fresh = append(fresh, e)
		}
	}
	return fresh
}
