package feed

import (
	"cmp"
	"encoding/xml"
	"slices"
	"strconv"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/mediarss"
	known "github.com/automationregion/newsletter/internal/namespace"
)

// A place is where an extension is written in XML. A reader has to find it there
// again, as the same: what it would take for something else goes elsewhere.
type place uint8

// The places, in the order that they have in a document.
const (
	inTag       place = iota // attributes of the feed, the channel, the entry or the item
	permaLink                // as the attribute of RSS's guid
	inImage                  // in the image of RSS's channel
	inAuthor                 // in Atom's author
	inSource                 // in Atom's source
	inLink                   // as attributes of Atom's link
	inThumbnail              // as attributes of the thumbnail that Media RSS has for a letter's picture
	inMedia                  // in the content that Media RSS has for an attachment
	inElement                // in which element an attachment is written
	atEnd                    // in the head or the letter, after all else
	nowhere                  // in an element of ours, after all else too
)

// placeOf returns the place of an extension of the letter, or of the newsletter
// itself if l is nil.
func (p *prefixes) placeOf(e *newsletter.Extension, l *newsletter.Letter) place {
	list, _, _ := strings.Cut(e.In, "[")
	if name, _, ok := mediarss.StandOf(e); ok && l != nil && name == p.format.statementName() {
		return inElement
	}
	switch {
	case e.JSON != "", p.isText(e, e.In == ""):
	case e.In == "" && e.Name != "":
		if hear := hearingOf(e); hear != nil && !hear(p.heardOf(l), e, false) {
			return nowhere
		}
		return atEnd
	case e.In == "" && p.holds(e.Attrs) && p.isAlone(e, l):
		return inTag
	case e.In == "ID" && isPermaLinkAttr(e) && p.format == RSS && l != nil && l.ID != "":
		return permaLink
	case e.Name == "" && list == "Links" && p.isLinkAttrs(e, l):
		return inLink
	case e.Name == "" && e.In == "Image" && l != nil && l.Image != "" && p.isMediaAttrs(e, l, "url"):
		return inThumbnail
	case e.Name == "" && list == "Attachments" && l != nil && isNear(e.In) && p.isMediaAttrs(e, l, "url", "filesize", "type", "duration") && p.isFile(e, l):
		return inMedia
	case e.Name == "":
	case e.In == "Source" && p.format == Atom && l != nil && isAtomSource(l.Source):
		if p.isSourcePart(e, l) {
			return nowhere
		}
		return inSource
	case e.In == "Image" && p.format == RSS && l == nil && p.image && !p.isImagePart(e):
		return inImage
	case list == "Authors" && e.In[len(e.In)-1] == ']' && p.format == Atom && !known.Of(e.Namespace).TellsOfPerson():
		return inAuthor
	case list == "Attachments" && isNear(e.In) && !p.isMediaPart(e, l):
		return inMedia
	}
	return nowhere
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

// isAlone reports whether one extension has all attributes of its place, as a reader
// finds them.
func (p *prefixes) isAlone(e *newsletter.Extension, l *newsletter.Letter) bool {
	if p.alone == nil || p.aloneIn != l {
		list := p.newsletter.Extensions
		if l != nil {
			list = l.Extensions
		}
		p.alone, p.aloneIn = map[string]int{}, l
		for i := range list {
			if o := &list[i]; o.Name == "" {
				p.alone[o.In]++
			}
		}
	}
	return p.alone[e.In] == 1
}

// isLinkAttrs reports whether the attributes can stand in the link that they belong
// to, which is one of Atom's in RSS too, but for its comments.
func (p *prefixes) isLinkAttrs(e *newsletter.Extension, l *newsletter.Letter) bool {
	i, ok := indexIn(e.In, "Links")
	return ok && l != nil && i < len(l.Links) && !(p.format == RSS && isReplies(l.Links[i])) &&
		p.holds(e.Attrs) && p.isAlone(e, l) && !slices.ContainsFunc(e.Attrs, func(a newsletter.Attr) bool { return a.Value == "" })
}

// linkAttrs are the attributes of a link beside its own, as pairs.
func (b *builder) linkAttrs(in []*newsletter.Extension) (pairs []string) {
	for _, e := range in {
		for a := range writable(e.Attrs) {
			if name := "xmlns:" + b.names.of[a.Namespace]; b.names.local[a.Namespace] && !slices.Contains(pairs, name) {
				pairs = append(pairs, name, held(a.Namespace))
			}
			pairs = append(pairs, b.names.of[a.Namespace]+":"+a.Name, held(a.Value))
		}
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
		switch strings.ToLower(e.Name) {
		case "id", "title", "updated", "modified":
			return true
		case "link":
			return !hearLink(heard{url: l.Source.URL, feedURL: l.Source.FeedURL}, e, false)
		}
	}
	return false
}

// isImagePart reports whether an element in RSS's image would be read as what is
// known of it, or not at all. It may have a title and a link of its own.
func (p *prefixes) isImagePart(e *newsletter.Extension) bool {
	switch known.Of(e.Namespace) {
	case known.RSS:
		switch name := strings.ToLower(e.Name); name {
		case "title", "link":
			return e.Namespace != "" || p.imagePart(name) != e || !isPlain(e.Text) || e.Text == "" || e.Attrs != nil || e.Children != nil ||
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

// imagePart returns the first extension in the image that has the name, or nil.
func (p *prefixes) imagePart(name string) *newsletter.Extension {
	if p == nil {
		return nil
	}
	if p.imageParts == nil {
		p.imageParts = map[string]*newsletter.Extension{}
		for i := range p.newsletter.Extensions {
			e := &p.newsletter.Extensions[i]
			if name := strings.ToLower(e.Name); e.In == "Image" && e.Namespace == "" && p.imageParts[name] == nil {
				p.imageParts[name] = e
			}
		}
	}
	return p.imageParts[name]
}

// isMediaPart is the same for Media RSS's content.
func (p *prefixes) isMediaPart(e *newsletter.Extension, l *newsletter.Letter) bool {
	switch known.Of(e.Namespace) {
	case known.Media:
		hear := mediaPartHeard[strings.ToLower(e.Name)]
		return hear != nil && !hear(p.heardOf(l), e, false)
	case known.RSS, known.XHTML, known.RDF:
		return true
	}
	return false
}

// isMediaAttrs reports whether attributes can stand in an element of Media RSS
// beside those of the given names in lower case.
func (p *prefixes) isMediaAttrs(e *newsletter.Extension, l *newsletter.Letter, own ...string) bool {
	return len(e.Attrs) <= 50 && p.isAlone(e, l) && !slices.ContainsFunc(e.Attrs, func(a newsletter.Attr) bool {
		return a.Namespace != "" || a.Value == "" || slices.Contains(own, strings.ToLower(a.Name))
	})
}

// isFile reports whether an attachment that has no other element than Media RSS's is
// one with these attributes too.
func (p *prefixes) isFile(e *newsletter.Extension, l *newsletter.Letter) bool {
	i, _ := indexIn(e.In, "Attachments")
	if i >= len(l.Attachments) || !slices.ContainsFunc(e.Attrs, func(a newsletter.Attr) bool { return strings.EqualFold(a.Name, "medium") }) || p.forms(l)[i].isOwn() {
		return true
	}
	return mediarss.KindOf(&newsletter.Extension{Attrs: append(slices.Clone(e.Attrs), newsletter.Attr{Name: "type", Value: l.Attachments[i].MediaType})}) == mediarss.File
}

// isNear reports whether an attachment is one of the first, of which readers know
// whether they have met it before.
func isNear(in string) bool {
	i, ok := indexIn(in, "Attachments")
	return ok && i < 64
}

// indexIn returns which element of the list a place is.
func indexIn(in, list string) (int, bool) {
	i, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(in, list+"["), "]"))
	return i, err == nil
}

// inOrder returns extensions in the order in which a document has them.
func (p *prefixes) inOrder(extensions []newsletter.Extension, l *newsletter.Letter) []*newsletter.Extension {
	type placed struct {
		extension *newsletter.Extension
		at        place
	}
	list := make([]placed, len(extensions))
	for i := range extensions {
		e := &extensions[i]
		list[i] = placed{e, min(p.placeOf(e, l), atEnd)}
	}
	slices.SortStableFunc(list, func(a, b placed) int {
		if a.at != b.at || a.at != inAuthor && a.at != inLink && a.at != inMedia {
			return cmp.Compare(a.at, b.at)
		}
		return cmp.Or(cmp.Compare(len(a.extension.In), len(b.extension.In)), strings.Compare(a.extension.In, b.extension.In)) // by their numbers
	})
	ordered := make([]*newsletter.Extension, len(list))
	for i := range list {
		ordered[i] = list[i].extension
	}
	return ordered
}

// nested are the extensions that are written within the elements of a list, by
// the place that they name.
type nested map[string][]*newsletter.Extension

// nested returns those of a place. It is nil if there are none, as nearly always.
func (b *builder) nested(extensions []newsletter.Extension, l *newsletter.Letter, at place) nested {
	var m nested
	for i := range extensions {
		if e := &extensions[i]; e.In != "" && b.names.placeOf(e, l) == at {
			if m == nil {
				m = nested{}
			}
			m[e.In] = append(m[e.In], e)
		}
	}
	return m
}

// in returns those in an element of a list.
func (m nested) in(list string, index int) []*newsletter.Extension {
	if m == nil {
		return nil
	}
	return m[indexed(list, index)]
}

// indexed is the name of an element of a list.
func indexed(list string, index int) string { return list + "[" + strconv.Itoa(index) + "]" }

// elements writes extensions within an element of the document's own.
func (b *builder) elements(list []*newsletter.Extension) {
	for _, e := range list {
		if isElement(e) {
			b.line()
			b.element(e, b.names.root())
		}
	}
}

// tag returns the attributes of the feed or of the letter that are extensions.
func (p *prefixes) tag(extensions []newsletter.Extension, l *newsletter.Letter) []xml.Attr {
	var attrs []xml.Attr
	for i := range extensions {
		e := &extensions[i]
		if e.Name != "" || p.placeOf(e, l) != inTag {
			continue
		}
		for a := range writable(e.Attrs) {
			prefix := p.of[a.Namespace]
			if name := "xmlns:" + prefix; p.local[a.Namespace] && !slices.ContainsFunc(attrs, func(x xml.Attr) bool { return x.Name.Local == name }) {
				attrs = append(attrs, attributes(name, a.Namespace)...)
			}
			attrs = append(attrs, xml.Attr{Name: xml.Name{Local: prefix + ":" + a.Name}, Value: a.Value})
		}
	}
	return attrs
}
