package parse

import (
	"cmp"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/vocab"
)

// A rule says what becomes of an element. An open one leaves the elements within
// it to the page that it stands on; all others read up to their end.
// One that is heard is kept as an extension too, if hear says so.
type rule struct {
	read func(d *Decoder, p *page, rank int8)
	hear func(d *Decoder, p *page, e *newsletter.Extension, base string, r *rule) (keep bool)
	says vocab.Kind
	rank int8
	open bool
}

// tables are what becomes of each element, by its name in lower case.
type tables struct {
	of     [namespace.Other]map[string]*rule // each vocabulary
	source within                            // Atom's source, which keeps all others
}

// within are the elements of one namespace that are read within another element.
// Others are kept, where that is to be.
type within struct {
	space namespace.Space
	rows  map[string]*rule
	keeps bool
}

var rules = func() *tables {
	t := &tables{source: within{namespace.Atom, rulesOf(vocab.AtomSource), true}}
	for space, rows := range vocab.Rows {
		t.of[space] = rulesOf(rows)
	}
	t.of[namespace.Ours] = ours
	return t
}()

func rulesOf(rows []vocab.Row) map[string]*rule {
	rules := make(map[string]*rule, len(rows))
	for _, row := range rows {
		r := &rule{says: row.Says, rank: row.Rank, open: row.Says == vocab.Root}
		if row.Kept {
			r.hear = hears[row.Says]
		}
		if r.hear == nil {
			r.read = reads[row.Says]
		}
		if r.open || r.hear != nil || r.read != nil {
			rules[row.Name] = r
		}
	}
	return rules
}

// reads is how elements are read, by what they say.
var reads = [vocab.Kinds]func(d *Decoder, p *page, rank int8){
	vocab.ID:              func(d *Decoder, p *page, rank int8) { p.id.set(rank, d.id()) }, // never resolved: where a document was had from is no part of it
	vocab.GUID:            rssGUID,
	vocab.Title:           func(d *Decoder, p *page, rank int8) { p.title.set(d.passage(rank)) },
	vocab.About:           func(d *Decoder, p *page, rank int8) { p.about.set(d.passage(rank)) },
	vocab.Brief:           readBrief,
	vocab.Content:         readContent,
	vocab.Rights:          func(d *Decoder, p *page, rank int8) { p.rights.set(d.passage(rank)) },
	vocab.Link:            rssLink,
	vocab.Original:        func(d *Decoder, p *page, rank int8) { p.url.set(rank, d.url()) },
	vocab.OriginalFile:    func(d *Decoder, p *page, rank int8) { p.enclosure.set(rank, d.url()) },
	vocab.Language:        func(d *Decoder, p *page, rank int8) { p.language.set(rank, d.line()) },
	vocab.Published:       func(d *Decoder, p *page, rank int8) { d.date(&p.published, rank) },
	vocab.LetterPublished: published,
	vocab.Updated:         func(d *Decoder, p *page, rank int8) { d.date(&p.updated, rank) },
	vocab.Person:          (*Decoder).person,
	vocab.Byline:          rssAuthor,
	vocab.Category:        readCategory,
	vocab.Keywords:        func(d *Decoder, p *page, _ int8) { d.addKeywords(p, d.line()) },
	vocab.Comments:        rssComments,
	vocab.Enclosure:       rssEnclosure,
	vocab.Image:           readImage,
	vocab.Icon:            func(d *Decoder, p *page, rank int8) { p.icon.set(rank, d.url()) },
	vocab.Source:          readSource,
	vocab.Generator:       readGenerator,
	vocab.Agent:           adminGenerator,
	vocab.License:         license,
	vocab.Archive:         func(d *Decoder, p *page, _ int8) { p.paging.Archive = true; d.tok.Skip() },
	vocab.Complete:        func(d *Decoder, p *page, _ int8) { p.paging.Complete = true; d.tok.Skip() },
	vocab.PostStatus:      postState((*post).setStatus),
	vocab.PostType:        postState((*post).setType),
	vocab.PostPassword:    postState((*post).setPassword),
}

// hears is how those are heard that are kept.
var hears = [vocab.Kinds]func(d *Decoder, p *page, e *newsletter.Extension, base string, r *rule) (keep bool){
	vocab.ID:        hearAll,
	vocab.Title:     hearAll,
	vocab.About:     hearAll,
	vocab.Person:    hearAll,
	vocab.Image:     hearAll,
	vocab.Category:  hearAll,
	vocab.Keywords:  hearAll,
	vocab.Duration:  hearAll,
	vocab.Thumbnail: hearThumbnail,
	vocab.Medium:    hearMedia,
	vocab.Media:     hearGroup,
}

// passage reads an element that holds text or HTML, as Atom has it or RSS.
func (d *Decoder) passage(rank int8) passage {
	if d.tok.Space == namespace.Atom {
		return d.construct()
	}
	return d.markup(rank)
}

// readBrief reads a summary. RSS has one beside a description only in the wild.
func readBrief(d *Decoder, p *page, rank int8) {
	if d.tok.Space == namespace.Atom && !strings.HasPrefix(d.reading.Format, "RSS") {
		p.about.set(d.construct())
		return
	}
	p.brief.set(d.passage(rank))
}

func readContent(d *Decoder, p *page, rank int8) {
	switch d.tok.Space {
	case namespace.Atom:
		atomContent(d, p)
	case namespace.XHTML:
		t, base := d.tok, d.base()
		v := trimBytes(t.XHTML())
		p.content.set(passage{value: t.Room.ResolveHTML(v, base), html: true, sure: true, rank: rank})
	default:
		p.content.set(d.markup(rank))
	}
}

func readCategory(d *Decoder, p *page, _ int8) {
	scheme := ""
	switch d.tok.Space {
	case namespace.Atom:
		atomCategory(d, p)
		return
	case namespace.RSS:
		scheme = oneLine(d.tok.Attr("domain"))
	}
	d.addCategory(p, d.line(), scheme)
}

func readImage(d *Decoder, p *page, rank int8) {
	if d.tok.Space == namespace.RSS {
		rssImage(d, p, rank)
		return
	}
	p.image.set(rank, d.url())
}

func readSource(d *Decoder, p *page, _ int8) {
	switch d.tok.Space {
	case namespace.Atom:
		d.walk(&d.tables.source, p.sourcePage())
	case namespace.Schema:
		d.walk(&partOfRows, p.sourcePage())
	default:
		rssSource(d, p)
	}
}

func readGenerator(d *Decoder, p *page, rank int8) {
	var g newsletter.Generator
	if t := d.tok; t.Space == namespace.Atom {
		g.URL, g.Version = oneLine(cmp.Or(t.Attr("uri"), t.Attr("url"))), oneLine(t.Attr("version"))
	}
	g.Name = d.line()
	p.generator.set(rank, g)
}

func adminGenerator(d *Decoder, p *page, rank int8) {
	u := oneLine(d.tok.AttrIn(namespace.RDF, "resource"))
	d.tok.Skip()
	p.generator.set(rank, newsletter.Generator{Name: u})
}

func license(d *Decoder, p *page, _ int8) {
	if u := d.urlOr(d.tok.AttrIn(namespace.RDF, "resource")); u != "" {
		d.addLink(p, newsletter.Link{Rel: "license", URL: u})
	}
}

// partOfRows are the elements of schema:isPartOf.
var partOfRows = within{space: namespace.Schema, rows: map[string]*rule{
	"identifier": {says: vocab.ID, read: func(d *Decoder, p *page, _ int8) { p.id.set(vocab.IDSchema, d.id()) }},
	"name": {read: func(d *Decoder, p *page, _ int8) {
		p.title.set(passage{value: d.line(), sure: true, rank: vocab.TextSchema})
	}},
	"url":          {says: vocab.Link, read: func(d *Decoder, p *page, _ int8) { p.url.set(vocab.URLOriginal, d.url()) }},
	"contenturl":   {read: func(d *Decoder, p *page, _ int8) { p.self = d.url() }},
	"datemodified": {says: vocab.Updated, read: func(d *Decoder, p *page, _ int8) { d.date(&p.updated, vocab.UpdatedSchema) }},
}}

// WebSub (W3C Recommendation): links say which hubs tell of a feed's news.
