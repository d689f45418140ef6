// Package newsletter models the letters that an organisation sends out: the
// newsletter itself, its letters, and the authors who wrote them.
//
// It is pure data. Package feed writes a [Newsletter] as RSS, Atom or JSON Feed, and
// package feed/site as pages. Package parse reads feeds into one, and package
// parse/letters the documents that people write letters in. Package aggregate makes one
// out of many.
//
// Every field has one meaning, and its zero value says "not stated". Times keep
// the zone that they were written in, languages are BCP 47 tags, URLs are
// absolute. A field that holds HTML says so; every other string is plain text.
//
// [Newsletter.Validate] reports what no format can hold; [Newsletter.Repair] mends it.
// What one format requires, package feed derives.
//
// Values of this package may be read by several goroutines at once, but not
// while one of them changes them.
package newsletter

import (
	"cmp"
	"slices"
	"time"
)

// A Newsletter is a title page with letters in it: what RSS calls a channel and
// Atom (RFC 4287, section 4.1.1) and JSON Feed call a feed.
type Newsletter struct {
	ID          string // permanent, globally unique IRI (RFC 4287, section 4.2.6); never changes, even when the newsletter moves
	Title       string
	Description string // one line on what the newsletter is about
	URL         string // home page
	FeedURL     string // where the feed itself is published
	Language    string // BCP 47 tag of the letters that don't state their own
	Authors     []Author
	Rights      string     // copyright notice
	Image       string     // URL of a logo
	Icon        string     // URL of a small square picture, a favicon
	Categories  []Category // what the newsletter as a whole is about
	Updated     time.Time  // when the newest letter was written or changed
	Generator   Generator  // the software that made the feed
	Hubs        []string   // URLs of WebSub hubs that announce new letters
	Paging      Paging
	Extensions  Extensions // what the other fields have no room for
	Letters     []*Letter
}

// A Letter is one piece of a newsletter: an editorial, a report, an invitation.
// RSS and JSON Feed call it an item, Atom (RFC 4287, section 4.1.2) an entry.
type Letter struct {
	ID          string // permanent IRI, unique within the newsletter
	URL         string // the letter's own page
	Title       string
	Kind        string // the newsletter's own section for it: "Editorial", "Report", "Invitation"
	Language    string // BCP 47 tag; empty if it is the newsletter's
	Authors     []Author
	Published   time.Time
	Updated     time.Time // last change that a reader should know of
	Summary     string    // plain text
	Content     string    // HTML
	Rights      string    // copyright notice, where it is not the newsletter's
	Categories  []Category
	Image       string // URL of the letter's main picture
	Attachments []Attachment
	Source      Source // the newsletter that the letter first appeared in, for a letter that was gathered from elsewhere
	Links       []Link // related pages, never the letter itself
	Extensions  Extensions
}

// An Author is the person who wrote a letter, or the group, such as an editorial staff.
type Author struct {
	Name         string
	Organization string // what the author belongs to
	Email        string
	URL          string // home page
	Avatar       string // URL of a portrait
}

// A Category is a subject, from a scheme of subjects or, with an empty Scheme,
// from none (RFC 4287, section 4.2.2).
type Category struct {
	Term   string
	Scheme string // IRI of the scheme; RSS calls it the domain
	Label  string // the term as people read it, where that is another text
}

// A Generator is the software that made a feed (RFC 4287, section 4.2.4).
type Generator struct {
	Name    string
	Version string
	URL     string // home page
}

// An Attachment is a file that comes with a letter, which RSS and Atom call an
// enclosure.
type Attachment struct {
	URL       string
	MediaType string        // such as "application/pdf"
	Length    int64         // in bytes
	Duration  time.Duration // of sound or film, in whole seconds
	Title     string
}

// A Source is the newsletter that an aggregated letter came from (RFC 4287,
// section 4.2.11).
type Source struct {
	ID      string
	Title   string
	URL     string // home page
	FeedURL string
	Updated time.Time
}

// A Link is a page that has to do with a letter.
type Link struct {
	Rel       string // link relation (RFC 8288): "related", "via", "replies", "license", "alternate"
	URL       string
	MediaType string
	Language  string // BCP 47 tag of the page
	Title     string
}

// Paging says where the other pages of a long newsletter are (RFC 5005).
type Paging struct {
	First           string // paged feeds: URL of the page with the newest letters
	Previous        string
	Next            string
	Last            string
	Current         string // archived feeds: URL of the feed that holds the newest letters
	PreviousArchive string
	NextArchive     string
	Archive         bool // this document is an archive, which never changes again
	Complete        bool // this document holds every letter that there is
}

// NewestFirst compares two letters for [slices.SortFunc]: the later Published
// comes first, or Updated where a letter has no Published. Letters of the same
// instant are ordered by ID, then by URL and by title, so that the order never
// depends on the one before. Letters without any date come last.
func NewestFirst(a, b *Letter) int {
	return cmp.Or(
		b.date().Compare(a.date()),
		cmp.Compare(a.ID, b.ID),
		cmp.Compare(a.URL, b.URL),
		cmp.Compare(a.Title, b.Title),
	)
}

// Sort orders the letters with [NewestFirst].
func (n *Newsletter) Sort() {
	slices.SortStableFunc(n.Letters, NewestFirst)
}

// date is when the letter was written, as far as it is known.
func (l *Letter) date() time.Time {
	if l.Published.IsZero() {
		return l.Updated
	}
	return l.Published
}
