// Package value says what values of the model may be that are strings: addresses,
// languages, IDs, lines. Each kind has a function that knows it, and one that makes the
// closest to it of what is none.
package value

import (
	"strings"
	"unicode/utf8"

	"github.com/automationregion/newsletter/internal/text"
	"github.com/automationregion/newsletter/internal/xmlchar"
)

// MendHTML drops what XML can't hold, and reads C1 controls as the Windows-1252
// characters that they once were.
func MendHTML(s string) string {
	if !xmlchar.Holds(s) {
		s = strings.Map(func(r rune) rune {
			switch {
			case r < ' ' && r != '\t' && r != '\n' && r != '\r', r == utf8.RuneError, r == 0xFFFE, r == 0xFFFF:
				return -1
			case 0x80 <= r && r < 0xA0:
				if r = text.Windows1252[r-0x80]; r < 0xA0 {
					return -1
				}
			}
			return r
		}, s)
	}
	return strings.Trim(s, " \t\n\r") // a no-break space is part of the text
}

// MendText drops what XML can't hold, reads C1 controls as the Windows-1252
// characters that they once were, and ends lines with "\n".
func MendText(s string) string {
	if strings.Contains(s, "\r") {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	return MendHTML(s)
}

// MendLine is MendText for one line: a run of white space is one space. Spaces
// that don't break a line stay.
func MendLine(s string) string {
	s = MendText(s)
	if !strings.ContainsAny(s, "\t\n") && !strings.Contains(s, "  ") {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' }), " ")
}

// IsID reports whether every format can hold s as an ID. Nothing else is asked of
// it: what it was is what subscribers know a letter by.
func IsID(s string) bool {
	return xmlchar.Holds(s) && !strings.ContainsAny(s, "\t\n\r") && s == strings.Trim(s, " ")
}

// MendID drops what an ID can't hold, and keeps all else.
func MendID(s string) string {
	if IsID(s) {
		return s
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' {
			return ' '
		}
		return r
	}, MendText(s)))
}

// IsEmail reports whether s is something at something (RFC 4287, section 3.2.3).
func IsEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	return at > 0 && at < len(s)-1 && xmlchar.Holds(s) && !strings.ContainsAny(s, " \t\n\r<>")
}

func MendEmail(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > len("mailto:") && strings.EqualFold(s[:len("mailto:")], "mailto:") {
		s = s[len("mailto:"):]
	}
	if start, end := strings.LastIndexByte(s, '<'), strings.LastIndexByte(s, '>'); start >= 0 && start < end {
		s = s[start+1 : end]
	}
	if IsEmail(s) {
		return s
	}
	return ""
}

// MendLanguage reads POSIX locales too, and keeps what is a tag in what is none.
func MendLanguage(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), ".")
	s = strings.ReplaceAll(s, "_", "-")
	return s[:languagePrefix(s)]
}

// IsRel reports whether s says how a page relates to a letter (RFC 8288,
// section 2.1): the name of a relation, or an IRI. An enclosure is an attachment.
func IsRel(s string) bool {
	return isRelationName(s) && s != "enclosure" || isAbsolute(s) && !strings.HasPrefix(s, ianaRelations)
}

func isRelationName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (i == 0 || c != '.' && c != '-' && (c < '0' || c > '9')) {
			return false
		}
	}
	return s != ""
}

// ianaRelations is the IRI that the registered relations are below (RFC 4287,
// section 4.2.7.2); feeds write their last part alone.
const ianaRelations = "http://www.iana.org/assignments/relation/"

func MendRel(s string) string {
	s = strings.TrimSpace(s)
	s = strings.TrimPrefix(s, ianaRelations)
	if lower := strings.ToLower(s); !strings.Contains(s, ":") && IsRel(lower) {
		return lower
	}
	if IsRel(s) {
		return s
	}
	return ""
}
