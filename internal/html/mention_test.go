package html

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/automationregion/newsletter/internal/text"
)

// People write titles about HTML. A tag that is mentioned is text, one that is used isn't.
func TestTitle(t *testing.T) {
	for in, want := range map[string]string{
		"How the <video> element works":           "How the <video> element works",
		"<title> in HTML":                         "<title> in HTML",
		"<script> considered harmful":             "<script> considered harmful",
		"<script>alert(1)</script> is text":       "<script>alert(1)</script> is text",
		"The <TEXTAREA></TEXTAREA> pair":          "The <TEXTAREA></TEXTAREA> pair",
		"<audio controls>, <video> and <iframe>":  "<audio controls>, <video> and <iframe>",
		"a < b":                                   "a < b",
		"a < b and <b>c</b>":                      "a < b and c",
		"if x<y and y>z":                          "if x<y and y>z",
		"List<String> & Map<K, V>":                "List<String> & Map<K, V>",
		"std::vector<int> &amp; friends":          "std::vector<int> & friends",
		"C &lt;3":                                 "C <3",
		"C &amp;lt;3":                             "C &lt;3",
		"I <3 <em>you</em>":                       "I <3 you",
		"<b>bold</b> and <i>it<b>al</b>ic</i>":    "bold and italic",
		"<B>bold</b>":                             "bold",
		"H<sub>2</sub>O":                          "H2O",
		"H<custom-mark>2</custom-mark>O":          "H2O",
		"<a href='x'>The <div> element</a>":       "The <div> element",
		"one<br>two<br/>three<wbr>four":           "one two threefour",
		"<p>One</p><p>two</p>":                    "One two",
		"The <p> and </p> tags":                   "The and tags", // which nothing tells from a paragraph
		"Where does </body> belong?":              "Where does </body> belong?",
		`A picture <img src="x.png">and <img>`:    "A picture and <img>",
		"<input type=\"date\"> at last":           `<input type="date"> at last`,
		"<meta>, <link> and <head>":               "<meta>, <link> and <head>",
		"Use <!DOCTYPE html>, <?php and <!--":     "Use <!DOCTYPE html>, <?php and <!--",
		"a<!-- b -->c":                            "ac",
		"unfinished <em":                          "unfinished <em",
		"unfinished <a href=\"x> and <b>more</b>": "unfinished <a href=\"x> and <b>more</b>",
		"<![CDATA[One <b>two</b> &amp; three]]>":  "One two & three",
		"<![CDATA[ is never closed":               "<![CDATA[ is never closed",
		"x <svg><circle/></svg>drawn, <svg> not":  "x drawn, <svg> not",
		`<x title="<video>"> is not <i>y</i>`:     `<x title="<video>"> is not y`,
		"<>":                                      "<>",
		"":                                        "",
		"a&nbsp;b":                                "a\u00a0b",
	} {
		assert.Equal(t, want, Title(in), "Title(%q)", in)
	}
}

// A summary is HTML that is cut off anywhere, and may be words about HTML.
func TestSummary(t *testing.T) {
	for in, want := range map[string]string{
		"How the <video> element works: it plays":        "How the <video> element works: it plays",
		"<title> in HTML, and <p>what it is":             "<title> in HTML, and what it is",
		"<script>evil()</script>text":                    "text",
		"<script>if (a < b) '<video>'</script>text":      "text",
		"<p>One <video src=x>no</video>two":              "One two",
		"<p>One <script>evil()</script> and <script> it": "One and <script> it",
		"<svg/>One<svg><circle/></svg>":                  "One",
		"<p>cut off in <a href=":                         "cut off in",
		"<p>cut off":                                     "cut off",
		"<![CDATA[<p>One</p>]]>":                         "One",
		"<select><option>no<option>no</select>yes":       "yes",
	} {
		assert.Equal(t, want, Summary(in), "Summary(%q)", in)
	}
}

func TestTitleAndSummaryAreLinear(t *testing.T) {
	for _, s := range []string{
		"<", "<a ", "<a>", "<a></a>", "</", "</a>", `<a b="`, "<!--", "<!", "<?", "<script>", "<script><", "<video>", "<svg>", "<title></title", "<x>", "<option>", "<![CDATA[", "<a b='>",
	} {
		start := time.Now()
		long := strings.Repeat(s, 1<<20/len(s))
		Title(long)
		Summary(long)
		Title(long + `'">-->`)
		Summary(long + `'">-->`)
		assert.Less(t, time.Since(start), 20*time.Second, s)
	}
}

func FuzzTitle(f *testing.F) {
	for _, s := range []string{"<b>x</b>", "<video> x", "a < b <i>", "<!-- x", "<![CDATA[x]]>", "<script>x</script", "<p/><x y='>'>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, got := range []string{Title(s), Summary(s)} {
			assert.Equal(t, text.Line(got), got, "one line")
		}
		if !strings.ContainsAny(s, "<&") {
			assert.Equal(t, Text(s), Title(s))
		}
	})
}
