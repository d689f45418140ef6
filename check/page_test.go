package check

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the page of rules anew")

// RULES.md is made from the tables, and is as they are.
func TestPageOfRules(t *testing.T) {
	const file = "RULES.md"
	page := pageOfRules()
	if *update {
		require.NoError(t, os.WriteFile(file, page, 0o666))
	}
	there, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(there), string(page), "the page is not what the tables say: go test ./check -run PageOfRules -update")
}

func pageOfRules() []byte {
	var b bytes.Buffer
	all := 0
	for _, table := range tables {
		all += len(table.rows)
	}
	fmt.Fprintf(&b, "# Rules\n\nThe %d rules that `newsletter check` and package `check` judge feeds by. An error is\nsomething that a specification forbids, a warning something that readers are known\nto trip over, advice is good practice. This page is made from the tables of rules.\n\n", all)
	for _, table := range tables {
		fmt.Fprintf(&b, "- [%s](#%s)\n", table.name, strings.NewReplacer(" ", "-", ".", "", "'", "").Replace(strings.ToLower(table.name)))
	}
	for _, table := range tables {
		fmt.Fprintf(&b, "\n## %s\n", table.name)
		for _, r := range table.rows {
			formats := make([]string, len(r.formats))
			for i, f := range r.formats {
				formats[i] = string(f)
			}
			fmt.Fprintf(&b, "\n### %s\n\n%s in %s. %s %s\n\n*To mend it:* %s\n", r.id, capital(r.severity.String()), strings.Join(formats, ", "), markdown(r.text), markdown(r.reason), markdown(r.mend))
			var about []string
			if r.section != "" {
				about = append(about, markdown(r.section))
			}
			if names := strings.Fields(r.w3c); len(names) > 0 {
				about = append(about, "the W3C's `"+names[0]+"`")
			}
			if len(about) > 0 {
				fmt.Fprintf(&b, "\n*See* %s.\n", strings.Join(about, "; "))
			}
			if r.before != "" {
				fmt.Fprintf(&b, "\n```\n%s\n```\n", printable(r.before))
				if r.after != "" {
					fmt.Fprintf(&b, "\nBetter:\n\n```\n%s\n```\n", printable(r.after))
				}
			}
		}
	}
	return b.Bytes()
}

func markdown(s string) string {
	return strings.NewReplacer("<", "\\<", "*", "\\*", "_", "\\_").Replace(s)
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// printable writes what nobody could see on a page.
func printable(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n' || r >= 0x20 && r < 0x7F || r > 0xA0 && r != '\ufeff' && r != '\ufffd':
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "\\u%04x", r)
		}
	}
	return b.String()
}
