package parse

import (
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/xmltoken"
)

// ours are the elements of package feed's own namespace: extensions that the
// format has no place for.
var ours = map[string]*rule{
	"extension": {read: ourExtension},
	"json":      {read: ourJSON},
	"tree":      {read: ourTree},
}

// ourExtension reads an element, or attributes alone, that belongs to the field
// that "in" names.
func ourExtension(d *Decoder, p *page, _ int8) {
	t := d.tok
	d.doubted = true // since it says itself what field it belongs to
	in := newsletter.ParsePlace(oneLine(t.Attr("in")))
	depth := t.Depth()
	for {
		switch t.NextTag() {
		case xmltoken.Start:
			attributes := t.Space == namespace.Ours && string(t.Local) == "attributes"
			e, ok := d.extension()
			switch {
			case !ok:
			case attributes:
				p.attributes = withAttrs(p.attributes, []fieldAttrs{{in, e.Attrs}})
			default:
				e.In = in
				p.extensions = append(p.extensions, e)
			}
		case xmltoken.End:
			if t.Depth() < depth {
				return
			}
		case xmltoken.EOF:
			return
		}
	}
}

// ourJSON reads members of an object of JSON.
func ourJSON(d *Decoder, p *page, _ int8) {
	in := newsletter.ParsePlace(oneLine(d.tok.Attr("in")))
	for _, m := range d.object(&jsonKind{names: map[string]*jsonKind{}}).members(in) {
		if d.roomForExtension(1 + len(m.JSON)/100) {
			p.members = append(p.members, m)
		}
	}
}

// treeKind is that of an extension as JSON Feed has it.
var treeKind = extensionKind()

// ourTree reads an element that would be taken for something else, which is told as
// JSON Feed tells it.
func ourTree(d *Decoder, p *page, _ int8) {
	object := d.object(treeKind)
	if object == nil {
		return
	}
	tree := jsonObject{"extensions": map[string]any(object)}
	var x newsletter.Extensions
	tree.extensions(&x, func(_, expected string) { d.tok.Note("expected "+expected, nil) })
	for _, e := range x.Elements {
		if d.roomForExtension(sizeOf(&e)) {
			p.extensions = append(p.extensions, e)
		}
	}
}

// sizeOf is how much of the room for extensions one takes.
func sizeOf(e *newsletter.Extension) int {
	n := 1 + len(e.Attrs)
	for i := range e.Children {
		n += sizeOf(&e.Children[i])
	}
	return n
}

// object reads the object of the kind that the text of an element is.
func (d *Decoder) object(kind *jsonKind) jsonObject {
	d.doubted = true
	object, err := decodeMembers([]byte(strings.TrimSpace(string(d.tok.Plain()))), kind)
	if err != nil {
		d.tok.Note("a JSON object was expected, not %s", []byte(err.Error()))
	}
	return object
}
