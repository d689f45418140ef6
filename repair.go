package newsletter

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
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

// Repair changes what [Newsletter.Validate] refuses, and nothing else but the
// space around text, and returns what it changed: nothing, for a newsletter that
// was repaired before. The same newsletter is always repaired the same way, and
// passes Validate afterwards.
//
// What the formats require and the newsletter lacks is taken from what it has:
//   - the newsletter's ID from its FeedURL or URL, a letter's from its URL; where
//     there is none, or one that another letter has, from a hash of the content;
//   - URL and FeedURL from each other, Title from the host of the URL;
//   - a letter's Updated from Published. A letter without any date gets the
//     oldest date of the other letters, so that it never poses as news, else the
//     newsletter's, else 1 January 1990, the earliest that feed readers believe.
//     The newsletter's own Updated is the newest date of its letters;
//   - an author's Name from the organization, the e-mail address or the host of
//     the URL; the newsletter itself is the author where nobody is named;
//   - an attachment's MediaType from the extension of its file.
//
// What no format can hold is dropped: characters, addresses that are none, what
// a list has twice, letters that say nothing. Lists and letters are changed in
// place.
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
	r.complete()
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
	if f.typ == TypeID && f.name == "ID" {
		return true // what it becomes depends on the others
	}
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

// mendText makes a string obey its rule.
func (r *repair) mendText(f Field) {
	rule := rules[f.typ]
	was := *f.text
	now := rule.mend(was)
	if now == was {
		return
	}
	*f.text = now
	switch {
	case rule.holds(was):
		r.note(f.String(), "space tidied in %s", quote(was))
	case now == "":
		r.note(f.String(), "dropped %s: not %s", quote(was), rule.expected)
	default:
		r.note(f.String(), "%s is now %s: not %s", quote(was), quote(now), rule.expected)
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

// set fills a field that is empty.
func (r *repair) set(field string, value *string, now, source string) {
	if *value == "" && now != "" {
		*value = now
		r.note(field, "set to %s, %s", quote(now), source)
	}
}

// mendNewsletter makes what the newsletter states obey the rules.
func (r *repair) mendNewsletter() {
	n := r.newsletter
	r.addresses(n.Authors)
	id := n.ID
	n.visit(r.mend)
	if n.ID = mendID(id); n.ID == "" && id != "" {
		n.ID = nameUUID("newsletter", id)
	}
	r.noteID(id, n.ID)
	n.Authors = dropRepeats(r, &n.Extensions, "Authors", r.authors(n.Authors, &n.Extensions), repeatsAuthor)
	n.Categories = dropRepeats(r, &n.Extensions, "Categories", r.categories(n.Categories, &n.Extensions), repeatsCategory)
	n.Hubs = dropFrom(&n.Extensions, "Hubs", n.Hubs, func(i int, hub string) bool {
		if hub == "" {
			r.note(fmt.Sprintf("Hubs[%d]", i), "dropped: a hub without a URL")
		}
		return hub == ""
	})
	n.Hubs = dropRepeats(r, &n.Extensions, "Hubs", n.Hubs, repeatsHub)
	n.Extensions = r.extensions(n.Extensions, n.Fields())
}

func (r *repair) noteID(was, now string) {
	if was != now {
		r.note("ID", "%s is now %s: not %s", quote(was), quote(now), ruleID.expected)
	}
}

// mendLetters makes what the letters state obey the rules, and drops the empty.
func (r *repair) mendLetters(origin []int) {
	n := r.newsletter
	for i, l := range n.Letters {
		r.letter, r.id = origin[i], l.ID
		r.mendLetter(l)
	}
	n.Letters = drop(n.Letters, func(i int, l *Letter) bool {
		if !l.empty() {
			return false
		}
		r.letter, r.id = origin[i], l.ID
		r.note("Letter", "dropped: it has no title, no summary and no content")
		origin[i] = -1
		return true
	})
	origin = drop(origin, func(_ int, at int) bool { return at < 0 })
	r.nameLetters(origin)
	r.dateLetters(origin)
	r.letter, r.id = -1, ""
}

func (r *repair) mendLetter(l *Letter) {
	r.addresses(l.Authors)
	id := l.ID
	l.visit(r.mend)
	l.Authors = dropRepeats(r, &l.Extensions, "Authors", r.authors(l.Authors, &l.Extensions), repeatsAuthor)
	l.Categories = dropRepeats(r, &l.Extensions, "Categories", r.categories(l.Categories, &l.Extensions), repeatsCategory)
	r.attachments(l)
	l.Attachments = dropRepeats(r, &l.Extensions, "Attachments", l.Attachments, repeatsAttachment)
	r.links(l)
	l.Links = dropRepeats(r, &l.Extensions, "Links", l.Links, repeatsLink)
	l.Extensions = r.extensions(l.Extensions, l.Fields())
	if l.empty() {
		for _, a := range l.Attachments {
			r.set("Title", &l.Title, cmp.Or(a.Title, a.URL), "the attachment's")
		}
		r.set("Title", &l.Title, l.URL, "the letter's URL")
	}
	if l.ID = mendID(id); l.ID == "" && id != "" {
		l.ID = nameUUID("letter", cmp.Or(l.Source.ID, r.newsletter.ID, r.newsletter.FeedURL, r.newsletter.URL), id)
	}
	r.noteID(id, l.ID)
}

// nameLetters gives an ID to the letters that have none, and another one to a
// letter whose ID is that of a letter before it.
func (r *repair) nameLetters(origin []int) {
	taken := make(map[string]bool, len(r.newsletter.Letters))
	for _, l := range r.newsletter.Letters {
		taken[l.ID] = true
	}
	seen := make(map[string]bool, len(taken))
	for i, l := range r.newsletter.Letters {
		r.letter, r.id = origin[i], l.ID
		if l.ID == "" {
			if id := mendID(l.URL); id != "" && !taken[id] {
				r.set("ID", &l.ID, id, "the letter's URL")
			} else {
				r.set("ID", &l.ID, l.hashID(""), "a hash of the letter")
			}
		}
		for count := 1; seen[l.ID] || l.ID != r.id && taken[l.ID]; count++ {
			was := l.ID
			if l.ID = l.hashID(r.id); count > 1 {
				l.ID = nameUUID("again", l.ID, fmt.Sprint(count))
			}
			if !seen[l.ID] && !taken[l.ID] {
				r.note("ID", "%s is now %s: another letter has it", quote(was), quote(l.ID))
			}
		}
		seen[l.ID], taken[l.ID] = true, true
	}
}

// dateLetters gives Updated to the letters that have none.
func (r *repair) dateLetters(origin []int) {
	n := r.newsletter
	for i, l := range n.Letters {
		if r.letter, r.id = origin[i], l.ID; l.Updated.IsZero() && !l.Published.IsZero() {
			l.Updated = l.Published
			r.note("Updated", "set to %s, when the letter was published", date(l.Updated))
		}
	}
	for i, l := range n.Letters {
		if r.letter, r.id = origin[i], l.ID; !l.Updated.IsZero() {
			continue
		}
		last, source := oldest(n.Letters), "the oldest date of the other letters"
		if last.IsZero() {
			last, source = n.Updated, "the newsletter's own"
		}
		if last.IsZero() {
			last, source = undated, "as no date is known"
		}
		for j := i; j < len(n.Letters); j++ {
			if l := n.Letters[j]; l.Updated.IsZero() {
				r.letter, r.id = origin[j], l.ID
				l.Updated = last
				r.note("Updated", "set to %s, %s", date(last), source)
			}
		}
	}
}

// undated is the date of what has none: the earliest that feed validators take
// for a date and not for a mistake.
var undated = time.Date(1990, time.January, 1, 0, 0, 0, 0, time.UTC)

func date(t time.Time) string { return t.Format(time.RFC3339) }

// oldest returns the earliest Updated of the letters that have one.
func oldest(letters []*Letter) time.Time {
	var first time.Time
	for _, l := range letters {
		if !l.Updated.IsZero() && (first.IsZero() || l.Updated.Before(first)) {
			first = l.Updated
		}
	}
	return first
}

// complete fills what the newsletter itself lacks, once its letters are mended.
func (r *repair) complete() {
	n := r.newsletter
	home := cmp.Or(homePage(n.FeedURL), homePage(n.URL), homePage(n.ID))
	r.set("ID", &n.ID, cmp.Or(mendID(n.FeedURL), mendID(n.URL)), "from its URL")
	if n.ID == "" {
		parts := []string{"newsletter", n.Title, n.Description}
		for _, l := range n.Letters {
			parts = append(parts, l.ID)
		}
		r.set("ID", &n.ID, nameUUID(parts...), "a hash of its letters")
	}
	for _, l := range n.Letters {
		home = cmp.Or(home, homePage(l.URL))
	}
	reason := "the site that its feed or its letters are on"
	if home == "" {
		home, reason = nowhere, "a made-up address, as none is known"
	}
	r.set("URL", &n.URL, home, reason)
	r.set("FeedURL", &n.FeedURL, cmp.Or(mendPage(n.URL), home), "its home page")
	r.paging()
	r.set("Title", &n.Title, cmp.Or(hostOf(n.URL), n.URL), "the host of its home page")
	if n.Updated.IsZero() {
		reason := "the newest date of its letters"
		if n.Updated = newest(n.Letters); n.Updated.IsZero() {
			n.Updated, reason = undated, "as no date is known"
		}
		r.note("Updated", "set to %s, %s", date(n.Updated), reason)
	}
	if len(n.Authors) == 0 && slices.ContainsFunc(n.Letters, func(l *Letter) bool { return len(l.Authors) == 0 }) {
		n.Authors = []Author{{Name: cmp.Or(mendLabel(n.Title), mendLabel(n.URL))}}
		r.note("Authors", "set to %s, the newsletter itself: a letter names nobody", quote(n.Authors[0].Name))
	}
}

// nowhere is the home page of a newsletter that has none: a name that no host
// will ever have (RFC 2606).
const nowhere = "https://newsletter.invalid/"

// homePage returns the root of the site that a web page is on, or "".
func homePage(s string) string {
	if !isPage(s) {
		return ""
	}
	scheme, rest, _ := strings.Cut(s, "://")
	return scheme + "://" + rest[:endOfAuthority(rest)] + "/"
}
