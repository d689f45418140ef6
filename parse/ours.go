package parse

import (
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/xmltoken"
)

// ours are the elements of package feed's own namespace: extensions that the
// format has no place for.
var ours = map[string]rule{
	"extension": {read: ourExtension},
	"json":      {read: ourJSON},
}

// ourExtension reads an element, or attributes alone, that belongs to the field
// that "in" names.
func ourExtension(d *Decoder, p *page) {
	t := d.tok
	in := oneLine(t.Attr("in"))
	depth := t.Depth()
	for {
		switch t.NextTag() {
		case xmltoken.Start:
			attributes := t.Space == namespace.Ours && string(t.Local) == "attributes"
			e, ok := d.extension()
			if attributes {
				e = newsletter.Extension{Attrs: e.Attrs}
				ok = ok && len(e.Attrs) > 0
			}
			if e.In = in; ok {
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
func ourJSON(d *Decoder, p *page) {
	in := oneLine(d.tok.Attr("in"))
	object, err := decodeMembers([]byte(strings.TrimSpace(string(d.tok.Plain()))))
	if err != nil {
		d.tok.Note("a JSON object was expected, not %s", []byte(err.Error()))
		return
	}
	for _, e := range object.members(in) {
		if d.roomForExtension(1 + len(e.JSON)/100) {
			p.extensions = append(p.extensions, e)
		}
	}
}
