package parse

import (
	"slices"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/vocab"
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
	if len(attrs) > 0 && !d.roomForExtension(1+weightOf(attrs)) {
		return nil
	}
	return attrs
}

// A listed extension stands in an element of one of a page's lists: an element, or
// attributes if it has no name.
type listed struct {
	list      string
	index     int
	extension newsletter.Extension
}

// fieldAttrs are attributes of a field.
type fieldAttrs struct {
	in    newsletter.Place
	attrs []newsletter.Attr
}

// readPrefixed reads an element by its rule, and keeps its foreign attributes with
// the field that comes of it.
func (d *Decoder) readPrefixed(r *rule, p *page) {
	attrs := d.foreign()
	if attrs == nil {
		r.read(d, p, r.rank)
		return
	}
	in := fieldOf[r.says]
	authors, categories, attachments, links, extensions := len(p.authors), len(p.categories), len(p.attachments), len(p.links), len(p.extensions)
	r.read(d, p, r.rank)
	e := newsletter.Extension{Attrs: attrs}
	switch {
	case len(p.authors) > authors:
		p.authors[len(p.authors)-1].attrs = attrs
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

// fieldOf are the fields that elements become, by what they say.
var fieldOf = [vocab.Kinds]string{
	vocab.ID: "ID", vocab.GUID: "ID", vocab.Title: "Title", vocab.Link: "URL",
	vocab.About: inText, vocab.Brief: inText, vocab.Content: inContent, vocab.Rights: "Rights", vocab.Language: "Language",
	vocab.Published: "Published", vocab.LetterPublished: "Published", vocab.Updated: "Updated",
	vocab.Image: "Image", vocab.Icon: "Icon", vocab.Generator: "Generator", vocab.Source: "Source",
}

// addForeign keeps attributes of a field that there is one of. Of two elements
// that say the same, each attribute is kept once.
func addForeign(list *[]fieldAttrs, in string, attrs []newsletter.Attr) {
	if in == "" {
		return
	}
	for i := range *list {
		if f := &(*list)[i]; f.in.Name == in {
			f.add(attrs)
			return
		}
	}
	*list = append(*list, fieldAttrs{newsletter.Place{Name: in}, attrs})
}

// add adds the attributes that the field doesn't have, as far as there is room.
func (f *fieldAttrs) add(attrs []newsletter.Attr) {
	for i := range attrs {
		if len(f.attrs) < maxForeign && !has(f.attrs, &attrs[i]) {
			f.attrs = append(f.attrs, attrs[i])
		}
	}
}

// attrsIn are attributes that stand in the elements of lists, each place once.
type attrsIn struct {
	list []fieldAttrs
	at   map[newsletter.Place]int
}

func (x *attrsIn) add(in newsletter.Place, attrs []newsletter.Attr) {
	if i, ok := x.at[in]; ok {
		x.list[i].add(attrs)
		return
	}
	if x.at == nil {
		x.at = map[newsletter.Place]int{}
	}
	x.at[in] = len(x.list)
	x.list = append(x.list, fieldAttrs{in, attrs})
}

// withAttrs adds attributes of fields to those of a letter or a newsletter.
func withAttrs(list []newsletter.Attribute, of []fieldAttrs) []newsletter.Attribute {
	room := 0
	for _, f := range of {
		room += len(f.attrs)
	}
	list = slices.Grow(list, room)
	for _, f := range of {
		for _, a := range f.attrs {
			list = append(list, newsletter.Attribute{In: f.in, Attr: a})
		}
	}
	return list
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
func placed(list []newsletter.Attribute, foreign []fieldAttrs, place func(in string) string) []newsletter.Attribute {
	if len(foreign) == 0 {
		return list
	}
	all := make([]fieldAttrs, 0, len(foreign))
	for _, f := range foreign {
		addForeign(&all, place(f.in.Name), f.attrs)
	}
	for i := range all {
		if all[i].in.Name == inItself {
			all[i].in = newsletter.Place{}
		}
	}
	return withAttrs(list, all)
}

// inAuthors adds what stands in the authors of the page, to[i] being the number
// that the author i has among those that count, or -1.
func (p *page) inAuthors(x *newsletter.Extensions, to []int) {
	var attrs attrsIn
	for i, b := range p.authors {
		if to[i] < 0 {
			continue
		}
		in := newsletter.Place{List: "Authors", Index: to[i]}
		for _, e := range b.extensions {
			e.In = in
			x.Elements = append(x.Elements, e)
		}
		if b.attrs != nil {
			attrs.add(in, b.attrs)
		}
	}
	x.Attributes = withAttrs(x.Attributes, attrs.list)
}

// inLists adds what stands in the lists of a letter, which has the links of the
// page but for that which is its URL.
func (p *page) inLists(l *newsletter.Letter) {
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
		if e.In = (newsletter.Place{List: x.list, Index: index}); e.Name == "" {
			attrs.add(e.In, e.Attrs)
			continue
		}
		l.Extensions.Elements = append(l.Extensions.Elements, e)
	}
	l.Extensions.Attributes = withAttrs(l.Extensions.Attributes, attrs.list)
}

// isOwnPage reports whether a link is the URL of what it stands in, said once more.
func isOwnPage(k newsletter.Link, url string) bool {
	return k.Rel == "alternate" && k.URL == url
}
