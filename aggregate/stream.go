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
		vocabularies, err := a.check()
		if err != nil {
			yield(nil, err)
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		r := a.newRun(partners)
		r.vocabularies, r.own = vocabularies, newOurselves(&a.Newsletter)
		s := &stream{
			run: r, letters: make(chan *newsletter.Letter),
			merger: newMerger(&a.Newsletter, partners, r.reports, r.oldest, -1, r.limits),
			pages:  map[uint64]int32{}, texts: map[uint64]int32{}, ids: map[uint64]struct{}{},
		}
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
	merger       *merger
	letters      chan *newsletter.Letter
	count        int32               // of the letters so far
	pages, texts map[uint64]int32    // by name: which letter it was
	ids          map[uint64]struct{} // of all letters
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
	renamed := renames{}
	err := s.visitAll(ctx, func(i int, st *State) (omitted, error) {
		m := s.merger
		if err := s.filtered(ctx, &s.partners[i], st); err != nil {
			return omitted{}, err
		}
		batch, left := m.compare(i, st)
		fresh := s.isNew(batch)
		if _, err := s.whole(ctx, st); err != nil {
			return left, err
		}
		fresh = slices.DeleteFunc(fresh, func(e entry) bool { return int(e.record) >= len(st.Letters) })
		origin := originOf(&s.partners[i], st)
		size := 0
		for _, e := range fresh {
			r := st.Letters[e.record]
			if _, taken := s.ids[e.id]; taken {
				renamed.rename(st.Key, r)
			}
			s.ids[e.id] = struct{}{}
			l := origin.attributed(r, &s.partners[i])
			if !mend(l) {
				continue
			}
			if size += sizeOf(l); size > s.limits.Partner {
				left.filtered++
				continue
			}
			if err := s.send(ctx, l); err != nil {
				return left, err
			}
		}
		return left, nil
	})
	if err == nil && !s.Offline {
		err = s.rename(ctx, renamed)
	}
	if err == nil && !s.Offline {
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

// isNew returns those of a partner's entries that no partner had before. Only
// one of them is a copy of the same letter: others that share a name with it are
// letters of their own.
func (s *stream) isNew(entries []entry) []entry {
	var fresh []entry
	copied := map[int32]bool{}
	for _, e := range entries {
		letter, ok := s.pages[e.page]
		if !ok {
			letter, ok = s.texts[e.text]
		}
		if ok && !copied[letter] {
			copied[letter] = true
			continue
		}
		s.count++
		copied[s.count] = true
		s.name(s.pages, e.page)
		s.name(s.texts, e.text)
		if e.partner == ownPartner {
			s.ids[e.id] = struct{}{}
		}
		fresh = append(fresh, e)
	}
	return fresh
}

// name gives the letter that came last a name, if no other has it.
func (s *stream) name(names map[uint64]int32, name uint64) {
	if _, taken := names[name]; name != 0 && !taken {
		names[name] = s.count
	}
}
