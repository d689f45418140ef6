// Package dates reads dates as the world writes them: in feeds with [Parse], in
// the letters that people write with [ParseLetter].
package dates

import (
	"time"

	"github.com/automationregion/newsletter/internal/htmltext"
)

// Parse reads a date of any kind that feeds have: RFC 822, RFC 3339 and the
// rest of ISO 8601, asctime, and the long forms of many languages, with the
// mistakes that are made in them. It is false where the text is no date or
// could be two. A date without a zone is UTC, a part that isn't stated is the
// first: "2004-05" is the first of May.
func Parse(s string) (time.Time, bool) {
	s = htmltext.Line(s)
	if len(s) < 4 || len(s) > 100 {
		return time.Time{}, false
	}
	if t, ok := dateRFC3339(s); ok {
		return t, true
	}
	if t, ok := dateRFC822(s); ok {
		return t, true
	}
	return dateLoose(s)
}
