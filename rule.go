package newsletter

import (
	"strings"
	"unicode/utf8"

	"github.com/automationregion/newsletter/internal/text"
	"github.com/automationregion/newsletter/internal/xmlchar"
)

// What each type of field may hold: what some format has room for. What a format
// asks for beyond that is its writer's affair, and what is good practice is nobody's
// here.
var (
	ruleLine     = rule{"text without control characters", xmlchar.Holds, mendLine}
	ruleText     = rule{"text without control characters", xmlchar.Holds, mendText}
	ruleHTML     = rule{"HTML of characters that XML can hold", xmlchar.Holds, mendHTML}
	ruleID       = rule{"an ID without control characters, and without white space around it", isID, mendID}
	ruleURL      = rule{"an absolute URL", isURL, mendURL}
	rulePage     = rule{"an absolute URL of a web page", isPage, mendPage}
	ruleEmail    = rule{"an e-mail address", isEmail, mendEmail}
	ruleLanguage = rule{"a BCP 47 language tag", isLanguage, mendLanguage}
	ruleRel      = rule{"the name of a link relation or an absolute IRI", isRel, mendRel}
)

// rules holds the rule of each type of field that is a string.
var rules = [...]*rule{
	TypeLine: &ruleLine, TypeText: &ruleText, TypeHTML: &ruleHTML,
	TypeID: &ruleID, TypeIRI: &ruleLine, TypeURL: &ruleURL, TypePage: &rulePage, TypeEmail: &ruleEmail,
	TypeLanguage: &ruleLanguage, TypeMediaType: &ruleLine, TypeRelation: &ruleRel,
}

// expects says what a rule wants of a text that breaks it.
func (r *rule) expects(s string) string {
	if (r == &ruleURL || r == &rulePage) && r.holds(escapeURL(s)) {
		return "an address whose spaces, quotes and brackets are percent-encoded"
	}
	return r.expected
}

// mendHTML drops what XML can't hold, and reads C1 controls as the Windows-1252
// characters that they once were.
func mendHTML(s string) string {
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

// mendText drops what XML can't hold, reads C1 controls as the Windows-1252
// characters that they once were, and ends lines with "\n".
func mendText(s string) string {
	if strings.Contains(s, "\r") {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	return mendHTML(s)
}

// mendLine is mendText for one line: a run of white space is one space. Spaces
// that don't break a line stay.
func mendLine(s string) string {
	s = mendText(s)
	if !strings.ContainsAny(s, "\t\n") && !strings.Contains(s, "  ") {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' }), " ")
}

// isID reports whether every format can hold s as an ID. Nothing else is asked of
// it: what it was is what subscribers know a letter by.
func isID(s string) bool {
	return xmlchar.Holds(s) && !strings.ContainsAny(s, "\t\n\r") && s == strings.Trim(s, " ")
}

// mendID drops what an ID can't hold, and keeps all else.
func mendID(s string) string {
	if isID(s) {
		return s
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' {
			return ' '
		}
		return r
	}, mendText(s)))
}

// isEmail reports whether s is something at something (RFC 4287, section 3.2.3).
func isEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	return at > 0 && at < len(s)-1 && xmlchar.Holds(s) && !strings.ContainsAny(s, " \t\n\r<>")
}

func mendEmail(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > len("mailto:") && strings.EqualFold(s[:len("mailto:")], "mailto:") {
		s = s[len("mailto:"):]
	}
	if start, end := strings.LastIndexByte(s, '<'), strings.LastIndexByte(s, '>'); start >= 0 && start < end {
		s = s[start+1 : end]
	}
	if isEmail(s) {
		return s
	}
	return ""
}

// mendLanguage reads POSIX locales too, and keeps what is a tag in what is none.
func mendLanguage(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), ".")
	s = strings.ReplaceAll(s, "_", "-")
	return s[:languagePrefix(s)]
}

// isRel reports whether s says how a page relates to a letter (RFC 8288,
// section 2.1): the name of a relation, or an IRI. An enclosure is an attachment.
func isRel(s string) bool {
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

func mendRel(s string) string {
	s = strings.TrimSpace(s)
	s = strings.TrimPrefix(s, ianaRelations)
	if lower := strings.ToLower(s); !strings.Contains(s, ":") && isRel(lower) {
		return lower
	}
	if isRel(s) {
		return s
	}
	return ""
}
