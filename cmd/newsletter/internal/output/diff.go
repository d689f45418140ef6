package output

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/automationregion/newsletter/cmd/newsletter/internal/say"
)

// What --check prints of the differences is for a person to read, or a CI log to
// hold: the lists of files beside it are whole.
const (
	diffFiles   = 20
	diffLines   = 50      // of a file
	diffColumns = 200     // characters of a line
	diffSize    = 4 << 20 // bytes of a file that is compared line by line
	diffBefore  = 60      // characters of a long line before where two differ
)

// Diff prints how the files at the paths differ from what dir holds, as unified diffs: what
// is published, and what would be.
func (o Files) Diff(dir string, paths []string, print func(format string, args ...any) error) error {
	for i, path := range paths {
		if i == diffFiles {
			return print("… %s more; --quiet prints none of this\n", say.Count(len(paths)-i, "file"))
		}
		text, err := o[path].diff(filepath.Join(dir, filepath.FromSlash(path)))
		if err != nil {
			return err
		}
		if err := print("%s", text); err != nil {
			return err
		}
	}
	return nil
}

// diff returns how the content differs from the file at a path: a unified diff
// whose length is bounded, or a line that says why there is none.
func (c Content) diff(path string) (string, error) {
	old, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer old.Close()
	published, err := io.ReadAll(io.LimitReader(old, diffSize+1))
	if err != nil {
		return "", err
	}
	if c, err = c.Written(new(bytes.Buffer)); err != nil {
		return "", err
	}
	r, _, err := c.open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	built, err := io.ReadAll(io.LimitReader(r, diffSize+1))
	if err != nil {
		return "", err
	}
	switch {
	case len(published) > diffSize || len(built) > diffSize:
		return fmt.Sprintf("%s: not shown: more than %d MiB\n", path, diffSize>>20), nil
	case !isText(published) || !isText(built):
		return path + ": not shown: it is no text\n", nil
	}
	_, hunks, _ := strings.Cut(string(diff.Diff("", published, "", built)), "\n+++ \n")
	return fmt.Sprintf("--- %s as it is\n+++ %s as it would be built\n%s", path, path, shortDiff(hunks)), nil
}

// isText reports whether bytes are text that has lines.
func isText(b []byte) bool {
	return bytes.IndexByte(b, 0) < 0 && utf8.Valid(b)
}

// shortDiff returns the first lines of a diff. Long ones are cut so that what
// differs stays.
func shortDiff(hunks string) string {
	lines := strings.Split(strings.TrimSuffix(hunks, "\n"), "\n")
	cut := make([]string, 0, diffLines)
	for i := 0; i < len(lines) && i < diffLines; {
		removed := leading(lines[i:], '-')
		added := leading(lines[i+removed:], '+')
		for k := range removed + added {
			other := ""
			if k < min(removed, added) {
				other = lines[i+removed+k]
			} else if n := k - removed; n >= 0 && n < removed {
				other = lines[i+n]
			}
			cut = append(cut, window(lines[i+k], other))
		}
		if i += removed + added; removed+added == 0 {
			cut = append(cut, window(lines[i], ""))
			i++
		}
	}
	more := ""
	if len(lines) > diffLines {
		cut = cut[:diffLines]
		more = fmt.Sprintf("… %s more\n", say.Count(len(lines)-diffLines, "line"))
	}
	return strings.Join(cut, "\n") + "\n" + more
}

// leading counts the lines at the beginning that are marked so.
func leading(lines []string, mark byte) int {
	n := 0
	for n < len(lines) && strings.HasPrefix(lines[n], string(mark)) {
		n++
	}
	return n
}

// window returns a line of a diff, of a long one the part where it begins to
// differ from the other.
func window(line, other string) string {
	if utf8.RuneCountInString(line) <= diffColumns {
		return line
	}
	mark, runes, others := line[:1], []rune(line[1:]), []rune{}
	if other != "" {
		others = []rune(other[1:])
	}
	from := 0
	for from < len(runes) && from < len(others) && runes[from] == others[from] {
		from++
	}
	if from -= diffBefore; other == "" || from < 0 {
		from = 0
	}
	text := string(runes[from:min(len(runes), from+diffColumns)])
	if from > 0 {
		text = "…" + text
	}
	if from+diffColumns < len(runes) {
		text += "…"
	}
	return mark + text
}
