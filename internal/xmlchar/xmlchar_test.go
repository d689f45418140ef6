package xmlchar

import (
	"encoding/xml"
	"strings"
	"testing"

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
