// Package namespace is the one table of the XML namespaces that feeds use: what
// each is called, which prefixes are its own by custom, and how else it is spelt.
package namespace

import "strings"

// A Space is a namespace that feeds use, whatever its prefix and its spelling.
type Space uint8

// The namespaces of feeds.
const (
	RSS Space = iota // and no namespace at all
	Atom
	XML
	RDF
	XHTML
	DC
	DCTerms
	Content
	Media
	ITunes
	Schema
	FeedBurner
	History
	Admin
	License
	WordPress // what it exports beside RSS
	Ours      // what no other vocabulary has a word for
	Other     // one that no row of the table names
)

// A row is what is known of a namespace.
type row struct {
	uri       string   // its own name
	prefixes  []string // that documents use without declaring them
	spellings []string // that were met: in lower case, without the scheme and without "/" and "#" at the end
}

var table = [...]row{
	RSS: {"", []string{"rss"}, []string{
		"", "purl.org/rss/1.0", "purl.org/net/rss1.1",
		"my.netscape.com/rdf/simple/0.9", "channel.netscape.com/rdf/simple/0.9", "my.netscape.com/publish/formats/rss-0.91.dtd",
		"backend.userland.com/rss", "backend.userland.com/rss2", "backend.userland.com/rss2.1",
		"blogs.law.harvard.edu/tech/rss", "cyber.law.harvard.edu/rss/rss.html", "www.rssboard.org/rss-specification",
	}},
	Atom: {"http://www.w3.org/2005/Atom", []string{"atom", "atom10", "a10"}, []string{
		"w3.org/2005/atom", "www.w3.org/2005/atom", "purl.org/atom/ns", "purl.org/pie", "purl.org/echo",
		"example.com/newformat", "example.com/necho", "uri/of/echo/namespace",
	}},
	XML:   {"http://www.w3.org/XML/1998/namespace", []string{"xml"}, []string{"www.w3.org/xml/1998/namespace"}},
	RDF:   {"http://www.w3.org/1999/02/22-rdf-syntax-ns#", []string{"rdf"}, []string{"www.w3.org/1999/02/22-rdf-syntax-ns"}},
	XHTML: {"http://www.w3.org/1999/xhtml", []string{"xhtml"}, []string{"www.w3.org/1999/xhtml"}},
	DC: {"http://purl.org/dc/elements/1.1/", []string{"dc"}, []string{
		"purl.org/dc/elements/1.1", "purl.org/dc/elements/1.0", "purl.org/dc",
	}},
	DCTerms: {"http://purl.org/dc/terms/", []string{"dcterms"}, []string{"purl.org/dc/terms"}},
	Content: {"http://purl.org/rss/1.0/modules/content/", []string{"content"}, []string{"purl.org/rss/1.0/modules/content"}},
	Media: {"http://search.yahoo.com/mrss/", []string{"media"}, []string{
		"search.yahoo.com/mrss", "search.yahoo.com/searchmonkey/media", "www.rssboard.org/media-rss",
	}},
	ITunes: {"http://www.itunes.com/dtds/podcast-1.0.dtd", []string{"itunes", "googleplay"}, []string{
		"www.itunes.com/dtds/podcast-1.0.dtd", "itunes.com/dtds/podcast-1.0.dtd", "www.itunes.com/dtds/podcast-1.0",
		"www.itunes.com/dtds/podcast", "example.com/dtds/podcast-1.0.dtd",
		"www.google.com/schemas/play-podcasts/1.0", "www.google.com/schemas/play-podcasts/1.0/play-podcasts.xsd",
	}},
	Schema: {"https://schema.org/", []string{"schema"}, []string{"schema.org"}},
	FeedBurner: {"http://rssnamespace.org/feedburner/ext/1.0", []string{"feedburner"}, []string{
		"rssnamespace.org/feedburner/ext/1.0",
	}},
	History: {"http://purl.org/syndication/history/1.0", []string{"fh"}, []string{"purl.org/syndication/history/1.0"}},
	Admin:   {"http://webns.net/mvcb/", []string{"admin"}, []string{"webns.net/mvcb"}},
	License: {"http://backend.userland.com/creativeCommonsRssModule", []string{"creativeCommons", "cc"}, []string{
		"backend.userland.com/creativecommonsrssmodule", "creativecommons.org/ns", "web.resource.org/cc",
	}},
	WordPress: {"http://wordpress.org/export/1.2/", []string{"wp"}, []string{
		"wordpress.org/export/1.0", "wordpress.org/export/1.1", "wordpress.org/export/1.2",
	}},
	Ours: {"https://pkg.go.dev/github.com/automationregion/newsletter/feed", nil, []string{
		"pkg.go.dev/github.com/automationregion/newsletter/feed",
	}},
	Other: {},
}

// The table by each of its columns.
var byURI, bySpelling, byPrefix = columns()

func columns() (uris, spellings, prefixes map[string]Space) {
	uris, spellings, prefixes = map[string]Space{}, map[string]Space{}, map[string]Space{}
	for s, r := range table[:Other] {
		if r.uri != "" {
			uris[r.uri] = Space(s)
		}
		for _, p := range r.prefixes {
			prefixes[p] = Space(s)
		}
		for _, spelling := range r.spellings {
			spellings[spelling] = Space(s)
		}
	}
	return uris, spellings, prefixes
}

// URI is the namespace's own name; "" for RSS, which has none, and for Other.
func (s Space) URI() string { return table[s].uri }

// Prefix is the one that the namespace has by custom.
func (s Space) Prefix() string { return table[s].prefixes[0] }

// Exact returns the namespace whose own name uri is, letter for letter.
func Exact(uri []byte) (Space, bool) {
	s, ok := byURI[string(uri)]
	return s, ok
}

// Of returns the namespace that uri names, however it is spelt.
func Of(uri string) Space {
	if s, ok := byURI[uri]; ok {
		return s
	}
	if s, ok := bySpelling[Spelling(uri)]; ok {
		return s
	}
	return Other
}

// Spelling returns the name of a namespace without what differs by custom.
func Spelling(uri string) string {
	uri = strings.ToLower(strings.TrimSpace(uri))
	uri = strings.TrimPrefix(uri, "http://")
	uri = strings.TrimPrefix(uri, "https://")
	return strings.TrimRight(uri, "/#")
}

// Instance is the namespace of what a document says of its schema, which is
// nothing of the newsletter (XML Schema, section 2.6).
const Instance = "http://www.w3.org/2001/XMLSchema-instance"

// Declarations is the namespace of those of prefixes, which no prefix may stand for
// (Namespaces in XML, section 3).
const Declarations = "http://www.w3.org/2000/xmlns/"

// TellsOfPerson reports whether elements of the namespace that stand in a person
// are read as what is known of them, or not at all. Others are kept as they are.
func (s Space) TellsOfPerson() bool {
	switch s {
	case RSS, Atom, Schema, XHTML, RDF, Ours:
		return true
	}
	return false
}

// OfPrefix returns the namespace that a prefix stands for where nothing
// declares it, or Other.
func OfPrefix(prefix []byte) Space {
	if s, ok := byPrefix[string(prefix)]; ok {
		return s
	}
	return Other
}
