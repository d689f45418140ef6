package dates

import (
	"strings"
	"time"
)

// What follows reads dates to the letter of their specifications, for who judges them.

// ISO reads a date of ISO 8601 in the form that the Web has of it: a year, a month, a
// day, a time of day to the minute or the second, and a zone. It returns how many of
// the first six there are.
func ISO(s string) (t time.Time, parts int, zoned, ok bool) {
	const farthest = 24*hour + 59*60
	c, parts, zone, ok := isoParts(s)
	switch {
	case !ok, c.month < 1, c.month > 12, c.day < 1, c.day > daysIn(c.year, c.month), c.hour > 23, c.minute > 59, c.second > 60,
		parts > 3 && s[len("2004-05-28")] != 'T',
		zone != "" && zone != "Z" && len(zone) != len("+00:00"), c.offset < -farthest, c.offset > farthest:
		return time.Time{}, 0, false, false
	}
	return c.instant(), parts, zone != "", true
}

// Mail reads a date of e-mail as RFC 2822 has it written. It returns the day of the
// week that it names, -1 for no name, and whether there is such a day in its month.
func Mail(s string) (t time.Time, weekday int, isDay, ok bool) {
	d, ok := mailParts(s)
	if !ok || d.month == 0 || d.monthName != time.Month(d.month).String()[:3] || d.hour > 23 || d.minute > 59 || d.second > 60 {
		return time.Time{}, 0, false, false
	}
	weekday = -1
	for i := range 7 {
		if d.weekday == time.Weekday(i).String()[:3] {
			weekday = i
		}
	}
	sign, numeric := strings.CutPrefix(strings.Replace(d.zone, "-", "+", 1), "+")
	switch {
	case weekday < 0 && d.weekday != "", d.zone == "UTC", d.zone == "z",
		numeric && (len(sign) != 4 || sign[2:] != "00" && sign[2:] != "30"):
		return time.Time{}, 0, false, false
	}
	return d.instant(), weekday, d.day >= 1 && d.day <= daysIn(d.year, d.month), true
}

// instant is the time of a date, whatever year and zone it is in.
func (c civil) instant() time.Time {
	return time.Date(c.year, time.Month(c.month), c.day, c.hour, c.minute, min(c.second, 59), 0, zone(c.offset)) // a leap second is no other day
}
