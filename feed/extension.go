package feed

import (
	"encoding/xml"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/automationregion/newsletter"
	known "github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/xmlchar"
)

// What no field of the model holds is written where it stood: elements within the
// head or the letter, under the prefix that they were read with. What a format has
// no place for is told in an element of ours.
const nsOurs = jsonAbout

// maxDeclarations bounds those of a root: readers bound the attributes of an element.
const maxDeclarations = 100

// prefixes are those of the namespaces that a document declares.
type prefixes struct {
	format     Format
	image      bool // RSS has an image
	newsletter *newsletter.Newsletter

	formsIn []form // as what the attachments are written, of the letter
	formsOf *newsletter.Letter

	of    map[string]string // by namespace
	taken map[string]bool
	made  int
	local map[string]bool // namespaces that the elements declare that use them
	added []xml.Attr      // declarations of those that are not in the table
	used  usedNamespaces
}

// prefixesOf finds a prefix for every namespace that the newsletter's extensions
// need in a document of the format. It is nil if there are no extensions.
func prefixesOf(n *newsletter.Newsletter, f Format) *prefixes {
	var p *prefixes
	take := func(x *newsletter.Extensions, l *newsletter.Letter) {
		if x.IsZero() {
			return
		}
		if p == nil {
			p = &prefixes{format: f, image: isRSSImage(n.Image), newsletter: n, of: map[string]string{}, taken: map[string]bool{}}
			for _, s := range namespaces {
				p.taken[s.Prefix()] = true
			}
		}
		at := p.layout(x, l)
		p.bindLayout(&at)
	}
	take(&n.Extensions, nil)
	for _, l := range n.Letters {
		take(&l.Extensions, l)
	}
	return p
}

// bindLayout gives prefixes to the namespaces of extensions, in the order in which a
// document has them.
func (p *prefixes) bindLayout(at *layout) {
	p.bindAttrs(at.tag)
	p.bindElements(at.image)
	for _, i := range slices.Sorted(maps.Keys(at.authors)) {
		p.bindElements(at.authors[i])
	}
	p.bindElements(at.source)
	for _, i := range slices.Sorted(maps.Keys(at.links)) {
		p.bindAttrs(at.links[i])
	}
	for _, i := range slices.Sorted(maps.Keys(at.media)) {
		p.bindElements(at.media[i])
	}
	p.used[known.Media] = p.used[known.Media] || at.media != nil || at.mediaTag != nil
	if at.members != nil {
		p.bind("newsletter", nsOurs)
	}
	for _, e := range at.end {
		if e.ours {
			p.bind("newsletter", nsOurs)
		}
		if !p.isText(e.Extension, true) {
			p.bindAll(e.Extension)
		}
	}
	for _, g := range at.rest {
		p.bind("newsletter", nsOurs)
		p.bindAttrs(g.attrs)
	}
}

func (p *prefixes) bindElements(list []*newsletter.Extension) {
	for _, e := range list {
		p.bindAll(e)
	}
}

func (p *prefixes) bindAttrs(attrs []newsletter.Attr) {
	for a := range writable(attrs) {
		if a.Namespace != "" {
			p.bind(a.Prefix, a.Namespace)
		}
	}
}

// bindAll gives prefixes to the namespaces of an element and of all that is in it.
func (p *prefixes) bindAll(e *newsletter.Extension) {
	if !isWritable(e) {
		return
	}
	if !p.unprefixed(e.Namespace) {
		p.bind(e.Prefix, e.Namespace)
	}
	p.bindAttrs(e.Attrs)
	for i := range e.Children {
		p.bindAll(&e.Children[i])
	}
}

// What strangers name and say freely is looked at once more before it is written: what
// XML can't hold never gets there, whatever was checked before.

// held returns a text as XML can hold it.
func held(s string) string {
	if xmlchar.Holds(s) {
		return s
	}
	return xmlchar.Without(s)
}

// isWritable reports whether an extension can stand in XML as it is.
func isWritable(e *newsletter.Extension) bool {
	return xmlchar.IsName(e.Name) && e.Namespace != known.Declarations
}

// writable yields the attributes that can stand in XML as they are.
func writable(attrs []newsletter.Attr) iter.Seq[newsletter.Attr] {
	return func(yield func(newsletter.Attr) bool) {
		for _, a := range attrs {
			ok := xmlchar.IsName(a.Name) && a.Namespace != known.Declarations && (a.Namespace != "" || a.Name != "xmlns")
			if ok && !yield(a) {
				return
			}
		}
	}
}

// unprefixed reports whether elements of the namespace have no prefix: RSS's, and
// in Atom Atom's.
func (p *prefixes) unprefixed(namespace string) bool {
	return namespace == "" || p.format == Atom && namespace == nsAtom
}

// bind gives the namespace a prefix: the one that is wished for if it is free.
func (p *prefixes) bind(wish, namespace string) {
	if _, ok := p.of[namespace]; ok || namespace == known.XML.URI() {
		return
	}
	for _, s := range namespaces {
		if s.URI() == namespace {
			p.of[namespace], p.used[s] = s.Prefix(), true
			return
		}
	}
	prefix := wish
	for p.taken[prefix] || !isPrefix(prefix) {
		p.made++
		prefix = fmt.Sprintf("ns%d", p.made)
	}
	p.of[namespace], p.taken[prefix] = prefix, true
	if len(p.added) >= maxDeclarations && namespace != nsOurs {
		if p.local == nil {
			p.local = map[string]bool{}
		}
		p.local[namespace] = true
		return
	}
	p.added = append(p.added, xml.Attr{Name: xml.Name{Local: "xmlns:" + prefix}, Value: namespace})
}

// isPrefix reports whether a document may declare the prefix, in letters that
// every parser takes.
func isPrefix(s string) bool {
	for i, r := range s {
		switch {
		case r == '_', 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
		case i > 0 && (r == '-' || r == '.' || '0' <= r && r <= '9'):
		default:
			return false
		}
	}
	return s != "" && (len(s) < 3 || !strings.EqualFold(s[:3], "xml"))
}

// declared are the declarations of a document, which may have no extensions.
func (p *prefixes) declared() []xml.Attr {
	if p == nil {
		return nil
	}
	return p.added
}

// isPermaLinkAttr reports whether an attribute is what RSS's guid says of itself.
func isPermaLinkAttr(a *newsletter.Attribute) bool {
	return a.In == inID && a.Namespace == "" && a.Name == "isPermaLink" && a.Value != ""
}

// atEnd writes elements that have no place of their own.
func (b *builder) atEnd(list []atEnd) {
	for _, e := range list {
		switch {
		case !e.ours:
			b.line()
			b.element(e.Extension, b.names.root())
		case b.names.isText(e.Extension, true):
			member := jsonBuilder{flat: true}
			member.extension(e.Extension)
			b.text(b.ours("tree"), held(string(member.buf)))
		default:
			b.open(b.ours("extension"), "in", e.In.String())
			b.line()
			b.element(e.Extension, b.names.root())
			b.close(b.ours("extension"))
		}
	}
}

// ours is the name of an element of ours, for those who know it.
func (b *builder) ours(name string) string { return b.names.of[nsOurs] + ":" + name }

// members writes those of JSON.
func (b *builder) members(list []newsletter.Member) {
	for _, m := range list {
		member := jsonBuilder{flat: true}
		member.quoted(m.Name)
		b.text(b.ours("json"), "{"+string(member.buf)+":"+held(m.JSON)+"}", "in", m.In.String())
	}
}

// groups writes attributes that no element has.
func (b *builder) groups(list []group) {
	for _, g := range list {
		b.open(b.ours("extension"), "in", g.in.String())
		b.line()
		b.buf = append(b.buf, '<')
		b.buf = append(b.buf, b.ours("attributes")...)
		if b.names.local != nil {
			b.declare(&newsletter.Extension{Attrs: g.attrs})
		}
		b.attributes(g.attrs)
		b.buf = append(b.buf, "/>"...)
		b.close(b.ours("extension"))
	}
}

// root is the namespace that elements without a prefix are of.
func (p *prefixes) root() string {
	if p.format == Atom {
		return nsAtom
	}
	return ""
}

// element writes an element with all that is in it, on one line: white space may
// count there. Around it elements without a prefix are of the given namespace.
func (b *builder) element(e *newsletter.Extension, around string) {
	if !isWritable(e) {
		return
	}
	start := len(b.buf)
	b.buf = append(b.buf, '<')
	if b.names.unprefixed(e.Namespace) {
		b.buf = append(b.buf, e.Name...)
	} else {
		b.qualified(e.Namespace, e.Name)
	}
	name := string(b.buf[start+1:])
	if b.names.unprefixed(e.Namespace) && e.Namespace != around {
		around = e.Namespace
		b.buf = append(b.buf, ` xmlns="`...)
		b.escape(around, true)
		b.buf = append(b.buf, '"')
	}
	if b.names.local != nil {
		b.declare(e)
	}
	b.attributes(e.Attrs)
	if e.Text == "" && len(e.Children) == 0 {
		b.buf = append(b.buf, "/>"...)
		return
	}
	b.buf = append(b.buf, '>')
	b.escape(held(e.Text), false)
	for i := range e.Children {
		b.element(&e.Children[i], around)
		b.escape(held(e.Children[i].Tail), false)
	}
	b.end(name)
}

// declare writes the declarations that an element needs beside the root's.
func (b *builder) declare(e *newsletter.Extension) {
	done := map[string]bool{}
	one := func(namespace string) {
		if b.names.local[namespace] && !done[namespace] {
			done[namespace] = true
			b.buf = append(b.buf, " xmlns:"+b.names.of[namespace]+`="`...)
			b.escape(held(namespace), true)
			b.buf = append(b.buf, '"')
		}
	}
	one(e.Namespace)
	for a := range writable(e.Attrs) {
		one(a.Namespace)
	}
}

// attributes writes them, those too that are empty.
func (b *builder) attributes(attrs []newsletter.Attr) {
	for a := range writable(attrs) {
		b.buf = append(b.buf, ' ')
		switch a.Namespace {
		case "":
			b.buf = append(b.buf, a.Name...)
		case known.XML.URI():
			b.buf = append(b.buf, "xml:"+a.Name...)
		default:
			b.qualified(a.Namespace, a.Name)
		}
		b.buf = append(b.buf, `="`...)
		b.escape(held(a.Value), true)
		b.buf = append(b.buf, '"')
	}
}

func (b *builder) qualified(namespace, name string) {
	if namespace == known.XML.URI() {
		b.buf = append(b.buf, "xml"...)
	} else {
		b.buf = append(b.buf, b.names.of[namespace]...)
	}
	b.buf = append(b.buf, ':')
	b.buf = append(b.buf, name...)
}
