package sameness

import (
	"crypto/sha1"
	"encoding/hex"
	"net/url"
	"strings"
)

// IsIRI says whether an ID can stand in Atom as it is: absolute, and without
// what no IRI holds.
func IsIRI(id string) bool {
	if id == "" || strings.ContainsAny(id, " \t\r\n<>\"{}|\\^`") {
		return false
	}
	u, err := url.Parse(id)
	if err != nil || !u.IsAbs() {
		return false
	}
	if u.Scheme == "http" || u.Scheme == "https" {
		return u.Host != ""
	}
	return u.Opaque != "" || u.Host != "" || len(u.Path) > 1
}

// DerivedID returns an ID for a letter whose own can't serve: a name-based UUID
// (RFC 9562, section 5.5) of the partner and of what is known of the letter.
func DerivedID(partner string, parts ...string) string {
	h := sha1.New()
	h.Write([]byte{ // the namespace for URLs
		0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8,
	})
	h.Write([]byte(partner))
	for _, p := range parts {
		h.Write([]byte{0})
		h.Write([]byte(p))
	}
	u := h.Sum(nil)[:16]
	u[6] = u[6]&0x0F | 0x50
	u[8] = u[8]&0x3F | 0x80
	x := hex.EncodeToString(u)
	return "urn:uuid:" + x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:]
}
