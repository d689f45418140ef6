package feed

import (
	"cmp"
	"crypto/sha1"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/text"
	"github.com/automationregion/newsletter/internal/value"
	"github.com/automationregion/newsletter/internal/weburl"
)

// Derive returns the newsletter with what the format requires and it lacks, as the
// table in the package comment has it: what [Write] writes, and reading finds again.
// Where there is nothing to derive a field from it returns the [errors.Join] of a
// [*newsletter.FieldError] for each of the first hundred, which names the way out. The
// newsletter is not changed; letters that lack nothing are shared with it.
func Derive(n *newsletter.Newsletter, f Format, opts ...Options) (*newsletter.Newsletter, error) {
	if n == nil {
		return nil, n.Validate()
	}
	published := *optionsOf(opts).Dated(n)
	d := derivation{n: &published, format: f, undated: optionsOf(opts).Undated}
	d.oldest = sync.OnceValue(func() time.Time { return oldest(d.n.Letters) })
	d.newsletter()
	d.letters()
	if d.faults != nil {
		return nil, errors.Join(d.faults...)
	}
	return &published, nil
}

// mostFaults bounds what is said: where no letter has a date, none has.
const mostFaults = 100

// A derivation fills in what one format requires of one newsletter.
type derivation struct {
	n       *newsletter.Newsletter // a copy, its lists not
	format  Format
	undated time.Time
	oldest  func() time.Time // of the letters' dates
	ids     map[string]bool  // of the letters, once one of them has none
	hashes  map[string]int   // how many IDs were made of what letters say
	faults  []error
}

func (d *derivation) fault(letter int, id, field, reason string) {
	if len(d.faults) == mostFaults {
		return
	}
	d.faults = append(d.faults, &newsletter.FieldError{Letter: letter, ID: id, Field: field, Reason: reason})
}

func (d *derivation) newsletter() {
	n := d.n
	if d.format != JSON && len(n.Extensions.Elements) > 0 {
		h := heardOf(n, d.format)
		h.hear(n.Extensions.Elements)
	}
	n.URL = strings.TrimSpace(n.URL)
	if d.format == RSS && n.URL == "" {
		if n.URL = d.home(); n.URL == "" {
			d.fault(-1, "", "URL", "RSS requires the address of a home page, and there is none to derive it from: state it, or where the feed was had (convert --url)")
		}
	}
	if n.Title == "" {
		n.Title = cmp.Or(hostOf(n.URL), hostOf(n.FeedURL), n.URL, n.FeedURL)
		if n.Title == "" {
			d.fault(-1, "", "Title", d.format.Label()+" requires a title, and there is no address to derive it from: state it, or where the feed was had (convert --url)")
		}
	}
	n.Authors = derived(&n.Extensions, "Authors", n.Authors, d.author, sameWhole)
	n.Categories = derived(&n.Extensions, "Categories", n.Categories, d.category, sameCategory)
	if d.format != Atom {
		return
	}
	if strings.TrimSpace(n.ID) == "" {
		n.ID = cmp.Or(n.FeedURL, n.URL)
		if n.ID == "" {
			n.ID = nameUUID(text.NamespaceURL, "newsletter", n.Title, n.Description)
		}
	}
	if n.Updated.IsZero() {
		if n.Updated = newest(n.Letters); n.Updated.IsZero() {
			n.Updated = d.undated
		}
		if n.Updated.IsZero() && len(n.Letters) == 0 {
			d.fault(-1, "", "Updated", "Atom requires a date, and none is known: state it, or what to take instead (Options.Undated, convert --undated)")
		}
	}
	if len(n.Authors) == 0 && (len(n.Letters) == 0 || slices.ContainsFunc(n.Letters, func(l *newsletter.Letter) bool { return len(l.Authors) == 0 })) {
		n.Authors = []newsletter.Author{{Name: n.Title}}
	}
}

// home returns the root of the site that the feed or its letters are on, or "".
func (d *derivation) home() string {
	if home := cmp.Or(root(d.n.FeedURL), root(d.n.ID)); home != "" {
		return home
	}
	for _, l := range d.n.Letters {
		if home := root(l.URL); home != "" {
			return home
		}
	}
	return ""
}

func (d *derivation) letters() {
	letters := d.n.Letters
	for i, l := range letters {
		c := *l
		d.letter(i, &c)
		if d.format != RSS && strings.TrimSpace(c.ID) == "" {
			if d.ids == nil {
				d.ids, d.hashes = make(map[string]bool, len(letters)), map[string]int{}
				for _, l := range letters {
					d.ids[l.ID] = true
				}
			}
			c.ID = d.idOf(&c)
			d.ids[c.ID] = true
		}
		if !differs(&c, l) {
			continue
		}
		if &d.n.Letters[0] == &letters[0] {
			d.n.Letters = slices.Clone(letters)
		}
		completed := c // so that c needs no memory
		d.n.Letters[i] = &completed
	}
}

// differs reports whether anything was derived for c, a copy of l.
func differs(c, l *newsletter.Letter) bool {
	return c.ID != l.ID || c.Title != l.Title || c.Summary != l.Summary || c.Image != l.Image || !c.Updated.Equal(l.Updated) || moved(c.Authors, l.Authors) || moved(c.Categories, l.Categories) ||
		moved(c.Attachments, l.Attachments) || moved(c.Links, l.Links) || moved(c.Extensions.Elements, l.Extensions.Elements) ||
		moved(c.Extensions.Attributes, l.Extensions.Attributes) || moved(c.Extensions.Members, l.Extensions.Members)
}

func moved[T any](a, b []T) bool { return len(a) != len(b) || len(a) > 0 && &a[0] != &b[0] }

func (d *derivation) letter(i int, l *newsletter.Letter) {
	if d.format != JSON && len(l.Extensions.Elements) > 0 {
		h := heardOfLetter(l, d.format)
		h.hear(l.Extensions.Elements)
		l.Extensions = settled(l, d.format)
	}
	l.Authors = derived(&l.Extensions, "Authors", l.Authors, d.author, sameWhole)
	l.Categories = derived(&l.Extensions, "Categories", l.Categories, d.category, sameCategory)
	l.Attachments = derived(&l.Extensions, "Attachments", l.Attachments, d.attachmentOf(l), sameWhole)
	l.Links = derived(&l.Extensions, "Links", l.Links, d.link, samePage)
	if d.format != Atom || !l.Updated.IsZero() {
		return
	}
	if l.Updated = l.Published; l.Updated.IsZero() {
		// An old date, so that the letter never poses as news.
		if l.Updated = d.oldest(); l.Updated.IsZero() {
			l.Updated = d.n.Updated
		}
	}
	if l.Updated.IsZero() {
		d.fault(i, l.ID, "Updated", "Atom requires a date, and none is known of any letter: state it, or what to take instead (Options.Undated, convert --undated)")
	}
}

func (d *derivation) author(a newsletter.Author) newsletter.Author {
	if a.Name == "" && (d.format != JSON || a.URL == "" && a.Avatar == "") {
		a.Name = cmp.Or(a.Organization, a.Email, hostOf(a.URL), a.URL, a.Avatar)
	}
	return a
}

func (d *derivation) category(c newsletter.Category) newsletter.Category {
	c.Term = cmp.Or(c.Term, c.Label)
	return c
}

// attachmentOf is attachment, but for what stands in groups as it is.
func (d *derivation) attachmentOf(l *newsletter.Letter) func(newsletter.Attachment) newsletter.Attachment {
	if d.format == JSON || !slices.ContainsFunc(l.Attachments, func(a newsletter.Attachment) bool { return a.MediaType == "" }) {
		return d.attachment
	}
	var grouped map[string]bool
	for i, as := range forms(l, d.format) {
		if as == asGroup {
			if grouped == nil {
				grouped = map[string]bool{}
			}
			grouped[l.Attachments[i].URL] = true
		}
	}
	return func(a newsletter.Attachment) newsletter.Attachment {
		if grouped[a.URL] {
			return a
		}
		return d.attachment(a)
	}
}

func (d *derivation) attachment(a newsletter.Attachment) newsletter.Attachment {
	if a.MediaType == "" && d.format != Atom {
		a.MediaType = cmp.Or(value.MediaType(a.URL), "application/octet-stream")
	}
	return a
}

func (d *derivation) link(l newsletter.Link) newsletter.Link {
	l.Rel = cmp.Or(l.Rel, "related")
	return l
}

// idOf returns an ID for a letter that has none, which is no other's: its page's
// address, or a hash of what it says.
func (d *derivation) idOf(l *newsletter.Letter) string {
	if l.URL != "" && !d.ids[l.URL] {
		return l.URL
	}
	names := []string{"letter", l.URL, l.Title, l.Summary, l.Content, newsletter.Byline(l.Authors), timestamp(l.Published.UTC())}
	hash := nameUUID(text.NamespaceURL, names...)
	for {
		id := nameUUID(text.NamespaceURL, append(names, strconv.Itoa(d.hashes[hash]))...)
		if d.hashes[hash]++; !d.ids[id] {
			return id
		}
	}
}

// newest returns the latest date of the letters, or the zero time.
func newest(letters []*newsletter.Letter) (t time.Time) {
	for _, l := range letters {
		for _, date := range [...]time.Time{l.Updated, l.Published} {
			if date.After(t) || t.IsZero() {
				t = date
			}
		}
	}
	return t
}

// oldest returns the earliest date of the letters, or the zero time.
func oldest(letters []*newsletter.Letter) (t time.Time) {
	for _, l := range letters {
		for _, date := range [...]time.Time{l.Updated, l.Published} {
			if !date.IsZero() && (t.IsZero() || date.Before(t)) {
				t = date
			}
		}
	}
	return t
}

// hostOf returns the host of a URL where that is a text to show, or "".
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || !weburl.IsName(u.Hostname()) {
		return ""
	}
	return u.Hostname()
}

// root returns the root of the site that a web page is on, or "".
func root(address string) string {
	u, ok := weburl.Web(address)
	if !ok {
		return ""
	}
	return u.Scheme + "://" + u.Host + "/"
}

// atomID returns an ID as Atom can hold it, and the original if that is another:
// then it is a UUID of it by name, for an ID of a letter together with that of its
// newsletter. The same ID always gives the same.
func atomID(newsletter, id string) (iri, original string) {
	if isIRI(id) {
		return id, ""
	}
	return nameUUID(text.NamespaceURL, newsletter, id), id
}

// nameUUID returns a UUID by name as a URN (RFC 9562, section 5.5): of the first
// name in the namespace, of the second in that, and so on.
func nameUUID(namespace text.UUID, names ...string) string {
	for _, name := range names {
		hash := sha1.Sum(append(namespace[:], name...))
		namespace = text.UUIDOf(hash[:], 5)
	}
	return namespace.URN()
}
