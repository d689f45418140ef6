package feed

import (
	"bytes"
	"encoding/json"
	"io"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/gorilla/feeds"
)

const (
	jsonFeedVersion = "https://jsonfeed.org/version/1.1"
	jsonAbout       = "https://pkg.go.dev/github.com/automationregion/newsletter/feed"
)

// jsonFeed is a JSON Feed with what gorilla's lacks: items even where there are
// none, authors with more than JSON Feed knows of them, and our own object.
type jsonFeed struct {
	feeds.JSONFeed
	Authors   []*jsonAuthor `json:"authors,omitempty"`
	Extension jsonFeedMore  `json:"_newsletter"`
	Items     []*jsonItem   `json:"items"`
}

type jsonFeedMore struct {
	About      string         `json:"about"`
	ID         string         `json:"id,omitempty"`
	Updated    *time.Time     `json:"updated,omitempty"`
	Rights     string         `json:"rights,omitempty"`
	Categories []jsonCategory `json:"categories,omitempty"`
	Generator  string         `json:"generator,omitempty"`
	Version    string         `json:"generator_version,omitempty"`
	Software   string         `json:"generator_url,omitempty"`
	Paging     *jsonPaging    `json:"paging,omitempty"`
}

type jsonPaging struct {
	First           string `json:"first,omitempty"`
	Previous        string `json:"previous,omitempty"`
	Next            string `json:"next,omitempty"`
	Last            string `json:"last,omitempty"`
	Current         string `json:"current,omitempty"`
	PreviousArchive string `json:"prev_archive,omitempty"`
	NextArchive     string `json:"next_archive,omitempty"`
	Archive         bool   `json:"archive,omitempty"`
	Complete        bool   `json:"complete,omitempty"`
}

type jsonAuthor struct {
	feeds.JSONAuthor
	Extension *jsonAuthorMore `json:"_newsletter,omitempty"`
}

type jsonAuthorMore struct {
	Organization string `json:"organization,omitempty"`
	Email        string `json:"email,omitempty"`
}

// jsonItem is an item with what gorilla's lacks. JSON Feed requires a content,
// even of an item that has none; its attachments have a size that counts beyond
// two gigabytes.
type jsonItem struct {
	feeds.JSONItem
	Language    string           `json:"language,omitempty"`
	ContentHTML string           `json:"content_html"`
	Authors     []*jsonAuthor    `json:"authors,omitempty"`
	Attachments []jsonAttachment `json:"attachments,omitempty"`
	Extension   *jsonItemMore    `json:"_newsletter,omitempty"`
}

type jsonItemMore struct {
	Kind       string         `json:"kind,omitempty"`
	Rights     string         `json:"rights,omitempty"`
	Categories []jsonCategory `json:"categories,omitempty"`
	Source     *jsonSource    `json:"source,omitempty"`
	Links      []jsonLink     `json:"links,omitempty"`
}

type jsonCategory struct {
	Term   string `json:"term"`
	Scheme string `json:"scheme,omitempty"`
	Label  string `json:"label,omitempty"`
}

type jsonAttachment struct {
	URL       string `json:"url"`
	MediaType string `json:"mime_type"`
	Title     string `json:"title,omitempty"`
	Length    int64  `json:"size_in_bytes,omitempty"`
	Duration  int64  `json:"duration_in_seconds,omitempty"`
}

type jsonSource struct {
	ID      string     `json:"id,omitempty"`
	Title   string     `json:"title,omitempty"`
	URL     string     `json:"url,omitempty"`
	FeedURL string     `json:"feed_url,omitempty"`
	Updated *time.Time `json:"updated,omitempty"`
}

type jsonLink struct {
	Rel       string `json:"rel,omitempty"`
	URL       string `json:"url"`
	MediaType string `json:"mime_type,omitempty"`
	Language  string `json:"language,omitempty"`
	Title     string `json:"title,omitempty"`
}

func writeJSON(w io.Writer, n *newsletter.Newsletter) error {
	f := jsonFeed{
		JSONFeed: feeds.JSONFeed{
			Version:     jsonFeedVersion,
			Title:       n.Title,
			Language:    n.Language,
			HomePageUrl: n.URL,
			FeedUrl:     n.FeedURL,
			Description: n.Description,
			NextUrl:     n.Paging.Next,
			Icon:        n.Image,
			Favicon:     n.Icon,
		},
		Authors: jsonAuthors(n.Authors),
		Extension: jsonFeedMore{
			About:      jsonAbout,
			ID:         n.ID,
			Updated:    jsonTime(n.Updated),
			Rights:     n.Rights,
			Categories: jsonCategories(n.Categories),
			Generator:  n.Generator.Name,
			Version:    n.Generator.Version,
			Software:   n.Generator.URL,
		},
		Items: make([]*jsonItem, 0, len(n.Letters)),
	}
	f.Hubs = jsonHubs(n.Hubs)
	if n.Paging != (newsletter.Paging{}) {
		p := jsonPaging(n.Paging)
		f.Extension.Paging = &p
	}
	for _, l := range n.Letters {
		f.Items = append(f.Items, newJSONItem(l))
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(&f); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

func newJSONItem(l *newsletter.Letter) *jsonItem {
	item := &jsonItem{
		JSONItem: feeds.JSONItem{
			Id:            l.ID,
			Url:           l.URL,
			Title:         l.Title,
			Summary:       l.Summary,
			Image:         l.Image,
			PublishedDate: jsonTime(l.Published),
			ModifiedDate:  jsonTime(l.Updated),
		},
		Language:    l.Language,
		ContentHTML: l.Content,
		Authors:     jsonAuthors(l.Authors),
	}
	more := jsonItemMore{Kind: l.Kind, Rights: l.Rights}
	for _, c := range l.Categories {
		item.Tags = append(item.Tags, c.Term)
		if c.Scheme != "" || c.Label != "" {
			more.Categories = jsonCategories(l.Categories)
		}
	}
	for _, a := range l.Attachments {
		item.Attachments = append(item.Attachments, jsonAttachment{
			URL: a.URL, MediaType: a.MediaType, Title: a.Title, Length: a.Length, Duration: seconds(a.Duration),
		})
	}
	if s := l.Source; s != (newsletter.Source{}) {
		more.Source = &jsonSource{ID: s.ID, Title: s.Title, URL: s.URL, FeedURL: s.FeedURL, Updated: jsonTime(s.Updated)}
	}
	for _, link := range l.Links {
		if link.Rel == "related" && item.ExternalUrl == "" {
			item.ExternalUrl = link.URL
		}
		more.Links = append(more.Links, jsonLink(link))
	}
	if more.Kind != "" || more.Rights != "" || more.Categories != nil || more.Source != nil || more.Links != nil {
		item.Extension = &more
	}
	return item
}

func jsonAuthors(authors []newsletter.Author) []*jsonAuthor {
	var list []*jsonAuthor
	for _, a := range authors {
		j := &jsonAuthor{JSONAuthor: feeds.JSONAuthor{Name: a.Name, Url: a.URL, Avatar: a.Avatar}}
		if a.Organization != "" || a.Email != "" {
			j.Extension = &jsonAuthorMore{Organization: a.Organization, Email: a.Email}
		}
		list = append(list, j)
	}
	return list
}

func jsonCategories(categories []newsletter.Category) []jsonCategory {
	var list []jsonCategory
	for _, c := range categories {
		list = append(list, jsonCategory(c))
	}
	return list
}

// jsonTime returns a time for encoding/json, which writes it as RFC 3339 has
// it, and nothing for the zero time.
func jsonTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
