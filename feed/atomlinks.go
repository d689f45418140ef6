package feed

import "github.com/automationregion/newsletter"

// What Atom has elements for and RSS hasn't is Atom's in both: in RSS under the
// prefix "atom".

// person writes what Atom says of an author, in Atom or as an extension of RSS.
func (b *builder) person(prefix string, a newsletter.Author, more []*newsletter.Extension) {
	b.open(prefix + "author")
	b.text(prefix+"name", a.Name)
	b.text(prefix+"uri", a.URL)
	b.text(prefix+"email", a.Email)
	b.authorMore(a)
	b.elements(more)
	b.close(prefix + "author")
}

// atomID writes an ID as Atom has it: one that Atom can't hold by a name derived
// from it, with the original beside it.
func (b *builder) atomID(prefix, newsletter, id string) {
	if id == "" {
		return
	}
	iri, original := atomID(newsletter, id)
	b.text(prefix+"id", iri)
	b.text("schema:identifier", original)
}

// category writes a subject.
func (b *builder) category(prefix string, c newsletter.Category) {
	b.empty(prefix+"category", "term", c.Term, "scheme", c.Scheme, "label", c.Label)
}

// generator writes what made the feed.
func (b *builder) generator(prefix string, g newsletter.Generator) {
	if g == (newsletter.Generator{}) {
		return
	}
	if g.Name == "" {
		b.empty(prefix+"generator", "uri", g.URL, "version", g.Version)
		return
	}
	b.text(prefix+"generator", g.Name, "uri", g.URL, "version", g.Version)
}

// feedLinks writes the links of the feed that are Atom's in RSS too.
func (b *builder) feedLinks(name string, n *newsletter.Newsletter, f Format) {
	if n.FeedURL != "" {
		b.empty(name, "rel", "self", "type", f.MediaType(), "href", n.FeedURL)
	}
	b.hubs(name, n.Hubs)
	b.paging(name, n.Paging)
}

// link writes a related page, in Atom or as an extension of RSS, with more attributes.
func (b *builder) link(name string, l newsletter.Link, more ...string) {
	own := [...]string{"rel", l.Rel, "type", l.MediaType, "href", l.URL, "hreflang", l.Language, "title", l.Title}
	if more == nil {
		b.empty(name, own[:]...)
		return
	}
	b.empty(name, append(own[:], more...)...)
}

// isAlternate reports whether a link is of another page that has the letter.
func isAlternate(l newsletter.Link) bool { return l.Rel == "alternate" }
