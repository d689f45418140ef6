// Package sameness tells which letters are the same: by their addresses and IDs,
// freed of what differs for one letter, and by their words.
package sameness

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/automationregion/newsletter/internal/text"
	"github.com/automationregion/newsletter/internal/weburl"
)

// tracking are query parameters that say how a reader came to a page, and not
// which page it is.
var tracking = map[string]bool{
	"fbclid": true, "gclid": true, "gclsrc": true, "dclid": true, "gbraid": true, "wbraid": true,
	"mc_cid": true, "mc_eid": true, "msclkid": true, "yclid": true, "ysclid": true, "twclid": true, "ttclid": true,
	"igshid": true, "igsh": true, "li_fat_id": true, "_openstat": true, "ref_src": true, "xtor": true,
	"_hsenc": true, "_hsmi": true, "__hstc": true, "__hssc": true, "__hsfp": true, "hsctatracking": true,
	"mkt_tok": true, "vero_id": true, "vero_conv": true, "oly_anon_id": true, "oly_enc_id": true, "wickedid": true,
	"ml_subscriber": true, "ml_subscriber_hash": true, "_bta_c": true, "_bta_tid": true, "_ke": true,
}

// trackingPrefixes begin the names of such parameters.
var trackingPrefixes = []string{"utm_", "mtm_", "pk_", "piwik_", "matomo_", "hsa_"}

func isTracking(name string) bool {
	name = strings.ToLower(name)
	if tracking[name] {
		return true
	}
	for _, p := range trackingPrefixes {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// URL returns a name for the page at an address, the same for all
// addresses that differ only in scheme (http or https), user, letter case of
// the host, default port, trailing slashes, fragment, the case of percent
// escapes or parameters that track readers. It is for comparing, not for
// fetching. An address that is not of the web is its own name.
func URL(raw string) string {
	raw = strings.TrimSpace(raw)
	u, ok := weburl.Web(raw)
	if !ok {
		return raw
	}
	var b strings.Builder
	b.Grow(len(raw))
	b.WriteString("https://")
	b.WriteString(canonicalHost(u))
	path := u.EscapedPath()
	b.WriteString(canonicalEscapes(strings.TrimRight(path, "/")))
	sep := byte('?')
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		name, _, _ := strings.Cut(part, "=")
		if part == "" || isTracking(name) {
			continue
		}
		b.WriteByte(sep)
		b.WriteString(canonicalEscapes(part))
		sep = '&'
	}
	// A fragment that begins like a path names a page of a site that is one
	// script.
	if f := strings.TrimRight(u.EscapedFragment(), "/"); strings.HasPrefix(f, "!") || strings.HasPrefix(f, "/") {
		b.WriteByte('#')
		b.WriteString(canonicalEscapes(f))
	}
	return b.String()
}

// canonicalHost returns the host in small letters and ASCII, with the port if
// it is not the default of http or https.
func canonicalHost(u *url.URL) string {
	isEnd := func(r rune) bool { return r == '.' || unicode.IsSpace(r) }
	host := strings.TrimRightFunc(strings.ToLower(u.Hostname()), isEnd)
	if strings.ContainsFunc(host, func(r rune) bool { return r >= utf8.RuneSelf }) {
		if ascii, err := idna.Lookup.ToASCII(host); err == nil {
			host = strings.TrimRightFunc(ascii, isEnd) // what IDNA takes for nothing may have stood behind them
		}
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	switch port := u.Port(); port {
	case "", "80", "443":
		return host
	default:
		return host + ":" + port
	}
}

// canonicalEscapes writes percent escapes in capitals, those of letters, digits
// and "-._~" as what they stand for (RFC 3986, section 6.2.2), and what no URL
// may have as an escape.
func canonicalEscapes(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r == '%' || r <= ' ' || r >= 0x7F }) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	for i := 0; i < len(s); i++ {
		c := s[i]
		e, escaped := text.Unpercent(s[i:])
		switch {
		case escaped && text.IsUnreserved(e):
			b.WriteByte(e)
		case escaped:
			b.WriteString(text.Percent(e))
		case c <= ' ' || c >= 0x7F || c == '%': // a "%" that begins no escape stands for itself
			b.WriteString(text.Percent(c))
		default:
			b.WriteByte(c)
		}
		if escaped {
			i += 2
		}
	}
	return b.String()
}

// ID returns a name for an ID, the same if only its scheme changed
// between http and https.
func ID(id string) string {
	if rest, ok := strings.CutPrefix(id, "http://"); ok {
		return "https://" + rest
	}
	return id
}

// Site returns the host that an address or a tag URI names, without "www.".
func Site(address string) string {
	if rest, ok := strings.CutPrefix(address, "tag:"); ok {
		host, _, _ := strings.Cut(rest, ",")
		return strings.TrimPrefix(strings.ToLower(host), "www.")
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(canonicalHost(u), "www.")
}
