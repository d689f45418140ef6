package text

import "encoding/hex"

// Scheme returns the scheme that an address begins with (RFC 3986, section 3.1), or ""
// if it is relative.
func Scheme(s string) string {
	for i := range len(s) {
		switch c := s[i]; {
		case IsLetter(c):
		case i == 0:
			return ""
		case c == ':':
			return s[:i]
		case !IsDigit(c) && c != '+' && c != '-' && c != '.':
			return ""
		}
	}
	return ""
}

// IsUnreserved reports whether a byte never needs to be percent-encoded (RFC 3986,
// section 2.3).
func IsUnreserved(c byte) bool {
	return IsAlnum(c) || c == '-' || c == '.' || c == '_' || c == '~'
}

const upperHex = "0123456789ABCDEF"

// Percent returns a byte percent-encoded.
func Percent(c byte) string { return string([]byte{'%', upperHex[c>>4], upperHex[c&15]}) }

// Unpercent returns the byte that s begins with percent-encoded, and whether it does.
func Unpercent(s string) (byte, bool) {
	if len(s) < 3 || s[0] != '%' {
		return 0, false
	}
	var c [1]byte
	_, err := hex.Decode(c[:], []byte(s[1:3]))
	return c[0], err == nil
}

// A UUID is 16 bytes that are nobody else's (RFC 9562).
type UUID [16]byte

// NamespaceURL is the namespace of names that are URLs (RFC 9562, section 6.6).
var NamespaceURL = UUID{0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}

// UUIDOf returns a UUID that is made of a hash: version 5 of SHA-1, version 8 of
// another.
func UUIDOf(hash []byte, version byte) (u UUID) {
	copy(u[:], hash)
	u[6] = u[6]&0x0F | version<<4
	u[8] = u[8]&0x3F | 0x80 // variant
	return u
}

// URN returns the UUID as an absolute IRI.
func (u UUID) URN() string {
	s := hex.EncodeToString(u[:])
	return "urn:uuid:" + s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}
