package letters

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// slugOf makes a name fit for an address: small letters and digits of any
// script, with "-" for each run of other characters.
func slugOf(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFC.String(strings.ToLower(name)) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) && b.Len() > 0:
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			b.WriteRune(r)
			gap = false
		case (r == '.' || r == '_') && !gap && b.Len() > 0:
			b.WriteRune(r)
		default:
			gap = true
		}
	}
	return strings.TrimRight(norm.NFC.String(b.String()), "._")
}

// nameTag is a language as file names have it: two letters, and perhaps a
// script or region. Longer codes are words in too many file names.
var nameTag = regexp.MustCompile(`^[A-Za-z]{2}(?:[-_][A-Za-z]{2,4})?$`)

func nameLanguage(s string) (string, bool) {
	if !nameTag.MatchString(s) {
		return "", false
	}
	tag, err := language.Parse(s)
	if err != nil {
		return "", false
	}
	return tag.String(), true
}
