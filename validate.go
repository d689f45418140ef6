package newsletter

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// A FieldError is one fault that [Newsletter.Validate] found.
type FieldError struct {
	Letter int    // index in Letters, or -1 for a field of the newsletter itself
	ID     string // of the letter, if it has one
	Field  string // such as "Title" or "Authors[1].Email"
	Reason string // what is expected
}

// Error names the letter, the field and the reason in one line.
func (e *FieldError) Error() string {
	return place(e.Letter, e.ID, e.Field) + ": " + e.Reason
}

// place names a field of a newsletter or of one of its letters.
func place(letter int, id, field string) string {
	switch {
	case letter < 0:
		return "newsletter: " + field
	case id == "":
		return fmt.Sprintf("letter %d: %s", letter, field)
	}
	return fmt.Sprintf("letter %d (%s): %s", letter, id, field)
}

// Validate reports what keeps the newsletter from being written in any of the
// formats, every fault at once: the error is the [errors.Join] of a
// [*FieldError] each, first of the newsletter and then of each letter, always in
// the same order. It is nil if there is none.
//
// A newsletter needs an ID, a Title, a URL, a FeedURL and Updated; a letter an
// ID that no other letter has, Updated, authors of its own or the newsletter's,
// and a Title, a Summary or Content; an author a Name. What is there has to be
// what it says: URLs absolute, languages BCP 47 tags, addresses addresses, IDs in
// the normal form of RFC 3986. What passes is written without a warning of the
// W3C feed validator, but for what it says of a letter's own HTML and of times
// that its clock has not come to.
//
// Validate changes nothing. [Newsletter.Repair] makes a newsletter pass.
func (n *Newsletter) Validate() error {
	v := validator{letter: -1}
	if n == nil {
		v.fault("Newsletter", "a newsletter is required, not nil")
		return errors.Join(v.faults...)
	}
	n.visit(v.check)
	extensionFaults(n.Extensions, n.Fields(), v.extension)
	n.Paging.faults(n.FeedURL, v.fault)
	n.repeats(v.repeated)
	v.require("ID", n.ID != "", "a permanent, absolute IRI is required")
	v.require("Title", n.Title != "", "a title is required")
	v.require("URL", n.URL != "", "the absolute URL of the home page is required")
	v.require("FeedURL", n.FeedURL != "", "the absolute URL that the feed is published at is required")
	v.require("Updated", !n.Updated.IsZero(), "the time of the newest letter is required")

	ids := make(map[string]int, len(n.Letters))
	for i, l := range n.Letters {
		v.letter, v.id = i, ""
		if l == nil {
			v.fault("Letter", "a letter is required, not nil")
			continue
		}
		v.id = l.ID
		l.visit(v.check)
		extensionFaults(l.Extensions, l.Fields(), v.extension)
		l.faults(v.fault)
		l.repeats(v.repeated)
		v.require("ID", l.ID != "", "a permanent, absolute IRI is required")
		if first, taken := ids[l.ID]; taken && l.ID != "" {
			v.fault("ID", fmt.Sprintf("an ID of its own is required, letter %d has it too", first))
		} else {
			ids[l.ID] = i
		}
		v.require("Updated", !l.Updated.IsZero(), "the time of the last change is required")
		v.require("Authors", len(l.Authors)+len(n.Authors) > 0, "an author is required, here or of the newsletter")
		v.require("Title", !l.empty(), "a title, a summary or content is required")
	}
	return errors.Join(v.faults...)
}

// A validator gathers the faults of one newsletter.
type validator struct {
	letter int
	id     string
	faults []error
}

func (v *validator) fault(field, reason string) {
	v.faults = append(v.faults, &FieldError{v.letter, v.id, field, reason})
}

func (v *validator) extension(i int, reason string) { v.fault(extensionName(i), reason) }

func (v *validator) repeated(list string, i int) {
	v.fault(fmt.Sprintf("%s[%d]", list, i), "required once, and there before")
}

func (v *validator) require(field string, ok bool, reason string) {
	if !ok {
		v.fault(field, reason)
	}
}

// check checks one field. It goes on to the next.
func (v *validator) check(f Field) bool {
	if f.text == nil {
		if reason := otherFault(f); reason != "" {
			v.fault(f.String(), reason)
		}
		return true
	}
	value := *f.text
	switch {
	case value == "" && f.required == "":
	case f.required != "" && blank(value):
		v.fault(f.String(), f.required+" is required")
	case blank(value):
		v.fault(f.String(), "more than white space is required, or nothing")
	case !rules[f.typ].holds(value):
		v.fault(f.String(), rules[f.typ].expected+" is required, not "+quote(value))
	}
	return true
}

// otherFault says what is wrong with a field that holds no string, or nothing.
func otherFault(f Field) string {
	switch value := f.other.(type) {
	case *time.Time:
		if !isWritable(*value) {
			return "a year from 2 to 9999 and a zone of whole minutes within 15 hours of UTC are required"
		}
	case *int64:
		if *value < 0 {
			return "a size in bytes is required, or 0 if it is not known"
		}
	case *time.Duration:
		if *value < 0 || *value%time.Second != 0 {
			return "whole seconds are required, or 0 if it is not known"
		}
	}
	return ""
}

// quote quotes what was found where something else is required, cut short.
func quote(s string) string {
	most := 60
	if len(s) > most {
		for !utf8.RuneStart(s[most]) && most > 50 {
			most--
		}
		s = s[:most] + "…"
	}
	return fmt.Sprintf("%q", s)
}

// A rule is what a kind of text may hold, and how text that breaks it is mended.
type rule struct {
	expected string
	holds    func(string) bool
	mend     func(string) string // the closest that holds, "" if there is none; text that holds only loses space around it
}

// furthest is how far from UTC a zone is, in seconds. No clock on Earth is set
// further off; readers take such a date for a mistake.
const furthest = 15 * 60 * 60

// isWritable reports whether every format can hold t (RFC 3339, section 5.6).
// The year 1 is what programs write for no time at all.
func isWritable(t time.Time) bool {
	_, offset := t.Zone()
	year := t.Year()
	return t.IsZero() && offset == 0 ||
		year >= 2 && year <= 9999 && offset%60 == 0 && -furthest <= offset && offset <= furthest
}

// faults reports what the letter's links lack beside their strings.
func (l *Letter) faults(fault func(field, reason string)) {
	for i := range l.Links {
		if reason := l.alternateFault(i); reason != "" {
			fault(fmt.Sprintf("Links[%d]", i), reason)
		}
	}
}

// alternateFault says why a link is no alternate of the letter, or nothing.
// Atom has one for each media type and language (RFC 4287, section 4.1.2).
func (l *Letter) alternateFault(i int) string {
	link := l.Links[i]
	if link.Rel != "alternate" {
		return ""
	}
	switch {
	case l.URL == "":
		return "an alternate is required to be one of a letter with a URL, or readers take it for the letter's page"
	case link.URL == l.URL:
		return "an alternate is required to be another page than the letter's own"
	case link.Language == "" && (link.MediaType == "" || link.MediaType == "text/html"):
		return "an alternate is required to differ from the letter in media type or language"
	}
	for _, other := range l.Links[:i] {
		if other.Rel == "alternate" && other.Language == link.Language && other.MediaType == link.MediaType {
			return "an alternate is required to differ from other alternates in media type or language"
		}
	}
	return ""
}

// empty reports whether the letter says nothing.
func (l *Letter) empty() bool {
	return l.Title == "" && l.Summary == "" && l.Content == ""
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// faults reports what contradicts RFC 5005, for the feed that is published at
// self.
func (p Paging) faults(self string, fault func(field, reason string)) {
	switch {
	case p.Complete && p != (Paging{Complete: true, Archive: p.Archive, Current: p.Current}):
		fault("Paging.Complete", "a document that holds every letter has no other pages")
	case p.Complete && p.Current != "" && p.Current != self:
		fault("Paging.Current", "the current document of one that holds every letter is itself")
	}
	if p.Archive && !p.Complete {
		if p.Current == "" {
			fault("Paging.Current", "an archive is required to name the feed with the newest letters")
		}
		if p.PreviousArchive == "" && p.NextArchive == "" {
			fault("Paging.Archive", "an archive is required to name the archive before or after it")
		}
	}
	if p.First != "" && p.First == self && p.Previous != "" {
		fault("Paging.Previous", "the first page has none before it")
	}
	if p.Last != "" && p.Last == self && p.Next != "" {
		fault("Paging.Next", "the last page has none after it")
	}
}
