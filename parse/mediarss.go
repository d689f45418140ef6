package parse

import (
	"slices"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/mediarss"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/relref"
	"github.com/automationregion/newsletter/internal/vocab"
)

// hearGroup keeps a group as it is. One of its forms is an attachment, once all others
// are known.
func hearGroup(d *Decoder, p *page, e *newsletter.Extension, base string, r *rule) bool {
	d.resolveMedia(e, base)
	hearAll(d, p, e, base, r)
	p.media = true
	return true
}

// hearMedia takes a file for an attachment, of which the rest stands in it. What is a
// picture or may be anything is kept.
func hearMedia(d *Decoder, p *page, e *newsletter.Extension, base string, r *rule) bool {
	d.resolveMedia(e, base)
	hearAll(d, p, e, base, r)
	kind := mediarss.KindOf(e)
	if p != &d.head && kind == mediarss.File {
		if i := d.addAttachment(p, mediarss.Attachment(e)); i >= 0 {
			p.inAttachment(d, i, e)
			return false
		}
	}
	if kind == mediarss.Picture && p.image.rank < vocab.ImageAside {
		p.image.set(vocab.ImageAside, mediarss.PictureOf(e))
	}
	p.media = true
	return true
}

// resolveMedia makes the addresses of media within an element whole.
func (d *Decoder) resolveMedia(e *newsletter.Extension, base string) {
	for i := range e.Attrs {
		switch a := &e.Attrs[i]; {
		case a.Namespace == "" && (strings.EqualFold(a.Name, "url") || strings.EqualFold(a.Name, "href")) && mediarss.Name(e) != "":
			a.Value = d.absolute(base, oneLine(a.Value))
		}
	}
	for i := range e.Children {
		c := &e.Children[i]
		if own := c.Attr(namespace.XML.URI(), "base"); own != "" {
			d.resolveMedia(c, relref.Resolve(base, own))
			continue
		}
		d.resolveMedia(c, base)
	}
}

// inAttachment keeps in an attachment what is said of it beside what it has fields for.
func (p *page) inAttachment(d *Decoder, index int, e *newsletter.Extension) {
	if !d.roomForExtension(1) {
		return
	}
	p.stands[index].Media = true
	titled := false
	for _, c := range e.Children {
		isTitle := mediarss.Name(&c) == "title"
		switch namespace.Of(c.Namespace) {
		case namespace.RSS, namespace.XHTML, namespace.RDF: // text, or markup out of place
			continue
		}
		if isTitle && !titled {
			titled = true
			continue
		}
		p.listed = append(p.listed, listed{"Attachments", index, c})
	}
	before, ofOurs := len(e.Attrs), mediarss.Attr(e, "medium") == mediarss.Document && mediarss.NeedsMedium(e)
	attrs := slices.DeleteFunc(e.Attrs, func(a newsletter.Attr) bool {
		if a.Namespace != "" {
			return a.Namespace == namespace.XML.URI() || a.Namespace == namespace.Instance
		}
		switch strings.ToLower(a.Name) {
		case "url", "type", "filesize", "duration":
			return true
		case "medium":
			return ofOurs && a.Value == mediarss.Document
		}
		return a.Value == ""
	})
	d.extensions -= 1 + before - len(attrs) // which are not kept
	if len(attrs) > 0 {
		p.listed = append(p.listed, listed{"Attachments", index, newsletter.Extension{Attrs: attrs}})
	} else {
		d.spare = attrs
	}
}

// settleMedia takes what stands in elements of Media RSS and can be told only when all
// of a letter is known: whether something is said of an attachment, or is one.
func (p *page) settleMedia(d *Decoder) {
	if p.enclosure.value != "" && len(p.attachments) > 0 {
		own := slices.IndexFunc(p.stands, func(s mediarss.Stand) bool { return s.Own })
		p.attachments[max(0, own)].URL = p.enclosure.value
	}
	if !p.media {
		return
	}
	all, author := p.extensions, 0
	p.extensions = all[:0]
	for i := range all {
		for ; author < len(p.authors) && p.authors[author].at <= i; author++ {
			p.authors[author].at -= i - len(p.extensions)
		}
		e := all[i]
		if e.In == (newsletter.Place{}) && mediarss.Name(&e) == "content" {
			if a := mediarss.Attachment(&e); a.URL != "" && p.attachmentAt(a.URL) >= 0 {
				p.inAttachment(d, d.addAttachment(p, a), &e)
				continue
			}
		}
		p.extensions = append(p.extensions, e)
	}
	for ; author < len(p.authors); author++ {
		p.authors[author].at -= len(all) - len(p.extensions)
	}
	clear(all[len(p.extensions):])
	for i := range p.extensions {
		if e := &p.extensions[i]; e.In == (newsletter.Place{}) && mediarss.Name(e) == "group" {
			p.attachments = mediarss.GroupOf(e).Into(p.attachments)
		}
	}
	for i := range p.groups {
		p.attachments = mediarss.GroupOf(&p.groups[i]).Into(p.attachments)
	}
	for len(p.stands) < len(p.attachments) {
		p.stands = append(p.stands, mediarss.Stand{})
	}
}

// stateStands adds to the extensions of a letter where its attachments stood in the
// document, if a writer would take another element.
func (p *page) stateStands(d *Decoder, l *newsletter.Letter) {
	f := mediarss.Atom
	if strings.HasPrefix(d.reading.Format, "RSS") {
		f = mediarss.RSS
	}
	for _, x := range p.listed {
		if x.list == "Attachments" {
			p.stands[x.index].Media = false // it says more
		}
	}
	enclosed := false
	for i, s := range p.stands {
		s.Media = s.Media && l.Attachments[i].Duration == 0 && l.Attachments[i].Title == ""
		if e, needed := mediarss.Statement(f, s, &enclosed); needed {
			e.In = newsletter.Place{List: "Attachments", Index: i}
			l.Extensions.Elements = append(l.Extensions.Elements, e)
		}
	}
}

// hearThumbnail takes the first picture; what is said of it beside its address
// stands in it. Others are kept.
func hearThumbnail(d *Decoder, p *page, e *newsletter.Extension, base string, r *rule) bool {
	if p.image.rank >= r.rank {
		return true
	}
	hearAll(d, p, e, base, r)
	p.image.rank = r.rank
	attrs := slices.DeleteFunc(slices.Clone(e.Attrs), func(a newsletter.Attr) bool {
		return a.Namespace == "" && strings.EqualFold(a.Name, "url") || a.Namespace == namespace.XML.URI()
	})
	if len(attrs) > 0 {
		addForeign(&p.foreign, "Image", attrs)
	}
	return false
}
