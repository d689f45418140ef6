package parse

import (
	"cmp"
	"strings"

	"github.com/mmcdole/gofeed/atom"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/html"
)

func (g *gofeedWay) atomFeed(f *atom.Feed) *newsletter.Newsletter {
	n := &newsletter.Newsletter{}
	g.setBase(atomLink(f.Links, "self"), atomLink(f.Links, "alternate"))
	n.ID = trimSpace(f.ID)
	n.Title = g.text(f.Title)
	n.Description = g.text(f.Subtitle)
	n.URL = g.url(atomLink(f.Links, "alternate"))
	n.Language = oneLine(f.Language)
	n.Authors = g.atomAuthors(f.Authors)
	n.Rights = g.text(f.Rights)
	n.Image, n.Icon = g.url(f.Logo), g.url(f.Icon)
	n.Updated = firstDate(f.Updated)
	if f.Generator != nil {
		n.Generator = newsletter.Generator{Name: g.text(f.Generator.Value), Version: g.text(f.Generator.Version), URL: g.text(f.Generator.URI)}
	}
	for _, c := range f.Categories {
		n.Categories = labelled(addCategory(n.Categories, nil, cmp.Or(c.Term, c.Label), c.Scheme), c.Label)
	}
	for _, link := range f.Links {
		g.feedLink(n, link.Rel, link.Href)
	}
	fh := extensions(f.Extensions["fh"])
	n.Paging.Archive = len(fh["archive"]) > 0
	n.Paging.Complete = len(fh["complete"]) > 0
	for _, e := range f.Entries {
		n.Letters = append(n.Letters, g.atomEntry(e))
	}
	return n
}

// atomLink returns the first link of a relation, a page in HTML before others.
func atomLink(links []*atom.Link, rel string) string {
	first := ""
	for _, link := range links {
		if link.Rel != rel || oneLine(link.Href) == "" {
			continue
		}
		if rel == "self" || link.Type == "" || strings.Contains(link.Type, "html") {
			return link.Href
		}
		first = cmp.Or(first, link.Href)
	}
	return first
}

func (g *gofeedWay) atomAuthors(list []*atom.Person) []newsletter.Author {
	var authors []newsletter.Author
	for _, p := range list {
		a := newsletter.Author{Name: oneLine(p.Name), Email: email(oneLine(p.Email)), URL: g.url(p.URI)}
		if a != (newsletter.Author{}) {
			authors = append(authors, a)
		}
	}
	return authors
}

func (g *gofeedWay) atomEntry(e *atom.Entry) *newsletter.Letter {
	l := &newsletter.Letter{
		ID:        cmp.Or(trimSpace(extensions(e.Extensions["schema"]).value("identifier")), trimSpace(e.ID)),
		URL:       g.url(atomLink(e.Links, "alternate")),
		Title:     g.text(e.Title),
		Authors:   g.atomAuthors(e.Authors),
		Published: firstDate(e.Published),
		Updated:   firstDate(e.Updated),
		Summary:   g.text(e.Summary),
		Rights:    g.text(e.Rights),
	}
	if e.Content == nil && looksLikeHTML(e.Summary) {
		l.Summary, l.Content = "", g.html(e.Summary) // all that there is of the letter
	}
	if c := e.Content; c != nil {
		l.Content = g.content(c)
		if src := g.url(c.Src); src != "" {
			switch {
			case c.Type != "" && !strings.Contains(c.Type, "html"):
				addAttachment(l, newsletter.Attachment{URL: src, MediaType: oneLine(c.Type)})
			case l.URL == "":
				l.URL = src
			}
		}
	}
	if l.Published.IsZero() {
		l.Published = extensions(e.Extensions["dcterms"]).date("issued")
	}
	for _, c := range e.Categories {
		l.Categories = labelled(addCategory(l.Categories, &l.Kind, cmp.Or(c.Term, c.Label), c.Scheme), c.Label)
	}
	for _, link := range e.Links {
		g.letterLink(l, newsletter.Link{
			Rel: link.Rel, URL: link.Href, MediaType: oneLine(link.Type), Language: oneLine(link.Hreflang), Title: link.Title,
		}, link.Length)
	}
	g.media(l, extensions(e.Extensions["media"]))
	if u := g.url(extensions(e.Extensions["feedburner"]).value("origLink")); u != "" {
		l.URL = u
	}
	if s := e.Source; s != nil {
		l.Source = newsletter.Source{
			ID: oneLine(s.ID), Title: g.text(s.Title), URL: g.url(atomLink(s.Links, "alternate")),
			FeedURL: g.url(atomLink(s.Links, "self")), Updated: firstDate(s.Updated),
		}
	}
	return l
}

// content returns the content of an entry as HTML.
func (g *gofeedWay) content(c *atom.Content) string {
	switch t := strings.ToLower(c.Type); {
	case t == "" || t == "text" || t == "text/plain":
		if looksLikeHTML(c.Value) {
			return g.html(c.Value)
		}
		return html.FromText(c.Value)
	case strings.Contains(t, "html") || strings.HasPrefix(t, "text/"):
		return g.html(c.Value)
	}
	return ""
}
