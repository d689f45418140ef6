package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata/script")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"newsletter": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		Setup:               serveSite,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"expand": expand},
	})
}

func TestInterrupt(t *testing.T) {
	typing, w := io.Pipe() // standard input that never ends
	defer w.Close()
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(20*time.Millisecond, func() { cancel(errors.New("interrupt")) })
	var stdout, stderr strings.Builder

	code := run(ctx, []string{"convert", "--to", "rss"}, typing, &stdout, &stderr, nil)

	assert.Equal(t, exitFailed, code)
	assert.Empty(t, stdout.String())
	assert.Equal(t, "newsletter: interrupt\n", stderr.String())
}

// What waits in the system, where no context is heard, ends with the command.
func TestSignalEndsTheCommandWithinASecond(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no such signals and pipes here")
	}
	exe, err := os.Executable()
	require.NoError(t, err)
	dir := t.TempDir()
	newsletter := filepath.Join(dir, "newsletter") // by which name the test binary is the command
	require.NoError(t, os.Symlink(exe, newsletter))
	pipe := filepath.Join(dir, "feed.xml") // that nobody writes to
	if out, err := exec.Command("mkfifo", pipe).CombinedOutput(); err != nil {
		t.Skipf("mkfifo: %v: %s", err, out)
	}
	for name, args := range map[string][]string{
		"standard input": {"check", "-"}, "convert": {"convert", pipe, "--to", "rss"}, "check": {"check", pipe}, "aggregate": {"aggregate", pipe, "--title", "T", "--url", "https://example.org/"},
	} {
		for _, signal := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
			t.Run(name+" "+signal.String(), func(t *testing.T) {
				t.Parallel()
				var exit *exec.ExitError
				var stderr strings.Builder
				// It has to come to where it waits, which takes a busy machine longer: one
				// that does not hear signals yet is ended by this one at once.
				for wait := time.Second; wait < time.Minute && (exit == nil || exit.ExitCode() < 0); wait *= 2 {
					cmd := exec.Command(newsletter, args...)
					cmd.Dir = t.TempDir()
					stdin, err := cmd.StdinPipe()
					require.NoError(t, err)
					defer stdin.Close()
					stderr.Reset()
					cmd.Stderr = &stderr
					require.NoError(t, cmd.Start())
					time.Sleep(wait)
					start := time.Now()
					require.NoError(t, cmd.Process.Signal(signal))
					require.ErrorAs(t, cmd.Wait(), &exit)
					assert.Less(t, time.Since(start), 3*time.Second, "a second, and as much as a busy machine takes")
				}
				assert.Equal(t, exitFailed, exit.ExitCode(), stderr.String())
				assert.Regexp(t, `^newsletter: .*`+signal.String(), stderr.String())
			})
		}
	}
}

func TestNextSteps(t *testing.T) {
	got := nextSteps("our letters", "out", "https://example.org/")
	assert.Contains(t, got, "newsletter preview 'our letters'\n")
	assert.Contains(t, got, "newsletter check "+filepath.Join("out", "rss.xml")+"\n")
	assert.Contains(t, got, "https://example.org/")
	assert.Equal(t, `'it'\''s'`, shellWord("it's"))
}

// serveSite serves the folder site of a script at the URL in $SITE. A file
// whose name ends in .gone is gone.
func serveSite(env *testscript.Env) error {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".gone") {
			http.Error(w, "gone", http.StatusGone)
			return
		}
		// Without a Last-Modified: scripts change files within a second.
		data, err := os.ReadFile(filepath.Join(env.WorkDir, "site", filepath.FromSlash(path.Clean(r.URL.Path))))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		w.Write(data)
	}))
	env.Defer(server.Close)
	env.Setenv("SITE", server.URL)
	return nil
}

// expand puts the URL of the server in place of $SITE in files.
func expand(ts *testscript.TestScript, _ bool, names []string) {
	for _, name := range names {
		path := ts.MkAbs(name)
		text := strings.ReplaceAll(ts.ReadFile(name), "$SITE", ts.Getenv("SITE"))
		ts.Check(os.WriteFile(path, []byte(text), 0o644))
	}
}
