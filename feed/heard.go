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

// hearing says for an element whether readers find in the fields what they would
// hear in it, and fills fields that lack it where fill is true.
type hearing func(h heard, e *newsletter.Extension, fill bool) bool

var iTunesHeard = map[string]hearing{
	"title":       hearTitle,
	"author":      hearPerson,
	"owner":       hearPerson,
	"email":       hearPerson,
	"subtitle":    hearAbout,
	"description": hearAbout,
	"summary":     hearAbout,
	"image":       hearImage,
	"category":    hearCategory,
	"keywords":    hearKeywords,
	"duration":    hearDuration,
}

// mediaHeard are those of Media RSS.
var mediaHeard = map[string]hearing{
	"title":       hearMediaTitle,
	"description": hearMediaAbout,
	"thumbnail":   hearThumbnail,
	"category":    hearMediaCategory,
	"keywords":    hearKeywords,
	"content":     hearMedia,
	"group":       hearGroup,
}

// mediaPartHeard are those within its content.
var mediaPartHeard = map[string]hearing{
	"title":     hearNothing,
	"thumbnail": hearImage,
	"category":  hearMediaCategory,
	"keywords":  hearKeywords,
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

func hearNothing(heard, *newsletter.Extension, bool) bool { return false }

// hearingOf returns what readers do with an extension of the head or of a letter,
// or nil if they keep it and no more.
func hearingOf(e *newsletter.Extension) hearing {
	if e.In != (newsletter.Place{}) {
		return nil
	}
	switch space, name := known.Of(e.Namespace), strings.ToLower(e.Name); {
	case space == known.RSS && name == "author":
		return hearOther
	case space == known.RSS && name == "pubdate":
		return hearUpdated
	case space == known.Atom && name == "published":
		return hearOfHead
	case space == known.ITunes:
		return iTunesHeard[name]
	case space == known.Media:
		return mediaHeard[name]
	case space == known.Atom && name == "link":
		return hearLink
	case (space == known.Atom || space == known.DC) && name == "contributor":
		return hearPerson
	case space == known.DC && name == "identifier":
		return hearID
	}
	return nil
}

// hear fills what is lacking from the extensions.
func (h heard) hear(extensions []newsletter.Extension) {
	for i := range extensions {
		if hear := hearingOf(&extensions[i]); hear != nil {
			hear(h, &extensions[i], true)
		}
	}
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

func hearID(h heard, e *newsletter.Extension, _ bool) bool {
	return *h.id != "" || text.TrimSpace(textOf(e)) == ""
}

// maxHeardAuthors is how many RSS's own author is compared with.
const maxHeardAuthors = 64

// hearOther is for RSS's own author of a letter by others.
func hearOther(h heard, e *newsletter.Extension, _ bool) bool {
	return h.letter && h.format == RSS && e.Children == nil && e.Attrs == nil && len(*h.authors) > 0 && len(*h.authors) <= maxHeardAuthors && isPlain(e.Text) && e.Text != "" &&
		!slices.ContainsFunc(*h.authors, func(a newsletter.Author) bool {
			return strings.Contains(e.Text, a.Name) || a.Email != "" && strings.Contains(e.Text, a.Email)
		})
}

// hearOfHead is for what says something of a letter alone.
func hearOfHead(h heard, _ *newsletter.Extension, _ bool) bool { return !h.letter }

// hearUpdated is for a title page, which has the date of the last change alone.
func hearUpdated(h heard, e *newsletter.Extension, fill bool) bool {
	s := text.Line(textOf(e))
	if at, ok := dates.Parse(s); fill && ok && h.updated.IsZero() && !h.letter {
		*h.updated = at
	}
	return !h.letter && (s == "" || !h.updated.IsZero()) && !slices.ContainsFunc(e.Attrs, isForeign) // which would be the field's
}

func isForeign(a newsletter.Attr) bool { return a.Namespace != "" }

// hearLink is for links that no field is for. A letter has a list of them all.
func hearLink(h heard, e *newsletter.Extension, _ bool) bool {
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
	return !slices.Contains(linksOfFields, strings.TrimPrefix(rel, "http://www.iana.org/assignments/relation/"))
}

// linksOfFields are the relations that a newsletter has fields for.
var linksOfFields = []string{
	"", "alternate", "self", "enclosure", "hub", "first", "previous", "prev", "next", "last", "current", "prev-archive", "next-archive",
}

func hasScheme(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.IsAbs()
}

func hearTitle(h heard, e *newsletter.Extension, fill bool) bool {
	s := textOf(e)
	return fillIn(h.title, text.TrimSpace(s), isPlain(text.TrimSpace(s)), fill)
}

func hearAbout(h heard, e *newsletter.Extension, fill bool) bool {
	s := text.TrimSpace(textOf(e))
	if h.letter && h.format == RSS && h.content != "" && *h.about == "" {
		return true // which is the description
	}
	return fillIn(h.about, s, isPlain(s), fill)
}

func hearImage(h heard, e *newsletter.Extension, fill bool) bool {
	s := text.Line(textOf(e))
	for _, a := range e.Attrs {
		if a.Namespace == "" && (strings.EqualFold(a.Name, "href") || strings.EqualFold(a.Name, "url")) && a.Value != "" {
			s = text.Line(a.Value)
			break
		}
	}
	return fillIn(h.image, s, root(s) != "" && !strings.ContainsAny(s, " "), fill)
}

// hearThumbnail is for the picture, which has as its own what else is said of the
// element.
func hearThumbnail(h heard, e *newsletter.Extension, fill bool) bool {
	return hearImage(h, e, fill) && e.Attr("", "url") != "" && !slices.ContainsFunc(e.Attrs, isForeign)
}

func hearPerson(h heard, e *newsletter.Extension, fill bool) bool {
	if len(*h.authors) > 0 || textOf(e) == "" {
		return true
	}
	a := newsletter.Author{Name: e.Text}
	for i := range e.Children {
		switch c := &e.Children[i]; strings.ToLower(c.Name) {
		case "name":
			a.Name = c.Text
		case "email":
			a.Email = c.Text
		}
	}
	if a.Name == "" && a.Email == "" || !isName(a.Name) || a.Email != "" && !isPlainEmail(a.Email) || !fill {
		return false
	}
	*h.authors = []newsletter.Author{a}
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

func hearCategory(h heard, e *newsletter.Extension, fill bool) bool {
	term := ""
	for _, a := range e.Attrs {
		if a.Namespace == "" && strings.EqualFold(a.Name, "text") {
			term = text.Line(a.Value)
			break
		}
	}
	there := h.hasCategory(term, "", fill)
	for i := range e.Children {
		if c := &e.Children[i]; strings.EqualFold(c.Name, "category") {
			there = hearCategory(h, c, fill) && there
		}
	}
	return there
}

func hearMediaCategory(h heard, e *newsletter.Extension, fill bool) bool {
	scheme := ""
	for _, a := range e.Attrs {
		if a.Namespace == "" && strings.EqualFold(a.Name, "scheme") {
			scheme = text.Line(a.Value)
			break
		}
	}
	return h.hasCategory(text.Line(textOf(e)), scheme, fill)
}

func hearKeywords(h heard, e *newsletter.Extension, fill bool) bool {
	there := true
	for word := range strings.SplitSeq(textOf(e), ",") {
		there = h.hasCategory(text.Line(word), "", fill) && there
	}
	return there
}

// maxHeardCategories is how many a reader knows again.
const maxHeardCategories = 64

func (h heard) hasCategory(term, scheme string, fill bool) bool {
	if term == "" {
		return true
	}
	if scheme == kindScheme { // it may be the letter's kind
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

func hearDuration(h heard, e *newsletter.Extension, fill bool) bool {
	lasts := dates.Duration(textOf(e))
	if lasts == 0 || len(*h.attachments) == 0 || (*h.attachments)[0].Duration > 0 {
		return true
	}
	if fill {
		*h.attachments = slices.Clone(*h.attachments)
		(*h.attachments)[0].Duration = lasts
	}
	return fill
}

// textOf returns the text of an extension with that of what is in it.
func textOf(e *newsletter.Extension) string { return mediarss.Words(e) }
