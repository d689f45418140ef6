package diff

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/automationregion/newsletter/internal/atomicfile"
)

// KeepIDs writes the IDs that would change into newsletter.yaml of the new
// folder, whose other lines stay as they are, and returns how many.
func (c *Comparison) KeepIDs() (int, error) {
	if !c.New.IsLetters {
		return 0, errNoFolder
	}
	var entries []idEntry
	for _, x := range c.changes {
		if x.Kind == isID {
			file, err := filepath.Rel(c.New.Dir, c.New.Files[x.Now])
			if err != nil {
				return 0, err
			}
			entries = append(entries, idEntry{filepath.ToSlash(file), x.Was})
		}
	}
	if len(entries) == 0 {
		return 0, nil
	}
	path := c.New.Config()
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return 0, errNoFolder
	}
	if err != nil {
		return 0, err
	}
	now, err := withIDs(text, entries)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", path, err)
	}
	f, err := atomicfile.Create(path, 0o644)
	if err != nil {
		return 0, err
	}
	defer f.Discard()
	if _, err := io.Copy(f, bytes.NewReader(now)); err != nil {
		return 0, err
	}
	return len(entries), f.Commit()
}

// errNoFolder says that there is no newsletter.yaml to write IDs into.
var errNoFolder = errors.New("--keep-ids: expected a folder of letters with a newsletter.yaml as the new one")

// An idEntry is a letter's file and its ID.
type idEntry struct{ file, id string }

// idsLine is the line below which the entries of "ids" stand, and its first entry.
var idsLine = regexp.MustCompile(`(?m)^ids:[ \t]*(?:#.*)?\r?$\n?([ \t]+)?`)

// withIDs adds entries to the table "ids" of a newsletter.yaml, as lines of text,
// so that comments and the order of its keys stay.
func withIDs(text []byte, entries []idEntry) ([]byte, error) {
	var before map[string]any
	if err := yaml.Unmarshal(text, &before); err != nil {
		return nil, err
	}
	known, _ := before["ids"].(map[string]any)
	for _, e := range entries {
		if _, ok := known[e.file]; ok {
			return nil, fmt.Errorf("ids: %s has another ID there already: expected that of the letter that was published, %s", e.file, e.id)
		}
	}
	newline := "\n"
	if bytes.Contains(text, []byte("\r\n")) {
		newline = "\r\n"
	}
	at := idsLine.FindSubmatchIndex(text)
	indent := "  "
	var head, tail []byte
	switch {
	case at == nil && before["ids"] != nil:
		return nil, errors.New(`ids: expected a line "ids:" with a line below it for each letter`)
	case at == nil:
		head = bytes.Clone(text)
		if len(head) > 0 && head[len(head)-1] != '\n' {
			head = append(head, newline...)
		}
		head = append(head, "ids: # of letters that were published with another name or date"+newline...)
	default:
		line := at[1]
		if at[2] >= 0 {
			line, indent = at[2], string(text[at[2]:at[3]])
		}
		head, tail = bytes.Clone(text[:line]), text[line:]
		if head[len(head)-1] != '\n' {
			head = append(head, newline...)
		}
	}
	for _, e := range entries {
		head = append(head, indent+quoteYAML(e.file)+": "+quoteYAML(e.id)+newline...)
	}
	out := append(head, tail...)
	// What a person wrote is not to change its meaning.
	var after map[string]any
	if err := yaml.Unmarshal(out, &after); err != nil {
		return nil, fmt.Errorf("ids: the lines can't be added to it: %w", err)
	}
	ids, _ := after["ids"].(map[string]any)
	for _, e := range entries {
		if ids[e.file] != e.id {
			return nil, fmt.Errorf("ids: the lines can't be added to it: expected %s: %s there", e.file, e.id)
		}
	}
	delete(before, "ids")
	delete(after, "ids")
	if len(ids) != len(known)+len(entries) || !reflect.DeepEqual(before, after) && len(before)+len(after) > 0 {
		return nil, errors.New("ids: the lines can't be added to it without changing the rest")
	}
	return out, nil
}

// plainYAML is text that YAML takes for itself.
var plainYAML = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._/,:-]*[A-Za-z0-9/]$`)

func quoteYAML(s string) string {
	if plainYAML.MatchString(s) && !strings.Contains(s, "://") {
		return s
	}
	quoted, err := json.Marshal(s) // JSON's strings are YAML's
	if err != nil {
		return fmt.Sprintf("%q", s)
	}
	return string(quoted)
}
