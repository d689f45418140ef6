package aggregate

import (
	"cmp"
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
	entries  entries
	own      []entry            // the first of them: our own letters
	batch    []entry            // room for those of one partner
	states   map[int]*State     // of some partners, so that they need not be loaded again
	records  int                // letters in states
	pages    map[uint64]int     // of one partner: how many letters have this page
	texts    map[uint64]int     // or these words
	declared map[int32][]uint64 // by index in entries: the names of the source that a letter declares
}

// A site is what the merger has to know of a partner while it compares letters.
type site struct {
	hosts [2]uint64 // of its home page and of its feed
	names [3]uint64 // its ID, its home page and its feed
}

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
		sites: make([]site, len(partners)), declared: map[int32][]uint64{},
		states: map[int]*State{}, pages: map[uint64]int{}, texts: map[uint64]int{},
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
	m.keep(i, s)
	return filtered
}

// compare returns the entries of a partner, which are good until the next call.
func (m *merger) compare(i int, s *State) (batch []entry, filtered int) {
	p := &m.partners[i]
	home, feed := canonicalURL(s.Feed.URL), canonicalURL(s.Fetch.address(p))
	m.sites[i] = site{
		hosts: [2]uint64{sumOf(siteOf(s.Feed.URL)), sumOf(siteOf(p.address()))},
		names: [3]uint64{sumOf(canonicalURL(s.Feed.ID)), sumOf(home), sumOf(feed)},
	}
	pages, texts := m.pages, m.texts
	clear(pages)
	clear(texts)
	pages[sumOf(home)] = 2
	filter := newFilter(p)
	letters := s.index().entries
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

// keptRecords bounds the letters, without their content, that a merger keeps
// from when it compared them to when it needs them.
const keptRecords = 20_000

// keep keeps a state, if there is room for it.
func (m *merger) keep(i int, s *State) {
	if size := max(len(s.Letters), 1); m.records+size <= keptRecords {
		m.records += size
		m.states[i] = compact(s)
	}
}

// compact returns a state without the contents of its letters, and with texts
// of its own: what was just fetched may hold on to the whole feed.
func compact(s *State) *State {
	c := *s
	if s.leftOut() {
		return &c // it comes from the store alone
	}
	c.Index = nil
	f := &c.Feed
	f.ID, f.Title, f.URL, f.Language, f.Rights = strings.Clone(f.ID), strings.Clone(f.Title), strings.Clone(f.URL), strings.Clone(f.Language), strings.Clone(f.Rights)
	f.Authors = nil // each letter has its own
	records := make([]Record, len(s.Letters))
	c.Letters = make([]*Record, len(s.Letters))
	for i, r := range s.Letters {
		records[i] = *r
		c.Letters[i] = &records[i]
		l := &records[i].Letter
		records[i].GUID = strings.Clone(r.GUID)
		for _, t := range []*string{&l.ID, &l.URL, &l.Title, &l.Kind, &l.Language, &l.Summary, &l.Rights, &l.Image,
			&l.Source.ID, &l.Source.Title, &l.Source.URL, &l.Source.FeedURL} {
			*t = strings.Clone(*t)
		}
		l.Authors = each(l.Authors, func(a newsletter.Author) newsletter.Author {
			return newsletter.Author{
				Name: strings.Clone(a.Name), Organization: strings.Clone(a.Organization), Email: strings.Clone(a.Email),
				URL: strings.Clone(a.URL), Avatar: strings.Clone(a.Avatar),
			}
		})
		l.Categories = each(l.Categories, func(c newsletter.Category) newsletter.Category {
			return newsletter.Category{Term: strings.Clone(c.Term), Scheme: strings.Clone(c.Scheme)}
		})
		l.Attachments = each(l.Attachments, func(a newsletter.Attachment) newsletter.Attachment {
			a.URL, a.MediaType, a.Title = strings.Clone(a.URL), strings.Clone(a.MediaType), strings.Clone(a.Title)
			return a
		})
		l.Links = each(l.Links, func(k newsletter.Link) newsletter.Link {
			return newsletter.Link{
				Rel: strings.Clone(k.Rel), URL: strings.Clone(k.URL), MediaType: strings.Clone(k.MediaType),
				Language: strings.Clone(k.Language), Title: strings.Clone(k.Title),
			}
		})
		if r.Size > 0 {
			l.Content = "" // the store has it
		}
	}
	return &c
}

// isOpen says whether a record may be published.
func (m *merger) isOpen(r *Record) bool {
	return r.Held == "" && !r.Closed && !r.Letter.Published.Before(m.oldest)
}

// isSite says whether a host is the partner's.
func (m *merger) isSite(i int, host uint64) bool {
	return host != 0 && (host == m.sites[i].hosts[0] || host == m.sites[i].hosts[1])
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

// A pick is a letter that goes into the newsletter.
type pick struct {
	entry  int32
	rename bool    // its ID is that of another letter
	copies []int32 // entries of the same letter from other partners
}

// picks returns the letters of the newsletter, newest first.
func (m *merger) picks() []pick {
	copies := m.group()
	isCopy := make([]bool, m.entries.n)
	for _, list := range copies {
		for _, i := range list {
			isCopy[i] = true
		}
	}
	originals := make([]int32, 0, m.entries.n)
	for i := range int32(m.entries.n) {
		if !isCopy[i] {
			originals = append(originals, i)
		}
	}
	renamed := m.nameApart(originals)
	slices.SortFunc(originals, func(a, b int32) int {
		return cmp.Or(cmp.Compare(m.at(b).published, m.at(a).published), m.inOrder(a, b))
	})
	if m.limit >= 0 && len(originals) > m.limit {
		originals = originals[:m.limit]
	}
	picks := make([]pick, len(originals))
	for k, i := range originals {
		picks[k] = pick{entry: i, rename: renamed[i], copies: m.others(i, copies[i])}
	}
	return picks
}

// numbered is an entry and a number that it has, side by side for sorting.
type numbered struct {
	name  uint64
	entry int32
}

// group finds the entries that are the same letter, by page and then by words.
// It returns the copies of each original that has some.
func (m *merger) group() map[int32][]int32 {
	parent := make([]int32, m.entries.n)
	for i := range parent {
		parent[i] = int32(i)
	}
	find := func(i int32) int32 {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	order := make([]numbered, 0, m.entries.n)
	for _, name := range []func(*entry) uint64{
		func(e *entry) uint64 { return e.page },
		func(e *entry) uint64 { return e.text },
	} {
		order = order[:0]
		for i := range int32(m.entries.n) {
			if n := name(m.at(i)); n != 0 {
				order = append(order, numbered{n, i})
			}
		}
		slices.SortFunc(order, func(a, b numbered) int { return cmp.Compare(a.name, b.name) })
		for k := 1; k < len(order); k++ {
			if order[k-1].name == order[k].name {
				parent[find(order[k-1].entry)] = find(order[k].entry)
			}
		}
	}
	groups := map[int32][]int32{}
	for i := range parent {
		if root := find(int32(i)); root != int32(i) {
			if groups[root] == nil {
				groups[root] = []int32{root}
			}
			groups[root] = append(groups[root], int32(i))
		}
	}
	copies := make(map[int32][]int32, len(groups))
	for _, g := range groups {
		m.rank(g)
		copies[g[0]] = g[1:]
	}
	return copies
}

// rank puts the original of a letter first: our own; the one of the partner
// that another one declares as the source, or whose site the page is on; one
// that declares its source; else the one that was seen, published or listed
// first.
func (m *merger) rank(group []int32) {
	named := map[uint64]bool{}
	for _, i := range group {
		for _, name := range m.declared[i] {
			named[name] = name != 0
		}
	}
	grade := func(i int32) int {
		e := m.at(i)
		switch {
		case e.partner == ownPartner:
			return 0
		case e.declares:
			return 2
		case e.ownPage || slices.ContainsFunc(m.sites[e.partner].names[:], func(n uint64) bool { return named[n] }):
			return 1
		}
		return 3
	}
	slices.SortFunc(group, func(a, b int32) int {
		x, y := m.at(a), m.at(b)
		return cmp.Or(cmp.Compare(grade(a), grade(b)), cmp.Compare(x.firstSeen, y.firstSeen),
			cmp.Compare(x.published, y.published), m.inOrder(a, b))
	})
}

// inOrder compares entries as the partners are listed, which doesn't depend on
// whose answer came first.
func (m *merger) inOrder(a, b int32) int {
	x, y := m.at(a), m.at(b)
	return cmp.Or(cmp.Compare(x.partner, y.partner), cmp.Compare(x.record, y.record))
}

// others returns one copy of each other partner that brought a letter too.
func (m *merger) others(original int32, copies []int32) []int32 {
	var others []int32
	seen := []int32{m.at(original).partner}
	for _, i := range copies {
		if p := m.at(i).partner; !slices.Contains(seen, p) {
			seen = append(seen, p)
			others = append(others, i)
		}
	}
	return others
}

// nameApart finds the letters that have the ID of another partner's letter and
// can't keep it: the one whose site the ID names keeps it, else the first.
func (m *merger) nameApart(originals []int32) map[int32]bool {
	order := make([]numbered, len(originals))
	for k, i := range originals {
		order[k] = numbered{m.at(i).id, i}
	}
	slices.SortFunc(order, func(a, b numbered) int { return cmp.Compare(a.name, b.name) })
	renamed := map[int32]bool{}
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && order[to].name == order[from].name {
			to++
		}
		if to > from+1 {
			same := order[from:to]
			first := slices.MinFunc(same, func(a, b numbered) int {
				x, y := m.at(a.entry), m.at(b.entry)
				own := 0
				if x.ownID != y.ownID {
					own = 1
					if x.ownID {
						own = -1
					}
				}
				return cmp.Or(own, cmp.Compare(x.firstSeen, y.firstSeen), m.inOrder(a.entry, b.entry))
			})
			for _, o := range same {
				renamed[o.entry] = o != first
			}
		}
		from = to
	}
	return renamed
}

// letters returns the picked letters whole, in their order. It holds the state
// of one partner at a time. Of a letter that gets another ID it tells renamed.
func (m *merger) letters(ctx context.Context, store Store, picks []pick, renamed func(key, was, now string)) ([]*newsletter.Letter, error) {
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
		s := m.states[i]
		if s == nil {
			var err error
			if s, err = store.Load(ctx, m.partners[i].Key()); err != nil {
				return nil, err
			}
		}
		entries := make([]int32, len(wants))
		for k, w := range wants {
			entries[k] = w.entry
		}
		records, err := m.find(ctx, store, s, entries)
		if err != nil {
			return nil, err
		}
		var originals []*Record
		for k, w := range wants {
			if records[k] != nil && w.copy < 0 {
				originals = append(originals, records[k])
			}
		}
		if err := store.Contents(ctx, s, originals); err != nil {
			return nil, err
		}
		source := sourceOf(&m.partners[i], s)
		for k, w := range wants {
			r := records[k]
			if r == nil {
				continue
			}
			if w.copy >= 0 {
				if copies[w.pick] == nil {
					copies[w.pick] = make([]copied, len(picks[w.pick].copies))
				}
				copies[w.pick][w.copy] = copied{r.Letter.URL, source}
				continue
			}
			if picks[w.pick].rename {
				now := derivedID(s.Key, r.GUID, r.Letter.URL)
				renamed(s.Key, r.Letter.ID, now)
				r.Letter.ID = now
			}
			letters[w.pick] = attributed(r, s, &m.partners[i], source)
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
func (m *merger) find(ctx context.Context, store Store, s *State, entries []int32) (found []*Record, err error) {
	letters := s.Letters
	if s.leftOut() {
		n := 0
		for _, i := range entries {
			n = max(n, int(m.at(i).record)+1)
		}
		if letters, err = store.Letters(ctx, s, n); err != nil {
			return nil, err
		}
	}
	found = make([]*Record, len(entries))
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
	if s.leftOut() {
		if letters, err = store.Letters(ctx, s, -1); err != nil {
			return nil, err
		}
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
