package parse

import (
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/format"
	"github.com/automationregion/newsletter/internal/relref"
)

// letterLinks are the relations of links that letters keep. The others are for
// programs that edit feeds, or are not about the letter.
var letterLinks = map[string]bool{
	"related": true, "via": true, "replies": true, "license": true, "payment": true, "describedby": true, "alternate": true,
}

// readLink reads a link of Atom, which feeds of RSS borrow.
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
	switch {
	case link.URL != "":
		t.Skip()
	case t.HasAttr("href"): // this document (RFC 3986, section 4.4)
		t.Skip()
		link.URL = base
	default:
		link.URL = d.line()
	}
	if link.URL == "" {
		return
	}
	link.URL = relref.Resolve(base, link.URL)
	switch rel {
	case "", "alternate":
		link.Rel = "alternate"
		rank := urlPage
		switch mediaType := strings.ToLower(link.MediaType); {
		case mediaType == "":
			rank = urlUntyped
		case mediaType == "text/html", mediaType == "application/xhtml+xml":
		case format.SureOfFeed(mediaType) == format.Surely:
			rank = urlAside
		default:
			rank = urlDocument
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
		d.addHub(p, link.URL)
	default:
		field, pages := pagingLinks[rel]
		switch {
		case pages:
			*field(&p.paging) = link.URL
		case strings.Contains(rel, ":"):
			link.Rel = iri // as it is written
			d.addLink(p, link)
		case letterLinks[rel]:
			d.addLink(p, link)
		}
	}
}
