package letters

import (
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/automationregion/newsletter/internal/weburl"
)

// plainHTML writes the body of a plain text letter as HTML. Quotations stand at
// most depth deep within each other; further marks are text.
func plainHTML(body string, depth int) string {
	var b strings.Builder
	writeBlocks(&b, strings.Split(strings.TrimRight(body, "\n"), "\n"), min(depth, 16))
	return strings.TrimSuffix(b.String(), "\n")
}

// The kinds of lines that a plain text letter has.
type lineKind uint8

const (
	blankLine lineKind = iota
	textLine
	quotedLine
	itemLine
	continuedLine // indented: it goes on with the list item above
)

// kindOfLine returns the line without the mark of its kind.
func kindOfLine(line string, depth int) (lineKind, string) {
	trimmed := strings.TrimSpace(line)
	switch {
	case trimmed == "":
		return blankLine, ""
	case depth > 0 && trimmed == ">":
		return quotedLine, ""
	case depth > 0 && strings.HasPrefix(trimmed, "> "), depth > 0 && strings.HasPrefix(trimmed, ">>"):
		return quotedLine, strings.TrimPrefix(trimmed[1:], " ")
	case strings.HasPrefix(trimmed, "- "), strings.HasPrefix(trimmed, "* "):
		return itemLine, strings.TrimSpace(trimmed[2:])
	case line[0] == ' ' || line[0] == '\t':
		return continuedLine, trimmed
	}
	return textLine, trimmed
}

// writeBlocks writes paragraphs, quotations and lists.
func writeBlocks(b *strings.Builder, lines []string, depth int) {
	for i := 0; i < len(lines); {
		kind, _ := kindOfLine(lines[i], depth)
		switch kind {
		case blankLine:
			i++
		case quotedLine:
			i = writeQuotation(b, lines, i, depth)
		case itemLine:
			i = writeList(b, lines, i, depth)
		default:
			i = writeParagraph(b, lines, i, depth)
		}
	}
}

// writeParagraph writes the lines from i up to one of another kind, and returns
// its index.
func writeParagraph(b *strings.Builder, lines []string, i, depth int) int {
	b.WriteString("<p>")
	for first := true; i < len(lines); i++ {
		kind, text := kindOfLine(lines[i], depth)
		if kind != textLine && kind != continuedLine {
			break
		}
		if !first {
			b.WriteString("<br>\n")
		}
		first = false
		writeText(b, text)
	}
	b.WriteString("</p>\n")
	return i
}

func writeQuotation(b *strings.Builder, lines []string, i, depth int) int {
	var quoted []string
	for ; i < len(lines); i++ {
		kind, text := kindOfLine(lines[i], depth)
		if kind != quotedLine {
			break
		}
		quoted = append(quoted, text)
	}
	b.WriteString("<blockquote>\n")
	writeBlocks(b, quoted, depth-1)
	b.WriteString("</blockquote>\n")
	return i
}

// writeList writes items, with or without blank lines between them.
func writeList(b *strings.Builder, lines []string, i, depth int) int {
	b.WriteString("<ul>\n")
	open := false
	for ; i < len(lines); i++ {
		kind, text := kindOfLine(lines[i], depth)
		if kind == blankLine {
			next := i
			for next < len(lines) && kind == blankLine {
				kind, text = kindOfLine(lines[next], depth)
				next++
			}
			if kind != itemLine {
				break
			}
			i = next - 1
		}
		if kind == itemLine {
			if open {
				b.WriteString("</li>\n")
			}
			open = true
			b.WriteString("<li>")
		} else if kind == continuedLine {
			b.WriteString("<br>\n")
		} else {
			break
		}
		writeText(b, text)
	}
	b.WriteString("</li>\n</ul>\n")
	return i
}

var escapeText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// bareURL finds what may be a URL; where it ends is for trimURL to say.
var bareURL = regexp.MustCompile(`(?i)\bhttps?://[^\s<>"]+`)

// writeText writes a line of text with its bare URLs as links.
func writeText(b *strings.Builder, text string) {
	for {
		found := bareURL.FindStringIndex(text)
		if found == nil {
			b.WriteString(escapeText.Replace(text))
			return
		}
		address := trimURL(text[found[0]:found[1]])
		before, _ := utf8.DecodeLastRuneInString(text[:found[0]])
		u, ok := weburl.Web(address)
		b.WriteString(escapeText.Replace(text[:found[0]]))
		if ok && (found[0] == 0 || !unicode.IsLetter(before) && !unicode.IsDigit(before)) {
			b.WriteString(`<a href="` + html.EscapeString(weburl.String(u)) + `">` + escapeText.Replace(address) + `</a>`)
		} else {
			b.WriteString(escapeText.Replace(address))
		}
		text = text[found[0]+len(address):]
	}
}

// trimURL cuts off the punctuation that belongs to the sentence around a URL: a
// full stop, a closing quotation mark, a bracket that was opened before the URL.
func trimURL(address string) string {
	surplus := [...]int{
		strings.Count(address, ")") - strings.Count(address, "("),
		strings.Count(address, "]") - strings.Count(address, "["),
		strings.Count(address, "}") - strings.Count(address, "{"),
	}
	for address != "" {
		last, size := utf8.DecodeLastRuneInString(address)
		bracket := strings.IndexRune(")]}", last)
		switch {
		case bracket >= 0 && surplus[bracket] > 0:
			surplus[bracket]--
		case strings.ContainsRune(".,;:!?'*_…", last), unicode.In(last, unicode.Pf, unicode.Pi):
		default:
			return address
		}
		address = address[:len(address)-size]
	}
	return address
}
