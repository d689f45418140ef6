package feed

import (
	"encoding/xml"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/automationregion/newsletter"
)

const rssDocs = "https://www.rssboard.org/rss-specification"

// rssDocument is an RSS feed as encoding/xml writes it.
type rssDocument struct {
	XMLName xml.Name   `xml:"rss"`
	Attrs   []xml.Attr `xml:",any,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Head  []byte   `xml:",innerxml"`
	Items rssItems `xml:"item"`
}

type rssItems []*newsletter.Letter

// FeedXml makes the document a [feeds.XmlFeed].
func (d *rssDocument) FeedXml() any { return d }

// MarshalXML writes each letter in the room of the one before.
func (items rssItems) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	m := &markup{depth: 3}
	for _, l := range items {
		m.rssLetter(l)
		if err := m.encode(e, start); err != nil {
			return err
		}
	}
	return nil
}

func writeRSS(w io.Writer, n *newsletter.Newsletter) error {
	m := &markup{depth: 2}
	m.rssHead(n)
	if len(n.Letters) == 0 {
		m.endInside()
	}
	grow(w, n)
	return writeXML(w, &rssDocument{
		Attrs: attributes(
			"version", "2.0",
			"xmlns:atom", nsAtom,
			"xmlns:content", nsContent,
			"xmlns:dc", nsDC,
			"xmlns:dcterms", nsDCTerms,
			"xmlns:fh", nsHistory,
			"xmlns:media", nsMedia,
			"xmlns:schema", nsSchema,
		),
		Channel: rssChannel{Head: m.b, Items: n.Letters},
	})
}

func (m *markup) rssHead(n *newsletter.Newsletter) {
	m.rssText("title", n.Title)
	m.text("link", n.URL)
	if n.Description == "" {
		m.empty("description") // RSS requires it
	}
	m.rssText("description", n.Description)
	m.text("language", n.Language)
	m.rssText("copyright", n.Rights)
	m.managingEditor(n.Authors)
	date, whole := rssDate(n.Updated)
	m.text("lastBuildDate", date)
	m.text("schema:dateModified", early(n.Updated))
	for _, c := range n.Categories {
		m.text("category", c.Term, "domain", c.Scheme)
	}
	m.text("generator", n.Generator.Name)
	m.text("docs", rssDocs)
	if isRSSImage(n.Image) {
		m.open("image")
		m.text("url", n.Image)
		m.rssText("title", n.Title)
		m.text("link", n.URL)
		m.close("image")
	} else {
		m.text("atom:logo", n.Image)
	}
	m.text("atom:icon", n.Icon)
	m.text("atom:id", n.ID)
	m.feedLinks("atom:link", n, RSS)
	for _, a := range n.Authors {
		m.person("atom:", a)
	}
	if !whole {
		m.text("atom:updated", timestamp(n.Updated))
	}
}

func (m *markup) rssLetter(l *newsletter.Letter) {
	m.rssText("title", l.Title)
	m.text("link", l.URL)
	isPermaLink := "false"
	if l.ID == l.URL {
		isPermaLink = "true"
	}
	m.text("guid", l.ID, "isPermaLink", isPermaLink)
	date, whole := rssDate(l.Published)
	m.text("pubDate", date)
	if !whole {
		m.text("dcterms:issued", timestamp(l.Published))
	}
	m.text("schema:datePublished", early(l.Published))
	m.text("atom:updated", late(l.Updated))
	m.text("schema:dateModified", early(l.Updated))
	m.rssAuthors(l.Authors)
	m.text("dc:language", l.Language)
	m.rssText("dc:rights", l.Rights)
	m.text("category", l.Kind, "domain", kindScheme)
	for _, c := range l.Categories {
		m.text("category", c.Term, "domain", c.Scheme)
	}
	m.rssSource(l.Source)
	m.rssLinks(l.Links)
	if l.Image != "" {
		m.empty("media:thumbnail", "url", l.Image)
	}
	for i, a := range l.Attachments {
		enclosure := i == 0 && enclosureURL.MatchString(a.URL)
		if enclosure {
			m.empty("enclosure", "url", a.URL, "length", strconv.FormatInt(a.Length, 10), "type", a.MediaType)
		}
		if !enclosure || a.Duration != 0 || a.Title != "" {
			m.mediaContent(a)
		}
	}
	switch {
	case l.Summary != "":
		m.html("description", htmlEscaper.Replace(l.Summary))
		m.html("content:encoded", l.Content) // even empty: it makes the description a summary
	case l.Content != "":
		m.html("description", l.Content)
	}
}

// enclosureURL is what an enclosure can be fetched from: RSS wants http, and the
// W3C validator a plain domain name.
var enclosureURL = regexp.MustCompile(`^(?i:https?)://([0-9A-Za-z-]+\.)+[0-9A-Za-z][0-9A-Za-z-]*(:[0-9]+)?(/|$)`)

// rssAuthors writes the names for everyone, and all that is known of the
// authors where a name can't hold it. RSS's own author is an e-mail address.
func (m *markup) rssAuthors(authors []newsletter.Author) {
	more := false
	for _, a := range authors {
		m.text("dc:creator", a.Name)
		more = more || a != newsletter.Author{Name: a.Name} || !isPlainName(a.Name)
	}
	if !more {
		return
	}
	for _, a := range authors {
		m.open("schema:author")
		m.text("schema:name", a.Name)
		m.text("schema:affiliation", a.Organization)
		m.text("schema:email", a.Email)
		m.text("schema:url", a.URL)
		m.text("schema:image", a.Avatar)
		m.close("schema:author")
	}
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
func (m *markup) rssSource(s newsletter.Source) {
	if s.FeedURL != "" && s.Title != "" {
		m.rssText("source", s.Title, "url", s.FeedURL)
		s.FeedURL, s.Title = "", ""
	}
	m.partOf(s)
}

// managingEditor writes the first author's e-mail address for readers that
// know nothing but RSS. The others are told by atom:author.
func (m *markup) managingEditor(authors []newsletter.Author) {
	if len(authors) > 0 && authors[0].Email != "" && isPlainName(authors[0].Name) {
		m.text("managingEditor", authors[0].Email+" ("+authors[0].Name+")")
	}
}

// rssLinks writes the related pages. The first page of replies that is nothing
// more is RSS's own comments.
func (m *markup) rssLinks(links []newsletter.Link) {
	comments := false
	for _, l := range links {
		if !comments && l == (newsletter.Link{Rel: "replies", URL: l.URL}) {
			m.text("comments", l.URL)
			comments = true
			continue
		}
		m.link("atom:link", l)
	}
}

// rssText writes an element of RSS that may hold HTML without saying so.
func (m *markup) rssText(name, value string, attrs ...string) {
	m.text(name, asHTML(value), attrs...)
}

// asHTML returns text for an element that may hold text or HTML, and doesn't
// say which. What could be taken for HTML is made HTML; all else reads the same
// as both.
func asHTML(text string) string {
	if looksLikeHTML(text) {
		return htmlEscaper.Replace(text)
	}
	return text
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
