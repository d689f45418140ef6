package parse

import (
	"cmp"
	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/relref"
)

// A name is an element of an extension; local is in lower case.
type name struct {
	space namespace.Space
	local string
}

// extensionRows are the elements that feeds of any format borrow.
var extensionRows = map[name]rule{
	{namespace.RDF, "rdf"}: {open: true},

	// Dublin Core
	{namespace.DC, "title"}:         {read: func(d *Decoder, p *page) { p.title.set(d.markup(2)) }},
	{namespace.DC, "description"}:   {read: func(d *Decoder, p *page) { p.about.set(d.markup(2)) }},
	{namespace.DC, "creator"}:       {read: func(d *Decoder, p *page) { d.person(p, rankCreator) }},
	{namespace.DC, "author"}:        {read: func(d *Decoder, p *page) { d.person(p, rankCreator) }},
	{namespace.DC, "contributor"}:   {read: func(d *Decoder, p *page) { d.person(p, rankContributor) }},
	{namespace.DC, "subject"}:       {read: func(d *Decoder, p *page) { d.addCategory(p, d.line(), "") }},
	{namespace.DC, "date"}:          {read: func(d *Decoder, p *page) { d.date(&p.published, 1) }},
	{namespace.DC, "language"}:      {read: func(d *Decoder, p *page) { p.language.set(2, d.line()) }},
	{namespace.DC, "rights"}:        {read: func(d *Decoder, p *page) { p.rights.set(d.markup(2)) }},
	{namespace.DC, "identifier"}:    {read: func(d *Decoder, p *page) { p.id.set(1, d.line()) }},
	{namespace.DCTerms, "issued"}:   {read: func(d *Decoder, p *page) { d.date(&p.published, 4) }},
	{namespace.DCTerms, "created"}:  {read: func(d *Decoder, p *page) { d.date(&p.published, 1) }},
	{namespace.DCTerms, "modified"}: {read: func(d *Decoder, p *page) { d.date(&p.updated, 2) }},
	{namespace.DCTerms, "creator"}:  {read: func(d *Decoder, p *page) { d.person(p, rankCreator) }},
	{namespace.DCTerms, "rights"}:   {read: func(d *Decoder, p *page) { p.rights.set(d.markup(2)) }},

	// RSS 1.0 content module, and XHTML in RSS
	{namespace.Content, "encoded"}: {read: func(d *Decoder, p *page) { p.content.set(d.markup(rankContent)) }},
	{namespace.XHTML, "body"}:      {read: xhtmlBody},

	// Media RSS
	{namespace.Media, "group"}:       {open: true},
	{namespace.Media, "title"}:       {read: func(d *Decoder, p *page) { p.title.set(d.markup(1)) }},
	{namespace.Media, "description"}: {read: func(d *Decoder, p *page) { p.about.set(d.markup(1)) }},
	{namespace.Media, "content"}:     {read: mediaContent},
	{namespace.Media, "thumbnail"}:   {read: mediaThumbnail},
	{namespace.Media, "category"}:    {read: mediaCategory},
	{namespace.Media, "keywords"}:    {read: func(d *Decoder, p *page) { d.addKeywords(p, d.line()) }},

	// Podcasts
	{namespace.ITunes, "title"}:    {read: func(d *Decoder, p *page) { p.title.set(d.markup(1)) }},
	{namespace.ITunes, "author"}:   {read: func(d *Decoder, p *page) { d.person(p, rankITunes) }},
	{namespace.ITunes, "owner"}:    {read: func(d *Decoder, p *page) { d.person(p, rankOwner) }},
	{namespace.ITunes, "subtitle"}: {read: func(d *Decoder, p *page) { p.about.set(d.markup(1)) }},
	{namespace.ITunes, "summary"}:  {read: func(d *Decoder, p *page) { p.about.set(d.markup(2)) }},
	{namespace.ITunes, "image"}:    {read: itunesImage},
	{namespace.ITunes, "category"}: {read: itunesCategory, open: true},
	{namespace.ITunes, "keywords"}: {read: func(d *Decoder, p *page) { d.addKeywords(p, d.line()) }},
	{namespace.ITunes, "duration"}: {read: func(d *Decoder, p *page) { p.duration = durationOf(d.line()) }},

	// schema.org, for what no other element carries
	{namespace.Schema, "author"}:        {read: func(d *Decoder, p *page) { d.person(p, rankSchema) }},
	{namespace.Schema, "ispartof"}:      {read: schemaIsPartOf},
	{namespace.Schema, "datepublished"}: {read: func(d *Decoder, p *page) { d.date(&p.published, 5) }},
	{namespace.Schema, "datemodified"}:  {read: func(d *Decoder, p *page) { d.date(&p.updated, 5) }},

	// What stands in one element each
	{namespace.FeedBurner, "origlink"}:  {read: func(d *Decoder, p *page) { p.url.set(7, d.url()) }},
	{namespace.History, "archive"}:      {read: func(d *Decoder, p *page) { p.paging.Archive = true; d.tok.Skip() }},
	{namespace.History, "complete"}:     {read: func(d *Decoder, p *page) { p.paging.Complete = true; d.tok.Skip() }},
	{namespace.Admin, "generatoragent"}: {read: adminGenerator},
	{namespace.License, "license"}:      {read: license},
}

// extensionsBySpace are the same, quick to look up.
var extensionsBySpace = func() (tables [namespace.Other]map[string]rule) {
	for n, r := range extensionRows {
		if tables[n.space] == nil {
			tables[n.space] = map[string]rule{}
		}
		tables[n.space][n.local] = r
	}
	return tables
}()

// sourceRows are the elements of schema:isPartOf.
var sourceRows = map[name]rule{
	{namespace.Schema, "identifier"}:   {read: func(d *Decoder, p *page) { p.id.set(5, d.line()) }},
	{namespace.Schema, "name"}:         {read: func(d *Decoder, p *page) { p.title.set(passage{value: d.line(), sure: true, rank: 5}) }},
	{namespace.Schema, "url"}:          {read: func(d *Decoder, p *page) { p.url.set(7, d.url()) }},
	{namespace.Schema, "contenturl"}:   {read: func(d *Decoder, p *page) { p.self = d.url() }},
	{namespace.Schema, "datemodified"}: {read: func(d *Decoder, p *page) { d.date(&p.updated, 5) }},
}

func xhtmlBody(d *Decoder, p *page) {
	t, base := d.tok, d.base()
	v := trimBytes(t.XHTML())
	p.content.set(passage{value: relref.ResolveHTML(v, base), html: true, sure: true, rank: 3})
}

// mediaRows are the elements of a media:content that are about it.
var mediaRows = map[name]rule{
	{namespace.Media, "title"}:     {read: func(d *Decoder, p *page) { p.title.set(d.markup(1)) }},
	{namespace.Media, "thumbnail"}: {read: mediaThumbnail},
	{namespace.Media, "category"}:  {read: mediaCategory},
	{namespace.Media, "keywords"}:  {read: func(d *Decoder, p *page) { d.addKeywords(p, d.line()) }},
}

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
	d.walk(mediaRows, about)
	a.Title = d.asText(about.title)
	d.addAttachment(p, a)
	p.image.set(2, about.image.value)
	if medium == "image" {
		p.image.set(1, a.URL)
	}
	for _, c := range about.categories {
		d.addCategory(p, c.Term, c.Scheme)
	}
}

func mediaThumbnail(d *Decoder, p *page) {
	p.image.set(3, d.urlOr(d.tok.Attr("url")))
}

func mediaCategory(d *Decoder, p *page) {
	scheme := oneLine(d.tok.Attr("scheme"))
	d.addCategory(p, d.line(), scheme)
}

func itunesImage(d *Decoder, p *page) {
	p.image.set(2, d.urlOr(cmp.Or(d.tok.Attr("href"), d.tok.Attr("url"))))
}

func itunesCategory(d *Decoder, p *page) {
	d.addCategory(p, oneLine(d.tok.Attr("text")), "")
}

func schemaIsPartOf(d *Decoder, p *page) { d.walk(sourceRows, p.sourcePage()) }

func adminGenerator(d *Decoder, p *page) {
	u := oneLine(d.tok.AttrIn(namespace.RDF, "resource"))
	d.tok.Skip()
	p.generator.set(1, u)
}

func license(d *Decoder, p *page) {
	if u := d.urlOr(d.tok.AttrIn(namespace.RDF, "resource")); u != "" {
		d.addLink(p, newsletter.Link{Rel: "license", URL: u})
	}
}
