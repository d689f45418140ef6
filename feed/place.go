package feed

import (
	"encoding/xml"
	"slices"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/mediarss"
	known "github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/vocab"
)

// A layout is where the extensions of a letter, or of the newsletter itself, are written
// in XML. A reader has to find each there again, as the same: what it would take for
// something else goes elsewhere.
type layout struct {
	tag       []newsletter.Attr       // of the feed, the channel, the entry or the item
	image     []*newsletter.Extension // in the image of RSS's channel
	authors   inside                  // in Atom's authors
	source    []*newsletter.Extension // in Atom's source
	links     attrsOf                 // of Atom's links
	thumbnail []newsletter.Attr       // of the thumbnail that Media RSS has for a letter's picture
	media     inside                  // in the content that Media RSS has for attachments
	mediaTag  attrsOf                 // of that
	members   []newsletter.Member     // in elements of ours
	end       []atEnd                 // in the head or the letter, after all else
	rest      []group                 // in elements of ours after that
}

// What is in the elements of a list, by their numbers.
type (
	inside  map[int][]*newsletter.Extension
	attrsOf map[int][]newsletter.Attr
)

// An atEnd is an extension that stands in no element of the document's own.
type atEnd struct {
	*newsletter.Extension
	number int  // among the extensions
	ours   bool // in an element of ours
}

// A group is all attributes of a place.
type group struct {
	in    newsletter.Place
	attrs []newsletter.Attr
}

// layout finds where the extensions of the letter go, or those of the newsletter itself
// if l is nil.
func (p *prefixes) layout(x *newsletter.Extensions, l *newsletter.Letter) (at layout) {
	if x.IsZero() {
		return at
	}
	at.members = x.Members
	for _, g := range grouped(x.Attributes, p.format == RSS && l != nil && l.ID != "") {
		switch i := g.in.Index; {
		case g.in == newsletter.Place{} && p.holds(g.attrs):
			at.tag = g.attrs
		case p.isOfLink(g, l):
			put(&at.links, i, g.attrs...)
		case g.in == inImage && l != nil && l.Image != "" && areMediaAttrs(g.attrs, "url"):
			at.thumbnail = g.attrs
		case isNear(g.in) && l != nil && areMediaAttrs(g.attrs, "url", "filesize", "type", "duration") && p.isFile(g, l):
			put(&at.mediaTag, i, g.attrs...)
		default:
			at.rest = append(at.rest, g)
		}
	}
	parts := map[string]bool{} // of the image
	h := p.heardOf(l)
	for i := range x.Elements {
		e := &x.Elements[i]
		if name, _, ok := mediarss.StandOf(e); ok && l != nil && name == p.format.statementName() {
			continue // as what element an attachment is written
		}
		switch in := e.In; {
		case p.isText(e, in == newsletter.Place{}):
			at.end = append(at.end, atEnd{e, i, true})
		case in == newsletter.Place{}:
			at.end = append(at.end, atEnd{e, i, !h.knows(e, false)})
		case in == inSource && p.format == Atom && l != nil && isAtomSource(l.Source) && !p.isSourcePart(e, l):
			at.source = append(at.source, e)
		case in == inImage && p.format == RSS && l == nil && p.image && !p.isImagePart(e, parts):
			at.image = append(at.image, e)
		case in.List == "Authors" && in.Name == "" && p.format == Atom && !known.Of(e.Namespace).TellsOfPerson():
			put(&at.authors, in.Index, e)
		case isNear(in) && !isMediaPart(e, &h):
			put(&at.media, in.Index, e)
		default:
			at.end = append(at.end, atEnd{e, i, true})
		}
	}
	return at
}

// Places that have elements of their own.
var (
	inID     = newsletter.Place{Name: "ID"}
	inImage  = newsletter.Place{Name: "Image"}
	inSource = newsletter.Place{Name: "Source"}
)

// put adds to what is in an element of a list.
func put[M ~map[int][]T, T any](m *M, index int, what ...T) {
	if *m == nil {
		*m = M{}
	}
	(*m)[index] = append((*m)[index], what...)
}

// grouped returns attributes by their places, in the order of the first of each, without
// what RSS's guid says of itself if that is written.
func grouped(attributes []newsletter.Attribute, guid bool) (groups []group) {
	at := map[newsletter.Place]int{}
	for i := range attributes {
		a := &attributes[i]
		if guid && isPermaLinkAttr(a) {
			guid = false
			continue
		}
		k, there := at[a.In]
		if !there {
			k = len(groups)
			at[a.In], groups = k, append(groups, group{in: a.In})
		}
		groups[k].attrs = append(groups[k].attrs, a.Attr)
	}
	return groups
}

// heardOf are the fields that readers hear in elements of other vocabularies.
func (p *prefixes) heardOf(l *newsletter.Letter) heard {
	if l == nil {
		return heardOf(p.newsletter, p.format)
	}
	return heardOfLetter(l, p.format)
}

// holds reports whether the element of a feed or of a letter can have the
// attributes: those of other vocabularies, and no more than are read.
func (p *prefixes) holds(attrs []newsletter.Attr) bool {
	return len(attrs) <= 50 && !slices.ContainsFunc(attrs, func(a newsletter.Attr) bool {
		switch known.Of(a.Namespace) {
		case known.RSS, known.RDF, known.XML, known.Atom:
			return true
		}
		return a.Namespace == known.Instance
	})
}

// isOfLink reports whether attributes can stand in the link that they belong to, which
// is one of Atom's in RSS too, but for its comments.
func (p *prefixes) isOfLink(g group, l *newsletter.Letter) bool {
	return g.in.List == "Links" && g.in.Name == "" && l != nil && g.in.Index >= 0 && g.in.Index < len(l.Links) && !(p.format == RSS && isReplies(l.Links[g.in.Index])) &&
		p.holds(g.attrs) && !slices.ContainsFunc(g.attrs, func(a newsletter.Attr) bool { return a.Value == "" })
}

// linkAttrs are the attributes of a link beside its own, as pairs.
func (b *builder) linkAttrs(more []newsletter.Attr) (pairs []string) {
	for a := range writable(more) {
		if name := "xmlns:" + b.names.of[a.Namespace]; b.names.local[a.Namespace] && !slices.Contains(pairs, name) {
			pairs = append(pairs, name, held(a.Namespace))
		}
		pairs = append(pairs, b.names.of[a.Namespace]+":"+a.Name, held(a.Value))
	}
	return pairs
}

// isSourcePart reports whether an element in Atom's source would be read as what is
// known of it, or not at all.
func (p *prefixes) isSourcePart(e *newsletter.Extension, l *newsletter.Letter) bool {
	switch known.Of(e.Namespace) {
	case known.RSS, known.XHTML, known.RDF:
		return true
	case known.Atom:
		row := vocab.InSource(e)
		if row.Says == vocab.Link {
			h := heard{url: l.Source.URL, feedURL: l.Source.FeedURL}
			return !h.knowsLink(e)
		}
		return row.IsField()
	}
	return false
}

// isImagePart reports whether an element in RSS's image would be read as what is
// known of it, or not at all. It may have a title and a link of its own, if that is the
// first of its parts.
func (p *prefixes) isImagePart(e *newsletter.Extension, parts map[string]bool) bool {
	switch known.Of(e.Namespace) {
	case known.RSS:
		name := strings.ToLower(e.Name)
		again := parts[name]
		parts[name] = again || e.Namespace == ""
		switch name {
		case "title", "link":
			return e.Namespace != "" || again || !isPlain(e.Text) || e.Text == "" || e.Attrs != nil || e.Children != nil ||
				e.Text == p.newsletter.Title || e.Text == p.newsletter.URL
		case "url", "items":
			return true
		}
		return e.Namespace != ""
	case known.XHTML, known.RDF:
		return true
	}
	return false
}

// hasPart reports whether one of the elements in RSS's image is the part of a name.
func hasPart(image []*newsletter.Extension, name string) bool {
	return slices.ContainsFunc(image, func(e *newsletter.Extension) bool { return e.Namespace == "" && strings.EqualFold(e.Name, name) })
}

// isMediaPart is the same for Media RSS's content.
func isMediaPart(e *newsletter.Extension, h *heard) bool {
	switch known.Of(e.Namespace) {
	case known.Media:
		return vocab.Of(e).Says == vocab.Title || !h.knowsAll(e, vocab.InMedium(e), false)
	case known.RSS, known.XHTML, known.RDF:
		return true
	}
	return false
}

// areMediaAttrs reports whether attributes can stand in an element of Media RSS
// beside those of the given names in lower case.
func areMediaAttrs(attrs []newsletter.Attr, own ...string) bool {
	return len(attrs) <= 50 && !slices.ContainsFunc(attrs, func(a newsletter.Attr) bool {
		return a.Namespace != "" || a.Value == "" || slices.Contains(own, strings.ToLower(a.Name))
	})
}

// isFile reports whether an attachment that has no other element than Media RSS's is
// one with these attributes too.
func (p *prefixes) isFile(g group, l *newsletter.Letter) bool {
	i := g.in.Index
	if i >= len(l.Attachments) || !slices.ContainsFunc(g.attrs, func(a newsletter.Attr) bool { return strings.EqualFold(a.Name, "medium") }) || p.forms(l)[i].isOwn() {
		return true
	}
	return mediarss.KindOf(&newsletter.Extension{Attrs: append(slices.Clone(g.attrs), newsletter.Attr{Name: "type", Value: l.Attachments[i].MediaType})}) == mediarss.File
}

// isNear reports whether an attachment is one of the first, of which readers know
// whether they have met it before.
func isNear(in newsletter.Place) bool {
	return in.List == "Attachments" && in.Name == "" && in.Index >= 0 && in.Index < 64
}

// elements writes extensions within an element of the document's own.
func (b *builder) elements(list []*newsletter.Extension) {
	for _, e := range list {
		b.line()
		b.element(e, b.names.root())
	}
}

// attributesOf returns the attributes of the feed or of the letter that are extensions.
func (p *prefixes) attributesOf(tag []newsletter.Attr) []xml.Attr {
	var attrs []xml.Attr
	for a := range writable(tag) {
		prefix := p.of[a.Namespace]
		if name := "xmlns:" + prefix; p.local[a.Namespace] && !slices.ContainsFunc(attrs, func(x xml.Attr) bool { return x.Name.Local == name }) {
			attrs = append(attrs, attributes(name, a.Namespace)...)
		}
		attrs = append(attrs, xml.Attr{Name: xml.Name{Local: prefix + ":" + a.Name}, Value: a.Value})
	}
	return attrs
}
