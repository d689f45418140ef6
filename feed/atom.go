package feed

import (
	"cmp"
	"io"
	"slices"
	"strconv"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/format"
	"github.com/automationregion/newsletter/internal/vocab"
)

// htmlType is what the pages are that feeds link to.
var htmlType = format.Of(format.HTML).MediaType()

func writeAtom(w io.Writer, n *newsletter.Newsletter, o Options) error {
	grow(w, n)
	b := &builder{names: prefixesOf(n, Atom)}
	at := b.names.layout(&n.Extensions, nil)
	b.begin(o.Stylesheet, "feed", slices.Concat(
		attributes("xmlns", nsAtom),
		usedBy(n, Atom, b.names).declarations(),
		b.names.declared(),
		attributes("xml:lang", n.Language),
		b.names.attributesOf(at.tag),
	))
	b.atomHead(n, &at)
	for _, l := range n.Letters {
		at := b.names.layout(&l.Extensions, l)
		b.openTag("entry", slices.Concat(attributes("xml:lang", l.Language), b.names.attributesOf(at.tag)))
		b.atomLetter(n.ID, n.Language, l, &at)
		b.close("entry")
		if err := b.flush(w); err != nil {
			return err
		}
	}
	b.close("feed")
	b.buf = append(b.buf, '\n')
	return b.finish(w)
}

func (b *builder) atomHead(n *newsletter.Newsletter, at *layout) {
	b.atomID("", "", n.ID)
	b.atomText("title", n.Title)
	b.atomText("subtitle", n.Description)
	b.text("updated", timestamp(n.Updated))
	if n.URL != "" {
		b.empty("link", "rel", "alternate", "type", htmlType, "href", n.URL)
	}
	b.feedLinks("link", n, Atom)
	for i, a := range n.Authors {
		b.person("", a, at.authors[i])
	}
	b.atomText("rights", n.Rights)
	b.text("logo", n.Image)
	b.text("icon", n.Icon)
	b.atomCategories(n.Categories)
	b.generator("", n.Generator)
	b.members(at.members)
	b.atEnd(at.end)
	b.groups(at.rest)
}

func (b *builder) atomLetter(newsletterID, language string, l *newsletter.Letter, at *layout) {
	b.atomID("", newsletterID, l.ID)
	if l.Title == "" {
		b.blank("title") // Atom requires it
	}
	b.atomText("title", l.Title)
	if l.URL != "" {
		b.empty("link", "rel", "alternate", "type", htmlType, "href", l.URL)
	}
	b.text("published", timestamp(l.Published))
	b.text("updated", timestamp(l.Updated))
	for i, a := range l.Authors {
		b.person("", a, at.authors[i])
	}
	b.atomText("rights", l.Rights)
	if l.Kind != "" {
		b.empty("category", "term", l.Kind, "scheme", vocab.KindScheme)
	}
	b.atomCategories(l.Categories)
	b.atomSource(l.Source, at.source)
	for i, link := range l.Links {
		b.link("link", link, b.linkAttrs(at.links[i])...)
	}
	if language = cmp.Or(l.Language, language); l.URL != "" && language != "" && slices.ContainsFunc(l.Links, isAlternate) {
		// Some readers show the first of the pages and some the last.
		b.link("link", newsletter.Link{Rel: "alternate", MediaType: htmlType, URL: l.URL, Language: language})
	}
	b.thumbnail(l, at.thumbnail)
	as := forms(l, Atom)
	for i, a := range l.Attachments {
		switch more := at.mediaMore(i); as[i] {
		case asOwn, asLone, asBoth:
			b.atomEnclosure(a, more, as[i])
		case asMedia:
			b.mediaContent(a, more, true)
		case asGroup:
		}
	}
	b.atomText("summary", l.Summary)
	switch {
	case l.Content != "":
		b.html("content", l.Content, "type", "html")
	case l.Summary == "":
		b.blank("content") // validators ask for a text
	case l.URL == "" || looksLikeHTML(l.Summary):
		// Atom requires the whole of the text or a page, and HTML that stands alone
		// could be the whole. Readers show the content in the place of the summary.
		b.atomText("content", l.Summary)
	}
	b.members(at.members)
	b.atEnd(at.end)
	b.groups(at.rest)
}

// atomEnclosure writes an attachment. What its link has no attribute for, and a
// title that could be taken for HTML, is told by Media RSS.
func (b *builder) atomEnclosure(a newsletter.Attachment, more mediaMore, as form) {
	title := a.Title
	if looksLikeHTML(title) {
		title = ""
	}
	b.empty("link", "rel", "enclosure", "type", a.MediaType, "length", strconv.FormatInt(a.Length, 10), "href", a.URL, "title", title)
	if as.hasContent(a.Duration != 0 || a.Title != title || more.isThere()) {
		b.mediaContent(a, more, false)
	}
}

func (b *builder) atomCategories(categories []newsletter.Category) {
	for _, c := range categories {
		b.category("", c)
	}
}

// atomSource writes the newsletter that the letter came from. Atom wants to
// know its ID, title and time; of one that lacks them, the rest is told to those
// who know more than Atom.
func (b *builder) atomSource(s newsletter.Source, more []*newsletter.Extension) {
	if !isAtomSource(s) {
		b.partOf(s)
		return
	}
	b.open("source")
	b.text("id", s.ID)
	b.atomText("title", s.Title)
	b.text("updated", timestamp(s.Updated))
	if s.URL != "" {
		b.empty("link", "rel", "alternate", "type", htmlType, "href", s.URL)
	}
	if s.FeedURL != "" {
		b.empty("link", "rel", "self", "href", s.FeedURL)
	}
	b.elements(more)
	b.close("source")
}

// blank writes an element that Atom requires and that has nothing to say. An empty one
// is taken for a mistake, and one that holds an empty element is shown by some readers;
// a space is not.
func (b *builder) blank(name string) {
	b.text(name, " ")
}
