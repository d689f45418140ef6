package dates

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	isoDate = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})` +
		`(?:(?:[Tt]|[ \t]+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?[ \t]*(Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?$`)
	dayFirstDate   = regexp.MustCompile(`^(?:den )?(\d{1,2})(?:st|nd|rd|th|:e|\.)? (?:of )?(\pL+)\.?,? (\d{4})$`)
	monthFirstDate = regexp.MustCompile(`^(\pL+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$`)
)

// letterMonths are the months as English and Swedish letters name them: the
// first two languages of the table.
var letterMonths = monthsOf(monthList[:2])

// ParseLetter reads the date of a letter: ISO 8601 with or without time and
// zone, or the long form of Swedish or English. What states no zone is UTC.
func ParseLetter(s string) (time.Time, bool) {
	s = strings.Join(strings.Fields(s), " ")
	if m := isoDate.FindStringSubmatch(s); m != nil {
		return isoTime(m)
	}
	if m := dayFirstDate.FindStringSubmatch(strings.ToLower(s)); m != nil {
		return civilDate(m[3], time.Month(letterMonths[m[2]]), m[1])
	}
	if m := monthFirstDate.FindStringSubmatch(strings.ToLower(s)); m != nil {
		return civilDate(m[3], time.Month(letterMonths[m[1]]), m[2])
	}
	return time.Time{}, false
}

// isoTime makes a time of the groups of isoDate.
func isoTime(m []string) (time.Time, bool) {
	month, _ := strconv.Atoi(m[2])
	day, ok := civilDate(m[1], time.Month(month), m[3])
	if !ok || m[4] == "" {
		return day, ok
	}
	hour, _ := strconv.Atoi(m[4])
	minute, _ := strconv.Atoi(m[5])
	second, _ := strconv.Atoi(m[6])
	nanosecond, _ := strconv.Atoi((m[7] + "000000000")[:9])
	location, ok := letterZone(m[8])
	if !ok || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	return time.Date(day.Year(), day.Month(), day.Day(), hour, minute, second, nanosecond, location), true
}

// civilDate returns the start of a day, if there is such a day.
func civilDate(year string, month time.Month, day string) (time.Time, bool) {
	y, _ := strconv.Atoi(year)
	d, _ := strconv.Atoi(day)
	t := time.Date(y, month, d, 0, 0, 0, 0, time.UTC)
	return t, y > 0 && 1 <= month && month <= 12 && t.Day() == d && t.Month() == month
}

// letterZone reads "+01:00", "+0100", "+01" or a name of UTC.
func letterZone(s string) (*time.Location, bool) {
	if s == "" || s[0] != '+' && s[0] != '-' {
		return time.UTC, true
	}
	hours, _ := strconv.Atoi(s[1:3])
	minutes, _ := strconv.Atoi(strings.TrimPrefix(s[3:], ":"))
	if hours > 14 || minutes > 59 { // no zone is further from UTC
		return nil, false
	}
	offset := (hours*60 + minutes) * 60
	if s[0] == '-' {
		offset = -offset
	}
	if offset == 0 {
		return time.UTC, true
	}
	return time.FixedZone("", offset), true
}
