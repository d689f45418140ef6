// Package fromgofeed makes a newsletter of a feed that
// [github.com/mmcdole/gofeed] read, for programs that move over step by step. Package
// parse reads more of a feed, and needs nothing of gofeed.
package fromgofeed

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/mmcdole/gofeed"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/dates"
	"github.com/automationregion/newsletter/internal/html"
	"github.com/automationregion/newsletter/internal/relref"
	"github.com/automationregion/newsletter/internal/text"
)

// Newsletter returns what a feed says, with every field that both have: titles as
// text, dates in their own zones, and URLs absolute, relative to the feed's home page.
// The elements of other vocabularies are Extensions, where their prefix is one of the
// well-known ones: gofeed keeps no namespaces. Neither the feed nor the newsletter
// changes with the other. [newsletter.Newsletter.Repair] mends what no format can
// hold.
func Newsletter(f *gofeed.Feed) *newsletter.Newsletter {
	c := converter{}
	for _, u := range []string{f.Link, f.FeedLink} {
		if c.base == "" && relref.IsAbsolute(u) {
			c.base = u
		}
	}
	n := &newsletter.Newsletter{
		Title:       html.Title(f.Title),
		Description: asText(f.Description),
		URL:         c.url(f.Link),
		FeedURL:     c.url(f.FeedLink),
		Language:    text.Line(f.Language),
		Authors:     authors(f.Author, f.Authors),
		Rights:      asText(f.Copyright),
		Image:       c.image(f.Image),
		Categories:  categories(f.Categories),
		Updated:     firstDate(date{f.UpdatedParsed, f.Updated}, date{f.PublishedParsed, f.Published}),
		Generator:   newsletter.Generator{Name: text.Line(f.Generator)},
		Extensions:  c.extensions(withITunesFeed(withDublinCore(f.Extensions, f.DublinCoreExt), f.ITunesExt), f.Custom),
	}
	if f.Image != nil {
		if title := text.Line(f.Image.Title); title != "" && title != n.Title {
			n.Extensions.Elements = slices.Insert(n.Extensions.Elements, 0, newsletter.Extension{In: newsletter.Place{Name: "Image"}, Name: "title", Text: title})
		}
	}
	for _, link := range f.Extensions["atom"]["link"] {
		c.feedLink(n, link.Attrs["rel"], link.Attrs["href"])
	}
	for _, item := range f.Items {
		if item != nil {
			n.Letters = append(n.Letters, c.letter(item))
		}
	}
	return n
}

// A converter knows what relative URLs are relative to.
type converter struct{ base string }

func (c *converter) letter(item *gofeed.Item) *newsletter.Letter {
	l := &newsletter.Letter{
		ID:         text.TrimSpace(item.GUID),
		URL:        c.url(item.Link),
		Title:      html.Title(item.Title),
		Authors:    authors(item.Author, item.Authors),
		Published:  firstDate(date{item.PublishedParsed, item.Published}),
		Updated:    firstDate(date{item.UpdatedParsed, item.Updated}),
		Image:      c.image(item.Image),
		Categories: categories(item.Categories),
		Extensions: c.extensions(withITunesItem(withDublinCore(item.Extensions, item.DublinCoreExt), item.ITunesExt), item.Custom),
	}
	if item.Content != "" {
		l.Summary, l.Content = asText(item.Description), c.html(item.Content)
	} else {
		l.Content = c.html(item.Description)
	}
	for _, e := range item.Enclosures {
		if e == nil {
			continue
		}
		if u := c.url(e.URL); u != "" {
			l.Attachments = append(l.Attachments, newsletter.Attachment{URL: u, MediaType: text.Line(e.Type), Length: length(e.Length)})
		}
	}
	if l.Updated.Equal(l.Published) {
		l.Updated = time.Time{} // gofeed has one for the other
	}
	c.media(l, item.Extensions["media"])
	if itunes := item.ITunesExt; itunes != nil && len(l.Attachments) > 0 && l.Attachments[0].Duration == 0 {
		l.Attachments[0].Duration = dates.Duration(itunes.Duration)
	}
	return l
}

// feedLink puts an Atom link of RSS where it belongs, whose relation gofeed has
// nowhere else.
func (c *converter) feedLink(n *newsletter.Newsletter, rel, href string) {
	to := map[string]*string{
		"first": &n.Paging.First, "previous": &n.Paging.Previous, "prev": &n.Paging.Previous, "next": &n.Paging.Next,
		"last": &n.Paging.Last, "current": &n.Paging.Current,
		"prev-archive": &n.Paging.PreviousArchive, "next-archive": &n.Paging.NextArchive,
	}[rel]
	u := c.url(href)
	switch {
	case u == "":
	case rel == "hub":
		n.Hubs = append(n.Hubs, u)
	case to != nil && *to == "":
		*to = u
	}
}

// authors returns the authors of a list, or the one that gofeed had before it.
func authors(first *gofeed.Person, list []*gofeed.Person) []newsletter.Author {
	if len(list) == 0 {
		list = []*gofeed.Person{first}
	}
	var authors []newsletter.Author
	for _, p := range list {
		if p == nil {
			continue
		}
		if a := (newsletter.Author{Name: text.Line(p.Name), Email: text.Line(p.Email)}); a != (newsletter.Author{}) {
			authors = append(authors, a)
		}
	}
	return authors
}

func categories(terms []string) []newsletter.Category {
	var list []newsletter.Category
	there := map[string]bool{}
	for _, term := range terms {
		if term = text.Line(term); term != "" && !there[term] {
			there[term] = true
			list = append(list, newsletter.Category{Term: term})
		}
	}
	return list
}

func (c *converter) image(i *gofeed.Image) string {
	if i == nil {
		return ""
	}
	return c.url(i.URL)
}

func (c *converter) url(ref string) string {
	if ref = text.Line(ref); ref == "" {
		return ""
	}
	return relref.Resolve(c.base, ref)
}

func (c *converter) html(s string) string {
	room := relref.Room{Size: len(s)}
	return text.TrimSpace(room.ResolveHTML(s, c.base))
}

// asText returns what may be HTML as text; what is text stays as it is.
func asText(s string) string {
	if summary := html.Summary(s); summary != text.Line(s) {
		return summary
	}
	return text.TrimSpace(s)
}

// A date is one of gofeed's: the time, and the text that it was read from.
type date struct {
	parsed *time.Time
	text   string
}

// firstDate returns the first of several that is a date.
func firstDate(list ...date) time.Time {
	for _, d := range list {
		if d.parsed != nil {
			return *d.parsed
		}
		if t, ok := dates.Parse(d.text); ok {
			return t
		}
	}
	return time.Time{}
}

// length returns a number of bytes, 0 if it isn't known.
func length(s string) int64 {
	n, err := strconv.ParseInt(text.Line(s), 10, 64)
	if err != nil {
		return 0
	}
	return max(n, 0)
}

// addAttachment adds an attachment, or what is new of one that is there.
func addAttachment(l *newsletter.Letter, a newsletter.Attachment) {
	i := slices.IndexFunc(l.Attachments, func(b newsletter.Attachment) bool { return b.URL == a.URL })
	if i < 0 {
		l.Attachments = append(l.Attachments, a)
		return
	}
	b := &l.Attachments[i]
	b.MediaType, b.Title = cmp.Or(b.MediaType, a.MediaType), cmp.Or(b.Title, a.Title)
	b.Length, b.Duration = cmp.Or(b.Length, a.Length), cmp.Or(b.Duration, a.Duration)
}
