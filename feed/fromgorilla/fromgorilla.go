// Package fromgorilla makes a newsletter of a feed for [github.com/gorilla/feeds], for
// programs that move over step by step: it has the IDs that gorilla/feeds writes, so
// that no subscriber is shown a letter anew.
package fromgorilla

import (
	"cmp"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/feeds"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/internal/html"
	"github.com/automationregion/newsletter/internal/text"
)

// Newsletter returns what a feed says, with every field that both have, and with the
// IDs that gorilla/feeds writes in the format, which is the one that subscribers have.
// A letter has no ID where gorilla/feeds writes none, or makes up a random one: package
// feed derives what its format requires. A description that is HTML is the Content of a
// letter that has no other. Neither the feed nor the newsletter changes with the other.
func Newsletter(f *feeds.Feed, format feed.Format) *newsletter.Newsletter {
	n := &newsletter.Newsletter{
		Title:       html.Title(f.Title),
		Description: asText(cmp.Or(f.Description, f.Subtitle)),
		Authors:     authors(f.Author),
		Rights:      asText(f.Copyright),
		Updated:     firstOf(f.Updated, f.Created),
	}
	if f.Link != nil {
		to := &n.URL
		if f.Link.Rel == "self" && format == feed.Atom {
			to = &n.FeedURL
		}
		*to = f.Link.Href
		if format == feed.Atom {
			n.ID = f.Link.Href
		}
	}
	if f.Image != nil {
		n.Image = f.Image.Url
		n.Extensions.Elements = imageParts(f)
	}
	for _, item := range f.Items {
		if item != nil {
			n.Letters = append(n.Letters, letter(item, format))
		}
	}
	return n
}

// imageParts are what RSS's image says beside its URL, where it isn't what it says
// without.
func imageParts(f *feeds.Feed) []newsletter.Extension {
	var list []newsletter.Extension
	add := func(name, text, without string) {
		if text != "" && text != without {
			list = append(list, newsletter.Extension{In: newsletter.Place{Name: "Image"}, Name: name, Text: text})
		}
	}
	home := ""
	if f.Link != nil {
		home = f.Link.Href
	}
	add("title", f.Image.Title, f.Title)
	add("link", f.Image.Link, home)
	add("width", strconv.Itoa(f.Image.Width), "0")
	add("height", strconv.Itoa(f.Image.Height), "0")
	return list
}

func letter(i *feeds.Item, format feed.Format) *newsletter.Letter {
	l := &newsletter.Letter{
		ID:        i.Id,
		Title:     html.Title(i.Title),
		Authors:   authors(i.Author),
		Published: i.Created,
		Updated:   i.Updated,
		Summary:   asText(i.Description),
		Content:   i.Content,
	}
	if format == feed.Atom && i.Id == "" {
		l.ID = tag(i)
	}
	if l.Content == "" && isHTML(i.Description) {
		l.Summary, l.Content = "", i.Description
	}
	setLink(l, i.Link, format)
	if e := i.Enclosure; e != nil {
		l.Attachments = append(l.Attachments, newsletter.Attachment{URL: e.Url, MediaType: e.Type, Length: length(e.Length)})
		if format == feed.JSON && strings.HasPrefix(e.Type, "image/") {
			l.Image = e.Url
		}
	}
	if s := i.Source; s != nil && format == feed.JSON {
		l.Links = append(l.Links, newsletter.Link{Rel: "related", URL: s.Href, MediaType: s.Type})
	} else if s != nil {
		l.Source.URL = s.Href
	}
	if p := i.IsPermaLink; p != "" && l.ID != "" && p != strconv.FormatBool(l.ID == l.URL) {
		l.Extensions.Attributes = []newsletter.Attribute{{In: newsletter.Place{Name: "ID"}, Attr: newsletter.Attr{Name: "isPermaLink", Value: p}}}
	}
	return l
}

// setLink puts a letter's link where its relation belongs, which only Atom has.
func setLink(l *newsletter.Letter, link *feeds.Link, format feed.Format) {
	switch {
	case link == nil:
	case format != feed.Atom || link.Rel == "" || link.Rel == "alternate":
		l.URL = link.Href
	case link.Rel == "enclosure":
		l.Attachments = append(l.Attachments, newsletter.Attachment{URL: link.Href, MediaType: link.Type, Length: length(link.Length)})
	default:
		l.Links = append(l.Links, newsletter.Link{Rel: link.Rel, URL: link.Href, MediaType: link.Type})
	}
}

// tag returns the ID that gorilla/feeds makes for an entry of Atom that has none, with
// the date in its own zone; none where it makes up a random one.
func tag(i *feeds.Item) string {
	date := firstOf(i.Updated, i.Created)
	if i.Link == nil || i.Link.Href == "" || date.IsZero() {
		return ""
	}
	host, path := i.Link.Href, "/invalid.html"
	if u, err := url.Parse(i.Link.Href); err == nil {
		host, path = u.Host, u.Path
	}
	return fmt.Sprintf("tag:%s,%s:%s", host, date.Format(time.DateOnly), path)
}

func authors(a *feeds.Author) []newsletter.Author {
	if a == nil || *a == (feeds.Author{}) {
		return nil
	}
	return []newsletter.Author{{Name: a.Name, Email: a.Email}}
}

// asText returns what may be HTML as text; what is text stays as it is.
func asText(s string) string {
	if isHTML(s) {
		return html.Summary(s)
	}
	return text.TrimSpace(s)
}

// isHTML reports whether a text says something else as HTML.
func isHTML(s string) bool { return html.Summary(s) != text.Line(s) }

func firstOf(times ...time.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

// length returns a number of bytes, 0 if it isn't known.
func length(s string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil {
		return 0
	}
	return max(n, 0)
}
