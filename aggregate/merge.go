package aggregate

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate/internal/intake"
	"github.com/automationregion/newsletter/aggregate/internal/sameness"
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

	beyond     map[int32]int   // how many letters of each partner are more than limit
	over       map[int]int32   // picks that are more than their partner may have in bytes, and their partners
	beyondText map[int]int32   // picks for whose bytes the newsletter has no room
	window     Window          // how the picks share the newsletter
	shareText  int             // bytes of each partner's letters that stay, whatever others bring, if some of beyondText have to go
	picker     picker          // of a store that reads picks at once; nil for others
	reports    []PartnerReport // of the partners; their names and addresses are read when all are done
	traits     []trait
	briefs     briefs
	own        []entry        // of our own letters, which are the first of the briefs
	batch      []entry        // room for those of one partner
	room       []indexEntry   // and for what they are made of
	pages      map[uint64]int // of one partner: how many letters have this page
	texts      map[uint64]int // or these words
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
	record         int32  // index in the state's letters
	id, page, text uint32 // beginnings of the entry's numbers, and 0 where they are
}

func (e *entry) brief() brief {
	return brief{
		published: uint32(min(max(e.published, 0), math.MaxUint32)), record: e.record,
		id: beginning(e.id), page: beginning(e.page), text: beginning(e.text),
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
		home: home, partners: partners, oldest: oldest, limit: limit, limits: limits, beyond: map[int32]int{}, over: map[int]int32{}, beyondText: map[int]int32{},
		traits: make([]trait, len(partners)), reports: reports, pages: map[uint64]int{}, texts: map[uint64]int{},
	}
	pages, texts := m.pages, m.texts
	for i, l := range home.Letters {
		e := entry{
			indexEntry: newIndexEntry(i, l, sameness.TextHash(l.Title, l.Summary, l.Content), time.Time{}),
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
	home, address, page := sameness.Number(sameness.Site(s.Feed.URL)), sameness.Number(sameness.Site(p.address())), sameness.Number(sameness.Site(p.URL))
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
	pages[sameness.Number(sameness.URL(s.Feed.URL))] = 2
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
// one that is too much for the limits, of which it takes note in over and beyondText. Of one
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
	var picked map[string][]*Record
	if m.picker != nil {
		places := map[string][]int{}
		for i := range m.partners {
			for _, w := range byPartner[int32(i)] {
				places[m.reports[i].Key] = append(places[m.reports[i].Key], int(m.briefs.at(w.brief).record))
			}
		}
		var err error
		if picked, err = m.picker.Pick(ctx, places); err != nil {
			return nil, err
		}
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
		records, err := m.find(ctx, store, key, numbers, picked[key])
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
			if size += intake.SizeOf(l); size > m.limits.Partner {
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
	m.fit(letters, picks)
	return letters, nil
}

// fit leaves out letters for whose bytes the newsletter has no room. Each partner
// has its share: its newest letters, as far as they fit into the newsletter's bytes
// divided by the partners that have some. Then comes the newest of each that has
// none by now, then the others, the newest first, each if there is room for it.
func (m *merger) fit(letters []*newsletter.Letter, picks []pick) {
	type room struct {
		used int
		full bool // its next letter is more than its share
	}
	rooms := map[int32]*room{}
	sizes, partners := make([]int, len(picks)), make([]int32, len(picks))
	size := 0
	for k, p := range picks {
		partners[k] = m.briefs.run(p.brief).partner
		if partners[k] != ownPartner && letters[k] != nil {
			sizes[k] = intake.SizeOf(letters[k])
			size += sizes[k]
			rooms[partners[k]] = &room{}
		}
	}
	left := m.limits.Newsletter
	if size <= left {
		return
	}
	m.shareText = left / len(rooms)
	taken := make([]bool, len(picks))
	pass := func(takes func(r *room, size int) bool) {
		for k, l := range letters {
			if r := rooms[partners[k]]; r != nil && l != nil && !taken[k] && takes(r, sizes[k]) {
				taken[k] = true
				r.used += sizes[k]
				left -= sizes[k]
			}
		}
	}
	pass(func(r *room, size int) bool {
		r.full = r.full || r.used+size > m.shareText
		return !r.full
	})
	pass(func(r *room, size int) bool { return r.used == 0 && size <= left })
	pass(func(r *room, size int) bool { return size <= left })
	for k := range letters {
		if partners[k] != ownPartner && letters[k] != nil && !taken[k] {
			m.beyondText[k] = partners[k]
			letters[k] = nil
		}
	}
}

// find returns the records of a partner's briefs, nil for one that is gone, also
// if another process changed the state meanwhile. A store that is a picker has
// picked them, in their order.
func (m *merger) find(ctx context.Context, store Store, key string, numbers []int32, picked []*Record) ([]*Record, error) {
	nameOf := func(r *Record) uint32 { return beginning(sameness.Number(sameness.ID(r.Letter.ID))) }
	found := make([]*Record, len(numbers))
	if picked == nil {
		n := int32(0)
		for _, i := range numbers {
			n = max(n, m.briefs.at(i).record+1)
		}
		letters, err := store.Letters(ctx, key, int(n))
		if errors.Is(err, ErrUnreadable) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		picked = make([]*Record, len(numbers))
		for k, i := range numbers {
			if at := int(m.briefs.at(i).record); at < len(letters) {
				picked[k] = letters[at]
			}
		}
	}
	moved := false
	for k, i := range numbers {
		if r := picked[k]; r != nil && nameOf(r) == m.briefs.at(i).id {
			found[k] = r
		} else {
			moved = true
		}
	}
	if !moved {
		return found, nil
	}
	letters, err := store.Letters(ctx, key, -1)
	if errors.Is(err, ErrUnreadable) {
		return found, nil
	}
	if err != nil {
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

// renames are the IDs that letters had to be given: by the key of their partner,
// and by the ID that they had.
type renames map[string]map[string]string

// rename gives a record of a partner an ID of its own.
func (n renames) rename(key string, r *Record) {
	now := sameness.DerivedID(key, r.GUID, r.Letter.URL)
	if n[key] == nil {
		n[key] = map[string]string{}
	}
	n[key][r.Letter.ID] = now
	r.Letter.ID = now
}
