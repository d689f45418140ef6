package settings

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// typographic are quotation marks that are text for YAML.
const typographic = "“”„‟‘’‚«»"

// yamlHint says what to do about what the YAML library says of a line, counted from 1.
func yamlHint(message, text string, number, column int) string {
	lines := strings.Split(text, "\n")
	if number < 1 || number > len(lines) {
		return ""
	}
	line := lines[number-1]
	before := ""
	if number > 1 {
		before = lines[number-2]
	}
	key, value, _ := strings.Cut(line, ":")
	value = strings.TrimSpace(value)
	isIndented := strings.TrimLeft(line, " \t") != line
	says := func(what string) bool { return strings.Contains(message, what) }
	switch {
	case says("tab character"), says("cannot start any token") && isTabAt(line, column):
		return "indent with spaces: there is a tab"
	case says("mapping values are not allowed"):
		if above, rest, ok := strings.Cut(before, ":"); ok && rest != "" && rest[0] != ' ' && rest[0] != '\t' && !strings.ContainsAny(above, " \t\"'") {
			return fmt.Sprintf("put a space behind the colon of the line above: %s: %s", above, strings.TrimSpace(rest))
		}
		if isIndented && !strings.Contains(value, ": ") {
			return "begin each key at the start of its line: there are spaces before " + strings.TrimSpace(key)
		}
		return "put quotation marks around a value with a colon in it: " + quoted(key, value)
	case value == "":
		return ""
	case says("did not find expected key") && strings.ContainsAny(value[:1], `"'`):
		return "a quotation mark within the value ends it: " + quoted(key, value)
	case says("cannot start any token"), says("anchor"), says("block sequence entries"), says("block scalar"), says("tag"):
		first, _ := utf8.DecodeRuneInString(value)
		return fmt.Sprintf("put quotation marks around a value that begins with %c: %s", first, quoted(key, value))
	}
	return ""
}

// isTabAt reports whether what stands before a column is a tab, among spaces.
func isTabAt(line string, column int) bool {
	lead := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	return strings.Contains(lead, "\t") && column <= len(lead)+1
}

// quoted is a line with quotation marks around its value.
func quoted(key, value string) string {
	if len(value) > 100 {
		value = strings.ToValidUTF8(value[:100], "") + "…"
	}
	if first, size := utf8.DecodeRuneInString(value); strings.ContainsRune(typographic, first) {
		last, end := utf8.DecodeLastRuneInString(value)
		if strings.ContainsRune(typographic, last) && len(value) > size+end {
			value = value[size : len(value)-end]
		}
	} else if len(value) > 1 && value[0] == value[len(value)-1] && strings.Contains(`"'`, value[:1]) && !strings.Contains(value[1:len(value)-1], `"`) {
		value = value[1 : len(value)-1]
	}
	mark := `"`
	if strings.ContainsAny(value, `"\`) && !strings.Contains(value, "'") {
		mark = "'"
	} else {
		value = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value)
	}
	return strings.TrimSpace(key) + ": " + mark + value + mark
}
