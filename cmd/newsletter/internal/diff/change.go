// Package diff compares two newsletters, and says what their subscribers will notice.
package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/say"
	"github.com/automationregion/newsletter/internal/html"
	"github.com/automationregion/newsletter/internal/repeat"
)

// A change is one thing that subscribers will notice.
type change struct {
	Kind   kind   `json:"kind"`
	Letter string `json:"letter,omitempty"` // its ID, the old one if it has another now; none for a change of the feed
	Title  string `json:"title,omitempty"`  // of the letter as it is now, or was
	File   string `json:"file,omitempty"`   // that the letter stands in
	Field  string `json:"field,omitempty"`  // of the feed: "ID", "FeedURL"
	Was    string `json:"was,omitempty"`
	Now    string `json:"now,omitempty"`

	share float64 // of the words of a text, that are others now
}

type kind string

// The kinds of changes, those that subscribers mind most first.
const (
	isGone      kind = "gone"      // a letter is published no more
	isID        kind = "id"        // a letter has another ID: readers show it again as new
	isFeed      kind = "feed"      // the feed has another address or ID
	isNew       kind = "new"       // a letter
	isEnclosure kind = "enclosure" // a letter's attachment
	isDate      kind = "date"
	isTitle     kind = "title"
	isContent   kind = "content"
)

var kinds = []kind{isGone, isID, isFeed, isNew, isEnclosure, isDate, isTitle, isContent}

// Breaks reports whether subscribers lose a letter, or get an old one as new.
func (c *Comparison) Breaks() bool { return slices.ContainsFunc(c.changes, change.breaks) }

// breaks reports whether subscribers lose a letter, or get an old one as new.
func (c change) breaks() bool { return c.Kind == isGone || c.Kind == isID }

// A Comparison is what diff found.
type Comparison struct {
	Old, New *Source
	changes  []change // of the feed, then letter by letter as the new one has them, then those that are gone
	Notes    []string // beside the changes
}

// Compare says what changed from one to the other.
func Compare(old, new *Source) *Comparison {
	c := &Comparison{Old: old, New: new}
	c.feed("ID", old.ID, new.ID)
	if old.Format == new.Format { // each has an address of its own
		c.feed("FeedURL", old.FeedURL, new.FeedURL)
	}
	was := pairLetters(old.Letters, new.Letters)
	left := make(map[*newsletter.Letter]bool, len(was))
	for _, l := range new.Letters {
		if o := was[l]; o != nil {
			left[o] = true
			c.letter(o, l)
			continue
		}
		c.add(isNew, l, "", l.Title)
	}
	out := 0
	for _, o := range old.Letters {
		switch {
		case left[o]:
		case new.publishes(o):
			out++
		default:
			c.add(isGone, o, o.Title, "")
		}
	}
	if out > 0 {
		c.Notes = append(c.Notes, fmt.Sprintf("%s: %s no longer in the feed, which holds the newest %d, and still published", new.Name, say.Count(out, "letter"), len(new.Letters)))
	}
	return c
}

func (c *Comparison) feed(field, was, now string) {
	if was != "" && now != "" && was != now {
		c.changes = append(c.changes, change{Kind: isFeed, Field: field, Was: was, Now: now})
	}
}

func (c *Comparison) add(kind kind, l *newsletter.Letter, was, now string) *change {
	file := c.New.Files[l.ID]
	if file == "" {
		file = c.Old.Files[l.ID]
	}
	c.changes = append(c.changes, change{Kind: kind, Letter: l.ID, Title: l.Title, File: file, Was: was, Now: now})
	return &c.changes[len(c.changes)-1]
}

// letter compares a letter with what it was.
func (c *Comparison) letter(o, l *newsletter.Letter) {
	if o.ID != l.ID {
		c.add(isID, l, o.ID, l.ID).Letter = o.ID
	}
	if a, b := dateOf(o), dateOf(l); !a.Equal(b) {
		c.add(isDate, l, dateText(a), dateText(b))
	}
	if o.Title != l.Title {
		c.add(isTitle, l, o.Title, l.Title)
	}
	if was, now, share := passage(words(o), words(l)); share > 0 {
		c.add(isContent, l, was, now).share = share
	}
	c.enclosures(o, l)
}

// enclosures tells of attachments that are no more, or at another address. One
// that is added beside others is part of the letter's text to its readers.
func (c *Comparison) enclosures(o, l *newsletter.Letter) {
	gone := func(a, b []newsletter.Attachment) []string {
		has := repeat.In(b, func(y *newsletter.Attachment) string { return y.URL })
		var urls []string
		for _, x := range a {
			if !has(x.URL) {
				urls = append(urls, x.URL)
			}
		}
		return urls
	}
	was, now := gone(o.Attachments, l.Attachments), gone(l.Attachments, o.Attachments)
	for i := range max(len(was), len(now)) {
		var a, b string
		if i < len(was) {
			a = was[i]
		}
		if i < len(now) {
			b = now[i]
		}
		c.add(isEnclosure, l, a, b)
	}
}

// dateOf is the date that readers sort a letter by.
func dateOf(l *newsletter.Letter) time.Time {
	if l.Published.IsZero() {
		return l.Updated
	}
	return l.Published
}

func dateText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

// words are those of a letter's text.
func words(l *newsletter.Letter) []string {
	if strings.TrimSpace(l.Content) != "" {
		return strings.Fields(html.Text(l.Content))
	}
	return strings.Fields(l.Summary)
}

// maxPassage is how many words of a passage that changed are shown.
const maxPassage = 12

// passage returns where two texts differ, from the first word that does to the
// last, cut, and how much of the longer one that is.
func passage(a, b []string) (was, now string, share float64) {
	begin := 0
	for begin < len(a) && begin < len(b) && a[begin] == b[begin] {
		begin++
	}
	end := 0
	for end < len(a)-begin && end < len(b)-begin && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	a, b, all := a[begin:len(a)-end], b[begin:len(b)-end], max(len(a), len(b))
	changed := max(len(a), len(b))
	if changed == 0 {
		return "", "", 0
	}
	// Words within it that stayed: counted by what both have, order aside.
	seen := make(map[string]int, len(a))
	for _, w := range a {
		seen[w]++
	}
	same := 0
	for _, w := range b {
		if seen[w] > 0 {
			seen[w]--
			same++
		}
	}
	changed = max(changed-same, 1)
	return excerpt(a), excerpt(b), float64(changed) / float64(all)
}

func excerpt(words []string) string {
	if len(words) > maxPassage {
		return strings.Join(words[:maxPassage], " ") + " …"
	}
	return strings.Join(words, " ")
}

// pairLetters returns, for each letter of b, the letter of a that it is: the one
// with its ID, else, as IDs may have changed, the one with what nobody else has.
func pairLetters(a, b []*newsletter.Letter) map[*newsletter.Letter]*newsletter.Letter {
	was := make(map[*newsletter.Letter]*newsletter.Letter, len(b))
	taken := make(map[*newsletter.Letter]bool, len(a))
	for _, key := range [...]func(*newsletter.Letter) string{
		func(l *newsletter.Letter) string { return l.ID },
		func(l *newsletter.Letter) string { return l.URL },
		func(l *newsletter.Letter) string { return join(l.Title, dateText(dateOf(l))) },
		func(l *newsletter.Letter) string { return longText(l) },
		func(l *newsletter.Letter) string { return l.Title },
	} {
		left := make(map[string][]*newsletter.Letter)
		for _, o := range a {
			if k := key(o); k != "" && !taken[o] {
				left[k] = append(left[k], o)
			}
		}
		found := make(map[string][]*newsletter.Letter)
		for _, l := range b {
			if k := key(l); k != "" && was[l] == nil {
				found[k] = append(found[k], l)
			}
		}
		for k, letters := range found {
			if len(letters) == 1 && len(left[k]) == 1 {
				was[letters[0]], taken[left[k][0]] = left[k][0], true
			}
		}
	}
	return was
}

// join makes one key of two, if there are both.
func join(a, b string) string {
	if a == "" || b == "" {
		return ""
	}
	return a + "\x00" + b
}

// longText is the text of a letter, if it is long enough that no two have it by
// chance.
func longText(l *newsletter.Letter) string {
	const few = 12
	if w := words(l); len(w) >= few {
		return strings.Join(w, " ")
	}
	return ""
}

// counts says how many changes there are of each kind.
func (c *Comparison) counts() string {
	n := make(map[kind]int)
	for _, change := range c.changes {
		n[change.Kind]++
	}
	var parts []string
	for _, kind := range kinds {
		if n[kind] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[kind], kind))
		}
	}
	return cmp.Or(strings.Join(parts, ", "), "nothing")
}
