package letters

import (
	"cmp"
	"strconv"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/dates"
	"github.com/automationregion/newsletter/internal/settings"
	"github.com/automationregion/newsletter/parse/letters/internal/markdown"
)

// A document is a letter document on its way to be a letter. It is made in two
// steps, because addresses in a letter may lead to other letters of its folder:
// readLetter reads everything, finish makes addresses absolute.
type document struct {
	*settings.Faults
	known
	cost      *markdown.Cost
	text      string              // the document
	byDefault string              // language of letters that state none
	cached    *cachedLetter       // what is remembered of it,
	isCached  bool                // and all that there is of it
	content   string              // the body as HTML
	isPost    bool                // it is one of Jekyll's
	zoned     map[*time.Time]bool // dates of the letter that state their zone
	addresses map[string]int      // where in the text the addresses of the content stand
}

// What is known of a letter from its document alone.
type known struct {
	Letter     newsletter.Letter
	Name       letterName
	Slug       string // from the front matter, else from the file name
	Draft      bool
	Unreadable bool                      // nobody knows all that the letter states
	Publish    time.Time                 // not before this time
	Expiry     time.Time                 // not after this time
	Day        time.Time                 // that IDs have of a letter whose date states no zone, if the newsletter has one
	Stated     map[string]settings.Place // where the settings stand that the folder may object to
}

// Settings whose place is remembered.
const (
	keyTitle  = "title"
	keyID     = "id"
	keyURL    = "url"
	keySlug   = "slug"
	keyDate   = "date"
	keyAuthor = "author"
	keyImage  = "image"
)

func attachmentKey(i int) string { return "attachment " + strconv.Itoa(i) }

// knows says whether the letter states something, be it wrongly.
func (d *document) knows(key string) bool {
	_, stated := d.Stated[key]
	return stated || d.Unreadable
}

// language is that of what the library itself writes into the letter.
func (d *document) language() string { return cmp.Or(d.Letter.Language, d.byDefault) }

// date reads a date of the letter.
func (d *document) date(v settings.Value, to *time.Time) {
	t, zoned := v.Date()
	d.setDate(to, t, zoned)
}

func (d *document) setDate(to *time.Time, t time.Time, zoned bool) {
	if *to = t; zoned {
		if d.zoned == nil {
			d.zoned = make(map[*time.Time]bool)
		}
		d.zoned[to] = true
	}
}

// settleDates makes the dates that state no zone times in the newsletter's. The day in
// an ID stays the one that is written.
func (d *document) settleDates(place *time.Location) {
	l := &d.Letter
	if place == nil {
		return
	}
	if !d.zoned[&l.Published] {
		d.Day = l.Published
	}
	for _, t := range []*time.Time{&l.Published, &l.Updated, &d.Publish, &d.Expiry} {
		if !t.IsZero() && !d.zoned[t] {
			*t = dates.In(place, *t)
		}
	}
	d.zoned = nil
}

// at is the place of a setting, or the first line.
func (d *document) at(key string) settings.Place { return cmp.Or(d.Stated[key], firstLine) }

// firstLine is where faults of a whole document are.
var firstLine = settings.Place{Line: 1, Column: 1}
