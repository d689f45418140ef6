package parse

import "github.com/automationregion/newsletter"

// dublinCore are the elements of Dublin Core 1.1 (RFC 5013).
var dublinCore = map[string]rule{
	"title":       {read: func(d *Decoder, p *page) { p.title.set(d.markup(textDublinCore)) }},
	"description": {read: func(d *Decoder, p *page) { p.about.set(d.markup(textDublinCore)) }},
	"creator":     {read: func(d *Decoder, p *page) { d.person(p, authorDublinCore) }},
	"author":      {read: func(d *Decoder, p *page) { d.person(p, authorDublinCore) }},
	"contributor": {hear: hearPerson(authorContributor)},
	"subject":     {read: func(d *Decoder, p *page) { d.addCategory(p, d.line(), "") }},
	"date":        {read: func(d *Decoder, p *page) { d.date(&p.published, publishedLoosely) }},
	"language":    {read: func(d *Decoder, p *page) { p.language.set(languageDublinCore, d.line()) }},
	"rights":      {read: func(d *Decoder, p *page) { p.rights.set(d.markup(textDublinCore)) }},
	"identifier":  {hear: hearID},
}

// dublinCoreTerms are those of the DCMI Metadata Terms that say the same, more
// precisely.
var dublinCoreTerms = map[string]rule{
	"issued":   {read: func(d *Decoder, p *page) { d.date(&p.published, publishedIssued) }},
	"created":  {read: func(d *Decoder, p *page) { d.date(&p.published, publishedLoosely) }},
	"modified": {read: func(d *Decoder, p *page) { d.date(&p.updated, updatedModified) }},
	"creator":  {read: func(d *Decoder, p *page) { d.person(p, authorDublinCore) }},
	"rights":   {read: func(d *Decoder, p *page) { p.rights.set(d.markup(textDublinCore)) }},
}

func hearID(_ *Decoder, p *page, e *newsletter.Extension, _ string) bool {
	p.id.set(idAside, trimSpace(textOf(e)))
	return true
}
