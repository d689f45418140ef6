package feed

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/dates"
	"github.com/automationregion/newsletter/internal/mediarss"
	known "github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/text"
	"github.com/automationregion/newsletter/internal/vocab"
)

// Some elements are extensions, and readers take from them too what no better
// element states: iTunes' author is the author where nobody else is. What a field
// lacks is derived from them, so that the better element is there; what can't be
// derived with certainty is written where only those look who know it.

// heard are the fields that such elements may fill: of a newsletter or a letter.
type heard struct {
	format      Format
	letter      bool
	id          *string
	title       *string
	about       *string // Description or Summary
	content     string
	url         string // of a newsletter
	feedURL     string
	image       *string
	updated     *time.Time
	authors     *[]newsletter.Author
	categories  *[]newsletter.Category
	attachments *[]newsletter.Attachment
}

func heardOf(n *newsletter.Newsletter, f Format) heard {
	return heard{
		format: f, id: &n.ID, title: &n.Title, about: &n.Description, url: n.URL, feedURL: n.FeedURL, image: &n.Image, updated: &n.Updated,
		authors: &n.Authors, categories: &n.Categories, attachments: new([]newsletter.Attachment),
	}
}

func heardOfLetter(l *newsletter.Letter, f Format) heard {
	return heard{
		format: f, letter: true, id: &l.ID, title: &l.Title, about: &l.Summary, content: l.Content, image: &l.Image, updated: &l.Updated,
		authors: &l.Authors, categories: &l.Categories, attachments: &l.Attachments,
	}
}

// hasOtherText reports whether an element of another vocabulary, or one in it, holds a
// text that some readers take for the description of a letter.
func hasOtherText(e newsletter.Extension) bool {
	switch known.Of(e.Namespace) {
	case known.ITunes:
		if strings.EqualFold(e.Name, "summary") {
			return true
		}
	case known.Media:
		if strings.EqualFold(e.Name, "description") {
			return true
		}
	}
	return slices.ContainsFunc(e.Children, hasOtherText)
}

// hear fills what is lacking from the extensions.
func (h *heard) hear(extensions []newsletter.Extension) {
	for i := range extensions {
		h.knows(&extensions[i], true)
	}
}

// knows reports whether readers find in the fields what they would hear in an extension
// of the head or of a letter, and fills fields that lack it where fill is true.
func (h *heard) knows(e *newsletter.Extension, fill bool) bool {
	if e.In != (newsletter.Place{}) {
		return true
	}
	row := vocab.Of(e)
	switch row.Says {
	case vocab.Nothing:
		return true
	case vocab.Byline:
		return h.isOther(e)
	case vocab.LetterPublished:
		return h.knowsPublished(e, fill)
	case vocab.Link:
		return h.knowsLink(e)
	case vocab.Thumbnail: // which has as its own what else is said of the element
		return h.knowsAll(e, row, fill) && e.Attr("", "url") != "" && !slices.ContainsFunc(e.Attrs, isForeign)
	case vocab.Medium:
		return h.knowsMedium(e, row, fill)
	case vocab.Media:
		return h.knowsGroup(e, row, fill)
	}
	return !row.Kept || h.knowsAll(e, row, fill)
}

// knowsAll is knows for all that an element says which has the row.
func (h *heard) knowsAll(e *newsletter.Extension, row vocab.Row, fill bool) bool {
	there := true
	vocab.Say(e, row, func(s vocab.Statement) { there = h.has(s, fill) && there })
	return there
}

// has is knows for one thing.
func (h *heard) has(s vocab.Statement, fill bool) bool {
	switch s.Says {
	case vocab.ID:
		return *h.id != "" || s.Text == ""
	case vocab.Title:
		if s.Sure && !s.HTML {
			s.Text = text.Line(s.Text)
			return fillIn(h.title, s.Text, strings.TrimSpace(s.Text) != "", fill)
		}
		return fillIn(h.title, s.Text, isPlain(s.Text), fill)
	case vocab.About:
		if h.letter && h.content != "" && *h.about == "" && (h.format == RSS || s.Sure && h.content == mediarss.HTML(s.Of)) {
			return true // which is the description, or all that the letter says
		}
		return fillIn(h.about, s.Text, isPlain(s.Text), fill)
	case vocab.Person:
		return len(*h.authors) > 0 || s.Text == "" || fill && h.isBy(s.Of)
	case vocab.Image:
		return fillIn(h.image, s.Text, root(s.Text) != "" && !strings.ContainsAny(s.Text, " "), fill)
	case vocab.Category:
		return h.hasCategory(s.Text, s.Scheme, fill)
	case vocab.Duration:
		return h.lasts(dates.Duration(s.Text), fill)
	}
	return true
}

// fillIn sets a text that is lacking where its value is certain.
func fillIn(field *string, value string, certain, fill bool) bool {
	if *field == "" && value != "" && certain && fill {
		*field = value
	}
	return *field != "" || value == ""
}

// isPlain reports whether every reader takes the text as it is.
func isPlain(s string) bool {
	return text.Line(s) == s && !looksLikeHTML(s) && (s == "" || strings.TrimSpace(s) != "")
}

// maxHeardAuthors is how many RSS's own author is compared with.
const maxHeardAuthors = 64

// isOther reports whether RSS's own author of a letter is none of its authors, and is
// kept therefore.
func (h *heard) isOther(e *newsletter.Extension) bool {
	return h.letter && h.format == RSS && e.Children == nil && e.Attrs == nil && len(*h.authors) > 0 && len(*h.authors) <= maxHeardAuthors && isPlain(e.Text) && e.Text != "" &&
		!slices.ContainsFunc(*h.authors, func(a newsletter.Author) bool {
			return strings.Contains(e.Text, a.Name) || a.Email != "" && strings.Contains(e.Text, a.Email)
		})
}

// knowsPublished is for a title page, which has the date of the last change alone: RSS
// has none of that.
func (h *heard) knowsPublished(e *newsletter.Extension, fill bool) bool {
	if known.Of(e.Namespace) == known.Atom {
		return !h.letter
	}
	s := text.Line(mediarss.Words(e))
	if at, ok := dates.Parse(s); fill && ok && h.updated.IsZero() && !h.letter {
		*h.updated = at
	}
	return !h.letter && (s == "" || !h.updated.IsZero()) && !slices.ContainsFunc(e.Attrs, isForeign) // which would be the field's
}

func isForeign(a newsletter.Attr) bool { return a.Namespace != "" }

// knowsLink is for links that no field is for. A letter has a list of them all.
func (h *heard) knowsLink(e *newsletter.Extension) bool {
	rel, href, mediaType := "", "", ""
	for _, a := range e.Attrs {
		switch {
		case a.Namespace != "":
		case strings.EqualFold(a.Name, "rel"):
			rel = text.Line(a.Value)
		case strings.EqualFold(a.Name, "href"):
			href = text.Line(a.Value)
		case strings.EqualFold(a.Name, "type"):
			mediaType = text.Line(a.Value)
		}
	}
	switch {
	case h.letter || !hasScheme(href) || e.Text != "" || e.Children != nil || rel != strings.ToLower(rel):
		return false
	case rel == "", rel == "alternate":
		return h.url != "" && href != h.url && mediaType != ""
	case rel == "self":
		return h.feedURL != ""
	}
	rel = strings.TrimPrefix(rel, "http://www.iana.org/assignments/relation/")
	return !slices.Contains([]string{"", "alternate", "self", "enclosure", "hub"}, rel) && vocab.PageOf(rel) == nil
}

func hasScheme(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.IsAbs()
}

// isBy makes the person that an element names the author, if every reader takes it for
// the same.
func (h *heard) isBy(e *newsletter.Extension) bool {
	a := vocab.PersonIn(e)
	if a == (newsletter.Author{}) {
		a.Name = e.Text
	}
	if a.Name == "" && a.Email == "" || !isName(a.Name) || a.Email != "" && !isPlainEmail(a.Email) {
		return false
	}
	*h.authors = []newsletter.Author{{Name: a.Name, Email: a.Email}}
	return true
}

// isName reports whether every reader takes the text for a name, and for nothing
// more.
func isName(s string) bool {
	return isPlain(s) && !strings.ContainsAny(s, `()<>[]@"`) && strings.Trim(s, " ,;-'") == s
}

// isPlainEmail reports whether every reader takes the text for an e-mail address.
func isPlainEmail(s string) bool {
	name, host, ok := strings.Cut(s, "@")
	return ok && name != "" && host != "" && isPlain(s) && !strings.ContainsAny(name, `"'`) && !strings.ContainsAny(s, ` <>()[]{},;:\\/?#`) && !strings.Contains(host, "@")
}

// maxHeardCategories is how many a reader knows again.
const maxHeardCategories = 64

func (h *heard) hasCategory(term, scheme string, fill bool) bool {
	if term == "" {
		return true
	}
	if scheme == vocab.KindScheme { // it may be the letter's kind
		return false
	}
	if len(*h.categories) >= maxHeardCategories {
		return false
	}
	isIt := func(c newsletter.Category) bool { return c.Term == term && c.Scheme == scheme }
	if slices.ContainsFunc(*h.categories, isIt) {
		return true
	}
	if fill && len(*h.categories) < maxHeardCategories-1 && strings.TrimSpace(term) != "" {
		*h.categories = append(slices.Clip(*h.categories), newsletter.Category{Term: term, Scheme: scheme})
		return true
	}
	return false
}

// lasts is has for how long the first attachment takes.
func (h *heard) lasts(duration time.Duration, fill bool) bool {
	if duration == 0 || len(*h.attachments) == 0 || (*h.attachments)[0].Duration > 0 {
		return true
	}
	if fill {
		*h.attachments = slices.Clone(*h.attachments)
		(*h.attachments)[0].Duration = duration
	}
	return fill
}
