package settings

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/automationregion/newsletter/parse"
)

// A Place is where something stands in a file, as an editor counts: both from 1, the
// column in characters. The zero Place says that there is none.
type Place struct{ Line, Column int }

// At is the place of the byte at an offset.
func At(text string, offset int) Place {
	before := text[:min(max(offset, 0), len(text))]
	line := strings.Count(before, "\n") + 1
	return Place{line, utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1}
}

// The rules of what is read here.
const (
	RuleOther       = "letter"
	RuleSetting     = "letter-setting"
	RuleKeyUnknown  = "letter-key-unknown"
	RuleYAML        = "letter-yaml"
	RuleTOML        = "letter-toml"
	RuleLimit       = "letter-limit"
	RulePlaceholder = "newsletter-placeholder" // a remark
)

// ErrTooCostly says that a letter would take more time or memory to read than a
// letter has any need of.
var ErrTooCostly = errors.New("letter is too costly to read")

// Faults gathers what is wrong with one file, so that a writer learns all of it
// at once.
type Faults struct {
	File string
	List []*parse.Error
	More int // than maxFaults

	Remarks []*parse.Error // on what keeps nothing from being published
	Heard   bool           // somebody wants to know of them
}

// MaxFaults is how many faults of one file are listed: more than a writer mends
// before asking again.
const MaxFaults = 1000

// Add adds what breaks no rule of its own.
func (f *Faults) Add(at Place, format string, args ...any) { f.AddAs(RuleOther, at, format, args...) }

// AddAs adds a fault with the rule that is broken.
func (f *Faults) AddAs(rule string, at Place, format string, args ...any) {
	f.put(f.fault(rule, at, format, args...))
}

// AddError adds a fault that an error tells of.
func (f *Faults) AddError(at Place, err error) {
	rule := RuleOther
	for _, limit := range []error{parse.ErrTooLarge, parse.ErrTooDeep, parse.ErrTooManyLetters, ErrTooCostly} {
		if errors.Is(err, limit) {
			rule = RuleLimit
		}
	}
	f.put(&parse.Error{File: f.File, Line: at.Line, Column: at.Column, Rule: rule, Message: err.Error(), Err: err})
}

// Listens reports whether there is any use in a further remark.
func (f *Faults) Listens() bool { return f.Heard && len(f.Remarks) < MaxFaults }

// Remark adds what is likely not meant.
func (f *Faults) Remark(rule string, at Place, format string, args ...any) {
	if f.Listens() {
		f.Remarks = append(f.Remarks, f.fault(rule, at, format, args...))
	}
}

func (f *Faults) fault(rule string, at Place, format string, args ...any) *parse.Error {
	return &parse.Error{File: f.File, Line: at.Line, Column: at.Column, Rule: rule, Message: fmt.Sprintf(format, args...)}
}

func (f *Faults) put(e *parse.Error) {
	if len(f.List) >= MaxFaults {
		f.More++
		return
	}
	f.List = append(f.List, e)
}

// Count is how many there are.
func (f *Faults) Count() int { return len(f.List) + f.More }

// All returns the faults, the last of which says how many more there are.
func (f *Faults) All() []*parse.Error {
	if f.More == 0 {
		return f.List
	}
	return append(slices.Clip(f.List), f.fault("", Place{}, "it has %d more faults: mend those that are listed first", f.More))
}
