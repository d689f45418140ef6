package parse

import (
	"cmp"
	"slices"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/dates"
	"github.com/automationregion/newsletter/internal/namespace"
)

// mediaRSS are the elements of Media RSS 1.5.1.
var mediaRSS = map[string]rule{
	"group":       {open: true},
	"title":       {hear: hearTitle},
	"description": {hear: hearAbout(textAside)},
	"content":     {read: mediaContent},
	"thumbnail":   {hear: hearThumbnail},
	"category":    {hear: hearMediaCategory},
	"keywords":    {hear: hearKeywords},
}

// mediaRows are the elements of a media:content that are about it.
var mediaRows = within{space: namespace.Media, keeps: true, rows: map[string]rule{
	"title":     {read: func(d *Decoder, p *page) { p.title.set(d.markup(textAside)) }},
	"thumbnail": {hear: hearPicture},
	"category":  {hear: hearMediaCategory},
	"keywords":  {hear: hearKeywords},
}}

func mediaContent(d *Decoder, p *page) {
	t := d.tok
	a := newsletter.Attachment{
		URL:       d.resolve(oneLine(t.Attr("url"))),
		MediaType: oneLine(t.Attr("type")),
		Length:    length(t.Attr("fileSize")),
		Duration:  dates.Duration(t.Attr("duration")),
	}
	medium := oneLine(t.Attr("medium"))
	more := d.attrsBeside("url", "type", "filesize", "duration")
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
	if index >= 0 && more != nil {
		p.listed = append(p.listed, listed{"Attachments", index, newsletter.Extension{Attrs: more}})
	}
	p.image.set(imageITunes, about.image.value)
	if medium == "image" {
		p.image.set(imageAside, a.URL)
	}
	for _, c := range about.categories {
		d.addCategory(p, c.Term, c.Scheme)
	}
}

// hearThumbnail takes the first picture; what is said of it beside its address
// stands in it. Others are kept.
func hearThumbnail(d *Decoder, p *page, e *newsletter.Extension, base string) bool {
	if p.image.rank >= imageOwn {
		return true
	}
	hearPicture(d, p, e, base)
	p.image.rank = imageOwn
	attrs := slices.DeleteFunc(slices.Clone(e.Attrs), func(a newsletter.Attr) bool {
		return a.Namespace == "" && strings.EqualFold(a.Name, "url") || a.Namespace == namespace.XML.URI()
	})
	if len(attrs) > 0 {
		addForeign(&p.foreign, "Image", attrs)
	}
	return false
}

// hearPicture takes the picture of a medium.
func hearPicture(_ *Decoder, p *page, e *newsletter.Extension, base string) bool {
	p.image.set(imageITunes, absolute(base, oneLine(cmp.Or(attrOf(e, "url"), textOf(e)))))
	return true
}

func hearMediaCategory(d *Decoder, p *page, e *newsletter.Extension, _ string) bool {
	d.addCategory(p, oneLine(textOf(e)), oneLine(attrOf(e, "scheme")))
	return true
}
