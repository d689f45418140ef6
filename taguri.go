package newsletter

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/automationregion/newsletter/internal/text"
	"github.com/automationregion/newsletter/internal/value"
)

// TagURI returns a tag URI (RFC 4151) that can serve as the ID of a letter or a
// newsletter: the host of the home page as authority, the date in UTC on which
// the owner of that host gave the name out, and the name itself.
// It needs no registry and stays the same when the page moves.
//
// A host beyond ASCII has to be in punycode (https://xn--bcher-kva.example/ for
// https://bücher.example/): a tag URI holds no other, and package
// golang.org/x/net/idna, which knows how, is not of the standard library.
//
// It returns an error if the home page has no domain name, the date is zero, or
// the name is empty or not one that every program writes the same way, such as
// text that is not in Unicode's normalisation form C. Characters of the name
// that a tag URI can't hold are percent-encoded.
func TagURI(homePage string, date time.Time, name string) (string, error) {
	u, err := url.Parse(homePage)
	if err != nil {
		return "", fmt.Errorf("tag URI: home page: %w", err)
	}
	host := strings.ToLower(u.Hostname())
	if strings.IndexFunc(host, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
		return "", fmt.Errorf("tag URI: home page %q: its host is required in punycode, as in xn--bcher-kva.example for bücher.example", homePage)
	}
	if !isDomainName(host) {
		return "", fmt.Errorf("tag URI: home page %q has no domain name", homePage)
	}
	if date.IsZero() || date.Year() < 0 || date.Year() > 9999 {
		return "", fmt.Errorf("tag URI: %q needs a date", name)
	}
	if name == "" {
		return "", fmt.Errorf("tag URI: the name is empty")
	}
	// Trailing "-01" may be left out (RFC 4151, section 2.1), but two forms of
	// one tag are two tags: the full date is the one form here.
	tag := "tag:" + host + "," + date.UTC().Format("2006-01-02") + ":" + escapeTag(name)
	if !isTag(strings.TrimPrefix(tag, "tag:")) {
		return "", fmt.Errorf("tag URI: %q can be escaped in more than one way", name)
	}
	return tag, nil
}

// isDomainName reports whether host is a DNS name (RFC 4151, section 2.1).
func isDomainName(host string) bool {
	if host == "" || strings.HasPrefix(host, ".") {
		return false
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return false
	}
	for i := range len(host) {
		c := host[i]
		if !text.IsAlnum(c) && c != '-' && c != '.' {
			return false
		}
	}
	return true
}

// escapeTag percent-encodes what pchar, "/" and "?" of RFC 3986 leave out.
func escapeTag(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if text.IsAlnum(c) || strings.IndexByte("-._~!$&'()*+,;=:@/?", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteString(text.Percent(c))
	}
	return b.String()
}

// isTag reports whether s is what follows "tag:" (RFC 4151): an authority, a
// date and a name.
func isTag(s string) bool {
	entity, name, ok := strings.Cut(s, ":")
	if !ok || name == "" {
		return false
	}
	authority, date, ok := strings.Cut(entity, ",")
	if !ok || !isTagDate(date) {
		return false
	}
	user, host, isMail := strings.Cut(authority, "@")
	if !isMail {
		user, host = "-", authority
	}
	if user == "" || host == "" || host != strings.ToLower(host) || user != strings.ToLower(user) {
		return false
	}
	for i := range len(user) {
		if !text.IsAlnum(user[i]) && strings.IndexByte("-._", user[i]) < 0 {
			return false
		}
	}
	for i := range len(host) {
		if !text.IsAlnum(host[i]) && host[i] != '-' && host[i] != '.' {
			return false
		}
	}
	normal, ok := normalEscapes(name)
	return ok && normal == name
}

// isTagDate reports whether s is a year, a month or a day.
func isTagDate(s string) bool {
	switch len(s) {
	case 4:
		return value.IsDigits(s)
	case 7:
		return s[4] == '-' && value.IsDigits(s[:4]) && value.IsDigits(s[5:])
	case 10:
		return s[7] == '-' && value.IsDigits(s[8:]) && isTagDate(s[:7])
	}
	return false
}

// normalEscapes writes escapes in capitals, and unescapes what needs none. It
// reports false for an escape whose normal form nobody agrees on: bytes that are
// no UTF-8, characters that Unicode normalises, a "%" before what looks like
// another escape.
func normalEscapes(s string) (string, bool) {
	if strings.IndexByte(s, '%') < 0 {
		return s, true
	}
	var b strings.Builder
	var run strings.Builder // what a run of escapes stands for
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		c, ok := text.Unpercent(s[i:])
		if !ok {
			return "", false
		}
		i += 2
		if text.IsUnreserved(c) {
			b.WriteByte(c)
			continue
		}
		if c == '%' {
			if _, twice := text.Unpercent("%" + s[i+1:]); twice {
				return "", false
			}
		}
		if c >= utf8.RuneSelf {
			run.WriteByte(c)
			if i+1 == len(s) || s[i+1] != '%' {
				if !isStableText(run.String()) {
					return "", false
				}
				run.Reset()
			}
		}
		b.WriteString(text.Percent(c))
	}
	return b.String(), isStableText(run.String())
}

// isStableText reports whether s is UTF-8 that Unicode normalisation keeps.
func isStableText(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return unicode.Is(normalised, r) }) < 0
}

// normalised holds the characters that normalisation form C replaces, or joins
// with the one before, but for the vowel signs that Indic scripts write apart.
var normalised = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x0300, 0x036F, 1}, {0x0374, 0x0374, 1}, {0x037E, 0x037E, 1}, {0x0387, 0x0387, 1}, // Latin, Greek
		{0x0653, 0x0655, 1},                                                                                                          // Arabic
		{0x0958, 0x095F, 1}, {0x09DC, 0x09DF, 1}, {0x0A33, 0x0A36, 3}, {0x0A59, 0x0A5B, 1}, {0x0A5E, 0x0A5E, 1}, {0x0B5C, 0x0B5D, 1}, // Indic
		{0x1161, 0x1175, 1}, {0x11A8, 0x11C2, 1}, // Hangul
		{0x1F71, 0x1F7D, 2}, {0x1FBB, 0x1FBE, 3}, {0x1FC9, 0x1FCB, 2}, {0x1FD3, 0x1FEB, 8}, {0x1FEE, 0x1FEF, 1}, {0x1FF9, 0x1FFD, 2}, // Greek
		{0x2000, 0x2001, 1}, {0x2126, 0x2126, 1}, {0x212A, 0x212B, 1}, {0x2329, 0x232A, 1}, {0x2ADC, 0x2ADC, 1}, // symbols
		{0x3099, 0x309A, 1}, // Kana
		{0xF900, 0xFAD9, 1}, // Han
		{0xFB1D, 0xFB4E, 1}, // Hebrew
	},
	R32: []unicode.Range32{{0x1D15E, 0x1D1C0, 1}, {0x2F800, 0x2FA1D, 1}},
}
