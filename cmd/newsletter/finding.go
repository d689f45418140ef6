package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/automationregion/newsletter/check"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/fault"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/say"
	"github.com/automationregion/newsletter/internal/plaintext"
)

// A finding is what the check subcommand prints.
type finding struct {
	File      string         `json:"file"`
	Line      int            `json:"line"` // from 1; 0 if there is none
	Column    int            `json:"column"`
	EndLine   int            `json:"-"`
	EndColumn int            `json:"-"`
	Rule      string         `json:"rule"`
	Severity  check.Severity `json:"severity"`
	Message   string         `json:"message"`
	Path      string         `json:"path"`
	W3C       []string       `json:"w3c"`
}

// documentFindings are those of a feed.
func documentFindings(report *check.Report, file string) []finding {
	found := make([]finding, 0, len(report.Findings)+1)
	for _, f := range report.Findings {
		found = append(found, finding{
			File: file, Line: f.Line, Column: f.Column, EndLine: f.EndLine, EndColumn: f.EndColumn,
			Rule: f.Rule, Severity: f.Severity, Message: f.Message, Path: f.Path, W3C: f.W3C,
		})
	}
	if report.Stopped {
		found = append(found, finding{
			File: file, Rule: ruleTooMany, Severity: check.Warning, W3C: []string{},
			Message: fmt.Sprintf("there is more than these %d: mend them first", len(report.Findings)),
		})
	}
	return found
}

// letterFindings are those of letters and their folder, in order.
func letterFindings(all []fault.Fault) []finding {
	fault.Sort(all)
	found := make([]finding, 0, len(all))
	for _, f := range all {
		found = append(found, finding{
			File: f.File, Line: f.Line, Column: f.Column, EndLine: f.Line, EndColumn: f.Column + 1,
			Rule: cmp.Or(f.Rule, ruleLetter), Severity: check.Error, Message: f.Message, W3C: []string{},
		})
	}
	return found
}

// findingFormats are what --format takes.
var findingFormats = []string{"text", "json", "github", "sarif", "junit"}

// writeFindings prints what was found at the paths.
func (c *command) writeFindings(all []finding, paths []string, format string) error {
	for i := range all {
		all[i].Message = plaintext.Line(all[i].Message)
	}
	w := bufio.NewWriter(c.stdout)
	var err error
	switch format {
	case "json":
		err = say.JSON(w, all)
	case "github":
		for _, f := range all {
			fmt.Fprintln(w, f.workflowCommand())
		}
	case "sarif":
		err = writeSARIF(w, all)
	case "junit":
		err = writeJUnit(w, all, paths)
	default:
		c.writeText(w, all)
	}
	if err != nil {
		return err
	}
	return w.Flush()
}

// String returns "file:line:column: severity: message [rule]", without what is
// not known.
func (f finding) String() string {
	place := f.File
	if f.Line > 0 {
		place += fmt.Sprintf(":%d", f.Line)
		if f.Column > 0 {
			place += fmt.Sprintf(":%d", f.Column)
		}
	}
	return plaintext.Line(fmt.Sprintf("%s: %s: %s [%s]", place, f.Severity, f.Message, f.Rule))
}

// workflowCommand is the line that makes GitHub Actions show the finding beside
// the file.
func (f finding) workflowCommand() string {
	level := "notice"
	switch f.Severity {
	case check.Error:
		level = "error"
	case check.Warning:
		level = "warning"
	}
	return say.WorkflowCommand(level, f.File, f.Line, f.Column, f.Message+" ["+f.Rule+"]")
}

// writeText prints a line for each finding. On a terminal the place is shown
// under it, and all is summed up at the end.
func (c *command) writeText(w io.Writer, all []finding) {
	if _, ok := terminal(c.stdout); !ok {
		for _, f := range all {
			fmt.Fprintln(w, f)
		}
		return
	}
	noColor, _ := c.lookupEnv("NO_COLOR")
	writeForPeople(w, all, noColor == "")
}

// writeForPeople is how findings look on a terminal.
func writeForPeople(w io.Writer, all []finding, color bool) {
	paint := func(code, s string) string {
		if !color {
			return s
		}
		return "\x1b[" + code + "m" + s + "\x1b[0m"
	}
	codes := map[check.Severity]string{check.Error: "31;1", check.Warning: "33;1", check.Advice: "36;1"}
	var counts [check.Error + 1]int
	for i, excerpt := range excerpts(all) {
		f := all[i]
		counts[f.Severity]++
		place, rest, _ := strings.Cut(f.String(), ": "+f.Severity.String()+": ")
		fmt.Fprintf(w, "%s: %s: %s\n", paint("1", place), paint(codes[f.Severity], f.Severity.String()), rest)
		if excerpt.line != "" {
			fmt.Fprintf(w, "  %s\n  %s%s\n", excerpt.line, strings.Repeat(" ", excerpt.from), paint(codes[f.Severity], strings.Repeat("^", excerpt.width)))
		}
	}
	if len(all) > 0 {
		fmt.Fprintf(w, "%s, %s, %s\n", say.Count(counts[check.Error], "error"), say.Count(counts[check.Warning], "warning"), countAdvice(counts[check.Advice]))
	}
}

func countAdvice(n int) string {
	if n == 1 {
		return "1 piece of advice"
	}
	return fmt.Sprintf("%d pieces of advice", n)
}

// A shownLine is the part of a line that a finding is about.
type shownLine struct {
	line        string
	from, width int // of what is wrong, in characters of the line
}

// excerpts reads the lines of the findings, as far as their files can be read
// once more.
func excerpts(all []finding) []shownLine {
	out := make([]shownLine, len(all))
	for from := 0; from < len(all); {
		to := from
		for to < len(all) && all[to].File == all[from].File {
			to++
		}
		readExcerpts(all[from:to], out[from:to])
		from = to
	}
	return out
}

// readExcerpts fills in those of one file.
func readExcerpts(found []finding, out []shownLine) {
	info, err := os.Stat(found[0].File)
	if err != nil || !info.Mode().IsRegular() {
		return
	}
	f, err := os.Open(found[0].File)
	if err != nil {
		return
	}
	defer f.Close()
	wanted := map[int][]int{}
	last := 0
	for i := range found {
		wanted[found[i].Line] = append(wanted[found[i].Line], i)
		last = max(last, found[i].Line)
	}
	br := bufio.NewReaderSize(f, 64<<10)
	for n := 1; n <= last; n++ {
		line, more, err := br.ReadLine()
		for _, i := range wanted[n] {
			out[i] = excerptOf(string(line), found[i])
		}
		for more && err == nil {
			_, more, err = br.ReadLine()
		}
		if err != nil {
			return
		}
	}
}

// excerptOf cuts a line to what fits around a finding.
func excerptOf(line string, f finding) shownLine {
	const before, most = 30, 76
	chars := []rune(strings.ToValidUTF8(line, "\uFFFD"))
	from := f.Column - 1
	if f.Column < 1 || from > len(chars) {
		return shownLine{}
	}
	to := len(chars)
	if f.EndLine == f.Line {
		to = min(max(f.EndColumn-1, from+1), len(chars))
	}
	start := 0
	if from > before && len(chars) > most {
		start = from - before
	}
	end := min(len(chars), start+most)
	// A character that can't be shown would move the caret.
	for i := start; i < end; i++ {
		if plain := plaintext.Line(string(chars[i])); plain != string(chars[i]) {
			chars[i] = ' '
		}
	}
	lead := start
	for lead < from && chars[lead] == ' ' {
		lead++
	}
	return shownLine{line: string(chars[lead:end]), from: from - lead, width: max(1, min(to, end)-from)}
}

// sortedRules are the rules that were broken, each once.
func sortedRules(all []finding) []string {
	var ids []string
	for _, f := range all {
		ids = append(ids, f.Rule)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
