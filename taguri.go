package newsletter

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// TagURI returns a tag URI (RFC 4151) that can serve as the ID of a letter or a
// newsletter: the host of the home page as authority, the date in UTC on which
// the owner of that host gave the name out, and the name itself.
// It needs no registry and stays the same when the page moves.
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
	if !isID(tag) {
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
		if !isLetterOrDigit(c) && c != '-' && c != '.' {
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
		if isLetterOrDigit(c) || strings.IndexByte("-._~!$&'()*+,;=:@/?", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(upperHex[c>>4])
		b.WriteByte(upperHex[c&15])
	}
	return b.String()
}

func isLetterOrDigit(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
