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

func TestKey(t *testing.T) {
	for a, b := range map[string]string{
		"Partners.HTML": "partners.html", "VÅR/index.html": "va\u030ar/INDEX.html", "\u212aind": "kind", "\u017ftatic": "static", "stra\u00dfe": "STRASSE", "a/b": "a/b",
	} {
		assert.Equal(t, filename.Key(a), filename.Key(b), "%q %q", a, b)
	}
	for a, b := range map[string]string{"a": "b", "a/b": "a", "å": "a", "a b": "ab"} {
		assert.NotEqual(t, filename.Key(a), filename.Key(b), "%q %q", a, b)
	}
}

func ExampleKey() {
	fmt.Println(filename.Key("404.HTML"))
	// Output: 404.html
}

func ExampleIsPortable() {
	fmt.Println(filename.IsPortable("winter"), filename.IsPortable("con"))
	// Output: true false
}
