package parse

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestOneLine(t *testing.T) {
	assert.Equal(t, "a b c", oneLine("\n a\tb \r\n c "))
	assert.Equal(t, "", oneLine(" \n "))
	s := "already on one line"
	assert.Zero(t, testing.AllocsPerRun(10, func() { oneLine(s) }))
}

func TestLooksLikeHTML(t *testing.T) {
	for in, want := range map[string]bool{
		"plain":                  false,
		"1 < 2 > 1":              false,
		"<b>bold</b>":            true,
		"line<br/>break":         true,
		"AT&T":                   false,
		"AT&amp;T":               true,
		"don&#8217;t":            true,
		"x & y; z":               false,
		"<rss> and other things": false,
		"generics: List<String>": false,
		"a <!-- remark --> b":    true,
		"<3":                     false,
		"ends in <b":             false,
		"<!DOCTYPE":              false,
	} {
		assert.Equal(t, want, looksLikeHTML(in), "looksLikeHTML(%q)", in)
	}
}
