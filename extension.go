package newsletter

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/automationregion/newsletter/internal/repeat"
)

// An Extension is a part of a document that no field of the model holds: an
// element of another vocabulary with all that is in it, an attribute of such a
// vocabulary, or a member of a JSON object. Readers keep it as it was, and
// writers write it back where it stood.
//
// There are four kinds of it:
//   - an element has a Name. Namespace is empty for RSS's own elements, such as
//     ttl and skipDays, and http://www.w3.org/2005/Atom for Atom's;
//   - attributes alone, without a Name, are those that the element around has
//     beside its own: of the feed or the item, or of the field that In names, such
//     as an etag of an entry, or how often the page of a link was answered. RSS's
//     guid keeps its isPermaLink so, where it is not what the ID and the URL of
//     the letter say: In is "ID", and the attribute has no namespace;
//   - text alone stands between the Children of another extension;
//   - a member of a JSON object has a Name, and its value in JSON.
type Extension struct {
	In        string // the field that it belongs to, named as a [Field] is: "Authors[0]", "Source"; empty for the letter or the newsletter itself, and for children
	Namespace string
	Prefix    string // of the namespace where it was read; says nothing, and is used again where it is free
	Name      string
	Attrs     []Attr
	Text      string      // of an element without Children
	Children  []Extension // in document order
	JSON      string      // value of a JSON member, without white space around or between its parts
}

// An Attr is an attribute of an [Extension].
type Attr struct {
	Namespace string // empty for one without a prefix
	Prefix    string
	Name      string
	Value     string
}

// Equal reports whether two extensions say the same in the same place. It doesn't
// matter which prefixes they have, nor in which order the attributes are.
func (e Extension) Equal(o Extension) bool {
	return e.In == o.In && e.Namespace == o.Namespace && e.Name == o.Name && e.Text == o.Text && e.JSON == o.JSON &&
		equalAttrs(e.Attrs, o.Attrs) && slices.EqualFunc(e.Children, o.Children, Extension.Equal)
}

func equalAttrs(a, b []Attr) bool {
	if len(a) != len(b) {
		return false
	}
	key := func(a *Attr) Attr { return Attr{Namespace: a.Namespace, Name: a.Name, Value: a.Value} }
	has := repeat.In(b, key)
	for i := range a {
		if !has(key(&a[i])) {
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

// moveExtensions makes the extensions of the elements of a list follow them when
// some were dropped: to[i] is where the element i is now, or -1 if it is gone.
func moveExtensions(extensions []Extension, list string, to []int) []Extension {
	return drop(extensions, func(i int, e Extension) bool {
		was, rest, ok := strings.Cut(strings.TrimPrefix(e.In, list+"["), "]")
		index, err := strconv.Atoi(was)
		if !ok || err != nil || !strings.HasPrefix(e.In, list+"[") || index < 0 || index >= len(to) {
			return false
		}
		extensions[i].In = fmt.Sprintf("%s[%d]%s", list, to[index], rest)
		return to[index] < 0
	})
}

// String returns the extension in the manner of XML, for people to read: it is
// not escaped.
func (e Extension) String() string {
	var b strings.Builder
	if e.In != "" {
		b.WriteString(e.In + ": ")
	}
	e.write(&b)
	return b.String()
}

func (e Extension) write(b *strings.Builder) {
	name := func(namespace, name string) string {
		if namespace != "" {
			return "{" + namespace + "}" + name
		}
		return name
	}
	if e.JSON != "" {
		fmt.Fprintf(b, "%q: %s", e.Name, e.JSON)
		return
	}
	if e.Name == "" && len(e.Attrs) == 0 {
		b.WriteString(e.Text)
		return
	}
	b.WriteString("<" + name(e.Namespace, e.Name))
	for _, a := range e.Attrs {
		fmt.Fprintf(b, " %s=%q", name(a.Namespace, a.Name), a.Value)
	}
	b.WriteString(">" + e.Text)
	for _, c := range e.Children {
		c.write(b)
	}
	if e.Name != "" {
		b.WriteString("</" + name(e.Namespace, e.Name) + ">")
	}
}
