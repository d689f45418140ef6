package html

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/automationregion/newsletter/internal/text"
	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"":                                    "",
		"  two \n words ":                     "two words",
		"a  b\n\tc":                           "a b c",
		"a &amp; b":                           "a & b",
		"Example <b>Atom</b>":                 "Example Atom",
		"<p>one</p><p>two</p>":                "one two",
		"one<br>two<br/>three":                "one two three",
		"wo<b>rd</b>":                         "word",
		"<b>a</b>b <i>c</i>":                  "ab c",
		"10 <del>11</del><ins>12</ins>.":      "10 1112.",
		"H<custom-mark>2</custom-mark>O":      "H2O",
		"1 < 2 and 3 > 2":                     "1 < 2 and 3 > 2",
		"&lt;b&gt;":                           "<b>",
		"&amp;lt; is &lt;":                    "&lt; is <",
		"&am<b>p;</b>":                        "&amp;",
		"a\u00a0b":                            "a\u00a0b",
		"a&nbsp;&amp; b\u00a0c":               "a\u00a0& b\u00a0c",
		"<p>&nbsp;</p>":                       "",
		"<b>O</b>ne &amp;\n two&nbsp;":        "One & two",
		"<table><tr><td>1<td>2</table>":       "1 2",
		"&#146; &aring; &nosuch;":             "’ å &nosuch;",
		"<p title='a>b'>x":                    "x",
		`<a title="x>y">z</a>`:                "z",
		"a<!-- b -->c<br/>d":                  "ac d",
		"a<!-->b":                             "ab",
		"<p>unfinished <em":                   "unfinished",
		"<ul><li>one</li>\n<li>two</li></ul>": "one two",
		"<noscript>shown</noscript>":          "shown",

		"<script>evil()</script>text":                          "text",
		"<script>never closed":                                 "",
		"<script>if (a</scripted>b)</script>x":                 "x",
		"<style>p{}</style>a<!-- no -->b":                      "ab",
		"<style>p{}</style>One</style>two":                     "One two",
		"One <iframe>no</iframe>two":                           "One two",
		"<textarea>draft</textarea>text":                       "text",
		"<head><title>No</title></head>text":                   "text",
		"<svg><circle/></svg>drawn":                            "drawn",
		"<svg><title>no</title><text>no</text></svg>yes":       "yes",
		"<svg><style>no</svg>yes":                              "yes",
		"<svg/>yes":                                            "yes",
		"<svg><text>no<p>yes":                                  "yes",
		"<svg><foreignObject><p>no</p></foreignObject></svg>a": "a",
		"<math><mi>no</mi></math>yes":                          "yes",
		"a<template>no<template>no</template>no</template>b":   "a b",
		"<div><template>no</div>no":                            "",
		"<video>no<track></video>yes":                          "yes",
		"<div><video>no</div>yes":                              "yes",
		"<select><option>no<option>no</select>yes":             "yes",
		"<p><button>no</p>yes":                                 "yes",
		"<object><p>no</p></object>yes":                        "yes",
		"<canvas>no</canvas>yes<button>no":                     "yes",
		"<meta http-equiv=refresh><input>yes":                  "yes",
		"<SCRIPT>no</SCRIPT><Select>no</SELECT>yes":            "yes",
		"<video><script></video>no</script>no</video>yes":      "yes",
	} {
		assert.Equal(t, want, Text(in), "Text(%q)", in)
	}
}

// What is dropped is dropped in a text of any length and at any depth.
func TestTextDropsAtAnySize(t *testing.T) {
	for name, dropped := range map[string]string{
		"script": "<script>secret</script>", "style": "<style>secret</style>", "svg": "<svg><text>secret</text></svg>",
		"select": "<select><option>secret</select>", "template": "<template>secret</template>", "video": "<video>secret</video>",
	} {
		long := strings.Repeat("<p>word</p>"+dropped, 50_000)
		deep := strings.Repeat("<div>", 5000) + dropped + "deep"
		assert.NotContains(t, Text(long), "secret", name)
		assert.Equal(t, "deep", Text(deep), name)
	}
}

func TestTextIsLinear(t *testing.T) {
	for name, s := range map[string]string{
		"opened drawings": "<svg>", "opened objects": "<object>", "opened buttons": "<p><button></p>", "opened comments": "<!--",
		"signs": "<", "ampersands": "&", "half tags": "<a ", "half values": `<a b="`, "options": "<option>", "half scripts": "<script><",
		"end tags": "</", "drawings that end": "<svg><p>",
	} {
		start := time.Now()
		Text(strings.Repeat(s, 8<<20/len(s)))
		assert.Less(t, time.Since(start), 20*time.Second, name)
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{
		"<p>one<br>two</p>", "a &amp; b", "<script>x", "1 < 2", "<![CDATA[x]]>", "&#0;&#x110000;", "<svg><p>x</svg>y", "<div><video>x</div>y",
		"<select><option>a<input>b", "<template><div></template>x", "<math><mtext><p>x</math>y", "&nbsp; &nbsp;",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Text(s)
		assert.Equal(t, text.Line(got), got, "one line")
		assert.True(t, utf8.ValidString(got) || !utf8.ValidString(s), "what was UTF-8 stays UTF-8")
		// What a browser finds in a script is never text.
		body := &nethtml.Node{Type: nethtml.ElementNode, Data: "body", DataAtom: atom.Body}
		nodes, err := nethtml.ParseFragment(strings.NewReader("<p>"+s+"</p><script>neverseen</script>"), body)
		if err != nil {
			return
		}
		for _, n := range nodes {
			if n.DataAtom == atom.Script && n.FirstChild != nil && n.FirstChild.Data == "neverseen" && !strings.Contains(s, "neverseen") {
				assert.NotContains(t, Text("<p>"+s+"</p><script>neverseen</script>"), "neverseen")
			}
		}
	})
}
