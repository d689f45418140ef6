package html

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

func TestHeavy(t *testing.T) {
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.ReplaceAll(format, "%d", strconv.Itoa(i)))
		}
		return b.String()
	}
	for name, tt := range map[string]struct {
		content string
		want    bool
	}{
		"nothing":                       {"", false},
		"text":                          {strings.Repeat("word < ", 100_000), false},
		"marks that end":                {many(20_000, `<p>a <b title="%d">b</b> <a href=/x?a=%d>c</a></p>`), false},
		"marks around blocks":           {many(20_000, `<b title="%d"><p>a</p></b>`), false},
		"a mark that isn't ended":       {"<b>" + many(200_000, "<p>x"), false},
		"the same mark, never ended":    {many(50_000, "<p><b>x"), false},
		"marks that are never ended":    {many(1000, "<p><b a=%d>x"), true},
		"marks of names of all kinds":   {many(20_000, `<b @click.x="f(%d)" [y]=g(%d)>a</b>`), false},
		"a mark that is hard to read":   {`<b title="<">` + many(50, "<p>x"), false},
		"marks hard to read, a few":     {many(50, `<b title="<%d">x</b>`) + many(5000, "<p>x</p>"), false},
		"marks that are hard to read":   {many(1000, `<b title="<%d">x</b>`), true},
		"the page":                      {`<html lang="en" class="a"><body class="b">` + many(100_000, "<p>"), false},
		"pages":                         {many(20_000, "<html a%d>"), true},
		"pages in comments that end":    {"<!-->" + many(20_000, "<html a%d>") + "-->", true},
		"one attribute of many names":   {"<p " + many(100_000, " a%d") + ">x", false},
		"a mark of many names, brought": {"<p><b " + many(20_000, " a%d") + ">" + many(200, "<p>x"), true},
	} {
		assert.Equal(t, tt.want, Weigh(tt.content).Heavy(), name)
	}
}

func TestStrict(t *testing.T) {
	for tag, want := range map[string]bool{
		`<b>`: true, `<b/>`: true, `<b a="x y" b='"' c=d e>`: true, `<a href=/x?a=b&c=d(e)>`: true, `<b @x.y="1">`: true,
		`<b a="<">`: false, `<b "a>`: false, `<b a=">`: false, `<b a = b>`: false, `<b a=b"c>`: false, `<b<b>`: false, `<b`: false,
		`<b a="x"b="y">`: false, `<b></b>`: false,
	} {
		assert.Equal(t, want, IsStrict(tag), tag)
	}
}

// FuzzWeight checks that what the parser builds is never more than what content
// was weighed as.
func FuzzWeight(f *testing.F) {
	for _, head := range []string{"<b a=%d>", `<b "a=%d>`, "<b>", "<svg><style><b a=%d></style></svg>", "<b a=%d><table><td></b></table>", `<b a=%d title="</b>">`,
		`<!--><b a=%d><!-- </b> -->`, `<textarea><!--</textarea><b a=%d><textarea>--></b></textarea>`, "<b a=%d><div></b></div>",
		"<b a=%d><button></b></button>", "<select><b a=%d></select></b>", "<b><object><b><td>", "<b><i a=%d><div></b>"} {
		f.Add(head, "</p><p>x", 50)
		f.Add(head, "</b></div>x", 100)
		f.Add("<p>"+head, "<div>", 50)
	}
	body := &nethtml.Node{Type: nethtml.ElementNode, Data: "body", DataAtom: atom.Body}
	f.Fuzz(func(t *testing.T, head, then string, n int) {
		if len(head) > 500 || len(then) > 500 {
			return
		}
		var b strings.Builder
		for i := range min(max(n, 1), 100) {
			b.WriteString(strings.ReplaceAll(head, "%d", strconv.Itoa(i)))
		}
		content := b.String() + strings.Repeat(then, min(max(n, 1), 100))
		nodes, err := nethtml.ParseFragmentWithOptions(strings.NewReader(content), body, nethtml.ParseOptionEnableScripting(false))
		if err != nil {
			return
		}
		built := 0
		for _, top := range nodes {
			for n := range top.Descendants() {
				built += node + attribute*len(n.Attr)
			}
			built += node + attribute*len(top.Attr)
		}
		// What is written once is built once; it is counted apart.
		if w := Weigh(content); int64(built) > 2*int64(w.tags)*(node+w.loose)+int64(node+attribute)*int64(len(content)+1) {
			t.Fatalf("%q then %q, %d times: %d bytes built, %d tags, %d bytes of marks", head, then, n, built, w.tags, w.loose)
		}
	})
}
