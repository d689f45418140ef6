package aggregate

import (
	"cmp"
	"context"
	"math/bits"
	"slices"
	"time"
)

// A pick is a letter that goes into the newsletter.
type pick struct {
	brief  int32   // its number
	rename bool    // its ID is that of another letter
	copies []int32 // numbers of the same letter from other partners
}

// picks returns the letters of the newsletter, newest first. It asks load for
// the states of partners that have letters which may be those of others too.
func (m *merger) picks(ctx context.Context, load func(ctx context.Context, i int) (*State, error)) ([]pick, error) {
	entries, err := m.suspects(ctx, load)
	if err != nil {
		return nil, err
	}
	copies := m.group(entries)
	isCopy := map[int32]bool{}
	for _, list := range copies {
		for _, i := range list {
			isCopy[i] = true
		}
	}
	renamed := m.nameApart(entries, isCopy)
	originals := m.newest(isCopy)
	picks := make([]pick, len(originals))
	for k, i := range originals {
		picks[k] = pick{brief: i, rename: renamed[i], copies: m.others(i, copies[i])}
	}
	return picks, nil
}

// newest returns the letters that are no copies: all of our own, and of partners' as
// many as the limit allows. Each partner has its share: its newest letters, as many as
// the limit divided by the partners that have some, and one at least. What is left over
// goes to the newest others.
func (m *merger) newest(isCopy map[int32]bool) []int32 {
	sharing := 0
	m.originals(isCopy, func(partner int32, _ []int32) {
		if partner != ownPartner {
			sharing++
		}
	})
	share := m.briefs.n
	if m.limit >= 0 {
		share = int32(max(1, m.limit/max(sharing, 1)))
	}
	var own []int32
	sure, others := newestLetters{merger: m, limit: m.limit}, newestLetters{merger: m, limit: m.limit}
	m.originals(isCopy, func(partner int32, list []int32) {
		if partner == ownPartner {
			own = slices.Clone(list)
			return
		}
		n := min(len(list), int(share))
		if n < len(list) && !slices.IsSortedFunc(list, m.newestFirst) {
			slices.SortFunc(list, m.newestFirst)
		}
		sure.add(list[:n])
		others.add(list[n:])
	})
	list := sure.cut()
	if m.limit >= 0 {
		others.limit = m.limit - len(list)
	}
	list = append(list, others.cut()...)
	slices.SortFunc(list, m.newestFirst)
	m.window = Window{Partners: sharing, Chosen: len(list)}
	if m.limit >= 0 && sharing <= m.limit {
		m.window.Share = int(share)
	}
	if len(list) > 0 {
		m.window.Oldest = time.Unix(int64(m.briefs.at(list[len(list)-1]).published), 0).UTC()
	}
	list = append(list, own...)
	slices.SortFunc(list, m.newestFirst)
	return list
}

// originals hands on the letters of each partner that are no copies, if there are
// any.
func (m *merger) originals(isCopy map[int32]bool, take func(partner int32, list []int32)) {
	var list []int32
	for k, run := range m.briefs.runs {
		end := m.briefs.n
		if k+1 < len(m.briefs.runs) {
			end = m.briefs.runs[k+1].first
		}
		list = list[:0]
		for i := run.first; i < end; i++ {
			if !isCopy[i] {
				list = append(list, i)
			}
		}
		if len(list) > 0 {
			take(run.partner, list)
		}
	}
}

func (m *merger) newestFirst(a, b int32) int {
	x, y := m.briefs.at(a), m.briefs.at(b)
	if x.published != y.published {
		return cmp.Compare(y.published, x.published)
	}
	return m.inOrder(a, b)
}

// newestLetters are the newest of those that are added. The merger takes note of
// how many others there are.
type newestLetters struct {
	*merger
	limit int // negative is no limit
	list  []int32
}

func (n *newestLetters) add(letters []int32) {
	n.list = append(n.list, letters...)
	if n.limit >= 0 && len(n.list) >= 2*n.limit+chunkSize {
		n.cut()
	}
}

// cut returns the letters, the newest first.
func (n *newestLetters) cut() []int32 {
	slices.SortFunc(n.list, n.newestFirst)
	if n.limit >= 0 && len(n.list) > n.limit {
		for _, i := range n.list[n.limit:] {
			n.beyond[n.briefs.run(i).partner]++
		}
		n.list = n.list[:n.limit]
	}
	return n.list
}

// suspects returns the entries of letters that share the beginning of a name
// with another one: of all others it is certain that they are no copies, and
// have an ID of their own.
func (m *merger) suspects(ctx context.Context, load func(ctx context.Context, i int) (*State, error)) ([]entry, error) {
	isSuspect := m.sharers()
	var entries []entry
	for k, run := range m.briefs.runs {
		end := m.briefs.n
		if k+1 < len(m.briefs.runs) {
			end = m.briefs.runs[k+1].first
		}
		if !slices.Contains(isSuspect[run.first:end], true) {
			continue
		}
		all := m.own
		var names *[3]uint64
		if run.partner != ownPartner {
			s, err := load(ctx, int(run.partner))
			if err != nil {
				return nil, err
			}
			all, _ = m.compare(int(run.partner), s)
			origin := m.traits[run.partner].origin(&m.reports[run.partner])
			names = origin.names()
		}
		for i, e := range all[:min(len(all), int(end-run.first))] {
			e.number, e.names = run.first+int32(i), names
			// Another process may have changed the state meanwhile.
			if isSuspect[e.number] && beginning(e.id) == m.briefs.at(e.number).id {
				entries = append(entries, e)
			}
		}
	}
	return entries, nil
}

// sharers says of each brief whether it has a name in common with another one.
func (m *merger) sharers() []bool {
	shares := make([]bool, m.briefs.n)
	// A hash table of numbers plus one; a map would be several times as large.
	table := make([]int32, 1<<bits.Len(uint(2*m.briefs.n)))
	for _, name := range []func(*brief) uint32{
		func(b *brief) uint32 { return b.id },
		func(b *brief) uint32 { return b.page },
		func(b *brief) uint32 { return b.text },
	} {
		clear(table)
		for i := range m.briefs.n {
			n := name(m.briefs.at(i))
			if n == 0 {
				continue
			}
			at := int(n % uint32(len(table)))
			for table[at] != 0 && name(m.briefs.at(table[at]-1)) != n {
				at = (at + 1) % len(table)
			}
			if table[at] == 0 {
				table[at] = i + 1
			} else {
				shares[i], shares[table[at]-1] = true, true
			}
		}
	}
	return shares
}

// fewCopies are sooner compared with each other than looked up.
const fewCopies = 16

// group finds the entries that are the same letter, by page and by words. It
// returns the copies of each original that has some, by number. Two letters of
// one partner are never the same, whatever others make of them.
func (m *merger) group(entries []entry) map[int32][]int32 {
	list := make([]*entry, len(entries))
	for i := range entries {
		list[i] = &entries[i]
	}
	// In an order that doesn't depend on whose answer came first.
	slices.SortFunc(list, func(a, b *entry) int { return m.inOrder(a.number, b.number) })
	groups := make(map[*entry]*[]*entry, len(list))
	for _, e := range list {
		groups[e] = &[]*entry{e}
	}
	partners := map[*[]*entry]map[int32]bool{} // of the groups of many
	unite := func(a, b *entry) {
		into, from := groups[a], groups[b]
		if into == from {
			return
		}
		if len(*into) < len(*from) {
			into, from = from, into
		}
		has := partners[into]
		if len(*into) > fewCopies && has == nil {
			has = make(map[int32]bool, 2*len(*into))
			for _, y := range *into {
				has[y.partner] = true
			}
			partners[into] = has
		}
		for _, x := range *from {
			if has[x.partner] || has == nil && slices.ContainsFunc(*into, func(y *entry) bool { return x.partner == y.partner }) {
				return
			}
		}
		*into = append(*into, *from...)
		for _, e := range *from {
			groups[e] = into
			if has != nil {
				has[e.partner] = true
			}
		}
	}
	for _, name := range []func(*entry) uint64{
		func(e *entry) uint64 { return e.page },
		func(e *entry) uint64 { return e.text },
	} {
		first := map[uint64]*entry{}
		for _, e := range list {
			n := name(e)
			if n == 0 {
				continue
			}
			if f := first[n]; f != nil {
				unite(f, e)
			} else {
				first[n] = e
			}
		}
	}
	copies := map[int32][]int32{}
	ranked := map[*[]*entry]bool{}
	for _, e := range list {
		group := groups[e]
		if len(*group) < 2 || ranked[group] {
			continue
		}
		ranked[group] = true
		m.rank(*group)
		original := (*group)[0].number
		for _, c := range (*group)[1:] {
			copies[original] = append(copies[original], c.number)
		}
	}
	return copies
}

// rank puts the original of a letter first: our own; the one of the partner
// that another one declares as the source, or whose site the page is on; the one
// of a partner that says that it is its site; one that declares its source; else
// the one that was seen, published or listed first.
func (m *merger) rank(group []*entry) {
	named := map[uint64]bool{}
	for _, e := range group {
		for _, name := range e.source {
			named[name] = name != 0
		}
	}
	isNamed := func(name uint64) bool { return named[name] }
	grades := make(map[*entry]int, len(group))
	for _, e := range group {
		switch {
		case e.partner == ownPartner:
			grades[e] = 0
		case e.declares:
			grades[e] = 3
		case e.pageOwner == ofAddress || slices.ContainsFunc(e.names[:], isNamed):
			grades[e] = 1
		case e.pageOwner == ofHome:
			grades[e] = 2
		default:
			grades[e] = 4
		}
	}
	slices.SortFunc(group, func(a, b *entry) int {
		return cmp.Or(cmp.Compare(grades[a], grades[b]), cmp.Compare(a.firstSeen, b.firstSeen),
			cmp.Compare(a.published, b.published), m.inOrder(a.number, b.number))
	})
}

// inOrder compares letters as the partners are listed, which doesn't depend on
// whose answer came first.
func (m *merger) inOrder(a, b int32) int {
	return cmp.Or(cmp.Compare(m.briefs.run(a).partner, m.briefs.run(b).partner), cmp.Compare(a, b))
}

// others returns one copy of each other partner that brought a letter too.
func (m *merger) others(original int32, copies []int32) []int32 {
	var others []int32
	seen := map[int32]bool{m.briefs.run(original).partner: true}
	for _, i := range copies {
		if p := m.briefs.run(i).partner; !seen[p] {
			seen[p] = true
			others = append(others, i)
		}
	}
	return others
}

// nameApart finds the letters that have the ID of another partner's letter and
// can't keep it: the one whose site the ID names keeps it, else the first.
func (m *merger) nameApart(entries []entry, isCopy map[int32]bool) map[int32]bool {
	keepers := map[uint64]*entry{}
	renamed := map[int32]bool{}
	for i := range entries {
		e := &entries[i]
		if isCopy[e.number] {
			continue
		}
		keeper := keepers[e.id]
		switch {
		case keeper == nil:
			keepers[e.id] = e
		case m.ownsID(e, keeper) < 0:
			keepers[e.id], renamed[keeper.number] = e, true
		default:
			renamed[e.number] = true
		}
	}
	return renamed
}

// ownsID compares two entries with one ID: the one that keeps it is the lesser.
func (m *merger) ownsID(a, b *entry) int {
	return cmp.Or(cmp.Compare(b.idOwner, a.idOwner), cmp.Compare(a.firstSeen, b.firstSeen), m.inOrder(a.number, b.number))
}
