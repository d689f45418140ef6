package check

import (
	"cmp"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/automationregion/newsletter/internal/relref"
	chars "github.com/automationregion/newsletter/internal/text"
)

// uriByte are the characters that a URI may have, the brackets of an address
// of IPv6 apart.
var uriByte = letterDigits(";/?:@&=+$.-_!~*'()%,#")

func letterDigits(allowed string) (class [256]bool) {
	for i := range class {
		class[i] = i < utf8.RuneSelf && chars.IsAlnum(byte(i)) || strings.IndexByte(allowed, byte(i)) >= 0
	}
	return class
}

// uriKind is what a place wants of an address.
type uriKind struct {
	rule     string // that is broken where it is no address
	absolute bool
	iri      bool // characters beyond ASCII are fine
	document bool // one that points at the document itself is not meant
}

var (
	uri        = uriKind{rule: "uri"}.value()
	uriFull    = uriKind{rule: "uri-absolute", absolute: true}.value()
	iri        = uriKind{rule: "iri", iri: true}.value()
	iriFull    = uriKind{rule: "uri-absolute", absolute: true, iri: true}.value()
	uriAttr    = uriKind{rule: "uri-attribute"}.value()
	iriHere    = uriKind{rule: "iri", iri: true, document: true}.value()
	tagURI     = regexp.MustCompile(`^tag:([a-z0-9\-._]+@)?[a-z0-9.\-]+,\d{4}(-\d{2}(-\d{2})?)?:[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,]*(#[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,]*)?$`)
	urn        = regexp.MustCompile(`(?i)^urn:[a-z0-9][a-z0-9-]{1,31}:([a-z0-9()+,.:=@;$_!*'\-]|%[0-9a-f]{2})+$`)
	uuid       = regexp.MustCompile(`(?i)^urn:uuid:[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$`)
	httpURL    = regexp.MustCompile(`(?i)^https?://(([0-9]{1,3}\.){3}[0-9]{1,3}|([A-Z0-9\-]+\.)+[A-Z0-9][-A-Z0-9]*|\[[0-9a-f:.]+\])(:\d+)?(/|$|\?)`)
	schemeName = regexp.MustCompile(`^[A-Za-z]+$`)
)

func (k uriKind) value() value {
	return func(c *checker, n *node, v val) { c.uri(k, n, v) }
}

// registered are schemes that IANA knows and feeds have.
var registered = wordSet(` aaa aaas about acap acct bitcoin bittorrent callto cap chrome cid coap coaps crid data dav dict dns ed2k example facetime fax
 file finger ftp geo git gizmoproject go gopher h323 http https iax icap im imap info ipfs ipns ipp ipps irc ircs iris jabber jar ldap ldaps lvlt
 magnet mailto maps market matrix mid mms modem msrp msrps mtqp mupdate news nfs ni nih nntp notes onenote opaquelocktoken openid payto platform pop pres prospero proxy
 rsync rtmp rtsp rtspu secondlife service session sftp sgn shttp sip sips skype sms smb snews snmp spotify ssb ssh steam stun svn
 tag teamspeak tel telnet tftp thismessage tip tv udp unreal urn ut view vemmi vnc wais web webcal wpid ws wss xcon xfire xmpp ymsgr z `)

// uri judges an address and reports whether it is a sound one.
func (c *checker) uri(k uriKind, n *node, v val) bool {
	scheme, rest, hasColon := strings.Cut(v.s, ":")
	switch folded := strings.ToLower(scheme); {
	case folded == "tag" && hasColon:
		if !tagURI.MatchString(v.s) {
			c.wrong("uri-tag", v, "a tag URI such as tag:example.org,2026:june")
			return false
		}
		return true
	case folded == "urn" && hasColon:
		switch {
		case strings.HasPrefix(strings.ToLower(v.s), "urn:uuid:") && !uuid.MatchString(v.s):
			c.wrong("uri-uuid", v, "urn:uuid: and 32 digits in groups of 8, 4, 4, 4 and 12")
			return false
		case !urn.MatchString(v.s):
			c.wrong("uri-urn", v, "a URN such as urn:isbn:9789100123456")
			return false
		}
		return true
	}
	body := v.s
	if i := strings.Index(body, "//["); i >= 0 {
		if j := strings.IndexByte(body[i:], ']'); j > 0 && strings.Trim(body[i+3:i+j], "0123456789abcdefABCDEF:.") == "" {
			body = body[:i+2] + body[i+j+1:]
		}
	}
	high := false
	for i := range len(body) {
		switch b := body[i]; {
		case b >= utf8.RuneSelf:
			high = true
		case !uriByte[b]:
			c.reportVal("uri-character", v, c.what(v)+" is "+quote(v.s)+": the character "+quote(string(rune(b)))+" may not stand in an address as it is")
			return false
		}
	}
	switch {
	case high && !k.iri:
		c.wrong("uri-not-ascii", v, "an address in ASCII, other letters percent-encoded")
		return false
	case k.absolute && (chars.Scheme(v.s) == "" || strings.TrimPrefix(rest, "//") == ""):
		c.wrong(k.rule, v, "a full address such as https://example.org/")
		return false
	}
	switch folded := strings.ToLower(scheme); {
	case folded == "http" || folded == "ftp" || folded == "https" && hasColon && !strings.HasPrefix(rest, "//"):
		if !strings.HasPrefix(rest, "//") || len(rest) < 3 || rest[2] == '/' {
			c.wrong(k.rule, v, "an address with a host, such as https://example.org/")
			return false
		}
	case hasColon && schemeName.MatchString(scheme) && !registered.has(folded):
		c.reportVal("uri-scheme-unregistered", v, c.what(v)+" is "+quote(v.s)+": IANA knows no scheme "+quote(scheme))
		return false
	}
	if k.document && n.based && c.opts.URL != "" {
		base, own := canonical(n.base), canonical(relref.Resolve(n.base, v.s))
		doc := canonical(c.opts.URL)
		cut := func(s string) string { s, _, _ = strings.Cut(s, "#"); return s }
		if base != "" && cut(own) == cut(base) && cut(base) != cut(doc) {
			c.reportVal("uri-same-document", v, c.what(v)+" is "+quote(v.s)+", which is the document itself, wherever its base points")
		}
	}
	return true
}

// isAbsolute reports whether s has a scheme and something behind it.
func isAbsolute(s string) bool {
	scheme := chars.Scheme(s)
	return scheme != "" && len(s) > len(scheme)+1
}

// webAddress is for http and https with a host that has a dot.
func webAddress(c *checker, n *node, v val) {
	if ok := httpURL.MatchString(v.s); !ok {
		c.wrong("url-http", v, "an address such as https://example.org/")
		return
	}
	for i := range len(v.s) {
		if !uriByte[v.s[i]] && v.s[i] != '[' && v.s[i] != ']' {
			c.wrong("url-http", v, "an address such as https://example.org/")
			return
		}
	}
}

// permanentID is for atom:id and what refers to one.
func permanentID(c *checker, n *node, v val) {
	written := v.s
	v.s = strings.TrimSpace(v.s)
	if c.uri(uriKind{rule: "uri-absolute", absolute: true, iri: true}, n, v) {
		if form := canonical(v.s); form != written {
			v.s = written
			c.reportVal("id-not-canonical", v, c.what(v)+" is "+quote(written)+", which some software takes for the same as "+quote(form))
		}
	}
}

var defaultPorts = map[string]string{"ftp": "21", "telnet": "23", "http": "80", "gopher": "70", "news": "119", "nntp": "119", "prospero": "191", "https": "443"}

var uriParts = regexp.MustCompile(`^(([^:/?#]+):)?(//([^/?#]*))?([^?#]*)(\?([^#]*))?(#(.*))?$`)

// canonical is the form of a URI by which two are the same for RFC 3986, 6.2.2
// and 6.2.3; none where there is none.
func canonical(s string) string {
	m := uriParts.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	scheme := strings.ToLower(m[2])
	path := m[5]
	var b strings.Builder
	if m[1] != "" {
		b.WriteString(scheme + ":")
	}
	switch {
	case m[3] != "":
		auth := m[4]
		user := ""
		if i := strings.LastIndexByte(auth, '@'); i >= 0 {
			if user = auth[:i+1]; user == ":@" || user == "@" {
				user = ""
			}
			auth = auth[i+1:]
		}
		host := strings.ToLower(auth)
		if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
			port := strings.TrimLeft(host[i+1:], "0")
			if host = host[:i]; port != "" && port != defaultPorts[scheme] {
				host += ":" + port
			}
		}
		if strings.HasSuffix(host, ".") && strings.Count(host, ".") > 1 {
			host = host[:len(host)-1]
		}
		b.WriteString("//" + user + host + normalPath(cmp.Or(path, "/")))
	case m[1] == "" && !strings.HasPrefix(path, "/"):
		return ""
	case scheme == "mailto":
		if i := strings.IndexByte(path, '@'); i > 0 {
			path = percent(path[:i], "") + "@" + percent(strings.ToLower(path[i+1:]), "")
		}
		b.WriteString(path)
	case strings.HasPrefix(path, "/"):
		b.WriteString(normalPath(path))
	default:
		b.WriteString(percent(path, pchar+"/"))
	}
	if m[6] != "" {
		b.WriteString("?" + percent(m[7], pchar+"/?"))
	}
	if m[8] != "" {
		b.WriteString("#" + percent(m[9], pchar+"/?"))
	}
	return b.String()
}

const pchar = "-._~!$&'()*+,;=:@"

// percent writes s with percent-encoding where it has to be, and nowhere else.
func percent(s, safe string) string {
	const reserved = ":/?#[]@!$&'()*+,;="
	var out strings.Builder
	var plain []byte
	flush := func() {
		for _, c := range []byte(norm.NFC.String(string(plain))) {
			if c < 0x80 && (chars.IsUnreserved(c) || strings.IndexByte(safe, c) >= 0) {
				out.WriteByte(c)
			} else {
				out.WriteString(chars.Percent(c))
			}
		}
		plain = plain[:0]
	}
	for i := 0; i < len(s); i++ {
		c, n := s[i], 1
		if c == '%' {
			decoded, ok := chars.Unpercent(s[i:])
			if !ok {
				return ""
			}
			c, n = decoded, 3
		}
		if strings.IndexByte(reserved, c) >= 0 && strings.IndexByte(safe, c) >= 0 {
			flush()
			out.WriteString(strings.ToUpper(s[i : i+n]))
		} else {
			plain = append(plain, c)
		}
		i += n - 1
	}
	flush()
	return out.String()
}

// normalPath is a path without "." and "..", its parts percent-encoded where they
// have to be.
func normalPath(p string) string {
	parts := strings.Split(relref.RemoveDots(p), "/")
	for i, part := range parts {
		parts[i] = percent(part, pchar)
	}
	return strings.Join(parts, "/")
}
