package clean

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

func TestHTML(t *testing.T) {
	const base = "https://partner.example/letters/spring"
	tests := []struct {
		name, in, want string
	}{
		{"text stays", "Spring has come.", "Spring has come."},
		{"text is escaped", "5 < 6 & 7", "5 &lt; 6 &amp; 7"},
		{"quotation marks stay readable", `"Yes", it's <q>it</q>`, `"Yes", it's <q>it</q>`},
		{"headings, lists, quotations, code",
			`<h2>News</h2><ul><li>one<li>two</ul><blockquote cite="https://x.example/">said</blockquote><pre><code>a &lt; b</code></pre>`,
			`<h2>News</h2><ul><li>one</li><li>two</li></ul><blockquote cite="https://x.example/">said</blockquote><pre><code>a &lt; b</code></pre>`},
		{"tables",
			`<table class=x><tr><th scope=col>Day<td colspan=2 onclick=x>Monday</table>`,
			`<table><tbody><tr><th scope="col">Day</th><td colspan="2">Monday</td></tr></tbody></table>`},
		{"figures",
			`<figure><img src="/a.jpg" alt="A boat" width=640 height="480" loading=lazy><figcaption>A boat</figcaption></figure>`,
			`<figure><img src="https://partner.example/a.jpg" alt="A boat" width="640" height="480"/><figcaption>A boat</figcaption></figure>`},
		{"scripts, styles and frames", `a<script>alert(1)</script><style>p{}</style><iframe src="https://x.example/"></iframe>b`, `ab`},
		{"handlers and styles", `<p onclick="x()" style="color:red" class="c" id="i">a</p>`, `<p>a</p>`},
		{"forms", `<form action="/x">Name: <input name=a><button>Go</button></form>`, `Name:`},
		{"addresses that run", `<a href="javascript:x()">a</a><a href=" java	script:x()">b</a><img src="data:image/png;base64,AAAA">`, `<a>a</a><a>b</a>`},
		{"relative links", `<a href="../b?x=1#y">b</a>`, `<a href="https://partner.example/b?x=1#y">b</a>`},
		{"mail", `<a href="mailto:a@b.example">a</a>`, `<a href="mailto:a@b.example">a</a>`},
		{"images by https", `<img src="http://x.example/a.png">`, `<img src="https://x.example/a.png"/>`},
		{"lazy image", `<img src="data:image/gif;base64,R0lG" data-src="/real.jpg">`, `<img src="https://partner.example/real.jpg"/>`},
		{"lazy image, once more without scripts",
			`<img data-src="/real.jpg"><noscript><img src="/real.jpg"></noscript>`, `<img src="https://partner.example/real.jpg"/>`},
		{"image only without scripts", `<noscript><img src="/real.jpg"></noscript>`, `<img src="https://partner.example/real.jpg"/>`},
		{"image of a set", `<picture><source srcset="a.webp"><img srcset="/s.jpg 1x, /l.jpg 2x"></picture>`, `<img src="https://partner.example/s.jpg"/>`},
		{"image of a lazy set", "<img src=\"/placeholder.gif\" data-srcset=\"/real.jpg\n\t300w, /large.jpg 600w\">", `<img src="https://partner.example/real.jpg"/>`},
		{"pixels that hide", `a<img src="/1" width="1.0"><img src="/2" width="0%"><img src="/3" hidden><img src="/4" style="width:0em"><img src="/5" style="width:1pt"><img src="/6" style="opacity:0"><img src="https://x.example/track/open.php?u=1">b`, `ab`},
		{"images that do not", `<img src="/1" width="100%"><img src="/2" style="opacity:0.9;width:10em"><img src="/3" style="max-width:100%">`,
			`<img src="https://partner.example/1"/><img src="https://partner.example/2"/><img src="https://partner.example/3"/>`},
		{"tracking pixel by size", `a<img src="https://x.example/p" width="1" height="1">b`, `ab`},
		{"tracking pixel by style", `a<img src="https://x.example/p" style="border:0; width:1px">b`, `ab`},
		{"tracking pixel by address", `a<img src="http://pixel.wp.com/b.gif?x=1">b<img src="https://m.example/matomo.php?idsite=1">`, `ab`},
		{"broken markup", `<p>a<b>c<i>d</b>e`, `<p>a<b>c<i>d</i></b><i>e</i></p>`},
		{"paragraphs that dropped elements bring together", `<p><button><p>a</p></button>b</p>`, `<p>b</p>`},
		{"markup in markup", `<scr<script>ipt>alert(1)</scr</script>ipt>`, `ipt&gt;alert(1)ipt&gt;`},
		{"foreign", `<svg><a xlink:href="javascript:x()"><text>x</text></a></svg><math><mi>x</mi></math>y`, `y`},
		{"comments", `a<!-- b -->c`, `ac`},
		{"marks of a quotation in a mail", `<p>He wrote:<br>> Hello<br/>> again</p>`, `<p>He wrote:<br/>&gt; Hello<br/>&gt; again</p>`},
		{"attributes in one order", `<a title="x" href="/y" lang="sv">a</a><p>b`, `<a href="https://partner.example/y" lang="sv" title="x">a</a><p>b</p>`},
		{"attributes in one order, the short way", `<a title="x" href="/y" lang="sv">a</a>`, `<a href="https://partner.example/y" lang="sv" title="x">a</a>`},
		{"a line that begins a pre when what was before it goes", "<pre><span></span>\nx</pre>", "<pre>\n\nx</pre>"},
		{"a line that begins a pre when a picture goes", "<pre><img src=x width=1>\nx</pre>", "<pre>\n\nx</pre>"},
		{"pictures in the network of whoever reads", `a<img src="https://192.168.1.1/x.png"><img src="http://127.1/x"><img src="//[::1]/x"><img src="https://printer.local/x"><img src="https://u:p@x.example/y">b`, "ab"},
		{"a picture in that network, and where it is beside", `<img src="https://10.0.0.1/x.png" srcset="/real.jpg 1x">`, `<img src="https://partner.example/real.jpg"/>`},
		{"meta elements", `a<meta http-equiv="refresh" content="0;url=https://x.example/"><META HTTP-EQUIV=refresh>b`, "ab"},
		{"a bad byte", "a\xffb", "a\uFFFDb"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := HTML(tt.in, Options{BaseURL: base})
			assert.Equal(t, tt.want, got)
			assert.Equal(t, got, HTML(got, Options{BaseURL: base}), "cleaning once more changes nothing")
			assertSafe(t, got)
		})
	}
}

func TestPicture(t *testing.T) {
	for in, want := range map[string]string{
		"https://x.example/a.png?w=1&h=2": "https://x.example/a.png?w=1&h=2",
		" http://x.example/a b.png\n":     "https://x.example/a%20b.png",
		"https://8.8.8.8/a.png":           "https://8.8.8.8/a.png",
		"HTTPS://x.example/ä.png":         "https://x.example/%C3%A4.png",
		"":                                "",
		"/a.png":                          "",
		"//x.example/a.png":               "",
		"data:image/png;base64,AAAA":      "",
		"javascript:alert(1)":             "",
		"mailto:a@b.example":              "",
		"ftp://x.example/a.png":           "",
		"https://u:p@x.example/a.png":     "",
		"https:///a.png":                  "",
		"http://127.0.0.1/a.png":          "",
		"http://0x7f.1/a.png":             "",
		"https://[fe80::1]/a.png":         "",
		"https://169.254.169.254/":        "",
		"https://router/a.png":            "",
		"https://x.localhost:8080/a":      "",
		"http://pixel.wp.com/b.gif?x=1":   "",
		"https://m.example/matomo.php":    "",
	} {
		got, ok := Picture(in)
		assert.Equal(t, want, got, in)
		assert.Equal(t, want != "", ok, in)
	}
}

func TestHTMLBoundsALongLetter(t *testing.T) {
	long := strings.Repeat("<p>word</p>", MaxBytes/8)
	got := HTML(long)
	assert.LessOrEqual(t, len(got), MaxBytes)
	assert.Contains(t, got, "word word")
	scripts := strings.Repeat("<p>word</p><script>secret</script><style>secret</style>", MaxBytes/40)
	assert.NotContains(t, HTML(scripts), "secret")
	assert.NotContains(t, HTML(strings.Repeat("<div>", 600)+"<script>secret</script><svg><text>secret</text></svg>x"), "secret")
	picture := `<p>a <b>b</b></p><img src="data:image/png;base64,` + strings.Repeat("A", MaxBytes+MaxBytes/10) + `"><p>c</p>`
	assert.Equal(t, "<p>a <b>b</b></p><p>c</p>", HTML(picture), "what is dropped doesn't count")
	assert.Equal(t, "<p>a <b>b</b></p><p>c<br/></p>", HTML(picture[:len(picture)-4]+"<br>"), "nor for the parser")
	deep := strings.Repeat("<div>", 5000) + "deep" + strings.Repeat("</div>", 5000)
	assert.Equal(t, "deep", HTML(deep))
	assert.Equal(t, "x deep", HTML("x\x00"+deep+"\x00"), "zeros are no words")
}

// assertSafe reads HTML as a browser would, and fails if anything in it could
// run, or watch, or break out.
func assertSafe(t *testing.T, s string) {
	t.Helper()
	root := &nethtml.Node{Type: nethtml.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := nethtml.ParseFragment(strings.NewReader(s), root)
	if !assert.NoError(t, err) {
		return
	}
	for _, top := range nodes {
		root.AppendChild(top)
	}
	for n := range root.Descendants() {
		switch n.Type {
		case nethtml.TextNode:
		case nethtml.ElementNode:
			ok := elements[n.DataAtom].kept()
			assert.True(t, ok && n.Namespace == "", "element %s in %q", n.Data, s)
			for _, a := range n.Attr {
				assert.False(t, strings.HasPrefix(a.Key, "on") || a.Key == "style", "attribute %s in %q", a.Key, s)
				if a.Key == "href" || a.Key == "src" || a.Key == "cite" {
					u, err := url.Parse(a.Val)
					if assert.NoError(t, err, "%q in %q", a.Val, s) {
						assert.Contains(t, []string{"http", "https", "mailto", "tel"}, u.Scheme, s)
						if a.Key == "src" {
							src, ok := Picture(a.Val)
							assert.True(t, ok && src == a.Val, "picture %s in %q", a.Val, s)
						}
					}
				}
			}
		default:
			assert.Fail(t, "node", "%v in %q", n.Type, s)
		}
	}
}

// TestFastIsUsed keeps the seeds of the test above from testing nothing.
func TestFastIsUsed(t *testing.T) {
	for _, s := range []string{
		`<h2>News</h2><p class="x">a <a href="/b?x=1&y=2" title='"q"'>b</a> &eacute; it's</p>`,
		`<ul><li>b</li></ul><figure><img src="/a.jpg" alt="x" width="600"><figcaption>b</figcaption></figure><br />`,
		`<table><tbody><tr><td>x</td></tr></tbody></table><!-- x --><p><span>y</span></p>`,
	} {
		_, ok := cleanFast(s, newCleaner(nil), MaxBytes)
		assert.True(t, ok, s)
	}
}
