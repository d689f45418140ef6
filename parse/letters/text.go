package letters

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/automationregion/newsletter/internal/htmltext"
	"github.com/automationregion/newsletter/parse"
	"golang.org/x/text/unicode/norm"
)

// A mark is a place in a letter document or in newsletter.yaml, as an editor
// counts: both from 1, the column in characters. The zero mark is no place.
type mark struct{ line, column int }

// faults gathers what is wrong with one file, so that a writer learns all of it
// at once.
type faults struct {
	file string
	list []*parse.Error
	more int // than maxFaults
}

// maxFaults is how many faults of one file are listed: more than a writer mends
// before asking again.
const maxFaults = 1000

func (f *faults) add(at mark, format string, args ...any) {
	f.put(&parse.Error{File: f.file, Line: at.line, Column: at.column, Message: fmt.Sprintf(format, args...)})
}

func (f *faults) addError(at mark, err error) {
	f.put(&parse.Error{File: f.file, Line: at.line, Column: at.column, Message: err.Error(), Err: err})
}

func (f *faults) put(e *parse.Error) {
	if len(f.list) >= maxFaults {
		f.more++
		return
	}
	f.list = append(f.list, e)
}

// all returns the faults, the last of which says how many more there are.
func (f *faults) all() []*parse.Error {
	if f.more == 0 {
		return f.list
	}
	return append(slices.Clip(f.list), &parse.Error{File: f.file, Message: fmt.Sprintf("it has %d more faults: mend those that are listed first", f.more)})
}

// joinFaults returns the faults sorted by place, each once, or nil if there are
// none.
func joinFaults(list []*parse.Error) error {
	if len(list) == 0 {
		return nil
	}
	slices.SortStableFunc(list, func(a, b *parse.Error) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column), cmp.Compare(a.Message, b.Message),
		)
	})
	list = slices.CompactFunc(list, func(a, b *parse.Error) bool { return a.Error() == b.Error() })
	if len(list) == 1 {
		return list[0]
	}
	errs := make([]error, len(list))
	for i, e := range list {
		errs[i] = e
	}
	return errors.Join(errs...)
}

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
		return "", &parse.Error{File: file, Message: fmt.Sprintf("%v: expected at most %d bytes", parse.ErrTooLarge, maxBytes), Err: parse.ErrTooLarge}
	}
	if bytes.HasPrefix(b, []byte{0xFF, 0xFE}) || bytes.HasPrefix(b, []byte{0xFE, 0xFF}) {
		return "", &parse.Error{File: file, Line: 1, Column: 1, Message: "this is UTF-16: expected UTF-8"}
	}
	b = bytes.TrimPrefix(b, []byte("\uFEFF"))
	b = bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
	b = bytes.ReplaceAll(b, []byte("\r"), []byte("\n"))
	b = bytes.ReplaceAll(b, []byte("\u0085"), []byte("\n")) // next line
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			at := markOf(string(b[:i]), i)
			return "", &parse.Error{File: file, Line: at.line, Column: at.column, Message: fmt.Sprintf("byte 0x%02X is no UTF-8: expected a document in UTF-8", b[i])}
		case !isXMLChar(r), 0x7F <= r && r < 0xA0, r&0xFFFE == 0xFFFE, 0xFDD0 <= r && r <= 0xFDEF:
			at := markOf(string(b[:i]), i)
			return "", &parse.Error{File: file, Line: at.line, Column: at.column, Message: fmt.Sprintf("character %U, which no feed can hold: expected text", r)}
		}
		i += size
	}
	return norm.NFC.String(string(b)), nil
}

// isXMLChar says whether XML 1.0 (section 2.2) can hold the character.
func isXMLChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || 0x20 <= r && r <= 0xD7FF || 0xE000 <= r && r <= 0xFFFD || 0x10000 <= r && r <= 0x10FFFF
}

// markOf returns the place of the byte at offset.
func markOf(text string, offset int) mark {
	before := text[:min(max(offset, 0), len(text))]
	line := strings.Count(before, "\n") + 1
	return mark{line, utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1}
}

// lineOfText returns text that belongs on one line: trimmed, each run of white
// space one space.
func lineOfText(s string) string {
	return norm.NFC.String(htmltext.Line(s))
}
