package parse

import (
	"strconv"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/xmlchar"
)

// What stands in a known element and is of another vocabulary is kept as an
// extension that belongs to the field which the element became.

// maxForeign is how many attributes of other vocabularies are kept of one field.
const maxForeign = 100

// foreign are the attributes of the present element that are of another vocabulary
// than itself, and that no row reads.
func (d *Decoder) foreign() []newsletter.Attr {
	t := d.tok
	if !t.Prefixed {
		return nil
	}
	var attrs []newsletter.Attr
	for i := range t.Attrs {
		a := &t.Attrs[i]
		if len(a.Prefix) == 0 || string(a.Prefix) == "xmlns" || string(a.Prefix) == "xml" {
			continue
		}
		b := t.Lookup(a.Prefix)
		if b == nil || b.URI == "" || b.URI == namespace.Instance || b.Space == namespace.RDF || b.Space == namespace.RSS ||
			b.Space == t.Space && b.Space != namespace.Other {
			continue
		}
		attr := newsletter.Attr{Namespace: b.URI, Prefix: d.intern(a.Prefix), Name: d.intern(a.Local), Value: xmlText(t.Value(a))}
		if xmlchar.IsName(attr.Name) && !has(attrs, &attr) && len(attrs) < maxForeign {
			attrs = append(attrs, attr)
		}
	}
	if len(attrs) > 0 && !d.roomForExtension(weight(&newsletter.Extension{Attrs: attrs})) {
		return nil
	}
	return attrs
}

// A listed extension stands in an element of one of a page's lists.
type listed struct {
	list      string
	index     int
	extension newsletter.Extension
}

// readPrefixed reads an element by its rule, and keeps its foreign attributes with
// the field that comes of it.
func (d *Decoder) readPrefixed(r rule, p *page) {
	attrs := d.foreign()
	if attrs == nil {
		r.read(d, p)
		return
	}
	in := fieldOf[string(d.localName())]
	authors, categories, attachments, links, extensions := len(p.authors), len(p.categories), len(p.attachments), len(p.links), len(p.extensions)
	r.read(d, p)
	e := newsletter.Extension{Attrs: attrs}
	switch {
	case len(p.authors) > authors:
		a := &p.authors[len(p.authors)-1]
		a.extensions = append(a.extensions, e)
	case len(p.attachments) > attachments:
		p.listed = append(p.listed, listed{"Attachments", len(p.attachments) - 1, e})
	case len(p.links) > links:
		p.listed = append(p.listed, listed{"Links", len(p.links) - 1, e})
	case len(p.categories) > categories:
		p.listed = append(p.listed, listed{"Categories", len(p.categories) - 1, e})
	case len(p.extensions) > extensions && has(p.extensions[len(p.extensions)-1].Attrs, &attrs[0]): // it is kept with them
	default:
		addForeign(&p.foreign, in, attrs)
	}
}

// Places of what is known only when all of a page was read.
const (
	inItself  = "itself"
	inText    = "text"
	inContent = "Content"
)

// fieldOf are the fields that elements become, by their names in lower case.
var fieldOf = map[string]string{
	"title": "Title", "id": "ID", "guid": "ID", "identifier": "ID", "link": "URL", "url": "URL",
	"description": inText, "subtitle": inText, "tagline": inText, "summary": inText,
	"content": inContent, "encoded": inContent, "body": inContent, "fullitem": inContent,
	"pubdate": "Published", "published": "Published", "issued": "Published", "created": "Published", "date": "Published",
	"updated": "Updated", "modified": "Updated", "lastbuilddate": "Updated", "datemodified": "Updated",
	"rights": "Rights", "copyright": "Rights", "language": "Language",
	"image": "Image", "logo": "Image", "thumbnail": "Image", "icon": "Icon", "generator": "Generator", "source": "Source", "ispartof": "Source",
}

// addForeign keeps attributes of a field that there is one of. Of two elements
// that say the same, each attribute is kept once.
func addForeign(list *[]newsletter.Extension, in string, attrs []newsletter.Attr) {
	if in == "" {
		return
	}
	for i := range *list {
		if e := &(*list)[i]; e.In == in {
			addAttrs(e, attrs)
			return
		}
	}
	*list = append(*list, newsletter.Extension{In: in, Attrs: attrs})
}

// addAttrs adds the attributes that an element doesn't have, as far as there is room.
func addAttrs(e *newsletter.Extension, attrs []newsletter.Attr) {
	for i := range attrs {
		if len(e.Attrs) < maxForeign && !has(e.Attrs, &attrs[i]) {
			e.Attrs = append(e.Attrs, attrs[i])
		}
	}
}

// attrsIn are attributes that stand in the elements of lists, each place once.
type attrsIn struct {
	list []newsletter.Extension
	at   map[string]int // the places
}

func (x *attrsIn) add(in string, attrs []newsletter.Attr) {
	if i, ok := x.at[in]; ok {
		addAttrs(&x.list[i], attrs)
		return
	}
	if x.at == nil {
		x.at = map[string]int{}
	}
	x.at[in] = len(x.list)
	x.list = append(x.list, newsletter.Extension{In: in, Attrs: attrs})
}

// headPlace is the field of a title page that something stands in.
func headPlace(in string) string {
	switch in {
	case inText, inContent:
		return "Description"
	case "Published":
		return "Updated"
	case "Source":
		return inItself
	}
	return in
}

// letterPlace is the field of a letter that something stands in.
func letterPlace(in string, l *newsletter.Letter) string {
	switch {
	case in == inText && l.Summary != "":
		return "Summary"
	case in == inText:
		return inContent
	case in == "Icon":
		return "Image"
	case in == "Generator":
		return inItself
	}
	return in
}

// sourcePlace is the field of a source that something stands in.
func sourcePlace(in string) string {
	switch in {
	case "ID", "Title", "URL", "Updated":
		return "Source." + in
	}
	return "Source"
}

// placed adds the attributes that stand in fields, each under its place.
func placed(extensions, foreign []newsletter.Extension, place func(in string) string) []newsletter.Extension {
	if len(foreign) == 0 {
		return extensions
	}
	all := make([]newsletter.Extension, 0, len(foreign))
	for _, e := range foreign {
		addForeign(&all, place(e.In), e.Attrs)
	}
	for i := range all {
		if all[i].In == inItself {
			all[i].In = ""
		}
	}
	return append(extensions, all...)
}

// inAuthors adds what stands in the authors of the page, to[i] being the number
// that the author i has among those that count, or -1.
func (p *page) inAuthors(d *Decoder, extensions []newsletter.Extension, to []int) []newsletter.Extension {
	var attrs attrsIn
	for i, b := range p.authors {
		if to[i] < 0 {
			continue
		}
		for _, e := range b.extensions {
			if e.In = d.element("Authors", to[i]); e.Name == "" {
				attrs.add(e.In, e.Attrs)
			} else {
				extensions = append(extensions, e)
			}
		}
	}
	return append(extensions, attrs.list...)
}

// inLists adds what stands in the lists of a letter, which has the links of the
// page but for that which is its URL.
func (p *page) inLists(d *Decoder, l *newsletter.Letter) {
	var attrs attrsIn  // those without a name, which a place has one of
	links, own := 0, 0 // that were counted, and those of them that are the letter's page
	for _, x := range p.listed {
		e, index := x.extension, x.index
		if x.list == "Links" { // which stand in their order
			for ; links < x.index; links++ {
				if isOwnPage(p.links[links], l.URL) {
					own++
				}
			}
			index -= own
			if isOwnPage(p.links[x.index], l.URL) {
				addForeign(&p.foreign, "URL", e.Attrs)
				continue
			}
		}
		if e.In = d.element(x.list, index); e.Name == "" {
			attrs.add(e.In, e.Attrs)
			continue
		}
		l.Extensions = append(l.Extensions, e)
	}
	l.Extensions = append(l.Extensions, attrs.list...)
}

// element is the name of an element of a list: the same string each time.
func (d *Decoder) element(list string, index int) string {
	var b [32]byte
	return d.intern(append(strconv.AppendInt(append(append(b[:0], list...), '['), int64(index), 10), ']'))
}

// isOwnPage reports whether a link is the URL of what it stands in, said once more.
func isOwnPage(k newsletter.Link, url string) bool {
	return k.Rel == "alternate" && k.URL == url
}
