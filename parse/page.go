package parse

import (
	"cmp"
	stdhtml "html"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/html"
	"github.com/automationregion/newsletter/internal/mediarss"
	"github.com/automationregion/newsletter/internal/vocab"
)

// Bounds of what one letter or one title page may have. What is over is left
// out and noted.
const (
	maxAuthors     = 500
	maxCategories  = 2000
	maxAttachments = 2000
	maxLinks       = 1000
	maxPerson      = 1 << 20 // bytes of text that names a person

	maxOtherAuthors = 8
)

// A page is what a title page, a letter, or the source of a letter states,
// while it is read: of the elements that say the same the one of the highest rank.
type page struct {
	id          ranked
	title       passage
	about       passage // description, subtitle, summary
	brief       passage // RSS has a summary beside the description only in the wild
	content     passage
	rights      passage
	url         ranked
	permalink   string // a guid that is the letter's URL
	isPermaLink string // what the guid says of itself
	self        string
	language    ranked
	kind        string
	published   moment
	updated     moment
	authors     []byline
	categories  []newsletter.Category
	attachments []newsletter.Attachment
	stands      []mediarss.Stand       // where each of them does
	media       bool                   // elements of Media RSS are kept that may hold attachments
	groups      []newsletter.Extension // of Media RSS, that are not kept
	enclosure   ranked                 // where the first attachment really is
	duration    time.Duration
	image       ranked
	icon        ranked
	generator   maker
	hubs        []string
	paging      newsletter.Paging
	links       []newsletter.Link
	post        post // of a WordPress export
	source      *page
	extensions  []newsletter.Extension
	attributes  []newsletter.Attribute
	members     []newsletter.Member
	foreign     []fieldAttrs // attributes that stand in fields
	listed      []listed     // and what stands in lists
	alternates  []alternate  // extensions that are links to a page, which may be the own one
}

// An alternate is an extension that is a link to the page itself.
type alternate struct {
	extension int
	url       string
}

type ranked struct {
	value string
	rank  int8
}

type moment struct {
	time time.Time
	rank int8
}

// A byline is an author as one element states it.
type byline struct {
	author     newsletter.Author
	rank       int8
	text       string                 // of an RSS author, which is kept where others are the authors
	at         int                    // how many extensions stand before it
	extensions []newsletter.Extension // elements that stand in it
	attrs      []newsletter.Attr      // and attributes
}

// set takes a value unless one of the same or a higher rank is there. An empty
// one says nothing.
func (r *ranked) set(rank int8, value string) {
	if value != "" && rank > r.rank {
		*r = ranked{value, rank}
	}
}

// A maker is the software that made the feed.
type maker struct {
	newsletter.Generator
	rank int8
}

func (m *maker) set(rank int8, g newsletter.Generator) {
	if g != (newsletter.Generator{}) && rank > m.rank {
		*m = maker{g, rank}
	}
}

func (v *passage) set(w passage) {
	if w.rank > v.rank && (w.value != "" || v.rank == 0) || v.value == "" && w.value != "" {
		*v = w
	}
}

// room reports whether a list may grow, and notes if it may not.
func room[T any](d *Decoder, list []T, most int, what string) bool {
	if len(list) < most {
		return true
	}
	if len(list) == most {
		d.tok.Note("more %s than are read", []byte(what))
	}
	return false
}

func (d *Decoder) addAuthor(p *page, rank int8, a newsletter.Author) bool {
	if a == (newsletter.Author{}) || !room(d, p.authors, maxAuthors, "authors") {
		return false
	}
	p.authors = append(p.authors, byline{author: a, rank: rank})
	return true
}

func (d *Decoder) addCategory(p *page, term, scheme string) { d.addLabelled(p, term, scheme, "") }

// addLabelled adds a category, or its label if it is there without one.
func (d *Decoder) addLabelled(p *page, term, scheme, label string) {
	if term == "" {
		return
	}
	if scheme == vocab.KindScheme && p.kind == "" {
		p.kind = term
		return
	}
	c := newsletter.Category{Term: term, Scheme: scheme, Label: label}
	if last := len(p.categories) - 1; label != "" && last >= 0 && p.categories[last] == (newsletter.Category{Term: term, Scheme: scheme}) {
		p.categories[last] = c
		return
	}
	isThere := func(o newsletter.Category) bool { return o == c || label == "" && o.Term == term && o.Scheme == scheme }
	if len(p.categories) < 64 && slices.ContainsFunc(p.categories, isThere) || !room(d, p.categories, maxCategories, "categories") {
		return
	}
	p.categories = append(p.categories, c)
}

// addKeywords adds each of the words between commas.
func (d *Decoder) addKeywords(p *page, words string) {
	for w := range strings.SplitSeq(words, ",") {
		d.addCategory(p, oneLine(w), "")
	}
}

// addEnclosure adds an attachment that an element of the format has.
func (d *Decoder) addEnclosure(p *page, a newsletter.Attachment) {
	if i := d.addAttachment(p, a); i >= 0 {
		p.stands[i].Own = true
	}
}

// addAttachment adds an attachment, or what is new of it if there is one of the
// same URL. It returns its number, or -1 if there is none.
func (d *Decoder) addAttachment(p *page, a newsletter.Attachment) int {
	if a.URL == "" {
		return -1
	}
	if i := p.attachmentAt(a.URL); i >= 0 {
		mediarss.Merge(&p.attachments[i], a)
		return i
	}
	if room(d, p.attachments, maxAttachments, "attachments") {
		p.attachments, p.stands = append(p.attachments, a), append(p.stands, mediarss.Stand{})
		return len(p.attachments) - 1
	}
	return -1
}

// attachmentAt returns which of the first attachments has the URL, or -1.
func (p *page) attachmentAt(url string) int {
	return slices.IndexFunc(p.attachments[:min(len(p.attachments), mediarss.MaxHeard)], func(a newsletter.Attachment) bool { return a.URL == url })
}

func (d *Decoder) addLink(p *page, l newsletter.Link) {
	if l.URL == "" {
		return
	}
	for i := range p.links[:min(len(p.links), 64)] {
		if k := &p.links[i]; k.Rel == l.Rel && k.URL == l.URL {
			if *k == (newsletter.Link{Rel: l.Rel, URL: l.URL}) {
				*k = l // now with all that is known of it
			}
			return
		}
	}
	if room(d, p.links, maxLinks, "links") {
		p.links = append(p.links, l)
	}
}

// byAuthors returns the authors of the highest rank, with what elements of
// lower ranks know of the same names. What stands in them it adds to the extensions.
func (p *page) byAuthors(x *newsletter.Extensions) []newsletter.Author {
	highest := int8(0)
	for _, b := range p.authors {
		highest = max(highest, b.rank)
	}
	var authors []newsletter.Author
	var to []int // only where something stands in one
	for i, b := range p.authors {
		if (b.extensions != nil || b.attrs != nil) && to == nil {
			to = slices.Repeat([]int{-1}, len(p.authors))
		}
		if b.rank != highest {
			continue
		}
		if len(authors) < 64 {
			if known := slices.Index(authors, b.author); known >= 0 {
				if to != nil {
					to[i] = known
				}
				continue
			}
		}
		if to != nil {
			to[i] = len(authors)
		}
		if highest < vocab.AuthorAtom {
			for _, c := range p.authors {
				if c.author.Name == b.author.Name && c.rank != highest && (c.rank > vocab.AuthorITunes || highest <= vocab.AuthorITunes) {
					b.author.Email = cmp.Or(b.author.Email, c.author.Email)
					b.author.URL = cmp.Or(b.author.URL, c.author.URL)
					b.author.Avatar = cmp.Or(b.author.Avatar, c.author.Avatar)
				}
			}
		}
		authors = append(authors, b.author)
	}
	if to != nil {
		p.inAuthors(x, to)
	}
	return authors
}

// withOtherAuthors adds to the extensions RSS's own authors of whom those that count
// tell nothing.
func (p *page) withOtherAuthors(extensions []newsletter.Extension, authors []newsletter.Author) []newsletter.Extension {
	others := 0
	for _, b := range p.authors {
		isTold := func(a newsletter.Author) bool {
			return (b.author.Name == "" || a.Name == b.author.Name) && (b.author.Email == "" || a.Email == b.author.Email)
		}
		if b.text == "" || others == maxOtherAuthors || slices.ContainsFunc(authors, isTold) {
			continue
		}
		extensions = slices.Insert(extensions, b.at+others, newsletter.Extension{Name: "author", Text: b.text})
		others++
	}
	return extensions
}

// reset makes the page a new one that needs no memory for its lists.
func (p *page) reset() {
	clear(p.authors)
	clear(p.categories)
	clear(p.attachments)
	clear(p.links)
	clear(p.extensions)
	clear(p.foreign)
	clear(p.listed)
	*p = page{alternates: p.alternates[:0], foreign: p.foreign[:0], listed: p.listed[:0], authors: p.authors[:0], categories: p.categories[:0], attachments: p.attachments[:0], stands: p.stands[:0], links: p.links[:0], extensions: p.extensions[:0]}
}

// cloned is a copy of a list that takes the room it needs; nil if it is empty.
func cloned[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return append(make([]T, 0, len(list)), list...)
}

// letter makes the letter of what was read.
func (p *page) letter(d *Decoder) *newsletter.Letter {
	if p.published.rank == vocab.PublishedLoosely && p.updated.rank == vocab.UpdatedAtom && p.published.time.Equal(p.updated.time) {
		p.published = moment{} // for readers that don't know Atom's
	}
	if p.brief.value != "" {
		switch {
		case p.brief.sure && !p.brief.html && p.content.rank == 0 && d.summary(p.about) == d.summary(p.brief):
			p.about = p.brief
		case p.about.value == "":
			p.about = p.brief
		case p.content.rank == 0:
			p.content, p.about = p.about, p.brief
		}
	}
	p.settleMedia(d)
	x := newsletter.Extensions{Attributes: cloned(p.attributes), Members: cloned(p.members)}
	if room := len(p.extensions) + len(p.listed); room > 0 {
		x.Elements = append(make([]newsletter.Extension, 0, room), p.extensions...)
	}
	if p.source != nil {
		p.authors = append(p.authors, p.source.authors...)
	}
	authors := p.byAuthors(&x)
	x.Elements = p.withOtherAuthors(x.Elements, authors)
	l := &newsletter.Letter{
		ID:          p.id.value,
		URL:         cmp.Or(p.url.value, p.permalink),
		Title:       d.asTitle(p.title),
		Kind:        p.kind,
		Language:    languageTag(p.language.value),
		Authors:     authors,
		Published:   p.published.time,
		Updated:     p.updated.time,
		Rights:      d.asText(p.rights),
		Categories:  cloned(p.categories),
		Image:       p.image.value,
		Attachments: cloned(p.attachments),
		Extensions:  x,
	}
	if p.isPermaLink != "" && p.id.rank == vocab.IDGUID && p.isPermaLink != strconv.FormatBool(l.ID == l.URL) {
		l.Extensions.Attributes = append(l.Extensions.Attributes, newsletter.Attribute{
			In: newsletter.Place{Name: "ID"}, Attr: newsletter.Attr{Name: "isPermaLink", Value: p.isPermaLink},
		})
	}
	// What is all that there is of a letter is its content, unless the feed
	// says that it is text.
	switch {
	case p.content.rank > 0 && p.content.value == "" && p.about.html && strings.IndexByte(p.about.value, '<') >= 0:
		l.Content = p.about.asHTML() // an empty element that was meant to be left out
	case p.content.rank > 0 && p.isSummary():
		l.Summary = d.summary(p.about)
	case p.content.rank > 0:
		l.Content = p.content.asHTML()
		if !p.about.isMedia() || p.about.asHTML() != l.Content {
			l.Summary = d.summary(p.about)
		}
	case p.about.sure && !p.about.html && !p.about.isMedia():
		l.Summary = d.summary(p.about)
	case p.brief.rank > 0 && p.brief.sure && p.brief.value == "" && strings.IndexByte(p.about.value, '<') < 0:
		l.Summary = d.summary(p.about) // an empty summary beside RSS's description says what that is
	default:
		l.Content = p.about.asHTML()
	}
	if len(l.Attachments) > 0 {
		first := &l.Attachments[0]
		first.Duration = cmp.Or(first.Duration, p.duration)
	}
	if p.source != nil {
		if l.Source = p.source.asSource(d); l.Source != (newsletter.Source{}) {
			for _, e := range p.source.withoutOwnPage() {
				e.In = newsletter.Place{Name: "Source"}
				l.Extensions.Elements = append(l.Extensions.Elements, e)
			}
			l.Extensions.Attributes = placed(l.Extensions.Attributes, p.source.foreign, sourcePlace)
		}
	}
	for _, k := range p.links {
		if !isOwnPage(k, l.URL) {
			l.Links = append(l.Links, k)
		}
	}
	if p.listed != nil {
		p.inLists(l)
	}
	p.stateStands(d, l)
	if len(l.Extensions.Elements) == 0 {
		l.Extensions.Elements = nil
	}
	if len(p.foreign) > 0 {
		l.Extensions.Attributes = placed(l.Extensions.Attributes, p.foreign, func(in string) string { return letterPlace(in, l) })
	}
	return l
}

// isSummary reports whether the content is the summary once more, without markup:
// Atom requires content where there is no page.
func (p *page) isSummary() bool {
	return p.content.sure && p.about.sure && !p.about.isMedia() && p.content.value == p.about.value && p.content.html == p.about.html &&
		(!p.content.html || strings.IndexByte(p.content.value, '<') < 0)
}

// summary is text whose line breaks may stay.
func (d *Decoder) summary(v passage) string {
	switch {
	case !v.html:
		return trimSpace(v.value)
	case !d.opts.KeepMarkup && strings.IndexByte(v.value, '<') < 0:
		return d.ofHTML(v, trimSpace(stdhtml.UnescapeString(v.value)))
	}
	return d.asText(v)
}

func (p *page) asSource(d *Decoder) newsletter.Source {
	return newsletter.Source{
		ID:      p.id.value,
		Title:   d.asTitle(p.title),
		URL:     p.url.value,
		FeedURL: p.self,
		Updated: p.updated.time,
	}
}

// fill puts on the title page what was read. It is done when the first letter
// comes, and once more after the last.
func (p *page) fill(d *Decoder, n *newsletter.Newsletter) {
	letters := n.Letters
	p.resolve(d)
	x := newsletter.Extensions{Elements: p.withoutOwnPage(), Attributes: cloned(p.attributes), Members: cloned(p.members)}
	authors := p.byAuthors(&x)
	for _, y := range p.listed {
		switch y.list {
		case "Categories":
			x.Attributes = withAttrs(x.Attributes, []fieldAttrs{{newsletter.Place{List: y.list, Index: y.index}, y.extension.Attrs}})
		case "Links": // of which a title page has its own
			if isOwnPage(p.links[y.index], p.url.value) {
				addForeign(&p.foreign, "URL", y.extension.Attrs)
			}
		}
	}
	x.Attributes = placed(x.Attributes, p.foreign, headPlace)
	*n = newsletter.Newsletter{
		ID:          p.id.value,
		Title:       d.asTitle(p.title),
		Description: cmp.Or(d.asText(p.about), d.asText(p.brief)),
		URL:         p.url.value,
		FeedURL:     p.self,
		Language:    languageTag(p.language.value),
		Authors:     authors,
		Rights:      d.asText(p.rights),
		Image:       p.image.value,
		Icon:        p.icon.value,
		Categories:  p.categories,
		Updated:     firstTime(p.updated.time, p.published.time),
		Generator:   p.generator.Generator,
		Hubs:        p.hubs,
		Paging:      p.paging,
		Letters:     letters,
	}
	isOwn := func(e newsletter.Extension) bool { return isOwnImagePart(&e, n) }
	if slices.ContainsFunc(x.Elements, isOwn) {
		x.Elements = slices.DeleteFunc(slices.Clone(x.Elements), isOwn)
	}
	if len(x.Elements) == 0 {
		x.Elements = nil
	}
	n.Extensions = x
}

// resolve makes absolute what stands on a title page of RSS before the channel's link.
func (p *page) resolve(d *Decoder) {
	if d.isAtom() {
		return
	}
	base := cmp.Or(d.site, d.atHome(d.opts.BaseURL))
	for _, url := range [...]*string{&p.url.value, &p.image.value, &p.icon.value} {
		*url = d.absolute(base, *url)
	}
	for i := range p.authors {
		a := &p.authors[i].author
		a.URL, a.Avatar = d.absolute(base, a.URL), d.absolute(base, a.Avatar)
	}
	for _, v := range [...]*passage{&p.title, &p.about, &p.brief, &p.rights} {
		if v.html && d.opts.KeepMarkup {
			v.value = d.tok.Room.ResolveHTML(v.value, base)
		}
	}
}

// withoutOwnPage returns the extensions but for links to the page's own URL. The
// list may grow, and more may come to the page.
func (p *page) withoutOwnPage() []newsletter.Extension {
	own := 0
	for _, a := range p.alternates {
		if a.url == p.url.value {
			own++
		}
	}
	if own == 0 {
		return p.extensions[:len(p.extensions):len(p.extensions)]
	}
	if own == len(p.extensions) {
		return nil
	}
	kept := make([]newsletter.Extension, 0, len(p.extensions)-own)
	alternates := p.alternates
	for i, e := range p.extensions {
		if len(alternates) > 0 && alternates[0].extension == i {
			url := alternates[0].url
			if alternates = alternates[1:]; url == p.url.value {
				continue
			}
		}
		kept = append(kept, e)
	}
	return kept
}

func (p *page) sourcePage() *page {
	if p.source == nil {
		p.source = &page{}
	}
	return p.source
}

// isOwnImagePart reports whether what stands in a channel's image is its title or its
// page, which are the image's too (RSS 2.0).
func isOwnImagePart(e *newsletter.Extension, n *newsletter.Newsletter) bool {
	if e.In != inImage || e.Namespace != "" {
		return false
	}
	s := oneLine(mediarss.Words(e))
	switch strings.ToLower(e.Name) {
	case "title":
		return s == "" || s == n.Title || html.Title(s) == n.Title
	case "link":
		return s == "" || s == n.URL
	}
	return false
}
