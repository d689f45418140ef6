package parse

import (
	"cmp"
	"github.com/automationregion/newsletter"
)

// A name is an element of an extension; local is in lower case.
type name struct {
	space space
	local string
}

// extensionRows are the elements that feeds of any format borrow.
var extensionRows = map[name]rule{
	{spaceRDF, "rdf"}: {open: true},

	// Dublin Core
	{spaceDC, "title"}:         {read: func(d *Decoder, p *page) { p.title.set(d.markup(2)) }},
	{spaceDC, "description"}:   {read: func(d *Decoder, p *page) { p.about.set(d.markup(2)) }},
	{spaceDC, "creator"}:       {read: func(d *Decoder, p *page) { d.person(p, rankCreator) }},
	{spaceDC, "author"}:        {read: func(d *Decoder, p *page) { d.person(p, rankCreator) }},
	{spaceDC, "contributor"}:   {read: func(d *Decoder, p *page) { d.person(p, rankContributor) }},
	{spaceDC, "subject"}:       {read: func(d *Decoder, p *page) { d.addCategory(p, d.line(), "") }},
	{spaceDC, "date"}:          {read: func(d *Decoder, p *page) { d.date(&p.published, 1) }},
	{spaceDC, "language"}:      {read: func(d *Decoder, p *page) { p.language.set(2, d.line()) }},
	{spaceDC, "rights"}:        {read: func(d *Decoder, p *page) { p.rights.set(d.markup(2)) }},
	{spaceDC, "identifier"}:    {read: func(d *Decoder, p *page) { p.id.set(1, d.line()) }},
	{spaceDCTerms, "issued"}:   {read: func(d *Decoder, p *page) { d.date(&p.published, 4) }},
	{spaceDCTerms, "created"}:  {read: func(d *Decoder, p *page) { d.date(&p.published, 1) }},
	{spaceDCTerms, "modified"}: {read: func(d *Decoder, p *page) { d.date(&p.updated, 2) }},
	{spaceDCTerms, "creator"}:  {read: func(d *Decoder, p *page) { d.person(p, rankCreator) }},
	{spaceDCTerms, "rights"}:   {read: func(d *Decoder, p *page) { p.rights.set(d.markup(2)) }},

	// RSS 1.0 content module, and XHTML in RSS
	{spaceContent, "encoded"}: {read: func(d *Decoder, p *page) { p.content.set(d.markup(rankContent)) }},
	{spaceXHTML, "body"}:      {read: xhtmlBody},

	// Media RSS
	{spaceMedia, "group"}:       {open: true},
	{spaceMedia, "title"}:       {read: func(d *Decoder, p *page) { p.title.set(d.markup(1)) }},
	{spaceMedia, "description"}: {read: func(d *Decoder, p *page) { p.about.set(d.markup(1)) }},
	{spaceMedia, "content"}:     {read: mediaContent},
	{spaceMedia, "thumbnail"}:   {read: mediaThumbnail},
	{spaceMedia, "category"}:    {read: mediaCategory},
	{spaceMedia, "keywords"}:    {read: func(d *Decoder, p *page) { d.addKeywords(p, d.line()) }},

	// Podcasts
	{spaceITunes, "title"}:    {read: func(d *Decoder, p *page) { p.title.set(d.markup(1)) }},
	{spaceITunes, "author"}:   {read: func(d *Decoder, p *page) { d.person(p, rankITunes) }},
	{spaceITunes, "owner"}:    {read: func(d *Decoder, p *page) { d.person(p, rankOwner) }},
	{spaceITunes, "subtitle"}: {read: func(d *Decoder, p *page) { p.about.set(d.markup(1)) }},
	{spaceITunes, "summary"}:  {read: func(d *Decoder, p *page) { p.about.set(d.markup(2)) }},
	{spaceITunes, "image"}:    {read: itunesImage},
	{spaceITunes, "category"}: {read: itunesCategory, open: true},
	{spaceITunes, "keywords"}: {read: func(d *Decoder, p *page) { d.addKeywords(p, d.line()) }},
	{spaceITunes, "duration"}: {read: func(d *Decoder, p *page) { p.duration = durationOf(d.line()) }},

	// schema.org, for what no other element carries
	{spaceSchema, "author"}:        {read: func(d *Decoder, p *page) { d.person(p, rankSchema) }},
	{spaceSchema, "ispartof"}:      {read: schemaIsPartOf},
	{spaceSchema, "datepublished"}: {read: func(d *Decoder, p *page) { d.date(&p.published, 5) }},
	{spaceSchema, "datemodified"}:  {read: func(d *Decoder, p *page) { d.date(&p.updated, 5) }},

	// What stands in one element each
	{spaceFeedBurner, "origlink"}:  {read: func(d *Decoder, p *page) { p.url.set(7, d.url()) }},
	{spaceHistory, "archive"}:      {read: func(d *Decoder, p *page) { p.paging.Archive = true; d.tok.skip() }},
	{spaceHistory, "complete"}:     {read: func(d *Decoder, p *page) { p.paging.Complete = true; d.tok.skip() }},
	{spaceAdmin, "generatoragent"}: {read: adminGenerator},
	{spaceLicense, "license"}:      {read: license},
}

// extensionsBySpace are the same, quick to look up.
var extensionsBySpace = func() (tables [spaceOther]map[string]rule) {
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
	{spaceSchema, "identifier"}:   {read: func(d *Decoder, p *page) { p.id.set(5, d.line()) }},
	{spaceSchema, "name"}:         {read: func(d *Decoder, p *page) { p.title.set(passage{value: d.line(), sure: true, rank: 5}) }},
	{spaceSchema, "url"}:          {read: func(d *Decoder, p *page) { p.url.set(7, d.url()) }},
	{spaceSchema, "contenturl"}:   {read: func(d *Decoder, p *page) { p.self = d.url() }},
	{spaceSchema, "datemodified"}: {read: func(d *Decoder, p *page) { d.date(&p.updated, 5) }},
}

func xhtmlBody(d *Decoder, p *page) {
	t, base := d.tok, d.base()
	t.inner = vocabulary{uri: spaceURI[spaceXHTML]}
	v := trimBytes(t.xhtml())
	p.content.set(passage{value: resolveHTML(v, base), html: true, sure: true, rank: 3})
}

// mediaRows are the elements of a media:content that are about it.
var mediaRows = map[name]rule{
	{spaceMedia, "title"}:     {read: func(d *Decoder, p *page) { p.title.set(d.markup(1)) }},
	{spaceMedia, "thumbnail"}: {read: mediaThumbnail},
	{spaceMedia, "category"}:  {read: mediaCategory},
	{spaceMedia, "keywords"}:  {read: func(d *Decoder, p *page) { d.addKeywords(p, d.line()) }},
}

func mediaContent(d *Decoder, p *page) {
	t := d.tok
	a := newsletter.Attachment{
		URL:       d.resolve(oneLine(t.attr("url"))),
		MediaType: oneLine(t.attr("type")),
		Length:    length(t.attr("fileSize")),
		Duration:  durationOf(t.attr("duration")),
	}
	medium := oneLine(t.attr("medium"))
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
	p.image.set(3, d.urlOr(d.tok.attr("url")))
}

func mediaCategory(d *Decoder, p *page) {
	scheme := oneLine(d.tok.attr("scheme"))
	d.addCategory(p, d.line(), scheme)
}

func itunesImage(d *Decoder, p *page) {
	p.image.set(2, d.urlOr(cmp.Or(d.tok.attr("href"), d.tok.attr("url"))))
}

func itunesCategory(d *Decoder, p *page) {
	d.addCategory(p, oneLine(d.tok.attr("text")), "")
}

func schemaIsPartOf(d *Decoder, p *page) { d.walk(sourceRows, p.sourcePage()) }

func adminGenerator(d *Decoder, p *page) {
	u := oneLine(d.tok.attrIn(spaceRDF, "resource"))
	d.tok.skip()
	p.generator.set(1, u)
}

func license(d *Decoder, p *page) {
	if u := d.urlOr(d.tok.attrIn(spaceRDF, "resource")); u != "" {
		d.addLink(p, newsletter.Link{Rel: "license", URL: u})
	}
}
