package site

import (
	"cmp"
	"html/template"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/clean"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/internal/html"
	"github.com/automationregion/newsletter/internal/page"
)

const (
	summaryLength = 280 // characters of a letter in the list of letters
	titleLength   = 70  // characters of a letter without a title that stand for it
	aboutLength   = 300 // characters of a description for search engines
)

// writeList writes a page of a list of letters, newest first: the newsletter's own says
// what it is, and how to subscribe to it.
func (s *site) writeList(w io.Writer, at *list, number int) error {
	from := at.pages[number]
	if from == indexName {
		from = ""
	}
	data := s.page(from)
	data.Logo, data.Name, data.First = s.logoOf(from), s.n.Title, number == 0 && at.n != nil
	data.Title, data.Site = s.n.Title, ""
	data.Canonical, data.Type, data.Image = web(s.n.URL), "website", s.preview(s.n.Image)
	if at.n != nil {
		data.Address = at.n.FeedURL
	}
	switch {
	case at.by != "":
		data.Title, data.Name, data.Site, data.Home, data.SmallLogo = at.name, at.name, s.n.Title, s.relative(from, ""), data.Logo
		data.Canonical, data.Logo = s.absolute(from), ""
		if at.n != nil {
			data.Feeds, data.Address = s.folderFeeds(at.folder, from), feed.At(at.n, feed.RSS).FeedURL
		}
	case number == 0:
		n := s.n
		data.About, data.Authors = n.Description, s.authors("", n.Authors)
		data.Description = excerpt(n.Description, aboutLength)
		for _, hub := range n.Hubs {
			if hub = web(hub); hub != "" {
				data.Hubs = append(data.Hubs, hub)
			}
		}
	default:
		data.Site, data.Home, data.SmallLogo, data.Logo = s.n.Title, s.relative(from, ""), data.Logo, ""
	}
	if number > 0 {
		data.Title += " – " + strconv.Itoa(number+1)
		data.Canonical = s.absolute(from)
	}
	data.Numbers, data.Groups = s.numbers(at, number), s.groups(from)
	shown := at.on(number, s.pageSize)
	data.Letters = make([]letterView, 0, len(shown))
	for _, i := range shown {
		l := s.letters[i]
		v := s.view(from, i)
		text := s.read(&v, l)
		if v.URL == "" {
			s.whole(from, &v, l, text, 4)
		} else {
			v.Summary = excerpt(cmp.Or(l.Summary, text), summaryLength)
		}
		data.Letters = append(data.Letters, v)
	}
	t := s.layouts.newsletter
	if at.by != "" {
		t = s.layouts.list
	}
	return s.execute(w, t, &data, at.pages[number])
}

// writeLetter writes the page of a letter.
func (s *site) writeLetter(w io.Writer, index int) error {
	l, path := s.letters[index], s.paths[index]
	data := s.page(path)
	data.IsLetter, data.Home, data.SmallLogo, data.Address = true, s.relative(path, ""), s.logoOf(path), s.n.FeedURL
	data.Letter = s.view(path, index)
	data.Title, data.Type, data.Canonical = data.Letter.Title, "article", web(l.URL)
	text := s.read(&data.Letter, l)
	data.Description = excerpt(cmp.Or(l.Summary, text), aboutLength)
	data.Image = cmp.Or(s.preview(l.Image), s.preview(s.n.Image))
	data.Languages = s.languages(l)
	data.Data = s.article(l, data.Frame)
	v := &data.Letter
	if len(l.Authors) == 0 {
		v.Authors = s.authors(path, s.n.Authors)
	}
	v.Whole = true
	s.whole(path, v, l, text, 2)
	if v.Picture != "" && strings.Contains(string(v.Body), `src="`+template.HTMLEscapeString(string(v.Picture))+`"`) {
		v.Picture = "" // the letter shows it already
	}
	data.Newer, data.Older = s.neighbours(path, index)
	return s.execute(w, s.layouts.letter, &data, path)
}

// neighbours returns links to the letters that come before and after one.
func (s *site) neighbours(path string, index int) (newer, older *linkView) {
	for i := index - 1; i >= 0 && newer == nil; i-- {
		newer = s.link(path, i)
	}
	for i := index + 1; i < len(s.letters) && older == nil; i++ {
		older = s.link(path, i)
	}
	return newer, older
}

// frame returns what every page of the newsletter has in common.
func (s *site) frame(path string) page.Frame {
	f := page.Frame{Styles: s.styles, Lang: s.lang, Site: s.n.Title, Icon: s.picture(path, s.n.Icon), Generator: s.n.Generator.Name}
	if s.published() {
		f.Feeds = s.folderFeeds("", path)
		return f
	}
	if web(s.n.FeedURL) != "" {
		f.Feeds = []page.Feed{feedLink(formatOf(s.n.FeedURL), s.n.FeedURL)}
	}
	return f
}

// folderFeeds are the feeds in a folder as a page refers to them.
func (s *site) folderFeeds(folder, from string) (feeds []page.Feed) {
	for format := range feed.Formats() {
		feeds = append(feeds, feedLink(format, s.relative(from, folder+format.FileName())))
	}
	return feeds
}

func feedLink(f feed.Format, address string) page.Feed {
	return page.Feed{Name: f.Label(), MediaType: f.MediaType(), URL: address}
}

// formatOf returns the format that a feed seems to have by its URL.
func formatOf(address string) feed.Format {
	switch u := strings.ToLower(address); {
	case strings.HasSuffix(u, ".json"):
		return feed.JSON
	case strings.Contains(u, feed.Atom.String()):
		return feed.Atom
	}
	return feed.RSS
}

// view returns what the letter's own page and others say of it. from is the
// page that links to it.
func (s *site) view(from string, index int) letterView {
	l := s.letters[index]
	v := letterView{
		Model: letterModel(*l),
		ID:    l.ID, Title: l.Title, Titled: l.Title != "", URL: web(l.URL), Kind: l.Kind, Authors: s.authors(from, l.Authors),
		Picture: s.letterPicture(from, l.Image), Attr: s.lang.Of(l.Language), In: s.lang.In(l.Language),
	}
	if s.mark != nil {
		v.Mark = s.mark(l)
	}
	if path := s.paths[index]; path != "" && s.served {
		v.URL = s.relative(from, path)
	}
	day := v.In.Date
	if !l.Published.IsZero() {
		v.Published = &dateView{Day: day(l.Published), Stamp: l.Published.Format(time.RFC3339Nano)}
	}
	if !l.Updated.IsZero() && !l.Updated.Equal(l.Published) {
		v.Updated = &dateView{Day: day(l.Updated), Stamp: l.Updated.Format(time.RFC3339Nano)}
		v.Updated.Quiet = v.Published != nil && v.Published.Day == v.Updated.Day
	}
	if l.Source != (newsletter.Source{}) {
		v.Source = &linkView{
			Title: cmp.Or(l.Source.Title, shortURL(cmp.Or(l.Source.URL, l.Source.FeedURL, l.Source.ID))), URL: web(l.Source.URL),
		}
	}
	if v.Title == "" {
		v.Title = cmp.Or(excerpt(l.Summary, titleLength), excerpt(html.Text(l.Content), titleLength))
	}
	if v.Title == "" {
		v.Title = cmp.Or(l.Published, l.Updated).Format(time.DateOnly)
	}
	return v
}

// read says how long a letter takes to read, and returns its text.
func (s *site) read(v *letterView, l *newsletter.Letter) (text string) {
	text = html.Text(l.Content)
	v.Minutes = minutes(text, cmp.Or(l.Language, s.n.Language))
	return text
}

// whole adds what a letter holds, with its headings from the given level. text is that
// of its content.
func (s *site) whole(from string, v *letterView, l *newsletter.Letter, text string, top int) {
	body, headings := prose(s.content(l), prosing{
		top: top, table: v.In.Words.Table, local: func(address string) string { return s.local(from, address) },
		alien: s.alien, colour: s.highlight, anchors: v.Whole,
	})
	v.Summary, v.Body = l.Summary, template.HTML(body)
	if begins(text, l.Summary) {
		v.Summary = ""
	}
	if v.Minutes >= contentsMinutes {
		v.Contents = contents(headings)
	}
	v.Attachments, v.Links = s.attachments(from, l), s.links(from, l)
	v.Categories, v.Rights = terms(l.Categories, l.Kind), l.Rights
}

// link returns a link from one page to a letter, among the page's own words. It
// is nil for a letter that has no address.
func (s *site) link(from string, index int) *linkView {
	v := s.view(from, index)
	if v.URL == "" {
		return nil
	}
	return &linkView{Title: v.Title, URL: v.URL, Attr: s.lang.InWords().Of(s.letters[index].Language)}
}

func (s *site) authors(from string, all []newsletter.Author) []authorView {
	views := make([]authorView, len(all))
	for i, a := range all {
		views[i] = authorView{Name: a.Name, Organization: a.Organization, URL: web(a.URL), Email: a.Email, Avatar: s.letterPicture(from, a.Avatar)}
	}
	return views
}

// terms returns the names of the categories, each once and without the kind.
func terms(categories []newsletter.Category, kind string) []string {
	var names []string
	seen := map[string]bool{"": true, kind: true}
	for _, c := range categories {
		if !seen[c.Term] {
			seen[c.Term] = true
			names = append(names, c.Term)
		}
	}
	return names
}

// content returns a letter's HTML as it may stand in a page.
func (s *site) content(l *newsletter.Letter) string {
	if s.trust {
		return l.Content
	}
	return clean.HTML(l.Content, clean.Options{BaseURL: cmp.Or(l.URL, s.n.URL)})
}
