// Package feed writes a newsletter as an RSS 2.0, Atom 1.0 or JSON Feed 1.1
// document or as an HTML page, and a list of newsletters as OPML 2.0.
package feed

import (
	"fmt"
	"io"

	"github.com/automationregion/newsletter"
)

// A Format is a kind of document that a newsletter is written as.
type Format int

// The formats that [Write] knows.
const (
	RSS  Format = iota // RSS 2.0, with the Advisory Board's best practices
	Atom               // Atom 1.0, RFC 4287 and RFC 5005
	JSON               // JSON Feed 1.1
	HTML               // a page for people
)

var formats = [...]struct{ name, mediaType, fileName string }{
	RSS:  {"rss", "application/rss+xml", "rss.xml"},
	Atom: {"atom", "application/atom+xml", "atom.xml"},
	JSON: {"json", "application/feed+json", "feed.json"},
	HTML: {"html", "text/html", "index.html"},
}

func (f Format) known() bool { return f >= 0 && int(f) < len(formats) }

// String returns the format's name: "rss", "atom", "json" or "html".
func (f Format) String() string {
	if !f.known() {
		return fmt.Sprintf("Format(%d)", int(f))
	}
	return formats[f].name
}

// MediaType returns the registered media type of the format's documents,
// without parameters. All of them are UTF-8.
func (f Format) MediaType() string {
	if !f.known() {
		return "application/octet-stream"
	}
	return formats[f].mediaType
}

// FileName returns the name that a document of the format has by custom:
// "rss.xml", "atom.xml", "feed.json" or "index.html".
func (f Format) FileName() string {
	if !f.known() {
		return ""
	}
	return formats[f].fileName
}

// ParseFormat returns the format that has the name. It is the reverse of
// [Format.String].
func ParseFormat(name string) (Format, error) {
	for i, f := range formats {
		if f.name == name {
			return Format(i), nil
		}
	}
	return 0, fmt.Errorf("unknown feed format %q: want rss, atom, json or html", name)
}

// Write writes the newsletter and its letters, in the order that they have.
//
// A newsletter that [newsletter.Newsletter.Validate] finds fault with is not
// written: Write returns that error, which names each letter and field, and w
// is left alone. Nothing is filled in or left out, and the same newsletter
// always gives the same bytes. The newsletter is not changed.
func Write(w io.Writer, n *newsletter.Newsletter, f Format) error {
	// Each writes to w only when the document is complete. They stand apart from
	// the table of formats, because a writer may ask a format for its names.
	switch f {
	case RSS:
		return writeRSS(w, n)
	case Atom:
		return writeAtom(w, n)
	case JSON:
		return writeJSON(w, n)
	case HTML:
		return writeHTML(w, n)
	}
	return fmt.Errorf("unknown feed format %v", f)
}
