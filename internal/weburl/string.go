package weburl

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/automationregion/newsletter/internal/text"
)

// String returns a URL as [url.URL.String] does, but with a host beyond ASCII as
// it is: percent escapes in a host (https://b%C3%BCcher.example/) are refused by
// many programs (RFC 3987, section 3.1, wants punycode of who can't have letters).
func String(u *url.URL) string {
	if text.IsASCII(u.Host) || u.Opaque != "" || strings.HasPrefix(u.Host, "[") || !IsName(u.Host) {
		return u.String()
	}
	plain := *u
	plain.Host = "h"
	before, rest, _ := strings.Cut(plain.String(), "//")
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	return before + "//" + rest[:end-len(plain.Host)] + u.Host + rest[end:]
}

// IsName reports whether a host, without its percent escapes, has nothing beyond ASCII
// but what is seen: it is a text to show.
func IsName(host string) bool {
	return utf8.ValidString(host) && !strings.ContainsFunc(host, func(r rune) bool {
		return r >= utf8.RuneSelf && (unicode.IsSpace(r) || !unicode.IsGraphic(r))
	})
}
