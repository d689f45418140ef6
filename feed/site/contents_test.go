package site

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestAnchors(t *testing.T) {
	tests := []struct{ name, content, want string }{
		{"of the text", "<h2>What it costs: 5 kr</h2>", `<h2 id="what-it-costs-5-kr">What it costs: 5 kr</h2>`},
		{"in any script", "<h2>Så här</h2><h2>東京の手紙</h2>", `<h2 id="så-här">Så här</h2><h2 id="東京の手紙">東京の手紙</h2>`},
		{"the author's stay", `<h2 id="A b">One</h2>`, `<h2 id="A b">One</h2>`},
		{"and go first", `<h2>One</h2><h3 id="one">Two</h3>`, `<h2 id="one-2">One</h2><h3 id="one">Two</h3>`},
		{"each once", "<h2>One</h2><h2>One</h2><h2>One</h2>", `<h2 id="one">One</h2><h2 id="one-2">One</h2><h2 id="one-3">One</h2>`},
		{"a text that is as another was made", "<h2>One</h2><h2>One</h2><h2>One 2</h2>", `<h2 id="one">One</h2><h2 id="one-2">One</h2><h2 id="one-2-2">One 2</h2>`},
		{"an author's twice", `<h2 id="a">One</h2><h2 id="a">Two</h2>`, `<h2 id="a">One</h2><h2 id="a-2">Two</h2>`},
		{"none of another element", `<p id="one"></p><a name="two"></a><h2>One</h2><h2>Two</h2>`, `<p id="one"></p><a name="two"></a><h2 id="one-2">One</h2><h2 id="two-2">Two</h2>`},
		{"none of the page's", "<h2>Page main</h2>", `<h2 id="page-main-2">Page main</h2>`},
		{"without letters", "<h2>* * *</h2>", `<h2 id="section">* * *</h2>`},
		{"without words", "<h2> </h2>", `<h2> </h2>`},
		{"a picture's", `<h2><img src="a" alt="The map"/></h2>`, `<h2 id="the-map"><img src="a" alt="The map"/></h2>`},
		{"without the mark of a footnote", `<h2>One<sup><a href="#fn" role="doc-noteref">1</a></sup></h2>`, `<h2 id="one">One<sup><a href="#fn" role="doc-noteref">1</a></sup></h2>`},
		{"bounded", "<h2>" + strings.Repeat("abcdefg ", 20) + "</h2>", `<h2 id="abcdefg-abcdefg-abcdefg-abcdefg-abcdefg-abcdefg-abcdefg">` + strings.Repeat("abcdefg ", 20) + "</h2>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := prose(tt.content, prosing{top: 2, local: same, anchors: true})
			assert.Equal(t, tt.want, strings.ReplaceAll(got, "</sup></h2>", "</sup></h2>"))
			got, _ = prose(tt.content, prosing{top: 2, local: same})
			assert.NotContains(t, strings.ReplaceAll(got, `id="A b"`, ""), "-2", "none where nobody asks")
		})
	}
}

// outline writes a table of contents as text.
func outline(c *contentsView) string {
	if c == nil {
		return "none"
	}
	var b strings.Builder
	for _, h := range c.Headings {
		b.WriteString(" " + h.Title + h.URL)
		for _, below := range h.Below {
			b.WriteString(" (" + below.Title + below.URL + ")")
		}
	}
	return strings.TrimSpace(b.String())
}

func TestContents(t *testing.T) {
	tests := []struct{ name, content, want string }{
		{"two levels", "<h2>A</h2><h3>B</h3><h4>C</h4><h2>D</h2>", "A#a (B#b) D#d"},
		{"from the highest that there is", "<h4>A</h4><h5>B</h5><h6>no</h6><h4>C</h4>", "A#a (B#b) C#c"},
		{"a first level that begins lower", "<h3>A</h3><h2>B</h2><h3>C</h3>", "A#a B#b (C#c)"},
		{"as the page has the levels", "<h1>A</h1><h1>B</h1><h2>C</h2>", "A#a B#b (C#c)"},
		{"few", "<h2>A</h2><h2>B</h2>", "none"},
		{"none of a quotation, a table or what is hidden", "<h2>A</h2><blockquote><h2>no</h2></blockquote><table><tr><td><h2>no</h2></table><details><h2>no</h2></details><h2 hidden>no</h2><h2></h2><h2>B</h2><h2>C</h2>", "A#a B#b C#c"},
		{"without markup", "<h2>A &amp; <em>b</em> &lt;c></h2><h2>B<br>C</h2><h2>D<script>no</script></h2>", "A & b <c>#a-b-c B C#b-c D#d"},
		{"many of the second level", "<h2>A</h2><h2>B</h2><h2>C</h2>" + strings.Repeat("<h3>D</h3>", 100), "A#a B#b C#c"},
		{"many of the first", strings.Repeat("<h2>A</h2>", 101), "none"},
		{"very many", strings.Repeat("<h2>A</h2>", 5000), "none"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, headings := prose(tt.content, prosing{top: 2, local: same, anchors: true})
			assert.Equal(t, tt.want, outline(contents(headings)))
		})
	}
}

// What is made to cost the most: headings within headings, each of which has the
// text of all below.
func TestContentsCost(t *testing.T) {
	start := time.Now()
	deep := strings.Repeat("<div><h2><div>", 160) + strings.Repeat("<b></b>", 20_000)
	for _, content := range []string{deep, strings.Repeat("<h2>A</h2>", 100_000), strings.Repeat("<h2 id=a>A</h2>", 999), "<h2>" + strings.Repeat("a ", 500_000) + "</h2>"} {
		_, headings := prose(content, prosing{top: 2, local: same, anchors: true})
		contents(headings)
	}
	assert.Less(t, time.Since(start), 10*time.Second)
}

func TestMinutes(t *testing.T) {
	tests := []struct {
		name, text, tag string
		want            int
	}{
		{"nothing", "", "en", 0},
		{"less than half a minute", strings.Repeat("word ", 113), "en", 0},
		{"half a minute", strings.Repeat("word ", 115), "en", 1},
		{"English", strings.Repeat("word ", 912), "en-GB", 4},
		{"Finnish, whose words are longer", strings.Repeat("sana ", 912), "fi", 6},
		{"a language that nobody measured", strings.Repeat("dzodzo ", 912), "ee", 5},
		{"no language", strings.Repeat("dzodzo ", 912), "", 5},
		{"what is no word", strings.Repeat("— • 😀 ", 912), "en", 0},
		{"words with signs in them", strings.Repeat("it’s well-known, (really) ", 304), "en", 4},
		{"Chinese, by characters", strings.Repeat("你好，", 510), "zh-Hant", 4},
		{"Japanese", strings.Repeat("東京の手紙。", 285), "ja", 4},
		{"Japanese within English", strings.Repeat("word ", 456) + strings.Repeat("你好", 255), "en", 4},
		{"Korean, by words", strings.Repeat("안녕하세요 ", 736), "ko", 4},
		{"Thai, by letters", strings.Repeat("กขคงจ", 690), "th", 4},
		{"a no-break space parts words", strings.Repeat("word\u00a0", 912), "en", 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, minutes(tt.text, tt.tag), fmt.Sprint(countWords(tt.text)))
		})
	}
}
