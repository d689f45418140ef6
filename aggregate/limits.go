package aggregate

import (
	"cmp"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate/clean"
	"github.com/automationregion/newsletter/aggregate/internal/sameness"
	"github.com/automationregion/newsletter/internal/plaintext"
)

// Limits bound what a partner can put into the newsletter and into what is
// remembered, whatever its feed says. A zero field is its default, a negative one
// is no limit. What is cut or left out for them, the partner's report says.
type Limits struct {
	// Title is for titles, names and labels, in characters. By default 300, twice
	// the longest headlines; a longer one is cut at a word.
	Title int
	// Text is for summaries and rights, in characters. By default 100,000: some
	// feeds have the whole letter there, and that is 50 pages.
	Text int
	// Content is for the cleaned HTML of a letter, in bytes; of a longer one only
	// the words stay. By default [clean.MaxBytes], which has the reasons.
	Content int
	// Address is for addresses and IDs, in bytes. By default 4096: servers take no
	// longer ones. One that is longer is left out. In the place of an ID stands a
	// UUID made of it, the same each time.
	Address int
	// List is for the authors, categories, attachments and links of a letter, each
	// by itself. By default 100.
	List int

	// Extensions is for the extensions of a letter, in bytes; each element, attribute
	// and text counts 100 more, which is about what it takes. By default 64 KiB: an
	// episode with all that the vocabularies of podcasts have takes some 10. An
	// extension that is too much for it is left out whole.
	Extensions int

	// Partner is for all letters of a partner in the newsletter, in bytes of their
	// texts. The oldest are left out. By default 4 MiB: a hundred long letters, and
	// no partner fills the newsletter.
	Partner int
	// Newsletter is for all letters in the newsletter that are not our own, in the
	// same way; each partner has its share. By default 64 MiB, which is beyond what
	// subscribers' programs take.
	Newsletter int
	// Memory is for the letters of a partner that are remembered with their text,
	// in bytes; of older ones only the names are. By default 8 MiB, so that there is
	// something in store where filters leave letters out. In one visit it grows by
	// no more than 1 MiB, or eight times what came over the wire: text is packed to
	// less only by who means it, and of others the rest follows with later visits.
	Memory int

	// Time is how long reading and cleaning one partner's feed may take, beside what
	// its server takes. One that takes longer failed. By default 10 s: a feed of the
	// largest size that may be fetched takes some two.
	Time time.Duration
}

// growth returns by how many bytes of text a visit may make what is remembered
// grow.
func growth(wire int64) int { return int(max(1<<20, 8*min(wire, 64<<20))) }

// WithDefaults returns the limits that count: a zero field is its default, and one
// without a limit the largest number.
func (l Limits) WithDefaults() Limits {
	for _, d := range []struct {
		limit     *int
		byDefault int
	}{
		{&l.Title, 300}, {&l.Text, 100_000}, {&l.Content, clean.MaxBytes}, {&l.Address, 4096}, {&l.List, 100}, {&l.Extensions, 64 << 10},
		{&l.Partner, 4 << 20}, {&l.Newsletter, 64 << 20}, {&l.Memory, 8 << 20},
	} {
		if *d.limit = cmp.Or(*d.limit, d.byDefault); *d.limit < 0 {
			*d.limit = math.MaxInt
		}
	}
	if l.Time = cmp.Or(l.Time, 10*time.Second); l.Time < 0 {
		l.Time = math.MaxInt64
	}
	return l
}

// cuts count what of a feed was longer than the limits.
type cuts struct {
	titles, texts, contents, addresses, lists int
	names                                     int // letters, for what all are known by
	forgotten                                 int // letters without their text

	letter string // the first letter's title, if it was one
}

// String says what was cut. It is empty if nothing was.
func (c *cuts) String(l *Limits) string {
	var parts []string
	add := func(n int, format string, limit int) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf(format, limit)+fmt.Sprintf(" (%d)", n))
		}
	}
	add(c.titles, "titles and names of more than %d characters were cut", l.Title)
	add(c.texts, "texts of more than %d characters were cut", l.Text)
	add(c.contents, "of contents of more than %d bytes only the words stay, as far as they fit", l.Content)
	add(c.addresses, "addresses and IDs of more than %d bytes were left out", l.Address)
	add(c.lists, "lists of more than %d entries were cut", l.List)
	add(c.names, "of the feed's oldest letters nothing is remembered, because IDs, addresses and titles have more than %d bytes together", namesBytes)
	s := strings.Join(parts, ", ")
	if c.letter != "" {
		s += fmt.Sprintf("; the first is in the letter %q", c.letter)
	}
	if c.forgotten > 0 {
		s = joined(s, count(c.forgotten, "letter")+" remembered by name only: the newer ones are as many, or have as much text, as is taken of a partner, or in one visit")
	}
	return s
}

// fit cuts what a letter says to the limits, all but its content, which is
// measured when it is clean.
func (l *Limits) fit(letter *newsletter.Letter, key string, c *cuts) {
	before := *c
	letter.Authors = shortened(letter.Authors, l.List, c)
	letter.Categories = shortened(letter.Categories, l.List, c)
	letter.Attachments = shortened(letter.Attachments, l.List, c)
	letter.Links = shortened(letter.Links, l.List, c) // what stood in the rest is left out by takeExtensions
	if id := letter.ID; len(id) > l.Address {
		letter.ID = sameness.DerivedID(key, id)
		c.addresses++
	}
	l.fitFields(letter.Fields(), c)
	// What says nothing any more without what was left out.
	letter.Categories = kept(letter, "Categories", letter.Categories, func(e newsletter.Category) bool { return e.Term != "" })
	letter.Links = kept(letter, "Links", letter.Links, func(e newsletter.Link) bool { return e.Rel != "" })
	if *c != before && c.letter == "" {
		c.letter, _ = shorten(plaintext.Line(strings.TrimSpace(letter.Title)), 60)
	}
}

// fitFeed cuts what a feed says of itself.
func (l *Limits) fitFeed(n *newsletter.Newsletter, c *cuts) {
	n.Authors = shortened(n.Authors, l.List, c)
	l.fitFields(n.Fields(), c)
}

func (l *Limits) fitFields(fields func(func(newsletter.Field) bool), c *cuts) {
	for f := range fields {
		text := f.Text()
		if text == nil {
			continue
		}
		var cut bool
		switch typ := f.Type(); {
		case typ == newsletter.TypeHTML:
		case typ == newsletter.TypeText || f.Name() == "Rights":
			if *text, cut = shorten(*text, l.Text); cut {
				c.texts++
			}
		case typ == newsletter.TypeLine:
			if *text, cut = shorten(*text, l.Title); cut {
				c.titles++
			}
		case len(*text) > l.Address:
			*text = ""
			c.addresses++
		}
	}
}

// shortened returns a list without what is too much of it.
func shortened[T any](list []T, most int, c *cuts) []T {
	if len(list) > most {
		c.lists++
		list = list[:most:most]
	}
	return list
}

// shorten cuts text that has more characters than most at a word, and says
// whether it did. What it returns doesn't hold on to the rest.
func shorten(s string, most int) (string, bool) {
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
