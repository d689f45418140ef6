package parse

import (
	"bytes"
	"cmp"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/dates"
	"github.com/automationregion/newsletter/internal/htmltext"
	"github.com/automationregion/newsletter/internal/relref"
)

// gofeedFeed reads a document with gofeed's parsers, which take XML that is not
// well-formed. The data is UTF-8, whatever it declares.
func gofeedFeed(data []byte, o Options) (*newsletter.Newsletter, error) {
	data = withoutDeclaration(data)
	kind := gofeed.DetectFeedType(bytes.NewReader(data[:min(len(data), 64<<10)]))
	switch kind {
	case gofeed.FeedTypeJSON:
		return feedJSON(data, o)
	case gofeed.FeedTypeUnknown:
		return nil, notFeed(data, o)
	}
	if err := checkXML(data, o); err != nil {
		return nil, err
	}
	g := gofeedWay{o: o}
	n, err := g.feed(data, kind)
	if err != nil {
		return nil, &Error{File: o.FileName, Message: "malformed feed: " + err.Error(), Err: err}
	}
	return n, nil
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

// gofeedWay maps gofeed's types to ours.
type gofeedWay struct {
	o    Options
	base string
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

func (g *gofeedWay) url(ref string) string {
	ref = oneLine(ref)
	if ref == "" {
		return ""
	}
	return relref.Resolve(g.base, ref)
}

// text returns what may be HTML as one line of text.
func (g *gofeedWay) text(s string) string {
	s = withoutOwnEnd(s)
	if g.o.KeepMarkup {
		return strings.TrimSpace(relref.ResolveHTML(s, g.base))
	}
	if looksLikeHTML(s) {
		return htmltext.Text(s)
	}
	return oneLine(s)
}

func (g *gofeedWay) html(s string) string {
	return trimSpace(relref.ResolveHTML(withoutOwnEnd(s), g.base))
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

// firstDate returns the first of several texts that is a date.
func firstDate(texts ...string) time.Time {
	for _, s := range texts {
		if t, ok := dates.Parse(s); ok {
			return t
		}
	}
	return time.Time{}
}

// firstTime returns the first time that is stated.
func firstTime(times ...time.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

// articleSection is the scheme of the category that says what kind a letter is.
const articleSection = "https://schema.org/articleSection"

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
	for _, group := range x["group"] {
		g.media(l, group.Children)
	}
	for _, e := range x["content"] {
		a := newsletter.Attachment{
			URL: g.url(e.Attrs["url"]), MediaType: oneLine(e.Attrs["type"]),
			Length: length(e.Attrs["fileSize"]), Duration: durationOf(e.Attrs["duration"]),
			Title: g.text(extensions(e.Children).value("title")),
		}
		if a.URL != "" {
			addAttachment(l, a)
		}
		g.media(l, e.Children)
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

// length reads a number of bytes; what is none is zero.
func length(s string) int64 {
	if s = oneLine(s); s == "" {
		return 0
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(s, ",", ""), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// durationOf reads seconds, or hours, minutes and seconds with colons, as whole
// seconds.
func durationOf(s string) time.Duration {
	if s = oneLine(s); s == "" {
		return 0
	}
	total := 0.0
	parts := strings.Split(s, ":")
	if len(parts) > 3 {
		return 0
	}
	for _, part := range parts {
		n, err := strconv.ParseFloat(part, 64)
		if err != nil || !(n >= 0) || n > 1e8 {
			return 0
		}
		total = total*60 + n
	}
	return time.Duration(math.Round(total)) * time.Second
}
