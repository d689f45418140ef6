package xmlchar

import (
	"encoding/xml"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
)

func TestIsName(t *testing.T) {
	for _, name := range []string{"a", "_", "A1", "a.b-c", "é", "日本", "a·b", "x\u0301"} {
		assert.True(t, IsName(name), "%q", name)
	}
	for _, name := range []string{
		"", "1", "-a", ".a", "a b", "a:b", "é:b", "a>", "é>", "é b", "é\"", "a/", "a=", "<", "\u0301x", "a\x00", "é\x01", "\xff", "a\xff", "🎉", "a\u2028",
		"\uA64F", // a letter that only the fifth edition has
	} {
		assert.False(t, IsName(name), "%q", name)
	}
}

func FuzzIsName(f *testing.F) {
	for _, s := range []string{"a", "é", "a:b", "日", "a\u00B7", "xml", "\U00010000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !IsName(s) {
			return
		}
		var v struct{ XMLName xml.Name }
		assert.NoError(t, xml.Unmarshal([]byte("<"+s+"/>"), &v))
		assert.Equal(t, xml.Name{Local: s}, v.XMLName)
	})
}

func TestWithout(t *testing.T) {
	for _, s := range []string{"", "a\tb\nc\rd", "é😀", "a long enough text", "a\u00A0b"} {
		assert.True(t, Holds(s), "%q", s)
		assert.Equal(t, s, Without(s))
	}
	for _, s := range []string{"\x00", "long enough \x1F", "\xff", "a\xed\xa0\x80", "\uFFFE", "\uFFFF", "\u0085"} {
		assert.False(t, Holds(s), "%q", s)
		assert.NoError(t, xml.Unmarshal([]byte("<a>"+strings.Repeat(Without(s), 2)+"</a>"), new(struct{})), "%q", s)
	}
}

// Holds agrees with a look at each character, wherever it stands.
func TestHoldsLooksAtEachCharacter(t *testing.T) {
	plain := func(s string) bool {
		for i, r := range s {
			_, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 || r < ' ' && !strings.ContainsRune("\t\n\r", r) || 0x7F < r && r < 0xA0 || r == 0xFFFE || r == 0xFFFF {
				return false
			}
		}
		return true
	}
	for _, c := range []string{"\x00", "\x1f", "\t", "\n", "\x7f", "\u0080", "\u009f", "\u00a0", "å", "\u07ff", "\u0800", "日", "\ufffd", "\ufffe", "\uffff", "😀",
		"\x80", "\xc2", "\xc3", "\xc1\x80", "\xc3\xc3", "\xdf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff"} {
		for before := range 18 {
			for _, after := range []string{"", "a", "å\n", "23456789abcdefgh"} {
				s := strings.Repeat("x", before) + c + after
				assert.Equal(t, plain(s), Holds(s), "%q", s)
			}
		}
	}
}
