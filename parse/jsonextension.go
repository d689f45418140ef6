package parse

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/vocab"
	"github.com/automationregion/newsletter/internal/xmlchar"
)

// A jsonKind is what members an object has that are read, with the kinds of the
// objects in them. Any other member is kept as it is. Without names all are read.
type jsonKind struct{ names map[string]*jsonKind }

var (
	anyKind  = &jsonKind{}
	feedKind = kindOf(map[string]*jsonKind{"author": personKind, "authors": personKind, "_newsletter": ourKind, "items": itemKind}, vocab.FeedMembers...)
	itemKind = kindOf(map[string]*jsonKind{
		"author": personKind, "authors": personKind, "attachments": attachmentKind, "_newsletter": ourKind, "banner_image": anyKind,
	}, vocab.ItemMembers...)
	personKind     = kindOf(map[string]*jsonKind{"email": anyKind}, vocab.AuthorMembers...)
	attachmentKind = kindOf(nil, vocab.AttachmentMembers...)
	ourKind        = kindOf(map[string]*jsonKind{"extensions": extensionKind(), "categories": anyKind, "paging": anyKind, "source": anyKind, "links": anyKind},
		"about", "id", "updated", "rights", "generator", "generator_version", "generator_url", "kind")
)

// kindOf is that of an object with these objects, and others that hold anything.
func kindOf(objects map[string]*jsonKind, others ...string) *jsonKind {
	k := &jsonKind{names: map[string]*jsonKind{}}
	for _, name := range others {
		k.names[name] = anyKind
	}
	maps.Copy(k.names, objects)
	return k
}

// extensionKind is that of an extension, and of its children.
func extensionKind() *jsonKind {
	k := kindOf(map[string]*jsonKind{"attrs": anyKind}, "in", "namespace", "prefix", "name", "text")
	k.names["children"] = k
	return k
}

// members returns the members that no field of the model holds, of the object
// that stands at in.
func (o jsonObject) members(in newsletter.Place) []newsletter.Member {
	var list []newsletter.Member
	for name, v := range o {
		if raw, ok := v.(jsonRaw); ok && name != "" && xmlText(name) == name {
			list = append(list, newsletter.Member{In: in, Name: name, JSON: raw.text})
		}
	}
	slices.SortFunc(list, func(a, b newsletter.Member) int {
		return cmp.Compare(o[a.Name].(jsonRaw).number, o[b.Name].(jsonRaw).number)
	})
	return list
}

// extensions adds to x those that have no place of their own in JSON Feed. What no
// format can hold is left out, and say is told of it, if there is one.
func (o jsonObject) extensions(x *newsletter.Extensions, say func(path, expected string)) {
	for i, j := range o.list("extensions") {
		left := func(expected string) {
			if say != nil {
				say(fmt.Sprintf("_newsletter.extensions[%d]", i), expected)
			}
		}
		in, name := newsletter.ParsePlace(j.str("in")), j.text("name")
		if raw, ok := j["json"].(jsonRaw); ok {
			if name == "" || xmlText(name) != name {
				left("the name of a member")
				continue
			}
			x.Members = append(x.Members, newsletter.Member{In: in, Name: name, JSON: raw.text})
		} else if oneLine(name) != "" {
			if e, ok := j.element(0, left); ok {
				e.In = in
				x.Elements = append(x.Elements, e)
			}
		} else if attrs := j.attrs(left); attrs != nil {
			x.Attributes = withAttrs(x.Attributes, []fieldAttrs{{in, attrs}})
		} else {
			left("a name or attrs")
		}
	}
}

// element reads an extension that is an element, with all that is in it. It reports
// false if there can be none of its name. A member of JSON stands in no element.
func (o jsonObject) element(depth int, left func(expected string)) (e newsletter.Extension, ok bool) {
	e = newsletter.Extension{Namespace: o.str("namespace"), Prefix: o.str("prefix"), Name: o.str("name")}
	if !xmlchar.IsName(e.Name) || e.Namespace == namespace.Declarations || xmlText(e.Namespace) != e.Namespace {
		left("an XML name without a prefix, and a namespace that a prefix may stand for")
		return e, false
	}
	switch space := namespace.Of(e.Namespace); space {
	case namespace.RSS, namespace.Atom: // as XML is read, however they are spelt
		e.Namespace = space.URI()
	}
	e.Attrs = o.attrs(left)
	children := o.list("children")
	if depth == maxExtensionDepth && len(children) > 0 {
		left(fmt.Sprintf("children that are at most %d deep", maxExtensionDepth))
		children = nil
	}
	var text strings.Builder // before the next child
	text.WriteString(xmlText(o.text("text")))
	between := func() {
		if s := text.String(); trimSpace(s) != "" {
			addText(&e, s)
		}
		text.Reset()
	}
	for _, j := range children {
		if j["json"] != nil {
			left("json in no other extension")
		}
		if j.str("name") == "" {
			text.WriteString(xmlText(j.text("text")))
		} else if c, ok := j.element(depth+1, left); ok {
			between()
			e.Children = append(e.Children, c)
		}
	}
	if e.Children == nil {
		e.Text = text.String()
	} else {
		between()
	}
	return e, true
}

// attrs reads the attributes of an extension.
func (o jsonObject) attrs(left func(expected string)) []newsletter.Attr {
	var list []newsletter.Attr
	var there attrSet
	for _, a := range o.list("attrs") {
		attr := newsletter.Attr{Namespace: a.str("namespace"), Prefix: a.str("prefix"), Name: a.str("name"), Value: xmlText(a.text("value"))}
		switch {
		case !xmlchar.IsName(attr.Name), attr.Namespace == "" && attr.Name == "xmlns", attr.Namespace == namespace.Declarations, xmlText(attr.Namespace) != attr.Namespace:
			left("attrs with an XML name that declare no prefix")
		case there.add(list, &attr):
			list = append(list, attr)
		}
	}
	return list
}
