package clean

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// hostile are contents of nearly 1 MB, each built to cost much.
func hostile() map[string]string {
	const size = 1_000_000
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	then := func(head, s string) string { return head + strings.Repeat(s, (size-len(head))/len(s)) }
	return map[string]string{
		"deep":                          fill("<div>"),
		"deep beside":                   strings.Repeat(strings.Repeat("<div>", 500)+strings.Repeat("</div>", 500), 180),
		"unclosed paragraphs":           fill("<p>"),
		"unclosed paragraphs with text": fill("<p>x"),
		"unclosed items":                fill("<li>x"),
		"unclosed cells":                then("<table>", "<td>x"),
		"half a tag":                    fill("<a "),
		"half a value":                  fill(`<a b="`),
		"signs":                         fill("<"),
		"marks that come again":         then("<p>"+many(400, "<b a=%d>"), "</p><p>x"),
		"marks that come again, no p":   then("<div>"+many(400, "<b a=%d>")+"</div>", "x<hr>"),
		"half marks that come again":    then("<p>"+many(400, `<b "a=%d>`), "</p><p>x"),
		"marks in a style of a drawing": then("<div>"+many(400, "<svg><style><b a=%d></style></svg>")+"</div>", "<p>x</p>"),
		"marks beside ends in cells":    then("<div>"+many(120, "<b a=%d><table><td></b></table>")+"</div>", "<p>x</p>"),
		"marks with ends in values":     then("<p>"+many(400, `<b a=%d title="</b>">`), "</p><p>x"),
		"marks in comments that end":    then("<p>"+many(400, `<!--><b a=%d><!-- </b> -->`), "</p><p>x"),
		"marks in text areas":           then("<p>"+many(400, `<textarea><!--</textarea><b a=%d><textarea>--></b></textarea>`), "</p><p>x"),
		"links that come again":         then("<p>"+many(200, "<b a=%d>")+`<a href="https://x.example/`+strings.Repeat("x", 4000)+`">`, "</p><p>x"),
		"marks behind a cell":           then("<p>"+many(400, "<b a=%d>")+"<table><td>", "</p><p>x"),
		"adoption":                      fill("<a><p><a>"),
		"adoption of marks":             fill("<b><i><p></b></i>"),
		"adoption in depth":             then(many(200, "<b a=%d>")+strings.Repeat("<div>", 200), "</b>x"),
		"adoption of many":              then(many(100, "<b a=%d><div>"), "</b><b>"),
		"attributes":                    "<p" + fill(` a="b"`) + ">x",
		"attributes of many names":      "<p" + many(90_000, ` a%d=""`) + ">x",
		"attributes of many marks":      many(700, "<b "+strings.Repeat("c ", 600)+" a=%d></b>"),
		"marks of many attributes":      many(450, "<b "+strings.ReplaceAll(many(200, "c%d "), "%", "")+" a=%d>"),
		"a long attribute":              `<p title="` + fill("x y ") + `">x`,
		"a long address":                `<a href="` + fill("https://x.example/%%61/../") + `">x</a>`,
		"a long style":                  `<img src="https://x.example/a.png" style="` + fill("width:1 ;") + `">`,
		"a long set":                    `<img srcset="` + fill("https://x.example/a.png 1x, ") + `">`,
		"entities":                      fill("&lt;"),
		"half entities":                 fill("&a"),
		"entities in an attribute":      `<p title="` + fill("&amp;&notin") + `">x</p>`,
		"numbers":                       "&#" + fill("9"),
		"comments":                      fill("<!-- -->"),
		"half comments":                 fill("<!--"),
		"CDATA":                         fill("<![CDATA[x]]>"),
		"CDATA in a drawing":            then("<svg>", "<![CDATA[x]]>"),
		"tables":                        fill("<table>"),
		"tables of tables":              fill("<table><tr><td>"),
		"foster parents":                then("<table>", "a<tr>"),
		"foster parents of elements":    then("<table>", "<b>a<tr>"),
		"foster parents of marks":       then("<table>"+many(300, "<b a=%d>"), "x<tr>"),
		"end tags that end nothing":     fill("a</x>"),
		"end tags of marks":             fill("a</b>"),
		"end tags of paragraphs":        fill("a</p>"),
		"start tags that start nothing": fill("a<td>"),
		"selects":                       fill("<select>"),
		"options":                       then("<select>", "<option>a"),
		"drawings":                      fill("<svg>"),
		"drawings that end":             fill("<svg><p>"),
		"formulas":                      fill("<math><mi>"),
		"foreign objects":               fill("<svg><foreignObject>"),
		"templates":                     fill("<template>"),
		"templates that end":            fill("<template></template>"),
		"noscripts":                     then(`<img src="/a.png">`, `<noscript><img src="/b.png"></noscript>`),
		"noscripts in each other":       then(strings.Repeat("<noscript>", 400), `<img src="/b.png">`),
		"scripts":                       fill("<script>x</script>"),
		"half scripts":                  "<script>" + fill("<script "),
		"forms":                         fill("<form>"),
		"frames":                        fill("<frameset>"),
		"headings":                      fill("<h1>"),
		"rulers":                        fill("<hr>"),
		"nobr":                          fill("<nobr>"),
		"ruby":                          fill("<ruby><rt>"),
		"zeros":                         fill("a\x00"),
		"returns":                       fill("\r"),
		"bad bytes":                     fill("\xff"),
		"plaintext":                     fill("<plaintext>"),
		"pictures":                      fill(`<img src="//x.example/1">`),
		"body tags":                     fill("<body a>"),
		"body tags of many names":       many(60_000, "<body a%d>"),
		"html tags of many names":       many(60_000, "<html a%d>"),
		"half html tags of many names":  many(60_000, `<html "a%d>`),
		"a mark of a great many names":  `<p><b "` + many(90_000, " a%d") + ">" + strings.Repeat("</p><p>x", 30),
		"a mark of one name":            `<p><b "` + strings.Repeat(" a", 400_000) + ">" + strings.Repeat("</p><p>x", 30),
		"marks that stay too heavy":     then(many(167, "<dd><em a=%d><rp>"), "<x>"),
		"buttons":                       fill("<button>"),
		"objects":                       fill("<object>"),
		"spans in spans":                strings.Repeat("<p>"+strings.Repeat("<span>", 450)+"x", 300),
	}
}

// Nothing under 1 MB costs more than 2 seconds or 300 MB. The time is no measure on
// a busy machine; what is allocated is.
func TestHostile(t *testing.T) {
	if racing {
		t.Skip("costs are measured without the race detector")
	}
	for name, content := range hostile() {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			got := HTML(content, Options{BaseURL: "https://partner.example/"})
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			allocated := (after.TotalAlloc - before.TotalAlloc) >> 20
			t.Logf("%s, %d MB allocated, %d bytes", took.Round(time.Millisecond), allocated, len(got))
			assert.Less(t, allocated, uint64(300))
			assert.Less(t, took, 20*time.Second)
			assert.LessOrEqual(t, len(got), MaxBytes)
			if len(got) < 100_000 {
				assert.True(t, HTML(got, Options{BaseURL: "https://partner.example/"}) == got, "cleaning once more changes nothing")
			}
		})
	}
}
