package vocab

import (
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/mediarss"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/text"
)

// A Statement is one thing that an element says which is kept.
type Statement struct {
	Says   Kind // ID, Title, About, Person, Category, Duration or Image
	Rank   int8
	Of     *newsletter.Extension // that says it: the element, or one in it
	Text   string                // of categories and addresses the line of it
	Scheme string                // of a category
	Sure   bool                  // it says itself whether the text is HTML
	HTML   bool                  // and that it is
}

// Say tells hear all that a kept element says which has the row.
func Say(e *newsletter.Extension, row Row, hear func(Statement)) {
	s := Statement{Says: row.Says, Rank: row.Rank, Of: e}
	switch row.Says {
	case Title, About:
		if s.Sure = mediarss.Name(e) != ""; s.Sure {
			s.Text, s.HTML = mediarss.Text(e)
		} else {
			s.Text = text.TrimSpace(mediarss.Words(e))
		}
		hear(s)
	case ID, Person, Duration:
		s.Text = text.TrimSpace(mediarss.Words(e))
		hear(s)
	case Thumbnail:
		s.Says, s.Text = Image, lineOf(e, "url")
		hear(s)
	case Image:
		s.Text = lineOf(e, "href", "url")
		hear(s)
	case Category:
		if mediarss.Name(e) != "" {
			s.Text, s.Scheme = lineOf(e), mediarss.Attr(e, "scheme")
			hear(s)
			return
		}
		s.Text = mediarss.Attr(e, "text")
		hear(s)
		for i := range e.Children {
			if c := &e.Children[i]; strings.EqualFold(c.Name, "category") {
				Say(c, row, hear)
			}
		}
	case Keywords:
		s.Says = Category
		for word := range strings.SplitSeq(mediarss.Words(e), ",") {
			s.Text = text.Line(word)
			hear(s)
		}
	case Medium:
		sayParts(e, hear)
	case Media:
		for i := range e.Children {
			c := &e.Children[i]
			switch row := byName[namespace.Media][mediarss.Name(c)]; row.Says {
			case Title, About, Medium:
				Say(c, row, hear)
			default:
				Say(c, InMedium(c), hear)
			}
		}
		if main := mediarss.GroupOf(e).Main; main != nil {
			hear(Statement{Says: Image, Rank: ImageAside, Of: main, Text: mediarss.PictureOf(main)})
		}
	}
}

// InMedium returns the row of an element that stands in a media:content or media:group,
// and is about the letter too.
func InMedium(e *newsletter.Extension) Row {
	switch row := byName[namespace.Media][mediarss.Name(e)]; row.Says {
	case Thumbnail:
		row.Rank = ImageITunes
		return row
	case Category, Keywords:
		return row
	}
	return Row{}
}

func sayParts(e *newsletter.Extension, hear func(Statement)) {
	for i := range e.Children {
		Say(&e.Children[i], InMedium(&e.Children[i]), hear)
	}
}

// lineOf returns the first of the attributes that the element has, or its text.
func lineOf(e *newsletter.Extension, attrs ...string) string {
	for _, name := range attrs {
		if s := mediarss.Attr(e, name); s != "" {
			return s
		}
	}
	return text.Line(mediarss.Words(e))
}

// PersonIn returns what the elements in one say of a person. If there are none its text
// is all that is said.
func PersonIn(e *newsletter.Extension) (a newsletter.Author) {
	for i := range e.Children {
		c := &e.Children[i]
		switch value := text.Line(mediarss.Words(c)); strings.ToLower(c.Name) {
		case "name":
			a.Name = value
		case "email":
			a.Email = strings.TrimPrefix(value, "mailto:")
		case "uri", "url", "homepage":
			a.URL = value
		}
	}
	return a
}
