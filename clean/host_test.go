package clean_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/automationregion/newsletter/clean"
)

// A host has no percent escapes: many programs refuse them.
func TestHostsBeyondASCII(t *testing.T) {
	for _, test := range []struct{ address, want string }{
		{"https://bücher.example/å", "https://xn--bcher-kva.example/%C3%A5"},
		{"https://b%C3%BCcher.example:8443/", "https://xn--bcher-kva.example:8443/"},
		{"rel", "https://xn--rksmrgs-5wao1o.example/rel"},
		{"http://[2606:4700::1111]:8080/a", "http://[2606:4700::1111]:8080/a"},
	} {
		got := clean.HTML(`<p><a href="`+test.address+`">x</a></p>`, clean.Options{BaseURL: "https://räksmörgås.example/"})
		assert.Contains(t, got, `href="`+test.want+`"`)
	}
	assert.Contains(t, clean.HTML(`<p><img src="https://bücher.example/a.png" alt="a"></p>`), `src="https://xn--bcher-kva.example/a.png"`)
}
