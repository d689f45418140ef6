package fidelity_test

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/feed"
)

// TestAttachments copies feeds and counts: the copy has the enclosures and the elements
// of Media RSS that its source has, and no enclosure more.
func TestAttachments(t *testing.T) {
	files, total := 0, map[string]int{}
	for _, root := range []string{
		"testdata",
		cmp.Or(os.Getenv("NEWSLETTER_CORPUS"), "../../../../shared/corpus"),
		"../../../../shared/conformance/feeds",
	} {
		if _, err := os.Stat(root); err != nil {
			t.Logf("no real feeds here: %v", err)
			continue
		}
		require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			document, err := os.ReadFile(path)
			require.NoError(t, err)
			source, err := readXML(document)
			if err != nil {
				return nil // of JSON, or not well-formed
			}
			t.Run(path, func(t *testing.T) {
				copied, f := copyOf(t, document)
				if f == feed.JSON {
					t.Skip()
				}
				again, err := readXML(copied)
				require.NoError(t, err)
				want, got := attachmentsOf(source), attachmentsOf(again)
				files++
				if got["enclosure"] > want["enclosure"] {
					got["enclosure"] = max(want["enclosure"], got["enclosure"]-want[elsewhere])
				}
				for name, n := range want {
					total[name] += n
					if canAdd(name) {
						assert.GreaterOrEqual(t, got[name], n, name)
						got[name] = n
					}
				}
				delete(want, elsewhere)
				for name, n := range got {
					if want[name] == 0 && (n == 0 || canAdd(name)) {
						delete(got, name)
					}
				}
				assert.Equal(t, want, got)
			})
			return nil
		}))
	}
	t.Logf("%d files with %v", files, total)
}

// elsewhere is content that is not in the letter, for which a link or an enclosure is
// written.
const elsewhere = "atom:content@src"

// canAdd reports whether a writer adds such elements, for those who look there: a
// letter's picture, and how long sound lasts of which iTunes alone said it.
func canAdd(name string) bool { return name == "media:thumbnail" || name == "media:content" }

// attachmentsOf counts the elements that readers may take for attachments, by name.
func attachmentsOf(root *node) map[string]int {
	found := map[string]int{}
	var walk func(n *node)
	walk = func(n *node) {
		name := n.name
		for _, a := range n.attrs {
			if name == "atom:link" && a.Name.Local == "rel" && strings.EqualFold(a.Value, "enclosure") {
				name = "enclosure"
			}
			if name == "atom:content" && a.Name.Local == "src" {
				found[elsewhere]++
			}
		}
		says := len(n.attrs) > 0 || strings.TrimSpace(n.words.String()) != ""
		if says && (name == "enclosure" || strings.HasPrefix(name, "media:")) {
			found[name]++
		}
		for _, c := range n.children {
			walk(c)
		}
	}
	walk(root)
	return found
}
