package highlight_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/automationregion/newsletter/feed/site/highlight"
	"github.com/stretchr/testify/assert"
	"golang.org/x/net/html"
)

func ExampleHTML() {
	fmt.Println(highlight.HTML("go", `return "a<b" // why`))
	// Output: <span class="k">return</span> <span class="s">&#34;a&lt;b&#34;</span> <span class="c">// why</span>
}

func TestHTML(t *testing.T) {
	for _, tt := range []struct{ language, code, want string }{
		{"yaml", "title: Vår # x\n", `<span class="n">title</span>: <span class="s">Vår</span> <span class="c"># x</span>` + "\n"},
		{"DIFF", "-a\n+b\n", "<span class=\"d\">-a\n</span><span class=\"i\">+b\n</span>"},
		{"html", "<p>", `&lt;<span class="n">p</span>&gt;`},
		{"no-such-language", "a", ""},
		{"", "a", ""},
		{"go", strings.Repeat("a ", 40<<10), ""},
	} {
		assert.Equal(t, tt.want, highlight.HTML(tt.language, tt.code), tt.language)
	}
}

var tag = regexp.MustCompile(`</?span[^>]*>`)

// The text stays what it is, and is never markup.
func FuzzHTML(f *testing.F) {
	for _, s := range []string{"go\x00package main\r\n// <script>", "json\x00{\"a\": [1, null]}\xff", "bash\x00cat <<E\n$a\nE\n", "php\x00<?php echo '</script>' ?>"} {
		language, code, _ := strings.Cut(s, "\x00")
		f.Add(language, code)
	}
	f.Fuzz(func(t *testing.T, language, code string) {
		if len(code) > 2000 {
			return
		}
		out := highlight.HTML(language, code)
		if out == "" {
			return
		}
		assert.Equal(t, code, html.UnescapeString(tag.ReplaceAllString(out, "")))
		assert.NotContains(t, tag.ReplaceAllString(out, ""), "<")
	})
}
