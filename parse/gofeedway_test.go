package parse

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/dates"
	"github.com/automationregion/newsletter/internal/html"
	"github.com/automationregion/newsletter/internal/relref"
	"github.com/automationregion/newsletter/internal/value"
	"github.com/automationregion/newsletter/internal/vocab"
)

// gofeedWay maps gofeed's own types of each format to ours, with all that they
// have: the second implementation that ours is compared with.
type gofeedWay struct {
	o    Options
	base string
	room relref.Room
}

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
	g := gofeedWay{o: o, room: relref.Room{Size: len(data)}}
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
	case c.Scheme == vocab.KindScheme && kind != nil && *kind == "":
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
	switch mediaType := cmp.Or(e.Attrs["medium"], e.Attrs["type"], value.MediaType(e.Attrs["url"])); {
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

func (g *gofeedWay) url(ref string) string {
	if ref = oneLine(ref); ref == "" {
		return ""
	}
	return g.room.Resolve(g.base, ref)
}

// text returns what may be HTML as one line of text.
func (g *gofeedWay) text(s string) string {
	s = withoutOwnEnd(s)
	switch {
	case g.o.KeepMarkup:
		return strings.TrimSpace(g.room.ResolveHTML(s, g.base))
	case looksLikeHTML(s):
		return html.Summary(s)
	}
	return oneLine(s)
}

func (g *gofeedWay) html(s string) string {
	return trimSpace(g.room.ResolveHTML(withoutOwnEnd(s), g.base))
}

// firstDate returns the first of several texts that is a date.
func firstDate(texts ...string) time.Time {
	for _, s := range texts {
		if t, ok := dates.Parse(s); ok {
			return t
		}
	}
	return time.Time{}
}

// withoutDeclaration drops the XML declaration: its encoding is not true any
// more.
func withoutDeclaration(data []byte) []byte {
	text := bytes.TrimLeft(data, " \t\r\n")
	if bytes.HasPrefix(text, []byte("<?xml ")) {
		if end := bytes.Index(text, []byte("?>")); end >= 0 {
			return text[end+2:]
		}
	}
	return text
}

// withoutOwnEnd drops the end tag that gofeed leaves at the end of an element's
// text if the elements within it are not closed.
func withoutOwnEnd(s string) string {
	i := strings.LastIndex(s, "</")
	if i < 0 || !strings.HasSuffix(s, ">") {
		return s
	}
	name := s[i+2 : len(s)-1]
	switch strings.ToLower(name[strings.IndexByte(name, ':')+1:]) {
	case "description", "encoded", "content", "summary", "title", "subtitle", "tagline", "rights", "copyright":
		if !strings.Contains(s[:i], "<"+name) {
			return s[:i]
		}
	}
	return s
}

func TestGofeedWay(t *testing.T) {
	const doc = `<?xml version="1.0" encoding="euc-kr"?>
<rss version=2 xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>Tom & Jerry</title><link>https://example.org/</link><atom:link rel="self" href="/rss.xml"/><atom:link rel="next" href="/2.xml"/>
<item><title>&lt;b&gt;One&lt;/b&gt; å</title><link>/one</link><description>a <br> b</description><pubDate>28 maj 2004</pubDate>
<author>ann@example.org (Ann)</author><category domain="https://schema.org/articleSection">Report</category><category>x</category>
<enclosure url="a.mp3" length="" type="audio/mpeg"><media:content url="a.mp3" fileSize="7" duration="61"/><media:thumbnail url="t.png"/></item>
</channel></rss>`
	n, err := gofeedWhole([]byte(doc), optionsOf(nil))
	require.NoError(t, err)
	assert.Equal(t, &newsletter.Newsletter{
		Title: "Tom & Jerry", URL: "https://example.org/", FeedURL: "https://example.org/rss.xml",
		Paging: newsletter.Paging{Next: "https://example.org/2.xml"},
		Letters: []*newsletter.Letter{{
			Title: "One å", URL: "https://example.org/one", Kind: "Report", Content: "a <br> b",
			Published:  time.Date(2004, 5, 28, 0, 0, 0, 0, time.UTC),
			Authors:    []newsletter.Author{{Name: "Ann", Email: "ann@example.org"}},
			Categories: []newsletter.Category{{Term: "x"}}, Attachments: []newsletter.Attachment{{URL: "https://example.org/a.mp3", MediaType: "audio/mpeg"}},
		}},
	}, n)
}
