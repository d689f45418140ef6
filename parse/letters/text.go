package letters

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/automationregion/newsletter/internal/settings"
	"github.com/automationregion/newsletter/parse"
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
		return "", &parse.Error{File: file, Line: 1, Column: 1, Rule: ruleEncoding, Message: "this is UTF-16: save it as UTF-8"}
	}
	b = bytes.TrimPrefix(b, []byte("\uFEFF"))
	b = bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
	b = bytes.ReplaceAll(b, []byte("\r"), []byte("\n"))
	b = bytes.ReplaceAll(b, []byte("\u0085"), []byte("\n")) // next line
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			at := settings.At(string(b[:i]), i)
			return "", &parse.Error{File: file, Line: at.Line, Column: at.Column, Rule: ruleEncoding, Message: fmt.Sprintf("byte 0x%02X is no UTF-8, and perhaps Latin-1 or windows-1252: save the file as UTF-8", b[i])}
		case !settings.IsXMLChar(r), 0x7F <= r && r < 0xA0, r&0xFFFE == 0xFFFE, 0xFDD0 <= r && r <= 0xFDEF:
			at := settings.At(string(b[:i]), i)
			return "", &parse.Error{File: file, Line: at.Line, Column: at.Column, Rule: ruleEncoding, Message: fmt.Sprintf("character %U, which no feed can hold: expected text", r)}
		}
		i += size
	}
	return norm.NFC.String(string(b)), nil
}
