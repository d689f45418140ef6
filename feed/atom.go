package feed

import (
	"encoding/xml"
	"io"
	"strconv"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/format"
)

// htmlType is what the pages are that feeds link to.
var htmlType = format.Of(format.HTML).MediaType()

// atomDocument is an Atom feed as encoding/xml writes it.
type atomDocument struct {
	XMLName xml.Name    `xml:"feed"`
	Attrs   []xml.Attr  `xml:",any,attr"`
	Head    []byte      `xml:",innerxml"`
	Entries atomEntries `xml:"entry"`
}

type atomEntries []*newsletter.Letter

// FeedXml makes the document a [feeds.XmlFeed].
func (d *atomDocument) FeedXml() any { return d }

// MarshalXML writes each letter in the room of the one before.
func (entries atomEntries) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	m := &markup{depth: 2}
	updated := make(stamps, len(entries))
	for _, l := range entries {
		m.atomLetter(l, updated)
		start.Attr = attributes("xml:lang", l.Language)
		if err := m.encode(e, start); err != nil {
			return err
		}
	}
	return nil
}

func writeAtom(w io.Writer, n *newsletter.Newsletter) error {
	m := &markup{depth: 1}
	m.atomHead(n)
	if len(n.Letters) == 0 {
		m.endInside()
	}
	grow(w, n)
	return writeXML(w, &atomDocument{
		Attrs: attributes(
			"xmlns", nsAtom,
			"xmlns:fh", nsHistory,
			"xmlns:media", nsMedia,
			"xmlns:schema", nsSchema,
			"xml:lang", n.Language,
		),
		Head:    m.b,
		Entries: n.Letters,
	})
}

func (m *markup) atomHead(n *newsletter.Newsletter) {
	m.text("id", n.ID)
	m.atomText("title", n.Title)
	m.atomText("subtitle", n.Description)
	m.text("updated", timestamp(believed(n.Updated)))
	m.text("schema:dateModified", early(n.Updated))
	m.empty("link", "rel", "alternate", "type", htmlType, "href", n.URL)
	m.feedLinks("link", n, Atom)
	for _, a := range n.Authors {
		m.person("", a)
	}
	m.atomText("rights", n.Rights)
	m.text("logo", n.Image)
	m.text("icon", n.Icon)
	m.atomCategories(n.Categories)
	m.text("generator", n.Generator.Name)
}

func (m *markup) atomLetter(l *newsletter.Letter, updated stamps) {
	m.text("id", l.ID)
	if l.Title == "" {
		m.blank("title") // Atom requires it
	}
	m.atomText("title", l.Title)
	if l.URL != "" {
		m.empty("link", "rel", "alternate", "type", htmlType, "href", l.URL)
	}
	m.text("published", late(l.Published))
	m.text("schema:datePublished", early(l.Published))
	m.text("updated", updated.next(believed(l.Updated)))
	m.text("schema:dateModified", early(l.Updated))
	for _, a := range l.Authors {
		m.person("", a)
	}
	m.atomText("rights", l.Rights)
	if l.Kind != "" {
		m.empty("category", "term", l.Kind, "scheme", kindScheme)
	}
	m.atomCategories(l.Categories)
	m.atomSource(l.Source)
	for _, link := range l.Links {
		m.link("link", link)
	}
	if l.Image != "" {
		m.empty("media:thumbnail", "url", l.Image)
	}
	for _, a := range l.Attachments {
		m.atomEnclosure(a)
	}
	m.atomText("summary", l.Summary)
	switch {
	case l.Content != "":
		m.html("content", l.Content, "type", "html")
	case l.Summary == "" || l.URL == "" || looksLikeHTML(l.Summary):
		// Atom requires a text, and the whole of it or a page; and HTML that
		// stands alone could be the whole of it.
		m.blank("content")
	}
}

// atomEnclosure writes an attachment. What its link has no attribute for, and a
// title that could be taken for HTML, is told by Media RSS.
func (m *markup) atomEnclosure(a newsletter.Attachment) {
	title := a.Title
	if looksLikeHTML(title) {
		title = ""
	}
	m.empty("link", "rel", "enclosure", "type", a.MediaType, "length", strconv.FormatInt(a.Length, 10), "href", a.URL, "title", title)
	if a.Duration != 0 || a.Title != title {
		m.mediaContent(a)
	}
}

func (m *markup) atomCategories(categories []newsletter.Category) {
	for _, c := range categories {
		m.empty("category", "term", c.Term, "scheme", c.Scheme)
	}
}

// atomSource writes the newsletter that the letter came from. Atom wants to
// know its ID, title and a time that readers believe; of one that lacks them,
// the rest is told to those who know more than Atom.
func (m *markup) atomSource(s newsletter.Source) {
	if s.ID == "" || s.Title == "" || s.Updated.IsZero() || isEarly(s.Updated) {
		m.partOf(s)
		return
	}
	m.open("source")
	m.text("id", s.ID)
	m.atomText("title", s.Title)
	m.text("updated", timestamp(s.Updated))
	if s.URL != "" {
		m.empty("link", "rel", "alternate", "type", htmlType, "href", s.URL)
	}
	if s.FeedURL != "" {
		m.empty("link", "rel", "self", "href", s.FeedURL)
	}
	m.close("source")
}

// atomText writes a text construct. Text that could be taken for HTML is
// written as HTML, so that nobody has to guess.
func (m *markup) atomText(name, value string) {
	if looksLikeHTML(value) {
		m.text(name, htmlEscaper.Replace(value), "type", "html")
		return
	}
	m.text(name, value)
}

// blank writes an element that Atom requires and that has nothing to say.
// An empty one is taken for a mistake; one that holds nothing is not.
func (m *markup) blank(name string) {
	m.open(name, "type", "xhtml")
	m.empty("div", "xmlns", "http://www.w3.org/1999/xhtml")
	m.close(name)
}
