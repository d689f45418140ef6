package parse

// rdf is the root of a feed in RSS 1.0 within another element.
var rdf = map[string]rule{
	"rdf": {open: true},
}
