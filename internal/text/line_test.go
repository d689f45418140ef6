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
