package sameness

import (
	"crypto/sha1"
	"net/url"
	"strings"

	"github.com/automationregion/newsletter/internal/text"
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
	h.Write(text.NamespaceURL[:])
	h.Write([]byte(partner))
	for _, p := range parts {
		h.Write([]byte{0})
		h.Write([]byte(p))
	}
	return text.UUIDOf(h.Sum(nil), 5).URN()
}
