package feed

import (
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/vocab"
)

func writeRSS(w io.Writer, n *newsletter.Newsletter, o Options) error {
	grow(w, n)
	b := &builder{names: prefixesOf(n, RSS)}
	b.begin(o.Stylesheet, "rss", slices.Concat(attributes("version", "2.0"), usedBy(n, RSS, b.names).declarations(), b.names.declared()))
	at := b.names.layout(&n.Extensions, nil)
	b.openTag("channel", b.names.attributesOf(at.tag))
	b.rssHead(n, &at)
	for _, l := range n.Letters {
		at := b.names.layout(&l.Extensions, l)
		b.openTag("item", b.names.attributesOf(at.tag))
		b.rssLetter(l, &at)
		b.close("item")
		if err := b.flush(w); err != nil {
			return err
		}
	}
	b.close("channel")
	b.close("rss")
	b.buf = append(b.buf, '\n')
	return b.finish(w)
}

func (b *builder) rssHead(n *newsletter.Newsletter, at *layout) {
	b.rssText("title", n.Title)
	b.text("link", n.URL)
	if n.Description == "" {
		b.empty("description") // RSS requires it
	}
	b.rssText("description", n.Description)
	b.text("language", n.Language)
	b.rssText("copyright", n.Rights)
	if !b.managingEditor(n.Authors) {
		b.creators(n.Authors) // which says the same, where RSS's own wants an e-mail address
	}
	date, whole := rssDate(n.Updated)
	b.text("lastBuildDate", date)
	for _, c := range n.Categories {
		b.rssCategory(c)
	}
	b.text("generator", n.Generator.Name)
	if n.Generator.Version != "" || n.Generator.URL != "" {
		b.generator("atom:", n.Generator)
	}
	if isRSSImage(n.Image) {
		b.open("image")
		b.text("url", n.Image)
		if !hasPart(at.image, "title") {
			b.rssText("title", n.Title)
		}
		if !hasPart(at.image, "link") {
			b.text("link", n.URL)
		}
		b.elements(at.image)
		b.close("image")
	} else {
		b.text("atom:logo", n.Image)
	}
	b.text("atom:icon", n.Icon)
	b.atomID("atom:", "", n.ID)
	b.feedLinks("atom:link", n, RSS)
	for _, a := range n.Authors {
		b.person("atom:", a, nil)
	}
	if !whole {
		b.text("atom:updated", timestamp(n.Updated))
	}
	b.members(at.members)
	b.atEnd(at.end)
	b.groups(at.rest)
}

func (b *builder) rssLetter(l *newsletter.Letter, at *layout) {
	b.rssText("title", l.Title)
	translated := slices.ContainsFunc(l.Links, isAlternate)
	if !translated {
		b.text("link", l.URL)
	}
	b.text("guid", l.ID, "isPermaLink", isPermaLink(l))
	date, whole := rssDate(l.Published)
	b.text("pubDate", date)
	if !whole {
		b.issued(l.Published)
	}
	if l.Published.IsZero() {
		b.dcDate(l.Updated) // for those who look for a date there, and not in Atom's
	}
	b.text("atom:updated", timestamp(l.Updated))
	b.rssAuthors(l.Authors)
	b.dcLanguage(l.Language)
	b.dcRights(l.Rights)
	b.text("category", l.Kind, "domain", vocab.KindScheme)
	for _, c := range l.Categories {
		b.rssCategory(c)
	}
	b.rssSource(l.Source)
	b.rssLinks(l, at.links)
	if translated {
		b.text("link", l.URL) // readers that take atom:link for link show the last one
	}
	b.thumbnail(l, at.thumbnail)
	as := forms(l, RSS)
	for i, a := range l.Attachments {
		more := at.mediaMore(i)
		if as[i].isOwn() {
			b.empty("enclosure", "url", a.URL, "length", strconv.FormatInt(a.Length, 10), "type", a.MediaType)
		}
		if as[i].hasContent(a.Duration != 0 || a.Title != "" || more.isThere()) {
			b.mediaContent(a, more, as[i] == asMedia)
		}
	}
	first := 0 // extensions that stand before the text
	if l.Summary == "" || l.Content == "" {
		// Some readers show the later of two descriptions, where there is no content:encoded.
		number := slices.IndexFunc(l.Extensions.Elements, hasOtherText)
		for first < len(at.end) && at.end[first].number <= number {
			first++
		}
	}
	b.atEnd(at.end[:first])
	b.rssTexts(l)
	b.members(at.members)
	b.atEnd(at.end[first:])
	b.groups(at.rest)
}

// rssTexts writes the summary and the content.
func (b *builder) rssTexts(l *newsletter.Letter) {
	switch {
	case l.Summary != "" && l.Content != "":
		b.html("description", htmlEscaper.Replace(l.Summary))
		b.encoded(l.Content)
	case l.Summary != "":
		b.html("description", htmlEscaper.Replace(l.Summary))
		b.text("atom:summary", " ") // which says so: the description of a letter without a summary is its content
	case l.Content != "":
		b.html("description", l.Content)
	case l.Title == "":
		b.empty("description") // RSS requires it of a letter without a title
	}
}

// rssAuthors writes the names for everyone, and all that is known of the
// authors where a name can't hold it. RSS's own author is an e-mail address.
func (b *builder) rssAuthors(authors []newsletter.Author) {
	b.creators(authors)
	if !areNames(authors) {
		b.schemaAuthors(authors)
	}
}

// areNames reports whether nothing but their names is known of the authors.
func areNames(authors []newsletter.Author) bool {
	return !slices.ContainsFunc(authors, func(a newsletter.Author) bool { return a != newsletter.Author{Name: a.Name} || !isPlainName(a.Name) })
}

// isPlainName reports whether no reader finds an address, an organisation or a
// second author in the name.
func isPlainName(name string) bool {
	return strings.Trim(name, "-'") == name && !strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.M) && !strings.ContainsRune(" .'’-", r)
	})
}

// rssSource writes the newsletter that the letter came from: its feed and title
// for everyone, the rest for those who know more.
func (b *builder) rssSource(s newsletter.Source) {
	if s.FeedURL != "" && s.Title != "" {
		b.rssText("source", s.Title, "url", s.FeedURL)
	}
	b.partOf(rssSourceMore(s))
}

// rssSourceMore is what RSS's source has no room for.
func rssSourceMore(s newsletter.Source) newsletter.Source {
	if s.FeedURL != "" && s.Title != "" {
		s.FeedURL, s.Title = "", ""
	}
	return s
}

// managingEditor writes the first author's e-mail address for readers that
// know nothing but RSS, and reports whether there is one. The others are told by atom:author.
func (b *builder) managingEditor(authors []newsletter.Author) bool {
	if !hasEditor(authors) {
		return false
	}
	b.text("managingEditor", authors[0].Email+" ("+authors[0].Name+")")
	return true
}

func hasEditor(authors []newsletter.Author) bool {
	return len(authors) > 0 && authors[0].Email != "" && isPlainName(authors[0].Name)
}

// rssLinks writes the related pages. The first page of replies that is nothing
// more is RSS's own comments.
func (b *builder) rssLinks(l *newsletter.Letter, more attrsOf) {
	comments := false
	for i, k := range l.Links {
		if !comments && isReplies(k) {
			b.text("comments", k.URL)
			comments = true
			continue
		}
		b.link("atom:link", k, b.linkAttrs(more[i])...)
	}
}

// isPermaLink says whether the guid is the letter's address: as it was read, else
// if it is.
func isPermaLink(l *newsletter.Letter) string {
	for i := range l.Extensions.Attributes {
		if a := &l.Extensions.Attributes[i]; isPermaLinkAttr(a) {
			return a.Value
		}
	}
	return strconv.FormatBool(l.ID == l.URL)
}

// rssCategory writes a category, and its label in Atom's.
func (b *builder) rssCategory(c newsletter.Category) {
	b.text("category", c.Term, "domain", c.Scheme)
	if c.Label != "" {
		b.category("atom:", c)
	}
}
