package parse

import (
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/relref"
	"github.com/automationregion/newsletter/internal/xmltoken"
)

// A rule says what becomes of an element. An open one leaves the elements within
// it to the page that it stands on; all others read up to their end.
type rule struct {
	read func(d *Decoder, p *page)
	open bool
}

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
	if t.Space != namespace.RDF {
		t.Adopt(namespace.RDF)
	}
	d.reading.Format = "RSS 1.0"
	for _, b := range t.Bindings() {
		if strings.Contains(b.URI, "simple/0.9") {
			d.reading.Format = "RSS 0.90"
		}
	}
	return true
}

// rssRows are the elements of RSS 0.90 to 2.0 (RSS Advisory Board, RSS 2.0;
// RDF Site Summary 1.0), by their names in lower case, and those that readers
// met in items.
var rssRows = map[string]rule{
	"rss":     {open: true},
	"channel": {open: true},

	"title":          {read: func(d *Decoder, p *page) { p.title.set(d.markup(3)) }},
	"link":           {read: rssLink},
	"description":    {read: func(d *Decoder, p *page) { p.about.set(d.markup(3)) }},
	"summary":        {read: func(d *Decoder, p *page) { p.brief.set(d.markup(2)) }},
	"body":           {read: rssBody},
	"fullitem":       {read: rssBody},
	"guid":           {read: rssGUID},
	"id":             {read: func(d *Decoder, p *page) { p.id.set(2, resolveID(d.base(), d.line())) }},
	"pubdate":        {read: func(d *Decoder, p *page) { d.date(&p.published, 3) }},
	"date":           {read: func(d *Decoder, p *page) { d.date(&p.published, 1) }},
	"lastbuilddate":  {read: func(d *Decoder, p *page) { d.date(&p.updated, 3) }},
	"language":       {read: func(d *Decoder, p *page) { p.language.set(3, d.line()) }},
	"copyright":      {read: func(d *Decoder, p *page) { p.rights.set(d.markup(3)) }},
	"author":         {read: rssAuthor},
	"managingeditor": {read: rssAuthor},
	"category":       {read: rssCategory},
	"keywords":       {read: func(d *Decoder, p *page) { d.addKeywords(p, d.line()) }},
	"comments":       {read: func(d *Decoder, p *page) { d.addLink(p, newsletter.Link{Rel: "replies", URL: d.url()}) }},
	"enclosure":      {read: rssEnclosure},
	"source":         {read: rssSource},
	"image":          {read: rssImage},
	"generator":      {read: func(d *Decoder, p *page) { p.generator.set(3, d.line()) }},
}

// rssImageRows are the elements of a channel's image.
var rssImageRows = map[name]rule{
	{namespace.RSS, "url"}:   {read: func(d *Decoder, p *page) { p.image.set(1, d.url()) }},
	{namespace.RSS, "title"}: {read: func(d *Decoder, p *page) { p.title.set(d.markup(1)) }},
	{namespace.RSS, "link"}:  {read: func(d *Decoder, p *page) { p.url.set(1, d.url()) }},
}

// url reads an element that holds a URL.
func (d *Decoder) url() string { return d.urlOr("") }

// urlOr reads an element that holds a URL in an attribute, of the given value,
// or else in its text.
func (d *Decoder) urlOr(attribute string) string {
	ref := oneLine(attribute)
	base := d.base() // which may be the element's own
	if ref == "" {
		ref = d.line()
	} else {
		d.tok.Skip()
	}
	if ref == "" {
		return ""
	}
	return relref.Resolve(base, ref)
}

// resolveID makes an ID that is the path of a URL a URL. Any other stays as it
// is: it need not be one.
func resolveID(base, id string) string {
	if strings.HasPrefix(id, "/") || strings.HasPrefix(id, "./") || strings.HasPrefix(id, "../") {
		return relref.Resolve(base, id)
	}
	return id
}

func rssLink(d *Decoder, p *page) {
	if d.tok.Attr("href") != "" {
		readLink(d, p) // Atom's link without its namespace
		return
	}
	p.url.set(6, d.url())
}

func rssBody(d *Decoder, p *page) {
	v := d.markup(2)
	p.content.set(v)
}

// rssGUID is the letter's URL too, unless it says that it isn't or can't be.
func rssGUID(d *Decoder, p *page) {
	permalink := !strings.EqualFold(oneLine(d.tok.Attr("isPermaLink")), "false")
	guid := resolveID(d.base(), d.line())
	p.id.set(3, guid)
	if permalink && p.permalink == "" {
		if strings.HasPrefix(guid, "http://") || strings.HasPrefix(guid, "https://") {
			p.permalink = guid
		}
	}
}

func rssAuthor(d *Decoder, p *page) {
	d.person(p, rankEditor)
}

// person reads an element that names somebody in any of the ways that are in
// use, or that has Atom's elements in it.
func (d *Decoder) person(p *page, rank int8) {
	var who newsletter.Author
	t := d.tok
	if b, ok := t.Simple(); ok {
		d.addAuthor(p, rank, parsePerson(string(b)))
		return
	}
	depth := t.Depth()
	var words []byte
	for {
		switch t.Next() {
		case xmltoken.Text:
			if len(words) < maxPerson {
				words = t.AppendText(words)
			}
		case xmltoken.Start:
			d.personPart(&who)
		case xmltoken.End:
			if t.Depth() < depth {
				if who == (newsletter.Author{}) {
					who = parsePerson(string(words))
				}
				d.addAuthor(p, rank, who)
				return
			}
		case xmltoken.EOF:
			return
		}
	}
}

func rssCategory(d *Decoder, p *page) {
	scheme := oneLine(d.tok.Attr("domain"))
	d.addCategory(p, d.line(), scheme)
}

func rssEnclosure(d *Decoder, p *page) {
	t := d.tok
	d.addAttachment(p, newsletter.Attachment{
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
	s.title.set(d.markup(3))
}

func (p *page) sourcePage() *page {
	if p.source == nil {
		p.source = &page{}
	}
	return p.source
}

func rssImage(d *Decoder, p *page) {
	var picture page
	d.walk(rssImageRows, &picture)
	p.image.set(3, picture.image.value)
	if p == &d.head { // its title and link are the channel's (RSS 2.0), which may lack its own
		p.title.set(picture.title)
		p.url.set(1, picture.url.value)
	}
}
