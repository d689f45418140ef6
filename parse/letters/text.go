package letters

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/automationregion/newsletter/internal/htmltext"
	"github.com/automationregion/newsletter/parse"
	"golang.org/x/text/unicode/norm"
)

// readText reads a document that a person wrote: UTF-8 with or without byte
// order mark, any line ending, combining letters in any form. It comes out with
// "\n" and in NFC, and holds no character that XML 1.0 can't hold or discourages
// (section 2.2).
func readText(r io.Reader, maxBytes int64, file string) (string, *parse.Error) {
	limit := maxBytes
	if limit < 1<<63-1 {
		limit++
	}
	b, err := io.ReadAll(io.LimitReader(r, limit))
	if err != nil {
		return "", &parse.Error{File: file, Message: err.Error(), Err: err}
	}
	if int64(len(b)) > maxBytes {
		return "", &parse.Error{File: file, Message: fmt.Sprintf("%v: expected at most %d bytes", parse.ErrTooLarge, maxBytes), Err: parse.ErrTooLarge, Rule: ruleLimit}
	}
	if bytes.HasPrefix(b, []byte{0xFF, 0xFE}) || bytes.HasPrefix(b, []byte{0xFE, 0xFF}) {
		return "", &parse.Error{File: file, Line: 1, Column: 1, Rule: ruleEncoding, Message: "this is UTF-16: expected UTF-8"}
	}
	b = bytes.TrimPrefix(b, []byte("\uFEFF"))
	b = bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
	b = bytes.ReplaceAll(b, []byte("\r"), []byte("\n"))
	b = bytes.ReplaceAll(b, []byte("\u0085"), []byte("\n")) // next line
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			at := placeIn(string(b[:i]), i)
			return "", &parse.Error{File: file, Line: at.line, Column: at.column, Rule: ruleEncoding, Message: fmt.Sprintf("byte 0x%02X is no UTF-8: expected a document in UTF-8", b[i])}
		case !isXMLChar(r), 0x7F <= r && r < 0xA0, r&0xFFFE == 0xFFFE, 0xFDD0 <= r && r <= 0xFDEF:
			at := placeIn(string(b[:i]), i)
			return "", &parse.Error{File: file, Line: at.line, Column: at.column, Rule: ruleEncoding, Message: fmt.Sprintf("character %U, which no feed can hold: expected text", r)}
		}
		i += size
	}
	return norm.NFC.String(string(b)), nil
}

// isXMLChar says whether XML 1.0 (section 2.2) can hold the character.
func isXMLChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || 0x20 <= r && r <= 0xD7FF || 0xE000 <= r && r <= 0xFFFD || 0x10000 <= r && r <= 0x10FFFF
}

// lineOfText returns text that belongs on one line: trimmed, each run of white
// space one space.
func lineOfText(s string) string {
	return norm.NFC.String(htmltext.Line(s))
}
