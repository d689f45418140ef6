package check

import (
	"strings"

	"github.com/automationregion/newsletter/internal/namespace"
)

// A space is a namespace that rules are known for. The tokens carry it; its numbers
// are this package's own, which knows more of them than readers do.
type space = namespace.Space

const (
	spaceNone space = iota
	spaceOther
	spaceXML
	spaceXMLNS
	spaceAtom
	spaceAtom03
	spaceXHTML
	spaceRDF
	spaceRDFS
	spaceRSS090
	spaceRSS1
	spaceRSS11
	spaceDC
	spaceDCTerms
	spaceContent
	spaceSyndication
	spaceITunes
	spaceMedia
	spacePodcast
	spaceThread
	spaceThread1
	spaceHistory
	spaceGeoRSS
	spaceGML
	spaceGeo
	spaceGeoURL
	spaceICBM
	spaceSlash
	spaceWFW
	spaceCreativeCommons
	spaceCC
	spaceLists
	spaceAdmin
	spaceBlogChannel
	spaceFeedBurner
	spaceTrackback
	spaceApp
	spaceSync
	spaceAccess
	spaceIndexing
	spaceConversations
	spaceOpenSearch
	spaceFOAF
	spaceEvent
	spaceTaxonomy
	spaceLink
	spaceAnnotate
	spaceAggregation
	spaceWiki
	spaceChanged
	spaceOPML
	spaceGoogle
	spaceSVG
	spaceMathML
	spaceXRD
	spaceXRDS
	spaceOpenID
	spaceMisc // known by name only
)

// A vocabulary is a namespace and the prefix that everybody gives it.
type vocabulary struct {
	uri    string
	prefix string
	space  space
}

var vocabularies = []vocabulary{
	{namespace.XML.URI(), "xml", spaceXML},
	{"http://www.w3.org/2005/Atom", "atom", spaceAtom},
	{"http://purl.org/atom/ns#", "", spaceAtom03},
	{"http://www.w3.org/1999/xhtml", "xhtml", spaceXHTML},
	{"http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf", spaceRDF},
	{"http://www.w3.org/2000/01/rdf-schema#", "rdfs", spaceRDFS},
	{"http://my.netscape.com/rdf/simple/0.9/", "rss090", spaceRSS090},
	{"http://purl.org/rss/1.0/", "rss1", spaceRSS1},
	{"http://purl.org/net/rss1.1#", "rss11", spaceRSS11},
	{"http://purl.org/dc/elements/1.1/", "dc", spaceDC},
	{"http://purl.org/dc/terms/", "dcterms", spaceDCTerms},
	{"http://purl.org/rss/1.0/modules/content/", "content", spaceContent},
	{"http://purl.org/rss/1.0/modules/syndication/", "sy", spaceSyndication},
	{"http://www.itunes.com/dtds/podcast-1.0.dtd", "itunes", spaceITunes},
	{"http://search.yahoo.com/mrss/", "media", spaceMedia},
	{"https://podcastindex.org/namespace/1.0", "podcast", spacePodcast},
	{"https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md", "podcast", spacePodcast},
	{"http://purl.org/syndication/thread/1.0", "thr", spaceThread},
	{"http://purl.org/rss/1.0/modules/threading/", "thr", spaceThread1},
	{"http://purl.org/syndication/history/1.0", "fh", spaceHistory},
	{"http://www.georss.org/georss", "georss", spaceGeoRSS},
	{"http://www.opengis.net/gml", "gml", spaceGML},
	{"http://www.w3.org/2003/01/geo/wgs84_pos#", "geo", spaceGeo},
	{"http://geourl.org/rss/module/", "geourl", spaceGeoURL},
	{"http://postneo.com/icbm", "icbm", spaceICBM},
	{"http://purl.org/rss/1.0/modules/slash/", "slash", spaceSlash},
	{"http://wellformedweb.org/CommentAPI/", "wfw", spaceWFW},
	{"http://backend.userland.com/creativeCommonsRssModule", "creativeCommons", spaceCreativeCommons},
	{"http://web.resource.org/cc/", "cc", spaceCC},
	{"http://www.microsoft.com/schemas/rss/core/2005", "cf", spaceLists},
	{"http://webns.net/mvcb/", "admin", spaceAdmin},
	{"http://backend.userland.com/blogChannelModule", "blogChannel", spaceBlogChannel},
	{"http://rssnamespace.org/feedburner/ext/1.0", "feedburner", spaceFeedBurner},
	{"http://madskills.com/public/xml/rss/module/trackback/", "trackback", spaceTrackback},
	{"http://www.w3.org/2007/app", "app", spaceApp},
	{"http://feedsync.org/2007/feedsync", "sx", spaceSync},
	{"http://www.bloglines.com/about/specs/fac-1.0", "access", spaceAccess},
	{"urn:atom-extension:indexing", "indexing", spaceIndexing},
	{"http://conversationsnetwork.org/rssNamespace-1.0/", "conversationsNetwork", spaceConversations},
	{"http://a9.com/-/spec/opensearchrss/1.0/", "opensearch10", spaceOpenSearch},
	{"http://a9.com/-/spec/opensearch/1.1/", "opensearch", spaceOpenSearch},
	{"http://xmlns.com/foaf/0.1/", "foaf", spaceFOAF},
	{"http://purl.org/rss/1.0/modules/event/", "ev", spaceEvent},
	{"http://purl.org/rss/1.0/modules/taxonomy/", "taxo", spaceTaxonomy},
	{"http://purl.org/rss/1.0/modules/link/", "l", spaceLink},
	{"http://purl.org/rss/1.0/modules/annotate/", "annotate", spaceAnnotate},
	{"http://purl.org/rss/1.0/modules/aggregation/", "ag", spaceAggregation},
	{"http://purl.org/rss/1.0/modules/wiki/", "wiki", spaceWiki},
	{"http://www.usemod.com/cgi-bin/mb.pl?ModWiki", "wiki", spaceWiki},
	{"http://my.theinfo.org/changed/1.0/rss/", "cp", spaceChanged},
	{"http://www.opml.org/spec2", "opml", spaceOPML},
	{"http://base.google.com/ns/1.0", "g", spaceGoogle},
	{"http://www.w3.org/2000/svg", "svg", spaceSVG},
	{"http://www.w3.org/1998/Math/MathML", "mathml", spaceMathML},
	{"xri://$xrd*($v*2.0)", "xrd", spaceXRD},
	{"xri://$xrds", "xrds", spaceXRDS},
	{"http://openid.net/xmlns/1.0", "openid", spaceOpenID},
	{"http://media.tangent.org/rss/1.0/", "audio", spaceMisc},
	{"http://purl.org/rss/1.0/modules/company", "company", spaceMisc},
	{"http://purl.org/rss/1.0/modules/email/", "email", spaceMisc},
	{"http://purl.org/rss/1.0/modules/image/", "image", spaceMisc},
	{"http://purl.org/rss/1.0/modules/reference/", "ref", spaceMisc},
	{"http://purl.org/rss/1.0/modules/richequiv/", "reqv", spaceMisc},
	{"http://purl.org/rss/1.0/modules/rss091#", "rss091", spaceMisc},
	{"http://purl.org/rss/1.0/modules/search/", "search", spaceMisc},
	{"http://purl.org/rss/1.0/modules/servicestatus/", "ss", spaceMisc},
	{"http://hacks.benhammersley.com/rss/streaming/", "str", spaceMisc},
	{"http://purl.org/rss/1.0/modules/subscription/", "sub", spaceMisc},
	{"http://schemas.xmlsoap.org/soap/envelope/", "soap", spaceMisc},
	{"http://earth.google.com/kml/2.0", "kml20", spaceMisc},
	{"http://earth.google.com/kml/2.1", "kml21", spaceMisc},
	{"http://www.opengis.net/kml/2.2", "kml22", spaceMisc},
	{"http://www.w3.org/1999/xlink", "xlink", spaceMisc},
}

// foreign are namespaces in wide use that have their own documentation and are
// not judged here.
var foreign = map[string]string{
	"http://schemas.google.com/g/2005":            "Google Data",
	"http://www.rawvoice.com/rawvoiceRssModule/":  "RawVoice",
	"https://schema.org/":                         "Schema.org",
	"http://schema.org/":                          "Schema.org",
	"https://automationregion.github.io/ns/2026/": "this library's own",
}

var (
	byURI, byLooseURI, byPrefix = func() (exact, loose map[string]*vocabulary, prefixes map[string]*vocabulary) {
		exact, loose, prefixes = map[string]*vocabulary{}, map[string]*vocabulary{}, map[string]*vocabulary{}
		for i := range vocabularies {
			v := &vocabularies[i]
			exact[v.uri] = v
			loose[looseURI(v.uri)] = v
			if _, ok := prefixes[v.prefix]; !ok && v.prefix != "" {
				prefixes[v.prefix] = v
			}
		}
		return exact, loose, prefixes
	}()
	prefixOf = func() (names [256]string) {
		for _, v := range vocabularies {
			if names[v.space] == "" {
				names[v.space] = v.prefix
			}
		}
		return names
	}()
)

// looseURI is what is compared of a namespace's name: one that differs in case
// or in what stands behind its last letter is meant to be the same.
func looseURI(uri string) string {
	return strings.ToLower(strings.TrimRightFunc(uri, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r >= 0x80)
	}))
}

func spaceOf(uri string) space {
	if uri == "" {
		return spaceNone
	}
	if v := byLooseURI[looseURI(uri)]; v != nil {
		return v.space
	}
	return spaceOther
}

// judged reports whether there are rules about which elements and attributes
// the namespace has.
func judged(s space) bool { return s > spaceXMLNS && s != spacePodcast }

// prefixAvoid reports prefixes in Atom that some readers don't understand.
func (c *checker) prefixAvoid() {
	for _, b := range c.scan.Bindings() {
		if (b.Space == spaceAtom || b.Space == spaceXHTML) && b.Prefix != "" {
			c.report("namespace-prefix-avoid", c.scan.at, b.Prefix, "the prefix "+clip(b.Prefix)+" for Atom or XHTML: some readers only know these without one")
			return
		}
		if b.Prefix == "atom" || b.Prefix == "xhtml" {
			c.report("namespace-prefix-avoid", c.scan.at, b.Prefix, "the prefix "+clip(b.Prefix)+" in a document of Atom: some readers mistake it")
			return
		}
	}
}

// bindings judges the namespaces that the present tag declares.
func (c *checker) bindings() {
	for i := range c.scan.Attrs {
		a := attr{Attr: &c.scan.Attrs[i]}
		if prefix, ok := a.Declares(); ok {
			at, _ := c.scan.AttrPlaces(a.Attr)
			c.bound(prefix, a.name(), c.scan.Value(a.Attr), at)
		}
	}
}

// bound judges a namespace as it is declared.
func (c *checker) bound(prefix, attr, uri string, at place) {
	if strings.ContainsAny(strings.TrimSpace(uri), " \t\r\n") {
		c.over = true
		c.report("xml-not-well-formed", at, "", "the namespace "+quote(uri)+" has spaces in it")
		return
	}
	const mrss = "http://search.yahoo.com/mrss"
	v, named := byURI[uri], byPrefix[prefix]
	switch {
	case uri == mrss:
		c.report("media-namespace", at, uri, "the namespace of Media RSS ends with a slash: "+quote(mrss+"/"))
	case named != nil && (v == nil || v.prefix != prefix):
		c.report("namespace-prefix-reserved", at, uri, "the prefix "+clip(prefix)+" is bound to "+quote(uri)+", where everybody means "+quote(named.uri))
	case prefix == "wiki" && strings.Contains(uri, "usemod"):
		c.report("wiki-namespace-old", at, uri, "the namespace of ModWiki moved")
	case v != nil:
		if prefix != "" && prefix != v.prefix && v.prefix != "" {
			c.report("namespace-prefix-unusual", at, uri, "the prefix "+clip(prefix)+" is bound to "+quote(uri)+", which is usually called "+v.prefix)
		}
		if (v.prefix == "atom" || v.prefix == "xhtml") && prefix != "" && c.format == Atom {
			c.report("namespace-prefix-avoid", at, prefix, "the prefix "+clip(prefix)+" for Atom or XHTML: some readers only know these without one")
		}
	case foreign[uri] != "":
		c.report("namespace-not-judged", at, uri, "the namespace of "+foreign[uri]+" is not judged")
	case uri != "":
		n := c.top()
		w := val{s: uri, at: at, end: at, attr: attr}
		if c.uri(uriKind{rule: "iri", iri: true}, n, w) {
			c.report("namespace-unknown", at, uri, "the namespace "+quote(uri)+" is not one that is known")
		}
	}
}
