package letters

import (
	"strings"
	"unicode"

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
