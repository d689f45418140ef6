package newsletter

import (
	"iter"
	"slices"

	"github.com/automationregion/newsletter/internal/repeat"
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
