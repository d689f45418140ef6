// Package xmlchar says what XML 1.0 can hold: which characters, and which names.
package xmlchar

import (
	"encoding/xml"
	"io"
	"math/bits"
	"strings"
	"sync"
	"unicode/utf8"
)

// Holds reports whether XML 1.0 can hold s (section 2.2), without the C1 controls
// that it discourages and HTML takes for Windows-1252.
func Holds(s string) bool {
	for i := 0; i < len(s); {
		if len(s)-i >= 8 {
			if i += Plain(s[i:]); i >= len(s) {
				return true
			}
		}
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			size := sizeOf(s[i:])
			if size == 0 {
				return false
			}
			i += size
		case c < ' ' && c != '\t' && c != '\n' && c != '\r':
			return false
		default:
			i++
		}
	}
	return true
}

// sizeOf returns the length of the character that s begins with, which is not of
// ASCII, or 0 if XML can't hold it. Most of those of Europe need no more than a look
// at their two bytes.
func sizeOf(s string) int {
	if 0xC3 <= s[0] && s[0] <= 0xDF && len(s) > 1 && s[1]&0xC0 == 0x80 {
		return 2
	}
	r, size := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && size == 1 || r < 0xA0 || r == 0xFFFE || r == 0xFFFF {
		return 0
	}
	return size
}

// Plain returns how many bytes s begins with that are ASCII from the space on. It
// looks at eight of them at once, since letters are mostly made of such bytes, and
// not at fewer.
func Plain(s string) int {
	i := 0
	for ; i+32 <= len(s); i += 32 {
		b := s[i : i+32]
		if odd(b)|odd(b[8:])|odd(b[16:])|odd(b[24:]) != 0 {
			break
		}
	}
	for ; i+8 <= len(s); i += 8 {
		if found := odd(s[i:]); found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	return i
}

// odd returns a bit of the first of eight bytes that is none of those, and perhaps of
// later ones.
func odd(s string) uint64 {
	_ = s[7]
	x := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	return (x | (x - 0x2020202020202020)) & 0x8080808080808080
}

// Without returns s with U+FFFD for what XML can't hold.
func Without(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return utf8.RuneError
		}
		return r
	}, s)
}

// IsName reports whether s is a name without a colon (Namespaces in XML, section 3)
// that every parser takes: many keep to the letters of XML 1.0's first editions.
func IsName(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c == '_', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
		case i > 0 && (c == '-' || c == '.' || '0' <= c && c <= '9'):
		case c >= utf8.RuneSelf:
			return !strings.Contains(s, ":") && isForeignName(s)
		default:
			return false
		}
	}
	return s != ""
}

// encoders know all letters. What they write goes nowhere.
var encoders = sync.Pool{New: func() any { return xml.NewEncoder(io.Discard) }}

func isForeignName(s string) bool {
	e := encoders.Get().(*xml.Encoder)
	defer encoders.Put(e)
	return e.EncodeToken(xml.ProcInst{Target: s}) == nil
}
