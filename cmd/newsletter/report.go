package main

import (
	"cmp"
	"encoding/xml"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/automationregion/newsletter/check"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/say"
)

// The parts of SARIF 2.1.0 that findings take.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name            string      `json:"name"`
		SemanticVersion string      `json:"version"`
		InformationURI  string      `json:"informationUri"`
		Rules           []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string       `json:"id"`
		ShortDescription sarifText    `json:"shortDescription"`
		FullDescription  *sarifText   `json:"fullDescription,omitempty"`
		Help             *sarifText   `json:"help,omitempty"`
		HelpURI          string       `json:"helpUri,omitempty"`
		Configuration    sarifDefault `json:"defaultConfiguration"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifDefault struct {
		Level string `json:"level"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
		EndLine     int `json:"endLine,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
	sarifLogical struct {
		FullyQualifiedName string `json:"fullyQualifiedName"`
	}
)

// writeSARIF prints findings as what code scanning takes.
func writeSARIF(w io.Writer, all []finding) error {
	ids := sortedRules(all)
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{
		Name: "newsletter", SemanticVersion: version(), InformationURI: "https://github.com/automationregion/newsletter", Rules: []sarifRule{},
	}
	for _, id := range ids {
		rule := ruleCalled(id)
		row := sarifRule{ID: id, ShortDescription: sarifText{cmp.Or(rule.Text, id)}, Configuration: sarifDefault{sarifLevel(rule.Severity)}}
		if rule.Reason != "" {
			row.FullDescription = &sarifText{rule.Reason}
		}
		if rule.Mend != "" {
			row.Help = &sarifText{rule.Mend}
		}
		if slices.ContainsFunc(check.Rules(), func(r check.Rule) bool { return r.ID == id }) {
			row.HelpURI = "https://github.com/automationregion/newsletter/blob/main/check/RULES.md#" + id
		}
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, row)
	}
	for _, f := range all {
		location := sarifLocation{Physical: sarifPhysical{Artifact: sarifArtifact{fileURI(f.File)}}}
		if f.Line > 0 {
			region := &sarifRegion{StartLine: f.Line, StartColumn: max(1, f.Column)}
			if f.EndLine > f.Line || f.EndLine == f.Line && f.EndColumn > region.StartColumn {
				region.EndLine, region.EndColumn = f.EndLine, f.EndColumn
			}
			location.Physical.Region = region
		}
		if f.Path != "" {
			location.Logical = []sarifLogical{{f.Path}}
		}
		index, _ := slices.BinarySearch(ids, f.Rule)
		run.Results = append(run.Results, sarifResult{
			RuleID: f.Rule, RuleIndex: index, Level: sarifLevel(f.Severity), Message: sarifText{f.Message}, Locations: []sarifLocation{location},
		})
	}
	return say.JSON(w, sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
}

func sarifLevel(s check.Severity) string {
	switch s {
	case check.Error:
		return "error"
	case check.Warning:
		return "warning"
	}
	return "note"
}

// fileURI is a file's path as a reference that is relative to where the command
// runs.
func fileURI(file string) string {
	if file == "<stdin>" {
		return "stdin"
	}
	u := url.URL{Path: filepath.ToSlash(file)}
	return u.String()
}

// The parts of JUnit's report that findings take.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name      string        `xml:"name,attr"`
		ClassName string        `xml:"classname,attr"`
		File      string        `xml:"file,attr"`
		Line      int           `xml:"line,attr,omitempty"`
		Failure   *junitFailure `xml:"failure"`
		Output    string        `xml:"system-out,omitempty"`
	}
	junitFailure struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// writeJUnit prints findings as a report of tests: a suite a file, and a test
// for each finding. Advice is a test that passes; a file without findings has
// one that does.
func writeJUnit(w io.Writer, all []finding, paths []string) error {
	suites := junitSuites{Name: "newsletter check"}
	suite := func(file string) *junitSuite {
		for i := range suites.Suites {
			if suites.Suites[i].Name == file {
				return &suites.Suites[i]
			}
		}
		suites.Suites = append(suites.Suites, junitSuite{Name: file})
		return &suites.Suites[len(suites.Suites)-1]
	}
	for _, f := range all {
		s := suite(f.File)
		name := f.Rule
		if f.Line > 0 {
			name += " (line " + strconv.Itoa(f.Line) + ")"
		}
		test := junitCase{Name: name, ClassName: f.File, File: f.File, Line: f.Line}
		if f.Severity == check.Advice {
			test.Output = f.String()
		} else {
			test.Failure = &junitFailure{Type: f.Severity.String(), Message: f.Message, Text: f.String()}
			s.Failures++
		}
		s.Tests++
		s.Cases = append(s.Cases, test)
	}
	for _, path := range paths {
		if path == "-" {
			path = "<stdin>"
		}
		if !slices.ContainsFunc(all, func(f finding) bool {
			return f.File == path || strings.HasPrefix(f.File, filepath.Clean(path)+string(filepath.Separator))
		}) {
			s := suite(path)
			s.Tests++
			s.Cases = append(s.Cases, junitCase{Name: "no findings", ClassName: path, File: path})
		}
	}
	for _, s := range suites.Suites {
		suites.Tests += s.Tests
		suites.Failures += s.Failures
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(suites); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
