package feed

import "time"

// timestamp returns a time as RFC 3339 has it, with as many digits as it needs,
// and nothing for the zero time.
func timestamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}

// rssDate returns a time as RFC 822 has it, and whether that is the whole
// truth: it has no fraction of a second, and readers know no zone that is not
// whole half hours from UTC. It is empty for the zero time.
func rssDate(t time.Time) (date string, whole bool) {
	if t.IsZero() {
		return "", true
	}
	whole = isRSSDate(t)
	if _, offset := t.Zone(); offset%1800 != 0 {
		t = t.UTC()
	}
	return t.Format(time.RFC1123Z), whole
}

// isRSSDate reports whether RFC 822 can hold a time, or there is none.
func isRSSDate(t time.Time) bool {
	_, offset := t.Zone()
	return t.IsZero() || t.Nanosecond() == 0 && offset%1800 == 0
}

// seconds returns a duration in whole seconds.
func seconds(d time.Duration) int64 { return int64(d / time.Second) }
