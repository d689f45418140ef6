package dates

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// civil is a date and a time of day as they are written down.
type civil struct {
	year, month, day           int
	hour, minute, second, nsec int
	offset                     int    // seconds east of Greenwich
	place                      *place // whose offset it is, if that is known
}

const hour = 3600

// maxOffset is that of the zone +9959 (RFC 5322, section 3.3).
const maxOffset = 99*hour + 59*60

// time is false for a day or a time of day that doesn't exist.
func (c civil) time() (time.Time, bool) {
	switch {
	case c.year < 2 || c.year > 9999 || c.month < 1 || c.month > 12 || c.day < 1 || c.day > daysIn(c.year, c.month),
		c.minute > 59 || c.second > 60,
		c.hour > 24 || c.hour == 24 && (c.minute > 0 || c.second > 0),
		c.offset < -maxOffset || c.offset > maxOffset:
		return time.Time{}, false
	}
	if c.place != nil {
		c.offset, _ = c.place.offsetAt(c)
	}
	if c.offset < -15*hour || c.offset > 15*hour { // which no other format can write
		return time.Date(c.year, time.Month(c.month), c.day, c.hour, c.minute, c.second-c.offset, c.nsec, time.UTC), true
	}
	return time.Date(c.year, time.Month(c.month), c.day, c.hour, c.minute, c.second, c.nsec, zone(c.offset)), true
}

func daysIn(year, month int) int {
	if month == 2 {
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 30 + (month+month>>3)&1
}

// fixedZones has the zones with whole and half hours, made once.
var fixedZones = func() (z [61]*time.Location) {
	for i := range z {
		z[i] = time.FixedZone("", (i-30)*1800)
	}
	z[30] = time.UTC
	return z
}()

func zone(offset int) *time.Location {
	if i := offset/1800 + 30; offset%1800 == 0 && i >= 0 && i < len(fixedZones) {
		return fixedZones[i]
	}
	return time.FixedZone("", offset)
}

// fullYear is the year that two or three digits mean (RFC 5322, section 4.3).
func fullYear(n, digits int) int {
	switch {
	case digits == 2 && n < 50:
		return n + 2000
	case digits == 2 || digits == 3:
		return n + 1900
	}
	return n
}

// digits reads exactly n digits at s[i:].
func digits(s string, i, n int) (int, bool) {
	if i+n > len(s) {
		return 0, false
	}
	v := 0
	for _, c := range []byte(s[i : i+n]) {
		if c < '0' || c > '9' {
			return 0, false
		}
		v = v*10 + int(c-'0')
	}
	return v, true
}

// isoParts reads as much of "2004-05-28T23:31:15.5+09:00" as there is, from its year
// on: how many of its six parts that is, and the zone as it is written. A space may
// stand for the T.
func isoParts(s string) (c civil, parts int, zone string, ok bool) {
	c.month, c.day = 1, 1
	i := 0
	for _, f := range [...]struct {
		to        *int
		separator byte
		n         int
	}{{&c.year, 0, 4}, {&c.month, '-', 2}, {&c.day, '-', 2}, {&c.hour, 'T', 2}, {&c.minute, ':', 2}, {&c.second, ':', 2}} {
		if parts > 0 {
			if i >= len(s) || s[i] != f.separator && (f.separator != 'T' || s[i] != ' ') {
				break
			}
			i++
		}
		if *f.to, ok = digits(s, i, f.n); !ok {
			return c, parts, "", false
		}
		i += f.n
		parts++
	}
	if parts == 6 && i < len(s) && s[i] == '.' {
		i++
		i += readFraction(s[i:], &c.nsec)
	}
	zone = s[i:]
	switch {
	case zone == "":
		return c, parts, "", parts != 4
	case parts < 5:
		return c, parts, zone, false
	}
	c.offset, ok = numericZone(zone)
	return c, parts, zone, ok
}

// dateRFC3339 reads "2004-05-28T23:31:15.5+09:00", also with a space for the T.
func dateRFC3339(s string) (time.Time, bool) {
	c, parts, zone, ok := isoParts(s)
	if !ok || parts < 6 || zone == "" {
		return time.Time{}, false
	}
	return c.time()
}

// readFraction reads digits as a fraction of a second and returns how many
// there are. What is finer than a nanosecond is cut off.
func readFraction(s string, nsec *int) int {
	i, unit := 0, 100_000_000
	for ; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		*nsec += int(s[i]-'0') * unit
		unit /= 10
	}
	return i
}

// numericZone reads "Z", "+01:00", "+0100" and "+01", and nothing after it.
func numericZone(s string) (int, bool) {
	if s == "Z" || s == "z" {
		return 0, true
	}
	if len(s) < 3 || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	h, ok := digits(s, 1, 2)
	m := 0
	switch {
	case !ok:
		return 0, false
	case len(s) == 3:
	case len(s) == 5:
		m, ok = digits(s, 3, 2)
	case len(s) == 6 && s[3] == ':':
		m, ok = digits(s, 4, 2)
	default:
		return 0, false
	}
	if !ok || m > 59 {
		return 0, false
	}
	offset := h*3600 + m*60
	if s[0] == '-' {
		offset = -offset
	}
	return offset, true
}

// A mailDate is a date of e-mail, and its words as they are written.
type mailDate struct {
	civil
	weekday, monthName, zone string
}

// mailParts reads "Fri, 28 May 2004 23:31:15 +0900" as it should be written:
// English month, one or two digits for the day, four for the year.
func mailParts(s string) (d mailDate, ok bool) {
	i := 0
	if len(s) > 5 && s[3] == ',' && s[4] == ' ' {
		d.weekday, i = s[:3], 5
	}
	n := 2
	if i+1 < len(s) && s[i+1] == ' ' {
		n = 1
	}
	var read [6]bool
	d.day, read[0] = digits(s, i, n)
	i += n
	if len(s) < i+17 || s[i] != ' ' || s[i+4] != ' ' || s[i+9] != ' ' || s[i+12] != ':' {
		return d, false
	}
	d.monthName = s[i+1 : i+4]
	d.month = englishMonth(s[i+1], s[i+2], s[i+3])
	d.year, read[1] = digits(s, i+5, 4)
	d.hour, read[2] = digits(s, i+10, 2)
	d.minute, read[3] = digits(s, i+13, 2)
	i += 15
	read[4] = true
	if s[i] == ':' {
		d.second, read[4] = digits(s, i+1, 2)
		i += 3
	}
	if i+1 >= len(s) || s[i] != ' ' {
		return d, false
	}
	switch d.zone = s[i+1:]; d.zone {
	case "GMT", "UT", "UTC":
		read[5] = true
	case "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT": // an hour apart from east to west
		east := -5 - strings.IndexByte("ECMP", d.zone[0])
		if d.zone[1] == 'D' {
			east++
		}
		d.offset, read[5] = east*3600, true
	default:
		d.offset, read[5] = numericZone(d.zone)
	}
	return d, read == [6]bool{true, true, true, true, true, true}
}

func dateRFC822(s string) (time.Time, bool) {
	d, ok := mailParts(s)
	if !ok {
		return time.Time{}, false
	}
	return d.time()
}

// englishMonth returns 1 to 12, or 0.
func englishMonth(a, b, c byte) int {
	const names = "janfebmaraprmayjunjulaugsepoctnovdec"
	a, b, c = a|0x20, b|0x20, c|0x20
	for i := 0; i < len(names); i += 3 {
		if names[i] == a && names[i+1] == b && names[i+2] == c {
			return i/3 + 1
		}
	}
	return 0
}

// A dateToken is a number, a word in lower case, or one other character.
type dateToken struct {
	kind  byte // '0' number, 'a' word, else the character itself
	text  string
	n     int  // of a number; of a larger one than an int holds everywhere, the largest
	space bool // white space stands before it
}

func (t dateToken) is(word string) bool { return t.kind == 'a' && t.text == word }

// dateTokens cuts a date up, or returns nil where there is too much of it.
func dateTokens(s string) []dateToken {
	s = strings.ToLower(cjkTime.Replace(s))
	var out []dateToken
	space := false
	for i := 0; i < len(s); {
		if len(out) > 40 {
			return nil
		}
		r, w := utf8.DecodeRuneInString(s[i:])
		j := i + w
		switch {
		case unicode.IsSpace(r):
			space, i = true, j
			continue
		case r >= '0' && r <= '9':
			for j < len(s) && s[j] >= '0' && s[j] <= '9' {
				j++
			}
			n, err := strconv.ParseInt(s[i:j], 10, 64)
			if err != nil {
				return nil
			}
			out = append(out, dateToken{'0', s[i:j], int(min(n, math.MaxInt32)), space})
		case unicode.IsLetter(r):
			for j < len(s) {
				r, w := utf8.DecodeRuneInString(s[j:])
				if !unicode.IsLetter(r) && !unicode.IsMark(r) {
					break
				}
				j += w
			}
			out = append(out, dateToken{'a', s[i:j], 0, space})
		case r < utf8.RuneSelf:
			out = append(out, dateToken{byte(r), s[i:j], 0, space})
		default: // a dash or a quote of another alphabet
			out = append(out, dateToken{'?', s[i:j], 0, space})
		}
		space, i = false, j
	}
	return out
}
