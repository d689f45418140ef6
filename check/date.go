package check

import (
	"regexp"
	"strings"
	"time"

	"github.com/automationregion/newsletter/internal/dates"
)

// isoForm says how much of an ISO 8601 date has to be there.
type isoForm uint8

const (
	isoAny  isoForm = iota // a year, or any more of it
	isoZone                // a zone, if there is a time (W3CDTF)
	isoFull                // everything down to the seconds (RFC 3339)
)

// isoDate reads a date of the profile. The time is only known if ok.
func isoDate(s string, form isoForm) (time.Time, bool) {
	t, parts, zoned, ok := dates.ISO(s)
	return t, ok && (zoned || form == isoAny || form == isoZone && parts < 4) && (form != isoFull || parts == 6)
}

// iso is for dates of ISO 8601 and its profiles.
func iso(rule string, form isoForm, bounded bool, expected string) value {
	return func(c *checker, n *node, v val) {
		t, ok := isoDate(v.s, form)
		if !ok {
			c.wrong(rule, v, expected)
			return
		}
		if bounded {
			c.plausible(v, t, 24*time.Hour)
		}
	}
}

var (
	rfc3339   = iso("date-rfc3339", isoFull, true, "a date such as 2026-06-12T09:00:00Z")
	w3cdtf    = iso("date-w3cdtf", isoZone, true, "a date such as 2026-06-12T09:00:00Z or 2026-06-12")
	iso8601   = iso("date-iso8601", isoAny, true, "a date such as 2026-06-12T09:00:00Z or 2026-06-12")
	eventDate = iso("date-iso8601", isoAny, false, "a date such as 2026-06-12T09:00:00Z or 2026-06-12")
)

// plausible reports dates that no feed has a reason to have.
func (c *checker) plausible(v val, t time.Time, slack time.Duration) {
	if t.Year() < 1990 || !c.now.IsZero() && t.After(c.now.Add(slack)) {
		c.reportVal("date-implausible", v, c.what(v)+" is "+quote(v.s)+", which is before there were feeds or yet to come")
	}
}

var (
	mailRemark = regexp.MustCompile(`\((?:[^()\\]|\\.)*(?:\)|$)`)
	// mailLoose is what dates of e-mail were and are, RFC 822's too.
	mailLoose = regexp.MustCompile(`(?i)^((sun|mon|tue|wed|thu|fri|sat) ?, ?)?\d{1,2} (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) (\d\d){1,2} \d\d:\d\d(:\d\d)?` +
		`( (ut|gmt|[ecmp][sd]t|[a-ik-z]|[-+]\d{4}))?$`)
)

// rfc822 is for the dates of RSS: RFC 822 with years of four digits, in the
// stricter form of RFC 2822.
func rfc822(c *checker, n *node, v val) {
	t, weekday, isDay, ok := dates.Mail(v.s)
	switch {
	case !ok && !isLooseMail(v.s):
		c.wrong("date-rfc822", v, "a date such as Fri, 12 Jun 2026 09:00:00 GMT")
	case !ok:
		c.wrong("date-rfc822-form", v, "the form of RFC 2822, as in Fri, 12 Jun 2026 09:00:00 GMT")
	case !isDay:
		c.wrong("date-rfc822", v, "a day that there is")
	case t.Year() > 1900 && weekday >= 0 && int(t.Weekday()) != weekday:
		c.reportVal("date-weekday", v, c.what(v)+" is "+quote(v.s)+", but that day was another day of the week")
	default:
		c.plausible(v, t, 10*time.Minute)
	}
}

func isLooseMail(s string) bool {
	const longest = 100
	for whole := ""; s != whole && len(s) <= longest; { // remarks within remarks
		whole, s = s, mailRemark.ReplaceAllString(s, " ")
	}
	return len(s) <= longest && mailLoose.MatchString(strings.Join(strings.Fields(s), " "))
}
