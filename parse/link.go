package parse

import (
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/format"
	"github.com/automationregion/newsletter/internal/vocab"
)

// readLink reads a link of Atom, which feeds of RSS borrow. A letter has a list of
// links; of a title page and of a source those that no field is for are kept as they
// are.
func readLink(d *Decoder, p *page) {
	t := d.tok
	ofLetter := p == &d.letter
	var kept newsletter.Extension
	if !ofLetter && t.HasAttr("href") {
		d.extensionTag(&kept)
	}
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
	base := d.documentBase() // which a feed's own links are relative to in RSS too
	if ofLetter {
		base = d.base()
	}
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
	link.URL = t.Room.Resolve(base, link.URL)
	switch page := vocab.PageOf(rel); {
	case rel == "", rel == "alternate":
		link.Rel = "alternate"
		p.url.set(rankOfPage(link.MediaType), link.URL)
		d.addLink(p, link)
	case rel == "self" && !ofLetter && p.self == "":
		p.self = link.URL
		return
	case rel == "enclosure":
		d.addEnclosure(p, newsletter.Attachment{URL: link.URL, MediaType: link.MediaType, Length: length(size), Title: link.Title})
		return
	case rel == "hub" && !ofLetter:
		d.addHub(p, link.URL)
		return
	case page != nil && !ofLetter:
		*page(&p.paging) = link.URL
		return
	case strings.Contains(rel, ":"):
		link.Rel = iri // as it is written
		d.addLink(p, link)
	case isRelation(rel):
		d.addLink(p, link)
	}
	if kept.Name != "" && d.roomForExtension(1+len(kept.Attrs)) {
		for i := range kept.Attrs {
			if a := &kept.Attrs[i]; a.Namespace == "" && a.Name == "href" {
				a.Value = link.URL
			}
		}
		if link.Rel == "alternate" {
			p.alternates = append(p.alternates, alternate{len(p.extensions), link.URL})
		}
		p.extensions = append(p.extensions, kept)
	}
}

// rankOfPage is what the address of a document of a media type weighs beside others.
func rankOfPage(mediaType string) int8 {
	switch mediaType := strings.ToLower(mediaType); {
	case mediaType == "":
		return vocab.URLUntyped
	case mediaType == "text/html", mediaType == "application/xhtml+xml":
		return vocab.URLPage
	case format.SureOfFeed(mediaType) == format.Surely:
		return vocab.URLAside
	}
	return vocab.URLDocument
}

// isRelation reports whether s is a registered relation's name (RFC 8288, section
// 2.1.1), in lower case.
func isRelation(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (i == 0 || c != '.' && c != '-' && (c < '0' || c > '9')) {
			return false
		}
	}
	return s != ""
}

// addHub adds one. They are no more than links.
func (d *Decoder) addHub(p *page, url string) {
	if room(d, p.hubs, maxLinks, "hubs") {
		p.hubs = append(p.hubs, url)
	}
}
