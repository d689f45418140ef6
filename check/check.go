// Package check judges a document by the rules of its own format: RSS 0.90 to
// 2.0, Atom, JSON Feed and OPML, and the vocabularies that feeds have beside
// those.
//
//	report, err := check.Document(file)
//	for _, f := range report.Findings {
//		fmt.Printf("%d:%d: %s: %s [%s]\n", f.Line, f.Column, f.Severity, f.Message, f.Rule)
//	}
//
// It reads bytes, not a model: what is judged is what is published, to the
// character. An error is something that a specification forbids, a warning
// something that readers are known to trip over, and advice is good practice.
//
// Each rule is a row of a table: an ID that stays, the severity, what the rule
// asks for and why, how to mend what breaks it, the section of the specification,
// an example, and what the W3C's validator of feeds calls it. [Rules] returns
// them all. The verdict, whether there is an error or none, is that validator's;
// the command in internal/trial/w3c measures it by the validator's own test cases.
//
// # How it works
//
// One pass over the tokens of the document, with their places. What is kept is
// what has to be compared: IDs, the open elements, and one token. The time that
// a document takes grows with its length, whatever stands in it.
//
// The tokens are those of package parse, by its strict reader: it stops at the first
// thing that is not well-formed, as XML asks for, and keeps the places of attributes.
//
// # Words
//
// A schema is the tree of elements that a
// format has; a node is one of them that is open. A val is the text of an element
// or an attribute with its place; a value is a function that judges one. A rule is
// what a finding breaks.
package check

import (
	"bufio"
	"bytes"
	"cmp"
	"io"
	"slices"
	"strconv"
	"time"
)

// A Format is the kind of document that was judged. It is empty for one that was not
// recognized.
type Format string

const (
	RSS      Format = "rss"  // RSS 0.91 to 2.0
	RSS1     Format = "rss1" // RSS 0.90, 1.0 and 1.1, which are RDF
	Atom     Format = "atom" // Atom 0.3 and 1.0, and the documents of its publishing protocol
	JSONFeed Format = "json" // JSON Feed 1 and 1.1
	OPML     Format = "opml"
)

// Severity is how much a finding matters.
type Severity int8

const (
	Advice  Severity = iota // good practice
	Warning                 // readers are known to trip over it
	Error                   // the specification forbids it
)

// String returns "advice", "warning" or "error".
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	}
	return "advice"
}

// MarshalText returns what String does.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what String returns.
func (s *Severity) UnmarshalText(b []byte) error {
	for _, v := range []Severity{Advice, Warning, Error} {
		if v.String() == string(b) {
			*s = v
			return nil
		}
	}
	return &strconv.NumError{Func: "UnmarshalText", Num: string(b), Err: strconv.ErrSyntax}
}

// Options say how a document is judged. The zero value judges all that can be
// said of the document alone.
type Options struct {
	// URL is the address that the document came from, with which its self link is
	// compared.
	URL string
	// Now is the time that dates may not be later than. Without it, dates to come are
	// not reported.
	Now time.Time
	// Ignore lists rules that are not reported.
	Ignore []string
	// MaxFindings is after how many findings Document stops, 1000 if it is 0.
	MaxFindings int
	// MaxBytes is how much of a document is read, 2 GiB if it is 0.
	MaxBytes int64
}

// A Finding is something in a document that a rule is about.
type Finding struct {
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	Line     int      `json:"line"` // both from 1, in characters
	Column   int      `json:"column"`
	// EndLine and EndColumn are behind the last character.
	EndLine   int      `json:"endLine"`
	EndColumn int      `json:"endColumn"`
	Path      string   `json:"path"` // of the element, as XPath has it, or as JSONPath has it
	Message   string   `json:"message"`
	Text      string   `json:"text,omitempty"` // of the document
	W3C       []string `json:"w3c"`            // what the W3C's validator calls it, and what it counts that among
}

// A Report is what was found in a document.
type Report struct {
	Format  Format
	Version string // as the document says
	// Findings are in the order of the document.
	Findings []Finding
	// Stopped says that there were more findings than are listed.
	Stopped                  bool
	Errors, Warnings, Advice int
}

// Document judges an RSS, Atom, JSON Feed or OPML document. It reads r to its
// end, or until there are as many findings as the options allow. The error is
// that of r: what is wrong with the document is in the report, which is there
// in any case.
//
// At most one Options is given; without one, the zero value counts. Document may be
// called from several goroutines.
func Document(r io.Reader, opts ...Options) (*Report, error) {
	c := &checker{report_: &Report{}, once: map[string]bool{}, ignored: map[string]bool{}}
	if len(opts) > 0 {
		c.opts = opts[0]
	}
	c.opts.MaxBytes = cmp.Or(max(0, c.opts.MaxBytes), 2<<30)
	c.now = c.opts.Now
	c.limit = cmp.Or(max(0, c.opts.MaxFindings), 1000)
	for _, rule := range c.opts.Ignore {
		c.ignored[rule] = true
	}
	br := bufio.NewReaderSize(r, 4<<10)
	head, err := br.Peek(512)
	if err != nil && err != io.EOF && len(head) == 0 {
		return c.report_, err
	}
	if isJSON(head) {
		err = c.json(br)
	} else {
		err = c.xml(br)
	}
	c.report_.Format, c.report_.Version = c.format, c.version
	c.settle()
	return c.report_, err
}

// isJSON reports whether a document begins as an object of JSON does.
func isJSON(head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	return len(head) > 0 && (head[0] == '{' || head[0] == '[')
}

// settle puts the findings in order and counts them.
func (c *checker) settle() {
	r := c.report_
	if c.rssBoard {
		r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool { return f.Rule == "attribute-extension" })
	}
	if c.once["atom-ids-all-same"] {
		r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool { return f.Rule == "atom-id-repeated" })
	}
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(b.Severity, a.Severity),
			cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
	})
	for _, f := range r.Findings {
		switch f.Severity {
		case Error:
			r.Errors++
		case Warning:
			r.Warnings++
		default:
			r.Advice++
		}
	}
}
