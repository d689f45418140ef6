package htmltext

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// MarkupEnd returns where the tag, comment or declaration that s begins with
// ends; 1 if the "<" begins none.
func MarkupEnd(s string) int {
	end := -1
	switch {
	case strings.HasPrefix(s, "<!--"):
		if end = strings.Index(s[2:], "-->"); end >= 0 {
			return end + 5
		}
		return len(s)
	case len(s) > 1 && IsLetter(s[1]):
		end = tagEnd(s, 1)
	case len(s) > 2 && s[1] == '/' && IsLetter(s[2]):
		end = tagEnd(s, 2)
	case len(s) > 1 && (s[1] == '/' || s[1] == '!' || s[1] == '?'):
		end = strings.IndexByte(s, '>')
	default:
		return 1
	}
	if end < 0 {
		return len(s)
	}
	return end + 1
}

// tagEnd returns where the ">" of a tag is whose name begins at i, or -1. One
// within a quoted value is none; a quote quotes only where a value begins (HTML,
// section 13.2.5).
func tagEnd(s string, i int) int {
	for i < len(s) && !IsSpace(s[i]) && s[i] != '/' && s[i] != '>' {
		i++
	}
	for i < len(s) {
		switch {
		case s[i] == '>':
			return i
		case IsSpace(s[i]) || s[i] == '/':
			i++
			continue
		}
		i++ // a name's first byte may be anything, "=" too
		for i < len(s) && s[i] != '=' && s[i] != '/' && s[i] != '>' && !IsSpace(s[i]) {
			i++
		}
		for i < len(s) && IsSpace(s[i]) {
			i++
		}
		if i >= len(s) || s[i] != '=' {
			continue
		}
		i++
		for i < len(s) && IsSpace(s[i]) {
			i++
		}
		if i < len(s) && (s[i] == '"' || s[i] == '\'') {
			n := strings.IndexByte(s[i+1:], s[i])
			if n < 0 {
				return -1
			}
			i += n + 2
			continue
		}
		for i < len(s) && s[i] != '>' && !IsSpace(s[i]) {
			i++
		}
	}
	return -1
}

// TagName returns the name of the start tag or end tag that s is, or "".
func TagName(s string) string {
	s = strings.TrimPrefix(s[1:], "/")
	if s == "" || !IsLetter(s[0]) {
		return ""
	}
	n := 1
	for n < len(s) && !IsSpace(s[n]) && s[n] != '>' && s[n] != '/' {
		n++
	}
	return s[:n]
}

// Lookup returns the element of HTML of a name in any case; 0 if there is none.
func Lookup(name string) atom.Atom {
	var lower [20]byte
	if len(name) > len(lower) {
		return 0
	}
	for i := range len(name) {
		lower[i] = name[i]
		if name[i] >= 'A' && name[i] <= 'Z' {
			lower[i] |= 0x20
		}
	}
	return atom.Lookup(lower[:len(name)])
}

// RawText returns how much of rest, which follows a start tag, is no markup
// because the element is a script or the like.
func RawText(tag, rest string) int {
	n := 1
	for n < len(tag) && IsAlnum(tag[n]) {
		n++
	}
	if n < 4 || n > 9 { // as most are
		return 0
	}
	name := strings.ToLower(tag[1:n])
	switch name {
	default:
		return 0
	case "xmp", "style", "title", "script", "iframe", "noembed", "noframes", "textarea":
	}
	for from := 0; ; {
		i := strings.Index(rest[from:], "</")
		if i < 0 {
			return len(rest)
		}
		from += i
		if after := rest[from+2:]; len(after) >= len(name) && strings.EqualFold(after[:len(name)], name) &&
			(len(after) == len(name) || IsSpace(after[len(name)]) || after[len(name)] == '>' || after[len(name)] == '/') {
			return from
		}
		from += 2
	}
}

// IsLetter reports whether c is a letter of ASCII.
func IsLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// IsAlnum reports whether c is a letter or a digit of ASCII.
func IsAlnum(c byte) bool { return IsLetter(c) || c >= '0' && c <= '9' }
