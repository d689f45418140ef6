package aggregate

import (
	"cmp"
	"slices"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate/internal/sameness"
	"github.com/automationregion/newsletter/internal/weburl"
)

// sourceOf returns what letters of a partner state as their source.
func sourceOf(p *Partner, s *State) newsletter.Source {
	src := newsletter.Source{
		Title:   cmp.Or(p.Name, s.Feed.Title),
		URL:     cmp.Or(s.Feed.URL, weburl.WithoutUser(p.URL)),
		FeedURL: s.Fetch.Address(p.request(nil, false)),
	}
	if src.Title == "" {
		src.Title = cmp.Or(sameness.Site(s.Feed.URL), sameness.Site(p.address()))
	}
	src.ID = src.FeedURL
	if sameness.IsIRI(s.Feed.ID) {
		src.ID = s.Feed.ID
	}
	// The newest of its letters, and not what the feed says: some feeds were
	// updated whenever somebody asks.
	src.Updated = s.updated().UTC()
	return src
}

// An origin is what a partner's letters have from their feed.
type origin struct {
	source           newsletter.Source
	language, rights string
}

func originOf(p *Partner, s *State) origin {
	return origin{source: sourceOf(p, s), language: s.Feed.Language, rights: s.Feed.Rights}
}

// names are the numbers of the names that a letter may declare the feed by.
func (o *origin) names() *[3]uint64 {
	return &[3]uint64{sameness.Number(sameness.URL(o.source.ID)), sameness.Number(sameness.URL(o.source.URL)), sameness.Number(sameness.URL(o.source.FeedURL))}
}

// A trait is what there is to an origin beside what its partner's report says.
type trait struct {
	id, language, rights string
	title                string // where the report has it in other characters
	updated              int64  // nanoseconds since 1970; 0 is not stated
}

func traitOf(o *origin) trait {
	t := trait{id: o.source.ID, language: o.language, rights: o.rights}
	if plainWords(o.source.Title) != o.source.Title {
		t.title = o.source.Title
	}
	if !o.source.Updated.IsZero() {
		t.updated = o.source.Updated.UnixNano()
	}
	return t
}

func (t *trait) origin(report *PartnerReport) origin {
	o := origin{
		source:   newsletter.Source{ID: t.id, Title: cmp.Or(t.title, report.Name), URL: report.URL, FeedURL: report.FeedURL},
		language: t.language, rights: t.rights,
	}
	if t.updated != 0 {
		o.source.Updated = time.Unix(0, t.updated).UTC()
	}
	return o
}

// attributed returns the letter of a record as it is published: with its
// source, and what it has from its feed.
func (o *origin) attributed(r *Record, p *Partner) *newsletter.Letter {
	l := *copyLetter(&r.Letter)
	if l.ID != r.GUID { // of which it was said
		l.Extensions = l.Extensions.Moved(func(in newsletter.Place) (newsletter.Place, bool) { return in, in != newsletter.Place{Name: "ID"} })
	}
	if l.Source == (newsletter.Source{}) {
		l.Source = o.source
		l.Language = cmp.Or(l.Language, o.language)
		l.Rights = cmp.Or(l.Rights, o.rights)
	} else {
		l.Source.ID = cmp.Or(l.Source.ID, l.Source.FeedURL, l.Source.URL, l.ID)
		l.Source.Title = cmp.Or(l.Source.Title, sameness.Site(l.Source.URL), sameness.Site(l.Source.FeedURL))
		if l.Source.Updated.IsZero() {
			l.Source.Updated = l.Updated
		}
		addLink(&l, newsletter.Link{Rel: "via", URL: cmp.Or(o.source.URL, o.source.FeedURL), Title: o.source.Title})
	}
	for _, c := range p.Categories {
		if !slices.Contains(l.Categories, c) {
			l.Categories = append(l.Categories, c)
		}
	}
	return &l
}

// A copied is what links to the same letter at another partner.
type copied struct {
	page   string
	source *newsletter.Source
}

// link returns a link to the letter's own page there or, if it is the same page,
// to the partner.
func (c copied) link(l *newsletter.Letter) newsletter.Link {
	page := c.page
	if sameness.URL(page) == sameness.URL(l.URL) {
		page = ""
	}
	return newsletter.Link{Rel: "related", URL: cmp.Or(page, c.source.URL, c.source.FeedURL), Title: c.source.Title}
}

// addLink adds a link if the letter doesn't have it already.
func addLink(l *newsletter.Letter, link newsletter.Link) {
	if link.URL == "" || slices.ContainsFunc(l.Links, func(o newsletter.Link) bool { return o.URL == link.URL && o.Rel == link.Rel }) {
		return
	}
	l.Links = append(l.Links, link)
}

// copyLetter returns a letter that shares nothing with l that can change.
func copyLetter(l *newsletter.Letter) *newsletter.Letter {
	c := *l
	c.Authors, c.Categories = slices.Clone(l.Authors), slices.Clone(l.Categories)
	c.Attachments, c.Links = slices.Clone(l.Attachments), slices.Clone(l.Links)
	x := &c.Extensions
	x.Elements, x.Attributes, x.Members = slices.Clone(x.Elements), slices.Clone(x.Attributes), slices.Clone(x.Members)
	return &c
}
