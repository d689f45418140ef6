package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tampering is what may happen to a file of an output folder.
var tampering = map[string]func(t *testing.T, path string){
	"is deleted":         func(t *testing.T, path string) { require.NoError(t, os.Remove(path)) },
	"is emptied":         func(t *testing.T, path string) { require.NoError(t, os.WriteFile(path, nil, 0o644)) },
	"is longer":          func(t *testing.T, path string) { edit(t, path, func(b []byte) []byte { return append(b, ' ') }) },
	"has another letter": func(t *testing.T, path string) { edit(t, path, func(b []byte) []byte { b[len(b)/2] ^= 1; return b }) },
	"is a link": func(t *testing.T, path string) {
		require.NoError(t, os.Rename(path, path+".old"))
		require.NoError(t, os.WriteFile(path+".old", []byte("other"), 0o644))
		require.NoError(t, os.Symlink(filepath.Base(path)+".old", path))
	},
}

func edit(t *testing.T, path string, how func([]byte) []byte) {
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, how(data), 0o644))
}

// What was done to a file that a build wrote is found by --check and mended by
// the next build, although both remember what they made.
func TestTamperingIsFound(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", os.Getenv("XDG_CACHE_HOME"))
	t.Setenv("LocalAppData", os.Getenv("XDG_CACHE_HOME"))
	dir := t.TempDir()
	letters, out := filepath.Join(dir, "letters"), filepath.Join(dir, "public")
	writeLetters(t, letters, 3)
	do := func(args ...string) (int, string) {
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), append(args, letters, "-o", out), nil, &stdout, &stderr, nil)
		return code, stdout.String() + stderr.String()
	}
	code, said := do("build")
	require.Equal(t, exitOK, code, said)
	want := folderOf(t, out)
	for _, file := range []string{"index.html", "rss.xml", "atom.xml", "feed.json", "l1/index.html"} {
		for what, tamper := range tampering {
			t.Run(file+" "+what, func(t *testing.T) {
				path := filepath.Join(out, filepath.FromSlash(file))
				tamper(t, path)
				code, said := do("build", "--check")
				assert.Equal(t, exitFound, code)
				assert.Contains(t, said, filepath.FromSlash(file)+": ")
				code, said = do("build")
				assert.Equal(t, exitOK, code)
				assert.Contains(t, said, "1 file changed of 10")
				os.Remove(path + ".old")
				assert.Equal(t, want, folderOf(t, out))
				code, said = do("build")
				assert.Equal(t, exitOK, code)
				assert.Contains(t, said, "0 files changed of 10")
			})
		}
	}
	t.Run("in a letter's time alone", func(t *testing.T) { // --check doesn't go by it
		path := filepath.Join(out, "l1", "index.html")
		info, err := os.Stat(path)
		require.NoError(t, err)
		edit(t, path, func(b []byte) []byte { b[len(b)/2] ^= 1; return b })
		require.NoError(t, os.Chtimes(path, info.ModTime(), info.ModTime()))
		code, _ := do("build", "--check")
		assert.Equal(t, exitFound, code)
		_, said := do("build", "--ignoreCache")
		assert.Contains(t, said, "1 file changed of 10")
		assert.Equal(t, want, folderOf(t, out))
	})
	t.Run("a letter", func(t *testing.T) {
		edit(t, filepath.Join(letters, "2026-01-02-l1.md"), func(b []byte) []byte { return append(b, "\nMore.\n"...) })
		_, said := do("build")
		assert.Contains(t, said, "5 files changed of 10", said) // the feeds, its page, and the list of letters
		code, said := do("build", "--check")
		assert.Equal(t, exitOK, code, said)
	})
}

// writeLetters writes a folder of so many letters.
func writeLetters(t testing.TB, dir string, n int) {
	require.NoError(t, os.MkdirAll(dir, 0o777))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "newsletter.yaml"), []byte("title: N\nurl: https://example.org/l/\nlanguage: en\nauthors: [Staff]\nfeed: {size: 50}\n"), 0o666))
	for i := range n {
		day := time.Date(2026, 1, 1+i%300, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		words := strings.Repeat("word ", 4)
		text := fmt.Sprintf("---\ntitle: Letter %d\ndate: %s\ncategories: [news]\n---\n\n%s\n", i, day, words)
		if n > 100 { // some of the length that letters have
			for p := range 4 {
				text += fmt.Sprintf("\n## Part %d\n\n%s**strong** [a link](https://example.com/%d) %s.\n\n- one\n- two\n", p, strings.Repeat("some words of a letter ", 15), i, words)
			}
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-l%d.md", day, i)), []byte(text), 0o666))
	}
}

// folderOf returns the files of a folder.
func folderOf(t *testing.T, dir string) map[string]string {
	files := map[string]string{}
	for path := range filesIn(t, dir) {
		data, err := os.ReadFile(filepath.Join(dir, path))
		require.NoError(t, err)
		files[path] = string(data)
	}
	return files
}

func filesIn(t *testing.T, dir string) map[string]bool {
	files := map[string]bool{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			files[rel] = true
		}
		return err
	}))
	return files
}
