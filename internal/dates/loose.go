package dates

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/automationregion/newsletter/internal/text"
)

// dateLoose reads dates in the order in which their parts give themselves away:
// first the time of day by its colon, then the zone, then the words, and what
// numbers are left are the date. A word that it doesn't know makes it no date.
func dateLoose(s string) (t time.Time, known, ok bool) {
	toks := dateTokens(s)
	if len(toks) == 1 && toks[0].kind == '0' {
		t, ok = dateNumber(toks[0].text)
		return t, true, ok
	}
	var d looseDate
	d.weekday = -1
	for i := 0; i < len(toks); {
		n := d.take(toks, i)
		if n == 0 {
			return time.Time{}, true, false
		}
		i += n
	}
	t, ok = d.time()
	return t, !d.unknown && (d.place == nil || t.Year() >= d.place.since), ok
}

// looseDate is what of a date was found so far.
type looseDate struct {
	civil
	numbers  []dateToken
	seps     []byte // what stands before each number but the first: ' ', or '-', '/', '.'
	lastSep  byte
	weekday  time.Weekday // -1 if none
	hasTime  bool
	isoTime  bool // a T stands before the time
	hasZone  bool
	zoneSign bool // the zone was given as a number
	zoneWord bool // the zone was given as a name
	unknown  bool // which nobody knows
	half     int  // 1 a.m., 2 p.m.
	week     bool // the second number is a week
}

// take reads what begins at toks[i] and returns how many tokens that is, 0 for
// something that has no place in a date.
func (d *looseDate) take(toks []dateToken, i int) int {
	t := toks[i]
	at := func(k int) dateToken {
		if i+k < len(toks) {
			return toks[i+k]
		}
		return dateToken{}
	}
	switch {
	case t.kind == '0' && at(1).kind == ':' && at(2).kind == '0' && !d.hasTime:
		return d.takeTime(toks[i:])
	case t.kind == '0' && !d.hasTime && isHalf(toks, i+1) && t.n >= 1 && t.n <= 12: // 3 PM
		d.hasTime, d.hour = true, t.n
		return 1
	case t.kind == '0' && !d.hasTime && (d.isoTime || d.month != 0 && len(d.numbers) == 2): // T20, T2031, T203115; 03 Apr 02 1500
		return d.takeCompactTime(t)
	case t.kind == '0':
		sep := d.lastSep
		if sep == 0 {
			sep = ' '
		}
		d.numbers, d.seps, d.lastSep = append(d.numbers, t), append(d.seps, sep), 0
		return 1
	case (t.kind == '+' || t.kind == '-') && d.hasTime && at(1).kind == '0' && !d.zoneSign && !isYearAfter(toks, i):
		return d.takeOffset(toks[i:])
	case (t.kind == '-' || t.kind == '/' || t.kind == '.') && len(d.numbers) > 0 && !d.hasTime:
		d.lastSep = t.kind
		return 1
	case t.kind == '(' || t.kind == '[': // a remark, such as the zone's name
		for k := i + 1; k < len(toks); k++ {
			if toks[k].kind == ')' || toks[k].kind == ']' {
				if inside := toks[i+1 : k]; !d.hasZone && d.hasTime && len(inside) > 0 && inside[0].kind == 'a' {
					if name, n := zoneName(inside); n == len(inside) {
						d.setZone(name)
					}
				}
				return k - i + 1
			}
		}
		return 0
	case t.kind == ',' || t.kind == '.' || t.kind == ';' || t.kind == ':' || t.kind == '-' && i > 0 || t.kind == '\'' || t.kind == '?' || t.kind == '/' || t.kind == '|':
		return 1
	case t.kind == 'a':
		return d.takeWord(toks, i)
	}
	return 0
}

// isHalf reports whether "am", "pm", "a.m." or "p.m." stands at toks[i].
func isHalf(toks []dateToken, i int) bool {
	if i >= len(toks) || toks[i].kind != 'a' {
		return false
	}
	return halves[toks[i].text] != 0 ||
		(toks[i].is("a") || toks[i].is("p")) && i+2 < len(toks) && toks[i+1].kind == '.' && toks[i+2].is("m")
}

// isYearAfter tells "16:29:06 -2004" apart from an offset: there is no year yet.
func isYearAfter(toks []dateToken, i int) bool {
	if len(toks[i+1].text) != 4 || toks[i+1].n < 1500 {
		return false
	}
	return !slices.ContainsFunc(toks[:i], func(t dateToken) bool { return t.kind == '0' && len(t.text) == 4 })
}

func (d *looseDate) takeTime(toks []dateToken) int {
	d.hasTime = true
	d.hour, d.minute = toks[0].n, toks[2].n
	if len(toks[0].text) > 2 || len(toks[2].text) > 2 {
		return 0
	}
	n := 3
	if len(toks) > n+1 && toks[n].kind == ':' && toks[n+1].kind == '0' && len(toks[n+1].text) <= 2 {
		d.second = toks[n+1].n
		n += 2
		if len(toks) > n+1 && (toks[n].kind == '.' || toks[n].kind == ',') && !toks[n+1].space && toks[n+1].kind == '0' {
			readFraction(toks[n+1].text, &d.nsec)
			n += 2
		}
	}
	return n
}

func (d *looseDate) takeCompactTime(t dateToken) int {
	switch len(t.text) {
	case 2:
		d.hour = t.n
	case 4:
		d.hour, d.minute = t.n/100, t.n%100
	case 6:
		d.hour, d.minute, d.second = t.n/10000, t.n/100%100, t.n%100
	default:
		return 0
	}
	d.hasTime = true
	return 1
}

// takeOffset reads +01:00, +0100, +100, +01, +1, and also the seconds that some
// programs add.
func (d *looseDate) takeOffset(toks []dateToken) int {
	n, h, m := 2, toks[1].n, 0
	switch len(toks[1].text) {
	case 1, 2:
		if len(toks) > 3 && toks[2].kind == ':' && toks[3].kind == '0' {
			m, n = toks[3].n, 4
			if len(toks) > 5 && toks[4].kind == ':' && toks[5].is("00") {
				n = 6
			}
		}
	case 3, 4:
		h, m = h/100, h%100
	default:
		return 0
	}
	compact := len(toks[1].text) == 4 && !toks[1].space
	if (h > 15 || m > 59) && !compact { // it may be the end of a time that things take
		return 0
	}
	d.hasZone, d.zoneSign = true, true
	if m > 59 {
		d.unknown = true
		return n
	}
	d.offset = h*hour + m*60
	if toks[0].kind == '-' {
		d.offset = -d.offset
	}
	return n
}

// zoneName returns the name of a zone that the word begins which toks begins with:
// "CET", "Europe/Brussels", "Etc/GMT+1", "EST5EDT", "Pacific Standard Time". It
// returns of how many tokens it is.
func zoneName(toks []dateToken) (string, int) {
	follows := func(i int, kinds string) bool {
		return i < len(toks) && !toks[i].space && strings.IndexByte(kinds, toks[i].kind) >= 0
	}
	name, n := toks[0].text, 1
	switch {
	case follows(1, "/") && follows(2, "a"):
		for ; follows(n, "a/_-+0"); n++ {
			name += toks[n].text
		}
	case follows(1, "0") && follows(2, "a"):
		return name + toks[1].text + toks[2].text, 3
	default:
		for long, i := name, 1; i < len(toks) && i < 6 && toks[i].kind == 'a'; i++ {
			if long += " " + toks[i].text; toks[i].is("time") {
				return long, i + 1
			}
		}
	}
	return name, n
}

// setZone takes a zone by its name, unless there is one already.
func (d *looseDate) setZone(name string) bool {
	name = strings.TrimPrefix(name, "etc/")
	offset, known := zoneNames[name]
	p, isPlace := places[name]
	if sign, n, ok := posixOffset(name); ok {
		offset, known = sign*n*hour, true
	}
	switch {
	case d.hasZone:
	case known:
		d.offset, d.hasZone = offset, true
	case isPlace:
		d.place, d.hasZone = &p, true
	}
	return known || isPlace
}

// posixOffset reads "gmt+1", which is an hour west of Greenwich where it follows "etc/".
func posixOffset(name string) (sign, hours int, ok bool) {
	digits, ok := strings.CutPrefix(name, "gmt")
	if !ok || len(digits) < 2 || digits[0] != '+' && digits[0] != '-' {
		return 0, 0, false
	}
	hours, err := strconv.Atoi(digits[1:])
	if sign = -1; digits[0] == '-' {
		sign = 1
	}
	return sign, hours, err == nil && hours <= 14
}

func (d *looseDate) takeWord(toks []dateToken, i int) int {
	w := toks[i].text
	next := dateToken{}
	if i+1 < len(toks) {
		next = toks[i+1]
	}
	if w == "pt" && d.hasTime && !d.hasZone && (d.month != 0 || len(d.numbers) > 2) { // which is a weekday in Polish
		d.setZone(w)
		return 1
	}
	if month, ok := monthNames[w]; ok {
		if day, both := weekdayNames[w]; both && d.weekday < 0 && d.month == 0 && (next.kind == ',' || anotherMonth(toks[i+1:])) {
			d.weekday = day
			return 1
		}
		if d.month != 0 {
			return 0
		}
		d.month, d.lastSep = month, 0
		return 1
	}
	if day, ok := weekdayNames[w]; ok {
		d.weekday = day
		return 1
	}
	if half := halves[w]; half != 0 {
		d.half = half
		return 1
	}
	if (w == "a" || w == "p") && isHalf(toks, i) {
		d.half = 1
		if w == "p" {
			d.half = 2
		}
		return 3
	}
	if w == "t" && len(d.numbers) > 0 && next.kind == '0' {
		d.isoTime = true
		return 1
	}
	if w == "w" && len(d.numbers) == 1 && next.kind == '0' {
		d.week, d.lastSep = true, 0
		return 1
	}
	name, n := zoneName(toks[i:])
	if d.hasTime && d.setZone(name) {
		return n
	}
	if dateFillers[w] || i == 0 && next.kind == ',' {
		return 1
	}
	if d.hasTime && !d.zoneWord && text.IsASCII(name) { // the zone, or that of an offset once more
		d.unknown = !d.hasZone
		d.zoneWord, d.hasZone = true, true
		return n
	}
	return 0
}

func anotherMonth(toks []dateToken) bool {
	return slices.ContainsFunc(toks, func(t dateToken) bool { _, ok := monthNames[t.text]; return ok && t.kind == 'a' })
}

// dateNumber reads a date that is one number: a year, year and month, day of
// the year, calendar date with or without time, or the seconds or milliseconds
// since 1970.
func dateNumber(s string) (time.Time, bool) {
	number, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	c := civil{month: 1, day: 1}
	n := int(min(number, math.MaxInt32)) // all of one with up to nine digits
	switch len(s) {
	case 4:
		c.year = n
	case 6:
		c.year, c.month = n/100, n%100
	case 7:
		return ordinalDate(n/1000, n%1000, c)
	case 8:
		c.year, c.month, c.day = n/10000, n/100%100, n%100
	case 12, 14:
		if len(s) == 14 {
			c.second = int(number % 100)
			number /= 100
		}
		day, clock := int(number/10_000), int(number%10_000)
		c.year, c.month, c.day, c.hour, c.minute = day/10_000, day/100%100, day%100, clock/100, clock%100
	case 10:
		if number < 1_000_000_000 || number >= 1_900_000_000 { // 2004052823 could be a date and an hour
			return time.Time{}, false
		}
		return time.Unix(number, 0).UTC(), true
	case 13:
		if number < 1_000_000_000_000 || number >= 1_900_000_000_000 {
			return time.Time{}, false
		}
		return time.UnixMilli(number).UTC(), true
	default:
		return time.Time{}, false
	}
	if c.year < 1000 {
		return time.Time{}, false
	}
	return c.time()
}

func ordinalDate(year, day int, c civil) (time.Time, bool) {
	if day < 1 || day > 365 && day != 337+daysIn(year, 2) {
		return time.Time{}, false
	}
	t := time.Date(year, 1, day, 0, 0, 0, 0, time.UTC)
	c.year, c.month, c.day = year, int(t.Month()), t.Day()
	return c.time()
}

// time puts the parts together.
func (d *looseDate) time() (time.Time, bool) {
	if !d.applyHalf() {
		return time.Time{}, false
	}
	if d.week {
		return d.weekDate()
	}
	n := d.numbers
	if d.month != 0 {
		return d.withMonth()
	}
	switch {
	case len(n) == 1 && len(n[0].text) == 8:
		d.year, d.month, d.day = n[0].n/10000, n[0].n/100%100, n[0].n%100
	case len(n) == 1 && len(n[0].text) == 7:
		return ordinalDate(n[0].n/1000, n[0].n%1000, d.civil)
	case len(n) == 1 && len(n[0].text) == 6 && d.isoTime:
		d.year, d.month, d.day = fullYear(n[0].n/10000, 2), n[0].n/100%100, n[0].n%100
	case len(n) == 2 && len(n[0].text) == 4 && len(n[1].text) == 3:
		return ordinalDate(n[0].n, n[1].n, d.civil)
	case len(n) == 2 && len(n[0].text) == 4 && len(n[1].text) <= 2:
		d.year, d.month, d.day = n[0].n, n[1].n, 1
	case len(n) == 3 && len(n[0].text) == 4 && len(n[1].text) <= 3 && len(n[2].text) <= 2:
		d.year, d.month, d.day = n[0].n, n[1].n, n[2].n
	case len(n) == 3 && len(n[2].text) == 4 && len(n[0].text) <= 2 && len(n[1].text) <= 2:
		return d.yearLast()
	case len(n) == 3 && d.seps[1] == '-' && d.seps[2] == '-' && (d.isoTime || n[0].n > 31):
		d.year, d.month, d.day = fullYear(n[0].n, len(n[0].text)), n[1].n, n[2].n
	default:
		return time.Time{}, false
	}
	return d.civil.time()
}

// applyHalf turns twelve hours into twenty-four.
func (d *looseDate) applyHalf() bool {
	switch {
	case d.half == 0 || d.hour > 12: // "15:04 PM" says it twice
		return true
	case !d.hasTime || d.hour == 0 && d.half == 1:
		return d.hasTime
	case d.half == 1 && d.hour == 12:
		d.hour = 0
	case d.half == 2 && d.hour < 12:
		d.hour += 12
	}
	return true
}

// withMonth finds day and year among the numbers beside a month's name. The
// year has four digits, is more than a day can be, or stands last.
func (d *looseDate) withMonth() (time.Time, bool) {
	n := d.numbers
	switch {
	case len(n) == 1 && len(n[0].text) == 4:
		d.year, d.day = n[0].n, 1
	case len(n) == 2 && (len(n[0].text) >= 3 || n[0].n > 31 && len(n[1].text) <= 2):
		d.year, d.day = fullYear(n[0].n, len(n[0].text)), n[1].n
	case len(n) == 2 && len(n[0].text) <= 2 && len(n[1].text) >= 2 && len(n[1].text) <= 4:
		d.year, d.day = fullYear(n[1].n, len(n[1].text)), n[0].n
	default:
		return time.Time{}, false
	}
	return d.civil.time()
}

// yearLast reads 28.5.2004, which has the day first, and 5/28/2004 and
// 28-05-2004, where the order is known only if one number can't be a month, if
// the weekday fits one of them alone, or from an American clock.
func (d *looseDate) yearLast() (time.Time, bool) {
	a, b := d.numbers[0].n, d.numbers[1].n
	dayFirst, monthFirst := d.civil, d.civil
	dayFirst.year, dayFirst.month, dayFirst.day = d.numbers[2].n, b, a
	monthFirst.year, monthFirst.month, monthFirst.day = d.numbers[2].n, a, b
	t1, ok1 := dayFirst.time()
	t2, ok2 := monthFirst.time()
	switch {
	case !ok2 || d.seps[1] == '.' || a == b:
		return t1, ok1
	case !ok1:
		return t2, ok2
	case d.weekday >= 0 && t1.Weekday() != t2.Weekday() && t1.Weekday() == d.weekday:
		return t1, true
	case d.weekday >= 0 && t1.Weekday() != t2.Weekday() && t2.Weekday() == d.weekday:
		return t2, true
	case d.seps[1] == '/' && d.half != 0:
		return t2, true
	}
	return time.Time{}, false
}

// weekDate reads ISO 8601 weeks: 2004-W22-5, 2004W225, 2004-W22.
func (d *looseDate) weekDate() (time.Time, bool) {
	n := d.numbers
	if len(n) < 2 || len(n) > 3 || len(n[0].text) != 4 {
		return time.Time{}, false
	}
	week, day := n[1].n, 1
	switch {
	case len(n) == 2 && len(n[1].text) == 3:
		week, day = n[1].n/10, n[1].n%10
	case len(n) == 3:
		day = n[2].n
	}
	if week < 1 || week > 53 || day < 1 || day > 7 {
		return time.Time{}, false
	}
	jan4 := time.Date(n[0].n, 1, 4, 0, 0, 0, 0, time.UTC) // always in the first week
	t := jan4.AddDate(0, 0, (week-1)*7+day-1-(int(jan4.Weekday())+6)%7)
	if _, w := t.ISOWeek(); w != week {
		return time.Time{}, false
	}
	d.year, d.month, d.day = t.Year(), int(t.Month()), t.Day()
	return d.civil.time()
}
