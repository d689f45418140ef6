package newsletter

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"strings"

	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/repeat"
	"github.com/automationregion/newsletter/internal/xmlchar"
)

// fault says why no format can hold the element, or nothing.
func (e *Extension) fault(child bool) string {
	between := e.Tail
	if len(e.Children) > 0 {
		between = e.Text
	}
	switch {
	case child && e.In != (Place{}):
		return "what is inside another element is required to have no In"
	case !child && e.Tail != "":
		return "an element that is in no other is required to have no Tail"
	case !xmlchar.IsName(e.Name):
		return "an XML name without a prefix is required, not " + quote(e.Name)
	case e.Namespace == namespace.Declarations:
		return "a namespace that a prefix may stand for is required, not " + quote(e.Namespace)
	case isWhite(between) || isWhite(e.Tail):
		return "text between elements is required to be more than white space"
	case !xmlchar.Holds(e.Text) || !xmlchar.Holds(e.Tail) || !xmlchar.Holds(e.Namespace):
		return "text of characters that XML can hold is required"
	}
	for i := range e.Attrs {
		if reason := e.Attrs[i].fault(); reason != "" {
			return reason
		}
	}
	for i, first := range repeat.Of(e.Attrs, func(a *Attr) [2]string { return [2]string{a.Namespace, a.Name} }) {
		if first >= 0 {
			return "each attribute is required once, not again " + quote(e.Attrs[i].Name)
		}
	}
	for i := range e.Children {
		if reason := e.Children[i].fault(true); reason != "" {
			return reason
		}
	}
	return ""
}

// isWhite reports whether there is nothing in a text but XML's white space.
func isWhite(s string) bool { return s != "" && strings.Trim(s, " \t\r\n") == "" }

// fault says why no format can hold the attribute, or nothing.
func (a *Attr) fault() string {
	switch {
	case a.Namespace == "" && a.Name == "xmlns", a.Namespace == namespace.Declarations:
		return "declarations of namespaces are required to be left to the writers"
	case !xmlchar.IsName(a.Name), !xmlchar.Holds(a.Value), !xmlchar.Holds(a.Namespace):
		return "attributes with an XML name, and a value of characters that XML can hold, are required, not " + quote(a.Name)
	}
	return ""
}

// fault says why no format can hold the member, or nothing.
func (m *Member) fault() string {
	switch {
	case m.Name == "":
		return "a JSON member is required to have a Name"
	case !json.Valid([]byte(m.JSON)), !xmlchar.Holds(m.JSON), !xmlchar.Holds(m.Name):
		return "JSON of characters that XML can hold is required, not " + quote(m.JSON)
	}
	return ""
}

// A faulty thing is one of a list of [Extensions].
type faulty struct {
	list  string
	index int
}

func (f faulty) String() string { return fmt.Sprintf("Extensions.%s[%d]", f.list, f.index) }

// extensionFaults visits those that no format can hold, of a newsletter or letter with
// these fields.
func extensionFaults(x *Extensions, fields iter.Seq[Field], visit func(at faulty, reason string)) {
	in := places{fields: fields}
	tell := func(list string, i int, reason string) bool {
		if reason != "" {
			visit(faulty{list, i}, reason)
		}
		return reason != ""
	}
	for i := range x.Elements {
		e := &x.Elements[i]
		tell("Elements", i, cmp.Or(in.fault(e.In), e.fault(false)))
	}
	var there map[Attribute]bool
	for i := range x.Attributes {
		a := &x.Attributes[i]
		if tell("Attributes", i, cmp.Or(in.fault(a.In), a.fault())) {
			continue
		}
		if there == nil {
			there = map[Attribute]bool{}
		}
		key := a.key()
		if there[key] {
			tell("Attributes", i, "each attribute is required once in a place, not again "+quote(a.Name))
		}
		there[key] = true
	}
	for i := range x.Members {
		m := &x.Members[i]
		tell("Members", i, cmp.Or(in.fault(m.In), m.fault()))
	}
}

func (l *Letter) extensionFaults(visit func(at faulty, reason string)) {
	extensionFaults(&l.Extensions, l.Fields(), visit)
}

// places are what extensions may belong to: a field, or what fields are in.
type places struct {
	fields iter.Seq[Field]
	looks  int            // that were taken through the fields
	all    map[Place]bool // once it is worth its cost
}

// maxLooks is how many places are looked for among the fields one by one.
const maxLooks = 16

// fault says that there is no such place, or nothing.
func (p *places) fault(in Place) string {
	if in == (Place{}) || p.has(in) {
		return ""
	}
	return "In is required to name a field that there is, not " + quote(in.String())
}

func (p *places) has(in Place) bool {
	if p.all != nil {
		return p.all[in]
	}
	if p.looks++; p.looks <= maxLooks {
		for f := range p.fields {
			if f.place == in || f.place.around() == in {
				return true
			}
		}
		return false
	}
	p.all = map[Place]bool{}
	for f := range p.fields {
		p.all[f.place], p.all[f.place.around()] = true, true
	}
	return p.all[in]
}

// around is what a field is in: an element of a list, or a struct.
func (p Place) around() Place {
	if p.List != "" {
		p.Name = ""
		return p
	}
	p.Name, _, _ = strings.Cut(p.Name, ".")
	return p
}
