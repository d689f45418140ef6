package xmltoken

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHTMLEntity(t *testing.T) {
	for name, want := range map[string]string{"aring": "å", "amp": "&", "semi": ";", "nbsp": "\u00a0", "NotEqualTilde": "≂̸"} {
		got, ok := HTMLEntity(name)
		assert.True(t, ok, name)
		assert.Equal(t, want, got)
	}
	for _, name := range []string{"", "nosuch", "notit", "ampx", "#65", strings.Repeat("x", 100), "a b", "amp;amp"} {
		_, ok := HTMLEntity(name)
		assert.False(t, ok, name)
	}
}
