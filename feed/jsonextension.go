package feed

import (
	"slices"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/vocab"
)

// specified are the names of JSON Feed 1.1, and ours, in an object that members
// may be kept for: the feed or an item, an author, an attachment.
var specified = map[string][]string{
	"":            slices.Concat(vocab.FeedMembers, vocab.ItemMembers),
	"Authors":     vocab.AuthorMembers,
	"Attachments": vocab.AttachmentMembers,
}

// members are those of a newsletter or a letter, by where they are written: in the
// object that they stood in, or among the extensions.
type members struct {
	of   map[newsletter.Place][]newsletter.Member
	rest []newsletter.Member
}

func membersOf(list []newsletter.Member, image string) (m members) {
	var there map[newsletter.Member]bool // an object has each name but once
	for _, e := range list {
		known, ok := specified[e.In.List]
		key := newsletter.Member{In: e.In, Name: e.Name}
		if !ok || e.In.Name != "" || slices.Contains(known, e.Name) || there[key] ||
			e.Name == bannerImage && e.In == (newsletter.Place{}) && !isBanner(e.JSON, image) {
			m.rest = append(m.rest, e)
			continue
		}
		if m.of == nil {
			m.of, there = map[newsletter.Place][]newsletter.Member{}, map[newsletter.Member]bool{}
		}
		m.of[e.In] = append(m.of[e.In], e)
		there[key] = true
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
func (b *jsonBuilder) members(list []newsletter.Member) {
	for _, m := range list {
		b.raw(m.Name, m.JSON)
	}
}

// in returns those of an element of a list.
func (m members) in(list string, index int) []newsletter.Member {
	return m.of[newsletter.Place{List: list, Index: index}]
}

// extensions writes all others.
func (b *jsonBuilder) extensions(x *newsletter.Extensions, members []newsletter.Member) {
	if len(x.Elements)+len(x.Attributes)+len(members) == 0 {
		return
	}
	b.name("extensions")
	b.open('[')
	for _, m := range members {
		b.next()
		b.open('{')
		b.text("in", m.In.String())
		b.text("name", m.Name)
		b.raw("json", m.JSON)
		b.close('}')
	}
	for i := range x.Elements {
		b.next()
		b.extension(&x.Elements[i])
	}
	for _, g := range grouped(x.Attributes, false) {
		b.next()
		b.open('{')
		b.text("in", g.in.String())
		b.attrs(g.attrs)
		b.close('}')
	}
	b.close(']')
}

func (b *jsonBuilder) extension(e *newsletter.Extension) {
	b.open('{')
	b.text("in", e.In.String())
	b.text("namespace", e.Namespace)
	b.text("prefix", e.Prefix)
	b.text("name", e.Name)
	b.attrs(e.Attrs)
	if len(e.Children) > 0 {
		// What stands in an extension is on its line: it may be small, many times and deep.
		b.name("children")
		flat := b.flat
		b.flat = true
		b.open('[')
		b.between(e.Text)
		for i := range e.Children {
			b.next()
			b.extension(&e.Children[i])
			b.between(e.Children[i].Tail)
		}
		b.close(']')
		b.flat = flat
	} else {
		b.text("text", e.Text)
	}
	b.close('}')
}

// between writes text among elements.
func (b *jsonBuilder) between(s string) {
	if s != "" {
		b.next()
		b.open('{')
		b.text("text", s)
		b.close('}')
	}
}

func (b *jsonBuilder) attrs(attrs []newsletter.Attr) {
	if len(attrs) == 0 {
		return
	}
	b.name("attrs")
	b.open('[')
	for _, a := range attrs {
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
