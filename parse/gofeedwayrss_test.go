package parse

import (
	"cmp"

	"github.com/mmcdole/gofeed/rss"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/dates"
	"github.com/automationregion/newsletter/internal/relref"
)

func (g *gofeedWay) rssFeed(f *rss.Feed) *newsletter.Newsletter {
	atom, dc, dcterms, itunes, fh := extensions(f.Extensions["atom"]), extensions(f.Extensions["dc"]),
		extensions(f.Extensions["dcterms"]), extensions(f.Extensions["itunes"]), extensions(f.Extensions["fh"])
	n := &newsletter.Newsletter{}
	self := ""
	for _, link := range atom["link"] {
		if link.Attrs["rel"] == "self" && self == "" {
			self = link.Attrs["href"]
		}
	}
	if isPage(oneLine(f.Link)) {
		g.base = oneLine(f.Link)
	}
	g.setBase(self, f.Link)
	n.ID = cmp.Or(atom.value("id"), dc.value("identifier"))
	n.Title = g.text(cmp.Or(f.Title, dc.value("title")))
	n.Description = g.text(cmp.Or(f.Description, dc.value("description"), itunes.value("summary", "subtitle")))
	n.URL = g.url(f.Link)
	n.Language = oneLine(cmp.Or(f.Language, dc.value("language")))
	n.Rights = g.text(cmp.Or(f.Copyright, dc.value("rights"), dcterms.value("rights")))
	n.Generator.Name = g.text(f.Generator)
	n.Updated = firstTime(atom.date("updated"), firstDate(f.LastBuildDate), dcterms.date("modified"), firstDate(f.PubDate), dc.date("date"))
	if f.Image != nil {
		n.Image = g.url(f.Image.URL)
	}
	if n.Image == "" {
		n.Image = g.url(atom.value("logo"))
	}
	for _, e := range itunes["image"] {
		if n.Image == "" {
			n.Image = g.url(cmp.Or(e.Attrs["href"], e.Attrs["url"], e.Value))
		}
	}
	n.Icon = g.url(atom.value("icon"))
	n.Authors = g.atomPersons(atom["author"])
	for _, list := range [...]func() []newsletter.Author{
		func() []newsletter.Author { return dcPersons(dc) },
		func() []newsletter.Author { return persons(f.ManagingEditor) },
		func() []newsletter.Author { return persons(itunes.value("author")) },
	} {
		if n.Authors == nil {
			n.Authors = list()
		}
	}
	for _, c := range f.Categories {
		n.Categories = addCategory(n.Categories, nil, c.Value, c.Domain)
	}
	for _, e := range dc["subject"] {
		n.Categories = addCategory(n.Categories, nil, e.Value, "")
	}
	for _, e := range itunes["category"] {
		n.Categories = addCategory(n.Categories, nil, e.Attrs["text"], "")
		for _, c := range e.Children["category"] {
			n.Categories = addCategory(n.Categories, nil, c.Attrs["text"], "")
		}
	}
	n.Categories = addKeywords(n.Categories, itunes.value("keywords"))
	for _, link := range atom["link"] {
		g.feedLink(n, link.Attrs["rel"], link.Attrs["href"])
	}
	n.Paging.Archive = len(fh["archive"]) > 0
	n.Paging.Complete = len(fh["complete"]) > 0
	for _, item := range f.Items {
		n.Letters = append(n.Letters, g.rssItem(item))
	}
	return n
}

// persons reads the text of an element as a list of at most one author.
func persons(s string) []newsletter.Author {
	if a := parsePerson(s); a != (newsletter.Author{}) {
		return []newsletter.Author{a}
	}
	return nil
}

// dcPersons reads the authors that Dublin Core names.
func dcPersons(dc extensions) []newsletter.Author {
	var list []newsletter.Author
	for _, name := range [...]string{"creator", "author"} {
		for _, e := range dc[name] {
			list = append(list, persons(e.Value)...)
		}
	}
	return list
}

// feedLink puts a link of a feed where it belongs.
func (g *gofeedWay) feedLink(n *newsletter.Newsletter, rel, href string) {
	u := g.url(href)
	if u == "" {
		return
	}
	to := map[string]*string{
		"self": &n.FeedURL, "first": &n.Paging.First, "previous": &n.Paging.Previous, "prev": &n.Paging.Previous,
		"next": &n.Paging.Next, "last": &n.Paging.Last, "current": &n.Paging.Current,
		"prev-archive": &n.Paging.PreviousArchive, "next-archive": &n.Paging.NextArchive,
	}[rel]
	switch {
	case rel == "hub":
		n.Hubs = append(n.Hubs, u)
	case to != nil && *to == "":
		*to = u
	}
}

func (g *gofeedWay) rssItem(item *rss.Item) *newsletter.Letter {
	atom, dc, dcterms, itunes := extensions(item.Extensions["atom"]), extensions(item.Extensions["dc"]),
		extensions(item.Extensions["dcterms"]), extensions(item.Extensions["itunes"])
	l := &newsletter.Letter{
		Title:     g.text(cmp.Or(item.Title, dc.value("title"), itunes.value("title"))),
		URL:       g.url(cmp.Or(extensions(item.Extensions["feedburner"]).value("origLink"), item.Link)),
		Language:  dc.value("language"),
		Rights:    g.text(dc.value("rights")),
		Published: firstTime(dcterms.date("issued"), firstDate(item.PubDate), dc.date("date"), atom.date("published")),
		Updated:   firstTime(atom.date("updated"), dcterms.date("modified")),
	}
	if date := dc.date("date"); date.Equal(l.Published) && date.Equal(l.Updated) && item.PubDate == "" && dcterms.value("issued") == "" {
		l.Published = atom.date("published") // it says again when the letter was updated
	}
	if guid := item.GUID; guid != nil {
		l.ID = trimSpace(guid.Value)
		if l.URL == "" && guid.IsPermalink != "false" && relref.IsAbsolute(l.ID) {
			l.URL = l.ID
		}
	}
	description := cmp.Or(item.Description, dc.value("description"), itunes.value("summary"))
	if item.Content != "" {
		l.Summary, l.Content = g.text(description), g.html(item.Content)
	} else {
		l.Content = g.html(description)
	}
	l.Authors = g.schemaAuthors(extensions(item.Extensions["schema"]))
	for _, list := range [...]func() []newsletter.Author{
		func() []newsletter.Author { return g.atomPersons(atom["author"]) },
		func() []newsletter.Author { return dcPersons(dc) },
		func() []newsletter.Author { return persons(item.Author) },
		func() []newsletter.Author { return persons(itunes.value("author")) },
	} {
		if l.Authors == nil {
			l.Authors = list()
		}
	}
	for _, c := range item.Categories {
		l.Categories = addCategory(l.Categories, &l.Kind, c.Value, c.Domain)
	}
	for _, e := range dc["subject"] {
		l.Categories = addCategory(l.Categories, nil, e.Value, "")
	}
	for _, e := range item.Enclosures {
		if u := g.url(e.URL); u != "" {
			addAttachment(l, newsletter.Attachment{URL: u, MediaType: oneLine(e.Type), Length: length(e.Length)})
		}
	}
	g.media(l, extensions(item.Extensions["media"]))
	if len(l.Attachments) > 0 && l.Attachments[0].Duration == 0 {
		l.Attachments[0].Duration = dates.Duration(itunes.value("duration"))
	}
	l.Categories = addKeywords(l.Categories, itunes.value("keywords"))
	for _, e := range itunes["image"] {
		if l.Image == "" {
			l.Image = g.url(cmp.Or(e.Attrs["href"], e.Attrs["url"]))
		}
	}
	if s := item.Source; s != nil {
		l.Source = newsletter.Source{Title: g.text(s.Title), FeedURL: g.url(s.URL)}
	}
	for _, e := range item.Extensions["schema"]["isPartOf"] {
		c := extensions(e.Children)
		l.Source.ID = c.value("identifier")
		l.Source.URL = g.url(c.value("url"))
		l.Source.Updated = c.date("dateModified")
		l.Source.Title = cmp.Or(l.Source.Title, c.value("name"))
	}
	for _, link := range atom["link"] {
		a := link.Attrs
		g.letterLink(l, newsletter.Link{Rel: a["rel"], URL: a["href"], MediaType: a["type"], Language: a["hreflang"], Title: a["title"]}, a["length"])
	}
	if u := g.url(item.Comments); u != "" && !hasLink(l.Links, u) {
		l.Links = append(l.Links, newsletter.Link{Rel: "replies", URL: u})
	}
	return l
}

// letterLink puts a link of a letter where it belongs.
func (g *gofeedWay) letterLink(l *newsletter.Letter, link newsletter.Link, size string) {
	if link.URL = g.url(link.URL); link.URL == "" {
		return
	}
	link.Title = oneLine(link.Title)
	switch link.Rel {
	case "enclosure":
		addAttachment(l, newsletter.Attachment{URL: link.URL, MediaType: link.MediaType, Length: length(size), Title: link.Title})
	case "", "alternate":
		link.Rel = "alternate"
		switch {
		case l.URL == "":
			l.URL = link.URL
		case l.URL != link.URL:
			l.Links = append(l.Links, link)
		}
	case "related", "via", "replies", "license", "payment", "describedby":
		l.Links = append(l.Links, link)
	}
}
