package value_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/automationregion/newsletter/internal/value"
)

// What is mended is a value of the kind, and what is one stays as it is.
func TestMend(t *testing.T) {
	kinds := map[string]struct {
		is   func(string) bool
		mend func(string) string
		made map[string]string // what becomes of what is none
		are  []string
	}{
		"URL": {value.IsURL, value.MendURL, map[string]string{
			"": "", "/news": "", "http://": "", "https://": "", "javascript:a()": "", "https://example.org/a b[1]": "https://example.org/a%20b%5B1%5D", ` https:\\example.org\a `: "https://example.org/a",
			"http://[::1": "", "http://:80/": "", "https://exa mple.org/": "",
		}, []string{"https://example.org/", "http://[::1]:80/", "mailto:ann@example.org", "tag:example.org,2024:a", "https://å.example/ö"}},
		"page": {value.IsPage, value.MendPage, map[string]string{"mailto:ann@example.org": "", "https://example.org/ ": "https://example.org/"}, []string{"https://example.org/", "ftp://example.org/"}},
		"language": {value.IsLanguage, value.MendLanguage, map[string]string{
			"": "", "en_GB.UTF-8": "en-GB", "sv-": "sv", "english!": "", "de-a": "de", "en-x": "en", "zh-Hant-": "zh-Hant",
		}, []string{"sv", "en-GB", "zh-Hant-TW", "de-1996", "x-own", "i-klingon", "en-a-bbb-x-a", "es-419"}},
		"ID":       {value.IsID, value.MendID, map[string]string{" a\tb\n": "a b", "\x00": ""}, []string{"", "a", "12345", "https://example.org/a b"}},
		"e-mail":   {value.IsEmail, value.MendEmail, map[string]string{"Ann <ann@example.org>": "ann@example.org", "@b": "", "a@": "", "a": ""}, []string{"ann@example.org"}},
		"relation": {value.IsRel, value.MendRel, map[string]string{"": "", "Via": "via", "enclosure": "", "http://www.iana.org/assignments/relation/via": "via", "a b": ""}, []string{"via", "https://example.org/rel"}},
	}
	for name, kind := range kinds {
		for s, want := range kind.made {
			assert.Equal(t, want, kind.mend(s), "%s of %q", name, s)
			if s != want {
				assert.False(t, kind.is(s), "%s: %q", name, s)
			}
		}
		for _, s := range kind.are {
			assert.True(t, kind.is(s), "%s: %q", name, s)
			assert.Equal(t, s, kind.mend(s), name)
		}
	}
	assert.Equal(t, "“a b”\nc", value.MendText("\u0093a\x00 b\u0094\r\nc "))
	assert.Equal(t, "a b c", value.MendLine(" a\n b  c"))
	assert.Equal(t, "application/pdf", value.MediaType("https://example.org/A.PDF?b=.txt#c"))
	assert.Empty(t, value.MediaType("https://example.org/pdf"))
}
