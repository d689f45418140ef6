package parse

import (
	"math/bits"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// isSpace reports whether c is white space in XML and HTML. A no-break space is
// none.
func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f'
}

// trimSpace is [strings.TrimSpace] for the white space of XML and HTML alone.
func trimSpace(s string) string {
	for len(s) > 0 && isSpace(s[0]) {
		s = s[1:]
	}
	for len(s) > 0 && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

// oneLine trims s and makes each run of white space one space. A string that is
// so already comes back as it is.
func oneLine(s string) string {
	s = trimSpace(s)
	for i := 0; i < len(s); i++ {
		if i+8 <= len(s) {
			n := firstBlank(s[i:])
			if i += n; n == 8 {
				i--
				continue
			}
		}
		// The byte after a space is never the end: s is trimmed.
		if c := s[i]; c <= ' ' && isSpace(c) && (c != ' ' || isSpace(s[i+1])) {
			return collapse(s, i)
		}
	}
	return s
}

// firstBlank returns which of the first eight bytes is the first that is a space
// or a control character; 8 if none is.
func firstBlank(s string) int {
	_ = s[7]
	x := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	return bits.TrailingZeros64((x-0x2121212121212121)&^x&0x8080808080808080) / 8
}

// collapse does oneLine's work from s[i] on.
func collapse(s string, i int) string {
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:i])
	for i < len(s) {
		if !isSpace(s[i]) {
			start := i
			for i < len(s) && !isSpace(s[i]) {
				i++
			}
			b.WriteString(s[start:i])
			continue
		}
		b.WriteByte(' ')
		for i < len(s) && isSpace(s[i]) {
			i++
		}
	}
	return b.String()
}

// plainText returns the text of a piece of HTML on one line: references
// decoded, markup, scripts and styles dropped. What stood in different blocks
// is different words.
func plainText(s string) string {
	if strings.IndexByte(s, '<') < 0 {
		if strings.IndexByte(s, '&') < 0 {
			return oneLine(s)
		}
		return oneLine(html.UnescapeString(s))
	}
	var b strings.Builder
	b.Grow(len(s))
	for pos := 0; pos < len(s); {
		i := strings.IndexByte(s[pos:], '<')
		if i < 0 {
			b.WriteString(s[pos:])
			break
		}
		b.WriteString(s[pos : pos+i])
		pos += i
		tag := s[pos : pos+markupEnd(s[pos:])]
		if tag == "<" {
			b.WriteByte('<')
		}
		pos += len(tag)
		name := tagName(tag)
		if len(name) == 0 {
			continue
		}
		element := lookup(name)
		if !inlineElements[element] {
			b.WriteByte(' ')
		}
		if tag[1] != '/' && hiddenElements[element] {
			pos += rawText(tag, s[pos:])
		}
	}
	return oneLine(html.UnescapeString(b.String()))
}

// tagName returns the name of the start tag or end tag that s is, or "".
func tagName(s string) string {
	s = strings.TrimPrefix(s[1:], "/")
	if s == "" || !isLetter(s[0]) {
		return ""
	}
	n := 1
	for n < len(s) && !isSpace(s[n]) && s[n] != '>' && s[n] != '/' {
		n++
	}
	return s[:n]
}

// lookup returns the element of HTML of a name in any case; 0 if there is none.
func lookup(name string) atom.Atom {
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

// hiddenElements hold text that is not for readers. The tokenizer reads each of
// them up to its end tag.
var hiddenElements = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Noembed: true, atom.Noframes: true, atom.Iframe: true, atom.Textarea: true,
}

// inlineElements may begin and end within a word. Zero, an element of another
// vocabulary, may too.
var inlineElements = map[atom.Atom]bool{
	0: true, atom.A: true, atom.Abbr: true, atom.Acronym: true, atom.B: true, atom.Bdi: true, atom.Bdo: true, atom.Big: true,
	atom.Cite: true, atom.Code: true, atom.Data: true, atom.Del: true, atom.Dfn: true, atom.Em: true, atom.Font: true,
	atom.I: true, atom.Img: true, atom.Ins: true, atom.Kbd: true, atom.Mark: true, atom.Nobr: true, atom.Q: true, atom.Ruby: true, atom.S: true,
	atom.Samp: true, atom.Small: true, atom.Span: true, atom.Strike: true, atom.Strong: true, atom.Sub: true, atom.Sup: true,
	atom.Time: true, atom.Tt: true, atom.U: true, atom.Var: true, atom.Wbr: true,
}

// looksLikeHTML reports whether s has a tag of HTML or a character reference,
// so that it is HTML although nobody says so.
func looksLikeHTML(s string) bool {
	last := -1 // where the last ">" is: no tag ends after it
	for i := 0; ; i++ {
		n := strings.IndexByte(s[i:], '<')
		if n < 0 {
			break
		}
		i += n
		if last < 0 {
			last = strings.LastIndexByte(s, '>')
		}
		if i > last {
			break
		}
		if isTag(s[i+1 : last+1]) {
			return true
		}
	}
	for i := 0; ; i++ {
		n := strings.IndexByte(s[i:], '&')
		if n < 0 {
			return false
		}
		i += n
		if isReference(s[i+1:]) {
			return true
		}
	}
}

// isTag reports whether s, the text after a "<", goes on as a tag of HTML or as
// a comment.
func isTag(s string) bool {
	if strings.HasPrefix(s, "!--") || strings.HasPrefix(s, "![CDATA[") {
		return true
	}
	s = strings.TrimPrefix(s, "/")
	n := 0
	for n < len(s) && n < 20 && isAlnum(s[n]) {
		n++
	}
	if n == 0 || n == len(s) || !isLetter(s[0]) || !isSpace(s[n]) && s[n] != '>' && s[n] != '/' {
		return false
	}
	return lookup(s[:n]) != 0 && strings.IndexByte(s[n:], '>') >= 0
}

// isReference reports whether s, the text after an "&", goes on as a character
// reference.
func isReference(s string) bool {
	end := strings.IndexByte(s[:min(len(s), 33)], ';')
	if end < 1 {
		return false
	}
	name := s[:end]
	if name[0] == '#' {
		return html.UnescapeString("&"+name+";") != "&"+name+";"
	}
	_, ok := htmlEntity(name)
	return ok
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isAlnum(c byte) bool { return isLetter(c) || c >= '0' && c <= '9' }
