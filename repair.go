package newsletter

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"iter"
	"time"

	"github.com/automationregion/newsletter/internal/text"
)

// A Change is one thing that [Newsletter.Repair] changed.
type Change struct {
	Letter int    // index in Letters before the repair, or -1 for the newsletter itself
	ID     string // of the letter, if it has one
	Field  string // such as "Title" or "Authors[1].Email", as the list was when it was changed
	Reason string // what was done, and why
}

// String names the letter, the field and what was done in one line.
func (c Change) String() string {
	return place(c.Letter, c.ID, c.Field) + ": " + c.Reason
}

// Repair mends what [Newsletter.Validate] finds fault with, and nothing else but the
// space around text, and returns what it changed, which is nothing for a newsletter
// that was repaired before. The same newsletter is always repaired the same way, and
// passes Validate afterwards.
//
// What no format can hold is dropped: control characters, strings that are not
// addresses, what a list has twice, letters of which nothing is known. Spaces, quotes
// and brackets in addresses are percent-encoded. Of two letters with one ID the second
// gets another, a hash of what it says. Nothing is made up: a format that requires more
// has its writer derive it, see package feed. Lists and letters are changed in place.
func (n *Newsletter) Repair() []Change {
	if n == nil {
		return nil
	}
	r := repair{letter: -1, newsletter: n}
	origin := make([]int, 0, len(n.Letters)) // index of each letter before the repair
	seen := make(map[*Letter]bool, len(n.Letters))
	n.Letters = drop(n.Letters, func(i int, l *Letter) bool {
		r.letter = i
		switch {
		case l == nil:
			r.note("Letter", "dropped: nil")
			return true
		case seen[l]:
			r.note("Letter", "dropped: it is there before")
			return true
		}
		seen[l] = true
		origin = append(origin, i)
		return false
	})
	r.letter = -1
	r.mendNewsletter()
	r.mendLetters(origin)
	return r.changes
}

// A repair is one call of Repair.
type repair struct {
	newsletter *Newsletter
	letter     int
	id         string
	changes    []Change
}

func (r *repair) note(field, format string, args ...any) {
	r.changes = append(r.changes, Change{r.letter, r.id, field, fmt.Sprintf(format, args...)})
}

// mend makes a field obey its rule. It goes on to the next.
func (r *repair) mend(f Field) bool {
	switch value := f.other.(type) {
	case *time.Time:
		r.mendTime(f, value)
	case *int64:
		if *value < 0 {
			r.note(f.String(), "dropped %d: a size is never negative", *value)
			*value = 0
		}
	case *time.Duration:
		if rounded := max(0, value.Round(time.Second)/time.Second*time.Second); rounded != *value {
			r.note(f.String(), "%s is now %s: whole seconds are required", *value, rounded)
			*value = rounded
		}
	}
	if f.text != nil {
		r.mendText(f)
	}
	return true
}

// value.MendText makes a string obey its rule.
func (r *repair) mendText(f Field) {
	rule := rules[f.typ]
	was := *f.text
	now := rule.mend(was)
	if blank(now) {
		now = ""
	}
	if now == was {
		return
	}
	*f.text = now
	switch {
	case rule.holds(was):
		r.note(f.String(), "space tidied in %s", quote(was))
	case now == "":
		r.note(f.String(), "dropped %s: not %s", quote(was), rule.expects(was))
	default:
		r.note(f.String(), "%s is now %s: not %s", quote(was), quote(now), rule.expects(was))
	}
}

// mendTime drops a time that no format can hold, or moves it to UTC if its zone
// is what they can't hold.
func (r *repair) mendTime(f Field, t *time.Time) {
	if isWritable(*t) {
		return
	}
	was := *t
	if *t = t.UTC(); isWritable(*t) && !t.IsZero() {
		r.note(f.String(), "moved to UTC: a zone has whole minutes, and is within 15 hours of UTC")
		return
	}
	*t = time.Time{}
	r.note(f.String(), "dropped the year %d: it has to be from 2 to 9999", was.Year())
}

// mendNewsletter makes what the newsletter states obey the rules.
func (r *repair) mendNewsletter() {
	n := r.newsletter
	n.visit(r.mend)
	n.Authors = dropRepeats(r, &n.Extensions, "Authors", r.authors(n.Authors, &n.Extensions), sameAuthors)
	n.Categories = dropRepeats(r, &n.Extensions, "Categories", r.categories(n.Categories, &n.Extensions), sameCategories)
	n.Hubs = dropFrom(&n.Extensions, "Hubs", n.Hubs, func(i int, hub string) bool {
		if hub == "" {
			r.note(fmt.Sprintf("Hubs[%d]", i), "dropped: a hub without a URL")
		}
		return hub == ""
	})
	n.Hubs = dropRepeats(r, &n.Extensions, "Hubs", n.Hubs, sameHubs)
	r.extensions(&n.Extensions, n.Fields())
}

// mendLetters makes what the letters state obey the rules, and drops those of
// which nothing is known.
func (r *repair) mendLetters(origin []int) {
	n := r.newsletter
	for i, l := range n.Letters {
		r.letter, r.id = origin[i], l.ID
		r.mendLetter(l)
	}
	n.Letters = drop(n.Letters, func(i int, l *Letter) bool {
		if !l.unknown() {
			return false
		}
		r.letter, r.id = origin[i], l.ID
		r.note("Letter", "dropped: nothing is known of it")
		origin[i] = -1
		return true
	})
	origin = drop(origin, func(_ int, at int) bool { return at < 0 })
	r.nameLetters(origin)
	r.letter, r.id = -1, ""
}

func (r *repair) mendLetter(l *Letter) {
	l.visit(r.mend)
	l.Authors = dropRepeats(r, &l.Extensions, "Authors", r.authors(l.Authors, &l.Extensions), sameAuthors)
	l.Categories = dropRepeats(r, &l.Extensions, "Categories", r.categories(l.Categories, &l.Extensions), sameCategories)
	r.attachments(l)
	l.Attachments = dropRepeats(r, &l.Extensions, "Attachments", l.Attachments, sameAttachments)
	r.links(l)
	l.Links = dropRepeats(r, &l.Extensions, "Links", l.Links, sameLinks)
	r.extensions(&l.Extensions, l.Fields())
}

// nameLetters gives another ID to a letter whose ID is that of a letter before it.
func (r *repair) nameLetters(origin []int) {
	taken := make(map[string]bool, len(r.newsletter.Letters))
	for _, l := range r.newsletter.Letters {
		taken[l.ID] = true
	}
	seen := make(map[string]bool, len(taken))
	tried := map[string]int{} // how many IDs were made of a hash, for letters that say the same
	for i, l := range r.newsletter.Letters {
		if seen[l.ID] {
			r.letter, r.id = origin[i], l.ID
			hash := l.hashID(l.ID)
			for l.ID = hash; taken[l.ID]; {
				tried[hash]++
				l.ID = nameUUID("again", hash, fmt.Sprint(tried[hash]+1))
			}
			r.note("ID", "%s is now %s: another letter has it", quote(r.id), quote(l.ID))
			l.Extensions = l.Extensions.Moved(func(in Place) (Place, bool) { return in, in != Place{Name: "ID"} })
		}
		if !blank(l.ID) {
			seen[l.ID], taken[l.ID] = true, true
		}
	}
}

// authors drops those of whom nothing is known.
func (r *repair) authors(authors []Author, extensions *Extensions) []Author {
	return dropFrom(extensions, "Authors", authors, func(i int, a Author) bool {
		if a != (Author{}) {
			return false
		}
		r.note(fmt.Sprintf("Authors[%d]", i), "dropped: nothing is known of the author")
		return true
	})
}

func (r *repair) categories(categories []Category, extensions *Extensions) []Category {
	return dropFrom(extensions, "Categories", categories, func(i int, c Category) bool {
		if c.Term != "" || c.Label != "" {
			return false
		}
		r.note(fmt.Sprintf("Categories[%d]", i), "dropped: a category without a term")
		return true
	})
}

func (r *repair) attachments(l *Letter) {
	l.Attachments = dropFrom(&l.Extensions, "Attachments", l.Attachments, func(i int, a Attachment) bool {
		if a.URL != "" {
			return false
		}
		r.note(fmt.Sprintf("Attachments[%d]", i), "dropped: an attachment without a URL")
		return true
	})
}

func (r *repair) links(l *Letter) {
	l.Links = dropFrom(&l.Extensions, "Links", l.Links, func(i int, link Link) bool {
		at := fmt.Sprintf("Links[%d]", i)
		if link.URL == "" {
			r.note(at, "dropped: a link without a URL")
			return true
		}
		if link.Rel == "alternate" && link.URL == l.URL {
			r.note(at, "dropped: it is the letter itself")
			return true
		}
		return false
	})
	l.relate(func(field, reason string) { r.note(field, "%s", reason) })
}

// relate makes "related" of what is no alternate of the letter. It reports whether it
// changed anything.
func (l *Letter) relate(changed func(field, reason string)) (any bool) {
	l.faults(func(i int, reason string) {
		any = true
		l.Links[i].Rel = "related"
		changed(fmt.Sprintf("Links[%d].Rel", i), `"alternate" is now "related": `+reason)
	})
	return any
}

// extensions drops those that no format can hold.
func (r *repair) extensions(x *Extensions, fields iter.Seq[Field]) {
	gone := map[faulty]bool{}
	extensionFaults(x, fields, func(at faulty, reason string) {
		r.note(at.String(), "dropped: %s", reason)
		gone[at] = true
	})
	if len(gone) == 0 {
		return
	}
	x.Elements = drop(x.Elements, func(i int, _ Extension) bool { return gone[faulty{"Elements", i}] })
	x.Attributes = drop(x.Attributes, func(i int, _ Attribute) bool { return gone[faulty{"Attributes", i}] })
	x.Members = drop(x.Members, func(i int, _ Member) bool { return gone[faulty{"Members", i}] })
}

// dropFrom is drop for a list of a letter or a newsletter, whose extensions
// follow the elements that they belong to.
func dropFrom[T any](extensions *Extensions, name string, list []T, gone func(i int, element T) bool) []T {
	if extensions.IsZero() {
		return drop(list, gone)
	}
	was := len(list)
	to, next := make([]int, was), 0
	list = drop(list, func(i int, element T) bool {
		if gone(i, element) {
			to[i] = -1
			return true
		}
		to[i] = next
		next++
		return false
	})
	if len(list) < was {
		*extensions = extensions.Moved(func(in Place) (Place, bool) {
			if in.List == name && in.Index >= 0 && in.Index < was {
				in.Index = to[in.Index]
			}
			return in, in.Index >= 0
		})
	}
	return list
}

// drop removes the elements that gone reports true for, and visits each once, in
// order.
func drop[T any](list []T, gone func(i int, element T) bool) []T {
	kept := list[:0:len(list)]
	for i := range list {
		if !gone(i, list[i]) {
			kept = append(kept, list[i])
		}
	}
	clear(list[len(kept):])
	if len(kept) == 0 && len(list) > 0 {
		return nil
	}
	return kept
}

// hashID returns an ID made of what the letter says, and of another ID that it
// is to differ from.
func (l *Letter) hashID(differs string) string {
	return nameUUID("letter", differs, l.URL, l.Title, l.Summary, l.Content, Byline(l.Authors), l.Published.UTC().Format(time.RFC3339Nano))
}

// nameUUID returns a UUID as a URN (RFC 9562, section 5.8) that stands for the
// strings, and for them alone.
func nameUUID(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		h.Write([]byte(part))
	}
	return text.UUIDOf(h.Sum(nil), 8).URN()
}
