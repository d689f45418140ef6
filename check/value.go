package check

import (
	"crypto/sha256"
	"encoding/base64"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	chars "github.com/automationregion/newsletter/internal/text"
)

// notBlank is for what may not be empty.
func notBlank(c *checker, n *node, v val) {
	if v.s == "" {
		rule := "value-blank"
		if v.attr != "" {
			rule = "attribute-blank"
		}
		c.reportVal(rule, v, c.what(v)+" is empty")
	}
}

var mediaType = regexp.MustCompile(`^[^\s()<>,;:\\"/\[\]?=]+/[^\s()<>,;:\\"/\[\]?=]+(\s*;\s*[^\s()<>,;:\\"/\[\]?=]+=("(\\"|[^"])*"|[^\s()<>,;:\\"/\[\]?=]+))*$`)

func isMediaType(s string) bool { return plainMediaType(s) || mediaType.MatchString(s) }

// plainMediaType reports whether s is one of the kind that nearly all are.
func plainMediaType(s string) bool {
	slash := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '+', c == '.':
		case c == '/' && i > 0 && i < len(s)-1:
			slash++
		default:
			return false
		}
	}
	return slash == 1
}

// mime is for elements, mimeAttr for attributes.
func mime(rule string) value {
	return func(c *checker, n *node, v val) {
		if !isMediaType(v.s) {
			c.wrong(rule, v, `a media type such as "text/html"`)
		}
	}
}

func isLanguage(s string) bool {
	base, _, _ := strings.Cut(s, "-")
	base = strings.ToLower(base)
	if base == "x" || base == "i" {
		return true
	}
	if len(base) != 2 && len(base) != 3 {
		return false
	}
	_, err := language.ParseBase(base)
	return err == nil
}

// languageCode is for codes of languages.
func languageCode(c *checker, n *node, v val) {
	if !isLanguage(v.s) {
		c.wrong("language", v, `a language's code such as "sv" or "en-GB"`)
	}
}

// whole reads an integer as a person would write it.
func whole(s string) (int64, bool) {
	s = strings.TrimSpace(s)
	i, err := strconv.ParseInt(strings.TrimPrefix(s, "+"), 10, 64)
	if err != nil && strings.TrimLeft(strings.TrimLeft(s, "+-"), "0123456789") == "" && len(s) > 18 {
		if s[0] == '-' {
			return math.MinInt64, true
		}
		return math.MaxInt64, true
	}
	return i, err == nil
}

func integer(c *checker, n *node, v val) {
	if _, ok := whole(v.s); v.s != "" && !ok {
		c.wrong("integer", v, "a whole number")
	}
}

func nonNegative(c *checker, n *node, v val) {
	if i, ok := whole(v.s); !ok || i < 0 {
		c.wrong("integer-negative", v, "a whole number that is not negative")
	}
}

func positive(c *checker, n *node, v val) {
	if i, ok := whole(v.s); !ok || i <= 0 {
		c.wrong("integer-positive", v, "a whole number from 1 on")
	}
}

func uint31(c *checker, n *node, v val) {
	i, ok := whole(v.s)
	switch {
	case !ok || i <= 0:
		c.wrong("integer-positive", v, "a whole number from 1 on")
	case i > math.MaxInt32:
		c.wrong("integer-overflow", v, "a whole number up to 2147483647")
	}
}

// decimalNumber reports whether s is digits, with a point and further digits.
func decimalNumber(s string) bool {
	i := 0
	for i < len(s) && chars.IsDigit(s[i]) {
		i++
	}
	if i == 0 {
		return false
	}
	if i < len(s) && s[i] == '.' {
		i++
	}
	for i < len(s) && chars.IsDigit(s[i]) {
		i++
	}
	return i == len(s)
}

func float(c *checker, n *node, v val) {
	if !decimalNumber(v.s) {
		c.wrong("number", v, "a number such as 12.5")
	}
}

// leadingNumber is for numbers that something may follow.
func leadingNumber(c *checker, n *node, v val) {
	if v.s == "" || !chars.IsDigit(v.s[0]) {
		c.wrong("number", v, "a number such as 12.5")
	}
}

func signedFloat(c *checker, n *node, v val) {
	if !decimalNumber(strings.TrimLeft(v.s, "+-")) || len(v.s)-len(strings.TrimLeft(v.s, "+-")) > 1 {
		c.wrong("number-signed", v, "a number such as -12.5")
	}
}

func degrees(rule string, limit float64, expected string) value {
	return func(c *checker, n *node, v val) {
		f, err := strconv.ParseFloat(strings.TrimSpace(v.s), 64)
		if err != nil || !(f >= -limit && f <= limit) {
			c.wrong(rule, v, expected)
		}
	}
}

var (
	latitude  = degrees("latitude", 90, "degrees from -90 to 90")
	longitude = degrees("longitude", 180, "degrees from -180 to 180")
)

// oneOf is for values out of a list.
func oneOf(rule string, list ...string) value {
	return func(c *checker, n *node, v val) {
		if !slices.Contains(list, v.s) {
			c.wrong(rule, v, either(list))
		}
	}
}

func oneOfFolded(rule string, list ...string) value {
	return func(c *checker, n *node, v val) {
		if !slices.Contains(list, strings.ToLower(v.s)) {
			c.wrong(rule, v, either(list))
		}
	}
}

func either(list []string) string {
	if len(list) > 8 {
		return "one of " + strings.Join(list[:8], ", ") + ", ..."
	}
	return "one of " + strings.Join(list, ", ")
}

var (
	yesNo           = oneOf("yes-no", "yes", "no")
	trueFalse       = oneOfFolded("true-false", "true", "false")
	trueFalseStrict = oneOf("true-false", "true", "false")
)

var addrSpec = regexp.MustCompile(`(?i)^[A-Z0-9_\-+.'!#$%&*/=?^` + "`" + `{|}~]+@(([0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.)|(([A-Z0-9\-]+\.)+))([A-Z0-9][-A-Z0-9]*)$`)
var simpleAddr = regexp.MustCompile(`^[\pL\pN_.%+\-]+@[A-Za-z][\pL\pN_.\-]+$`)

// address is for e-mail addresses.
func address(rule string) value {
	return func(c *checker, n *node, v val) {
		switch {
		case addrSpec.MatchString(v.s):
		case !simpleAddr.MatchString(v.s):
			c.wrong(rule, v, `an e-mail address such as "ann@example.org"`)
		default:
			c.reportVal("email-host", v, c.what(v)+" is "+quote(v.s)+", at a host that has no domain")
		}
	}
}

// mailbox is for an e-mail address that a name may stand with.
func mailbox(c *checker, n *node, v val) {
	noHTML(c, n, v)
	bare := v
	if i, j := strings.LastIndexByte(v.s, '<'), strings.LastIndexByte(v.s, '>'); i >= 0 && j > i {
		bare.s = v.s[i+1 : j]
	} else if i := strings.IndexByte(v.s, '('); i > 0 {
		bare.s = v.s[:i]
	}
	bare.s = strings.TrimSpace(bare.s)
	switch {
	case addrSpec.MatchString(bare.s):
	case !simpleAddr.MatchString(bare.s):
		c.wrong("email", v, `an e-mail address such as "ann@example.org"`)
	default:
		c.reportVal("email-host", v, c.what(v)+" is "+quote(v.s)+", at a host that has no domain")
	}
}

// person is for the persons of RSS: an address, and the name in parentheses.
func person(c *checker, n *node, v val) {
	if rest, ok := strings.CutPrefix(v.s, "mailto:"); ok {
		v.s = unescape(rest)
	}
	if strings.IndexByte(v.s, '@') > 0 && !strings.HasSuffix(v.s, ")") {
		if strings.IndexByte(v.s, ' ') > 0 {
			c.wrong("rss-person-format", v, `the form "ann@example.org (Ann Example)"`)
		} else {
			c.wrong("rss-person-name", v, `a name too, as in "ann@example.org (Ann Example)"`)
		}
		return
	}
	mailbox(c, n, v)
}

// maxAddress is how long an e-mail address can be (RFC 5321, 4.5.3.1).
const maxAddress = 320

// noAddress is for names, which are no place for an address.
func noAddress(c *checker, n *node, v val) {
	i := strings.IndexByte(v.s, '<')
	for i >= 0 {
		rest := v.s[i+1:]
		if j := strings.IndexByte(rest[:min(len(rest), maxAddress)], '>'); j >= 0 && addrSpec.MatchString(rest[:j]) {
			c.reportVal("name-with-address", v, c.what(v)+" has an e-mail address in it: "+quote(v.s))
			return
		}
		next := strings.IndexByte(rest, '<')
		if next < 0 {
			return
		}
		i += 1 + next
	}
}

func maxLength(limit int) value {
	return func(c *checker, n *node, v val) {
		if len(v.s) > limit {
			if k := len([]rune(v.s)); k > limit {
				c.reportVal("text-too-long", v, c.what(v)+" has "+itoa(k)+" characters, where "+itoa(limit)+" are shown")
			}
		}
	}
}

func matches(rule, expr, expected string) value {
	re := regexp.MustCompile(expr)
	return func(c *checker, n *node, v val) {
		if !re.MatchString(v.s) {
			c.wrong(rule, v, expected)
		}
	}
}

var (
	duration       = matches("itunes-duration", `^\d+(:[0-5]\d(:[0-5]\d)?)?$`, "seconds, or a time such as 1:02:03")
	integerList    = matches("integer-list", `^\d+(,\s*\d+)*$`, "whole numbers with commas between them")
	expansionState = matches("opml-expansion-state", `^(\d+(,\s*\d+)*)?$`, "numbers of lines with commas between them")
	formName       = matches("rss-form-name", `^[A-Za-z]`, "a name that begins with a letter")
	playTime       = matches("media-time", `^(now|\d+(\.\d+)?s?|\d+:\d\d:\d\d(\.\d+)?)$`, "a time such as 12:05:35.8")
	nss            = matches("urn-namespace-string", `^([0-9a-zA-Z()+,\-.:=@;$_!*'/?#]|%[0-9a-fA-F]{2})+$`, "what may stand behind the second colon of a URN")
)

func country(c *checker, n *node, v val) {
	r, err := language.ParseRegion(v.s)
	if err != nil || len(v.s) != 2 || !r.IsCountry() {
		c.wrong("country", v, `a country's code such as "SE"`)
	}
}

func isBase64(s string) bool { _, ok := decodeBase64(s); return ok }

func decodeBase64(s string) (string, bool) {
	s = strings.Map(func(r rune) rune {
		if r == ' ' || r == '\n' || r == '\t' || r == '\r' {
			return -1
		}
		return r
	}, s)
	data, err := base64.StdEncoding.DecodeString(s)
	return string(data), err == nil
}

func unescape(s string) string {
	if u, err := url.PathUnescape(s); err == nil {
		return u
	}
	return s
}

// uniqueIn is for what no two of a feed's letters may share.
func uniqueIn(key, rule string) value {
	return func(c *checker, n *node, v val) {
		if v.s == "" {
			notBlank(c, n, v)
			return
		}
		if !c.remember(key, v.s) {
			c.reportVal(rule, v, c.what(v)+" is "+quote(v.s)+", as one before it is")
		}
	}
}

// maxRemembered is how much of a value is kept to compare it: of longer ones it
// is a sum.
const maxRemembered = 256

// remember reports whether the value is a new one.
func (c *checker) remember(key, s string) bool {
	if c.ids == nil {
		c.ids = map[string]struct{}{}
	}
	if len(s) > maxRemembered {
		sum := sha256.Sum256([]byte(s))
		s = string(sum[:])
	}
	k := key + " " + s
	if _, ok := c.ids[k]; ok {
		return false
	}
	c.ids[k] = struct{}{}
	return true
}
