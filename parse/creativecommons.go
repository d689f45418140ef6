package parse

import (
	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/namespace"
)

// licenses are the elements of Creative Commons.
var licenses = map[string]rule{
	"license": {read: license},
}

func license(d *Decoder, p *page) {
	if u := d.urlOr(d.tok.AttrIn(namespace.RDF, "resource")); u != "" {
		d.addLink(p, newsletter.Link{Rel: "license", URL: u})
	}
}
