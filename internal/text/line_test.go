package text

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLine(t *testing.T) {
	assert.Equal(t, "a b c", Line("\n a\tb \r\n c "))
	assert.Equal(t, "", Line(" \n "))
	s := "already on one line"
	assert.Zero(t, testing.AllocsPerRun(10, func() { Line(s) }))
}

func TestClip(t *testing.T) {
	assert.Equal(t, "abc", Clip("abc", 3))
	assert.Equal(t, "ab…", Clip("abc", 2))
	assert.Equal(t, "å…", Clip("åäö", 3))
	assert.Equal(t, "\x80\x80…", Clip("\x80\x80\x80\x80\x80\x80", 5))
}

func TestIsBlank(t *testing.T) {
	for _, r := range " \t\n\u00a0\u200b\ufeff" {
		assert.True(t, IsBlank(r), "%U", r)
	}
	assert.False(t, IsBlank('x'))
}
