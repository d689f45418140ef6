package parse

import (
	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/namespace"
)

// mediaRSS are the elements of Media RSS 1.5.1.
var mediaRSS = map[string]rule{
	"group":       {open: true},
	"title":       {read: func(d *Decoder, p *page) { p.title.set(d.markup(textAside)) }},
	"description": {read: func(d *Decoder, p *page) { p.about.set(d.markup(textAside)) }},
	"content":     {read: mediaContent},
	"thumbnail":   {read: mediaThumbnail},
	"category":    {read: mediaCategory},
	"keywords":    {read: func(d *Decoder, p *page) { d.addKeywords(p, d.line()) }},
}

// mediaRows are the elements of a media:content that are about it.
var mediaRows = within{space: namespace.Media, keeps: true, rows: map[string]rule{
	"title":     {read: func(d *Decoder, p *page) { p.title.set(d.markup(textAside)) }},
	"thumbnail": {read: mediaThumbnail},
	"category":  {read: mediaCategory},
	"keywords":  {read: func(d *Decoder, p *page) { d.addKeywords(p, d.line()) }},
}}

func mediaContent(d *Decoder, p *page) {
	t := d.tok
	a := newsletter.Attachment{
		URL:       d.resolve(oneLine(t.Attr("url"))),
		MediaType: oneLine(t.Attr("type")),
		Length:    length(t.Attr("fileSize")),
		Duration:  durationOf(t.Attr("duration")),
	}
	medium := oneLine(t.Attr("medium"))
	about := &d.media
	about.reset()
	d.walk(&mediaRows, about)
	a.Title = d.asText(about.title)
	index := d.addAttachment(p, a)
	for _, e := range about.extensions {
		if index < 0 {
			p.extensions = append(p.extensions, e)
			continue
		}
		p.listed = append(p.listed, listed{"Attachments", index, e})
	}
	p.image.set(imageITunes, about.image.value)
	if medium == "image" {
		p.image.set(imageAside, a.URL)
	}
	for _, c := range about.categories {
		d.addCategory(p, c.Term, c.Scheme)
	}
}

func mediaThumbnail(d *Decoder, p *page) {
	p.image.set(imageOwn, d.urlOr(d.tok.Attr("url")))
}

func mediaCategory(d *Decoder, p *page) {
	scheme := oneLine(d.tok.Attr("scheme"))
	d.addCategory(p, d.line(), scheme)
}
