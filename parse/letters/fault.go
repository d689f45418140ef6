package letters

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/automationregion/newsletter/parse"
)

// A place is where something stands in a letter document or in newsletter.yaml, as an editor
// counts: both from 1, the column in characters. The zero place is none.
type place struct{ line, column int }

// faults gathers what is wrong with one file, so that a writer learns all of it
// at once.
type faults struct {
	file string
	list []*parse.Error
	more int // than maxFaults

	remarks []*parse.Error // on what keeps nothing from being published
	heard   bool           // somebody wants to know of them
}

// maxFaults is how many faults of one file are listed: more than a writer mends
// before asking again.
const maxFaults = 1000

func (f *faults) add(at place, format string, args ...any) { f.addAs(ruleOther, at, format, args...) }

// addAs adds a fault with the rule that is broken.
func (f *faults) addAs(rule string, at place, format string, args ...any) {
	f.put(&parse.Error{File: f.file, Line: at.line, Column: at.column, Rule: rule, Message: fmt.Sprintf(format, args...)})
}

// listens says whether there is any use in a further remark.
func (f *faults) listens() bool { return f.heard && len(f.remarks) < maxFaults }

// remark adds what is likely not meant.
func (f *faults) remark(rule string, at place, format string, args ...any) {
	if f.listens() {
		f.remarks = append(f.remarks, &parse.Error{File: f.file, Line: at.line, Column: at.column, Rule: rule, Message: fmt.Sprintf(format, args...)})
	}
}

func (f *faults) addError(at place, err error) {
	f.put(&parse.Error{File: f.file, Line: at.line, Column: at.column, Message: err.Error(), Err: err})
}

func (f *faults) put(e *parse.Error) {
	if e.Rule == "" {
		e.Rule = ruleOf(e.Err)
	}
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

// placeIn returns the place of the byte at offset.
func placeIn(text string, offset int) place {
	before := text[:min(max(offset, 0), len(text))]
	line := strings.Count(before, "\n") + 1
	return place{line, utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1}
}
