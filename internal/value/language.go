package value

import (
	"strings"

	"github.com/automationregion/newsletter/internal/text"
)

// IsLanguage reports whether tag is a well-formed BCP 47 tag (RFC 5646,
// section 2.1). Whether anybody speaks it is not asked.
func IsLanguage(tag string) bool {
	return languagePrefix(tag) == len(tag) && tag != ""
}

// languagePrefix returns the length of the longest part of s, from its
// beginning, that is a language tag, or 0.
func languagePrefix(s string) int {
	valid := 0
	stage := primary
	singleton := false // the subtag before opened an extension, which needs one more
	for end := 0; end < len(s); end++ {
		start := end
		for end < len(s) && s[end] != '-' {
			end++
		}
		subtag := s[start:end]
		next := subtagStage(subtag, stage)
		if next == malformed || singleton && stage != private && len(subtag) == 1 {
			break
		}
		singleton = len(subtag) == 1 && stage != private && next >= extension
		stage = next
		if !singleton {
			valid = end
		}
	}
	return valid
}

// The parts of a language tag, in the order that they come in.
type languageStage int

const (
	malformed languageStage = iota
	primary
	extlang
	script
	region
	variant
	extension
	private
)

// subtagStage returns which part of a tag the subtag is, where the one before
// was of the stage given, or malformed.
func subtagStage(s string, stage languageStage) languageStage {
	if len(s) == 0 || len(s) > 8 || !isAlphanumeric(s) {
		return malformed
	}
	letters := strings.IndexFunc(s, func(r rune) bool { return r < 'A' }) < 0
	switch {
	case stage == primary && (s == "x" || s == "X"):
		return private
	case stage == primary:
		if letters && len(s) >= 2 || s == "i" || s == "I" {
			return extlang
		}
		return malformed
	case stage == private, s == "x" || s == "X":
		return private
	case len(s) == 1:
		return extension
	case stage == extension:
		return extension
	case stage == extlang && len(s) == 3 && letters:
		return extlang
	case stage <= extlang && len(s) == 4 && letters:
		return script
	case stage <= script && (len(s) == 2 && letters || len(s) == 3 && IsDigits(s)):
		return region
	case stage <= variant && (len(s) >= 5 || len(s) == 4 && s[0] <= '9'):
		return variant
	}
	return malformed
}

func isAlphanumeric(s string) bool {
	for i := range len(s) {
		if !text.IsAlnum(s[i]) {
			return false
		}
	}
	return true
}

func IsDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
