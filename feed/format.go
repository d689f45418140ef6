package feed

import (
	"fmt"
	"iter"
	"strings"

	"github.com/automationregion/newsletter/internal/format"
)

// A Format is a kind of document that a newsletter is written as.
type Format int

// The formats that [Write] knows.
const (
	RSS  = Format(format.RSS)  // RSS 2.0, with the Advisory Board's best practices
	Atom = Format(format.Atom) // Atom 1.0, RFC 4287 and RFC 5005
	JSON = Format(format.JSON) // JSON Feed 1.1

	formats = iota // how many there are
)

// Formats yields the formats that [Write] knows, in the order in which they are offered
// to a client without a preference.
func Formats() iter.Seq[Format] {
	return func(yield func(Format) bool) {
		for f := range Format(formats) {
			if !yield(f) {
				return
			}
		}
	}
}

func (f Format) known() bool { return f >= 0 && f < formats }

func (f Format) row() *format.Row { return format.Of(format.Format(f)) }

// String returns the format's name: "rss", "atom" or "json".
func (f Format) String() string {
	if !f.known() {
		return fmt.Sprintf("Format(%d)", int(f))
	}
	return f.row().Name
}

// Label returns the format's name as people write it: "RSS", "Atom" or "JSON
// Feed".
func (f Format) Label() string {
	if !f.known() {
		return f.String()
	}
	return f.row().Label
}

// MediaType returns the registered media type of the format's documents,
// without parameters. All of them are UTF-8.
func (f Format) MediaType() string {
	if !f.known() {
		return "application/octet-stream"
	}
	return f.row().MediaType()
}

// FileName returns the name that a document of the format has by custom:
// "rss.xml", "atom.xml" or "feed.json".
func (f Format) FileName() string {
	if !f.known() {
		return ""
	}
	return f.row().FileName
}

// ParseFormat returns the format that has the name. It is the reverse of
// [Format.String].
func ParseFormat(name string) (Format, error) {
	var names []string
	for f := range Formats() {
		if f.String() == name {
			return f, nil
		}
		names = append(names, f.String())
	}
	return 0, fmt.Errorf("unknown feed format %q: want %s", name, strings.Join(names, ", "))
}
