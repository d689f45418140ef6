package diff

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestIDsAreAddedWithoutChangingTheRest(t *testing.T) {
	entries := []idEntry{{"a.md", "tag:example.org,2026-01-01:a"}, {"b: c.md", "https://example.org/?p=1 #x"}}
	lines := "a.md: tag:example.org,2026-01-01:a\n"
	odd := `"b: c.md": "https://example.org/?p=1 #x"` + "\n"
	tests := map[string]struct{ text, want, fault string }{
		"none yet":                {"title: A # b\n", "title: A # b\nids: # of letters that were published with another name or date\n  " + lines + "  " + odd, ""},
		"no newline at the end":   {"title: A", "title: A\nids: # of letters that were published with another name or date\n  " + lines + "  " + odd, ""},
		"some":                    {"ids: # here\n    x.md: y\n# end\ntitle: A\n", "ids: # here\n    " + lines + "    " + odd + "    x.md: y\n# end\ntitle: A\n", ""},
		"an empty table":          {"ids:\ntitle: A\n", "ids:\n  " + lines + "  " + odd + "title: A\n", ""},
		"at the end":              {"title: A\nids:", "title: A\nids:\n  " + lines + "  " + odd, ""},
		"within braces":           {"ids: {x.md: y}\n", "", `ids: expected a line "ids:" with a line below it for each letter`},
		"another ID":              {"ids:\n  a.md: y\n", "", "ids: a.md has another ID there already: expected that of the letter that was published, tag:example.org,2026-01-01:a"},
		"the same words in text":  {"title: |\n  x\nids:\n  x.md: y\n", "title: |\n  x\nids:\n  " + lines + "  " + odd + "  x.md: y\n", ""},
		"CRLF":                    {"title: A\r\n", "title: A\r\nids: # of letters that were published with another name or date\r\n  a.md: tag:example.org,2026-01-01:a\r\n  \"b: c.md\": \"https://example.org/?p=1 #x\"\r\n", ""},
		"a document that has end": {"title: A\n...\n", "", "ids: the lines can't be added to it"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := withIDs([]byte(test.text), entries)
			if test.fault != "" {
				require.ErrorContains(t, err, test.fault)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.want, string(got))
		})
	}
}

func TestPassage(t *testing.T) {
	tests := []struct {
		a, b     string
		was, now string
		share    float64
	}{
		{"a b c d", "a b c d", "", "", 0},
		{"a b c d", "a x c d", "b", "x", 0.25},
		{"a b c d", "a c d", "b", "", 0.25},
		{"", "a", "", "a", 1},
		{"a b", "b a", "a b", "b a", 0.5},
	}
	for _, test := range tests {
		was, now, share := passage(strings.Fields(test.a), strings.Fields(test.b))
		assert.Equal(t, [3]any{test.was, test.now, test.share}, [3]any{was, now, share}, "%s / %s", test.a, test.b)
	}
}
