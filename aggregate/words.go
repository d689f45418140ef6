package aggregate

import (
	"html"
	"strings"
	"unicode/utf8"
)

// plainText returns the words of some HTML with one space between them, all of
// it on one line. Text that comes from other markup gives the same if it reads
// the same.
func plainText(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	text := func(t string) {
		if strings.IndexByte(t, '&') >= 0 {
			t = html.UnescapeString(t)
		}
		for t != "" {
			end, size := nextSpace(t)
			if end > 0 {
				if space && b.Len() > 0 {
					b.WriteByte(' ')
				}
				b.WriteString(t[:end])
				space = false
			}
			if size == 0 {
				return
			}
			space = true
			t = t[end+size:]
		}
	}
	for s != "" {
		open := strings.IndexByte(s, '<')
		if open < 0 {
			text(s)
			break
		}
		text(s[:open])
		s = s[open:]
		switch {
		case strings.HasPrefix(s, "<!--"):
			end := strings.Index(s, "-->")
			if end < 0 {
				return b.String()
			}
			s = s[end+3:]
		case len(s) > 1 && (isASCIILetter(s[1]) || s[1] == '/' || s[1] == '!' || s[1] == '?'):
			end := tagEnd(s)
			space = space || !isInline(s[1:end])
			s = s[end:]
		default: // a sign for "less than"
			text("<")
			s = s[1:]
		}
	}
	return b.String()
}

func isSpace(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\r', '\f', '\v', 0xA0, 0x200B, 0x2028, 0x2029, 0xFEFF:
		return true
	}
	return false
}

// nextSpace returns where the next space is and how many bytes it has: at the end
// and 0 if there is none.
func nextSpace(s string) (at, size int) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c > ' ' && c < utf8.RuneSelf:
		case c < utf8.RuneSelf:
			if isSpace(rune(c)) {
				return i, 1
			}
		case c == 0xC2 || c == 0xE2 || c == 0xEF: // that the others begin with
			if r, n := utf8.DecodeRuneInString(s[i:]); isSpace(r) {
				return i, n
			}
		}
	}
	return len(s), 0
}

func isASCIILetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// tagEnd returns where the tag ends that s begins with, after its quoted
// attributes.
func tagEnd(s string) int {
	quote := byte(0)
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return len(s)
}

// isInline says whether a tag, without its "<", stands within a word without
// parting it.
func isInline(tag string) bool {
	tag = strings.TrimPrefix(tag, "/")
	end := strings.IndexFunc(tag, func(r rune) bool { return r == '>' || r == '/' || isSpace(r) })
	if end < 0 {
		end = len(tag)
	}
	switch strings.ToLower(tag[:end]) {
	case "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "mark", "s", "small", "span", "strong",
		"sub", "sup", "u", "wbr":
		return true
	}
	return false
}

// textHash returns a hash to know a letter by when its ID and address have
// changed. It is empty if there are too few words to know it by.
func textHash(title, summary, content string) string {
	words := plainText(content)
	if len(words) < 100 {
		words = strings.Join([]string{words, plainText(summary)}, " ")
	}
	if len(words) < 100 {
		return ""
	}
	return hashOf(foldTitle(title), words)
}

// foldTitle returns a title for comparing.
func foldTitle(title string) string {
	return strings.ToLower(strings.Join(strings.FieldsFunc(title, isSpace), " "))
}
