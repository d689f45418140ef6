package site

import (
	"cmp"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/page"
)

// An article is a letter as JSON-LD says it to search engines, in the words of
// schema.org (NewsArticle). What nobody stated is left out.
type article struct {
	Context   string          `json:"@context"`
	Type      string          `json:"@type"`
	Headline  string          `json:"headline"`
	Abstract  string          `json:"description,omitempty"`
	URL       string          `json:"url,omitempty"`
	Image     string          `json:"image,omitempty"`
	Section   string          `json:"articleSection,omitempty"`
	Language  string          `json:"inLanguage,omitempty"`
	Published string          `json:"datePublished,omitempty"`
	Updated   string          `json:"dateModified,omitempty"`
	Authors   []articleAuthor `json:"author,omitempty"`
	Part      *articlePart    `json:"isPartOf,omitempty"`
}

// An articleAuthor has no type: the model doesn't say who is a person and who is
// a group.
type articleAuthor struct {
	Name        string       `json:"name"`
	URL         string       `json:"url,omitempty"`
	Affiliation *articlePart `json:"affiliation,omitempty"`
}

type articlePart struct {
	Type string `json:"@type"`
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

func (s *site) article(l *newsletter.Letter, f page.Frame) *article {
	a := &article{
		Context: "https://schema.org", Type: "NewsArticle", Headline: f.Title, Abstract: f.Description, URL: f.Canonical, Image: f.Image,
		Section: l.Kind, Language: cmp.Or(l.Language, s.n.Language), Published: stamp(l.Published), Updated: stamp(l.Updated),
	}
	if s.n.Title != "" {
		a.Part = &articlePart{Type: "Periodical", Name: s.n.Title, URL: web(s.n.URL)}
	}
	authors := l.Authors
	if len(authors) == 0 {
		authors = s.n.Authors
	}
	for _, author := range authors {
		view := articleAuthor{Name: author.Name, URL: web(author.URL)}
		if author.Organization != "" {
			view.Affiliation = &articlePart{Type: "Organization", Name: author.Organization}
		}
		a.Authors = append(a.Authors, view)
	}
	return a
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}
