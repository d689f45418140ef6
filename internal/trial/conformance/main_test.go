package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asAdapter makes the test's own program the adapter that the harness starts.
const asAdapter = "NEWSLETTER_CONFORMANCE_ADAPTER"

func TestMain(m *testing.M) {
	if os.Getenv(asAdapter) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

//go:embed exceptions.txt
var exceptions string

func TestConformance(t *testing.T) {
	const suite = "../../../../shared/conformance"
	if _, err := os.Stat(suite); err != nil {
		t.Skip("the Universal Feed Parser's tests are not here: ", err)
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("the harness needs Python: ", err)
	}
	self, err := os.Executable()
	require.NoError(t, err)
	fails := filepath.Join(t.TempDir(), "fails")
	cmd := exec.CommandContext(t.Context(), python, filepath.Join(suite, "conform.py"), filepath.Join(suite, "feeds"), "'"+self+"'")
	cmd.Env = append(os.Environ(), asAdapter+"=1", "FAILS="+fails)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	t.Logf("%s", out)

	differ, err := os.ReadFile(fails + "0")
	require.NoError(t, err)
	got := map[string]bool{}
	for line := range strings.Lines(string(differ)) {
		if f := strings.Split(line, "\t"); len(f) > 3 {
			got[f[1]] = true
			if !listed()[f[1]] {
				t.Errorf("%s differs and is not listed: want %s, got %s", f[1], f[2], strings.Join(f[3:], " "))
			}
		}
	}
	for name := range listed() {
		assert.True(t, got[name], "%s is listed and agrees: take it off the list", name)
	}
}

// listed returns the cases in exceptions.txt.
func listed() map[string]bool {
	names := map[string]bool{}
	for line := range strings.Lines(exceptions) {
		if name, reason, ok := strings.Cut(strings.TrimSpace(line), ": "); ok && line[0] != '#' && reason != "" {
			names[name] = true
		}
	}
	return names
}

func TestRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "feed.xml")
	require.NoError(t, os.WriteFile(file, []byte(`<rss version="2.0"><channel><title>Letters</title>
		<item><title>One &lt;b&gt;two&lt;/b&gt;</title><link>one</link><author>a@example.org (Ann)</author><pubDate>Thu, 01 Jan 2004 19:48:21 +0100</pubDate>
		<enclosure url="a.mp3" length="7" type="audio/mpeg"/><comments>/c</comments></item></channel></rss>`), 0o600))
	var out bytes.Buffer
	require.NoError(t, run(strings.NewReader(fmt.Sprintf("%s\thttps://example.org/f/\nno such file\t\n", file)), &out))
	lines := strings.SplitAfter(out.String(), "\n")
	require.Len(t, lines, 3)
	assert.JSONEq(t, `{"feed": {"title": "Letters", "id": "", "link": "", "rights": ""}, "entries": [{
		"title": "One <b>two</b>", "id": "", "link": "https://example.org/f/one", "rights": "", "summary": "",
		"authors": [{"name": "Ann", "email": "a@example.org"}], "published": "2004-01-01T18:48:21Z", "comments": "https://example.org/c",
		"enclosures": [{"href": "https://example.org/f/a.mp3", "length": "7", "type": "audio/mpeg"}]}]}`, lines[0])
	var failed document
	require.NoError(t, json.Unmarshal([]byte(lines[1]), &failed))
	assert.NotEmpty(t, failed.Err)
}

func TestSpell(t *testing.T) {
	for in, want := range map[string]string{
		"1 < 2":                           "1 < 2",
		"a<br/>b":                         "a<br />b",
		`<IMG src=a alt='"x" & y'>`:       `<img alt="&quot;x&quot; &amp; y" src="a" />`,
		"&#X61; &#146; &#x1F600; &amp;":   "&#x61; &#x2019; &#x1f600; &amp;",
		`<svg viewBox="0 0 1 1"><g/>`:     `<svg viewBox="0 0 1 1"><g></g>`,
		"<p><!-- kept --><code>&lt;</p>;": "<p><!-- kept --><code>&lt;</p>;",
	} {
		assert.Equal(t, want, spell(in))
	}
}
