package aggregate

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/automationregion/newsletter"
)

// A merger makes one newsletter of what is remembered of many partners. Until
// it is known which letters are wanted it holds a few numbers of each, so that
// what it takes does not grow with what the letters say.
type merger struct {
	home     *newsletter.Newsletter // our own, with its letters
	partners []Partner
	oldest   time.Time // of the window; zero is none
	limit    int       // letters in all; negative is no limit
	limits   Limits

	beyond  map[int32]int   // how many letters of each partner are more than limit
	over    map[int]int32   // picks that are left out for their bytes, and their partners
	reports []PartnerReport // of the partners; their names and addresses are read when all are done
	traits  []trait
	briefs  briefs
	own     []entry        // of our own letters, which are the first of the briefs
	batch   []entry        // room for those of one partner
	room    []indexEntry   // and for what they are made of
	pages   map[uint64]int // of one partner: how many letters have this page
	texts   map[uint64]int // or these words
}

// An entry is one letter that could be in the newsletter.
type entry struct {
	indexEntry
	partner   int32      // index; our own letters have ownPartner
	number    int32      // of its brief
	pageOwner owner      // whether its page is on the site of the partner
	idOwner   owner      // and its ID
	names     *[3]uint64 // of its feed, where they may matter
}

// An owner says how sure it is that a host is the partner's.
type owner uint8

const (
	notOwn    owner = iota
	ofHome          // the partner's feed says so
	ofAddress       // it is where the newsletter's owner finds the partner
)

const ownPartner = -1

// A brief is what is kept of each entry until all are known. Few letters have a
// name in common with another one: for them the entries are made once more.
type brief struct {
	published      uint32 // seconds since 1970, as far as these go
	id, page, text uint32 // beginnings of the entry's numbers, and 0 where they are
}

func (e *entry) brief() brief {
	return brief{
		published: uint32(min(max(e.published, 0), math.MaxUint32)),
		id:        beginning(e.id), page: beginning(e.page), text: beginning(e.text),
	}
}

// beginning returns the first half of a number, and 0 for 0 alone.
func beginning(n uint64) uint32 { return max(uint32(n>>32), uint32(min(n, 1))) }

// briefs is a list that grows without being copied: it is the one thing of a
// run that grows with the number of letters.
type briefs struct {
	chunks [][]brief
	n      int32
	runs   []briefRun // in the order of their numbers
}

// A briefRun is the briefs of one partner, in the order of its letters.
type briefRun struct{ first, partner int32 }

const chunkSize = 1 << 12

func (l *briefs) add(partner int32, batch []entry) {
	if len(batch) > 0 {
		l.runs = append(l.runs, briefRun{l.n, partner})
	}
	for i := range batch {
		if l.n%chunkSize == 0 {
			l.chunks = append(l.chunks, make([]brief, 0, chunkSize))
		}
		last := &l.chunks[len(l.chunks)-1]
		*last = append(*last, batch[i].brief())
		l.n++
	}
}

// at returns a brief by its number.
func (l *briefs) at(i int32) *brief {
	return &l.chunks[i/chunkSize][i%chunkSize]
}

// run returns the run that a number is in.
func (l *briefs) run(i int32) briefRun {
	at, found := slices.BinarySearchFunc(l.runs, i, func(r briefRun, i int32) int { return cmp.Compare(r.first, i) })
	if !found {
		at--
	}
	return l.runs[at]
}

func newMerger(home *newsletter.Newsletter, partners []Partner, reports []PartnerReport, oldest time.Time, limit int, limits Limits) *merger {
	m := &merger{
		home: home, partners: partners, oldest: oldest, limit: limit, limits: limits, beyond: map[int32]int{}, over: map[int]int32{},
		traits: make([]trait, len(partners)), reports: reports, pages: map[uint64]int{}, texts: map[uint64]int{},
	}
	pages, texts := m.pages, m.texts
	for i, l := range home.Letters {
		e := entry{
			indexEntry: newIndexEntry(i, l, textHash(l.Title, l.Summary, l.Content), time.Time{}),
			partner:    ownPartner, pageOwner: ofAddress, idOwner: ofAddress,
		}
		pages[e.page]++
		texts[e.text]++
		m.own = append(m.own, e)
	}
	unshare(m.own, pages, texts)
	m.briefs.add(ownPartner, m.own)
	return m
}

// unshare makes letters of one partner that share a page, or all their words,
// different letters: what isn't told apart there isn't told apart elsewhere.
func unshare(entries []entry, pages, texts map[uint64]int) {
	for i := range entries {
		e := &entries[i]
		if pages[e.page] > 1 {
			e.page = 0
		}
		if texts[e.text] > 1 {
			e.text = 0
		}
	}
}

// add takes in the letters of a partner that may be published, and returns how
// many were left out. The state of a partner with
// filters has its letters. Call it once for each partner, from one goroutine at
// a time.
func (m *merger) add(i int, s *State) omitted {
	batch, left := m.compare(i, s)
	m.briefs.add(int32(i), batch)
	return left
}

// emptySince returns the date of a newsletter without letters: the newest of
// those that partners have and that aren't published, or when that was seen.
func (m *merger) emptySince(now time.Time) time.Time {
	var newest int64
	for i := range m.traits {
		newest = max(newest, m.traits[i].updated)
	}
	if newest == 0 {
		return now
	}
	return time.Unix(0, newest).UTC()
}

// compare returns the entries of a partner, which are good until the next call.
func (m *merger) compare(i int, s *State) (batch []entry, left omitted) {
	p := &m.partners[i]
	origin := originOf(p, s)
	m.traits[i] = traitOf(&origin)
	home, address, page := sumOf(siteOf(s.Feed.URL)), sumOf(siteOf(p.address())), sumOf(siteOf(p.URL))
	ownerOf := func(host uint64) owner {
		switch {
		case host == 0:
		case host == address || host == page:
			return ofAddress
		case host == home:
			return ofHome
		}
		return notOwn
	}
	pages, texts := m.pages, m.texts
	clear(pages)
	clear(texts)
	pages[sumOf(canonicalURL(s.Feed.URL))] = 2
	filter := newFilter(p)
	m.room = s.index(m.room).entries
	letters := m.room
	batch = m.batch[:0]
	for k := range letters {
		x := &letters[k]
		if x.published < m.oldest.Unix() {
			left.old++
			continue
		}
		if filter.reads() && (int(x.record) >= len(s.Letters) || !filter.takes(&s.Letters[x.record].Letter, s.Feed.Language)) ||
			p.MaxLetters > 0 && len(batch) >= p.MaxLetters {
			left.filtered++
			continue
		}
		e := entry{indexEntry: *x, partner: int32(i), pageOwner: ownerOf(x.pageSite), idOwner: ownerOf(x.idSite)}
		pages[e.page]++
		texts[e.text]++
		batch = append(batch, e)
	}
	unshare(batch, pages, texts)
	m.batch = batch
	return batch, left
}

// isOpen says whether a record may be published.
func (m *merger) isOpen(r *Record) bool {
	return r.Held == "" && !r.Closed && !r.Letter.Published.Before(m.oldest)
}

// letters returns the picked letters whole, in their order. It holds the letters
// of one partner at a time. A letter that can't be read any more is nil, and so is
// one that is too much for the limits, of which it takes note in over. Of one
// that gets another ID it takes note in renamed.
func (m *merger) letters(ctx context.Context, store Store, picks []pick, renamed renames) ([]*newsletter.Letter, error) {
	type want struct {
		brief int32
		pick  int
		copy  int // number of the copy, or -1 for the original
	}
	byPartner := map[int32][]want{}
	for k, p := range picks {
		partner := m.briefs.run(p.brief).partner
		byPartner[partner] = append(byPartner[partner], want{p.brief, k, -1})
		for c, i := range p.copies {
			partner := m.briefs.run(i).partner
			byPartner[partner] = append(byPartner[partner], want{i, k, c})
		}
	}
	letters := make([]*newsletter.Letter, len(picks))
	copies := make(map[int][]copied)
	for _, w := range byPartner[ownPartner] {
		letters[w.pick] = copyLetter(m.home.Letters[w.brief]) // they are the first
	}
	for i := range m.partners {
		wants := byPartner[int32(i)]
		if len(wants) == 0 {
			continue
		}
		numbers := make([]int32, len(wants))
		for k, w := range wants {
			numbers[k] = w.brief
		}
		key, origin := m.reports[i].Key, m.traits[i].origin(&m.reports[i])
		records, err := m.find(ctx, store, key, numbers)
		if err != nil {
			return nil, err
		}
		size := 0
		for k, w := range wants {
			r := records[k]
			if r == nil {
				continue
			}
			if w.copy >= 0 {
				if copies[w.pick] == nil {
					copies[w.pick] = make([]copied, len(picks[w.pick].copies))
				}
				copies[w.pick][w.copy] = copied{r.Letter.URL, &origin.source}
				continue
			}
			if picks[w.pick].rename {
				renamed.rename(key, r)
			}
			l := origin.attributed(r, &m.partners[i])
			if size += sizeOf(l); size > m.limits.Partner {
				m.over[w.pick] = int32(i) // and all that are older
				continue
			}
			letters[w.pick] = l
		}
	}
	for k, list := range copies {
		for _, c := range list {
			if letters[k] != nil {
				addLink(letters[k], c.link(letters[k]))
			}
		}
	}
	size := 0
	for k, p := range picks {
		partner := m.briefs.run(p.brief).partner
		if partner == ownPartner || letters[k] == nil {
			continue
		}
		if size += sizeOf(letters[k]); size > m.limits.Newsletter {
			m.over[k] = partner
			letters[k] = nil
		}
	}
	return letters, nil
}

// find returns the records of a partner's briefs, nil for one that is gone, also
// if another process changed the state meanwhile.
func (m *merger) find(ctx context.Context, store Store, key string, numbers []int32) ([]*Record, error) {
	// Nearly always the letters of a partner that may be published are its first.
	place := func(i int32) int { return int(i - m.briefs.run(i).first) }
	n := 0
	for _, i := range numbers {
		n = max(n, place(i)+1)
	}
	letters, err := store.Letters(ctx, key, n)
	if errors.Is(err, ErrUnreadable) {
		return make([]*Record, len(numbers)), nil
	}
	if err != nil {
		return nil, err
	}
	nameOf := func(r *Record) uint32 { return beginning(sumOf(canonicalID(r.Letter.ID))) }
	found := make([]*Record, len(numbers))
	moved := false
	for k, i := range numbers {
		if at := place(i); at < len(letters) && nameOf(letters[at]) == m.briefs.at(i).id {
			found[k] = letters[at]
		} else {
			moved = true
		}
	}
	if !moved {
		return found, nil
	}
	if letters, err = store.Letters(ctx, key, -1); err != nil {
		return nil, err
	}
	first := make(map[uint32]*Record, len(letters)) // by the beginnings of their IDs
	for _, r := range letters {
		if name := nameOf(r); m.isOpen(r) && first[name] == nil {
			first[name] = r
		}
	}
	for k, i := range numbers {
		found[k] = first[m.briefs.at(i).id]
	}
	return found, nil
}
