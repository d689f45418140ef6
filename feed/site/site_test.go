package site_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/internal/sample"
)

// pages returns the pages of a newsletter by their path.
func pages(t *testing.T, n *newsletter.Newsletter) map[string]string {
	t.Helper()
	list, err := site.Files(n, site.Options{TrustHTML: true})
	require.NoError(t, err)
	files := map[string]string{}
	for _, f := range list {
		if f.MediaType != "text/html" {
			continue
		}
		var b bytes.Buffer
		length, err := f.WriteTo(&b)
		require.NoError(t, err)
		assert.Equal(t, int64(b.Len()), length)
		files[f.Path] = b.String()
	}
	return files
}

var update = flag.Bool("update", false, "write the golden files anew")

var styleElement = regexp.MustCompile(`(?s)<style>.*?</style>`)

func TestHTMLGolden(t *testing.T) {
	files := pages(t, sample.Village())
	for _, name := range []string{"index.html", "rapport.html", "open/index.html", "notis/index.html"} {
		t.Run(name, func(t *testing.T) {
			got := styleElement.ReplaceAllString(files[name], "<style></style>")
			golden := filepath.Join("testdata", "html", strings.ReplaceAll(name, "/", "_"))
			if *update {
				require.NoError(t, os.MkdirAll(filepath.Dir(golden), 0o755))
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, strings.ReplaceAll(string(want), "\r\n", "\n"), got)
		})
	}
}

// newsletters are all that the tests of structure look at.
func newsletters() map[string]*newsletter.Newsletter {
	german, unknown, arabic := sample.Village(), sample.Village(), sample.Village()
	german.Language, unknown.Language, arabic.Language = "de", "", "ar"
	deep := sample.Village()
	deep.Letters[0].Content = strings.Repeat("<div><b>", 5000) + "text"
	broken := sample.Village()
	broken.Letters[1].Content = `</div></main></body><h1>a</h1><table><p>b<script>x</script><!-- c --><textarea><plaintext>`
	odd := sample.Village()
	odd.URL, odd.FeedURL = "news:letters", "ftp://byn.example/rss.xml"
	odd.Image, odd.Icon = "data:image/png;base64,AAAA", "ftp://byn.example/icon.png"
	odd.Hubs = []string{"ftp://hub.example/"}
	odd.Authors[0].URL, odd.Authors[0].Avatar = "tel:+46700000000", "data:image/svg+xml,%3Csvg/%3E"
	l := odd.Letters[1]
	l.URL, l.Image, l.Source.URL = "xmpp:a@byn.example", "data:text/html,a", "news:letters"
	l.Attachments[0].URL = "data:,a"
	odd.Letters[2].URL = "mailto:a@byn.example"
	return map[string]*newsletter.Newsletter{
		"odd addresses": odd,
		"swedish":       sample.Village(), "german": german, "unknown": unknown, "arabic": arabic,
		"every field": sample.Full(), "small": sample.Small(), "deep": deep, "broken": broken,
	}
}

func TestHTMLStructure(t *testing.T) {
	for name, n := range newsletters() {
		t.Run(name, func(t *testing.T) {
			for path, text := range pages(t, n) {
				balanced(t, path, text)
				doc, err := html.Parse(strings.NewReader(text))
				require.NoError(t, err)
				count := map[atom.Atom]int{}
				ids := map[string]bool{}
				for node := range doc.Descendants() {
					if node.Type != html.ElementNode {
						continue
					}
					if node.DataAtom == atom.Script && attr(node, "type") == "application/ld+json" {
						if name != "broken" {
							assert.Truef(t, json.Valid([]byte(node.FirstChild.Data)), "%s: data", path)
						}
						continue // no browser runs it
					}
					count[node.DataAtom]++
					if id := attr(node, "id"); id != "" {
						assert.Falsef(t, ids[id], "%s: id %q twice", path, id)
						ids[id] = true
					}
					switch node.DataAtom {
					case atom.Html:
						assert.NotEmpty(t, attr(node, "lang"), path)
					case atom.Img:
						assert.Truef(t, slices.ContainsFunc(node.Attr, func(a html.Attribute) bool { return a.Key == "alt" }), "%s: picture without alt", path)
					case atom.Time:
						_, err := time.Parse(time.RFC3339, attr(node, "datetime"))
						assert.NoError(t, err, path)
					case atom.A:
						assert.NotEmptyf(t, strings.TrimSpace(words(node)), "%s: a link without words", path)
					}
				}
				assert.Equalf(t, 1, count[atom.H1], "%s: one first heading", path)
				assert.Equalf(t, 1, count[atom.Main], "%s: one main", path)
				assert.Equalf(t, 1, count[atom.Title], "%s: one title", path)
				assert.NotContains(t, text, "ZgotmplZ", path)
				if name != "broken" {
					assert.Zerof(t, count[atom.Script], "%s: no script", path)
				}
			}
		})
	}
}

// TestHTMLLinksWithinTheFolder follows the relative links from page to page.
func TestHTMLLinksWithinTheFolder(t *testing.T) {
	for name, n := range newsletters() {
		t.Run(name, func(t *testing.T) {
			files := pages(t, n)
			model, err := json.Marshal(n)
			require.NoError(t, err)
			exists := func(file string) bool {
				_, ok := files[file]
				// What the letters show and carry lies where they say.
				return ok || strings.Contains(string(model), strings.TrimSuffix(n.URL, "index.html")+file) || file == "rss.xml" || file == "atom.xml" || file == "feed.json"
			}
			for from, text := range files {
				doc, err := html.Parse(strings.NewReader(text))
				require.NoError(t, err)
				for node := range doc.Descendants() {
					href := attr(node, "href")
					if id, ok := strings.CutPrefix(href, "#"); ok && !strings.Contains(string(model), href) {
						assert.Containsf(t, text, ` id="`+id+`"`, "%s: nothing to jump to", from)
					}
					if node.Type != html.ElementNode || href == "" || strings.Contains(href, ":") || strings.HasPrefix(href, "#") {
						continue
					}
					to := path.Join(path.Dir(from), href)
					if strings.HasSuffix(href, "/") {
						to = path.Join(to, "index.html")
					}
					assert.Truef(t, exists(to), "%s links to %s, which is no file", from, href)
				}
			}
		})
	}
}

func TestHTMLShows(t *testing.T) {
	files := pages(t, sample.Village())
	index, report := files["index.html"], files["rapport.html"]

	t.Run("letters newest first", func(t *testing.T) {
		last := -1
		for _, words := range []string{"Come to the open workshop", "Tio verkstäder", "Ett brev från grannen", "Kontoret är stängt", "Kort om januari"} {
			at := strings.Index(index, words)
			assert.Greater(t, at, last, words)
			last = at
		}
	})
	t.Run("the feeds", func(t *testing.T) {
		for _, page := range []string{index, report} {
			assert.Contains(t, page, `<link rel="alternate" type="application/rss+xml" title="Brev från byn, RSS" href="rss.xml">`)
			assert.Contains(t, page, `<link rel="alternate" type="application/atom+xml" title="Brev från byn, Atom" href="atom.xml">`)
			assert.Contains(t, page, `<link rel="alternate" type="application/feed+json" title="Brev från byn, JSON Feed" href="feed.json">`)
			assert.Contains(t, page, `<code class="address">https://byn.example/brev/rss.xml</code>`)
		}
		assert.Contains(t, files["open/index.html"], `href="../rss.xml"`)
	})
	t.Run("only the feed that there is, for a newsletter from elsewhere", func(t *testing.T) {
		for address, want := range map[string]string{
			"https://feeds.example/byn":      `type="application/rss+xml" title="Brev från byn, RSS" href="https://feeds.example/byn"`,
			"https://feeds.example/byn.json": `type="application/feed+json" title="Brev från byn, JSON Feed" href="https://feeds.example/byn.json"`,
			"https://feeds.example/byn.atom": `type="application/atom+xml" title="Brev från byn, Atom" href="https://feeds.example/byn.atom"`,
		} {
			n := sample.Village()
			n.FeedURL = address
			var b strings.Builder
			require.NoError(t, site.Write(&b, n, site.Options{TrustHTML: true}))
			page := b.String()
			assert.Contains(t, page, want)
			assert.Equal(t, 1, strings.Count(page, `rel="alternate"`))
		}
	})
	t.Run("a letter elsewhere under its own address", func(t *testing.T) {
		assert.Contains(t, index, `href="https://annan.example/brev/1">Ett brev från grannen`)
	})
	t.Run("a letter without a page whole", func(t *testing.T) {
		assert.Contains(t, index, `<h4>En rubrik</h4><p>Brevet har ingen egen sida.</p>`)
		assert.Contains(t, index, `href="https://byn.example/f/karta.png"`)
	})
	t.Run("a letter without a title by its day", func(t *testing.T) {
		assert.Contains(t, index, `<h3><a class="u-url" href="notis/"><time class="dt-published" datetime="2022-01-10T08:00:00&#43;01:00">10 januari 2022</time></a></h3>`)
		assert.Contains(t, files["notis/index.html"], "<title>Kontoret är stängt på fredag. Den som har bråttom når jouren på det…")
	})
	t.Run("no summary that repeats how the letter begins", func(t *testing.T) {
		assert.NotContains(t, files["open/index.html"], `p-summary`)
		assert.Contains(t, report, `<p class="lead p-summary">Tio företag delade maskiner.</p>`)
	})
	t.Run("the newsletter's authors for a letter without", func(t *testing.T) {
		assert.Contains(t, files["notis/index.html"], `<a class="p-name u-url" href="https://byn.example/">Redaktionen</a>, <span class="p-org">Byn</span>`)
	})
	t.Run("the letters before and after that have an address", func(t *testing.T) {
		assert.Contains(t, report, `<a class="older" rel="prev" href="https://annan.example/brev/1">`)
		assert.Contains(t, report, `<a class="newer" rel="next" href="open/"><span class="label">Nästa brev</span> <span class="title" lang="en">`)
		assert.NotContains(t, files["notis/index.html"], `rel="prev"`)
	})
	t.Run("sizes and kinds of files", func(t *testing.T) {
		assert.Contains(t, report, `<span class="note">PDF, 2,3 MB</span>`)
		assert.Contains(t, report, `<span class="note">MP3, 31 MB, 1 h 32 min</span>`)
	})
	t.Run("a link without a title by what it is", func(t *testing.T) {
		assert.Contains(t, report, `<a href="https://example.org/svar/" rel="replies">Kommentarer</a> <span class="note">example.org</span>`)
	})
	t.Run("an address that no browser opens as text", func(t *testing.T) {
		assert.Contains(t, report, `<li>Licensen <span class="note">Licens</span></li>`)
	})
	t.Run("a change on the same day only to software", func(t *testing.T) {
		assert.Contains(t, index, `<span hidden><span>Uppdaterat</span> <time class="dt-updated" datetime="2022-01-05T10:00:00&#43;01:00">`)
	})
	t.Run("the same bytes each time, and the newsletter as it was", func(t *testing.T) {
		n := sample.Village()
		assert.Equal(t, pages(t, n), pages(t, n))
		assert.Equal(t, sample.Village(), n)
	})
}

// What a stranger wrote is cleaned, wherever it stands, unless somebody says
// that it is none.
func TestContentIsCleanedUnlessTrusted(t *testing.T) {
	const hostile = `<p onclick="x()">Words</p><script>one</script><iframe src="https://a.example"></iframe><svg onload=x()></svg><a href="javascript:x()">go</a><style>p{}</style>`
	n := sample.Village()
	for _, l := range n.Letters {
		l.Content += hostile
	}
	n.Icon, n.Image, n.Authors[0].Avatar = "data:image/gif,a", "data:image/png,b", "data:image/png,c"
	n.Letters[1].Image = "data:image/png,d"
	hostileWords := []string{"onclick", "<script", "<iframe", "<svg", "javascript:", "data:image", "one</", "p{}"}
	files, err := site.Files(n)
	require.NoError(t, err)
	pages := 0
	for _, f := range files {
		if f.MediaType != "text/html" {
			continue
		}
		pages++
		var b strings.Builder
		_, err := f.WriteTo(&b)
		require.NoError(t, err)
		_, body, _ := strings.Cut(styleElement.ReplaceAllString(b.String(), ""), "</head>")
		for _, words := range hostileWords {
			assert.NotContains(t, body, words, f.Path)
		}
		assert.NotContains(t, b.String(), `rel="icon"`)
	}
	assert.Equal(t, 4, pages)

	var alone, trusted strings.Builder
	require.NoError(t, site.Write(&alone, n))
	require.NoError(t, site.Write(&trusted, n, site.Options{TrustHTML: true}))
	assert.Contains(t, alone.String(), "Words")
	assert.NotContains(t, alone.String(), "onclick")
	for _, words := range []string{"onclick", "<iframe", `href="data:image/gif,a"`} {
		assert.Contains(t, trusted.String(), words)
	}
}

// balanced checks that each element that is opened is closed, in turn.
func balanced(t *testing.T, path, text string) {
	t.Helper()
	var open []string
	for z := html.NewTokenizer(strings.NewReader(text)); ; {
		kind := z.Next()
		name, _ := z.TagName()
		switch kind {
		case html.ErrorToken:
			assert.Emptyf(t, open, "%s: left open", path)
			return
		case html.StartTagToken:
			switch atom.Lookup(name) {
			case atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Input, atom.Link, atom.Meta, atom.Source, atom.Track, atom.Wbr:
			default:
				open = append(open, string(name))
			}
		case html.EndTagToken:
			require.NotEmptyf(t, open, "%s: </%s> closes nothing", path, name)
			require.Equalf(t, open[len(open)-1], string(name), "%s: closed out of turn", path)
			open = open[:len(open)-1]
		}
	}
}

func attr(node *html.Node, key string) string {
	for _, a := range node.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func words(node *html.Node) string {
	var b strings.Builder
	for n := range node.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	}
	return b.String()
}

// Who looks at letters before they are published sees which those are, on their
// pages and in the list.
func TestMark(t *testing.T) {
	n := newsletter.Newsletter{Title: "N", URL: "https://example.org/n/", Letters: []*newsletter.Letter{
		{ID: "tag:a", URL: "https://example.org/n/a/", Title: "A", Content: "<p>A</p>"},
		{ID: "tag:b", URL: "https://example.org/n/b/", Title: "B", Content: "<p>B</p>"},
	}}
	n.Letters[0].Published = time.Date(2024, 1, 2, 0, 0, 0, 0, time.UTC)
	n.Letters[1].Published = n.Letters[0].Published
	files, err := site.Files(&n, site.Options{Mark: func(l *newsletter.Letter) string {
		if l.ID == "tag:a" {
			return "a <draft>"
		}
		return ""
	}})
	require.NoError(t, err)
	count := map[string]int{}
	for _, f := range files {
		var b strings.Builder
		_, err := f.WriteTo(&b)
		require.NoError(t, err)
		count[f.Path] = strings.Count(b.String(), "a &lt;draft&gt;")
	}
	assert.Equal(t, map[string]int{"index.html": 1, "a/index.html": 1, "b/index.html": 0, "rss.xml": 0, "atom.xml": 0, "feed.json": 0, "feed.css": 0}, count)
}
