package letters

import (
	"cmp"
	"strconv"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/settings"
	"github.com/automationregion/newsletter/parse/letters/internal/markdown"
)

// A document is a letter document on its way to be a letter. It is made in two
// steps, because addresses in a letter may lead to other letters of its folder:
// readLetter reads everything, finish makes addresses absolute.
type document struct {
	*settings.Faults
	cost       *markdown.Cost
	letter     newsletter.Letter
	text       string // the document
	name       letterName
	slug       string // from the front matter, else from the file name
	draft      bool
	unreadable bool      // nobody knows all that the letter states
	publish    time.Time // not before this time
	expiry     time.Time // not after this time

	byDefault string // language of letters that state none

	stated    map[string]settings.Place // where the settings stand that the folder may object to
	cached    *cachedLetter             // what is remembered of it,
	isCached  bool                      // and all that there is of it
	content   string                    // the body as HTML
	addresses map[string]int            // where in the text the addresses of the content stand
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
	_, stated := d.stated[key]
	return stated || d.unreadable
}

// language is that of what the library itself writes into the letter.
func (d *document) language() string { return cmp.Or(d.letter.Language, d.byDefault) }

// at is the place of a setting, or the first line.
func (d *document) at(key string) settings.Place { return cmp.Or(d.stated[key], firstLine) }

// firstLine is where faults of a whole document are.
var firstLine = settings.Place{Line: 1, Column: 1}
