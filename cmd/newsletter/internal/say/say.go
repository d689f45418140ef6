// Package say has words and forms that subcommands print alike.
package say

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/automationregion/newsletter/internal/plaintext"
)

// JSON writes what programs read.
func JSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// Count is a number of things, "1 letter" or "3 letters".
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Cut shortens text for a line.
func Cut(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:max(most-1, 0)]) + "…"
}

// WorkflowCommand is the line that makes GitHub Actions show a message of a level
// ("error", "notice") beside a file.
func WorkflowCommand(level, file string, line, column int, message string) string {
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	var b strings.Builder
	b.WriteString("::" + level + " file=" + property.Replace(plaintext.Line(file)))
	if line > 0 {
		fmt.Fprintf(&b, ",line=%d", line)
		if column > 0 {
			fmt.Fprintf(&b, ",col=%d", column)
		}
	}
	b.WriteString("::" + data.Replace(plaintext.Lines(message)))
	return b.String()
}
