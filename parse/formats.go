package parse

import "github.com/automationregion/newsletter/internal/format"

// readers is who reads each format that an XML document can have: begin is told
// the name of the root element, which is one of the format's, and reports
// whether the document is a feed. JSON has no elements, and is read by readJSON.
var readers = [...]struct {
	format format.Format
	begin  func(d *Decoder, root string) bool
}{
	{format.RSS, (*Decoder).beginRSS},
	{format.RDF, (*Decoder).beginRDF},
	{format.Atom, (*Decoder).beginAtom},
}
