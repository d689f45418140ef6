package newsletter

import (
	"path"
	"strings"
)

// isURL reports whether s is an absolute URL as every feed format takes one:
// RFC 3986 without the brackets of an IPv6 address, in a scheme that feed
// validators know.
func isURL(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || !isURLScheme(strings.ToLower(scheme)) {
		return false
	}
	return isURIText(rest) && (hasHost(rest) || !needsHost(scheme))
}

// isPage reports whether s is an absolute URL of a host, as a document has one
// that is published.
func isPage(s string) bool {
	scheme, _, _ := strings.Cut(s, ":")
	return needsHost(scheme) && isURL(s)
}

func mendPage(s string) string {
	if s = mendURL(s); isPage(s) {
		return s
	}
	return ""
}

// isURLScheme reports whether scheme, in small letters, is one that a page, a
// picture or a person can have an address in.
func isURLScheme(scheme string) bool {
	switch scheme {
	case "http", "https", "ftp", "gopher", "mailto", "news", "nntp", "tel", "sip", "sips", "xmpp",
		"data", "info", "cid", "mid", "dav", "rtsp", "ldap", "dns", "file", "imap", "nfs", "telnet":
		return true
	}
	return false
}

func needsHost(scheme string) bool {
	switch strings.ToLower(scheme) {
	case "http", "https", "ftp":
		return true
	}
	return false
}

// isURIText reports whether s holds only characters that a URI has unescaped,
// whole escapes, and one "#" at most.
func isURIText(s string) bool {
	fragment := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '%':
			if !isEscape(s[i:]) {
				return false
			}
		case c == '#':
			if fragment {
				return false
			}
			fragment = true
		case !isURIByte(c):
			return false
		}
	}
	return s != ""
}

func isURIByte(c byte) bool {
	return isLetterOrDigit(c) || strings.IndexByte("-._~:/?@!$&'()*+,;=", c) >= 0
}

func isEscape(s string) bool {
	return len(s) >= 3 && s[0] == '%' && isHex(s[1]) && isHex(s[2])
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// hasHost reports whether what follows a scheme begins with the authority of a
// host: a name or an IPv4 address, perhaps with a port.
func hasHost(rest string) bool {
	rest, ok := strings.CutPrefix(rest, "//")
	if !ok {
		return false
	}
	authority := rest[:endOfAuthority(rest)]
	_, host, user := cutLast(authority, "@")
	if !user {
		host = authority
	}
	host, port, _ := strings.Cut(host, ":")
	return host != "" && (port == "" || isDigits(port) && len(port) <= 5)
}

func endOfAuthority(s string) int {
	if i := strings.IndexAny(s, "/?#"); i >= 0 {
		return i
	}
	return len(s)
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// mendURL returns s as a URL that isURL takes, or "" if it is none: what a URL
// can't hold is percent-encoded, and space around it is dropped.
func mendURL(s string) string {
	s = escapeURI(strings.TrimSpace(s))
	if isURL(s) {
		return s
	}
	return ""
}

// escapeURI percent-encodes every byte that a URI can't hold as it is, and every
// "%" that begins no escape.
func escapeURI(s string) string {
	fragment := false
	clean := true
	for i := range len(s) {
		clean = clean && isURIByte(s[i])
	}
	if clean {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case isURIByte(c), c == '%' && isEscape(s[i:]), c == '#' && !fragment:
			fragment = fragment || c == '#'
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(upperHex[c>>4])
			b.WriteByte(upperHex[c&15])
		}
	}
	return b.String()
}

const upperHex = "0123456789ABCDEF"

// hostOf returns the host of a URL, or "".
func hostOf(s string) string {
	_, rest, _ := strings.Cut(s, "://")
	authority := rest[:endOfAuthority(rest)]
	if _, host, ok := cutLast(authority, "@"); ok {
		authority = host
	}
	host, _, _ := strings.Cut(authority, ":")
	return host
}

// extensionOf returns the extension of the file that a URL names, in small
// letters, with its dot.
func extensionOf(s string) string {
	s, _, _ = strings.Cut(s, "#")
	s, _, _ = strings.Cut(s, "?")
	return strings.ToLower(path.Ext(s))
}
