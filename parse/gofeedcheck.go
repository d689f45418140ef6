package parse

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// checkXML says where a document stops being XML that gofeed can take, or breaks
// a limit: gofeed itself would take it without end, or in silence.
func checkXML(data []byte, o Options) error {
	dec := xmlDecoder(bytes.NewReader(data))
	var open []string // names as they are written
	letters := 0
	fail := func(is error, format string, args ...any) error {
		line, column := dec.InputPos()
		return &Error{File: o.FileName, Line: line, Column: column, Message: fmt.Sprintf(format, args...), Err: is}
	}
	for {
		tok, err := dec.RawToken()
		if err == io.EOF && len(open) == 0 {
			return nil
		}
		if err != nil {
			return xmlError(dec, err, o)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if len(open) >= o.MaxDepth || len(open) >= 10_000 {
				return fail(ErrTooDeep, "elements stand more than %d deep within each other", len(open))
			}
			if isLetterElement(tok.Name.Local, len(open)) {
				if letters++; letters > o.MaxLetters {
					return fail(ErrTooManyLetters, "the feed has more than %d letters", o.MaxLetters)
				}
			}
			open = append(open, writtenName(tok.Name))
		case xml.EndElement:
			name := writtenName(tok.Name)
			i := len(open) - 1
			for i >= 0 && open[i] != name {
				i--
			}
			if i < 0 {
				return fail(nil, "</%s> closes nothing", name)
			}
			open = open[:i]
		}
	}
}

// writtenName returns a name with its prefix, as it is written.
func writtenName(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

// isLetterElement reports whether an element of this name, at this depth, is a
// letter.
func isLetterElement(local string, depth int) bool {
	return depth >= 1 && depth <= 2 && (strings.EqualFold(local, "item") || strings.EqualFold(local, "entry"))
}

// xmlDecoder returns a forgiving decoder for a document that is UTF-8 already,
// whatever it declares.
func xmlDecoder(r io.Reader) *xml.Decoder {
	dec := xml.NewDecoder(r)
	dec.Strict = false
	dec.Entity = xml.HTMLEntity
	dec.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	return dec
}

// xmlError says where dec stopped.
func xmlError(dec *xml.Decoder, err error, o Options) *Error {
	line, column := dec.InputPos()
	e := &Error{File: o.FileName, Line: line, Column: column, Message: err.Error(), Err: err}
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		e.Message = syntax.Msg
	}
	if errors.Is(err, io.EOF) || syntax != nil && strings.Contains(syntax.Msg, "unexpected EOF") {
		e.Message, e.Err = "the document is cut off here", ErrTruncated
	}
	return e
}
