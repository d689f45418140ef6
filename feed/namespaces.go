package feed

import "encoding/xml"

// A namespace is a vocabulary's, with the prefix that feeds bind it to by custom.
type namespace struct {
	prefix, uri string
	atom        bool // Atom feeds use it beside their own
}

// namespaces is the table of them. All but Atom's own have a file each; the
// feeds of RSS declare all.
var namespaces = [...]namespace{
	{prefix: "atom", uri: nsAtom},
	{prefix: "content", uri: nsContent},
	{prefix: "dc", uri: nsDC},
	{prefix: "dcterms", uri: nsDCTerms},
	{prefix: "fh", uri: nsHistory, atom: true},
	{prefix: "media", uri: nsMedia, atom: true},
	{prefix: "schema", uri: nsSchema, atom: true},
}

// nsAtom is the namespace of Atom, whose elements say in RSS what that lacks.
const nsAtom = "http://www.w3.org/2005/Atom"

// declarations returns the attributes of a root that declare the namespaces
// which its document may use.
func declarations(used func(namespace) bool) []xml.Attr {
	var attrs []xml.Attr
	for _, n := range namespaces {
		if used(n) {
			attrs = append(attrs, attributes("xmlns:"+n.prefix, n.uri)...)
		}
	}
	return attrs
}
