package parse

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
)

// xmlTag returns whether a token opens or closes an element, and its name with
// the prefix as it is written.
func xmlTag(tok xml.Token) (start, end bool, name string) {
	var n xml.Name
	switch tok := tok.(type) {
	case xml.StartElement:
		start, n = true, tok.Name
	case xml.EndElement:
		end, n = true, tok.Name
	}
	if n.Space != "" {
		return start, end, n.Space + ":" + n.Local
	}
	return start, end, n.Local
}

// isLetterElement reports whether an element of this name, at this depth, is a
// letter.
func isLetterElement(name string, depth int) bool {
	if depth < 1 || depth > 2 {
		return false
	}
	local := strings.ToLower(name[strings.IndexByte(name, ':')+1:])
	return local == "item" || local == "entry"
}

// cutXML looks where a document stops being XML that gofeed can take, or
// breaks a limit. If it does, it returns what is before that up to the end of a
// letter, with what is open closed, and the error.
func cutXML(data []byte, o options) ([]byte, error) {
	dec := xmlDecoder(bytes.NewReader(data))
	var (
		open    []string // names as they are written
		letters int
		good    int      // where the last whole letter ends
		around  []string // what is open there
	)
	stop := func(e *Error) ([]byte, error) {
		whole := append([]byte(nil), data[:good]...)
		for i := len(around) - 1; i >= 0; i-- {
			whole = append(whole, "</"+around[i]+">"...)
		}
		return whole, e
	}
	fail := func(is error, format string, args ...any) *Error {
		line, column := dec.InputPos()
		return &Error{File: o.file, Line: line, Column: column, Message: fmt.Sprintf(format, args...), Err: is}
	}
	for {
		before := dec.InputOffset()
		tok, err := dec.RawToken()
		if err != nil {
			if err.Error() == "EOF" && len(open) == 0 {
				return data, nil
			}
			return stop(xmlError(dec, err, o))
		}
		start, end, name := xmlTag(tok)
		switch {
		case start:
			if len(open) >= o.maxDepth || len(open) >= 10_000 {
				return stop(fail(ErrTooDeep, "elements stand more than %d deep within each other", len(open)))
			}
			if isLetterElement(name, len(open)) {
				if letters++; letters > o.maxLetters {
					return stop(fail(ErrTooManyLetters, "the feed has more than %d letters", o.maxLetters))
				}
			}
			if len(open) <= 1 || good == 0 && isLetterElement(name, len(open)) {
				good, around = int(before), append([]string(nil), open...)
			}
			open = append(open, name)
		case end:
			i := len(open) - 1
			for i >= 0 && open[i] != name {
				i--
			}
			if i < 0 {
				return stop(fail(nil, "</%s> closes nothing", name))
			}
			open = open[:i]
			if isLetterElement(name, len(open)) {
				good, around = int(dec.InputOffset()), append(around[:0], open...)
			}
		}
	}
}
