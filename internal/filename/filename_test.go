package filename_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/automationregion/newsletter/internal/filename"
)

func TestIsPortable(t *testing.T) {
	for _, name := range []string{"winter", "con-1", "console", "com", "com10", "vår", "a.html", "COMMON"} {
		assert.True(t, filename.IsPortable(name), name)
	}
	for _, name := range []string{"", ".", "..", ".hidden", "con", "Aux", "nul.html", "COM1", "lpt\u00b9", "con .txt", "a/b", "a:b", "a\x00", "a.", "a ", "\ufffd", strings.Repeat("a", 256)} {
		assert.False(t, filename.IsPortable(name), name)
	}
}

func ExampleIsPortable() {
	fmt.Println(filename.IsPortable("winter"), filename.IsPortable("con"))
	// Output: true false
}
