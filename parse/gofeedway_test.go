package parse

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/dates"
	"github.com/automationregion/newsletter/internal/relref"
)

// gofeedWay maps gofeed's own types of each format to ours, with all that they
// have: the second implementation that ours is compared with.
type gofeedWay struct{ guess }

// gofeedWhole reads a well-formed document with gofeed's parsers.
func gofeedWhole(data []byte, o Options) (*newsletter.Newsletter, error) {
	data = withoutDeclaration(data)
	kind := gofeed.DetectFeedType(bytes.NewReader(data[:min(len(data), 64<<10)]))
	switch kind {
	case gofeed.FeedTypeJSON:
		return feedJSON(data, o)
	case gofeed.FeedTypeUnknown:
		return nil, notFeed(data, o)
	}
	g := gofeedWay{guess{o: o}}
	return g.feed(data, kind)
}

func (g *gofeedWay) feed(data []byte, kind gofeed.FeedType) (*newsletter.Newsletter, error) {
	if kind == gofeed.FeedTypeAtom {
		f, err := (&atom.Parser{}).Parse(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		return g.atomFeed(f), nil
	}
	f, err := (&rss.Parser{}).Parse(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return g.rssFeed(f), nil
}

// setBase takes the first absolute URL of what the caller said and the feed
// says as what relative URLs are relative to.
func (g *gofeedWay) setBase(urls ...string) {
	for _, u := range append([]string{g.o.BaseURL}, urls...) {
		if g.base == "" && relref.IsAbsolute(u) {
			g.base = u
		}
	}
}

// extensions are the elements of one namespace by their name.
type extensions map[string][]ext.Extension

// value returns the first text that one of the elements has.
func (x extensions) value(names ...string) string {
	for _, name := range names {
		for _, e := range x[name] {
			if v := oneLine(e.Value); v != "" {
				return v
			}
		}
	}
	return ""
}

// date returns the first date that one of the elements has.
func (x extensions) date(names ...string) time.Time {
	for _, name := range names {
		for _, e := range x[name] {
			if t, ok := dates.Parse(e.Value); ok {
				return t
			}
		}
	}
	return time.Time{}
}

// addCategory adds a category, or makes it the kind of a letter.
func addCategory(list []newsletter.Category, kind *string, term, scheme string) []newsletter.Category {
	c := newsletter.Category{Term: oneLine(term), Scheme: oneLine(scheme)}
	switch {
	case c.Term == "":
		return list
	case c.Scheme == articleSection && kind != nil && *kind == "":
		*kind = c.Term
		return list
	}
	for _, other := range list {
		if other == c {
			return list
		}
	}
	return append(list, c)
}

// labelled gives the category that was added last its label.
func labelled(list []newsletter.Category, label string) []newsletter.Category {
	if last := len(list) - 1; last >= 0 {
		list[last].Label = oneLine(label)
	}
	return list
}

// schemaAuthors reads the authors that package feed writes in RSS.
func (g *gofeedWay) schemaAuthors(x extensions) []newsletter.Author {
	var list []newsletter.Author
	for _, e := range x["author"] {
		c := extensions(e.Children)
		a := newsletter.Author{
			Name: c.value("name"), Email: c.value("email"), URL: g.url(c.value("url")),
			Organization: c.value("affiliation"), Avatar: g.url(c.value("image")),
		}
		if a != (newsletter.Author{}) {
			list = append(list, a)
		}
	}
	return list
}

// atomPersons reads Atom's authors where gofeed takes them for extensions.
func (g *gofeedWay) atomPersons(list []ext.Extension) []newsletter.Author {
	var authors []newsletter.Author
	for _, e := range list {
		c := extensions(e.Children)
		a := newsletter.Author{
			Name: c.value("name"), Email: email(c.value("email")), URL: g.url(c.value("uri", "url", "homepage")),
			Organization: c.value("affiliation"), Avatar: g.url(c.value("image")),
		}
		if a != (newsletter.Author{}) {
			authors = append(authors, a)
		}
	}
	return authors
}

// media adds the attachments and the picture of Media RSS.
func (g *gofeedWay) media(l *newsletter.Letter, x extensions) {
	for _, e := range x["content"] {
		if a := g.medium(e); a.URL != "" && (isFile(e) || slices.ContainsFunc(l.Attachments, func(b newsletter.Attachment) bool { return a.URL == b.URL })) {
			addAttachment(l, a)
		}
		g.media(l, e.Children)
	}
	for _, group := range x["group"] {
		forms := slices.DeleteFunc(slices.Clone(group.Children["content"]), func(e ext.Extension) bool { return !isFile(e) })
		slices.SortStableFunc(forms, func(a, b ext.Extension) int {
			return cmp.Compare(b.Attrs["isDefault"], a.Attrs["isDefault"]) // "true" comes first
		})
		if len(forms) > 0 {
			addAttachment(l, g.medium(forms[0]))
		}
		for _, e := range group.Children["content"] {
			g.media(l, e.Children)
		}
		g.media(l, extensions{"thumbnail": group.Children["thumbnail"], "category": group.Children["category"], "keywords": group.Children["keywords"]})
	}
	for _, e := range x["thumbnail"] {
		if l.Image == "" {
			l.Image = g.url(e.Attrs["url"])
		}
	}
	for _, e := range x["category"] {
		l.Categories = addCategory(l.Categories, &l.Kind, e.Value, e.Attrs["scheme"])
	}
	l.Categories = addKeywords(l.Categories, x.value("keywords"))
}

// medium is the attachment that a media:content is.
func (g *gofeedWay) medium(e ext.Extension) newsletter.Attachment {
	return newsletter.Attachment{
		URL: g.url(e.Attrs["url"]), MediaType: oneLine(e.Attrs["type"]),
		Length: length(e.Attrs["fileSize"]), Duration: dates.Duration(e.Attrs["duration"]),
		Title: g.text(extensions(e.Children).value("title")),
	}
}

// isFile reports whether a media:content is sound, film or a document.
func isFile(e ext.Extension) bool {
	switch mediaType := cmp.Or(e.Attrs["medium"], e.Attrs["type"], newsletter.MediaType(e.Attrs["url"])); {
	case strings.HasPrefix(mediaType, "image"), mediaType == "executable":
		return false
	case mediaType != "":
		return true
	}
	return e.Attrs["duration"] != ""
}

// addKeywords adds each of the words between commas.
func addKeywords(list []newsletter.Category, words string) []newsletter.Category {
	for w := range strings.SplitSeq(words, ",") {
		list = addCategory(list, nil, w, "")
	}
	return list
}

// addAttachment adds an attachment, or what is new of one that is there.
func addAttachment(l *newsletter.Letter, a newsletter.Attachment) {
	for i := range l.Attachments {
		if b := &l.Attachments[i]; b.URL == a.URL {
			b.MediaType = cmp.Or(b.MediaType, a.MediaType)
			b.Title = cmp.Or(b.Title, a.Title)
			if b.Length == 0 {
				b.Length = a.Length
			}
			if b.Duration == 0 {
				b.Duration = a.Duration
			}
			return
		}
	}
	l.Attachments = append(l.Attachments, a)
}
