package output

import (
	"context"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPublishThatFailsLeavesTheFolderAsItWas(t *testing.T) {
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	tests := map[string]struct {
		ctx   context.Context
		files Files
	}{
		"a file stands where a folder is to be": {t.Context(), Files{"a/index.html": {}, "rss.xml/index.html": {}}},
		"a folder stands where a file is to be": {t.Context(), Files{"a/index.html": {}, "old": {}}},
		"a name that is too long":               {t.Context(), Files{"a/index.html": {}, "b/" + strings.Repeat("b", 300): {}}},
		"a path out of the folder":              {t.Context(), Files{"a/index.html": {}, "b/../../index.html": {}}},
		"the command is interrupted":            {canceled, Files{"a/index.html": {}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			_, _, err := Files{"rss.xml": {Data: []byte("old")}, "old/index.html": {Data: []byte("old")}}.Publish(t.Context(), dir, CleanNothing, nil)
			require.NoError(t, err)

			_, _, err = test.files.Publish(test.ctx, dir, CleanNothing, nil)

			require.Error(t, err)
			var left []string
			require.NoError(t, filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
				rel, _ := filepath.Rel(dir, path)
				left = append(left, filepath.ToSlash(rel))
				return err
			}))
			assert.Equal(t, []string{".", ListName, "old", "old/index.html", "rss.xml"}, left)
		})
	}
}
