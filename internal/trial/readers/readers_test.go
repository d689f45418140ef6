// Package readers holds what other people's feed readers show of the feeds that
// package feed writes.
package readers

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/internal/sample"
)

var update = flag.Bool("update", false, "write what the readers show anew")

// variable names the folder in which the readers of npm are installed.
const variable = "NEWSLETTER_READERS"

// A reader is a program that prints what one reader has of a feed in a file.
type reader struct {
	name    string
	command []string
	formats []feed.Format
}

var readers = []reader{
	{"feedparser", []string{"/usr/bin/python3", "testdata/by_feedparser.py"}, []feed.Format{feed.RSS, feed.Atom}},
	{"newsboat", []string{"/usr/bin/python3", "testdata/by_newsboat.py"}, []feed.Format{feed.RSS, feed.Atom}},
	{"sfeed", []string{"sh", "testdata/by_sfeed.sh"}, []feed.Format{feed.RSS, feed.Atom}},
	{"rss-parser", []string{"node", "testdata/by_npm.js"}, []feed.Format{feed.RSS, feed.Atom}},
	{"feedsmith", []string{"node", "testdata/by_npm.js"}, []feed.Format{feed.JSON}},
}

// TestOthersReaders shows a newsletter that uses every field to other readers, and
// compares what each has of it with testdata/shown.txt.
func TestOthersReaders(t *testing.T) {
	modules := os.Getenv(variable)
	if modules == "" {
		t.Skip("to run it: apt install python3-feedparser newsboat sfeed; npm install --prefix DIR rss-parser@3.13.0 feedsmith@3.0.1; " + variable + "=DIR go test ./internal/trial/readers")
	}
	n := sample.Full()
	var shown bytes.Buffer
	for _, r := range readers {
		for _, format := range r.formats {
			path := filepath.Join(t.TempDir(), format.FileName())
			var b bytes.Buffer
			require.NoError(t, feed.Write(&b, feed.At(n, format), format, feed.Options{Stylesheet: "feed.css"})) // which no reader shows a trace of
			require.NoError(t, os.WriteFile(path, b.Bytes(), 0o666))
			cmd := exec.Command(r.command[0], append(r.command[1:], path)...)
			cmd.Env = append(os.Environ(), "NODE_PATH="+filepath.Join(modules, "node_modules"), "LC_ALL=C.UTF-8", "TZ=UTC")
			var complaints bytes.Buffer
			cmd.Stderr = &complaints
			out, err := cmd.Output()
			require.NoError(t, err, "%s: %s", r.name, &complaints)
			shown.WriteString("== " + r.name + ", " + format.Label() + "\n")
			shown.Write(out)

			for _, l := range n.Letters {
				assert.Equal(t, 1, strings.Count(string(out), "letter "+l.ID+"\n"), "%s in %s: each letter is there, by its own ID", r.name, format)
				if l.URL != "" {
					assert.Contains(t, string(out), "  link: "+l.URL+"\n", "%s in %s", r.name, format)
				}
			}
			assert.Equal(t, len(n.Letters), strings.Count(string(out), "\n  date: 2021-12-2")-strings.Count(strings.Split(string(out), "letter ")[0], "  date: "), "%s in %s: each letter has a date", r.name, format)
		}
	}
	golden := filepath.Join("testdata", "shown.txt")
	if *update {
		require.NoError(t, os.WriteFile(golden, shown.Bytes(), 0o666))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), shown.String())
}
