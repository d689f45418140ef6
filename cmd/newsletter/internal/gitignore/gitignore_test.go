package gitignore

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var cases = []struct {
	name     string
	files    map[string]string // .gitignore files, by folder
	ignored  []string
	retained []string
}{
	{"names at any depth", map[string]string{".": "notes.md\n"}, []string{"notes.md", "a/notes.md"}, []string{"notes.txt", "a/my-notes.md"}},
	{"names from the top", map[string]string{".": "/notes.md\na/b.md\n"}, []string{"notes.md", "a/b.md"}, []string{"x/notes.md", "x/a/b.md"}},
	{"folders", map[string]string{".": "public/\n/node_modules/\n"}, []string{"public/robots.txt", "a/public/x/y.md", "node_modules/x.md"}, []string{"a/node_modules/x.md", "x/public.md"}},
	{"a file with the name of a folder", map[string]string{".": "public/\n"}, nil, []string{"public"}},
	{"stars", map[string]string{".": "*.txt\nd*t.md\n/a/*.md\n"}, []string{"a.txt", "b/.txt", "draft.md", "dt.md", "a/x.md"}, []string{"a.md", "b/a/x.md", "a/b/x.md", "d/t.md"}},
	{"two stars", map[string]string{".": "**/old/*.md\na/**/z.md\nout/**\n"}, []string{"old/x.md", "a/b/old/x.md", "a/z.md", "a/b/c/z.md", "out/x.md", "out/y/x.md"}, []string{"old/a/x.md", "b/z.md"}},
	{"stars within a name", map[string]string{".": "a**z.md\nb/c**\n"}, []string{"abz.md", "b/cd.md"}, []string{"b/x.md"}},
	{"one character", map[string]string{".": "a?.md\n"}, []string{"ab.md"}, []string{"a.md", "abc.md"}},
	{"brackets", map[string]string{".": "[ab].md\n[!x-z]1.md\n[]-]2.md\nc[[:digit:]].md\n[.]d.md\n"}, []string{"a.md", "b.md", "a1.md", "]2.md", "-2.md", "c7.md", ".d.md"}, []string{"c.md", "y1.md", "x2.md", "cc.md", "ad.md"}},
	{"a bracket that is open", map[string]string{".": "a[b.md\n"}, nil, []string{"a[b.md", "ab.md"}},
	{"characters that mean something elsewhere", map[string]string{".": "a+b(1).md\n$x^.md\nå?.md\n"}, []string{"a+b(1).md", "$x^.md"}, []string{"aab1.md"}},
	{"taken back", map[string]string{".": "*.md\n!keep.md\n/a/\n!/a/keep.md\n"}, []string{"x.md", "a/keep.md"}, []string{"keep.md", "b/keep.md"}},
	{"the last line counts", map[string]string{".": "!x.md\nx.md\n"}, []string{"x.md"}, nil},
	{"comments and escapes", map[string]string{".": "# x.md\n\\#a.md\n\\!b.md\n!#c.md\nd\\*.md\n   \n"}, []string{"#a.md", "!b.md", "d*.md"}, []string{"x.md", "#c.md", "dx.md"}},
	{"spaces at the end", map[string]string{".": "a.md   \nb\\ \nc.md\t\n"}, []string{"a.md", "b "}, []string{"b"}},
	{"line ends of Windows", map[string]string{".": "a.md\r\npublic/\r\n"}, []string{"a.md", "public/x.md"}, nil},
	{"a byte order mark", map[string]string{".": "\uFEFFa.md\n"}, []string{"a.md"}, nil},
	{"folders of their own", map[string]string{".": "*.txt\n", "a": "!x.txt\n/y.md\nb/\n"}, []string{"x.txt", "a/y.md", "a/b/x.md", "a/z.txt"}, []string{"a/x.txt", "y.md", "a/c/y.md"}},
	{"all", map[string]string{".": "*\n!/letters/\n!/letters/*.md\n"}, []string{"x.md", "letters/x.txt"}, []string{"letters/x.md"}},
	{"the top alone", map[string]string{".": "/\n//\n!\n"}, nil, []string{"x.md"}},
}

func TestTree(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			fsys := fstest.MapFS{}
			for folder, text := range c.files {
				fsys[path.Join(folder, name)] = &fstest.MapFile{Data: []byte(text)}
			}
			tree := New(fsys)
			for _, file := range c.ignored {
				assert.True(t, tree.Ignores(file, false), file)
			}
			for _, file := range c.retained {
				assert.False(t, tree.Ignores(file, false), file)
			}
		})
	}
}

// What git itself says of the same.
func TestGit(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("there is no git")
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			run := func(args ...string) *exec.Cmd {
				cmd := exec.Command(git, args...)
				cmd.Dir = dir
				cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_DIR="+filepath.Join(dir, ".git"), "GIT_WORK_TREE="+dir)
				return cmd
			}
			require.NoError(t, run("init", "--quiet").Run())
			for folder, text := range c.files {
				require.NoError(t, os.MkdirAll(filepath.Join(dir, folder), 0o777))
				require.NoError(t, os.WriteFile(filepath.Join(dir, folder, name), []byte(text), 0o666))
			}
			for _, file := range append(c.ignored, c.retained...) {
				if os.MkdirAll(filepath.Dir(filepath.Join(dir, file)), 0o777) != nil || os.WriteFile(filepath.Join(dir, file), nil, 0o666) != nil {
					t.Skipf("%s: no file can have this name here", file)
				}
			}
			cmd := run("check-ignore", "--stdin", "-z")
			cmd.Stdin = strings.NewReader(strings.Join(append(c.ignored, c.retained...), "\x00") + "\x00")
			out, _ := cmd.Output() // which ends with 1 if nothing is ignored
			said := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
			if len(out) == 0 {
				said = nil
			}
			assert.ElementsMatch(t, c.ignored, said)
		})
	}
}

func TestPatternsAreBounded(t *testing.T) {
	long := strings.Repeat("**/a*", 20_000)
	tree := New(fstest.MapFS{name: {Data: []byte(long + "\n" + strings.Repeat("x?\n", 50_000))}})
	start := time.Now()
	for i := range 2_000 {
		assert.False(t, tree.Ignores(strings.Repeat("a/", 50)+strconv.Itoa(i), false))
	}
	assert.Less(t, time.Since(start), 10*time.Second)
}

// What is held against many long names costs no more than so much, and it is said.
func TestPatternsThatAreTooCostly(t *testing.T) {
	tree := New(fstest.MapFS{
		name:        {Data: []byte("plain\n")},
		"a/" + name: {Data: []byte("literal.md\n" + strings.Repeat("*a*a*a*a*a*a*a*a*a*a*b*\n", 2_000))},
	})
	_, costly := tree.Costly()
	assert.False(t, costly)
	for i := range 2_000 {
		assert.False(t, tree.Ignores("a/"+strings.Repeat("a", 180)+strconv.Itoa(i), false))
	}
	file, costly := tree.Costly()
	assert.True(t, costly)
	assert.Equal(t, "a/.gitignore", file)
	assert.True(t, tree.Ignores("plain", false))
	assert.True(t, tree.Ignores("a/literal.md", false))
}
