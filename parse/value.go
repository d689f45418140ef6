package parse

import (
	"time"

	"github.com/automationregion/newsletter/internal/mediarss"
)

// articleSection is the scheme of the category that says what kind a letter is.
const articleSection = "https://schema.org/articleSection"

// length reads a number of bytes; what is none is zero.
func length(s string) int64 {
	if s == "" {
		return 0
	}
	return mediarss.Length(s)
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
