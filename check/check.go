package check

import (
	"bufio"
	"bytes"
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/automationregion/newsletter/internal/xmltoken"
)

// A Format is what kind of document was judged. None is one that was not
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

// MarshalText is String.
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
	// URL is where the document was had, against which its self link is held.
	URL string
	// Now is what dates may not be later than. Dates to come are no finding
	// without it.
	Now time.Time
	// Ignore lists rules that are no findings.
	Ignore []string
	// MaxFindings is after how many findings Document stops, 1000 if it is 0.
	MaxFindings int
	// MaxBytes is how much of a document is read, 2 GiB if it is 0.
	MaxBytes int64
}

func (o Options) maxBytes() int64 { return cmp.Or(max(0, o.MaxBytes), 2<<30) }

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
// At most one Options is looked at; none is the zero value. Document may be
// called from several goroutines.
func Document(r io.Reader, opts ...Options) (*Report, error) {
	c := &checker{report_: &Report{}, once: map[string]bool{}, ignored: map[string]bool{}}
	if len(opts) > 0 {
		c.opts = opts[0]
	}
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

// full reports whether there are as many findings as are wanted.
func (c *checker) full() bool { return c.report_.Stopped }

func (c *checker) report(rule string, at place, text, message string) {
	end := at
	end.Columns++
	if at == c.scan.at && c.scan.kind == xmltoken.Start {
		end = c.scan.end
	} else if len(c.stack) > 1 && at == c.top().at {
		end = c.top().tail
	}
	c.reportAt(rule, at, end, text, message)
}

func (c *checker) reportAt(rule string, at, end place, text, message string) {
	c.finding(rule, at, end, "", text, message)
}

func (c *checker) reportVal(rule string, v val, message string) {
	c.finding(rule, v.at, v.end, v.attr, v.s, message)
}

func (c *checker) finding(rule string, at, end place, attr, text, message string) {
	if c.ignored[rule] {
		return
	}
	if rule == "atom-ids-all-same" {
		c.once[rule] = true
	}
	if len(c.report_.Findings) >= c.limit {
		c.report_.Stopped = true
		return
	}
	c.add(c.made(rule, at, end, attr, text, message))
}

// made is a finding that is not in the report yet.
func (c *checker) made(rule string, at, end place, attr, text, message string) Finding {
	row := ruleCalled(rule)
	return Finding{
		Rule: rule, Severity: row.Severity,
		Line: at.Lines + 1, Column: at.Columns + 1, EndLine: end.Lines + 1, EndColumn: end.Columns + 1,
		Path: utf8Text(c.path(at, attr)), Message: utf8Text(message), Text: clip(text), W3C: row.W3C,
	}
}

func (c *checker) add(f Finding) {
	switch {
	case c.ignored[f.Rule]:
	case len(c.report_.Findings) >= c.limit:
		c.report_.Stopped = true
	default:
		c.report_.Findings = append(c.report_.Findings, f)
	}
}

// utf8Text replaces what is no character: names of elements may have such bytes.
func utf8Text(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// clip makes words of a document fit for a message: one line, nothing that a
// terminal obeys, not too long.
func clip(s string) string { return clipTo(s, maxClip) }

const maxClip = 80

func clipTo(s string, most int) string {
	if len(s) <= most && isPlain(s) {
		return s
	}
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n++; n > most {
			b.WriteString("...")
			break
		}
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			r = ' '
		case !unicode.IsPrint(r) || r == utf8.RuneError:
			r = '\uFFFD'
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7F {
			return false
		}
	}
	return true
}

func quote(s string) string { return `"` + clip(s) + `"` }

func itoa(i int) string { return strconv.Itoa(i) }

func ordinal(i int) string {
	switch {
	case i%100 >= 11 && i%100 <= 13:
	case i%10 == 1:
		return itoa(i) + "st"
	case i%10 == 2:
		return itoa(i) + "nd"
	case i%10 == 3:
		return itoa(i) + "rd"
	}
	return itoa(i) + "th"
}
