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
