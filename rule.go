package newsletter

import (
	"html"
	"regexp"
	"strings"
	"unicode/utf8"
)

// The kinds of text that the model has. RFC 4287, the RSS Advisory Board's
// profile and the W3C feed validator agree on what they take.
var (
	ruleLine      = rule{"text without control characters or spoilt ones", isText, mendLine}
	ruleLabel     = rule{"text without tags, e-mail addresses, control characters or spoilt ones", isLabel, mendLabel}
	ruleText      = rule{"text without control characters or spoilt ones", isText, mendText}
	ruleHTML      = rule{"HTML of characters that XML can hold", isXML, mendHTML}
	ruleID        = rule{"a permanent, absolute IRI in normal form", isID, mendID}
	ruleIRI       = rule{"an absolute IRI", isIRI, mendIRI}
	ruleURL       = rule{"an absolute URL", isURL, mendURL}
	rulePage      = rule{"an absolute URL of a web page", isPage, mendPage}
	ruleEmail     = rule{"an e-mail address", isEmail, mendEmail}
	ruleLanguage  = rule{"a BCP 47 language tag", isLanguage, mendLanguage}
	ruleMediaType = rule{`a media type such as "application/pdf"`, isMediaType, mendMediaType}
	ruleRel       = rule{"a registered link relation or an absolute IRI", isRel, mendRel}
)

// rules says what each type of field that is a string may hold.
var rules = [...]*rule{
	TypeLine: &ruleLine, TypeLabel: &ruleLabel, TypeText: &ruleText, TypeHTML: &ruleHTML,
	TypeID: &ruleID, TypeIRI: &ruleIRI, TypeURL: &ruleURL, TypePage: &rulePage, TypeEmail: &ruleEmail,
	TypeLanguage: &ruleLanguage, TypeMediaType: &ruleMediaType, TypeRelation: &ruleRel,
}

// isXML reports whether XML 1.0 can hold s (section 2.2), without the C1 controls
// that it discourages and HTML takes for Windows-1252.
func isXML(s string) bool {
	for i := 0; i < len(s); {
		if len(s)-i >= 8 && isPlain(s[i:i+8]) {
			i += 8
			continue
		}
		if c := s[i]; c < utf8.RuneSelf {
			if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 || r < 0xA0 || r == 0xFFFE || r == 0xFFFF {
			return false
		}
		i += size
	}
	return true
}

// isPlain reports whether each of eight bytes is ASCII from the space on. It
// looks at all of them at once: letters are mostly made of such bytes.
func isPlain(s string) bool {
	_ = s[7]
	x := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	const spaces, high = 0x2020202020202020, 0x8080808080808080
	return (x|(x-spaces))&high == 0
}

// isText reports whether XML 1.0 can hold s, and nothing in it says that text
// was spoilt on the way here: control characters and noncharacters, the
// replacement character, UTF-8 that was read as Latin-1.
func isText(s string) bool {
	latin1 := false
	for _, r := range s {
		if !isPrintable(r) {
			return false
		}
		latin1 = latin1 || r == 'Â' || r == 'Ã'
	}
	return !latin1 || fromLatin1(s) == s
}

// isPrintable reports whether text has the character. Invalid UTF-8 is
// [utf8.RuneError].
func isPrintable(r rune) bool {
	switch {
	case r < ' ':
		return r == '\t' || r == '\n' || r == '\r'
	case r < utf8.RuneSelf:
		return r != 0x7F
	}
	return r >= 0xA0 && r != utf8.RuneError && !isNoncharacter(r)
}

func isNoncharacter(r rune) bool { return r&0xFFFE == 0xFFFE || 0xFDD0 <= r && r <= 0xFDEF }

// fromLatin1 returns text in UTF-8 that was read as Latin-1 as what it was, and
// any other as it is. It looks at each part between the characters that feeds
// escape on its own, because feed validators do.
func fromLatin1(s string) string {
	if !strings.ContainsAny(s, "ÂÃ") {
		return s
	}
	var b strings.Builder
	for s != "" {
		end := strings.IndexAny(s, "&<>\n") + 1
		if end == 0 {
			end = len(s)
		}
		part := s[:end]
		if strings.ContainsAny(part, "ÂÃ") {
			if was := latin1(part); utf8.ValidString(was) {
				part = was
			}
		}
		b.WriteString(part)
		s = s[end:]
	}
	return b.String()
}

// latin1 returns the bytes of text in Latin-1, or bytes that are no UTF-8.
func latin1(s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 0xFF {
			return "\xFF"
		}
		b = append(b, byte(r))
	}
	return string(b)
}

// mendHTML drops what XML can't hold, and reads C1 controls as the Windows-1252
// characters that they once were.
func mendHTML(s string) string {
	if !isXML(s) {
		s = strings.Map(func(r rune) rune {
			switch {
			case r < ' ' && r != '\t' && r != '\n' && r != '\r', r == utf8.RuneError, r == 0xFFFE, r == 0xFFFF:
				return -1
			case 0x80 <= r && r < 0xA0:
				return windows1252[r-0x80]
			}
			return r
		}, s)
	}
	return strings.TrimSpace(s)
}

// mendText drops what XML can't hold, reads C1 controls as the Windows-1252
// characters that they once were, and ends lines with "\n".
func mendText(s string) string {
	if strings.Contains(s, "\r") {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	s = mendHTML(fromLatin1(s))
	for !isText(s) {
		s = fromLatin1(mendHTML(strings.Map(printable, s)))
	}
	return s
}

// printable returns r, or -1 if text has no such character.
func printable(r rune) rune {
	if isPrintable(r) {
		return r
	}
	return -1
}

// windows1252 holds the characters of the bytes from 0x80 to 0x9F.
var windows1252 = [32]rune{
	'€', -1, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', -1, 'Ž', -1,
	-1, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', -1, 'ž', 'Ÿ',
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

// isLabel reports whether s is text that stays text where a format doesn't say
// whether it holds HTML, and no person's address either.
func isLabel(s string) bool {
	return isText(s) && (strings.IndexByte(s, '<') < 0 || !closingTag.MatchString(s) && !bracketed.MatchString(s))
}

var (
	closingTag = regexp.MustCompile(`</\w`)
	anyTag     = regexp.MustCompile(`</?\w[^<>]*>?`)
	bracketed  = regexp.MustCompile(`<[^<>@]+@[^<>@]+>`)
)

// mendLabel takes tags and addresses out, and what is left of HTML that was
// escaped over and over.
func mendLabel(s string) string {
	s = mendLine(s)
	for range 4 {
		if isLabel(s) {
			return s
		}
		s = mendLine(html.UnescapeString(anyTag.ReplaceAllString(bracketed.ReplaceAllString(s, ""), "")))
	}
	return mendLine(strings.ReplaceAll(s, "<", ""))
}

// mendID brings an IRI in normal form, and takes a bare UUID for what it is.
func mendID(s string) string {
	if isUUID(s) {
		return "urn:uuid:" + s
	}
	id, ok := normalID(escapeURI(strings.TrimSpace(s)))
	if ok && isID(id) {
		return id
	}
	return ""
}

// isIRI reports whether s is an absolute IRI, of any scheme that feeds can hold.
func isIRI(s string) bool {
	_, ok := normalID(s)
	return ok || isURL(s)
}

func mendIRI(s string) string {
	s = escapeURI(strings.TrimSpace(s))
	if isIRI(s) {
		return s
	}
	return ""
}

// isEmail reports whether s is a plain e-mail address (RFC 5321) of a host that
// has a domain.
func isEmail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || local == "" {
		return false
	}
	for i := range len(local) {
		if !isLetterOrDigit(local[i]) && strings.IndexByte("_-+.'!#$%&*/=?^`{|}~", local[i]) < 0 {
			return false
		}
	}
	labels := strings.Split(domain, ".")
	for i, label := range labels {
		if label == "" || !isAlphanumeric(strings.ReplaceAll(label, "-", "")) || i == len(labels)-1 && label[0] == '-' {
			return false
		}
	}
	return len(labels) > 1
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

// isMediaType reports whether s is a media type (RFC 6838), perhaps with
// parameters.
func isMediaType(s string) bool {
	essence, parameters, _ := strings.Cut(s, ";")
	kind, sub, ok := strings.Cut(essence, "/")
	if !ok || !isToken(kind) || !isToken(sub) {
		return false
	}
	if parameters == "" {
		return !strings.Contains(s, ";")
	}
	for parameter := range strings.SplitSeq(parameters, ";") {
		name, value, ok := strings.Cut(strings.Trim(parameter, " "), "=")
		if !ok || !isToken(name) || !isToken(value) && !isQuoted(value) {
			return false
		}
	}
	return true
}

func isToken(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7F || strings.IndexByte(`()<>,;:\"/[]?=@`, c) >= 0 {
			return false
		}
	}
	return s != ""
}

func isQuoted(s string) bool {
	return len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' &&
		!strings.ContainsAny(s[1:len(s)-1], "\"\\\r\n\t") && isText(s)
}

func mendMediaType(s string) string {
	s = strings.TrimSpace(s)
	if isMediaType(s) {
		return s
	}
	essence, _, _ := strings.Cut(s, ";")
	if essence = strings.TrimSpace(essence); isMediaType(essence) {
		return essence
	}
	return ""
}

// isRel reports whether s says how a page relates to a letter (RFC 8288,
// section 2.1): a relation that feed readers know, or an IRI.
func isRel(s string) bool {
	switch s {
	case "alternate", "describedby", "license", "payment", "related", "replies", "via":
		return true
	}
	return isURL(s) && isNamed(s) && !strings.HasPrefix(s, ianaRelations)
}

// ianaRelations is the IRI that the registered relations are below (RFC 4287,
// section 4.2.7.2); feeds write their last part alone.
const ianaRelations = "http://www.iana.org/assignments/relation/"

// isNamed reports whether s has no part between dots that is longer than a host
// may have. Feed validators take a relation for a host name.
func isNamed(s string) bool {
	for part := range strings.SplitSeq(strings.TrimSuffix(s, "."), ".") {
		if part == "" || len(part) > 63 {
			return false
		}
	}
	return true
}

func mendRel(s string) string {
	s = strings.TrimSpace(s)
	s = strings.TrimPrefix(s, ianaRelations)
	if lower := strings.ToLower(s); !strings.Contains(s, ":") && isRel(lower) {
		return lower
	}
	if s = escapeURI(s); isRel(s) {
		return s
	}
	return ""
}
