package parse

import (
	"cmp"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/format"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/relref"
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

	"id":          {read: func(d *Decoder, p *page) { p.id.set(4, resolveID(d.base(), d.line())) }},
	"title":       {read: func(d *Decoder, p *page) { p.title.set(d.construct()) }},
	"subtitle":    {read: func(d *Decoder, p *page) { p.about.set(d.construct()) }},
	"tagline":     {read: func(d *Decoder, p *page) { p.about.set(d.construct()) }},
	"summary":     {read: func(d *Decoder, p *page) { p.about.set(d.construct()) }},
	"content":     {read: atomContent},
	"rights":      {read: func(d *Decoder, p *page) { p.rights.set(d.construct()) }},
	"copyright":   {read: func(d *Decoder, p *page) { p.rights.set(d.construct()) }},
	"link":        {read: readLink},
	"author":      {read: func(d *Decoder, p *page) { d.person(p, rankAtom) }},
	"contributor": {read: func(d *Decoder, p *page) { d.person(p, rankContributor) }},
	"category":    {read: atomCategory},
	"published":   {read: func(d *Decoder, p *page) { d.date(&p.published, 3) }},
	"issued":      {read: func(d *Decoder, p *page) { d.date(&p.published, 3) }},
	"created":     {read: func(d *Decoder, p *page) { d.date(&p.published, 2) }},
	"updated":     {read: func(d *Decoder, p *page) { d.date(&p.updated, 4) }},
	"modified":    {read: func(d *Decoder, p *page) { d.date(&p.updated, 4) }},
	"logo":        {read: func(d *Decoder, p *page) { p.image.set(3, d.url()) }},
	"icon":        {read: func(d *Decoder, p *page) { p.icon.set(3, d.url()) }},
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
		p.url.set(1, src)
		return
	}
	d.addAttachment(p, newsletter.Attachment{URL: src, MediaType: kind})
}

// letterLinks are the relations of links that letters keep. The others are for
// programs that edit feeds, or are not about the letter.
var letterLinks = map[string]bool{
	"related": true, "via": true, "replies": true, "license": true, "payment": true, "describedby": true, "alternate": true,
}

func readLink(d *Decoder, p *page) {
	t := d.tok
	iri := oneLine(t.Attr("rel"))
	rel := strings.TrimPrefix(strings.ToLower(iri), "http://www.iana.org/assignments/relation/")
	link := newsletter.Link{
		Rel:       rel,
		URL:       oneLine(t.Attr("href")),
		MediaType: oneLine(t.Attr("type")),
		Language:  oneLine(t.Attr("hreflang")),
		Title:     oneLine(t.Attr("title")),
	}
	size := t.Attr("length")
	base := d.base()
	if link.URL == "" {
		link.URL = d.line()
	} else {
		t.Skip()
	}
	if link.URL == "" {
		return
	}
	link.URL = relref.Resolve(base, link.URL)
	switch rel {
	case "", "alternate":
		link.Rel = "alternate"
		rank := int8(4) // a page to read
		switch mediaType := strings.ToLower(link.MediaType); {
		case mediaType == "":
			rank = 3
		case mediaType == "text/html", mediaType == "application/xhtml+xml":
		case format.SureOfFeed(mediaType) == format.Surely:
			rank = 1
		default:
			rank = 2
		}
		p.url.set(rank, link.URL)
		d.addLink(p, link)
	case "self":
		if p.self == "" {
			p.self = link.URL
		}
	case "enclosure":
		d.addAttachment(p, newsletter.Attachment{URL: link.URL, MediaType: link.MediaType, Length: length(size), Title: link.Title})
	case "hub":
		if room(d, p.hubs, maxLinks, "hubs") {
			p.hubs = append(p.hubs, link.URL)
		}
	case "first":
		p.paging.First = link.URL
	case "previous", "prev":
		p.paging.Previous = link.URL
	case "next":
		p.paging.Next = link.URL
	case "last":
		p.paging.Last = link.URL
	case "current":
		p.paging.Current = link.URL
	case "prev-archive":
		p.paging.PreviousArchive = link.URL
	case "next-archive":
		p.paging.NextArchive = link.URL
	default:
		if strings.Contains(rel, ":") {
			link.Rel = iri // as it is written
			d.addLink(p, link)
		} else if letterLinks[rel] {
			d.addLink(p, link)
		}
	}
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
	p.generator.set(3, cmp.Or(d.line(), uri))
}

func atomSource(d *Decoder, p *page) {
	s := p.sourcePage()
	d.walk(nil, s)
}

// personPart reads an element of a person (RFC 4287, section 3.2), or of
// schema.org's Person.
func (d *Decoder) personPart(a *newsletter.Author) {
	switch strings.ToLower(string(d.tok.Local)) {
	case "name":
		a.Name = d.line()
	case "email":
		a.Email = strings.TrimPrefix(d.line(), "mailto:")
	case "uri", "url", "homepage":
		a.URL = d.url()
	case "affiliation":
		a.Organization = d.line()
	case "image":
		a.Avatar = d.url()
	default:
		d.tok.Skip()
	}
}
