// Package fault has what is wrong in documents, with its places.
package fault

import (
	"cmp"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"github.com/automationregion/newsletter/internal/plaintext"
	"github.com/automationregion/newsletter/parse"
)

// A Fault is something wrong in a document, at a place.
type Fault struct {
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Message string `json:"message"`
	Rule    string `json:"-"` // of a letter
}

// warning begins the message of what refuses nothing.
const warning = "warning: "

// Warning is one that refuses nothing.
func Warning(f Fault) Fault {
	f.Message = warning + f.Message
	return f
}

// IsWarning reports whether it refuses nothing.
func (f Fault) IsWarning() bool { return strings.HasPrefix(f.Message, warning) }

// Of takes joined errors apart and puts them in order. Errors that name no
// file are about the file called name.
func Of(err error, name string) []Fault {
	var all []Fault
	for _, err := range Flatten(err) {
		f := Fault{File: name, Message: err.Error()}
		var at *parse.Error
		if errors.As(err, &at) {
			f.Line, f.Column, f.Rule = at.Line, at.Column, at.Rule
			if at.File != "" {
				f.File = at.File
			}
			// Its own words without the place, which has fields of its own here.
			bare := *at
			bare.File, bare.Line, bare.Column = "", 0, 0
			f.Message = bare.Error()
		} else if not, ok := errors.AsType[*parse.NotFeedError](err); ok {
			bare := *not
			bare.File = ""
			f.Message = bare.Error()
		}
		all = append(all, f)
	}
	Sort(all)
	return all
}

// Sort puts faults in the order of their places.
func Sort(all []Fault) {
	slices.SortStableFunc(all, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column), cmp.Compare(a.Message, b.Message))
	})
}

// Flatten takes an error of errors.Join apart.
func Flatten(err error) []error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, err := range joined.Unwrap() {
			all = append(all, Flatten(err)...)
		}
		return all
	}
	return []error{err}
}

// IsUnreadable reports whether any of the joined errors is of reading a file,
// and not of what stands in it.
func IsUnreadable(err error) bool {
	return slices.ContainsFunc(Flatten(err), func(err error) bool {
		var path *fs.PathError
		return errors.As(err, &path)
	})
}

// Lines are those that tell of faults: "file:line:column: message".
func Lines(all []Fault) []string {
	lines := make([]string, len(all))
	for i, f := range all {
		lines[i] = f.String()
	}
	return lines
}

// String returns "file:line:column: message", without what is not known.
func (f Fault) String() string {
	e := parse.Error{File: f.File, Line: f.Line, Column: f.Column, Message: f.Message}
	return plaintext.Line(e.Error())
}
