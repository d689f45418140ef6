package aggregate

import (
	"crypto/sha1"
	"encoding/hex"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/htmltext"
)

// An item is a letter as a partner's feed has it now.
type item struct {
	*newsletter.Letter
	guid  string // canonical ID; empty if the feed gives none
	page  string // canonical URL
	seen  string // hash of everything a reader may see of it
	title string // folded

	text    string
	hasText bool
}

func newItem(l *newsletter.Letter) *item {
	return &item{Letter: l, guid: canonicalID(l.ID), page: canonicalURL(l.URL), title: foldTitle(l.Title), seen: seenHash(l)}
}

// seenHash returns a hash of all that a reader may see of a letter. Its ID and its
// times are no part of it: many feeds make new ones each time that they are asked.
func seenHash(l *newsletter.Letter) string {
	parts := make([]string, 0, 64)
	list, index := "", 0
	for f := range l.Fields() {
		if f.Type() == newsletter.TypeTime || f.Name() == "ID" || f.IsZero() {
			continue
		}
		if in, i := f.List(); in != "" && (in != list || i != index) {
			parts = append(parts, in, strconv.Itoa(i))
			list, index = in, i
		}
		parts = append(parts, f.Name(), f.Format())
	}
	return hashOf(appendExtensions(parts, l.Extensions)...)
}

// words returns textHash of the item.
func (it *item) words() string {
	if !it.hasText {
		it.text, it.hasText = textHash(it.Letter.Title, it.Summary, it.Content), true
	}
	return it.text
}

// A matcher finds the records of a feed's items. A record is found once.
type matcher struct {
	items []*item
	found []*Record // for each item; nil if it is new
	taken map[*Record]bool
}

// match returns, for each item of a feed, the record of it, or nil for a new
// letter. In turn it goes by
//
//  1. ID and URL,
//  2. ID, if also the title or the words are the same: the letter has moved,
//  3. URL, if also the title, the words or the date are the same: its ID changed,
//  4. title and words, or title and date: the feed was rebuilt.
//
// So an ID or URL that a partner uses again for another letter makes a new one,
// and two items with one ID and different URLs are two letters. An item without
// ID goes by its URL alone, and one without either by its title.
func match(records []*Record, items []*item, homes ...string) []*Record {
	m := &matcher{items: items, found: make([]*Record, len(items)), taken: make(map[*Record]bool, len(items))}
	page := make(map[*Record]string, len(records))
	for _, r := range records {
		page[r] = canonicalURL(r.Letter.URL)
	}
	title := func(r *Record) string { return foldTitle(r.Letter.Title) }
	guid := func(r *Record) string { return canonicalID(r.GUID) }

	sameTitle := func(it *item, r *Record) bool { return it.title != "" && it.title == title(r) }
	sameWords := func(it *item, r *Record) bool { return r.Text != "" && it.words() == r.Text }
	sameDate := func(it *item, r *Record) bool {
		return !it.Published.IsZero() && it.Published.Equal(r.Letter.Published)
	}

	m.pass(records,
		func(it *item) string { return exactKey(it.guid, it.page, it.title) },
		func(r *Record) string { return exactKey(guid(r), page[r], title(r)) },
		func(it *item, r *Record) bool {
			return it.guid != "" || it.page != "" && !slices.Contains(homes, it.page) || sameTitle(it, r)
		})
	m.pass(records,
		func(it *item) string { return it.guid },
		guid,
		func(it *item, r *Record) bool {
			return it.page == "" || page[r] == "" || sameTitle(it, r) || sameWords(it, r)
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
		func(it *item) string {
			if shared[it.page] > 1 {
				return ""
			}
			return it.page
		},
		func(r *Record) string { return page[r] },
		func(it *item, r *Record) bool {
			return it.guid == "" || sameTitle(it, r) || sameWords(it, r) || sameDate(it, r)
		})
	m.pass(records, func(it *item) string { return it.title }, title,
		func(it *item, r *Record) bool { return sameWords(it, r) || sameDate(it, r) && len(it.title) >= 10 })
	return m.found
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
func (m *matcher) pass(records []*Record, itemKey func(*item) string, recordKey func(*Record) string, same func(*item, *Record) bool) {
	left := false
	for i := range m.items {
		left = left || m.found[i] == nil
	}
	if !left {
		return
	}
	byKey := make(map[string][]*Record, len(records))
	for _, r := range records {
		if k := recordKey(r); k != "" && !m.taken[r] {
			byKey[k] = append(byKey[k], r)
		}
	}
	for i, it := range m.items {
		if m.found[i] != nil {
			continue
		}
		var best *Record
		candidates := byKey[itemKey(it)]
		for _, r := range candidates[:min(len(candidates), maxCandidates)] {
			if m.taken[r] || !same(it, r) {
				continue
			}
			if r.Seen == it.seen {
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

// isIRI says whether an ID can stand in Atom as it is: absolute, and without
// what no IRI holds.
func isIRI(id string) bool {
	if id == "" || strings.ContainsAny(id, " \t\r\n<>\"{}|\\^`") {
		return false
	}
	u, err := url.Parse(id)
	if err != nil || !u.IsAbs() {
		return false
	}
	if u.Scheme == "http" || u.Scheme == "https" {
		return u.Host != ""
	}
	return u.Opaque != "" || u.Host != "" || len(u.Path) > 1
}

// derivedID returns an ID for a letter whose own can't serve: a name-based UUID
// (RFC 9562, section 5.5) of the partner and of what is known of the letter.
func derivedID(partner string, parts ...string) string {
	h := sha1.New()
	h.Write([]byte{ // the namespace for URLs
		0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8,
	})
	h.Write([]byte(partner))
	for _, p := range parts {
		h.Write([]byte{0})
		h.Write([]byte(p))
	}
	u := h.Sum(nil)[:16]
	u[6] = u[6]&0x0F | 0x50
	u[8] = u[8]&0x3F | 0x80
	x := hex.EncodeToString(u)
	return "urn:uuid:" + x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:]
}

// textHash returns a hash to know a letter by when its ID and address have
// changed. It is empty if there are too few words to know it by.
func textHash(title, summary, content string) string {
	text := words(content)
	if len(text) < 100 {
		text = strings.Join([]string{text, words(summary)}, " ")
	}
	if len(text) < 100 {
		return ""
	}
	return hashOf(foldTitle(title), text)
}

// words returns the text of some HTML for comparing: letters that read the same
// have the same words, whatever spaces are between them.
func words(content string) string { return foldSpace(htmltext.Text(content)) }

// foldTitle returns a title for comparing.
func foldTitle(title string) string { return strings.ToLower(foldSpace(title)) }

// foldSpace makes each run of spaces of any kind one space.
func foldSpace(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r != ' ' && isSpace(r) }) && !strings.Contains(s, "  ") {
		return strings.Trim(s, " ")
	}
	return strings.Join(strings.FieldsFunc(s, isSpace), " ")
}

func isSpace(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\r', '\f', '\v', 0xA0, 0x200B, 0x2028, 0x2029, 0xFEFF:
		return true
	}
	return false
}
