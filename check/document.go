package check

import (
	"slices"
	"strings"
	"sync"

	"github.com/automationregion/newsletter/internal/xmltoken"
)

// A schema is what the elements of all formats have to be.
type schema struct {
	everywhere    kids
	anywhere      kids // known somewhere, wherever it stands
	rssRoot       *element
	rssChannel    *element
	rdfRoot       *element
	rss1Channel   *element
	atomFeed      *element
	atomEntry     *element
	atomLink      *element
	atomPerson    *element
	atomCategory  *element
	atomGenerator *element
	opmlRoot      *element
	appCategories *element
	appService    *element
	appCollection *element
	mediaContent  *element
	mediaGroup    *element
	sharing, sync *element
	conflicts     *element
	div           *element
}

var theSchema = sync.OnceValue(func() *schema {
	s := &schema{div: &element{mode: modeDiv}, anywhere: kids{}}
	s.everywhere = s.everywhereKids()
	s.media()
	s.atomParts()
	s.app()
	s.feedSync()
	s.atom()
	s.rss()
	s.rdf()
	s.opml()
	s.conflicts.kids.many(spaceNone, "entry", s.atomEntry).many(spaceNone, "item", s.rssChannel.kids[own("item")].el)
	s.anywhere.with(s.everywhere)
	s.anywhere.many(spaceAtom, "author", s.atomPerson).many(spaceAtom, "category", s.atomCategory).many(spaceAtom, "content", s.construct(true)).
		many(spaceAtom, "contributor", s.atomPerson).many(spaceAtom, "generator", s.atomGenerator).many(spaceAtom, "icon", text(uri)).
		many(spaceAtom, "id", rawText(permanentID)).many(spaceAtom, "link", s.atomLink).many(spaceAtom, "logo", text(uri)).
		many(spaceAtom, "published", text(rfc3339)).many(spaceAtom, "updated", text(rfc3339)).many(spaceAtom, "rights", s.construct(false)).
		many(spaceAtom, "subtitle", s.construct(false)).many(spaceAtom, "summary", s.construct(false)).many(spaceAtom, "title", s.construct(false))
	return s
})

// inside is what an element is that stands where the schema has no list of elements.
var inside = [...]func(c *checker, parent *node) *element{
	modeText:      (*checker).elementInText,
	modeDiv:       (*checker).xhtmlElement,
	modeConstruct: (*checker).constructElement,
	modeRDF:       func(*checker, *node) *element { return rdfAny },
}

const (
	atomURI  = "http://www.w3.org/2005/Atom"
	rss11URI = "http://purl.org/net/rss1.1#"
)

// document settles what the document is by its first element.
func (c *checker) document() (*element, *child) {
	s := &c.scan
	local := string(s.Local)
	as := func(f Format, version string, el *element) (*element, *child) {
		c.format, c.version = f, version
		return el, &child{el: el, name: own(local)}
	}
	namespace := func(rule, message string) { c.report(rule, s.at, s.uri, message) }
	wrong := func() {
		namespace("namespace-wrong", "<"+local+"> is in the namespace "+quote(s.uri)+", where it has none or another")
		c.native[s.Space], c.base = true, s.uri
	}
	c.native[spaceNone] = true
	switch {
	case local == "rss":
		if s.uri != "" {
			wrong()
		}
		return as(RSS, "", c.schema.rssRoot)
	case local == "feed" || local == "entry":
		c.prefixAvoid()
		el := c.schema.atomFeed
		if local == "entry" {
			el = c.schema.atomEntry
		}
		switch {
		case s.Space == spaceAtom03:
			namespace("atom-namespace-obsolete", "the document is in Atom 0.3, which became Atom 1.0")
			c.format, c.version = Atom, "0.3"
			return anything, nil
		case s.uri == "":
			namespace("namespace-missing", "<"+local+"> has no namespace: it needs xmlns=\""+atomURI+"\"")
			c.bare = true
		case s.uri != atomURI:
			wrong()
		}
		c.native[spaceAtom] = true
		return as(Atom, "1.0", el)
	case local == "Channel":
		switch {
		case s.uri == "":
			namespace("namespace-missing", "<Channel> has no namespace: it needs xmlns=\""+rss11URI+"\"")
			c.bare = true
		case s.uri != rss11URI:
			wrong()
		}
		c.native[spaceRSS11] = true
		return as(RSS1, "1.1", c.schema.rss1Channel)
	case local == "RDF" && s.Space == spaceRDF:
		c.native[spaceRSS1] = true
		version := "1.0"
		if slices.ContainsFunc(s.Bindings(), func(b xmltoken.Binding) bool { return b.Space == spaceRSS090 && b.Prefix == "" }) {
			c.native[spaceRSS090], version = true, "0.90"
		}
		return as(RSS1, version, c.schema.rdfRoot)
	case (local == "opml" || local == "outlineDocument") && s.uri == "":
		if local == "outlineDocument" {
			namespace("opml-obsolete", "<outlineDocument> became <opml>")
		}
		return as(OPML, "", c.schema.opmlRoot)
	case s.Space == spaceApp && local == "categories":
		c.native[spaceApp] = true
		return as(Atom, "1.0", c.schema.appCategories)
	case s.Space == spaceApp && local == "service":
		c.native[spaceApp] = true
		return as(Atom, "1.0", c.schema.appService)
	}
	what := "<" + clip(string(s.Name)) + ">"
	if strings.EqualFold(local, "html") {
		what = "a web page"
	}
	c.report("document-not-a-feed", s.at, string(s.Name), "this is "+what+", and no feed that is known")
	return anything, nil
}
