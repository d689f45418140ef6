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
	n.fields(v.check)
	n.times(v.checkTime)
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
		l.fields(v.check)
		l.times(v.checkTime)
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

func (v *validator) repeated(list string, i int) {
	v.fault(fmt.Sprintf("%s[%d]", list, i), "required once, and there before")
}

func (v *validator) require(field string, ok bool, reason string) {
	if !ok {
		v.fault(field, reason)
	}
}

func (v *validator) check(f field) {
	switch {
	case f.required != "" && blank(*f.value):
		v.fault(f.String(), f.required+" is required")
	case *f.value != "" && blank(*f.value):
		v.fault(f.String(), "more than white space is required, or nothing")
	case *f.value != "" && !f.rule.holds(*f.value):
		v.fault(f.String(), f.rule.expected+" is required, not "+quote(*f.value))
	}
}

func (v *validator) checkTime(name string, t *time.Time) {
	if !isWritable(*t) {
		v.fault(name, "a year from 2 to 9999 and a zone of whole minutes within 15 hours of UTC are required")
	}
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

// A field is a string of the model.
type field struct {
	list     string // the list that it is in: "Authors"
	index    int
	name     string
	value    *string
	rule     *rule
	required string // what it is, where it can't be left out
}

// String returns the name as a Go program writes it: "Authors[1].Email".
func (f field) String() string {
	switch {
	case f.list == "":
		return f.name
	case f.name == "":
		return fmt.Sprintf("%s[%d]", f.list, f.index)
	}
	return fmt.Sprintf("%s[%d].%s", f.list, f.index, f.name)
}

// fields visits every string of the newsletter, but not of its letters.
func (n *Newsletter) fields(visit func(field)) {
	one := func(name string, value *string, r *rule) { visit(field{name: name, value: value, rule: r}) }
	one("ID", &n.ID, &ruleID)
	one("Title", &n.Title, &ruleLine)
	one("Description", &n.Description, &ruleLine)
	one("URL", &n.URL, &ruleURL)
	one("FeedURL", &n.FeedURL, &rulePage)
	one("Language", &n.Language, &ruleLanguage)
	authorFields(n.Authors, visit)
	one("Rights", &n.Rights, &ruleLine)
	one("Image", &n.Image, &ruleURL)
	one("Icon", &n.Icon, &ruleURL)
	categoryFields(n.Categories, visit)
	one("Generator", &n.Generator, &ruleLabel)
	for i := range n.Hubs {
		visit(field{"Hubs", i, "", &n.Hubs[i], &ruleURL, "an absolute URL"})
	}
	one("Paging.First", &n.Paging.First, &ruleURL)
	one("Paging.Previous", &n.Paging.Previous, &ruleURL)
	one("Paging.Next", &n.Paging.Next, &ruleURL)
	one("Paging.Last", &n.Paging.Last, &ruleURL)
	one("Paging.Current", &n.Paging.Current, &ruleURL)
	one("Paging.PreviousArchive", &n.Paging.PreviousArchive, &ruleURL)
	one("Paging.NextArchive", &n.Paging.NextArchive, &ruleURL)
}

// fields visits every string of the letter.
func (l *Letter) fields(visit func(field)) {
	one := func(name string, value *string, r *rule) { visit(field{name: name, value: value, rule: r}) }
	one("ID", &l.ID, &ruleID)
	one("URL", &l.URL, &ruleURL)
	one("Title", &l.Title, &ruleLine)
	one("Kind", &l.Kind, &ruleLabel)
	one("Language", &l.Language, &ruleLanguage)
	authorFields(l.Authors, visit)
	one("Summary", &l.Summary, &ruleText)
	one("Content", &l.Content, &ruleHTML)
	one("Rights", &l.Rights, &ruleLine)
	categoryFields(l.Categories, visit)
	one("Image", &l.Image, &ruleURL)
	for i := range l.Attachments {
		a := &l.Attachments[i]
		visit(field{"Attachments", i, "URL", &a.URL, &ruleURL, "an absolute URL"})
		visit(field{"Attachments", i, "MediaType", &a.MediaType, &ruleMediaType, `a media type such as "application/pdf"`})
		visit(field{"Attachments", i, "Title", &a.Title, &ruleLine, ""})
	}
	one("Source.ID", &l.Source.ID, &ruleID)
	one("Source.Title", &l.Source.Title, &ruleLine)
	one("Source.URL", &l.Source.URL, &ruleURL)
	one("Source.FeedURL", &l.Source.FeedURL, &ruleURL)
	for i := range l.Links {
		link := &l.Links[i]
		visit(field{"Links", i, "Rel", &link.Rel, &ruleRel, "a link relation"})
		visit(field{"Links", i, "URL", &link.URL, &ruleURL, "an absolute URL"})
		visit(field{"Links", i, "MediaType", &link.MediaType, &ruleMediaType, ""})
		visit(field{"Links", i, "Language", &link.Language, &ruleLanguage, ""})
		visit(field{"Links", i, "Title", &link.Title, &ruleLabel, ""})
	}
}

func authorFields(authors []Author, visit func(field)) {
	for i := range authors {
		a := &authors[i]
		visit(field{"Authors", i, "Name", &a.Name, &ruleLabel, "a name"})
		visit(field{"Authors", i, "Organization", &a.Organization, &ruleLine, ""})
		visit(field{"Authors", i, "Email", &a.Email, &ruleEmail, ""})
		visit(field{"Authors", i, "URL", &a.URL, &ruleURL, ""})
		visit(field{"Authors", i, "Avatar", &a.Avatar, &ruleURL, ""})
	}
}

func categoryFields(categories []Category, visit func(field)) {
	for i := range categories {
		c := &categories[i]
		visit(field{"Categories", i, "Term", &c.Term, &ruleLabel, "a term"})
		visit(field{"Categories", i, "Scheme", &c.Scheme, &ruleIRI, ""})
	}
}

func (n *Newsletter) times(visit func(name string, t *time.Time)) {
	visit("Updated", &n.Updated)
}

func (l *Letter) times(visit func(name string, t *time.Time)) {
	visit("Published", &l.Published)
	visit("Updated", &l.Updated)
	visit("Source.Updated", &l.Source.Updated)
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

// faults reports what a letter's attachments and links lack beside their strings.
func (l *Letter) faults(fault func(field, reason string)) {
	for i, a := range l.Attachments {
		if a.Length < 0 {
			fault(fmt.Sprintf("Attachments[%d].Length", i), "a size in bytes is required, or 0 if it is not known")
		}
		if a.Duration < 0 || a.Duration%time.Second != 0 {
			fault(fmt.Sprintf("Attachments[%d].Duration", i), "whole seconds are required, or 0 if it is not known")
		}
	}
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
