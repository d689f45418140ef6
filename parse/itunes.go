package parse

import (
	"cmp"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/dates"
)

// iTunes are the elements that Apple's podcast directory reads, and those that
// Google's had under the names googleplay:email and googleplay:description. All of
// them are kept: a directory looks nowhere else.
var iTunes = map[string]rule{
	"title":       {hear: hearTitle},
	"author":      {hear: hearPerson(authorITunes)},
	"owner":       {hear: hearPerson(authorOwner)},
	"subtitle":    {hear: hearAbout(textAside)},
	"email":       {hear: hearPerson(authorOwner)},
	"description": {hear: hearAbout(textDublinCore)},
	"summary":     {hear: hearAbout(textDublinCore)},
	"image":       {hear: hearImage},
	"category":    {hear: hearCategory},
	"keywords":    {hear: hearKeywords},
	"duration":    {hear: hearDuration},
}

func hearTitle(d *Decoder, p *page, e *newsletter.Extension, base string) bool {
	p.title.set(d.markupOf(textOf(e), textAside, base))
	return true
}

func hearAbout(rank int8) func(d *Decoder, p *page, e *newsletter.Extension, base string) bool {
	return func(d *Decoder, p *page, e *newsletter.Extension, base string) bool {
		p.about.set(d.markupOf(textOf(e), rank, base))
		return true
	}
}

func hearPerson(rank int8) func(d *Decoder, p *page, e *newsletter.Extension, base string) bool {
	return func(d *Decoder, p *page, e *newsletter.Extension, base string) bool {
		var a newsletter.Author
		for i := range e.Children {
			c := &e.Children[i]
			switch value := oneLine(textOf(c)); strings.ToLower(c.Name) {
			case "name":
				a.Name = value
			case "email":
				a.Email = strings.TrimPrefix(value, "mailto:")
			case "uri", "url", "homepage":
				a.URL = d.absolute(base, value)
			}
		}
		if a == (newsletter.Author{}) {
			a = parsePerson(textOf(e))
		}
		d.addAuthor(p, rank, a)
		return true
	}
}

func hearImage(d *Decoder, p *page, e *newsletter.Extension, base string) bool {
	p.image.set(imageITunes, d.absolute(base, oneLine(cmp.Or(attrOf(e, "href"), attrOf(e, "url"), textOf(e)))))
	return true
}

func hearCategory(d *Decoder, p *page, e *newsletter.Extension, base string) bool {
	d.addCategory(p, oneLine(attrOf(e, "text")), "")
	for i := range e.Children {
		if c := &e.Children[i]; strings.EqualFold(c.Name, "category") {
			hearCategory(d, p, c, base)
		}
	}
	return true
}

func hearKeywords(d *Decoder, p *page, e *newsletter.Extension, _ string) bool {
	d.addKeywords(p, textOf(e))
	return true
}

func hearDuration(_ *Decoder, p *page, e *newsletter.Extension, _ string) bool {
	p.duration = dates.Duration(textOf(e))
	return true
}
