package newsletter

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/repeat"
	"github.com/automationregion/newsletter/internal/xmlchar"
)

// Extensions are the parts of a document that no field of the model holds. Readers
// keep them as they were, and writers write them back where they stood.
type Extensions struct {
	Elements   []Extension // in document order
	Attributes []Attribute // of elements that have become fields
	Members    []Member    // of objects of a JSON Feed
}

// An Extension is an element of another vocabulary, with all that is in it.
// Namespace is empty for RSS's own elements, such as ttl and skipDays, and
// http://www.w3.org/2005/Atom for Atom's.
type Extension struct {
	In        Place // the field that it belongs to; the zero value for the letter or the newsletter itself, and for Children
	Namespace string
	Prefix    string // of the namespace where it was read; says nothing, and is used again where it is free
	Name      string
	Attrs     []Attr
	Text      string      // all of it, or what is before the Children
	Children  []Extension // in document order
	Tail      string      // of one of the Children: the text between it and the next
}

// An Attr is an attribute of an [Extension].
type Attr struct {
	Namespace string // empty for one without a prefix
	Prefix    string
	Name      string
	Value     string
}

// An Attribute is one that no field holds, of an element that has become a field, or of
// the feed or the item itself: an etag of an entry, or how often the page of a link was
// answered. RSS's guid keeps its isPermaLink so, where it is not what the ID and the
// URL of the letter say: In is the ID, and the attribute has no namespace.
type Attribute struct {
	In Place
	Attr
}

// A Member is a member of a JSON object.
type Member struct {
	In   Place
	Name string
	JSON string // its value, without white space around or between its parts
}

// IsZero reports whether there is no extension.
func (x Extensions) IsZero() bool {
	return len(x.Elements)+len(x.Attributes)+len(x.Members) == 0
}

// All yields the elements of a name that belong to the letter or the newsletter
// itself.
func (x Extensions) All(namespace, name string) iter.Seq[*Extension] {
	return func(yield func(*Extension) bool) {
		for i := range x.Elements {
			e := &x.Elements[i]
			if e.Name == name && e.Namespace == namespace && e.In == (Place{}) && !yield(e) {
				return
			}
		}
	}
}

// First returns the first that [Extensions.All] yields, or nil if there is none.
func (x Extensions) First(namespace, name string) *Extension {
	for e := range x.All(namespace, name) {
		return e
	}
	return nil
}

// Moved returns the extensions in the places that to has for theirs. Those for which
// it reports false are left out, and what then is twice in a place is there once: the
// first. So what belongs to a list follows its elements when they move:
//
//	l.Extensions = l.Extensions.Moved(func(in newsletter.Place) (newsletter.Place, bool) {
//		if in.List == "Authors" { // of which the first was removed
//			in.Index--
//		}
//		return in, in.Index >= 0
//	})
//
// The extensions themselves are not changed.
func (x Extensions) Moved(to func(in Place) (Place, bool)) Extensions {
	return Extensions{
		Elements:   moved[Extension, Place](x.Elements, func(e *Extension) *Place { return &e.In }, nil, to),
		Attributes: moved(x.Attributes, func(a *Attribute) *Place { return &a.In }, (*Attribute).key, to),
		Members:    moved(x.Members, func(m *Member) *Place { return &m.In }, (*Member).key, to),
	}
}

// moved is Moved for one list, of which in has the places. Without a key nothing is
// twice in one.
func moved[T any, K comparable](list []T, in func(*T) *Place, key func(*T) K, to func(in Place) (Place, bool)) []T {
	moves := func(e T) bool {
		now, ok := to(*in(&e))
		return !ok || now != *in(&e)
	}
	if !slices.ContainsFunc(list, moves) {
		return list
	}
	var kept []T
	cameHere := map[K]bool{} // of what is there, whether it was moved
	for _, e := range list {
		was := *in(&e)
		now, ok := to(was)
		if !ok {
			continue
		}
		if *in(&e) = now; key != nil {
			k := key(&e)
			came, there := cameHere[k]
			if there && (came || now != was) {
				continue
			}
			cameHere[k] = came || now != was
		}
		kept = append(kept, e)
	}
	return kept
}

// key is what an attribute is there once for.
func (a *Attribute) key() Attribute {
	return Attribute{a.In, Attr{Namespace: a.Namespace, Name: a.Name}}
}

// key is what an object has once.
func (m *Member) key() Member { return Member{In: m.In, Name: m.Name} }

// Equal reports whether two elements say the same in the same place. It doesn't
// matter which prefixes they have, nor in which order the attributes are.
func (e Extension) Equal(o Extension) bool {
	return e.In == o.In && e.Namespace == o.Namespace && e.Name == o.Name && e.Text == o.Text && e.Tail == o.Tail &&
		equalAttrs(e.Attrs, o.Attrs, (*Attr).said) &&
		slices.EqualFunc(e.Children, o.Children, Extension.Equal)
}

// said is the attribute without the prefix, which says nothing.
func (a *Attr) said() Attr { return Attr{Namespace: a.Namespace, Name: a.Name, Value: a.Value} }

func equalAttrs[T any, K comparable](a, b []T, said func(*T) K) bool {
	if len(a) != len(b) {
		return false
	}
	has := repeat.In(b, said)
	for i := range a {
		if !has(said(&a[i])) {
			return false
		}
	}
	return true
}

// Attr returns the value of an attribute, or "" if there is none.
func (e Extension) Attr(namespace, name string) string {
	for _, a := range e.Attrs {
		if a.Namespace == namespace && a.Name == name {
			return a.Value
		}
	}
	return ""
}

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
