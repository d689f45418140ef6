// Package xmlchar says what XML 1.0 can hold: which characters, and which names.
package xmlchar

import (
	"encoding/xml"
	"io"
	"strings"
	"sync"
	"unicode/utf8"
)

// Holds reports whether XML 1.0 can hold s (section 2.2), without the C1 controls
// that it discourages and HTML takes for Windows-1252.
func Holds(s string) bool {
	for i := 0; i < len(s); {
		if len(s)-i >= 8 && isPlain(s[i:i+8]) {
			i += 8
			continue
		}
		if c := s[i]; c < utf8.RuneSelf {
			if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 || r < 0xA0 || r == 0xFFFE || r == 0xFFFF {
			return false
		}
		i += size
	}
	return true
}

// isPlain reports whether each of eight bytes is ASCII from the space on. It
// looks at all of them at once: letters are mostly made of such bytes.
func isPlain(s string) bool {
	_ = s[7]
	x := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	const spaces, high = 0x2020202020202020, 0x8080808080808080
	return (x|(x-spaces))&high == 0
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
