package letters_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"

	"github.com/automationregion/newsletter/parse"
	"github.com/automationregion/newsletter/parse/letters"
)

// Which texts of a folder are letters.
func TestWhatIsALetter(t *testing.T) {
	const front, plain = "---\ntitle: A\ndate: 2026-01-05\n---\nText.\n", "A\n\nStaff · 2026-01-05\n\nText.\n"
	for name, c := range map[string]struct {
		file, text string
		is         bool
	}{
		"front matter":               {"a.md", front, true},
		"front matter in TOML":       {"a.md", "+++\ntitle = 'A'\ndate = 2026-01-05\n+++\n", true},
		"front matter without end":   {"a.md", "---\ntitle: A\n", true},
		"a mark before it":           {"a.md", "\uFEFF" + front, true},
		"a text file with it":        {"a.txt", front, true},
		"a line, and no more":        {"a.md", "---", false},
		"a heading":                  {"a.md", "# A\n\nText.\n", false},
		"a dated name":               {"2026-01-05-a.md", "# A\n\nText.\n", true},
		"a dated name in a folder":   {"x/2026-01-05.md", "# A\n\nText.\n", true},
		"a dated folder":             {"2026-01-05-a/notes.md", "# A\n\nText.\n", true},
		"a folder in a dated one":    {"2026-01-05-a/b/notes.md", "# A\n\nText.\n", false},
		"no date":                    {"2026-13-05-a.md", "# A\n\nText.\n", false},
		"a byline":                   {"a.txt", plain, true},
		"a byline behind many lines": {"a.txt", "\n\nA\n\n\n\nStaff · 2026-01-05\n", true},
		"line ends of Windows":       {"a.txt", "A\r\n\r\nStaff · 2026-01-05\r\n", true},
		"a date alone":               {"a.txt", "A\n\n5 januari 2026\n", true},
		"a wrong byline":             {"a.txt", "A\n\nLedare · 31 februari 2026\n", true},
		"windows-1252":               {"a.txt", "A\n\nAnna \xc5k, X \xb7 2026-01-05\n", true},
		"UTF-16":                     {"a.txt", "\xff\xfeA\x00\n\x00\n\x002\x000\x002\x006\x00-\x000\x001\x00-\x000\x005\x00\n\x00", true},
		"prose":                      {"a.txt", "A\n\nText.\n", false},
		"nothing":                    {"a.txt", "", false},
		"README":                     {"README.md", front, false},
		"README in Swedish":          {"readme.sv.md", front, false},
		"LICENSE":                    {"LICENSE.txt", plain, false},
		"robots.txt":                 {"robots.txt", plain, false},
		"an underscore":              {"_a.md", front, false},
		"in a folder with one":       {"_drafts/a.md", front, false},
		"static":                     {"static/a.md", front, false},
		"layouts":                    {"layouts/a.md", front, false},
		"ignored":                    {"ignored.md", front, false},
		"in a folder that is":        {"ignored/a.md", front, false},
	} {
		t.Run(name, func(t *testing.T) {
			var said []string
			f, err := letters.ReadFolder(t.Context(), fstest.MapFS{
				"newsletter.yaml":      {Data: []byte("title: N\nurl: https://example.org/\nauthors: [Staff]\n")},
				"2025-01-01-other.txt": {Data: []byte("Other\n\n2025-01-01\n")},
				c.file:                 {Data: []byte(c.text)},
			}, letters.Options{
				Remark:  func(e *parse.Error) { said = append(said, e.Rule) },
				Ignored: func(file string, _ bool) bool { return file == "ignored.md" || file == "ignored" },
			})
			is := slices.Contains(slices.Collect(maps.Values(f.Files)), c.file)
			for _, wrong := range messages(err) { // then it is a letter
				is = is || strings.HasPrefix(wrong, c.file+":")
			}
			assert.Equal(t, c.is, is, f.Others)
			assert.Equal(t, len(f.Others) > 0, len(said) > 0, "what is passed over is said")
		})
	}
}
