package feed_test

import (
	"bytes"
	"encoding/json"
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
	"github.com/automationregion/newsletter/feed"
)

// village returns a newsletter as a region writes it: in Swedish, with a letter
// that has everything, one in English, one without a title and one without a
// page.
func village() *newsletter.Newsletter {
	at := func(month time.Month, day, hour int) time.Time {
		return time.Date(2022, month, day, hour, 0, 0, 0, cet)
	}
	return &newsletter.Newsletter{
		ID:          "https://byn.example/brev/",
		Title:       "Brev från byn",
		Description: "Vad som händer i verkstäderna.",
		URL:         "https://byn.example/brev/",
		FeedURL:     "https://byn.example/brev/rss.xml",
		Language:    "sv",
		Authors:     []newsletter.Author{{Name: "Redaktionen", Organization: "Byn", URL: "https://byn.example/"}},
		Rights:      "© 2022 Byn",
		Image:       "https://byn.example/logo.png",
		Icon:        "https://byn.example/icon.png",
		Updated:     at(time.March, 18, 9),
		Generator:   newsletter.Generator{Name: "newsletter"},
		Hubs:        []string{"https://hub.example/"},
		Letters: []*newsletter.Letter{
			{
				ID: "tag:byn.example,2022-01-10:notis", URL: "https://byn.example/brev/notis/",
				Published: at(time.January, 10, 8), Updated: at(time.January, 10, 8),
				Content: "<p>Kontoret är stängt på fredag. Den som har bråttom når jouren på det vanliga numret.</p>",
			},
			{
				ID: "tag:byn.example,2022-03-14:rapport", URL: "https://byn.example/brev/rapport.html",
				Title: "Tio verkstäder & <ett> år", Kind: "Rapport",
				Authors: []newsletter.Author{
					{Name: "Åsa Lind", Organization: "Byn", URL: "https://byn.example/asa", Avatar: "https://byn.example/asa.jpg"},
					{Name: "Jon Ek", Organization: "Verkstan", Email: "jon@verkstan.example"},
				},
				Published: at(time.March, 14, 8), Updated: at(time.March, 18, 9),
				Summary:    "Tio företag delade maskiner.",
				Content:    "<h1>Vad vi gjorde</h1><p>Varje företag fick <em>en vecka</em>.<h2>Siffror</h2><table><tr><th>Före</th><td>95 min</td></tr></table><div>",
				Rights:     "CC BY 4.0",
				Categories: []newsletter.Category{{Term: "mikrofabriker"}, {Term: "Rapport", Scheme: "https://schema.org/articleSection"}},
				Image:      "https://byn.example/cell.jpg",
				Attachments: []newsletter.Attachment{
					{URL: "https://byn.example/f/rapport.pdf", MediaType: "application/pdf", Length: 2_345_678, Title: "Hela rapporten"},
					{URL: "https://byn.example/f/samtal.mp3", MediaType: "audio/mpeg", Length: 31_000_000, Duration: 92 * time.Minute},
				},
				Source: newsletter.Source{Title: "Verkstadsbladet", URL: "https://verkstan.example/", FeedURL: "https://verkstan.example/rss"},
				Links: []newsletter.Link{
					{Rel: "related", URL: "https://example.org/program", Title: "Programmet"},
					{Rel: "alternate", URL: "https://example.org/en", Language: "en", Title: "Ten workshops", MediaType: "text/html"},
					{Rel: "replies", URL: "https://example.org/svar/"},
					{Rel: "license", URL: "ftp://example.org/licens", Title: "Licensen"},
				},
			},
			{
				ID: "tag:byn.example,2022-01-05:kort", Title: "Kort om januari", Published: at(time.January, 5, 8), Updated: at(time.January, 5, 10),
				Content:     "<h2>En rubrik</h2><p>Brevet har ingen egen sida.</p>",
				Attachments: []newsletter.Attachment{{URL: "https://byn.example/f/karta.png", MediaType: "image/png"}},
			},
			{
				ID: "tag:byn.example,2022-04-02:open", URL: "https://byn.example/brev/open", Language: "en",
				Title: "Come to the open workshop", Kind: "Invitation", Authors: []newsletter.Author{{Name: "Staff"}},
				Published: at(time.April, 2, 8), Updated: at(time.April, 3, 8),
				Summary: "Bring a part …", Content: "<p>Bring a part that you would like to make in another way.</p>",
			},
			{
				ID: "https://annan.example/brev/1", URL: "https://annan.example/brev/1", Title: "Ett brev från grannen",
				Published: at(time.February, 1, 8), Updated: at(time.February, 1, 8), Summary: "Vi hälsar.",
			},
		},
	}
}

// site returns the pages of a newsletter by their path.
func site(t *testing.T, n *newsletter.Newsletter) map[string]string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, feed.Write(&b, n, feed.HTML))
	files := map[string]string{"index.html": b.String()}
	pages, err := feed.Pages(n)
	require.NoError(t, err)
	for _, p := range pages {
		var b bytes.Buffer
		require.NoError(t, p.WriteHTML(&b))
		files[p.Path] = b.String()
	}
	return files
}

var styleElement = regexp.MustCompile(`(?s)<style>.*?</style>`)

func TestHTMLGolden(t *testing.T) {
	files := site(t, village())
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
	german, unknown, arabic := village(), village(), village()
	german.Language, unknown.Language, arabic.Language = "de", "", "ar"
	deep := village()
	deep.Letters[0].Content = strings.Repeat("<div><b>", 5000) + "text"
	broken := village()
	broken.Letters[1].Content = `</div></main></body><h1>a</h1><table><p>b<script>x</script><!-- c --><textarea><plaintext>`
	odd := village()
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
		"swedish":       village(), "german": german, "unknown": unknown, "arabic": arabic,
		"every field": fullNewsletter(), "small": smallNewsletter(), "deep": deep, "broken": broken,
	}
}

func TestHTMLStructure(t *testing.T) {
	for name, n := range newsletters() {
		t.Run(name, func(t *testing.T) {
			for path, text := range site(t, n) {
				balanced(t, path, text)
				doc, err := html.Parse(strings.NewReader(text))
				require.NoError(t, err)
				count := map[atom.Atom]int{}
				ids := map[string]bool{}
				for node := range doc.Descendants() {
					if node.Type != html.ElementNode {
						continue
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
			files := site(t, n)
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
	files := site(t, village())
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
			n := village()
			n.FeedURL = address
			page := site(t, n)["index.html"]
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
		n := village()
		assert.Equal(t, site(t, n), site(t, n))
		assert.Equal(t, village(), n)
	})
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
