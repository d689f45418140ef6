package parse

import (
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/mediarss"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/relref"
	"github.com/automationregion/newsletter/internal/vocab"
)

// beginRSS begins a feed of RSS 0.91 to 2.0. A channel or an item that stands
// alone has to say that it is RSS.
func (d *Decoder) beginRSS(root string) bool {
	t := d.tok
	if t.Space != namespace.RSS {
		if root != "rss" {
			return false
		}
		t.Adopt(namespace.RSS)
	}
	if root != "rss" {
		d.reading.Format = "RSS"
		return true
	}
	d.reading.Format = strings.TrimSpace("RSS " + oneLine(t.Attr("version")))
	return true
}

// beginRDF begins a feed of RSS 0.90 or 1.0.
func (d *Decoder) beginRDF(string) bool {
	t := d.tok
	if t.Space != namespace.RDF && t.Space != namespace.RSS { // without any, its elements have none either
		t.Adopt(namespace.RDF)
	}
	d.reading.Format, d.rdf = "RSS 1.0", true
	for _, b := range t.Bindings() {
		if strings.Contains(b.URI, "simple/0.9") {
			d.reading.Format = "RSS 0.90"
		}
	}
	return true
}

// rssImageRows are the elements of a channel's image.
var rssImageRows = within{space: namespace.RSS, keeps: true, rows: map[string]*rule{
	"url":   {read: func(d *Decoder, p *page, _ int8) { p.image.set(vocab.ImageAside, d.url()) }},
	"title": {hear: hearAll, says: vocab.Title, rank: vocab.TextAside},
	"link": {hear: func(d *Decoder, p *page, e *newsletter.Extension, base string, _ *rule) bool {
		p.url.set(vocab.URLAside, d.absolute(base, oneLine(mediarss.Words(e))))
		return true
	}},
}}

// inImage is where the elements of a channel's image are.
var inImage = newsletter.Place{Name: "Image"}

func rssLink(d *Decoder, p *page, rank int8) {
	if d.tok.Space != namespace.RSS || d.tok.Attr("href") != "" {
		readLink(d, p) // Atom's link, or that without its namespace
		return
	}
	base := d.base()
	written := d.line()
	if p == &d.head && d.site == "" && isPage(written) {
		d.site = written
	}
	p.url.set(rank, d.absolute(base, written))
}

// rssGUID is the letter's URL too, unless it says that it isn't or can't be.
func rssGUID(d *Decoder, p *page, rank int8) {
	stated := xmlText(oneLine(d.tok.Attr("isPermaLink")))
	permalink := !strings.EqualFold(stated, "false")
	base, guid := d.base(), d.id()
	p.isPermaLink = stated
	if stated == "" && isPage(guid) {
		p.isPermaLink = "true" // as RSS says of one that is silent
	}
	p.id.set(rank, guid)
	if permalink && p.permalink == "" {
		if address := resolvePath(base, guid); isPage(address) {
			p.permalink = address
		}
	}
}

// rssComments reads the address of a page of comments. A sentence or a number, which
// some programs write there, is none: it is kept as it is.
func rssComments(d *Decoder, p *page, _ int8) {
	var e newsletter.Extension
	d.extensionTag(&e)
	base := d.base()
	written := string(d.tok.Plain())
	switch ref := oneLine(written); {
	case ref == "":
	case relref.MayBeMeant(ref):
		d.addLink(p, newsletter.Link{Rel: "replies", URL: d.tok.Room.Resolve(base, ref)})
	case d.roomForExtension(weight(&e)):
		e.Text = xmlText(written)
		p.extensions = append(p.extensions, e)
	}
}

func rssAuthor(d *Decoder, p *page, rank int8) {
	if p != &d.letter {
		d.person(p, rank)
		return
	}
	b, ok := d.tok.Simple()
	if !ok {
		d.person(p, rank)
		return
	}
	text := xmlText(string(b))
	if d.addAuthor(p, rank, parsePerson(text)) {
		a := &p.authors[len(p.authors)-1]
		a.text, a.at = text, len(p.extensions)
	}
}

func rssEnclosure(d *Decoder, p *page, _ int8) {
	t := d.tok
	d.addEnclosure(p, newsletter.Attachment{
		URL:       d.resolve(oneLine(t.Attr("url"))),
		MediaType: oneLine(t.Attr("type")),
		Length:    length(t.Attr("length")),
	})
	t.Skip()
}

func rssSource(d *Decoder, p *page) {
	s := p.sourcePage()
	if u := oneLine(d.tok.Attr("url")); u != "" {
		s.self = d.resolve(u)
	}
	s.title.set(d.markup(vocab.TextOwn))
}

func rssImage(d *Decoder, p *page, rank int8) {
	var picture page
	d.walk(&rssImageRows, &picture)
	p.image.set(rank, picture.image.value)
	for _, e := range picture.extensions {
		e.In = inImage
		p.extensions = append(p.extensions, e)
	}
	if p == &d.head { // its title and link are the channel's (RSS 2.0), which may lack its own
		p.title.set(picture.title)
		p.url.set(vocab.URLAside, picture.url.value)
	}
}
