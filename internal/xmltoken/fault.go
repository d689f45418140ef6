package xmltoken

import (
	"errors"
	"fmt"
)

// What ends the reading, to be told apart with [errors.Is].
var (
	ErrTooLarge  = errors.New("document is too large")
	ErrTooDeep   = errors.New("document is nested too deeply")
	ErrTruncated = errors.New("document is cut off")
	ErrMisnested = errors.New("an end tag closes another element") // which the fault's Message names
	ErrMalformed = errors.New("document is not well-formed")       // too far from it to be read as it stands
	ErrNotUTF8   = errors.New("bytes are no characters")           // to a strict reader
)

// A Fault is what is wrong at a place of the document.
type Fault struct {
	Line, Column int // from 1; columns are characters
	Message      string
	Err          error // what it is to errors.Is; nil if it was mended
}

func faultAt(p Place, err error, message string) *Fault {
	return &Fault{Line: p.Lines + 1, Column: p.Columns + 1, Message: message, Err: err}
}

// Error returns "line:column: message".
func (f *Fault) Error() string { return fmt.Sprintf("%d:%d: %s", f.Line, f.Column, f.Message) }

// Unwrap returns the error behind this one, or nil.
func (f *Fault) Unwrap() error { return f.Err }
