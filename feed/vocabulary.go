package feed

import (
	"strings"
	"time"
	"unicode"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/vocab"
)

// encoded writes the letter, which RSS's content module (RSS 1.0 Modules: Content) has
// whole beside a description.
func (b *builder) encoded(content string) {
	b.html("content:encoded", content)
}

// Dublin Core says of a letter in RSS what RSS says of the channel only.

// creators writes the names of the authors.
func (b *builder) creators(authors []newsletter.Author) {
	for _, a := range authors {
		b.text("dc:creator", a.Name)
	}
}

// issued writes when the letter was published, to the last digit.
func (b *builder) issued(t time.Time) {
	b.text("dcterms:issued", timestamp(t))
}

// dcDate writes the date of a letter.
func (b *builder) dcDate(t time.Time) { b.text("dc:date", timestamp(t)) }

func (b *builder) dcLanguage(tag string) { b.text("dc:language", tag) }

func (b *builder) dcRights(text string) { b.rssText("dc:rights", text) }

// Feed Paging and Archiving (RFC 5005): the feed's other pages and archives are
// links, and what it is itself two empty elements.

// paging writes where the rest of the feed is. link is the name of Atom's link.
func (b *builder) paging(link string, p newsletter.Paging) {
	for _, page := range vocab.Pages {
		if url := *page.Of(&p); url != "" {
			b.empty(link, "rel", page.Rel, "href", url)
		}
	}
	if p.Archive {
		b.empty("fh:archive")
	}
	if p.Complete {
		b.empty("fh:complete")
	}
}

// Schema.org's vocabulary says what no vocabulary of feeds has a word for.

// schemaAuthors writes all that is known of the authors.
func (b *builder) schemaAuthors(authors []newsletter.Author) {
	for _, a := range authors {
		b.open("schema:author")
		b.text("schema:name", a.Name)
		b.text("schema:affiliation", a.Organization)
		b.text("schema:email", a.Email)
		b.text("schema:url", a.URL)
		b.text("schema:image", a.Avatar)
		b.close("schema:author")
	}
}

// authorMore writes within an author of Atom what that has no element for.
func (b *builder) authorMore(a newsletter.Author) {
	b.text("schema:affiliation", a.Organization)
	b.text("schema:image", a.Avatar)
}

// partOf writes the newsletter that a letter came from, where the format's own
// element can't hold it.
func (b *builder) partOf(s newsletter.Source) {
	if s == (newsletter.Source{}) {
		return
	}
	b.open("schema:isPartOf")
	b.text("schema:identifier", s.ID)
	b.text("schema:name", s.Title)
	b.text("schema:url", s.URL)
	b.text("schema:contentUrl", s.FeedURL)
	b.text("schema:dateModified", timestamp(s.Updated))
	b.close("schema:isPartOf")
}

// Atom Threading Extensions (RFC 4685): where a letter is answered is a link of
// Atom that is rel=replies, in RSS too. RSS has an element of its own for one.

// isReplies reports whether the link says that and nothing more.
func isReplies(l newsletter.Link) bool {
	return l == newsletter.Link{Rel: "replies", URL: l.URL}
}

// WebSub (W3C Recommendation): a feed says by links of Atom which hubs tell of
// its news.

// hubs writes them. link is the name of Atom's link.
func (b *builder) hubs(link string, urls []string) {
	for _, hub := range urls {
		b.empty(link, "rel", "hub", "href", hub)
	}
}

// hubs writes them as JSON Feed has them.
func (b *jsonBuilder) hubs(urls []string) {
	if len(urls) == 0 {
		return
	}
	b.name("hubs")
	b.open('[')
	for _, hub := range urls {
		b.next()
		b.open('{')
		b.text("type", "WebSub")
		b.text("url", hub)
		b.close('}')
	}
	b.close(']')
}

// isAtomSource reports whether Atom's source can hold it.
func isAtomSource(s newsletter.Source) bool {
	return isIRI(s.ID) && s.Title != "" && !s.Updated.IsZero()
}

// isRSSImage reports whether RSS's own image can hold the picture: a GIF, JPEG
// or PNG, as far as its address tells.
func isRSSImage(url string) bool {
	extension := strings.ToLower(url[strings.LastIndexByte(url, '.')+1:])
	switch extension {
	case "":
		return false
	case "gif", "jpg", "jpeg", "png":
		return true
	}
	return strings.ContainsFunc(extension, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
