// Package fidelity tests that a feed, read and written in its own format, says what
// it said: by a comparison of the two documents that knows nothing of our reader.
package fidelity_test

import (
	"bytes"
	"cmp"
	"errors"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/parse"
)

// TestCorpus copies feeds as they stand on the web, from the folder that
// NEWSLETTER_CORPUS names or ../shared/corpus beside the repository.
func TestCorpus(t *testing.T) {
	root := cmp.Or(os.Getenv("NEWSLETTER_CORPUS"), "../../../../shared/corpus")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("no real feeds here: %v", err)
	}
	files, facts, copied := 0, 0, counts{}
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		document, err := os.ReadFile(path)
		require.NoError(t, err)
		t.Run(filepath.Base(path), func(t *testing.T) {
			files++
			facts += compare(t, document, copied)
		})
		return nil
	}))
	for _, e := range exceptions {
		if copied[e.reason] == 0 {
			t.Errorf("no feed needs the exception any more: %s", e.reason)
		}
	}
	t.Logf("%d files, %d facts, but for:", files, facts)
	for _, reason := range slices.Sorted(maps.Keys(copied)) {
		t.Logf("%6d %s", copied[reason], reason)
	}
}

// TestSamples copies the feeds that the readers' tests read, which hold what feeds
// of all kinds do.
func TestSamples(t *testing.T) {
	files, err := filepath.Glob("testdata/*")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	copied := counts{}
	for _, path := range files {
		document, err := os.ReadFile(path)
		require.NoError(t, err)
		t.Run(filepath.Base(path), func(t *testing.T) { require.NotZero(t, compare(t, document, copied)) })
	}
}

// counts are how often each exception was met, by its reason.
type counts map[string]int

// compare writes the feed of a document in its own format, and finds again all that
// it says. It returns how many facts that are.
func compare(t *testing.T, document []byte, met counts) int {
	copied, f := copyOf(t, document)
	factsOf := factsOfXML
	if f == feed.JSON {
		factsOf = factsOfJSON
	}
	source, err := factsOf(document)
	if err != nil {
		t.Skipf("it can't be read without guessing: %v", err)
	}
	written, err := factsOf(copied)
	require.NoError(t, err)
	for _, m := range missing(source, written) {
		if reason := allowed(m); reason != "" {
			met[reason]++
			continue
		}
		t.Errorf("%s of letter %d is gone: %.200q; found at %v", m.path, m.letter, m.value, m.elsewhere)
	}
	return len(source)
}

// copyOf writes the feed of a document in its own format.
func copyOf(t *testing.T, document []byte) ([]byte, feed.Format) {
	var how parse.Reading
	n, err := parse.Feed(bytes.NewReader(document), parse.Options{BaseURL: base, Report: func(r parse.Reading) { how = r }})
	var notFeed *parse.NotFeedError
	if errors.As(err, &notFeed) {
		t.Skip(err)
	}
	require.NotNil(t, n)
	f := feed.RSS
	switch {
	case strings.HasPrefix(how.Format, "JSON"):
		f = feed.JSON
	case strings.HasPrefix(how.Format, "Atom"):
		f = feed.Atom
	}
	n.Repair()
	n.URL = cmp.Or(n.URL, base) // which a writer refuses to make up
	var b bytes.Buffer
	require.NoError(t, feed.Write(&b, n, f, feed.Options{Undated: time.Unix(0, 0)}))
	return b.Bytes(), f
}

// base is where the documents are said to be from.
const base = "https://feeds.example.org/dir/feed"

// A miss is a fact of the source that the copy doesn't have in its place.
type miss struct {
	fact
	elsewhere []string // where in the same letter it has the value
	beside    []string // what else the letter has in the source
	repeated  bool     // another letter has the same
}

func missing(source, written []fact) []miss {
	there := map[fact]int{}
	values := map[fact][]string{}
	for _, f := range written {
		f.value = same(f.value)
		there[f]++
		v := fact{letter: f.letter, value: f.value}
		values[v] = append(values[v], f.path)
	}
	var list []miss
	beside := map[int][]string{}
	repeated := map[[2]string]int{}
	for _, f := range source {
		beside[f.letter] = append(beside[f.letter], f.path)
		repeated[[2]string{f.path, f.value}]++
	}
	for _, f := range source {
		v := same(f.value)
		if v == "" {
			continue
		}
		if there[fact{f.letter, f.path, v}] > 0 {
			there[fact{f.letter, f.path, v}]--
			continue
		}
		list = append(list, miss{f, values[fact{letter: f.letter, value: v}], beside[f.letter], repeated[[2]string{f.path, f.value}] > 1})
	}
	return list
}

// allowed returns why a fact may be missing, or "".
func allowed(m miss) string {
	switch {
	case strings.Contains(m.path, "{") && !strings.Contains(m.path, "{http") && len(m.elsewhere) == 0:
		return "a prefix that is declared nowhere has no namespace"
	case isRelative(m.value) && (strings.HasSuffix(m.path, "@href") || strings.HasSuffix(m.path, "@url") || strings.HasSuffix(m.path, "uri") || strings.HasSuffix(m.path, "icon") ||
		strings.HasSuffix(m.path, ":id") && strings.HasPrefix(m.value, "/")):
		return "addresses are written whole"
	}
	for _, e := range exceptions {
		if e.path.MatchString(m.path) && e.holds(m) {
			return e.reason
		}
	}
	return ""
}

func isRelative(address string) bool {
	u, err := url.Parse(address)
	return err == nil && !u.IsAbs()
}

// same returns a value in the one of the forms in which it may be written: a date as
// an instant, and text that may be HTML as its words.
func same(s string) string {
	day := s
	for zone, offset := range zones {
		day = strings.Replace(day, " "+zone, " "+offset, 1)
	}
	for _, layout := range layouts {
		s := day
		if at, err := time.Parse(layout, s); err == nil {
			return at.UTC().Format(time.RFC3339Nano)
		}
	}
	for range 3 { // HTML may be escaped, and once more
		if !strings.ContainsAny(s, "<&") {
			break
		}
		s = words(s)
	}
	return strings.Join(strings.Fields(s), "")
}

// layouts are how dates are written.
var layouts = []string{
	time.RFC3339, time.RFC1123Z, time.RFC1123, "Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 MST", "Mon, 2 Jan 2006 15:04:05 Z",
	"Mon, 2 Jan 2006 15:04:05", "Mon, 2 Jan 2006 15:04 -0700", "2 Jan 2006 15:04:05 -0700", "Mon, 2 January 2006 15:04:05 -0700",
	"Mon 2 Jan 2006 15:04:05 MST", "Mon, 2 January 2006 15:04:05 MST",
}

// zones are those of RFC 822, section 5.1.
var zones = map[string]string{
	"EST": "-0500", "EDT": "-0400", "CST": "-0600", "CDT": "-0500", "MST": "-0700", "MDT": "-0600", "PST": "-0800", "PDT": "-0700",
}

// words is the text of HTML.
func words(s string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			b.WriteString(html.UnescapeString(string(z.Raw())))
		}
	}
}
