package html

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	nethtml "golang.org/x/net/html"
)

// A tag ends where HTML's tokenizer ends it.
func TestMarkupEnd(t *testing.T) {
	for _, s := range []string{
		`<a href="x>y">text`, `<a href='x>y'>text`, `<a href=x'>text'>`, `<a href=x="y>z">`, `<a b='c'd=">">x`,
		`<a =">x">`, `<a ='>x'>`, `<a='>x'>`, `<a "b>c">`, `<a b = "c>d" >x`, `<a/b='>'>x`, `<a b/='>'>x`, `<a b=/'>'>x`, `<a b=>'>x`,
		`<b>x`, `</b c=">">x`, `</b=">">x`, `</>x`, `</ >x`, `<!-- > -->x`, `<!doctype ">">x`, `<p a==">">x`, "<p a\n=\n'>'\n>x",
	} {
		z := nethtml.NewTokenizer(strings.NewReader(s))
		z.Next()
		assert.Equal(t, string(z.Raw()), s[:MarkupEnd(s)], s)
	}
}

// The values of attributes are those that HTML's tokenizer reads.
func TestAttributeText(t *testing.T) {
	for _, value := range []string{
		"a", "&amp;", "&amp", "&amp;&amp;lt;", "?a=1&copy=2", "?a=1&copy;=2", "?a=1&copyx", "?a=1&copyx;", "&copy.", "&copy", "&semi;", "&notit;", "&not;",
		"&#65;", "&#65x", "&#x41", "&#x41g", "&#", "&#;", "&", "&&", "&=", "&;", "&nosuch;", "&#146;", "&#0;", "&sect=1&sect;&para", "&lt;b&gt", "å&aring;", "&AMP;&Amp;",
	} {
		s := `<a b="` + value + `">`
		z := nethtml.NewTokenizer(strings.NewReader(s))
		z.Next()
		a := Attributes(s)
		assert.True(t, a.Next())
		assert.Equal(t, z.Token().Attr[0].Val, a.Text(), value)
	}
}
