package newsletter

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/automationregion/newsletter/internal/repeat"
	"github.com/automationregion/newsletter/internal/text"
	"github.com/automationregion/newsletter/internal/value"
	"github.com/automationregion/newsletter/internal/xmlchar"
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

// Validate reports what no format can hold, every fault at once: the error is the
// [errors.Join] of a [*FieldError] each, first of the newsletter and then of each
// letter, always in the same order. It is nil if there is none.
//
// Faults are control characters, strings that are not addresses, are half of one or
// have spaces, quotes or brackets in them, languages that are not BCP 47 tags, times
// beyond the years 2 to 9999, what a list has twice or an element of it lacks to be
// one, two letters with one ID, and a letter of which nothing is known. What a format
// requires beyond that is derived or asked for when it is written: see package feed. An
// ID may be any text; it is compared character by character.
//
// Validate changes nothing. [Newsletter.Repair] makes a newsletter pass.
func (n *Newsletter) Validate() error {
	v := validator{letter: -1}
	if n == nil {
		v.fault("Newsletter", "a newsletter is required, not nil")
		return errors.Join(v.faults...)
	}
	if !n.isBare() {
		n.visit(v.check)
		v.elements(n.Authors, n.Categories)
		extensionFaults(&n.Extensions, n.Fields(), v.extension)
		n.repeats(v.repeated)
	}

	var ids map[string]int
	if len(n.Letters) > 1 {
		ids = make(map[string]int, len(n.Letters))
	}
	for i, l := range n.Letters {
		v.letter, v.id = i, ""
		if l == nil {
			v.fault("Letter", "a letter is required, not nil")
			continue
		}
		v.id = l.ID
		if !l.isPlain() {
			v.all(l)
		}
		if ids == nil || blank(l.ID) {
			continue // a format that wants one derives it
		}
		if first, taken := ids[l.ID]; taken {
			v.fault("ID", fmt.Sprintf("an ID of its own is required, letter %d has it too", first))
		} else {
			ids[l.ID] = i
		}
	}
	return errors.Join(v.faults...)
}

// all checks all of a letter that can be checked without another one.
func (v *validator) all(l *Letter) {
	l.visit(v.check)
	v.elements(l.Authors, l.Categories)
	l.extensionFaults(v.extension)
	l.faults(v.link)
	l.repeats(v.repeated)
	if l.unknown() {
		v.fault("Letter", "something is required, and there is nothing that can be written")
	}
}

// elements reports the authors and the categories of which nothing is known.
func (v *validator) elements(authors []Author, categories []Category) {
	for i, a := range authors {
		if a == (Author{}) {
			v.fault(fmt.Sprintf("Authors[%d]", i), "a name is required, or something else that is known of the author")
		}
	}
	for i, c := range categories {
		if c.Term == "" && c.Label == "" {
			v.fault(fmt.Sprintf("Categories[%d].Term", i), "a term is required")
		}
	}
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

func (v *validator) extension(at faulty, reason string) { v.fault(at.String(), reason) }

func (v *validator) link(i int, reason string) { v.fault(fmt.Sprintf("Links[%d]", i), reason) }

func (v *validator) repeated(list string, i int) {
	v.fault(fmt.Sprintf("%s[%d]", list, i), "required once, and there before")
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
	case value == "" && f.required == "", value != "" && f.typ == TypeID && blank(value):
	case f.required != "" && blank(value):
		v.fault(f.String(), f.required+" is required")
	case blank(value):
		v.fault(f.String(), "more than white space is required, or nothing")
	case !rules[f.typ].holds(value):
		v.fault(f.String(), rules[f.typ].expects(value)+" is required, not "+quote(value))
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
	return fmt.Sprintf("%q", text.Clip(s, 60))
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

// faults visits the links that are no alternates of the letter and say that they
// are, in their order. Atom has one for each media type and language (RFC 4287,
// section 4.1.2).
func (l *Letter) faults(visit func(i int, reason string)) {
	var there map[[2]string]bool // the types and languages of those that are
	for i := range l.Links {
		link := &l.Links[i]
		if link.Rel != "alternate" {
			continue
		}
		reason := l.alternateFault(link)
		if kind := [2]string{link.MediaType, link.Language}; reason == "" && there[kind] {
			reason = "an alternate is required to differ from other alternates in media type or language"
		} else if reason == "" {
			if there == nil {
				there = map[[2]string]bool{}
			}
			there[kind] = true
		}
		if reason != "" {
			visit(i, reason)
		}
	}
}

// alternateFault says why a link is no alternate of the letter, or nothing.
func (l *Letter) alternateFault(link *Link) string {
	switch {
	case l.URL == "":
		return "an alternate is required to be one of a letter with a URL, or readers take it for the letter's page"
	case link.URL == l.URL:
		return "an alternate is required to be another page than the letter's own"
	case link.Language == "" && (link.MediaType == "" || link.MediaType == "text/html"):
		return "an alternate is required to differ from the letter in media type or language"
	}
	return ""
}

// unknown reports whether there is nothing to the letter: no ID, no page, no words,
// no files.
func (l *Letter) unknown() bool {
	if !blank(l.ID) || !l.Extensions.IsZero() {
		return false
	}
	for f := range l.Fields() {
		if f.typ != TypeID && !f.IsZero() {
			return false
		}
	}
	return true
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// What each type of field may hold: what some format has room for. What a format
// asks for beyond that is its writer's affair, and what is good practice is nobody's
// here.
var (
	ruleLine     = rule{"text without control characters", xmlchar.Holds, value.MendLine}
	ruleText     = rule{"text without control characters", xmlchar.Holds, value.MendText}
	ruleHTML     = rule{"HTML of characters that XML can hold", xmlchar.Holds, value.MendHTML}
	ruleID       = rule{"an ID without control characters, and without white space around it", value.IsID, value.MendID}
	ruleURL      = rule{"an absolute URL", value.IsURL, value.MendURL}
	rulePage     = rule{"an absolute URL of a web page", value.IsPage, value.MendPage}
	ruleEmail    = rule{"an e-mail address", value.IsEmail, value.MendEmail}
	ruleLanguage = rule{"a BCP 47 language tag", value.IsLanguage, value.MendLanguage}
	ruleRel      = rule{"the name of a link relation or an absolute IRI", value.IsRel, value.MendRel}
)

// rules holds the rule of each type of field that is a string.
var rules = [...]*rule{
	TypeLine: &ruleLine, TypeText: &ruleText, TypeHTML: &ruleHTML,
	TypeID: &ruleID, TypeIRI: &ruleLine, TypeURL: &ruleURL, TypePage: &rulePage, TypeEmail: &ruleEmail,
	TypeLanguage: &ruleLanguage, TypeMediaType: &ruleLine, TypeRelation: &ruleRel,
}

// expects says what a rule wants of a text that breaks it.
func (r *rule) expects(s string) string {
	if (r == &ruleURL || r == &rulePage) && r.holds(value.EscapeURL(s)) {
		return "an address whose spaces, quotes and brackets are percent-encoded"
	}
	return r.expected
}

// What a list of a letter or a newsletter has twice, feeds have once: an author
// or a category that equals one before it, an attachment of the same URL, a link
// of the same relation and URL. Readers take the second for the first again. Each
// of these returns what package repeat does.

func sameAuthors(list []Author) []int { return repeat.Of(list, repeat.It) }

// sameCategories finds too one without a label where there is one with it.
func sameCategories(list []Category) []int {
	return repeat.Less(list, repeat.Of(list, repeat.It), func(c *Category) (Category, bool) {
		return Category{Term: c.Term, Scheme: c.Scheme}, c.Label != ""
	})
}

func sameAttachments(list []Attachment) []int {
	return repeat.Of(list, func(a *Attachment) string { return a.URL })
}

func sameLinks(list []Link) []int {
	return repeat.Of(list, func(l *Link) [2]string { return [2]string{l.Rel, l.URL} })
}

func sameHubs(list []string) []int { return repeat.Of(list, repeat.It) }

// repeats visits what the letter has twice.
func (l *Letter) repeats(visit func(list string, i int)) {
	visitRepeats("Authors", sameAuthors(l.Authors), visit)
	visitRepeats("Categories", sameCategories(l.Categories), visit)
	visitRepeats("Attachments", sameAttachments(l.Attachments), visit)
	visitRepeats("Links", sameLinks(l.Links), visit)
}

// repeats visits what the newsletter itself has twice.
func (n *Newsletter) repeats(visit func(list string, i int)) {
	visitRepeats("Authors", sameAuthors(n.Authors), visit)
	visitRepeats("Categories", sameCategories(n.Categories), visit)
	visitRepeats("Hubs", sameHubs(n.Hubs), visit)
}

func visitRepeats(name string, same []int, visit func(list string, i int)) {
	for i, first := range same {
		if first >= 0 {
			visit(name, i)
		}
	}
}

// dropRepeats returns the list with each of its elements once.
func dropRepeats[T any](r *repair, extensions *Extensions, name string, list []T, same func([]T) []int) []T {
	firsts := same(list)
	if firsts == nil {
		return list
	}
	return dropFrom(extensions, name, list, func(i int, _ T) bool {
		if firsts[i] < 0 {
			return false
		}
		r.note(fmt.Sprintf("%s[%d]", name, i), "dropped: it is there before")
		return true
	})
}
