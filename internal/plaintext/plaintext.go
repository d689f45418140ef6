// Package plaintext makes words that came from outside fit to be printed, logged or
// put into a report: as text, and as nothing else.
//
// A feed's title may hold the characters that clear a terminal, that turn the
// rest of a line around, or that begin a command to the runner of a CI job. In a
// page HTML's escaping is enough; everywhere else a person reads it raw.
package plaintext

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/automationregion/newsletter/internal/text"
)

// Line returns s as one line of text. What a terminal or a runner would obey, or
// a reader could not see, is written as Go writes it in a string: "\x1b",
// "\u202e". Line breaks are spaces. Text that holds nothing of the kind is
// returned as it is.
func Line(s string) string { return escape(s, false) }

// Lines is Line for text of several lines, each of which is made fit on its own.
func Lines(s string) string { return escape(s, true) }

func escape(s string, breaks bool) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	begins := true // nothing but space stands before on this line
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		rest := s[i:]
		i += size
		switch {
		case r == '\n' && breaks:
			b.WriteByte('\n')
			begins = true
			continue
		case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			b.WriteByte(' ')
			continue
		case unicode.IsSpace(r) && !isHidden(r): // which a runner passes over too
			b.WriteString(rest[:size])
			continue
		case r == utf8.RuneError && size == 1:
			hex(&b, 'x', uint32(s[i-1]), 2)
		case begins && isWorkflowCommand(rest), isCommand(rest):
			hex(&b, 'x', uint32(r), 2)
		case isHidden(r):
			switch {
			case r < 0x100:
				hex(&b, 'x', uint32(r), 2)
			case r < 0x10000:
				hex(&b, 'u', uint32(r), 4)
			default:
				hex(&b, 'U', uint32(r), 8)
			}
		default:
			b.WriteString(rest[:size])
		}
		begins = false
	}
	return b.String()
}

// isPlain reports whether nothing in s needs a look: most names are such.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7F || c == ':' && strings.HasPrefix(s[i:], "::") || c == '#' && isCommand(s[i:]) {
			return false
		}
	}
	return true
}

// isCommand reports whether s begins as commands to runners do that count
// anywhere in a line: those of Azure Pipelines and TeamCity, and GitHub's older
// ones.
func isCommand(s string) bool {
	return strings.HasPrefix(s, "##[") || strings.HasPrefix(s, "##vso[") || strings.HasPrefix(s, "##teamcity[")
}

// isWorkflowCommand reports whether s, which begins a line, begins as GitHub's commands
// do: with a word. An address of IPv6 is none ("::1", "::ffff:192.0.2.1").
func isWorkflowCommand(s string) bool {
	s, ok := strings.CutPrefix(s, "::")
	if !ok || s == "" || !text.IsLetter(s[0]) {
		return false
	}
	rest := strings.TrimLeft(s, "0123456789abcdefABCDEF:.")
	return rest != "" && (text.IsLetter(rest[0]) || rest[0] == '-' || rest[0] == '_' || rest[0] == '%')
}

// isHidden reports whether a reader can't see the character, but for those that
// letters of some scripts and emoji are joined with.
func isHidden(r rune) bool {
	switch {
	case r == '\u200c' || r == '\u200d': // joiners
		return false
	case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Cs, r), unicode.Is(unicode.Co, r):
		return true
	}
	return r == 0xFFFE || r == 0xFFFF
}

func hex(b *strings.Builder, letter byte, v uint32, digits int) {
	b.WriteByte('\\')
	b.WriteByte(letter)
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		b.WriteByte("0123456789abcdef"[v>>shift&15])
	}
}
