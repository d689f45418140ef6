// Package docs tests what the pages of documentation say.
package docs

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/gorilla/feeds"
	"github.com/mmcdole/gofeed"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The code of the page is that of the examples, which are built and run.
func TestComingFromShowsTheExamples(t *testing.T) {
	page := read(t, "coming-from.md")
	for _, example := range []string{"fromgorilla", "fromgofeed"} {
		assert.Contains(t, page, "```go\n"+read(t, filepath.Join("..", "examples", example, "main.go"))+"```\n")
	}
}

// Each field of both libraries has a row in its library's table.
func TestComingFromNamesEveryField(t *testing.T) {
	gorilla, rest, ok := strings.Cut(read(t, "coming-from.md"), "\n## gofeed\n")
	require.True(t, ok)
	for page, types := range map[string][]any{
		gorilla: {feeds.Feed{}, feeds.Item{}, feeds.Image{}, feeds.Link{}, feeds.Author{}, feeds.Enclosure{}},
		rest:    {gofeed.Feed{}, gofeed.Item{}, gofeed.Person{}, gofeed.Image{}, gofeed.Enclosure{}},
	} {
		for _, value := range types {
			of := reflect.TypeOf(value)
			for i := range of.NumField() {
				if f := of.Field(i); f.IsExported() {
					assert.Contains(t, page, "| `"+of.Name()+"."+f.Name+"` | ", of.PkgPath())
				}
			}
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(b)
}
