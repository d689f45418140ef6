package fromgofeed

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/dates"
	"github.com/automationregion/newsletter/internal/html"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/text"
	"github.com/automationregion/newsletter/internal/vocab"
)

// elements are those of one vocabulary by their names.
type elements = map[string][]ext.Extension

// vocabularies are the namespaces of the prefixes that gofeed has for them by custom,
// beside those of package namespace.
var vocabularies = map[string]string{
	"slash":   "http://purl.org/rss/1.0/modules/slash/",
	"sy":      "http://purl.org/rss/1.0/modules/syndication/",
	"wfw":     "http://wellformedweb.org/commentAPI/",
	"geo":     "http://www.w3.org/2003/01/geo/wgs84_pos#",
	"georss":  "http://www.georss.org/georss",
	"podcast": "https://podcastindex.org/namespace/1.0",
}

// extensions are the elements that no field holds, in the order of their names:
// gofeed keeps no other.
func (c *converter) extensions(all ext.Extensions, custom map[string]string) newsletter.Extensions {
	var list []newsletter.Extension
	for _, prefix := range slices.Sorted(maps.Keys(all)) {
		space := namespace.OfPrefix([]byte(prefix))
		uri := space.URI()
		switch space {
		case namespace.RSS, namespace.Atom, namespace.Media, namespace.Content, namespace.DCTerms: // which fields hold
			continue
		case namespace.Other:
			if uri = vocabularies[prefix]; uri == "" {
				continue
			}
		}
		for _, e := range inOrder(all[prefix], prefix, uri) {
			if space != namespace.DC || !vocab.In(space, e.Name).IsField() { // which fields of gofeed's hold
				list = append(list, e)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(custom)) {
		list = append(list, newsletter.Extension{Name: name, Text: custom[name]})
	}
	return newsletter.Extensions{Elements: list}
}

// inOrder are elements in the order of their names, with what is in them.
func inOrder(of elements, prefix, uri string) []newsletter.Extension {
	var list []newsletter.Extension
	for _, name := range slices.Sorted(maps.Keys(of)) {
		for _, e := range of[name] {
			x := newsletter.Extension{Namespace: uri, Prefix: prefix, Name: name, Children: inOrder(e.Children, prefix, uri)}
			if x.Children == nil {
				x.Text = e.Value
			}
			for _, key := range slices.Sorted(maps.Keys(e.Attrs)) {
				x.Attrs = append(x.Attrs, newsletter.Attr{Name: key, Value: e.Attrs[key]})
			}
			list = append(list, x)
		}
	}
	return list
}

// media adds the attachments and the picture of Media RSS.
func (c *converter) media(l *newsletter.Letter, of elements) {
	for _, group := range of["group"] {
		c.media(l, group.Children)
	}
	for _, e := range of["content"] {
		a := newsletter.Attachment{
			URL: c.url(e.Attrs["url"]), MediaType: text.Line(e.Attrs["type"]),
			Length: length(e.Attrs["fileSize"]), Duration: dates.Duration(e.Attrs["duration"]),
		}
		for _, title := range e.Children["title"] {
			a.Title = html.Title(title.Value)
		}
		if a.URL != "" {
			addAttachment(l, a)
		}
		c.media(l, e.Children)
	}
	for _, e := range of["thumbnail"] {
		if l.Image == "" {
			l.Image = c.url(e.Attrs["url"])
		}
	}
}

// with returns the extensions with those of a prefix that only a type of gofeed's
// has, as in a feed that a program made.
func with(all ext.Extensions, prefix string, of elements) ext.Extensions {
	if all[prefix] != nil || len(of) == 0 {
		return all
	}
	all = maps.Clone(all)
	if all == nil {
		all = ext.Extensions{}
	}
	all[prefix] = of
	return all
}

func withDublinCore(all ext.Extensions, dc *ext.DublinCoreExtension) ext.Extensions {
	if dc == nil {
		return all
	}
	of := elements{}
	fields := reflect.ValueOf(*dc)
	for i := range fields.NumField() { // each the texts of the element of its name
		texts, _ := fields.Field(i).Interface().([]string)
		for _, text := range texts {
			add(of, strings.ToLower(fields.Type().Field(i).Name), text)
		}
	}
	return with(all, "dc", of)
}

func withITunesFeed(all ext.Extensions, f *ext.ITunesFeedExtension) ext.Extensions {
	if f == nil {
		return all
	}
	of := elements{}
	add(of, "author", f.Author)
	add(of, "block", f.Block)
	for _, c := range f.Categories {
		of["category"] = append(of["category"], category(c)...)
	}
	add(of, "explicit", f.Explicit)
	add(of, "keywords", f.Keywords)
	if o := f.Owner; o != nil {
		children := elements{}
		add(children, "email", o.Email)
		add(children, "name", o.Name)
		of["owner"] = []ext.Extension{{Children: children}}
	}
	add(of, "subtitle", f.Subtitle)
	add(of, "summary", f.Summary)
	addImage(of, f.Image)
	add(of, "complete", f.Complete)
	add(of, "new-feed-url", f.NewFeedURL)
	add(of, "type", f.Type)
	return with(all, "itunes", of)
}

func withITunesItem(all ext.Extensions, i *ext.ITunesItemExtension) ext.Extensions {
	if i == nil {
		return all
	}
	of := elements{}
	add(of, "author", i.Author)
	add(of, "block", i.Block)
	add(of, "duration", i.Duration)
	add(of, "explicit", i.Explicit)
	add(of, "keywords", i.Keywords)
	add(of, "subtitle", i.Subtitle)
	add(of, "summary", i.Summary)
	addImage(of, i.Image)
	add(of, "isClosedCaptioned", i.IsClosedCaptioned)
	add(of, "episode", i.Episode)
	add(of, "season", i.Season)
	add(of, "order", i.Order)
	add(of, "episodeType", i.EpisodeType)
	return with(all, "itunes", of)
}

// add adds an element of text.
func add(to elements, name, text string) {
	if text != "" {
		to[name] = append(to[name], ext.Extension{Value: text})
	}
}

func addImage(to elements, url string) {
	if url != "" {
		to["image"] = []ext.Extension{{Attrs: map[string]string{"href": url}}}
	}
}

// category is iTunes' element of one, with that within it.
func category(c *ext.ITunesCategory) []ext.Extension {
	if c == nil {
		return nil
	}
	e := ext.Extension{Attrs: map[string]string{"text": c.Text}}
	if inner := category(c.Subcategory); inner != nil {
		e.Children = elements{"category": inner}
	}
	return []ext.Extension{e}
}
