package clean

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// withASCIIHost returns the URL with a host beyond ASCII in punycode, which every
// program knows, where [url.URL.String] would write percent escapes: u itself if
// there is nothing to do, or if the host is no name (RFC 5891).
func withASCIIHost(u *url.URL) *url.URL {
	if !strings.ContainsFunc(u.Host, func(r rune) bool { return r >= utf8.RuneSelf }) || strings.HasPrefix(u.Host, "[") {
		return u
	}
	host, err := idna.Lookup.ToASCII(strings.ToValidUTF8(u.Hostname(), "\uFFFD"))
	if err != nil {
		return u
	}
	if port := u.Port(); port != "" {
		host += ":" + port
	}
	named := *u
	named.Host = host
	return &named
}
