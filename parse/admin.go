package parse

import (
	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/namespace"
)

// admin is the RSS 1.0 administration module: the program that made the feed.
var admin = map[string]rule{
	"generatoragent": {read: adminGenerator},
}

func adminGenerator(d *Decoder, p *page) {
	u := oneLine(d.tok.AttrIn(namespace.RDF, "resource"))
	d.tok.Skip()
	p.generator.set(generatorAgent, newsletter.Generator{Name: u})
}
