//go:build linux && !race && !386 && !arm

package hostile

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/check"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/parse"
)

// A command is the program under test, and where it may write.
type command struct {
	path string
	dir  string
}

func build(t *testing.T) command {
	c := command{filepath.Join(t.TempDir(), "newsletter"), t.TempDir()}
	out, err := exec.Command("go", "build", "-o", c.path, "github.com/automationregion/newsletter/cmd/newsletter").CombinedOutput()
	require.NoError(t, err, string(out))
	return c
}

// A cost is what a process took.
type cost struct {
	cpu     time.Duration
	memory  int64
	written int64
	code    int
	out     string
}

// limited returns a command under limits of the system, wide enough that the law
// is what fails: the machine is to survive a case that breaks it.
func limited(ctx context.Context, args ...string) *exec.Cmd {
	const limits = `ulimit -t 30 -v 6000000 -f 400000 2>/dev/null; exec "$@"`
	return exec.CommandContext(ctx, "sh", append([]string{"-c", limits, "sh"}, args...)...)
}

// run runs a process in an empty folder, and once more if that was too much: the
// machine may have been busy.
func run(t *testing.T, env []string, args ...string) cost {
	c := runOnce(t, env, args...)
	if c.cpu >= MostCPU || c.memory >= MostMemory {
		again := runOnce(t, env, args...)
		c.cpu, c.memory = min(c.cpu, again.cpu), min(c.memory, again.memory)
	}
	return c
}

func runOnce(t *testing.T, env []string, args ...string) (c cost) {
	// What the system says of a process's memory is never less than its parent's.
	debug.FreeOSMemory()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := limited(ctx, args...)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), env...)
	printed := filepath.Join(cmd.Dir, "printed")
	out, err := os.Create(printed)
	require.NoError(t, err)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.Run()
	require.NotNil(t, cmd.ProcessState, "the process never began")
	use := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	c.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	c.memory = use.Maxrss << 10
	c.code = cmd.ProcessState.ExitCode()
	filepath.WalkDir(cmd.Dir, func(path string, d fs.DirEntry, err error) error {
		if info, infoErr := os.Lstat(path); err == nil && infoErr == nil && !d.IsDir() {
			c.written += info.Size()
		}
		return nil
	})
	data, _ := os.ReadFile(printed)
	c.out = string(data[:min(len(data), 2000)])
	return c
}

// judge holds a cost to the law, and prints it.
func (c cost) judge(t *testing.T, way string, input int) {
	t.Logf("%-48s %-10s %7d B in %6.2f s CPU %5d MB memory %6d KB written", strings.TrimPrefix(t.Name(), "Test"), way, input,
		c.cpu.Seconds(), c.memory>>20, c.written>>10)
	assert.Less(t, c.cpu, MostCPU, "CPU time, %s", way)
	assert.Less(t, c.memory, MostMemory, "bytes of memory, %s", way)
	assert.Less(t, c.written, MostWritten, "bytes written, %s", way)
	assert.Contains(t, []int{0, 1, 2}, c.code, "exit code, %s: %s", way, c.out)
	assert.NotContains(t, c.out, "goroutine ", way)
	if c.code != 0 && testing.Verbose() {
		first, _, _ := strings.Cut(c.out, "\n")
		t.Log("\t", first)
	}
}

// TestFeeds has hostile feeds gathered, converted, checked and read.
func TestFeeds(t *testing.T) {
	program := build(t)
	for _, f := range Feeds {
		t.Run(f.Name, func(t *testing.T) {
			dir := t.TempDir()
			packed := filepath.Join(dir, "feed.gz")
			size := write(t, packed, f.Write, true)
			require.Less(t, size, MostInput)

			server := serve(t, packed)
			partners := filepath.Join(dir, "partners.opml")
			writeOPML(t, partners, server.URL+"/hostile", server.URL+"/honest")
			c := run(t, nil, program.path, "aggregate", partners, "--url", "https://region.example/", "--title", "All",
				"--now", "2026-11-26T12:00:00Z", "--allow-private", "--pause", "-1s")
			c.judge(t, "aggregate", size)
			assert.Contains(t, c.out, "1 new letter", "the other partner's letter is there")
			if f.Long {
				return
			}
			plain := filepath.Join(dir, "feed")
			size = write(t, plain, f.Write, false)
			require.Less(t, size, MostInput)
			for _, format := range []string{"rss", "atom", "json", "html"} {
				run(t, nil, program.path, "convert", plain, "--to", format).judge(t, format, size)
			}
			run(t, nil, program.path, "check", plain).judge(t, "check", size)
			other := filepath.Join(dir, "other.json")
			require.NoError(t, os.WriteFile(other, []byte(jsonHead+`{"id":"1","title":"B"}]}`), 0o666))
			run(t, nil, program.path, "diff", plain, other).judge(t, "diff", size)
			run(t, []string{libraryFile + "=" + plain}, os.Args[0], "-test.run=^TestLibrary$").judge(t, "library", size)
		})
	}
}

// libraryFile names the variable that has the library read a file.
const libraryFile = "NEWSLETTER_HOSTILE_FILE"

// TestLibrary is the process in which the library reads a feed.
func TestLibrary(t *testing.T) {
	name := os.Getenv(libraryFile)
	if name == "" {
		t.Skip("it is a process of TestFeeds")
	}
	file, err := os.Open(name)
	require.NoError(t, err)
	defer file.Close()
	if n, _ := parse.Feed(file); n != nil {
		n.Repair()
		feed.Write(io.Discard, n, feed.RSS)
	}
	_, err = file.Seek(0, io.SeekStart)
	require.NoError(t, err)
	check.Document(file) // whatever it finds
}

// write writes a feed to a file, packed or not, and returns its size.
func write(t *testing.T, path string, content func(*bufio.Writer), pack bool) int {
	f, err := os.Create(path)
	require.NoError(t, err)
	defer f.Close()
	var w io.WriteCloser = f
	if pack {
		w = gzip.NewWriter(f)
	}
	b := bufio.NewWriter(w)
	content(b)
	require.NoError(t, b.Flush())
	if pack {
		require.NoError(t, w.Close())
	}
	info, err := f.Stat()
	require.NoError(t, err)
	return int(info.Size())
}

// serve serves the packed feed, and an honest one beside it.
func serve(t *testing.T, packed string) *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/honest" {
			io.WriteString(w, `<rss version="2.0"><channel><title>Honest</title><link>https://honest.example/</link><description/>`+
				`<item><guid>https://honest.example/1</guid><title>An honest letter</title><description>Text</description></item></channel></rss>`)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "application/xml")
		http.ServeFile(w, r, packed)
	}))
	t.Cleanup(server.Close)
	return server
}

func writeOPML(t *testing.T, path string, addresses ...string) {
	var b strings.Builder
	b.WriteString(`<opml version="2.0"><head/><body>`)
	for i, a := range addresses {
		fmt.Fprintf(&b, `<outline type="rss" text="P%d" xmlUrl="`, i)
		xml.EscapeText(&b, []byte(a))
		b.WriteString(`"/>`)
	}
	b.WriteString(`</body></opml>`)
	require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o666))
}

// TestLetters has hostile letters built and checked.
func TestLetters(t *testing.T) {
	program := build(t)
	for _, l := range Letters {
		t.Run(l.Name, func(t *testing.T) {
			dir := folder(t)
			require.NoError(t, os.WriteFile(filepath.Join(dir, l.File), []byte(l.Text), 0o666))
			require.Less(t, len(l.Text), MostInput)
			run(t, nil, program.path, "build", dir, "-o", "public").judge(t, "build", len(l.Text))
			run(t, nil, program.path, "check", dir).judge(t, "check", len(l.Text))
		})
	}
}

// TestSettings has folders built, checked and gathered for whose newsletter.yaml is
// hostile.
func TestSettings(t *testing.T) {
	program := build(t)
	for _, l := range Settings {
		t.Run(l.Name, func(t *testing.T) {
			dir := folder(t)
			require.Less(t, len(l.Text), MostInput)
			require.NoError(t, os.WriteFile(filepath.Join(dir, l.File), []byte(l.Text), 0o666))
			writeOPML(t, filepath.Join(dir, "partners.opml"), "http://127.0.0.1:1/feed")
			run(t, nil, program.path, "build", dir, "-o", "public").judge(t, "build", len(l.Text))
			run(t, nil, program.path, "check", dir).judge(t, "check", len(l.Text))
			run(t, nil, program.path, "aggregate", dir, "--allow-private", "--offline").judge(t, "aggregate", len(l.Text))
		})
	}
}

// folder returns a folder of letters.
func folder(t *testing.T) string {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "newsletter.yaml"), []byte("title: X\nurl: https://x.example/\nauthors: X\n"), 0o666))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "2026-11-02-honest.md"), []byte("# Honest\n\nText\n"), 0o666))
	return dir
}

// TestOddFiles has a folder with files that aren't what they seem to be.
func TestOddFiles(t *testing.T) {
	program := build(t)
	t.Run("a picture of 3 GB", func(t *testing.T) {
		dir := folder(t)
		picture := filepath.Join(dir, "x.png")
		require.NoError(t, os.WriteFile(picture, []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"), 0o666))
		require.NoError(t, os.Truncate(picture, 3<<30)) // a file of holes: it takes no room
		require.NoError(t, os.WriteFile(filepath.Join(dir, "2026-11-01-x.md"), []byte("# X\n\n![A picture](x.png)\n"), 0o666))
		run(t, nil, program.path, "check", dir).judge(t, "check", 0)
	})
	t.Run("a pipe", func(t *testing.T) {
		dir := folder(t)
		require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "2026-11-01-x.md"), 0o666))
		c := run(t, nil, program.path, "build", dir, "-o", "public")
		c.judge(t, "build", 0)
		assert.Contains(t, c.out, "2026-11-01-x.md")
		run(t, nil, program.path, "check", dir).judge(t, "check", 0)
	})
	t.Run("a .gitignore that is a pipe", func(t *testing.T) {
		dir := folder(t)
		require.NoError(t, os.Mkdir(filepath.Join(dir, ".git"), 0o777))
		require.NoError(t, syscall.Mkfifo(filepath.Join(dir, ".gitignore"), 0o666))
		run(t, nil, program.path, "build", dir, "-o", "public").judge(t, "build", 0)
	})
	t.Run("a .gitignore of patterns", func(t *testing.T) {
		dir := folder(t)
		patterns := strings.Repeat("*a*a*a*a*a*a*a*a*a*a*b*\n", 2_000)
		require.NoError(t, os.WriteFile(filepath.Join(dir, ".gitignore"), []byte(patterns), 0o666))
		for i := range 2_000 {
			require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("2026-11-01-%s-%d.md", strings.Repeat("a", 180), i)), []byte("x"), 0o666))
		}
		c := run(t, nil, program.path, "build", dir, "-o", "public")
		c.judge(t, "build", len(patterns))
		assert.Contains(t, c.out, ".gitignore: its patterns take too long")
	})
	t.Run("a folder within itself", func(t *testing.T) {
		dir := folder(t)
		require.NoError(t, os.Symlink(".", filepath.Join(dir, "again")))
		require.NoError(t, os.Symlink("/proc", filepath.Join(dir, "proc")))
		run(t, nil, program.path, "build", dir, "-o", "public").judge(t, "build", 0)
	})
}

// TestSignal has one signal end the command, whatever it waits for.
func TestSignal(t *testing.T) {
	program := build(t)
	held := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer held.Close()
	partners := filepath.Join(t.TempDir(), "partners.opml")
	writeOPML(t, partners, held.URL+"/feed")
	for name, args := range map[string][]string{
		"standard input":  {"convert", "-", "--to", "rss"},
		"a silent server": {"aggregate", partners, "--url", "https://x.example/", "--title", "X", "--allow-private"},
		"a document":      {"check", "-"},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command(program.path, args...)
			cmd.Dir = t.TempDir()
			in, err := cmd.StdinPipe()
			require.NoError(t, err)
			defer in.Close()
			require.NoError(t, cmd.Start())
			ended := make(chan error, 1)
			go func() { ended <- cmd.Wait() }()
			select {
			case <-ended:
				t.Skip("it ended by itself")
			case <-time.After(500 * time.Millisecond):
			}
			require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
			select {
			case <-ended:
			case <-time.After(5 * time.Second):
				cmd.Process.Kill()
				t.Fatal("it goes on after a signal")
			}
		})
	}
}
