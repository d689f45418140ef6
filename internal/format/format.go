// Package format is the one table of formats: what each is called, the media
// types and file names that it goes by, and how it is recognised. Who writes a
// format adds its writer to the table in package feed (a feed) or writes it in
// package feed/site (a page); who reads one adds its reader to the table in
// package parse. The command, the handlers, negotiation, the discovery of feeds
// in pages and the readers all look here.
package format

import (
	"slices"
	"strings"
)

// A Format is a row of the table.
type Format int

// The formats, in the order in which they are offered to who doesn't mind.
const (
	RSS  Format = iota // RSS 0.9x and 2.0
	Atom               // Atom 1.0 and 0.3
	JSON               // JSON Feed
	RDF                // RSS 0.90 and 1.0: read, and not written
	OPML               // a list of newsletters
	HTML               // a page for people
	count
)

// Sure is how surely a document of a media type is of the format.
type Sure int

// In the order that counts.
const (
	Never    Sure = iota
	Maybe         // any data
	Likely        // any document of the family
	Formerly      // was used for feeds, or never registered
	Nearly        // used for little else
	Surely        // its own
)

// A MediaType is one that documents of a format are served as.
type MediaType struct {
	Name string
	Sure Sure
}

// A Row is what there is to know about a format.
type Row struct {
	Name       string      // in commands and in code: "rss"
	Label      string      // among people: "RSS"
	MediaTypes []MediaType // its own first
	FileName   string      // that a document has by custom
	Names      []string    // others that the last part of a feed's URL is
	Endings    []string    // of the last part of a feed's URL
	Roots      []string    // root elements, in lower case; "{" is an object in JSON
	Feed       bool        // letters are read from it
	Written    bool        // a newsletter is written as it, under the FileName
}

// Of returns the row of the format, which is not to be changed.
func Of(f Format) *Row { return &table[f] }

// FileNames returns the names of the files that a newsletter is written in.
func FileNames() []string {
	var names []string
	for f := range table {
		if table[f].Written {
			names = append(names, table[f].FileName)
		}
	}
	return names
}

// Accept returns the Accept header of a client that reads feeds, and finds them
// in pages (RFC 9110, section 12.5.1).
func Accept() string {
	quality := map[Sure]string{Surely: "", Nearly: ";q=0.9", Likely: ";q=0.9", Maybe: ";q=0.8"}
	var list []string
	for sure := Surely; sure > Never; sure-- {
		for f := range table {
			for _, m := range table[f].MediaTypes {
				if q, asked := quality[sure]; asked && table[f].Feed && m.Sure == sure {
					list = append(list, m.Name+q)
				}
			}
		}
	}
	return strings.Join(list, ", ") + ", " + table[HTML].MediaType() + ";q=0.5, */*;q=0.3"
}

var table = [count]Row{
	RSS: {
		Name: "rss", Label: "RSS", FileName: "rss.xml", Feed: true, Written: true,
		MediaTypes: []MediaType{
			{"application/rss+xml", Surely}, {"application/x-rss+xml", Formerly},
			{"application/xml", Likely}, {"text/xml", Likely}, {"text/rss+xml", Formerly}, {"text/rss", Formerly},
		},
		Names:   []string{"rss", "rss2", "feed", "feed.xml", "index.xml"},
		Endings: []string{".rss"},
		Roots:   []string{"rss", "channel", "item"},
	},
	Atom: {
		Name: "atom", Label: "Atom", FileName: "atom.xml", Feed: true, Written: true,
		MediaTypes: []MediaType{{"application/atom+xml", Surely}, {"text/atom+xml", Formerly}},
		Names:      []string{"atom"},
		Endings:    []string{".atom"},
		Roots:      []string{"feed", "entry"},
	},
	JSON: {
		Name: "json", Label: "JSON Feed", FileName: "feed.json", Feed: true, Written: true,
		MediaTypes: []MediaType{{"application/feed+json", Surely}, {"application/json", Maybe}},
		Roots:      []string{"{"},
	},
	RDF: {
		Name: "rdf", Label: "RSS 1.0", FileName: "index.rdf", Feed: true,
		MediaTypes: []MediaType{{"application/rdf+xml", Nearly}},
		Endings:    []string{".rdf"},
		Roots:      []string{"rdf"},
	},
	OPML: {
		Name: "opml", Label: "OPML", FileName: "partners.opml",
		MediaTypes: []MediaType{{"text/x-opml", Surely}, {"text/x-opml+xml", Formerly}},
		Roots:      []string{"opml"},
	},
	HTML: {
		Name: "html", Label: "HTML", FileName: "index.html", Written: true,
		MediaTypes: []MediaType{{"text/html", Surely}},
		Roots: []string{"html", "head", "body", "title", "meta", "div", "p", "script", "center", "h1", "h2", "h3",
			"img", "a", "b", "i", "em", "span", "table", "ul", "ol", "br", "blockquote"},
	},
}

// MediaType returns the format's own media type, without parameters.
func (r *Row) MediaType() string { return r.MediaTypes[0].Name }

// SureOfFeed returns how surely a document of the media type, which may have
// parameters, is a feed.
func SureOfFeed(mediaType string) Sure {
	essence, _, _ := strings.Cut(strings.ToLower(mediaType), ";")
	essence = strings.TrimSpace(essence)
	for f := range table {
		if !table[f].Feed {
			continue
		}
		for _, m := range table[f].MediaTypes {
			if m.Name == essence {
				return m.Sure
			}
		}
	}
	return Never
}

// IsFeedName reports whether feeds have the name, which is the last part of a
// URL's path in lower case.
func IsFeedName(name string) bool {
	for f := range table {
		r := &table[f]
		if r.Feed && (name == r.FileName || slices.Contains(r.Names, name) ||
			slices.ContainsFunc(r.Endings, func(ending string) bool { return strings.HasSuffix(name, ending) })) {
			return true
		}
	}
	return false
}

// HasRoot reports whether documents of the format begin with the root element,
// given in lower case.
func (r *Row) HasRoot(name string) bool { return slices.Contains(r.Roots, name) }
