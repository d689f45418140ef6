package atomicfile_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/internal/atomicfile"
)

func TestWriteReplacesWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "letter.txt")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o600))
	require.NoError(t, atomicfile.Write(path, []byte("new"), 0o644))

	data, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "new", string(data))
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm(), "the permissions of the old file stay")
	assert.Equal(t, []string{"letter.txt"}, names(t, filepath.Dir(path)))
}

// A new file is no more open than any other that this process makes.
func TestNewFileHasThePermissionsOfAnyOther(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "plain"), nil, 0o666))
	require.NoError(t, atomicfile.Write(filepath.Join(dir, "whole"), nil, 0o666))
	plain, err := os.Stat(filepath.Join(dir, "plain"))
	require.NoError(t, err)
	whole, err := os.Stat(filepath.Join(dir, "whole"))
	require.NoError(t, err)
	assert.Equal(t, plain.Mode(), whole.Mode())
}

func TestDiscardLeavesTheOldFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "letter.txt")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o644))
	f, err := atomicfile.Create(path, 0o644)
	require.NoError(t, err)
	_, err = f.WriteString("half")
	require.NoError(t, err)
	f.Discard()
	f.Discard()

	data, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "old", string(data))
	assert.Equal(t, []string{"letter.txt"}, names(t, filepath.Dir(path)))
	assert.ErrorIs(t, f.Commit(), fs.ErrClosed)
}

func TestCommitThatFailsLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "letter.txt")
	require.NoError(t, os.MkdirAll(filepath.Join(path, "in the way"), 0o755))
	assert.Error(t, atomicfile.Write(path, []byte("new"), 0o644))
	assert.Equal(t, []string{"letter.txt"}, names(t, dir))
}

func TestCommitAfterSync(t *testing.T) {
	path := filepath.Join(t.TempDir(), "letter.txt")
	f, err := atomicfile.Create(path, 0o644)
	require.NoError(t, err)
	_, err = f.WriteString("whole")
	require.NoError(t, err)
	require.NoError(t, f.Sync())
	require.NoError(t, f.Commit())
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "whole", string(data))
}

// A name may be as long as the file system has it, though what is written first
// has a longer one.
func TestLongName(t *testing.T) {
	path := filepath.Join(t.TempDir(), strings.Repeat("å", 125)+".html")
	require.NoError(t, atomicfile.Write(path, []byte("new"), 0o644))
	assert.FileExists(t, path)
}

func TestIsTemp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "letter.txt")
	f, err := atomicfile.Create(path, 0o644)
	require.NoError(t, err)
	defer f.Discard()
	assert.True(t, atomicfile.IsTemp(filepath.Base(f.Name())), f.Name())
	for _, name := range []string{"letter.txt", ".letter.txt.1f.tmp", "letter.newsletter.tmp", ".tmp"} {
		assert.False(t, atomicfile.IsTemp(name), name)
	}
}

func Example() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "feed.json")
	fmt.Println(atomicfile.Write(path, []byte("{}"), 0o644))
	data, _ := os.ReadFile(path)
	fmt.Println(string(data))
	// Output:
	// <nil>
	// {}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
