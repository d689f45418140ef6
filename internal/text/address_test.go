package text

import (
	"crypto/sha1"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestScheme(t *testing.T) {
	for s, want := range map[string]string{
		"https://example.org/": "https", "mailto:a@b": "mailto", "A+b-c.1:x": "A+b-c.1", "x:": "x",
		"": "", ":x": "", "1a:x": "", "a b:c": "", "/a:b": "", "a/b:c": "", "example.org": "", "å:x": "",
	} {
		assert.Equal(t, want, Scheme(s), s)
	}
}

func TestPercent(t *testing.T) {
	for c := range 256 {
		got, ok := Unpercent(Percent(byte(c)) + "0")
		assert.True(t, ok)
		assert.Equal(t, byte(c), got)
	}
	c, ok := Unpercent("%c3")
	assert.True(t, ok)
	assert.Equal(t, byte(0xC3), c)
	for _, s := range []string{"", "%", "%a", "%g0", "%0g", "%-1", "a%20"} {
		_, ok := Unpercent(s)
		assert.False(t, ok, s)
	}
}

// RFC 9562, appendix A.4.
func TestUUID(t *testing.T) {
	dns := NamespaceURL
	dns[3] = 0x10
	hash := sha1.Sum(append(dns[:], "www.example.com"...))
	assert.Equal(t, "urn:uuid:2ed6657d-e927-568b-95e1-2665a8aea6a2", UUIDOf(hash[:], 5).URN())
}
