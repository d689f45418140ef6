// Package deps holds what the library's packages link, by the lists of the go command.
package deps

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	// So that the test runs again when they change.
	_ "github.com/automationregion/newsletter/feed"
	_ "github.com/automationregion/newsletter/parse"
)

const library = "github.com/automationregion/newsletter"

// Who imports the model links the standard library alone; who reads or writes feeds
// links no server, and no other library for feeds.
func TestWhoImportsTheLibraryCarriesLittle(t *testing.T) {
	for _, pkg := range []string{library, library + "/feed", library + "/parse"} {
		deps := list(t, pkg)
		for _, unwanted := range []string{"net/http", "github.com/mmcdole/gofeed", "github.com/gorilla/feeds"} {
			assert.False(t, slices.ContainsFunc(deps, func(d string) bool { return d == unwanted || strings.HasPrefix(d, unwanted+"/") }), "%s links %s", pkg, unwanted)
		}
		if pkg != library {
			continue
		}
		for _, d := range deps {
			first, _, _ := strings.Cut(d, "/")
			assert.False(t, strings.Contains(first, ".") && d != library && !strings.HasPrefix(d, library+"/"), "%s links %s", pkg, d)
		}
	}
	for _, pkg := range []string{"/feed/feedhttp", "/fetch"} {
		assert.Contains(t, list(t, library+pkg), "net/http", "the lists tell something")
	}
}

// list returns the paths of all packages that a package links, its own too.
func list(t *testing.T, pkg string) []string {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", pkg).Output()
	require.NoError(t, err)
	return strings.Fields(string(out))
}
