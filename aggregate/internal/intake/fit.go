// Package intake makes letters of strangers fit to be published: what they say is cut
// to limits and cleaned, their addresses are of the web, and of their extensions those
// stay whose vocabularies are chosen.
package intake

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate/internal/sameness"
	"github.com/automationregion/newsletter/internal/plaintext"
)

// Limits bound what a letter says; aggregate.Limits describes them.
type Limits struct {
	Title, Text, Content, Address, List, Extensions int
}

// A Delivery is what a partner's feed brought.
type Delivery struct {
	Feed    *newsletter.Newsletter
	Base    string  // address of the feed
	Partner Partner // whose it is
	Limits  Limits
	Choice  *Choice // nil is the known ones

	Cuts    Cuts
	LeftOut LeftOut
}

// A Partner is who is asked, as the newsletter's owner names it.
type Partner struct {
	Name    string
	FeedURL string
	Address string // FeedURL or, without one, the home page
}

// Cuts count what of a feed was longer than the limits.
type Cuts struct {
	Titles, Texts, Contents, Addresses, Lists int

	Letter string // the first letter's title, if it was one
}

// Fit cuts what a letter says to the limits, all but its content, which is
// measured when it is clean.
func (d *Delivery) Fit(letter *newsletter.Letter, key string) {
	l, c := &d.Limits, &d.Cuts
	before := *c
	letter.Authors = shortened(letter.Authors, l.List, c)
	letter.Categories = shortened(letter.Categories, l.List, c)
	letter.Attachments = shortened(letter.Attachments, l.List, c)
	letter.Links = shortened(letter.Links, l.List, c) // what stood in the rest is left out by TakeExtensions
	if id := letter.ID; len(id) > l.Address {
		letter.ID = sameness.DerivedID(key, id)
		c.Addresses++
	}
	l.fitFields(letter.Fields(), c)
	// What says nothing any more without what was left out.
	letter.Categories = kept(letter, "Categories", letter.Categories, func(e newsletter.Category) bool { return e.Term != "" })
	letter.Links = kept(letter, "Links", letter.Links, func(e newsletter.Link) bool { return e.Rel != "" })
	if *c != before && c.Letter == "" {
		c.Letter, _ = Shorten(plaintext.Line(strings.TrimSpace(letter.Title)), 60)
	}
}

// FitFeed cuts what the feed says of itself.
func (d *Delivery) FitFeed() {
	d.Feed.Authors = shortened(d.Feed.Authors, d.Limits.List, &d.Cuts)
	d.Limits.fitFields(d.Feed.Fields(), &d.Cuts)
}

func (l *Limits) fitFields(fields func(func(newsletter.Field) bool), c *Cuts) {
	for f := range fields {
		text := f.Text()
		if text == nil {
			continue
		}
		var cut bool
		switch typ := f.Type(); {
		case typ == newsletter.TypeHTML:
		case typ == newsletter.TypeText || f.Place().Name == "Rights":
			if *text, cut = Shorten(*text, l.Text); cut {
				c.Texts++
			}
		case typ == newsletter.TypeLine:
			if *text, cut = Shorten(*text, l.Title); cut {
				c.Titles++
			}
		case len(*text) > l.Address:
			*text = ""
			c.Addresses++
		}
	}
}

// shortened returns a list without what is too much of it.
func shortened[T any](list []T, most int, c *Cuts) []T {
	if len(list) > most {
		c.Lists++
		list = list[:most:most]
	}
	return list
}

// Shorten cuts text that has more characters than most at a word, and says
// whether it did. What it returns doesn't hold on to the rest.
func Shorten(s string, most int) (string, bool) {
	if len(s) <= most {
		return s, false
	}
	s = strings.TrimSpace(s)
	end, n, word := -1, 0, 0
	for i, r := range s {
		if n == most {
			end = i
			break
		}
		if n++; n < most && unicode.IsSpace(r) {
			word = i
		}
	}
	if end < 0 {
		return s, false
	}
	if word > end/2 {
		end = word
	}
	for end > 0 { // not before what belongs to the sign before it
		r, _ := utf8.DecodeRuneInString(s[end:])
		before, size := utf8.DecodeLastRuneInString(s[:end])
		if !unicode.Is(unicode.M, r) && r != zeroWidthJoiner && before != zeroWidthJoiner {
			break
		}
		end -= size
	}
	s = strings.TrimRightFunc(s[:end], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;:–—-", r) })
	return s + "…", true
}

const zeroWidthJoiner = '\u200d'
