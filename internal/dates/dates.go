// Package dates reads dates as the world writes them: in feeds with [Parse], in
// the letters that people write with [ParseLetter].
package dates

import (
	"time"

	"github.com/automationregion/newsletter/internal/text"
)

// Parse reads a date of any kind that feeds have: RFC 822, RFC 3339 and the
// rest of ISO 8601, asctime, and the long forms of many languages, with the
// mistakes that are made in them. It is false where the text is no date or
// could be two. A date without a zone is UTC, and so is one of a zone that isn't
// known (RFC 5322, section 4.3); a part that isn't stated is the first: "2004-05"
// is the first of May.
func Parse(s string) (time.Time, bool) {
	t, _, ok := ParseZone(s)
	return t, ok
}

// ParseZone is [Parse], and says whether the zone is known that is stated, if one is.
func ParseZone(s string) (t time.Time, known, ok bool) {
	s = text.Line(s)
	if len(s) < 4 || len(s) > 100 {
		return time.Time{}, true, false
	}
	if t, ok = dateRFC3339(s); ok {
		return t, true, true
	}
	if t, ok = dateRFC822(s); ok {
		return t, true, true
	}
	return dateLoose(s)
}
