package site

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	nethtml "golang.org/x/net/html"

	"github.com/automationregion/newsletter/internal/html"
)

func same(url string) string { return url }

func TestProse(t *testing.T) {
	tests := []struct {
		name, content, want string
		top                 int
	}{
		{"empty", " \n", "", 2},
		{"as it is", `<p class="a">One &amp; <em>two</em></p>`, `<p class="a">One &amp; <em>two</em></p>`, 2},
		{"text alone", "One < two", "One &lt; two", 2},
		{"closed", "<p>One<div><b>two", "<p>One</p><div><b>two</b></div>", 2},
		{"nothing closed that isn't open", "</div></article>One", "One", 2},
		{"headings lowered together", "<h1>A</h1><h3>B</h3><h6>C</h6>", "<h2>A</h2><h4>B</h4><h6>C</h6>", 2},
		{"headings in place stay", "<h2>A</h2><h3>B</h3>", "<h2>A</h2><h3>B</h3>", 2},
		{"headings not raised", "<h5>A</h5>", "<h5>A</h5>", 2},
		{"headings below an entry's", "<h2>A</h2><h3>B</h3>", "<h4>A</h4><h5>B</h5>", 4},
		{"tables scroll", "<table><tr><td>1</table>", `<div class="scroll" tabindex="0" role="region" aria-label="Tabell"><table><tbody><tr><td>1</td></tr></tbody></table></div>`, 2},
		{"without script nobody needs another text", "<noscript><p>One</p></noscript>", "<noscript><p>One</p></noscript>", 2},
		{"nothing sends the reader elsewhere", `<p>One<meta http-equiv="refresh" content="0;url=//a.example"><META HTTP-EQUIV=x> two</p>`, "<p>One two</p>", 2},
		{"pictures after the first wait", `<img src="a"><img src="b"><img src="c" loading="eager">`, `<img src="a"/><img src="b" loading="lazy"/><img src="c" loading="eager"/>`, 2},
		{"nothing is fetched in advance", `<p>One<link rel=prefetch href=//a.example><LINK REL="preconnect" href=//a.example itemprop=url> two<link itemprop=url href=//a.example></p>`, `<p>One two<link itemprop="url" href="//a.example"/></p>`, 2},
		{"nor from within a picture", `<svg><desc><meta http-equiv=refresh></desc></svg><noscript><meta http-equiv=refresh>a</noscript>`, "<svg><desc></desc></svg><noscript>a</noscript>", 2},
		{"no other base or policy", `<base href="//a.example"><meta name=referrer content=unsafe-url>One`, "One", 2},
		{"data about the letter stays", `<p itemscope><meta itemprop="a" content="b"/></p>`, `<p itemscope=""><meta itemprop="a" content="b"/></p>`, 2},
		{"what is embedded learns the host", `<iframe src="https://a.example"></iframe>`, `<iframe src="https://a.example" referrerpolicy="strict-origin"></iframe>`, 2},
		{"the text of what no parser takes", strings.Repeat("<div>", 600) + "One &amp; two", "<p>One &amp; two</p>", 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := prose(tt.content, prosing{top: tt.top, table: "Tabell", local: same})
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestProseThatCostsTooMuch(t *testing.T) {
	var marks, roots strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&marks, "<p><b a=%d>x", i)
		fmt.Fprintf(&roots, "<html a%d>", i)
	}
	text := strings.TrimSpace(strings.Repeat("x ", 1000))
	for content, want := range map[string]string{marks.String(): "<p>" + text + "</p>", strings.Repeat(roots.String(), 3) + "<i>y</i>": "<p>y</p>"} {
		got, _ := prose(content, prosing{top: 2})
		assert.Equal(t, want, got)
	}
}

func TestPlain(t *testing.T) {
	for content, want := range map[string]string{
		"":                                 "",
		"<p>One</p><p>two</p>":             "One two",
		"One<br>two":                       "One two",
		"<b>O</b>ne &amp;\n two&nbsp;":     "One & two",
		"<script>no</script>One":           "One",
		"<style>p{}</style>One</style>two": "One two",
		"One <iframe>no</iframe>two":       "One two",
		"1 < 2":                            "1 < 2",
		"One<!-- no -->":                   "One",
	} {
		assert.Equal(t, want, html.Text(content), content)
	}
}

func TestExcerpt(t *testing.T) {
	tests := []struct {
		text, want string
		limit      int
	}{
		{"one  two\nthree", "one two three", 13},
		{"one two three", "one two…", 12},
		{"one two, three", "one two…", 9},
		{"one two three", "one two…", 7},
		{"unbroken", "unbro…", 5},
		{"a unbroken", "a unbrok…", 8},
		{"東京都の手紙", "東京都…", 3},
		{"e\u0301e\u0301e\u0301", "e\u0301…", 3},
		{"", "", 5},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, excerpt(tt.text, tt.limit))
	}
}

func TestBegins(t *testing.T) {
	const content = "<p>One two, three four.</p><p>Five.</p>"
	for summary, want := range map[string]bool{
		"One two, three four.": true,
		"One two,\nthree…":     true,
		"One two, [...]":       true,
		"Two":                  false,
		"…":                    false,
		"":                     false,
	} {
		assert.Equal(t, want, begins(html.Text(content), summary), summary)
	}
}

func TestSizeAndDuration(t *testing.T) {
	for bytes, want := range map[int64]string{
		0: "", -1: "", 1: "1 B", 999: "999 B", 1000: "1.0 kB", 9_940: "9.9 kB", 9_960: "10 kB", 999_499: "999 kB",
		999_500: "1.0 MB", 2_345_678: "2.3 MB", 3_000_000_000: "3.0 GB", 5_000_000_000_000_000: "5000 TB",
	} {
		assert.Equal(t, want, size(bytes, "."), bytes)
		assert.Equal(t, strings.ReplaceAll(want, ".", ","), size(bytes, ","), bytes)
	}
	for d, want := range map[time.Duration]string{
		0: "", 59 * time.Second: "59 s", 60 * time.Second: "1 min", 754 * time.Second: "13 min",
		59*time.Minute + 40*time.Second: "1 h 0 min", 92 * time.Minute: "1 h 32 min",
	} {
		assert.Equal(t, want, duration(d))
	}
	assert.Equal(t, "Word", typeName("application/MSWORD; charset=x"))
	assert.Equal(t, "model/gltf", typeName("model/gltf"))
	assert.Equal(t, "samtal.mp3", lastName("https://example.org/f/samtal.mp3?x=1"))
	assert.Equal(t, "example.org", lastName("https://example.org/"))
	assert.Equal(t, "tag:x", lastName("tag:x"))
}

// FuzzProse checks that no content gets out of its place on the page.
func FuzzProse(f *testing.F) {
	for _, seed := range []string{
		"<h1>a</h1><p>b", "</div></main>", "<table><td><h1>", "<plaintext>", "<textarea>", "<svg><h1><title>", "<math><table>",
		"<template><h1>", "<frameset>", "<body><h1>", "<select><option><h1>", "<a href='x'><a>", "<!--", "<![CDATA[", "&#0;",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		out, headings := prose(content, prosing{top: 2, table: "Table", local: same, anchors: true})
		contents(headings)
		doc, err := nethtml.Parse(strings.NewReader("<main>" + out + "</main><p id=after>"))
		if err != nil {
			return // deeper than the parser goes, and no deeper than the author's own
		}
		for node := range doc.Descendants() {
			if node.Data == "h1" && node.Type == nethtml.ElementNode && node.Namespace == "" {
				t.Errorf("a first heading in %q", out)
			}
		}
		if text := html.Text(content); utf8.ValidString(content) && !utf8.ValidString(excerpt(text, 10)) {
			t.Errorf("excerpt of %q is cut within a character", text)
		}
	})
}

// Only blocks of code that say their language are coloured.
func TestProseColoursCode(t *testing.T) {
	colour := func(language, code string) string {
		if language != "go" {
			return ""
		}
		return "<b>" + nethtml.EscapeString(code) + "</b>"
	}
	content := `<pre><code class="x language-go">a &lt; b</code></pre><pre><code class="language-no">a</code></pre><pre><code>a</code></pre><code class="language-go">a</code>`
	got, _ := prose(content, prosing{top: 2, local: same, colour: colour})
	assert.Equal(t, strings.Replace(content, "a &lt; b", "<b>a &lt; b</b>", 1), got)
}
