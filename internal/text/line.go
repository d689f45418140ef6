// Package text has what rooms need to look at text character by character. It
// imports the standard library alone, so that the root package may import it.
package text

import (
	"math/bits"
	"strings"
	"unicode/utf8"
)

// IsSpace reports whether c is white space in XML and HTML. A no-break space is
// none.
func IsSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f'
}

// TrimSpace is [strings.TrimSpace] for the white space of XML and HTML alone.
func TrimSpace(s string) string {
	for len(s) > 0 && IsSpace(s[0]) {
		s = s[1:]
	}
	for len(s) > 0 && IsSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

// Line trims s and makes each run of white space one space. A string that is
// so already comes back as it is.
func Line(s string) string {
	s = TrimSpace(s)
	for i := 0; i < len(s); i++ {
		if i+8 <= len(s) {
			n := firstBlank(s[i:])
			if i += n; n == 8 {
				i--
				continue
			}
		}
		// The byte after a space is never the end: s is trimmed.
		if c := s[i]; c <= ' ' && IsSpace(c) && (c != ' ' || IsSpace(s[i+1])) {
			return collapse(s, i)
		}
	}
	return s
}

// firstBlank returns which of the first eight bytes is the first that is a space
// or a control character; 8 if none is.
func firstBlank(s string) int {
	_ = s[7]
	x := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	return bits.TrailingZeros64((x-0x2121212121212121)&^x&0x8080808080808080) / 8
}

// collapse does Line's work from s[i] on.
func collapse(s string, i int) string {
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:i])
	for i < len(s) {
		if !IsSpace(s[i]) {
			start := i
			for i < len(s) && !IsSpace(s[i]) {
				i++
			}
			b.WriteString(s[start:i])
			continue
		}
		b.WriteByte(' ')
		for i < len(s) && IsSpace(s[i]) {
			i++
		}
	}
	return b.String()
}

// IsBlank reports whether a character shows nothing, and parts words or not: a
// no-break space too, and one without a width.
func IsBlank(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\r', '\f', '\v', 0xA0, 0x200B, 0x2028, 0x2029, 0xFEFF:
		return true
	}
	return false
}

// Clip returns s, cut short between characters to at most so many bytes and a mark
// that it was.
func Clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for back := 0; back < utf8.UTFMax-1 && !utf8.RuneStart(s[most]); back++ {
		most--
	}
	return s[:most] + "…"
}

// IsASCII reports whether s has nothing beyond ASCII.
func IsASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// IsLetter reports whether c is a letter of ASCII.
func IsLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// IsDigit reports whether c is a digit of ASCII.
func IsDigit(c byte) bool { return c >= '0' && c <= '9' }

// IsAlnum reports whether c is a letter or a digit of ASCII.
func IsAlnum(c byte) bool { return IsLetter(c) || IsDigit(c) }

// Windows1252 has the characters that bytes 0x80 to 0x9F are in windows-1252. Where
// Unicode has control characters nobody means those; five of the bytes are none.
var Windows1252 = [32]rune{
	'€', 0x81, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0x8d, 'Ž', 0x8f,
	0x90, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0x9d, 'ž', 'Ÿ',
}
