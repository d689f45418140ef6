// Package xmltoken cuts documents into the tokens of XML: tags with their
// namespaces, text with its references replaced, each with its place.
//
// It is apart from package parse because a token knows nothing of feeds, and who
// judges a document, shows a place in it, or reads a list of newsletters needs
// tokens without letters. Unlike encoding/xml it goes on after the small faults
// that feeds are full of, and says what it mended. A strict reader mends nothing: it
// is what documents are judged by.
//
// The files from the bytes upwards: place and fault, reader (the window, and
// what a document begins with), reference and entity, name (namespaces, bases),
// tag, token, strict, text (an element's text), markup (an element's XHTML).
package xmltoken
