package sameness

import (
	"slices"
	"strconv"
	"time"

	"github.com/automationregion/newsletter"
)

// An Item is a letter as a partner's feed has it now.
type Item struct {
	*newsletter.Letter
	Seen   string // hash of everything a reader may see of it
	Folded string // its title, for comparing

	guid    string // canonical ID; empty if the feed gives none
	page    string // canonical URL
	text    string
	hasText bool
}

// NewItem returns the item of a letter.
func NewItem(l *newsletter.Letter) *Item {
	return &Item{Letter: l, guid: ID(l.ID), page: URL(l.URL), Folded: Title(l.Title), Seen: seenHash(l)}
}

// Key returns a text that two items of a feed share which are one letter.
func (it *Item) Key() string {
	if it.guid == "" {
		return "\n" + it.page + "\n" + it.Folded
	}
	return it.guid + "\n" + it.page
}

// A Known is what a letter is known by that came before.
type Known struct {
	ID, URL, Title string // as the partner last had them
	Published      time.Time
	Seen           string // as Item has it
	Text           string // as Item.Words has it

	at                 int // in its list
	guid, page, folded string
}

// seenHash returns a hash of all that a reader may see of a letter. Its ID and its
// times are no part of it: many feeds make new ones each time that they are asked.
func seenHash(l *newsletter.Letter) string {
	parts := make([]string, 0, 64)
	var around newsletter.Place // the element of a list that was said last
	for f := range l.Fields() {
		if f.Type() == newsletter.TypeTime || f.Place().Name == "ID" || f.IsZero() {
			continue
		}
		name := f.Place().Name
		if in := (newsletter.Place{List: f.Place().List, Index: f.Place().Index}); in.List != "" && in != around {
			parts = append(parts, in.List, strconv.Itoa(in.Index))
			around = in
		}
		parts = append(parts, name, f.Format())
	}
	return Hash(appendExtensions(parts, &l.Extensions)...)
}

// Words returns TextHash of the item.
func (it *Item) Words() string {
	if !it.hasText {
		it.text, it.hasText = TextHash(it.Letter.Title, it.Summary, it.Content), true
	}
	return it.text
}

// A matcher finds what is known of a feed's items. Each is found once.
type matcher struct {
	items []*Item
	found []*Known // for each item; nil if it is new
	taken map[*Known]bool
}

// Match returns, for each item of a feed, where in the list that letter is known
// from, or -1 for a new letter. In turn it goes by
//
//  1. ID and URL,
//  2. ID, if also the title or the words are the same: the letter has moved,
//  3. URL, if also the title, the words or the date are the same: its ID changed,
//  4. title and words, or title and date: the feed was rebuilt.
//
// So an ID or URL that a partner uses again for another letter makes a new one,
// and two items with one ID and different URLs are two letters. An item without
// ID goes by its URL alone, and one without either by its title.
func Match(list []Known, items []*Item, homes ...string) []int {
	m := &matcher{items: items, found: make([]*Known, len(items)), taken: make(map[*Known]bool, len(items))}
	records := make([]*Known, len(list))
	for i := range list {
		r := &list[i]
		r.at, r.guid, r.page, r.folded = i, ID(r.ID), URL(r.URL), Title(r.Title)
		records[i] = r
	}
	sameTitle := func(it *Item, r *Known) bool { return it.Folded != "" && it.Folded == r.folded }
	sameWords := func(it *Item, r *Known) bool { return r.Text != "" && it.Words() == r.Text }
	sameDate := func(it *Item, r *Known) bool {
		return !it.Published.IsZero() && it.Published.Equal(r.Published)
	}

	m.pass(records,
		func(it *Item) string { return exactKey(it.guid, it.page, it.Folded) },
		func(r *Known) string { return exactKey(r.guid, r.page, r.folded) },
		func(it *Item, r *Known) bool {
			return it.guid != "" || it.page != "" && !slices.Contains(homes, it.page) || sameTitle(it, r)
		})
	m.pass(records,
		func(it *Item) string { return it.guid },
		func(r *Known) string { return r.guid },
		func(it *Item, r *Known) bool {
			return it.page == "" || r.page == "" || sameTitle(it, r) || sameWords(it, r)
		})
	// A page that several items share, as a feed's home page often is, tells
	// none of them.
	shared := map[string]int{}
	for _, it := range items {
		shared[it.page]++
	}
	for _, h := range homes {
		shared[h] = 2
	}
	m.pass(records,
		func(it *Item) string {
			if shared[it.page] > 1 {
				return ""
			}
			return it.page
		},
		func(r *Known) string { return r.page },
		func(it *Item, r *Known) bool {
			return it.guid == "" || sameTitle(it, r) || sameWords(it, r) || sameDate(it, r)
		})
	m.pass(records, func(it *Item) string { return it.Folded }, func(r *Known) string { return r.folded },
		func(it *Item, r *Known) bool { return sameWords(it, r) || sameDate(it, r) && len(it.Folded) >= 10 })
	found := make([]int, len(items))
	for i, r := range m.found {
		if found[i] = -1; r != nil {
			found[i] = r.at
		}
	}
	return found
}

// maxCandidates bounds the records that an item is compared with, so that a feed
// in which all is the same takes no time.
const maxCandidates = 100

// exactKey is the key of what has the same ID and page, or the same title where
// there is neither.
func exactKey(guid, page, title string) string {
	if guid == "" && page == "" {
		return "\n\n" + title
	}
	return guid + "\n" + page
}

// pass matches what is still left: an item and a record with the same key, none
// of them empty, that are the same letter. Of several records it takes the one
// whose letter is unchanged, else the first.
func (m *matcher) pass(records []*Known, itemKey func(*Item) string, recordKey func(*Known) string, same func(*Item, *Known) bool) {
	left := false
	for i := range m.items {
		left = left || m.found[i] == nil
	}
	if !left {
		return
	}
	byKey := make(map[string][]*Known, len(records))
	for _, r := range records {
		if k := recordKey(r); k != "" && !m.taken[r] {
			byKey[k] = append(byKey[k], r)
		}
	}
	for i, it := range m.items {
		if m.found[i] != nil {
			continue
		}
		var best *Known
		candidates := byKey[itemKey(it)]
		for _, r := range candidates[:min(len(candidates), maxCandidates)] {
			if m.taken[r] || !same(it, r) {
				continue
			}
			if r.Seen == it.Seen {
				best = r
				break
			}
			if best == nil {
				best = r
			}
		}
		if best != nil {
			m.found[i] = best
			m.taken[best] = true
		}
	}
}

// appendExtensions appends all that extensions say, for a hash.
func appendExtensions(parts []string, x *newsletter.Extensions) []string {
	parts = appendElements(parts, x.Elements)
	for i := range x.Attributes {
		a := &x.Attributes[i]
		parts = append(parts, "@", a.In.String(), a.Namespace, a.Name, a.Value)
	}
	for _, m := range x.Members {
		parts = append(parts, "{", m.In.String(), m.Name, m.JSON)
	}
	return parts
}

func appendElements(parts []string, list []newsletter.Extension) []string {
	for i := range list {
		e := &list[i]
		parts = append(parts, "<", e.In.String(), e.Namespace, e.Name, e.Text)
		for _, a := range e.Attrs {
			parts = append(parts, a.Namespace, a.Name, a.Value)
		}
		parts = append(appendElements(parts, e.Children), ">", e.Tail)
	}
	return parts
}
