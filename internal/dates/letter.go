package dates

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// numericDate is "2021-12-22", "2021/12/22" or "22.12.2021", with or without a time.
// A day before its month stands with dots: with others half the world has the month first.
var numericDate = regexp.MustCompile(`^(?:(\d{4})(?:-(\d{1,2})-|/(\d{1,2})/)(\d{1,2})|(\d{1,2})\. ?(\d{1,2})\. ?(\d{4}))` +
	`(?:(?:[Tt]|,? )(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)? ?(Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?$`)

// letterFillers are words and endings in letters' dates that say nothing of their own,
// beside dateFillers: those of feeds could be zones.
var letterFillers = map[string]bool{
	"e": true, "er": true, "º": true, "ª": true, // 22:e, 1er, 1º
	"il": true, "lì": true, "dnia": true, "r": true, // il 3 marzo, dnia 3 marca 2024 r.
}

// ParseLetter reads the date of a letter: numeric with or without time and zone, or
// the long form of a language that monthList has. What states no zone is UTC, and
// zoned says whether one is stated.
func ParseLetter(s string) (t time.Time, zoned, ok bool) {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 100 {
		return time.Time{}, false, false
	}
	if m := numericDate.FindStringSubmatch(s); m != nil {
		return numericTime(m)
	}
	return longDate(dateTokens(strings.ReplaceAll(s, "°", "º"))) // 1° maggio
}

// numericTime makes a time of the groups of numericDate.
func numericTime(m []string) (t time.Time, zoned, ok bool) {
	n := func(groups ...int) int {
		for _, i := range groups {
			if v, err := strconv.Atoi(m[i]); err == nil {
				return v
			}
		}
		return 0
	}
	c := civil{year: n(1, 7), month: n(2, 3, 6), day: n(4, 5), hour: n(8), minute: n(9), second: n(10)}
	readFraction(m[11], &c.nsec)
	location, ok := letterZone(m[12])
	if t, is := c.time(); ok && is && c.year >= 1 && c.hour < 24 && c.second < 60 {
		return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), location), m[12] != "", true
	}
	return time.Time{}, false, false
}

// longDate reads a date that names its month: one day and one year of four digits
// beside it, perhaps the weekday before them and a time behind. Anything else makes
// it no date, as a letter's byline has other fields.
func longDate(toks []dateToken) (t time.Time, zoned, ok bool) {
	if len(toks) > 1 && toks[0].is("d") && toks[1].kind == '.' { // d. 3. marts
		toks = toks[2:]
	}
	if len(toks) > 1 && toks[0].is("am") { // am 3. März
		toks = toks[1:]
	}
	toks = slices.DeleteFunc(toks, func(t dateToken) bool { return t.kind == 'a' && letterFillers[t.text] })
	if len(toks) == 0 || toks[0].kind != '0' && toks[0].kind != 'a' {
		return time.Time{}, false, false
	}
	isWord := func(w string) bool {
		_, isDay := weekdayNames[w]
		return isDay || monthNames[w] != 0 || dateFillers[w]
	}
	if toks[0].kind == 'a' && !isWord(toks[0].text) {
		return time.Time{}, false, false
	}
	d := looseDate{weekday: -1}
	for i := 0; i < len(toks); {
		if strings.IndexByte("0a.,:+-", toks[i].kind) < 0 {
			return time.Time{}, false, false
		}
		n := d.take(toks, i)
		if n == 0 {
			return time.Time{}, false, false
		}
		i += n
	}
	years := 0
	for _, n := range d.numbers {
		if len(n.text) == 4 {
			years++
		}
	}
	if d.month == 0 || len(d.numbers) != 2 || years != 1 || d.unknown {
		return time.Time{}, false, false
	}
	t, ok = d.time()
	return t, d.hasZone, ok
}

// letterZone reads "+01:00", "+0100", "+01" or a name of UTC.
func letterZone(s string) (*time.Location, bool) {
	if s == "" || s[0] != '+' && s[0] != '-' {
		return time.UTC, true
	}
	offset, ok := numericZone(s)
	if !ok || offset < -(15*hour-1) || offset > 15*hour-1 { // no zone is further from UTC
		return nil, false
	}
	if offset == 0 {
		return time.UTC, true
	}
	return time.FixedZone("", offset), true
}

// Zone returns the time zone of a name in the tz database, or of a distance from UTC
// such as +01:00. The machine's own, which another may not have, is none.
func Zone(name string) (*time.Location, bool) {
	if name == "" || name == "Local" {
		return nil, false
	}
	if name[0] == '+' || name[0] == '-' {
		return letterZone(name)
	}
	location, err := time.LoadLocation(name)
	return location, err == nil
}

// In returns what clocks in a place show at a time of day, as a time there. It has the
// offset of the place alone, as times have that state one.
func In(place *time.Location, t time.Time) time.Time {
	t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), place)
	_, offset := t.Zone()
	return t.In(zone(offset))
}
