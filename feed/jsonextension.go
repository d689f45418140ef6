package feed

import (
	"fmt"
	"slices"
	"strings"

	"github.com/automationregion/newsletter"
)

// specified are the names of JSON Feed 1.1, and ours, in an object that members
// may be kept for: the feed or an item, an author, an attachment.
var specified = map[string][]string{
	"": {
		"version", "title", "home_page_url", "feed_url", "description", "next_url", "icon", "favicon", "author", "authors",
		"language", "hubs", "items", "_newsletter", "id", "url", "external_url", "content_html", "content_text", "summary",
		"image", "date_published", "date_modified", "tags", "attachments",
	},
	"Authors":     {"name", "url", "avatar", "_newsletter"},
	"Attachments": {"url", "mime_type", "title", "size_in_bytes", "duration_in_seconds"},
}

// members are the extensions of a newsletter or a letter that are written as
// members of the object that they stood in, by where that stands.
type members struct {
	of     map[string][]*newsletter.Extension
	placed map[*newsletter.Extension]bool
}

func membersOf(extensions []newsletter.Extension, image string) (m members) {
	var names map[[2]string]bool // an object has each but once
	for i := range extensions {
		e := &extensions[i]
		if e.JSON == "" {
			continue
		}
		list, _, _ := strings.Cut(e.In, "[")
		known, ok := specified[list]
		if e.Name == bannerImage && e.In == "" && !isBanner(e.JSON, image) {
			continue
		}
		if !ok || list != "" && !strings.HasSuffix(e.In, "]") || slices.Contains(known, e.Name) || names[[2]string{e.In, e.Name}] {
			continue
		}
		if m.of == nil {
			m.of, m.placed, names = map[string][]*newsletter.Extension{}, map[*newsletter.Extension]bool{}, map[[2]string]bool{}
		}
		m.of[e.In] = append(m.of[e.In], e)
		m.placed[e], names[[2]string{e.In, e.Name}] = true, true
	}
	return m
}

// bannerImage is a second picture of an item, which readers take for the first where
// there is no other.
const bannerImage = "banner_image"

// isBanner reports whether a member is read as such beside the picture: it is an
// address, as readers write it.
func isBanner(member, image string) bool {
	u, ok := strings.CutPrefix(member, `"`)
	u, closed := strings.CutSuffix(u, `"`)
	return ok && closed && image != "" && u != image && hasScheme(u) && !strings.ContainsFunc(u, func(r rune) bool {
		return r <= ' ' || r >= 0x7F || r == '"' || r == '\\'
	})
}

// members writes those of the object that is being written.
func (b *jsonBuilder) members(list []*newsletter.Extension) {
	for _, e := range list {
		b.raw(e.Name, e.JSON)
	}
}

// in returns those of an element of a list.
func (m members) in(list string, index int) []*newsletter.Extension {
	if m.of == nil {
		return nil
	}
	return m.of[fmt.Sprintf("%s[%d]", list, index)]
}

// extensions writes all others.
func (b *jsonBuilder) extensions(extensions []newsletter.Extension, m members) {
	begun := false
	for i := range extensions {
		if m.placed[&extensions[i]] {
			continue
		}
		if !begun {
			b.name("extensions")
			b.open('[')
			begun = true
		}
		b.next()
		b.extension(&extensions[i])
	}
	if begun {
		b.close(']')
	}
}

func (b *jsonBuilder) extension(e *newsletter.Extension) {
	b.open('{')
	b.text("in", e.In)
	b.text("namespace", e.Namespace)
	b.text("prefix", e.Prefix)
	b.text("name", e.Name)
	if len(e.Attrs) > 0 {
		b.name("attrs")
		b.open('[')
		for _, a := range e.Attrs {
			b.next()
			b.open('{')
			b.text("namespace", a.Namespace)
			b.text("prefix", a.Prefix)
			b.text("name", a.Name)
			b.text("value", a.Value)
			b.close('}')
		}
		b.close(']')
	}
	b.text("text", e.Text)
	if len(e.Children) > 0 {
		// What stands in an extension is on its line: it may be small, many times and deep.
		b.name("children")
		flat := b.flat
		b.flat = true
		b.open('[')
		for i := range e.Children {
			b.next()
			c := e.Children[i]
			c.JSON = "" // a member stands in an object of the document
			b.extension(&c)
		}
		b.close(']')
		b.flat = flat
	}
	if e.JSON != "" {
		b.raw("json", e.JSON)
	}
	b.close('}')
}
