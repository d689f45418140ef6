package parse

import (
	"cmp"
	"slices"

	"github.com/automationregion/newsletter"
)

// A jsonKind is what members an object has that are read, with the kinds of the
// objects in them. Any other member is kept as it is. Without names all are read.
type jsonKind struct{ names map[string]*jsonKind }

var (
	anyKind  = &jsonKind{}
	feedKind = kindOf(map[string]*jsonKind{"author": personKind, "authors": personKind, "hubs": anyKind, "_newsletter": ourKind, "items": itemKind},
		"version", "title", "home_page_url", "feed_url", "description", "next_url", "icon", "favicon", "language")
	itemKind = kindOf(map[string]*jsonKind{"author": personKind, "authors": personKind, "attachments": attachmentKind, "tags": anyKind, "_newsletter": ourKind},
		"id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "banner_image",
		"date_published", "date_modified", "language")
	personKind     = kindOf(map[string]*jsonKind{"_newsletter": anyKind}, "name", "url", "avatar", "email")
	attachmentKind = kindOf(nil, "url", "mime_type", "title", "size_in_bytes", "duration_in_seconds")
	ourKind        = kindOf(map[string]*jsonKind{"extensions": extensionKind(), "categories": anyKind, "paging": anyKind, "source": anyKind, "links": anyKind},
		"about", "id", "updated", "rights", "generator", "generator_version", "generator_url", "kind")
)

func kindOf(objects map[string]*jsonKind, others ...string) *jsonKind {
	k := &jsonKind{names: map[string]*jsonKind{}}
	for name, kind := range objects {
		k.names[name] = kind
	}
	for _, name := range others {
		k.names[name] = anyKind
	}
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
func (o jsonObject) members(in string) []newsletter.Extension {
	var list []newsletter.Extension
	for name, v := range o {
		if raw, ok := v.(jsonRaw); ok && name != "" && xmlText(name) == name {
			list = append(list, newsletter.Extension{In: in, Name: name, JSON: raw.text})
		}
	}
	slices.SortFunc(list, func(a, b newsletter.Extension) int {
		return cmp.Compare(o[a.Name].(jsonRaw).number, o[b.Name].(jsonRaw).number)
	})
	return list
}

// extensions reads those that have no place of their own in JSON Feed.
func (o jsonObject) extensions(depth int) []newsletter.Extension {
	var list []newsletter.Extension
	objects := o.list("extensions")
	if depth > 0 {
		objects = o.list("children")
	}
	for _, j := range objects {
		e := newsletter.Extension{
			In: j.str("in"), Namespace: j.text("namespace"), Prefix: j.str("prefix"), Name: j.str("name"), Text: xmlText(j.text("text")),
		}
		var there attrSet
		for _, a := range j.list("attrs") {
			attr := newsletter.Attr{Namespace: a.text("namespace"), Prefix: a.str("prefix"), Name: a.str("name"), Value: xmlText(a.text("value"))}
			if isXMLName(attr.Name) && there.add(e.Attrs, &attr) {
				e.Attrs = append(e.Attrs, attr)
			}
		}
		switch raw, ok := j["json"].(jsonRaw); {
		case ok:
			e = newsletter.Extension{In: e.In, Name: e.Name, JSON: raw.text}
		case depth < maxExtensionDepth:
			e.Children = j.extensions(depth + 1)
		}
		list = append(list, e)
	}
	return list
}
