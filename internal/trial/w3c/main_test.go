package main

import (
	"bytes"
	_ "embed"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// folder names the variable that says where the validator's test cases are.
const folder = "NEWSLETTER_W3C_CASES"

//go:embed exceptions.txt
var exceptions string

func TestCases(t *testing.T) {
	dir := os.Getenv(folder)
	if dir == "" {
		t.Skip("the test cases of the W3C's validator are not here: set " + folder + " to its folder testcases")
	}
	results, err := measure(os.DirFS(dir))
	require.NoError(t, err)
	var out bytes.Buffer
	print(&out, results, true)
	t.Logf("%s", &out)

	listed := listed()
	for _, r := range results {
		switch {
		case listed[r.file] && r.ok:
			t.Errorf("%s is listed and comes out right: take it off the list", r.file)
		case !listed[r.file] && !r.ok:
			t.Errorf("%s: expected %s, absent %v: found %v", r.file, r.name, r.absent, r.got)
		}
	}
	assert.Greater(t, len(results), 1400)
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

func TestExpected(t *testing.T) {
	for text, want := range map[string]result{
		"<!--\n  Description:  a title is required\n  Expect:       MissingTitle{parent:channel,element:title}\n-->": {name: "MissingTitle", params: "parent:channel,element:title"},
		"<!--\nDescription: no error\nExpect: !Error\n-->":                                                           {name: "Error", absent: true},
	} {
		got, ok := expected([]byte(text))
		assert.True(t, ok)
		assert.Equal(t, want, got)
	}
	_, ok := expected([]byte("<!--\nDescription: fine\nExpect: ValidURI\n-->"))
	assert.False(t, ok, "the validator's successes are no findings")
}
