package parse

import (
	"errors"
	"strconv"
	"strings"

	"github.com/automationregion/newsletter/internal/xmltoken"
)

// Limits that a document broke, to be told apart with [errors.Is].
var (
	ErrTooLarge       = xmltoken.ErrTooLarge
	ErrTooDeep        = xmltoken.ErrTooDeep
	ErrTooManyLetters = errors.New("document has too many letters")
	ErrTruncated      = xmltoken.ErrTruncated
)

// An Error says where in a document something is wrong, and what was expected
// there. Get it with [errors.As].
type Error struct {
	File    string // empty if the document has no name
	Line    int    // from 1; 0 if there is no line to point at
	Column  int    // in characters, from 1; 0 if there is no column to point at
	Path    string // of a JSON document: where the value stands, such as "items[2].authors"
	Message string // what is wrong and what was expected
	Err     error  // what it is to errors.Is; may be nil
	Rule    string // of a letter: which of its rules is broken (package letters); else empty
}

// Error returns "file:line:column: message", without the parts that are not
// known.
func (e *Error) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File)
		b.WriteByte(':')
	}
	if e.Line > 0 {
		b.WriteString(strconv.Itoa(e.Line))
		b.WriteByte(':')
		if e.Column > 0 {
			b.WriteString(strconv.Itoa(e.Column))
			b.WriteByte(':')
		}
	}
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	if e.Path != "" {
		b.WriteString(e.Path)
		b.WriteString(": ")
	}
	b.WriteString(e.Message)
	return b.String()
}

// Unwrap returns the error behind this one, or nil.
func (e *Error) Unwrap() error { return e.Err }

// A NotFeedError says that a document is not a feed, and what it is instead. Get it
// with [errors.As].
type NotFeedError struct {
	File  string   // empty if the document has no name
	What  string   // "an HTML page", "an empty document", "a JSON document without a version"
	Feeds []string // URLs of the feeds that an HTML page links to, best first
}

// Error says what the document is and where its feeds are.
func (e *NotFeedError) Error() string {
	msg := "not a feed but " + e.What
	if e.File != "" {
		msg = e.File + ": " + msg
	}
	if len(e.Feeds) > 0 {
		msg += "; its feeds are " + strings.Join(e.Feeds, ", ")
	}
	return msg
}

// located returns err as the error of a document, with the document's name.
func located(err error, file string) error {
	switch e := err.(type) {
	case *xmltoken.Fault:
		return errorOf(e, file)
	case *Error:
		e.File = file
	case *NotFeedError:
		e.File = file
	}
	return err
}

// errorOf is a fault of the tokens as an error of the document.
func errorOf(f *xmltoken.Fault, file string) *Error {
	return &Error{File: file, Line: f.Line, Column: f.Column, Message: f.Message, Err: f.Err}
}
