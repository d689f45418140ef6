package intake

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestShorten(t *testing.T) {
	for _, tt := range []struct {
		in   string
		most int
		want string
	}{
		{"short", 5, "short"},
		{"ääää", 4, "ääää"},
		{"one two three", 10, "one two…"},
		{"one two, three", 11, "one two…"},
		{"  one two  ", 7, "one two"},
		{"onetwothreefour five", 8, "onetwoth…"},
		{"日本語の文章です", 4, "日本語の…"},
		{"aaae\u0301\u0301b", 5, "aaa…"},
		{"👩‍👩‍👧x", 3, "…"},
		{strings.Repeat(" ", 20) + "x", 5, "x"},
	} {
		got, cut := Shorten(tt.in, tt.most)
		assert.Equal(t, tt.want, got, tt.in)
		assert.Equal(t, strings.HasSuffix(got, "…"), cut, tt.in)
	}
}
