package feed

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/automationregion/newsletter"
	known "github.com/automationregion/newsletter/internal/namespace"
)

// A place is where an extension is written in XML. A reader has to find it there
// again, as the same: what it would take for something else goes elsewhere.
type place uint8

// The places, in the order that they have in a document.
const (
	inTag     place = iota // attributes of the feed, the channel, the entry or the item
	permaLink              // as the attribute of RSS's guid
	inImage                // in the image of RSS's channel
	inAuthor               // in Atom's author
	inSource               // in Atom's source
	inMedia                // in the content that Media RSS has for an attachment
	atEnd                  // in the head or the letter, after all else
	nowhere                // in an element of ours, after all else too
)

// placeOf returns the place of an extension of the letter, or of the newsletter
// itself if l is nil.
func (p *prefixes) placeOf(e *newsletter.Extension, l *newsletter.Letter) place {
	list, _, _ := strings.Cut(e.In, "[")
	switch {
	case e.JSON != "":
	case e.In == "" && e.Name != "":
		return atEnd
	case e.In == "" && p.holds(e.Attrs) && p.isAlone(l):
		return inTag
	case e.In == "ID" && isPermaLinkAttr(e) && p.format == RSS && l != nil && l.ID != "":
		return permaLink
	case e.Name == "":
	case e.In == "Source" && p.format == Atom && l != nil && isAtomSource(l.Source):
		return inSource
	case e.In == "Image" && p.format == RSS && l == nil && p.image && !isImagePart(e):
		return inImage
	case list == "Authors" && e.In[len(e.In)-1] == ']' && p.format == Atom && !isPersonPart(e):
		return inAuthor
	case list == "Attachments" && isNear(e.In) && !isMediaPart(e):
		return inMedia
	}
	return nowhere
}

// holds reports whether the element of a feed or of a letter can have the
// attributes: those of other vocabularies, and no more than are read.
func (p *prefixes) holds(attrs []newsletter.Attr) bool {
	return len(attrs) <= 50 && !slices.ContainsFunc(attrs, func(a newsletter.Attr) bool {
		switch known.Of(a.Namespace) {
		case known.RSS, known.RDF, known.XML, known.Atom:
			return true
		}
		return a.Namespace == "http://www.w3.org/2001/XMLSchema-instance"
	})
}

// isAlone reports whether one extension has all attributes of the feed or the letter,
// as a reader finds them.
func (p *prefixes) isAlone(l *newsletter.Letter) bool {
	list, n := p.head, 0
	if l != nil {
		list = l.Extensions
	}
	for i := range list {
		if e := &list[i]; e.In == "" && e.Name == "" {
			if n++; n > 1 {
				return false
			}
		}
	}
	return true
}

// isPersonPart reports whether an element in a person would be read as what is
// known of it, or not at all.
func isPersonPart(e *newsletter.Extension) bool {
	switch known.Of(e.Namespace) {
	case known.RSS, known.Atom, known.Schema, known.XHTML, known.RDF, known.Ours:
		return true
	}
	return false
}

// isImagePart is the same for RSS's image.
func isImagePart(e *newsletter.Extension) bool {
	switch known.Of(e.Namespace) {
	case known.RSS:
		return e.Namespace != "" || slices.Contains([]string{"url", "title", "link", "items"}, strings.ToLower(e.Name))
	case known.XHTML, known.RDF:
		return true
	}
	return false
}

// isMediaPart is the same for Media RSS's content.
func isMediaPart(e *newsletter.Extension) bool {
	switch known.Of(e.Namespace) {
	case known.Media:
		return slices.Contains([]string{"title", "thumbnail", "category", "keywords"}, strings.ToLower(e.Name))
	case known.RSS, known.XHTML, known.RDF:
		return true
	}
	return false
}

// isNear reports whether an attachment is one of the first, of which readers know
// whether they have met it before.
func isNear(in string) bool {
	i, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(in, "Attachments["), "]"))
	return err == nil && i < 64
}

// inOrder returns extensions in the order in which a document has them.
func (p *prefixes) inOrder(extensions []newsletter.Extension, l *newsletter.Letter) []*newsletter.Extension {
	list := make([]*newsletter.Extension, len(extensions))
	for i := range extensions {
		list[i] = &extensions[i]
	}
	order := func(e *newsletter.Extension) place { return min(p.placeOf(e, l), atEnd) }
	slices.SortStableFunc(list, func(a, b *newsletter.Extension) int {
		at := order(a)
		if c := cmp.Compare(at, order(b)); c != 0 || at != inAuthor && at != inMedia {
			return c
		}
		return cmp.Or(cmp.Compare(len(a.In), len(b.In)), strings.Compare(a.In, b.In)) // by their numbers
	})
	return list
}

// nested are the extensions that are written within the elements of a list, by
// the place that they name.
type nested map[string][]*newsletter.Extension

// nested returns those of a place. It is nil if there are none, as nearly always.
func (b *builder) nested(extensions []newsletter.Extension, l *newsletter.Letter, at place) nested {
	var m nested
	for i := range extensions {
		if e := &extensions[i]; b.names.placeOf(e, l) == at {
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
	return m[fmt.Sprintf("%s[%d]", list, index)]
}

// elements writes extensions within an element of the document's own.
func (b *builder) elements(list []*newsletter.Extension) {
	for _, e := range list {
		b.line()
		b.element(e, b.names.root())
	}
}

// tag returns the attributes of the feed or of the letter that are extensions.
func (p *prefixes) tag(extensions []newsletter.Extension, l *newsletter.Letter) []xml.Attr {
	var attrs []xml.Attr
	for i := range extensions {
		e := &extensions[i]
		if p.placeOf(e, l) != inTag {
			continue
		}
		for _, a := range e.Attrs {
			prefix := p.of[a.Namespace]
			if name := "xmlns:" + prefix; p.local[a.Namespace] && !slices.ContainsFunc(attrs, func(x xml.Attr) bool { return x.Name.Local == name }) {
				attrs = append(attrs, attributes(name, a.Namespace)...)
			}
			attrs = append(attrs, xml.Attr{Name: xml.Name{Local: prefix + ":" + a.Name}, Value: a.Value})
		}
	}
	return attrs
}
