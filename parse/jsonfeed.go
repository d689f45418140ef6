package parse

import (
	"cmp"
	"fmt"
	stdhtml "html"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/html"
	"github.com/automationregion/newsletter/internal/relref"
	"github.com/automationregion/newsletter/internal/vocab"
)

// feedJSON reads a JSON Feed 1.0 or 1.1 (https://jsonfeed.org/version/1.1),
// with the object "_newsletter" that package feed adds. What has another type
// than it should is read as what it evidently means, or left out. A document
// that is cut off gives its whole items and an error that is [ErrTruncated].
func feedJSON(data []byte, o Options) (*newsletter.Newsletter, error) {
	n, _, err := readJSON(data, o)
	return n, err
}

// readJSON is feedJSON, and says how the document was read.
func readJSON(data []byte, o Options) (*newsletter.Newsletter, Reading, error) {
	doc, err := decodeJSON(data, o)
	if doc == nil {
		return nil, Reading{}, err
	}
	top := jsonObject(doc.top)
	if version := top.str("version"); !strings.Contains(version, "jsonfeed.org") {
		switch {
		case err != nil:
			return nil, Reading{}, err
		case version == "":
			return nil, Reading{}, &NotFeedError{What: "a JSON document without a version"}
		case !doc.hasItems:
			return nil, Reading{}, &NotFeedError{What: "a JSON document of version " + strconv.Quote(version)}
		}
	}
	how := Reading{Format: doc.format()}
	if o.Report != nil {
		how.Faults = doc.faults()
	}
	n := doc.newsletter(o)
	if doc.room.Full() {
		how.Faults = append(how.Faults, &Error{Message: moreRelative})
	}
	how.mendWhole(n, func(letter int, c newsletter.Change) *Error {
		path := ""
		if letter >= 0 {
			path = fmt.Sprintf("items[%d]", letter)
		}
		return &Error{Path: path, Message: c.Field + ": " + c.Reason}
	})
	return n, how, err
}

func (doc *jsonDocument) newsletter(o Options) *newsletter.Newsletter {
	top := jsonObject(doc.top)
	more := top.object("_newsletter")
	base := &jsonBase{url: o.BaseURL, room: &doc.room}
	for _, key := range [...]string{"feed_url", "home_page_url"} {
		if base.url == "" && relref.IsAbsolute(top.str(key)) {
			base.url = top.str(key)
		}
	}
	ours := more != nil // it means what it says
	n := &newsletter.Newsletter{
		ID:          more.id("id"),
		Title:       top.title(ours),
		Description: top.str("description"),
		URL:         top.url("home_page_url", base),
		FeedURL:     top.url("feed_url", base),
		Language:    languageTag(top.str("language")),
		Rights:      more.str("rights"),
		Image:       top.url("icon", base),
		Icon:        top.url("favicon", base),
		Categories:  more.categories("categories"),
		Updated:     more.time("updated"),
		Generator:   newsletter.Generator{Name: more.str("generator"), Version: more.str("generator_version"), URL: more.str("generator_url")},
		Letters:     make([]*newsletter.Letter, 0, len(doc.items)),
	}
	n.Extensions.Members = top.members(newsletter.Place{})
	n.Authors = top.authors(base, ours, &n.Extensions)
	more.extensions(&n.Extensions, nil)
	for _, hub := range top.list("hubs") {
		if u := hub.url("url", base); u != "" {
			n.Hubs = append(n.Hubs, u)
		}
	}
	paging := more.object("paging")
	for _, page := range vocab.Pages {
		*page.Of(&n.Paging) = paging.url(strings.ReplaceAll(page.Rel, "-", "_"), base)
	}
	n.Paging.Archive, n.Paging.Complete = paging["archive"] == true, paging["complete"] == true
	if u := top.url("next_url", base); u != "" {
		n.Paging.Next = u
	}
	for _, item := range doc.items {
		n.Letters = append(n.Letters, jsonObject(item).letter(base, ours))
	}
	return n
}

func (item jsonObject) letter(base *jsonBase, ours bool) *newsletter.Letter {
	more := item.object("_newsletter")
	l := &newsletter.Letter{
		ID:         item.id("id"),
		URL:        item.url("url", base),
		Title:      item.title(ours),
		Kind:       more.str("kind"),
		Language:   languageTag(item.str("language")),
		Published:  item.time("date_published"),
		Updated:    item.time("date_modified"),
		Summary:    trimSpace(item.text("summary")),
		Content:    trimSpace(base.room.ResolveHTML(item.text("content_html"), base.url)),
		Rights:     more.str("rights"),
		Categories: item.categories("tags"),
		Image:      item.url("image", base),
	}
	if text := item.text("content_text"); l.Content == "" && !(ours && strings.TrimSpace(text) == l.Summary) { // of an item without content
		l.Content = html.FromText(text)
	}
	l.Extensions.Members = item.members(newsletter.Place{})
	if banner := item.url("banner_image", base); l.Image == "" {
		l.Image = banner
	} else if quoted, err := jsontext.AppendQuote(nil, banner); err == nil && banner != "" && banner != l.Image {
		l.Extensions.Members = append(l.Extensions.Members, newsletter.Member{Name: "banner_image", JSON: string(quoted)})
	}
	l.Authors = item.authors(base, ours, &l.Extensions)
	if c := more.categories("categories"); c != nil {
		l.Categories = c
	}
	for _, a := range item.list("attachments") {
		if u := a.url("url", base); u != "" {
			l.Attachments = append(l.Attachments, newsletter.Attachment{
				URL:       u,
				MediaType: a.str("mime_type"),
				Title:     a.str("title"),
				Length:    int64(a.number("size_in_bytes", math.MaxInt64/2)),
				Duration:  time.Duration(math.Round(a.number("duration_in_seconds", 1e9))) * time.Second,
			})
			l.Extensions.Members = append(l.Extensions.Members, a.members(newsletter.Place{List: "Attachments", Index: len(l.Attachments) - 1})...)
		}
	}
	s := more.object("source")
	l.Source = newsletter.Source{
		ID: s.id("id"), Title: s.str("title"), URL: s.url("url", base), FeedURL: s.url("feed_url", base), Updated: s.time("updated"),
	}
	for _, link := range more.list("links") {
		if u := link.url("url", base); u != "" {
			l.Links = append(l.Links, newsletter.Link{
				Rel: link.str("rel"), URL: u, MediaType: link.str("mime_type"), Language: link.str("language"), Title: link.str("title"),
			})
		}
	}
	if u := item.url("external_url", base); u != "" && u != l.URL && !hasLink(l.Links, u) {
		l.Links = append(l.Links, newsletter.Link{Rel: "related", URL: u})
	}
	more.extensions(&l.Extensions, nil)
	return l
}

func hasLink(links []newsletter.Link, url string) bool {
	for _, l := range links {
		if l.URL == url {
			return true
		}
	}
	return false
}

// title returns the title, which is text, without the references of HTML that
// programs other than ours leave in it.
func (o jsonObject) title(ours bool) string {
	s := o.str("title")
	if ours {
		return s
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			return oneLine(b.String() + s)
		}
		n := i + 1
		if isReference(s[n:]) {
			n += strings.IndexByte(s[n:], ';') + 1
		}
		b.WriteString(s[:i])
		b.WriteString(stdhtml.UnescapeString(s[i:n]))
		s = s[n:]
	}
}

// authors returns the authors of version 1.1, else the author of version 1. What
// else is known of them it adds to extensions.
func (o jsonObject) authors(base *jsonBase, ours bool, extensions *newsletter.Extensions) []newsletter.Author {
	for _, key := range [...]string{"authors", "author"} {
		values, ok := o[key].([]any)
		if !ok {
			values = []any{o[key]}
		}
		var list []newsletter.Author
		for _, v := range values {
			var a newsletter.Author
			var members []newsletter.Member
			switch v := v.(type) {
			case string:
				a = parsePerson(v)
			case map[string]any:
				j := jsonObject(v)
				more := j.object("_newsletter")
				members = j.members(newsletter.Place{List: "Authors", Index: len(list)})
				a = newsletter.Author{
					Name: j.str("name"), URL: j.url("url", base), Avatar: j.url("avatar", base),
					Organization: more.str("organization"), Email: more.str("email"),
				}
				if a.Email == "" && isEmail(j.str("email")) {
					a.Email = email(j.str("email"))
				}
				if !ours && isEmail(a.URL) && email(a.URL) != a.URL {
					a.Email, a.URL = cmp.Or(a.Email, email(a.URL)), ""
				}
			}
			if a != (newsletter.Author{}) {
				list = append(list, a)
				extensions.Members = append(extensions.Members, members...)
			}
		}
		if list != nil {
			return list
		}
	}
	return nil
}

// categories reads an array of terms or of objects with term and scheme.
func (o jsonObject) categories(key string) []newsletter.Category {
	values, ok := o[key].([]any)
	if !ok {
		values = []any{o[key]}
	}
	var list []newsletter.Category
	for _, v := range values {
		var c newsletter.Category
		switch v := v.(type) {
		case string:
			c.Term = oneLine(v)
		case jsonNumber:
			c.Term = string(v)
		case map[string]any:
			j := jsonObject(v)
			c = newsletter.Category{Term: j.str("term"), Scheme: j.str("scheme"), Label: j.str("label")}
			if c.Term == "" {
				c.Term = j.str("name")
			}
		}
		if c.Term != "" {
			list = append(list, c)
		}
	}
	return list
}
