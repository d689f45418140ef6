package aggregate

import (
	"cmp"
	"math/bits"
	"slices"
)

// A pick is a letter that goes into the newsletter.
type pick struct {
	entry  int32
	rename bool    // its ID is that of another letter
	copies []int32 // entries of the same letter from other partners
}

// picks returns the letters of the newsletter, newest first.
func (m *merger) picks() []pick {
	table := m.newNameTable()
	copies := m.group(table)
	isCopy := make([]bool, m.entries.n)
	for _, list := range copies {
		for _, i := range list {
			isCopy[i] = true
		}
	}
	renamed := m.nameApart(table, isCopy)
	originals := m.newest(isCopy)
	picks := make([]pick, len(originals))
	for k, i := range originals {
		picks[k] = pick{entry: i, rename: renamed[i], copies: m.others(i, copies[i])}
	}
	return picks
}

// newest returns the newest entries that are no copies, as many as the limit
// allows.
func (m *merger) newest(isCopy []bool) []int32 {
	newestFirst := func(a, b int32) int {
		x, y := m.at(a), m.at(b)
		if x.published != y.published {
			return cmp.Compare(y.published, x.published)
		}
		return m.inOrder(a, b)
	}
	var list []int32
	cut := func() {
		slices.SortFunc(list, newestFirst)
		if m.limit >= 0 && len(list) > m.limit {
			list = list[:m.limit]
		}
	}
	for i := range int32(m.entries.n) {
		if isCopy[i] {
			continue
		}
		list = append(list, i)
		if m.limit >= 0 && len(list) >= 2*m.limit+chunkSize {
			cut()
		}
	}
	cut()
	return list
}

// A nameTable finds entries by one of their names. It is a hash table of the
// entries' numbers plus one, as a map would be several times as large.
type nameTable []int32

func (m *merger) newNameTable() nameTable {
	return make(nameTable, 1<<bits.Len(uint(2*m.entries.n)))
}

// place returns where the entry stands that has the same name as entry i: 0 is
// none, and i+1 may be put there.
func (m *merger) place(t nameTable, i int32, name func(*entry) uint64) *int32 {
	n := name(m.at(i))
	for at := n; ; at++ {
		p := &t[at%uint64(len(t))]
		if *p == 0 || name(m.at(*p-1)) == n {
			return p
		}
	}
}

// group finds the entries that are the same letter, by page and by words. It
// returns the copies of each original that has some.
func (m *merger) group(table nameTable) map[int32][]int32 {
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
	for _, name := range []func(*entry) uint64{
		func(e *entry) uint64 { return e.page },
		func(e *entry) uint64 { return e.text },
	} {
		clear(table)
		for i := range int32(m.entries.n) {
			if name(m.at(i)) == 0 {
				continue
			}
			if p := m.place(table, i, name); *p == 0 {
				*p = i + 1
			} else {
				parent[find(i)] = find(*p - 1)
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
	isNamed := func(name string) bool { return named[sumOf(canonicalURL(name))] }
	grades := make(map[int32]int, len(group))
	for _, i := range group {
		e := m.at(i)
		switch {
		case e.partner == ownPartner:
			grades[i] = 0
		case e.declares:
			grades[i] = 2
		case e.ownPage || len(named) > 0 && m.origins[e.partner].hasName(isNamed):
			grades[i] = 1
		default:
			grades[i] = 3
		}
	}
	slices.SortFunc(group, func(a, b int32) int {
		x, y := m.at(a), m.at(b)
		return cmp.Or(cmp.Compare(grades[a], grades[b]), cmp.Compare(x.firstSeen, y.firstSeen),
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
func (m *merger) nameApart(table nameTable, isCopy []bool) map[int32]bool {
	clear(table)
	renamed := map[int32]bool{}
	for i := range int32(m.entries.n) {
		if isCopy[i] {
			continue
		}
		p := m.place(table, i, func(e *entry) uint64 { return e.id })
		switch keeps := *p - 1; {
		case keeps < 0:
			*p = i + 1
		case m.ownsID(i, keeps) < 0:
			*p, renamed[keeps] = i+1, true
		default:
			renamed[i] = true
		}
	}
	return renamed
}

// ownsID compares two entries with one ID: the one that keeps it is the lesser.
func (m *merger) ownsID(a, b int32) int {
	x, y := m.at(a), m.at(b)
	own := 0
	if x.ownID != y.ownID {
		own = 1
		if x.ownID {
			own = -1
		}
	}
	return cmp.Or(own, cmp.Compare(x.firstSeen, y.firstSeen), m.inOrder(a, b))
}
