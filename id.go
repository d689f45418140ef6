package newsletter

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// isID reports whether s can be the permanent identifier of a newsletter or a
// letter: an absolute IRI in the form that RFC 4287, section 4.2.6.1 asks for.
func isID(s string) bool {
	id, ok := normalID(s)
	return ok && id == s
}

// normalID returns the IRI in normal form (RFC 3986, section 6.2.2 and 6.2.3),
// so that two that name the same thing are the same string. It reports false if
// s is no absolute IRI that feeds can hold.
func normalID(s string) (string, bool) {
	scheme, rest, ok := strings.Cut(s, ":")
	scheme = strings.ToLower(scheme)
	switch {
	case !ok || !isURIText(rest):
		return "", false
	case scheme == "urn":
		return scheme + ":" + rest, isURN(rest)
	case scheme == "tag":
		return scheme + ":" + rest, isTag(rest)
	case scheme == "mailto" || scheme == "data" || !isURLScheme(scheme):
		return "", false
	}
	rest, ok = normalEscapes(rest)
	if !ok {
		return "", false
	}
	after, hierarchical := strings.CutPrefix(rest, "//")
	if !hierarchical {
		return scheme + ":" + rest, !needsHost(scheme) && !strings.HasPrefix(rest, "/")
	}
	end := endOfAuthority(after)
	authority, ok := normalAuthority(scheme, after[:end])
	if !ok || needsHost(scheme) && !hasHost("//"+authority) {
		return "", false
	}
	tail := after[end:]
	query := strings.IndexAny(tail, "?#")
	if query < 0 {
		query = len(tail)
	}
	return scheme + "://" + authority + normalPath(tail[:query]) + tail[query:], true
}

// normalAuthority lowers the host and leaves out the port that the scheme has
// anyway.
func normalAuthority(scheme, authority string) (string, bool) {
	user, hostport, hasUser := cutLast(authority, "@")
	if !hasUser {
		hostport = authority
	}
	host, port, _ := strings.Cut(strings.ToLower(hostport), ":")
	host = strings.TrimSuffix(host, ".")
	if port != "" {
		number, err := strconv.Atoi(port)
		if err != nil || number < 0 {
			return "", false
		}
		if port = ":" + strconv.Itoa(number); port == defaultPort(scheme) {
			port = ""
		}
	}
	if host == "" || strings.HasSuffix(host, ".") {
		return "", false
	}
	if hasUser && strings.Trim(user, ":") != "" {
		return user + "@" + host + port, true
	}
	return host + port, true
}

func defaultPort(scheme string) string {
	switch scheme {
	case "http":
		return ":80"
	case "https":
		return ":443"
	case "ftp":
		return ":21"
	case "gopher":
		return ":70"
	case "news", "nntp":
		return ":119"
	case "telnet":
		return ":23"
	}
	return ""
}

// normalPath removes "." and ".." segments; a path that is empty is "/".
func normalPath(p string) string {
	if p == "" {
		return "/"
	}
	if !strings.Contains(p, "/.") {
		return p
	}
	var kept []string
	segments := strings.Split(p, "/")[1:]
	for i, segment := range segments {
		last := i == len(segments)-1
		switch segment {
		case ".":
		case "..":
			kept = kept[:max(0, len(kept)-1)]
		default:
			kept = append(kept, segment)
			continue
		}
		if last {
			kept = append(kept, "")
		}
	}
	return "/" + strings.Join(kept, "/")
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
	var text strings.Builder // what a run of escapes stands for
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		c := unhex(s[i+1])<<4 | unhex(s[i+2])
		i += 2
		if isLetterOrDigit(c) || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		if c == '%' {
			if len(s) >= i+3 && isHex(s[i+1]) && isHex(s[i+2]) {
				return "", false
			}
		}
		if c >= utf8.RuneSelf {
			text.WriteByte(c)
			if i+1 == len(s) || s[i+1] != '%' {
				if !isStableText(text.String()) {
					return "", false
				}
				text.Reset()
			}
		}
		b.WriteByte('%')
		b.WriteByte(upperHex[c>>4])
		b.WriteByte(upperHex[c&15])
	}
	return b.String(), isStableText(text.String())
}

func unhex(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 10
	case c >= 'A':
		return c - 'A' + 10
	}
	return c - '0'
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

// isURN reports whether s is what follows "urn:" (RFC 8141): a namespace and a
// name in it.
func isURN(s string) bool {
	namespace, name, ok := strings.Cut(s, ":")
	if !ok || len(namespace) < 2 || len(namespace) > 32 || name == "" || namespace[0] == '-' ||
		!isAlphanumeric(strings.ReplaceAll(namespace, "-", "")) {
		return false
	}
	if strings.EqualFold(namespace, "uuid") {
		return isUUID(name)
	}
	for i := 0; i < len(name); i++ {
		if !isLetterOrDigit(name[i]) && strings.IndexByte("()+,.:=@;$_!*'-", name[i]) < 0 {
			return false
		}
	}
	return true
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch i {
		case 8, 13, 18, 23:
			if s[i] != '-' {
				return false
			}
		default:
			if !isHex(s[i]) {
				return false
			}
		}
	}
	return true
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
		if !isLetterOrDigit(user[i]) && strings.IndexByte("-._", user[i]) < 0 {
			return false
		}
	}
	for i := range len(host) {
		if !isLetterOrDigit(host[i]) && host[i] != '-' && host[i] != '.' {
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
		return isDigits(s)
	case 7:
		return s[4] == '-' && isDigits(s[:4]) && isDigits(s[5:])
	case 10:
		return s[7] == '-' && isDigits(s[8:]) && isTagDate(s[:7])
	}
	return false
}
