package value

import (
	"net/netip"
	"path"
	"strings"
	"unicode"

	"github.com/automationregion/newsletter/internal/text"
	"github.com/automationregion/newsletter/internal/xmlchar"
)

// IsURL reports whether s is an absolute URL: a scheme, for the web's a host, and
// none of the characters that stand around addresses (RFC 3986, appendix C), which
// are percent-encoded in one. All others are nobody's affair but its server's: it
// stays as it was written. A script is no address.
func IsURL(s string) bool {
	if IsPlainPage(s) {
		return true
	}
	if !isAbsolute(s) {
		return false
	}
	if i := indexAround(s, 0); i >= 0 {
		from, to := hostIn(s)
		if !isIPLiteral(s[from:to]) || strings.ContainsAny(s[:from]+s[to:], around) {
			return false
		}
	}
	scheme, rest, _ := strings.Cut(s, ":")
	switch {
	case needsHost(scheme):
		return hasHost(rest)
	case strings.EqualFold(scheme, "javascript"), strings.EqualFold(scheme, "vbscript"):
		return false
	}
	return true
}

// around are the characters of ASCII that no URL has, but for the brackets of an
// address of IPv6: its end can't be told from that of the text around it.
const around = " \"<>[\\]^`{|}"

var isAround = func() (is [256]bool) {
	for i := range len(around) {
		is[around[i]] = true
	}
	return is
}()

// isOfHost are the bytes of a plain host.
var isOfHost = func() (is [256]bool) {
	for c := range is {
		is[c] = text.IsAlnum(byte(c)) || c == '.' || c == '-'
	}
	return is
}()

// isOdd are all bytes that a plain address has not.
var isOdd = func() (is [256]bool) {
	for c := range is {
		is[c] = isAround[c] || c <= ' ' || c >= 0x7F
	}
	return is
}()

// IsPlainPage reports of most addresses on the web that they are some, at a look at
// each byte. What it says of others is nothing.
func IsPlainPage(s string) bool {
	s, web := strings.CutPrefix(s, "http")
	s, absolute := strings.CutPrefix(strings.TrimPrefix(s, "s"), "://")
	if !web || !absolute {
		return false
	}
	i := 0
	for i < len(s) && isOfHost[s[i]] {
		i++
	}
	if i == 0 || i < len(s) && s[i] != '/' {
		return false
	}
	for ; i < len(s); i++ {
		if isOdd[s[i]] {
			return false
		}
	}
	return true
}

// indexAround returns where the first of those is, from i on, or -1.
func indexAround(s string, i int) int {
	for ; i < len(s); i++ {
		if isAround[s[i]] {
			return i
		}
	}
	return -1
}

// hostIn returns where in a URL its host is with its port, if it has one.
func hostIn(s string) (from, to int) {
	scheme, rest, _ := strings.Cut(s, "://")
	if rest == "" || strings.ContainsAny(scheme, ":/?#") {
		return 0, 0
	}
	from = len(scheme) + len("://")
	to = from + endOfAuthority(rest)
	return from + strings.LastIndexByte(s[from:to], '@') + 1, to
}

// EscapeURL percent-encodes what may not stand in a URL as it is. A backslash is a
// slash on the web, as browsers have it. The host stays: what doesn't belong in it
// makes it another one.
func EscapeURL(s string) string {
	if scheme, _, _ := strings.Cut(s, ":"); needsHost(scheme) {
		end := len(s)
		if i := strings.IndexAny(s, "?#"); i >= 0 {
			end = i
		}
		s = strings.ReplaceAll(s[:end], `\`, "/") + s[end:]
	}
	from, to := hostIn(s)
	var b strings.Builder
	done := 0
	for i := indexAround(s, 0); i >= 0; i = indexAround(s, i+1) {
		if i < from || i >= to {
			b.WriteString(s[done:i] + text.Percent(s[i]))
			done = i + 1
		}
	}
	return b.String() + s[done:]
}

// isAbsolute reports whether s begins with a scheme (RFC 3986, section 3.1), with
// something after it, and is on one line.
func isAbsolute(s string) bool {
	scheme := text.Scheme(s)
	return scheme != "" && len(s) > len(scheme)+1 && xmlchar.Holds(s) && !strings.ContainsAny(s, "\t\n\r") && strings.TrimSpace(s) == s
}

// IsPage reports whether s is an absolute URL of a host, as a document has one
// that is published.
func IsPage(s string) bool {
	scheme, _, _ := strings.Cut(s, ":")
	return needsHost(scheme) && IsURL(s)
}

func MendPage(s string) string {
	if s = MendURL(s); IsPage(s) {
		return s
	}
	return ""
}

func needsHost(scheme string) bool {
	switch strings.ToLower(scheme) {
	case "http", "https", "ftp":
		return true
	}
	return false
}

// hasHost reports whether what follows a scheme begins with the authority of a
// host: a name or an address, perhaps with a port.
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
	if strings.ContainsAny(host, "[]") {
		return isIPLiteral(host)
	}
	return host != "" && host[0] != ':' && strings.IndexFunc(host, unicode.IsSpace) < 0
}

// isIPLiteral reports whether a host is an address of IPv6 in brackets, perhaps with
// a port (RFC 3986, section 3.2.2). Without its end nobody can tell its colons from
// that of a port.
func isIPLiteral(host string) bool {
	literal, port, closed := strings.Cut(host, "]")
	literal, opened := strings.CutPrefix(literal, "[")
	if !opened || !closed || port != "" && (port[0] != ':' || port != ":" && !IsDigits(port[1:])) {
		return false
	}
	a, err := netip.ParseAddr(literal)
	return err == nil && a.Is6()
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

// MendURL returns s as a URL that IsURL takes, or "" if it is none: what no line
// of text holds goes, as browsers have it, and what may not stand in one is encoded.
func MendURL(s string) string {
	if IsURL(s) {
		return s
	}
	s = strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' {
			return -1
		}
		return r
	}, strings.TrimSpace(s))
	if s = EscapeURL(strings.TrimSpace(MendHTML(s))); IsURL(s) {
		return s
	}
	return ""
}

// extensionOf returns the extension of the file that a URL names, in small
// letters, with its dot.
func extensionOf(s string) string {
	s, _, _ = strings.Cut(s, "#")
	s, _, _ = strings.Cut(s, "?")
	return strings.ToLower(path.Ext(s))
}
