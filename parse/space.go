package parse

import "strings"

// A space is a namespace that feeds use, whatever its prefix and its spelling.
type space uint8

const (
	spaceRSS space = iota // and no namespace at all
	spaceAtom
	spaceXML
	spaceRDF
	spaceXHTML
	spaceDC
	spaceDCTerms
	spaceContent
	spaceMedia
	spaceITunes
	spaceSchema
	spaceFeedBurner
	spaceHistory
	spaceAdmin
	spaceLicense
	spaceOther
)

// spaceURI is the namespace's own name.
var spaceURI = [...]string{
	spaceAtom:       "http://www.w3.org/2005/Atom",
	spaceXML:        "http://www.w3.org/XML/1998/namespace",
	spaceRDF:        "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
	spaceXHTML:      "http://www.w3.org/1999/xhtml",
	spaceDC:         "http://purl.org/dc/elements/1.1/",
	spaceDCTerms:    "http://purl.org/dc/terms/",
	spaceContent:    "http://purl.org/rss/1.0/modules/content/",
	spaceMedia:      "http://search.yahoo.com/mrss/",
	spaceITunes:     "http://www.itunes.com/dtds/podcast-1.0.dtd",
	spaceSchema:     "https://schema.org/",
	spaceFeedBurner: "http://rssnamespace.org/feedburner/ext/1.0",
	spaceHistory:    "http://purl.org/syndication/history/1.0",
	spaceAdmin:      "http://webns.net/mvcb/",
	spaceLicense:    "http://backend.userland.com/creativeCommonsRssModule",
	spaceOther:      "",
}

// spaces finds the namespaces by the names that nearly all feeds use.
var spaces = map[string]space{
	"http://www.w3.org/2005/Atom":                          spaceAtom,
	"http://www.w3.org/1999/02/22-rdf-syntax-ns#":          spaceRDF,
	"http://www.w3.org/1999/xhtml":                         spaceXHTML,
	"http://purl.org/dc/elements/1.1/":                     spaceDC,
	"http://purl.org/dc/terms/":                            spaceDCTerms,
	"http://purl.org/rss/1.0/modules/content/":             spaceContent,
	"http://search.yahoo.com/mrss/":                        spaceMedia,
	"http://www.itunes.com/dtds/podcast-1.0.dtd":           spaceITunes,
	"https://schema.org/":                                  spaceSchema,
	"http://rssnamespace.org/feedburner/ext/1.0":           spaceFeedBurner,
	"http://purl.org/syndication/history/1.0":              spaceHistory,
	"http://webns.net/mvcb/":                               spaceAdmin,
	"http://backend.userland.com/creativeCommonsRssModule": spaceLicense,
}

// spellings finds them by any spelling that was met: in lower case, without the
// scheme and without what stands at the end ("/", "#").
var spellings = map[string]space{
	"":                                    spaceRSS,
	"purl.org/rss/1.0":                    spaceRSS,
	"my.netscape.com/rdf/simple/0.9":      spaceRSS,
	"channel.netscape.com/rdf/simple/0.9": spaceRSS,
	"my.netscape.com/publish/formats/rss-0.91.dtd":               spaceRSS,
	"backend.userland.com/rss":                                   spaceRSS,
	"backend.userland.com/rss2":                                  spaceRSS,
	"backend.userland.com/rss2.1":                                spaceRSS,
	"blogs.law.harvard.edu/tech/rss":                             spaceRSS,
	"cyber.law.harvard.edu/rss/rss.html":                         spaceRSS,
	"www.rssboard.org/rss-specification":                         spaceRSS,
	"w3.org/2005/atom":                                           spaceAtom,
	"www.w3.org/2005/atom":                                       spaceAtom,
	"purl.org/atom/ns":                                           spaceAtom,
	"purl.org/net/rss1.1":                                        spaceRSS,
	"purl.org/pie":                                               spaceAtom,
	"example.com/newformat":                                      spaceAtom,
	"example.com/necho":                                          spaceAtom,
	"purl.org/echo":                                              spaceAtom,
	"uri/of/echo/namespace":                                      spaceAtom,
	"www.w3.org/xml/1998/namespace":                              spaceXML,
	"www.w3.org/1999/02/22-rdf-syntax-ns":                        spaceRDF,
	"www.w3.org/1999/xhtml":                                      spaceXHTML,
	"purl.org/dc/elements/1.1":                                   spaceDC,
	"purl.org/dc/elements/1.0":                                   spaceDC,
	"purl.org/dc":                                                spaceDC,
	"purl.org/dc/terms":                                          spaceDCTerms,
	"purl.org/rss/1.0/modules/content":                           spaceContent,
	"search.yahoo.com/mrss":                                      spaceMedia,
	"search.yahoo.com/searchmonkey/media":                        spaceMedia,
	"www.rssboard.org/media-rss":                                 spaceMedia,
	"www.itunes.com/dtds/podcast-1.0.dtd":                        spaceITunes,
	"itunes.com/dtds/podcast-1.0.dtd":                            spaceITunes,
	"www.itunes.com/dtds/podcast-1.0":                            spaceITunes,
	"www.itunes.com/dtds/podcast":                                spaceITunes,
	"example.com/dtds/podcast-1.0.dtd":                           spaceITunes,
	"www.google.com/schemas/play-podcasts/1.0":                   spaceITunes,
	"www.google.com/schemas/play-podcasts/1.0/play-podcasts.xsd": spaceITunes,
	"schema.org":                                                 spaceSchema,
	"rssnamespace.org/feedburner/ext/1.0":                        spaceFeedBurner,
	"purl.org/syndication/history/1.0":                           spaceHistory,
	"webns.net/mvcb":                                             spaceAdmin,
	"backend.userland.com/creativecommonsrssmodule":              spaceLicense,
	"creativecommons.org/ns":                                     spaceLicense,
	"web.resource.org/cc":                                        spaceLicense,
}

// usualPrefixes are for documents that use a prefix without declaring it.
var usualPrefixes = map[string]space{
	"xml": spaceXML, "rss": spaceRSS, "atom": spaceAtom, "atom10": spaceAtom, "a10": spaceAtom,
	"rdf": spaceRDF, "xhtml": spaceXHTML, "dc": spaceDC, "dcterms": spaceDCTerms,
	"content": spaceContent, "media": spaceMedia, "itunes": spaceITunes, "googleplay": spaceITunes,
	"schema": spaceSchema, "feedburner": spaceFeedBurner, "fh": spaceHistory, "admin": spaceAdmin,
	"creativeCommons": spaceLicense, "cc": spaceLicense,
}

// spaceOf returns the namespace that a URI names, however it is spelt.
func spaceOf(uri string) space {
	s := strings.ToLower(strings.TrimSpace(uri))
	s = strings.TrimPrefix(s, "http://")
	s = strings.TrimPrefix(s, "https://")
	s = strings.TrimRight(s, "/#")
	if s, ok := spellings[s]; ok {
		return s
	}
	return spaceOther
}
