package podcast

import (
	"strings"

	"github.com/automationregion/newsletter"
)

// A Show is what a podcast says of itself beside the fields of the newsletter. Apple
// requires Image, Categories and Explicit, and of the newsletter its title, its
// description and its language; it recommends Author and Owner.
type Show struct {
	Title      string // where Apple is to show another one than the newsletter's
	Author     string // who makes the show, as listeners see it
	Owner      Owner  // whom directories write to
	Image      string // URL of a square JPEG or PNG of 1400 to 3000 pixels
	Categories []Category
	Explicit   Explicit
	Type       string // "episodic", "serial", or empty
	Subtitle   string
	Summary    string
	NewFeedURL string // where the show has moved
	Block      bool   // no directory is to have it
	Complete   bool   // no episode is to come
	GUID       string // podcast:guid, a UUID, the same on every host
	Locked     Locked
	Funding    []Funding
	People     []Person
}

// An Owner is the person or office that directories write to.
type Owner struct{ Name, Email string }

// A Category is one of Apple's, with those within it.
type Category struct {
	Name   string
	Within []string
}

// Locked says whether other hosts may take the show over (podcast:locked).
type Locked struct {
	Value string // "yes", "no", or empty if it isn't stated
	Owner string // e-mail address of the person who may unlock it
}

// A Funding is where listeners can give (podcast:funding).
type Funding struct{ URL, Text string }

// ShowOf returns what the newsletter says of itself as a podcast.
func ShowOf(n *newsletter.Newsletter) Show { return read(showElements, n.Extensions.Elements) }

// Set writes the show into the newsletter, and removes what a Show could state and this
// one doesn't. What the newsletter states already stays as it is written; other
// extensions stay.
func (s Show) Set(n *newsletter.Newsletter) {
	n.Extensions.Elements = set(showElements, n.Extensions.Elements, &s)
}

var showElements = []element[Show]{
	text(namespaceITunes, "title", func(s *Show) *string { return &s.Title }),
	text(namespaceITunes, "author", func(s *Show) *string { return &s.Author }),
	{namespaceITunes, "owner", readOwner, writeOwner},
	image(func(s *Show) *string { return &s.Image }),
	{namespaceITunes, "category", readCategory, writeCategories},
	explicit(func(s *Show) *Explicit { return &s.Explicit }),
	text(namespaceITunes, "type", func(s *Show) *string { return &s.Type }),
	text(namespaceITunes, "subtitle", func(s *Show) *string { return &s.Subtitle }),
	text(namespaceITunes, "summary", func(s *Show) *string { return &s.Summary }),
	text(namespaceITunes, "new-feed-url", func(s *Show) *string { return &s.NewFeedURL }),
	yes("block", func(s *Show) *bool { return &s.Block }),
	yes("complete", func(s *Show) *bool { return &s.Complete }),
	text(namespacePodcast, "guid", func(s *Show) *string { return &s.GUID }),
	{
		namespacePodcast, "locked",
		func(s *Show, e *newsletter.Extension) {
			if s.Locked == (Locked{}) {
				s.Locked = Locked{textOf(e), e.Attr("", "owner")}
			}
		},
		func(s *Show) []newsletter.Extension { return attrs(s.Locked.Value, "owner", s.Locked.Owner) },
	},
	{
		namespacePodcast, "funding",
		func(s *Show, e *newsletter.Extension) {
			s.Funding = append(s.Funding, Funding{e.Attr("", "url"), textOf(e)})
		},
		func(s *Show) (list []newsletter.Extension) {
			for _, f := range s.Funding {
				list = append(list, attrs(f.Text, "url", f.URL)...)
			}
			return list
		},
	},
	people(func(s *Show) *[]Person { return &s.People }),
}

func readOwner(s *Show, e *newsletter.Extension) {
	for i := range e.Children {
		switch c := &e.Children[i]; strings.ToLower(c.Name) {
		case "name":
			first(&s.Owner.Name, textOf(c))
		case "email":
			first(&s.Owner.Email, textOf(c))
		}
	}
}

func writeOwner(s *Show) []newsletter.Extension {
	var e newsletter.Extension
	for _, part := range [...][2]string{{"name", s.Owner.Name}, {"email", s.Owner.Email}} {
		if part[1] != "" {
			e.Children = append(e.Children, newsletter.Extension{Name: part[0], Text: part[1]})
		}
	}
	if e.Children == nil {
		return nil
	}
	return []newsletter.Extension{e}
}

func readCategory(s *Show, e *newsletter.Extension) {
	c := Category{Name: e.Attr("", "text")}
	for i := range e.Children {
		if inner := &e.Children[i]; strings.EqualFold(inner.Name, "category") {
			c.Within = append(c.Within, inner.Attr("", "text"))
		}
	}
	s.Categories = append(s.Categories, c)
}

func writeCategories(s *Show) (list []newsletter.Extension) {
	for _, c := range s.Categories {
		e := newsletter.Extension{Attrs: []newsletter.Attr{{Name: "text", Value: c.Name}}}
		for _, inner := range c.Within {
			e.Children = append(e.Children, newsletter.Extension{Name: "category", Attrs: []newsletter.Attr{{Name: "text", Value: inner}}})
		}
		list = append(list, e)
	}
	return list
}
