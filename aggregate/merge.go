package aggregate

import (
	"context"
	"net/url"
	"slices"
	"strings"
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

	sites    []site
	origins  []origin
	entries  entries
	own      []entry            // the first of them: our own letters
	batch    []entry            // room for those of one partner
	room     []indexEntry       // and for what they are made of
	pages    map[uint64]int     // of one partner: how many letters have this page
	texts    map[uint64]int     // or these words
	declared map[int32][]uint64 // by index in entries: the names of the source that a letter declares
}

// A site is the hosts of a partner's home page and of its feed.
type site [2]uint64

// An entry is one letter that could be in the newsletter.
type entry struct {
	partner   int32 // index; our own letters have ownPartner
	record    int32 // index in the state's letters, or in our own
	published int64 // seconds
	firstSeen int64
	id        uint64
	page      uint64 // 0 if its page doesn't tell which letter it is
	text      uint64 // 0 if its words don't
	ownPage   bool   // its page is on the site of the partner
	ownID     bool   // so is its ID
	declares  bool
}

const ownPartner = -1

// entries is a list that grows without being copied: it is the one thing of a
// run that grows with the number of letters.
type entries struct {
	chunks [][]entry
	n      int
}

const chunkSize = 1 << 12

func (l *entries) add(batch []entry) {
	for _, e := range batch {
		if l.n%chunkSize == 0 {
			l.chunks = append(l.chunks, make([]entry, 0, chunkSize))
		}
		last := &l.chunks[len(l.chunks)-1]
		*last = append(*last, e)
		l.n++
	}
}

// at returns an entry by its number.
func (m *merger) at(i int32) *entry {
	return &m.entries.chunks[i/chunkSize][i%chunkSize]
}

func newMerger(home *newsletter.Newsletter, partners []Partner, oldest time.Time, limit int) *merger {
	m := &merger{
		home: home, partners: partners, oldest: oldest, limit: limit,
		sites: make([]site, len(partners)), origins: make([]origin, len(partners)),
		declared: map[int32][]uint64{}, pages: map[uint64]int{}, texts: map[uint64]int{},
	}
	pages, texts := m.pages, m.texts
	for i, l := range home.Letters {
		x := newIndexEntry(i, l, textHash(l.Title, l.Summary, l.Content), time.Time{})
		e := x.entry(ownPartner)
		e.ownPage, e.ownID = true, true
		pages[e.page]++
		texts[e.text]++
		m.own = append(m.own, e)
	}
	unshare(m.own, pages, texts)
	m.entries.add(m.own)
	return m
}

// entry returns the entry of a partner's letter.
func (e *indexEntry) entry(partner int) entry {
	return entry{
		partner: int32(partner), record: e.record, published: e.published, firstSeen: e.firstSeen,
		id: e.id, page: e.page, text: e.text, declares: e.declares,
	}
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
// many were left out by its filters or its limit. The state of a partner with
// filters has its letters. Call it once for each partner, from one goroutine at
// a time.
func (m *merger) add(i int, s *State) (filtered int) {
	batch, filtered := m.compare(i, s)
	m.entries.add(batch)
	return filtered
}

// compare returns the entries of a partner, which are good until the next call.
func (m *merger) compare(i int, s *State) (batch []entry, filtered int) {
	p := &m.partners[i]
	m.origins[i] = originOf(p, s)
	m.sites[i] = site{sumOf(siteOf(s.Feed.URL)), sumOf(siteOf(p.address()))}
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
			continue
		}
		if filter.reads() && (int(x.record) >= len(s.Letters) || !filter.takes(&s.Letters[x.record].Letter, s.Feed.Language)) ||
			p.MaxLetters > 0 && len(batch) >= p.MaxLetters {
			filtered++
			continue
		}
		e := x.entry(i)
		e.ownPage, e.ownID = m.isSite(i, x.pageSite), m.isSite(i, x.idSite)
		if e.declares {
			m.declared[int32(m.entries.n+len(batch))] = slices.Clone(x.source[:])
		}
		pages[e.page]++
		texts[e.text]++
		batch = append(batch, e)
	}
	unshare(batch, pages, texts)
	m.batch = batch
	return batch, filtered
}

// isOpen says whether a record may be published.
func (m *merger) isOpen(r *Record) bool {
	return r.Held == "" && !r.Closed && !r.Letter.Published.Before(m.oldest)
}

// isSite says whether a host is the partner's.
func (m *merger) isSite(i int, host uint64) bool {
	return host != 0 && (host == m.sites[i][0] || host == m.sites[i][1])
}

// siteOf returns the host that an address or a tag URI names, without "www.".
func siteOf(address string) string {
	if rest, ok := strings.CutPrefix(address, "tag:"); ok {
		host, _, _ := strings.Cut(rest, ",")
		return strings.TrimPrefix(strings.ToLower(host), "www.")
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(canonicalHost(u), "www.")
}

// letters returns the picked letters whole, in their order. It holds the letters
// of one partner at a time. Of a letter that gets another ID it tells renamed.
func (m *merger) letters(ctx context.Context, store Store, keys []string, picks []pick, renamed func(key, was, now string)) ([]*newsletter.Letter, error) {
	type want struct {
		entry int32
		pick  int
		copy  int // number of the copy, or -1 for the original
	}
	byPartner := map[int32][]want{}
	for k, p := range picks {
		e := m.at(p.entry)
		byPartner[e.partner] = append(byPartner[e.partner], want{p.entry, k, -1})
		for c, i := range p.copies {
			byPartner[m.at(i).partner] = append(byPartner[m.at(i).partner], want{i, k, c})
		}
	}
	letters := make([]*newsletter.Letter, len(picks))
	copies := make(map[int][]copied)
	for _, w := range byPartner[ownPartner] {
		letters[w.pick] = copyLetter(m.home.Letters[m.at(w.entry).record])
	}
	for i := range m.partners {
		wants := byPartner[int32(i)]
		if len(wants) == 0 {
			continue
		}
		entries := make([]int32, len(wants))
		for k, w := range wants {
			entries[k] = w.entry
		}
		key, origin := keys[i], &m.origins[i]
		records, err := m.find(ctx, store, key, entries)
		if err != nil {
			return nil, err
		}
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
				now := derivedID(key, r.GUID, r.Letter.URL)
				renamed(key, r.Letter.ID, now)
				r.Letter.ID = now
			}
			letters[w.pick] = origin.attributed(r, &m.partners[i])
		}
	}
	for k, list := range copies {
		for _, c := range list {
			if letters[k] != nil {
				addLink(letters[k], c.link(letters[k]))
			}
		}
	}
	return slices.DeleteFunc(letters, func(l *newsletter.Letter) bool { return l == nil }), nil
}

// copyLetter returns a letter that shares nothing with l that can change.
func copyLetter(l *newsletter.Letter) *newsletter.Letter {
	c := *l
	c.Authors, c.Categories = slices.Clone(l.Authors), slices.Clone(l.Categories)
	c.Attachments, c.Links = slices.Clone(l.Attachments), slices.Clone(l.Links)
	return &c
}

// find returns the records of entries of a partner, nil for one that is gone,
// also if another process changed the state meanwhile.
func (m *merger) find(ctx context.Context, store Store, key string, entries []int32) ([]*Record, error) {
	n := 0
	for _, i := range entries {
		n = max(n, int(m.at(i).record)+1)
	}
	letters, err := store.Letters(ctx, key, n)
	if err != nil {
		return nil, err
	}
	found := make([]*Record, len(entries))
	moved := false
	for k, i := range entries {
		e := m.at(i)
		if int(e.record) < len(letters) && sumOf(canonicalID(letters[e.record].Letter.ID)) == e.id {
			found[k] = letters[e.record]
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
	for k, i := range entries {
		is := func(r *Record) bool { return m.isOpen(r) && sumOf(canonicalID(r.Letter.ID)) == m.at(i).id }
		found[k] = nil
		if j := slices.IndexFunc(letters, is); j >= 0 {
			found[k] = letters[j]
		}
	}
	return found, nil
}
