package main

import (
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
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
