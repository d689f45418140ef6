package relref

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestResolveURL(t *testing.T) {
	const base = "http://a/b/c/d;p?q"
	for ref, want := range map[string]string{ // RFC 3986, sections 5.4.1 and 5.4.2
		"g:h": "g:h", "g": "http://a/b/c/g", "./g": "http://a/b/c/g", "g/": "http://a/b/c/g/", "/g": "http://a/g", "//g": "http://g",
		"?y": "http://a/b/c/d;p?y", "g?y": "http://a/b/c/g?y", "#s": "http://a/b/c/d;p?q#s", "g#s": "http://a/b/c/g#s", "g?y#s": "http://a/b/c/g?y#s",
		";x": "http://a/b/c/;x", "g;x": "http://a/b/c/g;x", "g;x?y#s": "http://a/b/c/g;x?y#s", "": "http://a/b/c/d;p?q",
		".": "http://a/b/c/", "./": "http://a/b/c/", "..": "http://a/b/", "../": "http://a/b/", "../g": "http://a/b/g",
		"../..": "http://a/", "../../": "http://a/", "../../g": "http://a/g", "../../../g": "http://a/g", "../../../../g": "http://a/g",
		"/./g": "http://a/g", "/../g": "http://a/g", "g.": "http://a/b/c/g.", ".g": "http://a/b/c/.g", "g..": "http://a/b/c/g..", "..g": "http://a/b/c/..g",
		"./../g": "http://a/b/g", "./g/.": "http://a/b/c/g/", "g/./h": "http://a/b/c/g/h", "g/../h": "http://a/b/c/h", "g;x=1/./y": "http://a/b/c/g;x=1/y", "g;x=1/../y": "http://a/b/c/y",
		"g?y/./x": "http://a/b/c/g?y/./x", "g?y/../x": "http://a/b/c/g?y/../x", "g#s/./x": "http://a/b/c/g#s/./x", "http:g": "http:g",
		" g \n": "http://a/b/c/g", "å b": "http://a/b/c/å b", "mailto:x@y": "mailto:x@y", "1:2": "http://a/b/c/1:2",
	} {
		assert.Equal(t, want, Resolve(base, ref), "Resolve(%q)", ref)
	}
	assert.Equal(t, "http://a/x", Resolve("http://a", "x"))
	assert.Equal(t, "x", Resolve("", " x "))
	assert.Equal(t, "x", Resolve("urn:isbn:1", "x"))
	assert.Equal(t, "x", Resolve("relative/base", "x"))
	assert.Equal(t, "http://a?x/y/z", Resolve("http://a?x/y", "?x/y/z"))
	assert.Zero(t, testing.AllocsPerRun(10, func() { Resolve(base, "https://example.org/x") }))
}

func TestResolveHTML(t *testing.T) {
	const base = "https://example.org/news/"
	for in, want := range map[string]string{
		"no markup":                                      "",
		`<a href="https://x.example/">kept`:              "",
		`<a href='a.html' title="x">`:                    `<a href='https://example.org/news/a.html' title="x">`,
		`<img src=/b.png alt=b>`:                         `<img src="https://example.org/b.png" alt=b>`,
		`<IMG SRC = "../c.png"/>`:                        `<IMG SRC = "https://example.org/c.png"/>`,
		`<a href="  /d ">`:                               `<a href="https://example.org/d">`,
		`<a href="?a=1&amp;b=2">`:                        `<a href="https://example.org/news/?a=1&amp;b=2">`,
		`<a href="?a=1&copy=2">`:                         `<a href="https://example.org/news/?a=1&amp;copy=2">`,
		`<img srcset="s.png 1x, /l.png 2x" src="s.png">`: `<img srcset="https://example.org/news/s.png 1x, https://example.org/l.png 2x" src="https://example.org/news/s.png">`,
		`<img srcset="a,b.png 100w,c.png">`:              `<img srcset="https://example.org/news/a,b.png 100w,https://example.org/news/c.png">`,
		`<blockquote cite="q">x</blockquote>`:            `<blockquote cite="https://example.org/news/q">x</blockquote>`,
		`<video poster="p.jpg"><source src="v.mp4">`:     `<video poster="https://example.org/news/p.jpg"><source src="https://example.org/news/v.mp4">`,
		`<script>var a = '<a href="x">'</script>`:        "",
		`<!-- <a href="x"> -->`:                          "",
		`<a href="#top">`:                                `<a href="https://example.org/news/#top">`,
		`<a href="">`:                                    "",
		`<a title="href=x">`:                             "",
		`<img src="data:image/png;base64,AA==">`:         "",
		`<a href="x" href="y">`:                          `<a href="https://example.org/news/x" href="y">`,
		`<form action="go"><button formaction=ok>`:       `<form action="https://example.org/news/go"><button formaction="https://example.org/news/ok">`,
		`<a href="x`:                                     "",
		`<a ping="one /two" href="https://x.example">`:   `<a ping="https://example.org/news/one https://example.org/two" href="https://x.example">`,
		`<svg><use xlink:href="s.svg#a"/></svg>`:         `<svg><use xlink:href="https://example.org/news/s.svg#a"/></svg>`,
		`<p>å <a href="ä">ö</a> end`:                     `<p>å <a href="https://example.org/news/ä">ö</a> end`,
	} {
		if want == "" {
			want = in
		}
		assert.Equal(t, want, new(Room).ResolveHTML(in, base), "ResolveHTML(%q)", in)
		assert.Equal(t, want, new(Room).ResolveHTML(want, base), "once more")
		assert.Equal(t, in, new(Room).ResolveHTML(in, ""))
	}
}

func TestALongBaseMakesNoHTMLLongOutOfProportion(t *testing.T) {
	in := strings.Repeat("<a href=x>", 100_000)
	room := Room{Size: len(in)}
	out := room.ResolveHTML(in, "https://example.org/"+strings.Repeat("b", 4000)+"/")
	assert.Less(t, len(out), 20*len(in))
	assert.True(t, strings.HasSuffix(out, "<a href=x>"))
	assert.True(t, room.Full())
}

// A document has one room for all its pieces and addresses, and needs none for what is
// absolute.
func TestARoomIsTheWholeDocuments(t *testing.T) {
	base := "https://example.org/" + strings.Repeat("b", 4000) + "/"
	room := Room{Size: 1 << 20}
	grown := 0
	for range 5_000 {
		for _, in := range []string{"<a href=x>", "y"} {
			grown += len(room.ResolveHTML(in, base)) + len(room.Resolve(base, in)) - 2*len(in)
		}
	}
	assert.Less(t, grown, 5<<20)
	assert.Greater(t, grown, 3<<20)
	assert.True(t, room.Full())
	assert.Equal(t, "y", room.Resolve(base, "y"))
	assert.Equal(t, base, room.Resolve("https://example.com/", base))

	room = Room{Size: 10 << 20} // 100,000 links of a large document
	for range 100_000 {
		room.Resolve("https://example.org/news/2026/", "a.html")
	}
	assert.False(t, room.Full())
}

func FuzzResolveHTML(f *testing.F) {
	for _, s := range []string{`<a href="x">`, `<img srcset="a 1x, b 2x">`, `<a href=x`, `<A HREF='&amp;'>`, `<p/ href=a>`, `<a ping="x y">`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := new(Room).ResolveHTML(s, "https://example.org/a/b?c#d")
		assert.Equal(t, once, new(Room).ResolveHTML(once, "https://example.org/a/b?c#d"), "what is absolute stays")
		if !strings.Contains(s, "<") {
			assert.Equal(t, s, once)
		}
		Resolve(s, s)
	})
}
