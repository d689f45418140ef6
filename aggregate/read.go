package aggregate

import (
	"io"

	"github.com/mmcdole/gofeed"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/parse"
)

// readFeed reads a feed until package parse does.
func readFeed(r io.Reader, _ ...parse.Option) (*newsletter.Newsletter, error) {
	f, err := gofeed.NewParser().Parse(r)
	if err != nil {
		return nil, err
	}
	n := &newsletter.Newsletter{Title: f.Title, URL: f.Link, FeedURL: f.FeedLink, Language: f.Language}
	for _, a := range f.Authors {
		n.Authors = append(n.Authors, newsletter.Author{Name: a.Name, Email: a.Email})
	}
	for _, i := range f.Items {
		l := &newsletter.Letter{ID: i.GUID, URL: i.Link, Title: i.Title, Summary: i.Description, Content: i.Content}
		if l.Content == "" {
			l.Content, l.Summary = i.Description, ""
		}
		if i.PublishedParsed != nil {
			l.Published = *i.PublishedParsed
		}
		if i.UpdatedParsed != nil {
			l.Updated = *i.UpdatedParsed
		}
		for _, a := range i.Authors {
			l.Authors = append(l.Authors, newsletter.Author{Name: a.Name, Email: a.Email})
		}
		for _, c := range i.Categories {
			l.Categories = append(l.Categories, newsletter.Category{Term: c})
		}
		n.Letters = append(n.Letters, l)
	}
	return n, nil
}
