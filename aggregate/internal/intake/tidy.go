package intake

import (
	"cmp"
	"slices"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate/internal/sameness"
	"github.com/automationregion/newsletter/clean"
	"github.com/automationregion/newsletter/internal/weburl"
)

// Tidy returns the letter cleaned, with an author.
func (d *Delivery) Tidy(it *newsletter.Letter) newsletter.Letter {
	l := *it
	if d.isItself(l.Source) {
		l.Source = newsletter.Source{}
		l.Extensions = l.Extensions.Moved(func(in newsletter.Place) (newsletter.Place, bool) {
			return in, in.Name != "Source" && !strings.HasPrefix(in.Name, "Source.")
		})
	}
	l.URL = WebAddress(l.URL)
	l.Image = picture(l.Image)
	l.Title, l.Kind, l.Rights = strings.TrimSpace(l.Title), strings.TrimSpace(l.Kind), strings.TrimSpace(l.Rights)
	l.Content = clean.HTML(l.Content, clean.Options{BaseURL: d.Base, MaxBytes: d.Limits.Content}) // which other addresses in it were relative to
	if len(it.Content) > d.Limits.Content && len(l.Content) > d.Limits.Content/4 && !strings.Contains(l.Content, "<") {
		d.Cuts.Contents++
	}
	l.Authors = slices.Clone(l.Authors)
	if len(l.Authors) == 0 {
		if d.Feed.Authors != nil && l.Source == (newsletter.Source{}) {
			l.Authors = slices.Clone(d.Feed.Authors)
		} else if l.Source.Title != "" {
			l.Authors = []newsletter.Author{{Name: l.Source.Title}}
		} else {
			l.Authors = []newsletter.Author{{Name: cmp.Or(d.Partner.Name, d.Feed.Title, weburl.Host(d.Base), d.Partner.Address)}}
		}
	}
	for i := range l.Authors {
		l.Authors[i].URL, l.Authors[i].Avatar = WebAddress(l.Authors[i].URL), picture(l.Authors[i].Avatar)
	}
	l.Attachments = kept(&l, "Attachments", l.Attachments, func(a newsletter.Attachment) bool { return WebAddress(a.URL) != "" })
	l.Links = kept(&l, "Links", l.Links, func(k newsletter.Link) bool { return WebAddress(k.URL) != "" })
	l.Categories = slices.Clone(l.Categories)
	l.Source.URL, l.Source.FeedURL = WebAddress(l.Source.URL), WebAddress(l.Source.FeedURL)

	return l
}

// isItself says whether a source is the feed that the letter is in.
func (d *Delivery) isItself(s newsletter.Source) bool {
	same := func(name string, own ...string) bool {
		return name != "" && slices.ContainsFunc(own, func(o string) bool { return sameness.URL(o) == sameness.URL(name) })
	}
	return same(s.FeedURL, d.Base, d.Feed.FeedURL, d.Partner.FeedURL) || same(s.ID, d.Feed.ID) ||
		s.FeedURL == "" && same(s.URL, d.Feed.URL)
}

// picture returns the address by which a picture of a stranger may be shown, or
// the empty string.
func picture(s string) string {
	s, _ = clean.Picture(s)
	return s
}

// WeightOf returns how much a letter takes where it is remembered and published, in
// bytes of plain text.
func WeightOf(l *newsletter.Letter) (n int) {
	for f := range l.Fields() {
		if text := f.Text(); text != nil {
			n += len(*text) + 4*(strings.Count(*text, "<")+strings.Count(*text, ">")+strings.Count(*text, "&"))
		}
	}
	return n + extensionPart*(1+len(l.Authors)+len(l.Categories)+len(l.Attachments)+len(l.Links)) + sizeOfExtensions(&l.Extensions)
}

// SizeOf returns about how many bytes of text a letter has.
func SizeOf(l *newsletter.Letter) (n int) {
	for f := range l.Fields() {
		if text := f.Text(); text != nil {
			n += len(*text)
		}
	}
	return n + sizeOfExtensions(&l.Extensions)
}
