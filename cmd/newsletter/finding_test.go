package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xeipuuv/gojsonschema"

	"github.com/automationregion/newsletter/check"
)

var twoFindings = []finding{
	{File: "a b/rss.xml", Line: 3, Column: 8, EndLine: 3, EndColumn: 12, Rule: "date-rfc822", Severity: check.Error, Message: "<pubDate> is \"June\"", Path: "/rss/channel/pubDate", W3C: []string{"InvalidRFC2822Date"}},
	{File: "<stdin>", Rule: ruleTooMany, Severity: check.Advice, Message: "more", W3C: []string{}},
}

func TestSARIFIsValidByItsSchema(t *testing.T) {
	schema, err := gojsonschema.NewSchema(gojsonschema.NewStringLoader(sarifSchema(t)))
	require.NoError(t, err)
	for name, all := range map[string][]finding{"two findings": twoFindings, "none": {}} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			require.NoError(t, writeSARIF(&out, all))
			result, err := schema.Validate(gojsonschema.NewBytesLoader(out.Bytes()))
			require.NoError(t, err)
			assert.Empty(t, result.Errors())
			var log sarifLog
			require.NoError(t, json.Unmarshal(out.Bytes(), &log))
			require.Len(t, log.Runs[0].Results, len(all))
			if len(all) > 0 {
				first := log.Runs[0].Results[0]
				assert.Equal(t, "a%20b/rss.xml", first.Locations[0].Physical.Artifact.URI)
				assert.Equal(t, "date-rfc822", log.Runs[0].Tool.Driver.Rules[first.RuleIndex].ID)
			}
		})
	}
	result, err := schema.Validate(gojsonschema.NewStringLoader(`{"version": "2.1.0", "runs": [{"results": []}]}`))
	require.NoError(t, err)
	assert.NotEmpty(t, result.Errors(), "a run without a tool")
}

// sarifSchema is the schema of SARIF 2.1.0, out of the source of a library that
// has it and doesn't hand it out.
func sarifSchema(t *testing.T) string {
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.Dir}}", reflect.TypeFor[sarif.Report]().PkgPath()).Output()
	require.NoError(t, err)
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(dir)), "schema.go"), nil, 0)
	require.NoError(t, err)
	var schema string
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && len(literal.Value) > len(schema) {
			schema = literal.Value
		}
		return true
	})
	schema, err = strconv.Unquote(schema)
	require.NoError(t, err)
	return schema
}

func TestJUnit(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, writeJUnit(&out, twoFindings, []string{"a b/rss.xml", "-", "sound.xml"}))
	var suites junitSuites
	require.NoError(t, xml.Unmarshal(out.Bytes(), &suites))
	assert.Equal(t, 3, suites.Tests)
	assert.Equal(t, 1, suites.Failures)
	require.Len(t, suites.Suites, 3)
	assert.Equal(t, "sound.xml", suites.Suites[2].Name)
	assert.Nil(t, suites.Suites[2].Cases[0].Failure)
}

func TestFindingsOnATerminal(t *testing.T) {
	file := filepath.Join(t.TempDir(), "feed.xml")
	require.NoError(t, os.WriteFile(file, []byte("<rss>\n  <pubDate>June\x1b</pubDate>\n"+strings.Repeat("x", 100)+"<title/>"+strings.Repeat("y", 100)), 0o666))
	all := []finding{
		{File: file, Line: 2, Column: 12, EndLine: 2, EndColumn: 16, Rule: "date-rfc822", Severity: check.Error, Message: "no date"},
		{File: file, Line: 3, Column: 101, EndLine: 3, EndColumn: 109, Rule: "value-blank", Severity: check.Warning, Message: "empty"},
		{File: file, Line: 9, Column: 1, Rule: "value-blank", Severity: check.Advice, Message: "behind the end"},
	}
	var out strings.Builder
	writeForPeople(&out, all, false)
	assert.Equal(t, strings.ReplaceAll(`FILE:2:12: error: no date [date-rfc822]
  <pubDate>June </pubDate>
           ^^^^
FILE:3:101: warning: empty [value-blank]
  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx<title/>yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
                                ^^^^^^^^
FILE:9:1: advice: behind the end [value-blank]
1 error, 1 warning, 1 piece of advice
`, "FILE", file), out.String())

	out.Reset()
	writeForPeople(&out, all[:1], true)
	assert.Contains(t, out.String(), "\x1b[31;1merror\x1b[0m")
	assert.Contains(t, out.String(), "\x1b[31;1m^^^^\x1b[0m")
	assert.NotContains(t, out.String(), "June\x1b")
}
