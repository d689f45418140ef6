package feed

import (
	"encoding/xml"
	"html"
	"io"
	"strconv"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/gorilla/feeds"
)

// Namespaces, and the prefixes that feeds bind them to by custom.
const (
	nsAtom    = "http://www.w3.org/2005/Atom"
	nsContent = "http://purl.org/rss/1.0/modules/content/"
	nsDC      = "http://purl.org/dc/elements/1.1/"
	nsDCTerms = "http://purl.org/dc/terms/"
	nsHistory = "http://purl.org/syndication/history/1.0"
	nsMedia   = "http://search.yahoo.com/mrss/"
	nsSchema  = "https://schema.org/"
)

// kindScheme marks the category that is a letter's Kind.
const kindScheme = nsSchema + "articleSection"

// inside is the inside of an element, ready to be written: encoding/xml would
// write every line break as a character reference, and take its time.
type inside struct {
	XML []byte `xml:",innerxml"`
}

// writeXML writes a document through gorilla/feeds. Its root is one of ours.
func writeXML(w io.Writer, root feeds.XmlFeed) error {
	if err := feeds.WriteXML(root, w); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// attributes returns the attributes of a root: pairs of name and value, those
// without a value left out.
func attributes(pairs ...string) []xml.Attr {
	var attrs []xml.Attr
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			attrs = append(attrs, xml.Attr{Name: xml.Name{Local: pairs[i]}, Value: pairs[i+1]})
		}
	}
	return attrs
}

// grow makes room for the newsletter in a buffer, so that it isn't moved time
// and again.
func grow(w io.Writer, n *newsletter.Newsletter) {
	buffer, ok := w.(interface{ Grow(int) })
	if !ok {
		return
	}
	size := 4 << 10
	for _, l := range n.Letters {
		size += len(l.Content) + len(l.Content)/64 + len(l.Summary) + 1<<10
	}
	buffer.Grow(size)
}

// markup builds the inside of an element, an element a line. Attributes are
// pairs of name and value. What has no value is not stated, and left out.
type markup struct {
	b     []byte
	depth int // of the elements that come next
}

// encode writes an element with what was built, and makes ready for the next.
func (m *markup) encode(e *xml.Encoder, start xml.StartElement) error {
	m.endInside()
	err := e.EncodeElement(inside{m.b}, start)
	m.b = m.b[:0]
	return err
}

// endInside leaves the place where the end of the element around goes.
func (m *markup) endInside() {
	m.depth--
	m.line()
	m.depth++
}

// open starts an element that holds others.
func (m *markup) open(name string, attrs ...string) {
	m.start(name, attrs)
	m.b = append(m.b, '>')
	m.depth++
}

// close ends an element that holds others.
func (m *markup) close(name string) {
	m.depth--
	m.line()
	m.end(name)
}

// text writes an element of plain text.
func (m *markup) text(name, value string, attrs ...string) {
	if value == "" {
		return
	}
	m.start(name, attrs)
	m.b = append(m.b, '>')
	// Of text on several lines, the W3C validator sees on the first only that
	// what looks like HTML is escaped.
	m.escape(value, strings.IndexByte(value, '\n') >= 0 && strings.ContainsAny(value, "&<"))
	m.end(name)
}

// html writes an element of HTML, as it is where XML allows it.
func (m *markup) html(name, value string, attrs ...string) {
	m.start(name, attrs)
	m.b = append(m.b, '>')
	if strings.ContainsAny(value, "<&>") {
		m.cdata(value)
	} else {
		m.escape(value, false)
	}
	m.end(name)
}

// empty writes an element that has nothing but attributes.
func (m *markup) empty(name string, attrs ...string) {
	m.start(name, attrs)
	m.b = append(m.b, "/>"...)
}

func (m *markup) start(name string, attrs []string) {
	m.line()
	m.b = append(m.b, '<')
	m.b = append(m.b, name...)
	for i := 0; i < len(attrs); i += 2 {
		if attrs[i+1] == "" {
			continue
		}
		m.b = append(m.b, ' ')
		m.b = append(m.b, attrs[i]...)
		m.b = append(m.b, `="`...)
		m.escape(attrs[i+1], true)
		m.b = append(m.b, '"')
	}
}

func (m *markup) end(name string) {
	m.b = append(m.b, "</"...)
	m.b = append(m.b, name...)
	m.b = append(m.b, '>')
}

func (m *markup) line() {
	m.b = append(m.b, '\n')
	for range m.depth {
		m.b = append(m.b, "  "...)
	}
}

// escape writes text. The references are hexadecimal, as the RSS Advisory
// Board advises: readers that decode text once too often leave them alone.
// A carriage return has to be one, or a parser makes a line feed of it.
func (m *markup) escape(s string, attr bool) {
	done := 0
	for i := range len(s) {
		var ref string
		switch s[i] {
		case '&':
			ref = "&#x26;"
		case '<':
			ref = "&#x3C;"
		case '>':
			ref = "&#x3E;"
		case '\r':
			ref = "&#xD;"
		case '"':
			if !attr {
				continue
			}
			ref = "&#x22;"
		case '\n':
			if !attr {
				continue
			}
			ref = "&#xA;"
		case '\t':
			if !attr {
				continue
			}
			ref = "&#x9;"
		default:
			continue
		}
		m.b = append(m.b, s[done:i]...)
		m.b = append(m.b, ref...)
		done = i + 1
	}
	m.b = append(m.b, s[done:]...)
}

// cdata writes a CDATA section, and leaves it for what it can't hold.
func (m *markup) cdata(s string) {
	m.b = append(m.b, "<![CDATA["...)
	for {
		i := strings.IndexByte(s, '\r')
		part := s
		if i >= 0 {
			part = s[:i]
		}
		for {
			before, after, found := strings.Cut(part, "]]>")
			m.b = append(m.b, before...)
			if !found {
				break
			}
			m.b = append(m.b, "]]]]><![CDATA[>"...)
			part = after
		}
		if i < 0 {
			break
		}
		m.b = append(m.b, "]]>&#xD;<![CDATA["...)
		s = s[i+1:]
	}
	m.b = append(m.b, "]]>"...)
}

// looksLikeHTML reports whether a reader that guesses could take the text for
// HTML: it has something like a tag, or a character reference.
func looksLikeHTML(s string) bool {
	for i := range len(s) - 1 {
		if s[i] != '<' {
			continue
		}
		switch c := s[i+1]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '/', c == '!', c == '?':
			return true
		}
	}
	return strings.IndexByte(s, '&') >= 0 && html.UnescapeString(s) != s
}

var htmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// person writes what Atom says of an author, in Atom or as an extension of RSS.
func (m *markup) person(prefix string, a newsletter.Author) {
	m.open(prefix + "author")
	m.text(prefix+"name", a.Name)
	m.text(prefix+"uri", a.URL)
	m.text(prefix+"email", a.Email)
	m.text("schema:affiliation", a.Organization)
	m.text("schema:image", a.Avatar)
	m.close(prefix + "author")
}

// feedLinks writes the links of the feed that are Atom's in RSS too.
func (m *markup) feedLinks(name string, n *newsletter.Newsletter, f Format) {
	m.empty(name, "rel", "self", "type", f.MediaType(), "href", n.FeedURL)
	for _, hub := range n.Hubs {
		m.empty(name, "rel", "hub", "href", hub)
	}
	p := n.Paging
	for _, page := range [...]struct{ rel, url string }{
		{"first", p.First}, {"previous", p.Previous}, {"next", p.Next}, {"last", p.Last},
		{"current", p.Current}, {"prev-archive", p.PreviousArchive}, {"next-archive", p.NextArchive},
	} {
		if page.url != "" {
			m.empty(name, "rel", page.rel, "href", page.url)
		}
	}
	if p.Archive {
		m.empty("fh:archive")
	}
	if p.Complete {
		m.empty("fh:complete")
	}
}

// link writes a related page, in Atom or as an extension of RSS.
func (m *markup) link(name string, l newsletter.Link) {
	m.empty(name, "rel", l.Rel, "type", l.MediaType, "href", l.URL, "hreflang", l.Language, "title", l.Title)
}

// mediaContent writes an attachment as Media RSS has it.
func (m *markup) mediaContent(a newsletter.Attachment) {
	attrs := [...]string{"url", a.URL, "fileSize", number(a.Length), "type", a.MediaType, "duration", number(seconds(a.Duration))}
	if a.Title == "" {
		m.empty("media:content", attrs[:]...)
		return
	}
	m.open("media:content", attrs[:]...)
	if looksLikeHTML(a.Title) {
		m.text("media:title", htmlEscaper.Replace(a.Title), "type", "html")
	} else {
		m.text("media:title", a.Title)
	}
	m.close("media:content")
}

// partOf writes the newsletter that a letter came from, where the format's own
// element can't hold it.
func (m *markup) partOf(s newsletter.Source) {
	if s == (newsletter.Source{}) {
		return
	}
	m.open("schema:isPartOf")
	m.text("schema:identifier", s.ID)
	m.text("schema:name", s.Title)
	m.text("schema:url", s.URL)
	m.text("schema:contentUrl", s.FeedURL)
	m.text("schema:dateModified", timestamp(s.Updated))
	m.close("schema:isPartOf")
}

// number returns a count, and nothing for zero.
func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}
