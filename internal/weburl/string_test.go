package weburl_test

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/internal/weburl"
)

func TestHostsBeyondASCII(t *testing.T) {
	for _, test := range []struct{ address, written string }{
		{"https://example.org/å?q=ö#ä", "https://example.org/%C3%A5?q=ö#%C3%A4"},
		{"https://bücher.example/å", "https://bücher.example/%C3%A5"},
		{"https://b%C3%BCcher.example", "https://bücher.example"},
		{"https://ada:p%2F@räksmörgås.example:8443?x//y", "https://ada:p%2F@räksmörgås.example:8443?x//y"},
		{"//bücher.example#h", "//bücher.example#h"},
		{"http://[2001:db8::1]:8080/å", "http://[2001:db8::1]:8080/%C3%A5"},
		{"http://[fe80::1%25eth0]/", "http://[fe80::1%25eth0]/"},
		{"https://a%C2%A0b.example/", "https://a%C2%A0b.example/"},
		{"https://a%FFb.example/", "https://a%FFb.example/"},
		{"mailto:å@bücher.example", "mailto:å@bücher.example"},
	} {
		u, err := url.Parse(test.address)
		require.NoError(t, err, test.address)
		assert.Equal(t, test.written, weburl.String(u))
	}
}
