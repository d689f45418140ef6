package parse

import (
	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/namespace"
)

// A rule says what becomes of an element. An open one leaves the elements within
// it to the page that it stands on; all others read up to their end.
// One that is heard is kept as an extension too, if hear says so: what it states
// counts only where no element that is meant for it does, and other programs want
// it where it stood.
type rule struct {
	read func(d *Decoder, p *page)
	open bool
	hear func(d *Decoder, p *page, e *newsletter.Extension, base string) (keep bool)
}

// vocabularies are the elements that feeds of any format borrow, by their names
// in lower case.
var vocabularies = [namespace.Other]map[string]rule{
	namespace.Admin:      admin,
	namespace.Content:    contentModule,
	namespace.DC:         dublinCore,
	namespace.DCTerms:    dublinCoreTerms,
	namespace.FeedBurner: feedBurner,
	namespace.History:    history,
	namespace.ITunes:     iTunes,
	namespace.License:    licenses,
	namespace.Media:      mediaRSS,
	namespace.Ours:       ours,
	namespace.RDF:        rdf,
	namespace.Schema:     schemaOrg,
	namespace.WordPress:  wordPress,
	namespace.XHTML:      xhtmlInRSS,
}

// within are the elements of one namespace that are read within another element.
// Others are kept, where that is to be.
type within struct {
	space namespace.Space
	rows  map[string]rule
	keeps bool
}

// Ranks. Where several elements may state the same thing, the one of the highest
// rank counts, whichever comes first in the document; of the same rank the first
// does, of dates the last. 0 is no element.

// Ranks of IDs.
const (
	idAside int8 = iota + 1 // rdf:about, dc:identifier
	idOfRSS                 // an <id> without a namespace
	idGUID
	idAtom
	idSchema
)

// Ranks of titles, descriptions, contents and rights.
const (
	textAside      int8 = iota + 1 // Media RSS, most of iTunes, the image of a channel
	textDublinCore                 // and itunes:summary, RSS's body and summary
	textOwn                        // the format's own element
	textContent                    // content:encoded, known to hold HTML
	textSchema
)

// Ranks of addresses of pages.
const (
	urlAside    int8 = iota + 1 // another feed, content that stands elsewhere, the image of a channel
	urlDocument                 // of a type that is no page's
	urlUntyped
	urlPage
	urlRSS
	urlOriginal // feedburner:origLink, schema.org
)

// Ranks of languages.
const (
	languageAside int8 = iota + 1 // xml:lang
	languageDublinCore
	languageRSS
)

// Ranks of publication dates.
const (
	publishedLoosely int8 = iota + 1 // dc:date, dcterms:created, an RSS <date>
	publishedCreated                 // Atom 0.3
	publishedOwn                     // the format's own element
	publishedIssued                  // dcterms:issued
	publishedSchema
)

// Ranks of dates of the last change.
const (
	updatedModified int8 = iota + 1 // dcterms:modified
	updatedRSS
	updatedAtom
	updatedSchema
)

// Ranks of pictures.
const (
	imageAside  int8 = iota + 1 // a medium that is a picture
	imageITunes                 // and a picture of a medium
	imageOwn                    // the format's own element, or media:thumbnail
)

// Ranks of generators.
const (
	generatorAgent int8 = iota + 1 // admin:generatorAgent
	generatorOwn
	generatorAtom // which says more
)

// Ranks of authors: who is named by an element of a lower rank is an author
// only where there is none of a higher.
const (
	authorContributor int8 = iota + 1
	authorSource           // of the feed that the letter is from (RFC 4287, section 4.2.1)
	authorOwner            // itunes:owner
	authorITunes
	authorRSS // and managingEditor
	authorDublinCore
	authorAtom
	authorSchema
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

// contentModule is the content of a letter in RSS: the element of the RSS 1.0
// content module.
var contentModule = map[string]rule{
	"encoded": {read: func(d *Decoder, p *page) { p.content.set(d.markup(textContent)) }},
}

// xhtmlInRSS is the content as XHTML.
var xhtmlInRSS = map[string]rule{
	"body": {read: xhtmlBody},
}

func xhtmlBody(d *Decoder, p *page) {
	t, base := d.tok, d.base()
	v := trimBytes(t.XHTML())
	p.content.set(passage{value: t.Room.ResolveHTML(v, base), html: true, sure: true, rank: 3})
}

// licenses are the elements of Creative Commons.
var licenses = map[string]rule{
	"license": {read: license},
}

func license(d *Decoder, p *page) {
	if u := d.urlOr(d.tok.AttrIn(namespace.RDF, "resource")); u != "" {
		d.addLink(p, newsletter.Link{Rel: "license", URL: u})
	}
}

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

// feedBurner says where a letter and its enclosure stood before FeedBurner counted
// who came for them.
var feedBurner = map[string]rule{
	"origenclosurelink": {read: func(d *Decoder, p *page) { p.enclosure.set(urlOriginal, d.url()) }},
	"origlink":          {read: func(d *Decoder, p *page) { p.url.set(urlOriginal, d.url()) }},
}

// history are the elements of Feed Paging and Archiving (RFC 5005). The other pages
// and archives are links.
var history = map[string]rule{
	"archive":  {read: func(d *Decoder, p *page) { p.paging.Archive = true; d.tok.Skip() }},
	"complete": {read: func(d *Decoder, p *page) { p.paging.Complete = true; d.tok.Skip() }},
}

// pagingLinks are the relations of its links.
var pagingLinks = map[string]func(*newsletter.Paging) *string{
	"first":        func(p *newsletter.Paging) *string { return &p.First },
	"previous":     func(p *newsletter.Paging) *string { return &p.Previous },
	"prev":         func(p *newsletter.Paging) *string { return &p.Previous },
	"next":         func(p *newsletter.Paging) *string { return &p.Next },
	"last":         func(p *newsletter.Paging) *string { return &p.Last },
	"current":      func(p *newsletter.Paging) *string { return &p.Current },
	"prev-archive": func(p *newsletter.Paging) *string { return &p.PreviousArchive },
	"next-archive": func(p *newsletter.Paging) *string { return &p.NextArchive },
}

// schemaOrg are the elements of schema.org, for what no other element carries.
var schemaOrg = map[string]rule{
	"identifier":    {read: func(d *Decoder, p *page) { p.id.set(idSchema, d.id()) }},
	"author":        {read: func(d *Decoder, p *page) { d.person(p, authorSchema) }},
	"ispartof":      {read: schemaIsPartOf},
	"datepublished": {read: func(d *Decoder, p *page) { d.date(&p.published, publishedSchema) }},
	"datemodified":  {read: func(d *Decoder, p *page) { d.date(&p.updated, updatedSchema) }},
}

// sourceRows are the elements of schema:isPartOf.
var sourceRows = within{space: namespace.Schema, rows: map[string]rule{
	"identifier":   {read: func(d *Decoder, p *page) { p.id.set(idSchema, d.id()) }},
	"name":         {read: func(d *Decoder, p *page) { p.title.set(passage{value: d.line(), sure: true, rank: textSchema}) }},
	"url":          {read: func(d *Decoder, p *page) { p.url.set(urlOriginal, d.url()) }},
	"contenturl":   {read: func(d *Decoder, p *page) { p.self = d.url() }},
	"datemodified": {read: func(d *Decoder, p *page) { d.date(&p.updated, updatedSchema) }},
}}

func schemaIsPartOf(d *Decoder, p *page) { d.walk(&sourceRows, p.sourcePage()) }

// WebSub (W3C Recommendation): links say which hubs tell of a feed's news.

// addHub adds one. They are no more than links.
func (d *Decoder) addHub(p *page, url string) {
	if room(d, p.hubs, maxLinks, "hubs") {
		p.hubs = append(p.hubs, url)
	}
}
