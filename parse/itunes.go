package parse

import (
	"cmp"
)

// iTunes are the elements that Apple's podcast directory reads, and those that
// Google's had under the names googleplay:email and googleplay:description.
var iTunes = map[string]rule{
	"title":       {read: func(d *Decoder, p *page) { p.title.set(d.markup(textAside)) }},
	"author":      {read: func(d *Decoder, p *page) { d.person(p, authorITunes) }},
	"owner":       {read: func(d *Decoder, p *page) { d.person(p, authorOwner) }},
	"subtitle":    {read: func(d *Decoder, p *page) { p.about.set(d.markup(textAside)) }},
	"email":       {read: func(d *Decoder, p *page) { d.person(p, authorOwner) }},
	"description": {read: func(d *Decoder, p *page) { p.about.set(d.markup(textDublinCore)) }},
	"summary":     {read: func(d *Decoder, p *page) { p.about.set(d.markup(textDublinCore)) }},
	"image":       {read: itunesImage},
	"category":    {read: itunesCategory, open: true},
	"keywords":    {read: func(d *Decoder, p *page) { d.addKeywords(p, d.line()) }},
	"duration":    {read: func(d *Decoder, p *page) { p.duration = durationOf(d.line()) }},
}

func itunesImage(d *Decoder, p *page) {
	p.image.set(imageITunes, d.urlOr(cmp.Or(d.tok.Attr("href"), d.tok.Attr("url"))))
}

func itunesCategory(d *Decoder, p *page) {
	d.addCategory(p, oneLine(d.tok.Attr("text")), "")
}
