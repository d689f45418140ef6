//go:build linux

package letters_test

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/automationregion/newsletter/parse/letters"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a letter of a megabyte may cost, whatever it says.
const (
	mostCPU    = 2 * time.Second
	mostMemory = 300 << 20
)

var hostileSize = flag.Int("hostile", 1<<18, "bytes of hostile letters; CI tries a megabyte")

// fill repeats s up to the size of hostile letters.
func fill(s string) string { return strings.Repeat(s, *hostileSize/len(s)) }

// half repeats s up to half of it.
func half(s string) string { return strings.Repeat(s, *hostileSize/2/len(s)) }

// numbered is what format makes of 0, 1, 2 and so on, up to that size.
func numbered(format string) string {
	var b strings.Builder
	for i := 0; b.Len() < *hostileSize-40; i++ {
		b.WriteString(strings.ReplaceAll(format, "#", fmt.Sprint(i)))
	}
	return b.String()
}

// stairs is lines with ever more indentation.
func stairs(indent, text string) string {
	var b strings.Builder
	for i := 0; b.Len() < *hostileSize-len(indent)*i-100; i++ {
		b.WriteString(strings.Repeat(indent, i) + text + "\n")
	}
	return b.String()
}

// runs is runs of c of ever other lengths.
func runs(c string, size int) string {
	var b strings.Builder
	for i := 1; b.Len() < size; i++ {
		b.WriteString(strings.Repeat(c, i) + " a ")
	}
	return b.String()
}

// hostile are letters of up to a megabyte that a Markdown parser, an HTML
// parser or a reader of settings may take long over.
var hostile = map[string]func() string{
	"emphasis that opens and closes": func() string { return fill("*a_ ") },
	"emphasis in a row":              func() string { return fill("*a_") },
	"emphasis that opens":            func() string { return fill("*a **a ") },
	"emphasis that closes":           func() string { return fill("a* a** ") },
	"emphasis of threes":             func() string { return fill("a**b***c*") },
	"emphasis of stars":              func() string { return fill("*") },
	"emphasis with underscores":      func() string { return fill("_a") },
	"emphasis in paragraphs":         func() string { return fill(strings.Repeat("*a_", 900) + "\n\n") },
	"emphasis on lines":              func() string { return fill("*a_\n") },
	"emphasis in cells":              func() string { return "|a|\n|-|\n" + fill("|"+strings.Repeat("*a_", 1000)+"|\n") },
	"strikethrough":                  func() string { return fill("~a ~~b ") },
	"strikethrough that closes":      func() string { return fill("a~ ") },
	"emphasis in link":               func() string { return "[" + half("*a_") + "](b)" + half("*a_") },
	"links in emphasis":              func() string { return fill("*[a](b)_") },

	"brackets that open":         func() string { return fill("[") },
	"brackets that close":        func() string { return fill("]") },
	"brackets within each other": func() string { return half("[") + half("]") },
	"brackets with letters":      func() string { return fill("[a] ") },
	"brackets in lines":          func() string { return fill("[a]\n") },
	"brackets in blank lines":    func() string { return fill("[a\n\u00a0\n") },
	"brackets after text":        func() string { return strings.Repeat("[", 490) + half("a\n") + half("]") },
	"brackets around code":       func() string { return strings.Repeat("[", 490) + half("`a`") + half("]") },
	"brackets of images":         func() string { return fill("![") },
	"images within each other": func() string {
		return strings.Repeat("![", *hostileSize/8) + "a" + strings.Repeat("](b)", *hostileSize/8)
	},
	"links without end":                      func() string { return fill("[a](b") },
	"links with brackets":                    func() string { return fill("[a](<b") },
	"links with titles":                      func() string { return fill("[a](b \"c") },
	"links with titles in lines":             func() string { return fill("[a](b (c\n") },
	"links with two brackets":                func() string { return fill("[a][") },
	"links with escapes":                     func() string { return fill(`[a](\(`) },
	"links with parentheses":                 func() string { return "[a](" + fill("(") },
	"links":                                  func() string { return fill("[a](b) ") },
	"links that lead nowhere, in paragraphs": func() string { return numbered("[a](http://a:b#)\n\n") },
	"links that lead nowhere":                func() string { return numbered("[a](http://a:b#) ") },
	"pictures":                               func() string { return fill("![](b)") },
	"link and references":                    func() string { return "[a]: " + half("b") + "\n\n" + half("[a] ") },
	"link and references in paragraphs":      func() string { return "[a]: " + half("b") + "\n\n" + half("[a]\n\n") },
	"links with titles far away":             func() string { return strings.Repeat("[a](b (c", 1900) + fill("a\n") },
	"links far away":                         func() string { return strings.Repeat("[a](", 1900) + fill("a") },
	"definitions before lines":               func() string { return strings.Repeat("[a]: b\n", 1900) + fill("a\n") },
	"addresses of www and at":                func() string { return fill("_www.@") },
	"definitions":                            func() string { return numbered("[#]: b\n") },
	"definitions of one":                     func() string { return fill("[a]: b\n") },
	"definitions in paragraphs":              func() string { return numbered("[#]: b\n\n") },
	"definitions with titles":                func() string { return numbered("[#]: b 'c'\n") },
	"definitions without end":                func() string { return fill("[a]: b 'c\n") },
	"definition of many lines":               func() string { return "[" + fill("a\n") },
	"definitions and uses": func() string {
		return numbered("[#]: b\n\n")[:*hostileSize/2] + "\n\n" + numbered("[#] ")[:*hostileSize/2]
	},
	"footnotes": func() string { return numbered("[^#]: b\n") },
	"footnotes in reverse": func() string {
		var b strings.Builder
		for i := range *hostileSize / 26 {
			fmt.Fprintf(&b, "[^%d]: b\n\n", i)
		}
		for i := range *hostileSize / 26 {
			fmt.Fprintf(&b, "[^%d] ", *hostileSize/26-1-i)
		}
		return b.String()
	},
	"footnotes and uses":          func() string { return numbered("[^#]: b\n\n")[:*hostileSize/2] + "\n" + half("[^9999] \n\n") },
	"footnotes used again":        func() string { return "[^a]: b\n\n" + fill("[^a]\n\n") },
	"footnotes without end":       func() string { return fill("[^a") },
	"footnotes and pictures":      func() string { return "[^a]: b\n\n" + fill("![^a]") },
	"footnotes within each other": func() string { return stairs("    ", "[^a]: b") },

	"tables of 300 columns": func() string {
		return strings.Repeat("|a", 300) + "|\n" + strings.Repeat("|-", 300) + "|\n" + strings.Repeat("|\n", *hostileSize/26)
	},
	"tables of columns and rows": func() string {
		return strings.Repeat("|a", *hostileSize/8) + "|\n" + strings.Repeat("|-", *hostileSize/8) + "|\n" + half("|\n")
	},
	"tables of empty cells": func() string {
		return strings.Repeat("|", 2000) + "\n" + strings.Repeat("|-", 2000) + "|\n" + half(strings.Repeat("|", 2000)+"\n")
	},
	"tables of one column":   func() string { return "|a|\n|-|\n" + fill("|a|\n") },
	"tables of cells":        func() string { return "|a|b|c|\n|-|-|-|\n" + fill("|a|b|c\n") },
	"tables without heads":   func() string { return fill("|-|\n") },
	"tables, many":           func() string { return fill("a|b\n-|-\n\n") },
	"tables with pipes":      func() string { return "|a|\n|-|\n" + fill("|`\\|`|\n") },
	"tables with many pipes": func() string { return "|a|\n|-|\n|`" + half("\\|") + "`" + half("`a`") + "|\n" },
	"tables with ragged rows": func() string {
		return fill(strings.Repeat("|a", 40) + "\n" + strings.Repeat("|-", 40) + "\n" + strings.Repeat("a\n", 500) + "\n")
	},
	"table heads":         func() string { return "a\n" + fill(":-\n") },
	"tables and headings": func() string { return fill("0\n-:\n-\n") },

	"code spans of all lengths": func() string { return runs("`", *hostileSize) },
	"code spans and lines":      func() string { return runs("`", *hostileSize/2) + half("a\n") },
	"code spans":                func() string { return fill("`a`") },
	"code spans that open":      func() string { return fill("``a`") },
	"code spans, escaped":       func() string { return fill("\\`a`") },
	"fences":                    func() string { return fill("```\na\n") },
	"fences without end":        func() string { return fill("~~~\n") },
	"code":                      func() string { return fill("    a\n") },

	"quotations":                         func() string { return fill(strings.Repeat(">", 499) + "a\n") },
	"quotations, lazy":                   func() string { return strings.Repeat(">", 499) + "a\n" + fill("a\n") },
	"quotations and blanks":              func() string { return fill(strings.Repeat(">", 499) + "\n") },
	"quotations, too deep":               func() string { return fill(">") },
	"lists within each other":            func() string { return stairs("  ", "- a") },
	"lists with tabs":                    func() string { return stairs("\t", "- a") },
	"lists and blank lines":              func() string { return strings.Repeat("- ", 499) + "a" + fill("\n") },
	"lists and blanks":                   func() string { return strings.Repeat("- ", 400) + "a\n" + fill(strings.Repeat(" ", 801)+"\n") },
	"lists and indented lines":           func() string { return strings.Repeat("- ", 499) + "a\n" + fill(strings.Repeat(" ", 998)+"b\n") },
	"lists, nested again":                func() string { return fill(strings.Repeat("- ", 499) + "a\n") },
	"lists with numbers":                 func() string { return fill("1. a\n") },
	"lists of nothing":                   func() string { return fill("-\n") },
	"lists of letters":                   func() string { return fill("- a\n") },
	"lists of paragraphs":                func() string { return fill("- a\n\n") },
	"lists in quotations":                func() string { return fill(strings.Repeat("> - ", 120) + "a\n") },
	"lists and tabs":                     func() string { return fill("-\t-\t-\ta\n") },
	"definition lists":                   func() string { return fill("a\n: b\n") },
	"definition lists apart":             func() string { return fill("a\n\n: b\n\n") },
	"definition lists of many terms":     func() string { return half("a\n") + half(": b\n") },
	"definition lists of one":            func() string { return "a\n" + fill(": b\n") },
	"definition lists within each other": func() string { return stairs("  ", "a\n: b") },
	"definition lists with marks":        func() string { return "a\n" + fill(strings.Repeat(": ", 499)+"b\n") },
	"definition lists in lists":          func() string { return fill("- a\n  : b\n") },
	"definition lists with quotations":   func() string { return fill("a\n: > b\n") },
	"tasks":                              func() string { return fill("- [x] a\n") },
	"tasks without lists":                func() string { return fill("[x] ") },
	"captions":                           func() string { return fill("|a|\n|-|\n\n: b\n\n") },
	"alerts":                             func() string { return fill("> [!NOTE]\n> a\n\n") },
	"alerts of many lines":               func() string { return "> [!NOTE]\n" + fill("> a\n") },
	"figures":                            func() string { return fill("![a](b 'c')\n\n") },
	"players":                            func() string { return fill("![a](b.mp4)") },
	"players within each other": func() string {
		return strings.Repeat("![", *hostileSize/16) + "a" + strings.Repeat("](b.mp4)", *hostileSize/16)
	},
	"lists with a long line":       func() string { return strings.Repeat("-\t", 240) + strings.Repeat("a", *hostileSize-500) },
	"headings":                     func() string { return fill("# a\n") },
	"headings, empty":              func() string { return fill("#\n") },
	"headings, underlined":         func() string { return fill("a\n-\n") },
	"headings of many lines":       func() string { return fill("a\n") + "\n---" },
	"rules":                        func() string { return fill("***\n") },
	"dashes":                       func() string { return fill("- ") },
	"paragraphs":                   func() string { return fill("a\n\n") },
	"lines":                        func() string { return fill("a\n") },
	"lines that break":             func() string { return fill("a  \n") },
	"lines that break with slash":  func() string { return fill("a\\\n") },
	"escapes":                      func() string { return fill(`\*`) },
	"words":                        func() string { return fill("a ") },
	"one word":                     func() string { return fill("a") },
	"combining characters":         func() string { return "a" + fill("\u0301\u0316") },
	"combining characters in tags": func() string { return fill("*\u0338*") },

	"entities":                   func() string { return fill("&amp;") },
	"entities without end":       func() string { return fill("&a") },
	"entities, long":             func() string { return "&" + fill("a") },
	"entities of numbers":        func() string { return fill("&#x1F600;") },
	"addresses":                  func() string { return fill("<a:b>") },
	"addresses without end":      func() string { return fill("<a:b") },
	"addresses, long":            func() string { return fill("<a" + strings.Repeat(":", 40)) },
	"addresses of mail":          func() string { return fill("<a@b.c>") },
	"addresses, bare":            func() string { return fill("http://a.b ") },
	"addresses of www":           func() string { return fill("_www.") },
	"addresses of www, closed":   func() string { return fill("~www.a.a") },
	"addresses of www and words": func() string { return fill("(www.a1") },
	"addresses in parentheses":   func() string { return fill("(http://a.b/(") },
	"addresses with dots":        func() string { return fill("http://a.b/....;") },
	"words with underscores":     func() string { return fill("_a_a") },
	"words with tildes":          func() string { return fill("~~~a") },
	"mail without at":            func() string { return fill("~~~a.b") },
	"mail":                       func() string { return fill("a@b.c ") },
	"mail with many at":          func() string { return "~~~" + fill("a@a~~~") },
	"mail far away":              func() string { return fill("~~~a")[:*hostileSize-10] + "@b.c" },
	"semicolons":                 func() string { return "http://a.b/?" + fill("a;") },

	"tags":                      func() string { return fill("<a>") },
	"tags of spaces":            func() string { return fill("<a ") },
	"tags, long":                func() string { return "<a" + fill(" b") },
	"tags with lines":           func() string { return fill("<a\n") },
	"tags with quotes":          func() string { return fill("<a b='") },
	"tags with both quotes":     func() string { return "a <a b='" + fill(`<a c="d" `) },
	"tags that close":           func() string { return fill("</a") },
	"comments":                  func() string { return fill("a<!--") },
	"instructions":              func() string { return fill("a<?") },
	"declarations":              func() string { return fill("a<!A") },
	"CDATA":                     func() string { return fill("a<![CDATA[") },
	"blocks of HTML":            func() string { return fill("<div>\n") },
	"blocks of HTML and blanks": func() string { return fill("<div>\n\n") },
	"blocks of scripts":         func() string { return fill("<script>\n") },
	"blocks of comments":        func() string { return fill("<!--\n") },

	// With Options.RawHTML.
	"raw: formatting":            func() string { return fill("<b>") },
	"raw: formatting and blocks": func() string { return numbered("<b a=#><p>") },
	"raw: formatting, then blocks": func() string {
		return numbered("<i a=#>")[:4000] + "</i>" + half("<p>a")
	},
	"raw: formatting in divisions": func() string {
		return "<p>" + numbered("<i a=#>")[:4000] + half("</p><p>a")
	},
	"raw: formatting that closes": func() string { return fill("<b><p></b>") },
	"raw: divisions":              func() string { return fill("<div>") },
	"raw: tables":                 func() string { return fill("<table><a>") },
	"raw: cells":                  func() string { return "<table>" + fill("<td>") },
	"raw: text in a table":        func() string { return "<table>" + fill("a<tr>") },
	"raw: bodies":                 func() string { return numbered("<body a#=1>") },
	"raw: roots":                  func() string { return numbered("<html a#=1>") },
	"raw: attributes":             func() string { return "<a" + numbered(" b#=1") + ">" },
	"raw: formatting of many attributes": func() string {
		return "<p><b" + numbered(" a#=1")[:*hostileSize/2] + ">" + half("</p><p>a")
	},
	"raw: formatting hard to read": func() string {
		return numbered(`<b a=#1 title="<">`)[:*hostileSize/8] + half("</p><p>a")
	},
	"raw: links":                 func() string { return fill("<a href=b>") },
	"raw: addresses":             func() string { return fill("<a href=%zz></a>") },
	"raw: source sets":           func() string { return `<img srcset="` + fill("a,") + `">` },
	"raw: options":               func() string { return "<select>" + fill("<option>a") },
	"raw: lists":                 func() string { return fill("<li>") },
	"raw: rubies":                func() string { return fill("<ruby><rt>") },
	"raw: objects":               func() string { return fill("<object><p>") },
	"raw: paragraphs that close": func() string { return fill("</p>") },
	"raw: math":                  func() string { return fill("<math><mi>") },
	"raw: drawings":              func() string { return fill("<svg><a>") },
	"raw: templates":             func() string { return fill("<template>") },
	"raw: frames":                func() string { return fill("<frameset>") },

	"yaml: keys":       func() string { return front("---", numbered("a#: 1\n")) },
	"yaml: lists":      func() string { return front("---", "tags: "+fill("[")) },
	"yaml: tags":       func() string { return front("---", "tags: ["+fill("a,")[:min(60000, *hostileSize)]+"]\n") },
	"yaml: aliases":    func() string { return front("---", bomb()) },
	"yaml: anchors":    func() string { return front("---", numbered("- &a# b\n")) },
	"yaml: merges":     func() string { return front("---", "a: &a {b: 1}\n"+numbered("c#: {<<: *a}\n")) },
	"yaml: maps":       func() string { return front("---", "a: "+fill("{a: ")) },
	"yaml: complex":    func() string { return front("---", fill("? ")) },
	"yaml: dashes":     func() string { return front("---", fill("- ")) },
	"yaml: quotes":     func() string { return front("---", fill("\"\n")) },
	"yaml: long":       func() string { return front("---", "title: "+fill("a")[:min(60000, *hostileSize)]+"\n") },
	"yaml: authors":    func() string { return front("---", "author: "+fill("a;")[:min(60000, *hostileSize)]+"\n") },
	"yaml: attachment": func() string { return front("---", "attachments: ["+fill("%zz,")[:min(60000, *hostileSize)]+"]\n") },
	"toml: keys":       func() string { return front("+++", numbered("a# = 1\n")) },
	"toml: lists":      func() string { return front("+++", "tags = "+fill("[")) },
	"toml: tables":     func() string { return front("+++", numbered("[a#]\n")) },
	"toml: dots":       func() string { return front("+++", fill("a.")[:min(60000, *hostileSize)]+"a = 1\n") },
	"toml: tables of tables": func() string {
		return front("+++", fill("[[a]]\n"))
	},
	"toml: inline": func() string { return front("+++", "a = "+fill("{a=")) },

	"plain: quotations": func() string { return plain(fill("> > > > > > > > > > > > > > > > a\n")) },
	"plain: quotes":     func() string { return plain(fill(">")) },
	"plain: items":      func() string { return plain(fill("- a\n")) },
	"plain: blank":      func() string { return plain(fill("- a\n\n\n\n")) },
	"plain: blank ends": func() string { return plain("- a" + fill("\n")) },
	"plain: addresses":  func() string { return plain(fill("http://a ")) },
	"plain: commas":     func() string { return plain(fill("http://,")) },
	"plain: brackets":   func() string { return plain("http://" + fill("a)")) },
	"plain: dots":       func() string { return plain("http://a" + fill(".")) },
	"plain: one line":   func() string { return plain(fill("http://a.b/c!\" ")) },
	"plain: authors":    func() string { return "A letter\n\nKind · " + fill("A, B; ") + " · 2025-01-01\n\nText\n" },
	"plain: separators": func() string { return "A letter\n\n" + fill("· ") + "\n" },
	"plain: title":      func() string { return fill("a ") + "\n\n2025-01-01\n" },
	"plain: marks":      func() string { return plain(fill("\u0301")) },
	"plain: ampersands": func() string { return plain(fill("&<>")) },
}

func front(delimiter, head string) string {
	return delimiter + "\n" + head[:min(len(head), 65000)] + "\n" + delimiter + "\ntext\n"
}

func plain(body string) string { return "A letter\n\nAnn, Example · 2025-01-01\n\n" + body }

// bomb is a few aliases that stand for millions of values.
func bomb() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [a,a,a,a,a,a,a,a,a]\n")
	for i := range 9 {
		fmt.Fprintf(&b, "a%d: &a%d [", i+1, i+1)
		for range 9 {
			fmt.Fprintf(&b, "*a%d,", i)
		}
		b.WriteString("]\n")
	}
	return b.String()
}

// TestHostileLetter is what TestHostileLetters runs for each case.
func TestHostileLetter(t *testing.T) {
	name := os.Getenv("HOSTILE_LETTER")
	if name == "" {
		t.Skip("TestHostileLetters runs it")
	}
	document := hostile[name]()
	file := "2025-01-01-a.md"
	if !strings.HasPrefix(document, "---\n") && !strings.HasPrefix(document, "+++\n") && !strings.HasPrefix(name, "plain") {
		document = "---\ntitle: A letter\n---\n" + document
	}
	if strings.HasPrefix(name, "plain") {
		file = "2025-01-01-a.txt"
	}
	document = strings.ToValidUTF8(document[:min(len(document), *hostileSize)], "")
	l, err := letters.Read(strings.NewReader(document), letters.Options{FileName: file, BaseURL: "https://example.org/a/", RawHTML: strings.HasPrefix(name, "raw")})
	switch {
	case err != nil:
		message := err.Error()
		fmt.Printf("%d bytes, fault: %.120q\n", len(document), message[:min(len(message), 120)])
	default:
		fmt.Printf("%d bytes, %d of content\n", len(document), len(l.Content))
	}
}

// No letter costs more than it may, whatever it says.
func TestHostileLetters(t *testing.T) {
	if testing.Short() || racing {
		t.Skip("takes some seconds")
	}
	for _, name := range slices.Sorted(maps.Keys(hostile)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, os.Args[0], "-test.run", "^TestHostileLetter$", "-test.v", "-hostile", fmt.Sprint(*hostileSize))
			cmd.Env = append(os.Environ(), "HOSTILE_LETTER="+name)
			out, err := cmd.CombinedOutput()
			usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
			cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			memory := int64(usage.Maxrss) << 10
			var said string
			for line := range strings.Lines(string(out)) {
				if strings.Contains(line, " bytes, ") {
					said = strings.TrimSpace(line)
				}
			}
			t.Logf("%6.2f s CPU %6.1f MB  %s", cpu.Seconds(), float64(memory)/1e6, cmp.Or(said, "nothing"))
			require.NoError(t, err, "%.2000s", out)
			assert.Less(t, cpu, mostCPU)
			assert.Less(t, memory, int64(mostMemory))
		})
	}
}
