package clean

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/automationregion/newsletter/parse"
)

// odd are contents that parsers read in several ways.
var odd = []string{
	"<p>a</p>", "<a href=javascript:alert(1)>x</a>", "<table><p>x<td>y", "<img src=x onerror=alert(1)>",
	"<svg><style><img src=x onerror=alert(1)></style></svg>", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
	"<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
	"<pre>\n\nx</pre>", "<a href='https://x.example/ä ö'>x</a>", "&lt;script&gt;", "<p>&#39;&quot;</p>", "a\rb\x00c",
	"<ul><li><p>x</ul>", "<b><p>x</b>y", "<select><option><p>", "<a><a>x", "<h1><h2>x", "<dl><dd><dt>x",
	"<pre><span></span>\nx</pre>", "<pre><img src=x width=1>\nx</pre>", "<textarea>\n</textarea><pre>\n</pre>", "<p><b a=1><i></p><p>x</b>y",
	"<ruby>a<rp>(</rp><rt>b</rt></ruby>", "<a href='x'><div>y</div></a>", "<li>x<li>y", "<center><p>x</center>", "<form><p></form>x",
	"<details open><summary>x</summary>y</details>", "<svg><style><b></style></svg>x", "<table><caption>x<tr><td>y",
}

// usual are contents as the programs write them that people write letters with.
var usual = []string{
	`<p class="x">a <a href="/b?x=1&y=2&amp;z" title='"q"'>b</a> &eacute;&#8217;&nbsp;&copy; "q" it's</p>`,
	`<h2>a</h2><ul><li>b</li><li><p>c</p></li></ul><dl><dt>x</dt><dd>y</dd></dl><pre><code>a &lt; b</code></pre>`,
	`<table><thead><tr><th scope="col">a</th></tr></thead> <tbody><tr><td colspan="2"><b><i>x</i></b></td></tr></tbody></table>`,
	`<figure><img src="/a.jpg" alt="x" width="600" height="400"/><figcaption>b</figcaption></figure><br/><hr/>`,
	`<!-- wp:paragraph --><p><span>a</span></p><!-- /wp:paragraph --> <div><span><em>x</em></span></div>`,
	`<b><p>x</p></b><em><h3>y</h3></em><img src="http://pixel.wp.com/b.gif" /> z > 1`,
	`<img>>`, `<p>a<br/>>b<hr />></p>`,
	`<a href="https://x.example/%zz">a</a><a href="//y.example/a b">b</a><a href="mailto:a@b">c</a>`,
	`<blockquote cite="https://x.example/"><p>a</p></blockquote><ol start="3" type="a"><li value="4">x</li></ol>`,
	"<!-- wp:heading -->\n<h2 class=\"wp-block-heading\" id=\"x\">News</h2>\n<!-- /wp:heading -->\n\n<!-- wp:list -->\n<ul class=\"wp-block-list\"><!-- wp:list-item -->\n<li>one</li>\n<!-- /wp:list-item --></ul>\n<!-- /wp:list -->",
	`<figure class="wp-block-image size-large"><a href="https://x.example/"><img loading="lazy" decoding="async" width="1024" height="683" src="https://x.example/a-1024x683.jpg" alt="" srcset="https://x.example/a-1024x683.jpg 1024w, https://x.example/a-300x200.jpg 300w" sizes="(max-width: 1024px) 100vw, 1024px" /></a><figcaption class="wp-element-caption">A &#8220;boat&#8221;</figcaption></figure><p>The post <a href="/p/">A</a> appeared first on <a href="/">B</a>.</p>`,
	`<p>Hej!<br />Välkommen&nbsp;till <strong>vårt</strong> brev &ndash; nr&#160;3 &hellip;</p><p>&nbsp;</p><p style="text-align: center;"><em><a href="mailto:a@b.example?subject=x&amp;body=y" target="_blank" rel="noopener">Skriv</a></em></p><hr class="x" />`,
	`<div class="separator" style="clear: both;"><a href="https://blogger.example/s1600/a.png" imageanchor="1" style="margin-left: 1em;"><img border="0" height="240" src="https://blogger.example/s320/a.png" width="320" /></a></div><div><br /></div>`,
	`<div class="medium-feed-item"><p class="medium-feed-snippet">Text&#x2026;</p><p class="medium-feed-link"><a href="https://m.example/p?source=rss">Continue reading on X »</a></p></div><img src="https://m.example/_/stat?event=post" width="1" height="1" alt="">`,
	`<blockquote class="twitter-tweet" data-width="550"><p lang="en" dir="ltr">x <a href="https://t.example/x">t</a></p>&mdash; A (@a) <a href="https://t.example/1">May 1</a></blockquote><script async src="https://t.example/w.js" charset="utf-8"></script>`,
	`<pre><code class="language-go">func main() {
	if a &lt; b &amp;&amp; c &gt; d { fmt.Println("x") }
}
</code></pre><div class="highlight"><pre class="highlight"><span class="k">x</span>
</pre></div>`,
	`<table border="0" cellpadding="0" width="100%"><tbody><tr valign="top"><td style="padding:0"><font size="2" color="#333"><b>x</b></font></td><td align="right">y</td></tr></tbody></table>`,
	`<div class="image-link"><picture><source type="image/webp" srcset="https://s.example/w_424/a.webp 424w"><img src="https://s.example/w_1456/a.png" data-attrs="{&quot;src&quot;:&quot;x&quot;}" class="sizing-normal" alt="x" title="y"></picture><div></div></div><div class="subscription-widget"><form><input type="email"><button>Go</button></form></div>`,
	`<iframe width="560" height="315" src="https://v.example/embed/x" title="x" frameborder="0" allowfullscreen></iframe><video controls poster="/p.jpg"><source src="/v.mp4">No video</video>`,
	`<p><a href="#fn1" id="r1"><sup>1</sup></a></p><ol start="2"><li value="3"><p>x <a href="#r1">&#8617;&#xfe0e;</a></p></li></ol><dl><dt>a</dt><dd>b</dd></dl><details><summary>x</summary><p>y</p></details>`,
	`<DIV STYLE="font-family:Arial"><P ALIGN=center>x<BR>y<P>z<UL><LI>a<LI>b</UL></DIV>`,
	`<p class="MsoNormal"><o:p>&nbsp;</o:p></p><p><span lang="SV" style="mso-ansi-language:SV">x <![endif]--></span></p>`,
}

func seed(f *testing.F) {
	for _, s := range append(odd, usual...) {
		f.Add(s, "https://partner.example/a/b")
		f.Add(s, "https://partner.example/?\x95")
	}
	// The contents of real feeds, where there are some beside the repository.
	n := 0
	filepath.WalkDir("../../shared/corpus", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || n > 2000 {
			return nil
		}
		file, err := os.Open(path)
		if err != nil {
			return nil
		}
		defer file.Close()
		feed, _ := parse.Feed(file)
		if feed == nil {
			return nil
		}
		for _, l := range feed.Letters {
			if l.Content != "" && len(l.Content) < 20_000 {
				f.Add(l.Content, l.URL)
				n++
			}
		}
		return nil
	})
}

// FuzzHTML checks that the result is safe and that cleaning it again changes
// nothing.
func FuzzHTML(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s, base string) {
		o := Options{BaseURL: base}
		got := HTML(s, o)
		assertSafe(t, got)
		if !utf8.ValidString(got) {
			t.Fatalf("%q\ncleaned   %q", s, got)
		}
		if again := HTML(got, o); again != got {
			t.Fatalf("%q\ncleaned   %q\nonce more %q", s, got, again)
		}
		if again := HTML(got); strings.Contains(got, "<") && again != got {
			t.Fatalf("%q\ncleaned   %q\nonce more, without its address, %q", s, got, again)
		}
	})
}

// FuzzFast checks that the short way comes to what the long way does, by the
// parser and the sanitizer.
func FuzzFast(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s, base string) {
		content := strings.TrimSpace(strings.ToValidUTF8(s, "\uFFFD"))
		u := parseBase(base)
		if got, ok := cleanFast(content, newCleaner(u), MaxBytes); ok {
			if want, ok := cleanSlow(content, u, MaxBytes); got != want || !ok {
				t.Fatalf("%q\nfast %q\nslow %q", content, got, want)
			}
		}
	})
}
