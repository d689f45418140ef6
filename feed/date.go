package feed

import (
	"strconv"
	"strings"
	"time"
)

// timestamp returns a time as RFC 3339 has it, with as many digits as it needs,
// and nothing for the zero time.
func timestamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}

// dawn is the earliest time that readers and the W3C validator take for a date:
// one from before there were feeds looks like a mistake to them.
var dawn = time.Date(1990, time.January, 1, 0, 0, 0, 0, time.UTC)

func isEarly(t time.Time) bool { return !t.IsZero() && t.Year() < dawn.Year() }

// believed returns the time, and the dawn for an earlier one.
func believed(t time.Time) time.Time {
	if isEarly(t) {
		return dawn
	}
	return t
}

// late returns the timestamp of a time that readers believe, else nothing.
func late(t time.Time) string {
	if isEarly(t) {
		return ""
	}
	return timestamp(t)
}

// early returns the timestamp of a time that readers don't believe, else
// nothing. It goes where none looks for a date.
func early(t time.Time) string {
	if isEarly(t) {
		return timestamp(t)
	}
	return ""
}

// rssDate returns a time as RFC 822 has it, and whether that is the whole
// truth: it has no fraction of a second, and readers know no zone that is not
// whole half hours from UTC. It is empty for a time that readers don't believe.
func rssDate(t time.Time) (date string, whole bool) {
	if t.IsZero() || isEarly(t) {
		return "", true
	}
	_, offset := t.Zone()
	whole = t.Nanosecond() == 0
	if offset%1800 != 0 {
		t, whole = t.UTC(), false
	}
	return t.Format(time.RFC1123Z), whole
}

// seconds returns a duration in whole seconds.
func seconds(d time.Duration) int64 { return int64(d / time.Second) }

// stamps writes each time of a feed in a form of its own. Entries that say
// "updated" in the same words look to the W3C validator, and to readers that
// order by it, like a mistake; the same instant with one more zero does not.
type stamps map[string]int

func (s stamps) next(t time.Time) string {
	stamp := timestamp(t)
	again := s[stamp]
	s[stamp]++
	if again == 0 {
		return stamp
	}
	zone := strings.LastIndexAny(stamp, "Z+-")
	_, fraction, _ := strings.Cut(stamp[:zone], ".")
	if len(fraction)+again <= 9 {
		fraction += strings.Repeat("0", again)
	} else {
		// The zeros would grow without end; a time has no more than nine digits,
		// and what comes after them changes nothing.
		fraction += strings.Repeat("0", 9-len(fraction)) + strconv.Itoa(again)
	}
	return stamp[:len("2006-01-02T15:04:05")] + "." + fraction + stamp[zone:]
}
