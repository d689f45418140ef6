package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/automationregion/newsletter/internal/plaintext"
	"github.com/automationregion/newsletter/parse"
)

// A fault is something wrong in a document, at a place.
type fault struct {
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Message string `json:"message"`
	Rule    string `json:"-"` // of a letter
}

// faults takes joined errors apart and puts them in order. Errors that name no
// file are about the file called name.
func faults(err error, name string) []fault {
	var all []fault
	for _, err := range flatten(err) {
		f := fault{File: name, Message: err.Error()}
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
	sortFaults(all)
	return all
}

func sortFaults(all []fault) {
	slices.SortStableFunc(all, func(a, b fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column), cmp.Compare(a.Message, b.Message))
	})
}

// flatten takes an error of errors.Join apart.
func flatten(err error) []error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, err := range joined.Unwrap() {
			all = append(all, flatten(err)...)
		}
		return all
	}
	return []error{err}
}

// mendedBy returns what a reader mended or left out, joined.
func mendedBy(r parse.Reading) error {
	all := make([]error, len(r.Faults))
	for i, fault := range r.Faults {
		all[i] = fault
	}
	switch r.Relative {
	case 0:
	case 1:
		all = append(all, errors.New("1 relative address: say where it was had with --url"))
	default:
		all = append(all, fmt.Errorf("%d relative addresses: say where it was had with --url", r.Relative))
	}
	return errors.Join(all...)
}

// found returns what is wrong in the document called name, or that it can't be
// read.
func found(err error, name string) error {
	if isUnreadable(err) {
		return failedError(messages(err, name))
	}
	return foundError(messages(err, name))
}

// isUnreadable reports whether any of the joined errors is of reading a file,
// and not of what stands in it.
func isUnreadable(err error) bool {
	return slices.ContainsFunc(flatten(err), func(err error) bool {
		var path *fs.PathError
		return errors.As(err, &path)
	})
}

// messages returns the faults as "file:line:column: message" lines.
func messages(err error, name string) []string { return lines(faults(err, name)) }

func lines(all []fault) []string {
	lines := make([]string, len(all))
	for i, f := range all {
		lines[i] = f.String()
	}
	return lines
}

// String returns "file:line:column: message", without what is not known.
func (f fault) String() string {
	e := parse.Error{File: f.File, Line: f.Line, Column: f.Column, Message: f.Message}
	return plaintext.Line(e.Error())
}
