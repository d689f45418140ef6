package output

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestContentDiff(t *testing.T) {
	long := strings.Repeat("word ", 1_000)
	for name, c := range map[string]struct{ was, is, want string }{
		"a line":                                {"a\nb\nc\n", "a\nB\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"},
		"a character of two bytes near the end": {"abå12\n", "abå13\n", "@@ -1,1 +1,1 @@\n-abå12\n+abå13\n"},
		"a long line":                           {long + "one\n", long + "two\n", "@@ -1,1 +1,1 @@\n-…" + long[len(long)-diffBefore:] + "one\n+…" + long[len(long)-diffBefore:] + "two\n"},
		"a long line that came":                 {"", long, "@@ -0,0 +1,1 @@\n+" + long[:diffColumns] + "…\n\\ No newline at end of file\n"},
	} {
		path := filepath.Join(t.TempDir(), "f")
		require.NoError(t, os.WriteFile(path, []byte(c.was), 0o666))
		got, err := Content{Data: []byte(c.is)}.diff(path)
		require.NoError(t, err)
		assert.Equal(t, "--- "+path+" as it is\n+++ "+path+" as it would be built\n"+c.want, got, name)
	}

	path := filepath.Join(t.TempDir(), "f")
	require.NoError(t, os.WriteFile(path, []byte(strings.Repeat("x\n", 500)), 0o666))
	got, err := Content{Data: []byte("y\n")}.diff(path)
	require.NoError(t, err)
	assert.Equal(t, 2+diffLines+1, strings.Count(got, "\n"))
	assert.True(t, strings.HasSuffix(got, "-x\n… 452 lines more\n"), got)

	got, err = Content{Data: []byte("y\x00")}.diff(path)
	require.NoError(t, err)
	assert.Equal(t, path+": not shown: it is no text\n", got)
	got, err = Content{Data: []byte(strings.Repeat("y", diffSize+1))}.diff(path)
	require.NoError(t, err)
	assert.Equal(t, path+": not shown: more than 4 MiB\n", got)
}
