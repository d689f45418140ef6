package parse

import (
	"cmp"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/namespace"
)

// beginAtom begins a feed of Atom 1.0 or 0.3. An entry that stands alone has to
// say that it is Atom.
func (d *Decoder) beginAtom(root string) bool {
	t := d.tok
	uri, version := t.URI(), oneLine(t.Attr("version"))
	if t.Space != namespace.Atom {
		if root == "entry" {
			return false
		}
		t.Adopt(namespace.Atom)
	}
	d.reading.Format = "Atom 1.0"
	if d.draft = uri != namespace.Atom.URI() && (version == "0.3" || strings.Contains(uri, "purl.org/")); d.draft {
		d.reading.Format = "Atom 0.3"
	}
	return true
}

// atomRows are the elements of Atom 1.0 (RFC 4287) and of its draft 0.3, by
// their names in lower case.
var atomRows = map[string]rule{
	"feed": {open: true},

	"id":          {read: func(d *Decoder, p *page) { p.id.set(idAtom, resolveID(d.base(), d.line())) }},
	"title":       {read: func(d *Decoder, p *page) { p.title.set(d.construct()) }},
	"subtitle":    {read: func(d *Decoder, p *page) { p.about.set(d.construct()) }},
	"tagline":     {read: func(d *Decoder, p *page) { p.about.set(d.construct()) }},
	"summary":     {read: func(d *Decoder, p *page) { p.about.set(d.construct()) }},
	"content":     {read: atomContent},
	"rights":      {read: func(d *Decoder, p *page) { p.rights.set(d.construct()) }},
	"copyright":   {read: func(d *Decoder, p *page) { p.rights.set(d.construct()) }},
	"link":        {read: readLink},
	"author":      {read: func(d *Decoder, p *page) { d.person(p, authorAtom) }},
	"contributor": {read: func(d *Decoder, p *page) { d.person(p, authorContributor) }},
	"category":    {read: atomCategory},
	"published":   {read: func(d *Decoder, p *page) { d.date(&p.published, publishedOwn) }},
	"issued":      {read: func(d *Decoder, p *page) { d.date(&p.published, publishedOwn) }},
	"created":     {read: func(d *Decoder, p *page) { d.date(&p.published, publishedCreated) }},
	"updated":     {read: func(d *Decoder, p *page) { d.date(&p.updated, updatedAtom) }},
	"modified":    {read: func(d *Decoder, p *page) { d.date(&p.updated, updatedAtom) }},
	"logo":        {read: func(d *Decoder, p *page) { p.image.set(imageOwn, d.url()) }},
	"icon":        {read: func(d *Decoder, p *page) { p.icon.set(imageOwn, d.url()) }},
	"generator":   {read: atomGenerator},
	"source":      {read: atomSource},
}

func atomContent(d *Decoder, p *page) {
	src, kind := oneLine(d.tok.Attr("src")), oneLine(d.tok.Attr("type"))
	if src == "" {
		p.content.set(d.construct())
		return
	}
	// The content stands elsewhere (RFC 4287, section 4.1.3.2).
	src = d.resolve(src)
	d.tok.Skip()
	if kind == "" || kind == "html" || kind == "xhtml" || kind == "text/html" || kind == "application/xhtml+xml" {
		p.url.set(urlAside, src)
		return
	}
	d.addAttachment(p, newsletter.Attachment{URL: src, MediaType: kind})
}

func atomCategory(d *Decoder, p *page) {
	t := d.tok
	term, scheme := oneLine(t.Attr("term")), oneLine(t.Attr("scheme"))
	if term == "" {
		term = oneLine(t.Attr("label"))
	}
	if term == "" {
		term = d.line()
	} else {
		t.Skip()
	}
	d.addCategory(p, term, scheme)
}

func atomGenerator(d *Decoder, p *page) {
	uri := oneLine(cmp.Or(d.tok.Attr("uri"), d.tok.Attr("url")))
	p.generator.set(generatorOwn, cmp.Or(d.line(), uri))
}

func atomSource(d *Decoder, p *page) {
	s := p.sourcePage()
	d.walk(nil, s)
}
