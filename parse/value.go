package parse

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// articleSection is the scheme of the category that says what kind a letter is.
const articleSection = "https://schema.org/articleSection"

// length reads a number of bytes; what is none is zero.
func length(s string) int64 {
	if s = oneLine(s); s == "" {
		return 0
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(s, ",", ""), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// durationOf reads seconds, or hours, minutes and seconds with colons, as whole
// seconds.
func durationOf(s string) time.Duration {
	if s = oneLine(s); s == "" {
		return 0
	}
	total := 0.0
	parts := strings.Split(s, ":")
	if len(parts) > 3 {
		return 0
	}
	for _, part := range parts {
		n, err := strconv.ParseFloat(part, 64)
		if err != nil || !(n >= 0) || n > 1e8 {
			return 0
		}
		total = total*60 + n
	}
	return time.Duration(math.Round(total)) * time.Second
}

// firstTime returns the first time that is stated.
func firstTime(times ...time.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}
