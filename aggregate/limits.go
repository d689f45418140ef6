package aggregate

import (
	"cmp"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/automationregion/newsletter/aggregate/internal/intake"
	"github.com/automationregion/newsletter/clean"
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
	// Memory is for the letters of a partner that are remembered with their text, in
	// bytes; each letter, author, category, attachment and link counts 100 more, and
	// each sign that has to be escaped 4. Of older ones only the names are. By default
	// 8 MiB, so that there is something in store where filters leave letters out. In
	// one visit it grows by no more than 768 KiB or what came over the wire, or eight
	// times that if it is a megabyte or more: only text that was made for it is packed
	// to less, and of other feeds the rest follows with later visits.
	Memory int

	// Time is how long reading and cleaning one partner's feed may take, beside what
	// its server takes. One that takes longer failed. By default 10 s: a feed of the
	// largest size that may be fetched takes some two.
	Time time.Duration
}

// growth returns by how many bytes of text a visit may make what is remembered
// grow. Text is written some six times: remembered, in each format and in pages. What
// a visit of less than a megabyte brings is to leave no more than eight behind.
func growth(wire int64) int {
	if wire < 1_000_000 {
		return int(max(768<<10, wire))
	}
	return int(8 * min(wire, 64<<20))
}

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

// ofLetters returns those of the limits that are for what letters say.
func (l *Limits) ofLetters() intake.Limits {
	return intake.Limits{Title: l.Title, Text: l.Text, Content: l.Content, Address: l.Address, List: l.List, Extensions: l.Extensions}
}

// saidCuts says what was cut. It is empty if nothing was.
func (d *delivery) saidCuts() string {
	var parts []string
	add := func(n int, format string, limit int) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf(format, limit)+fmt.Sprintf(" (%d)", n))
		}
	}
	add(d.Cuts.Titles, "titles and names of more than %d characters were cut", d.Limits.Title)
	add(d.Cuts.Texts, "texts of more than %d characters were cut", d.Limits.Text)
	add(d.Cuts.Contents, "of contents of more than %d bytes only the words stay, as far as they fit", d.Limits.Content)
	add(d.Cuts.Addresses, "addresses and IDs of more than %d bytes were left out", d.Limits.Address)
	add(d.Cuts.Lists, "lists of more than %d entries were cut", d.Limits.List)
	add(d.unnamed, "of the feed's oldest letters nothing is remembered, because IDs, addresses and titles have more than %d bytes together", namesBytes)
	s := strings.Join(parts, ", ")
	if d.Cuts.Letter != "" {
		s += fmt.Sprintf("; the first is in the letter %q", d.Cuts.Letter)
	}
	if d.forgotten > 0 {
		s = joined(s, count(d.forgotten, "letter")+" remembered by name only: the newer ones are as many, or have as much text, as is taken of a partner, or in one visit")
	}
	return s
}
