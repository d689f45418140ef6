package parse_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"github.com/automationregion/newsletter/parse"
)

// feedSize says how a generated feed is.
type feedSize struct {
	name    string
	format  string // rss, rdf or atom
	items   int
	words   int  // of an item's content, on average
	escaped bool // content is escaped rather than in CDATA or XHTML
}

// generated are feeds of many kinds and sizes, the same ones each time.
var generated = []feedSize{
	{"rss small", "rss", 3, 40, false},
	{"rss headlines", "rss", 60, 25, true},
	{"rss blog", "rss", 15, 900, false},
	{"rss escaped", "rss", 20, 700, true},
	{"rss podcast", "rss", 300, 120, false},
	{"rdf headlines", "rdf", 60, 20, true},
	{"atom small", "atom", 3, 40, true},
	{"atom headlines", "atom", 50, 25, true},
	{"atom blog", "atom", 15, 900, true},
	{"atom xhtml", "atom", 15, 500, false},
	{"rss archive", "rss", 1500, 250, false},
	{"atom archive", "atom", 1500, 250, true},
}

const vocabulary = "the of letter and region to in members meeting report we that board on invitation for society is was digital " +
	"automation with work year from as at by this year's conference network partners project people åtgärd möte även öppna " +
	"föreningen styrelsen inbjudan rapport verksamhet några år samverkan industri forskning utbildning – “quoted” café naïve 2021"

// writer makes up a feed.
type writer struct {
	bytes.Buffer
	*rand.Rand
	words []string
}

func generate(s feedSize) []byte {
	w := &writer{Rand: rand.New(rand.NewPCG(1, uint64(len(s.name)*s.items+s.words))), words: strings.Fields(vocabulary)}
	w.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	switch s.format {
	case "atom":
		w.WriteString(`<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="sv">
  <id>urn:example:feed</id><title type="text">Letters of the region</title><subtitle>All of them</subtitle>
  <link rel="alternate" type="text/html" href="https://region.example/"/><link rel="self" href="https://region.example/atom.xml"/>
  <updated>2024-05-01T10:00:00Z</updated><author><name>The editors</name><email>ed@region.example</email></author>
`)
	case "rdf":
		w.WriteString(`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://region.example/"><title>Letters</title><link>https://region.example/</link><description>All of them</description></channel>
`)
	default:
		w.WriteString(`<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">
<channel>
	<title>Letters of the region</title><link>https://region.example/</link><description>All of them</description><language>sv</language>
	<atom:link rel="self" type="application/rss+xml" href="https://region.example/rss.xml"/><lastBuildDate>Wed, 01 May 2024 10:00:00 +0000</lastBuildDate>
`)
	}
	for i := range s.items {
		w.item(s, i)
	}
	w.WriteString(map[string]string{"atom": "</feed>\n", "rdf": "</rdf:RDF>\n", "rss": "</channel>\n</rss>\n"}[s.format])
	return w.Bytes()
}

func (w *writer) item(s feedSize, i int) {
	at := time.Date(2024, 5, 1, 10, 0, 0, 0, time.UTC).Add(-time.Duration(i) * 7 * time.Hour)
	url := fmt.Sprintf("https://region.example/letters/%s/%d", at.Format("2006/01"), i)
	content := w.html(s.words/2 + w.IntN(s.words+1))
	escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(content)
	switch s.format {
	case "atom":
		fmt.Fprintf(w, "  <entry>\n    <id>%s</id>\n    <title type=\"text\">%s</title>\n    <link rel=\"alternate\" type=\"text/html\" href=\"%s\"/>\n    <published>%s</published>\n    <updated>%[4]s</updated>\n    <author><name>%s</name></author>\n    <category term=\"%s\"/>\n", url, w.text(6), url, at.Format(time.RFC3339), w.text(2), w.text(1))
		if s.escaped {
			fmt.Fprintf(w, "    <summary>%s</summary>\n    <content type=\"html\">%s</content>\n  </entry>\n", w.text(20), escaped)
		} else {
			fmt.Fprintf(w, "    <content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\">%s</div></content>\n  </entry>\n", content)
		}
	case "rdf":
		fmt.Fprintf(w, "<item rdf:about=\"%s\"><title>%s</title><link>%[1]s</link><description>%[3]s</description><dc:creator>%[4]s</dc:creator><dc:date>%[5]s</dc:date></item>\n", url, w.text(6), escaped, w.text(2), at.Format(time.RFC3339))
	default:
		fmt.Fprintf(w, "	<item>\n		<title>%s</title>\n		<link>%s</link>\n		<guid isPermaLink=\"true\">%[2]s</guid>\n		<pubDate>%s</pubDate>\n		<dc:creator><![CDATA[%s]]></dc:creator>\n		<category><![CDATA[%s]]></category>\n", w.text(6), url, at.Format(time.RFC1123Z), w.text(2), w.text(1))
		if strings.Contains(s.name, "podcast") {
			fmt.Fprintf(w, "		<enclosure url=\"%s.mp3\" length=\"%d\" type=\"audio/mpeg\"/>\n		<itunes:duration>%d:%02d</itunes:duration>\n		<itunes:author>%s</itunes:author>\n", url, w.IntN(1e8), w.IntN(90), w.IntN(60), w.text(2))
		}
		if s.escaped {
			fmt.Fprintf(w, "		<description>%s</description>\n	</item>\n", escaped)
		} else {
			fmt.Fprintf(w, "		<description>%s</description>\n		<content:encoded><![CDATA[%s]]></content:encoded>\n	</item>\n", w.text(30), content)
		}
	}
}

// text is some words.
func (w *writer) text(n int) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = w.words[w.IntN(len(w.words))]
	}
	return strings.Join(parts, " ")
}

// html is about as many words with the markup of a letter, well-formed.
func (w *writer) html(words int) string {
	var b strings.Builder
	for words > 0 {
		n := 20 + w.IntN(60)
		words -= n
		fmt.Fprintf(&b, "<p>%s <a href=\"https://region.example/%d\">%s</a> &amp; <em>%s</em> %s.</p>\n", w.text(n/2), w.IntN(1000), w.text(3), w.text(2), w.text(n/2))
		if w.IntN(4) == 0 {
			fmt.Fprintf(&b, "<img src=\"https://region.example/images/%d.jpg\" alt=\"%s\" />\n", w.IntN(1000), w.text(4))
		}
	}
	return b.String()
}

// reader is one of those that are compared.
type reader struct {
	name string
	read func(data []byte)
}

var readers = []reader{
	{"ours", func(data []byte) { parse.Feed(bytes.NewReader(data)) }},
	{"gofeed", func(data []byte) { gofeed.NewParser().Parse(bytes.NewReader(data)) }},
}

// race measures each reader on the same documents, one after the other in
// each round, and reports their throughputs as multiples of each other. The best
// round of each counts: it is the one that other programs disturbed least.
func race(b *testing.B, documents [][]byte) {
	size := 0
	for _, d := range documents {
		size += len(d)
	}
	took := [2]time.Duration{math.MaxInt64, math.MaxInt64}
	b.SetBytes(int64(size))
	for b.Loop() {
		for k, r := range readers {
			start := time.Now()
			for _, d := range documents {
				r.read(d)
			}
			took[k] = min(took[k], time.Since(start))
		}
	}
	speed := func(k int) float64 { return float64(size) / 1e6 / took[k].Seconds() }
	b.ReportMetric(speed(0), "ours-MB/s")
	b.ReportMetric(speed(0)/speed(1), "x-gofeed")
	allocations := func(k int) float64 {
		return testing.AllocsPerRun(1, func() {
			for _, d := range documents {
				readers[k].read(bytes.Clone(d))
			}
		})
	}
	ours, theirs := allocations(0), allocations(1)
	b.ReportMetric(ours, "ours-allocs")
	b.ReportMetric(ours/theirs, "allocs/gofeed")
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(0, "MB/s")
}

// BenchmarkGenerated compares on the feeds that this file makes up.
func BenchmarkGenerated(b *testing.B) {
	for _, s := range generated {
		b.Run(strings.ReplaceAll(s.name, " ", "-"), func(b *testing.B) { race(b, [][]byte{generate(s)}) })
	}
	b.Run("all", func(b *testing.B) {
		var all [][]byte
		for _, s := range generated {
			all = append(all, generate(s))
		}
		race(b, all)
	})
}

// BenchmarkLarge compares on feeds of ten million bytes.
func BenchmarkLarge(b *testing.B) {
	b.Run("rss", func(b *testing.B) { race(b, [][]byte{large("rss")}) })
	b.Run("atom", func(b *testing.B) { race(b, [][]byte{large("atom")}) })
}

func large(format string) []byte {
	return generate(feedSize{"large", format, 2200, 400, format == "atom"})
}

// BenchmarkCorpus compares on real feeds, where the folder with them is.
func BenchmarkCorpus(b *testing.B) {
	documents := corpus(b)
	race(b, documents)
}

// BenchmarkItems shows that an item costs the same in a short feed and in a
// long one.
func BenchmarkItems(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			data := generate(feedSize{"linear", "rss", n, 40, true})
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				for _, err := range parse.NewDecoder(bytes.NewReader(data), parse.Options{MaxBytes: -1}).Letters() {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/item")
		})
	}
}

// corpus reads the real feeds beside the repository, or skips.
func corpus(tb testing.TB) [][]byte {
	files, err := filepath.Glob("../../shared/corpus/*/*")
	if err != nil || len(files) == 0 {
		tb.Skip("there is no folder with real feeds beside the repository")
	}
	var documents [][]byte
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			tb.Fatal(err)
		}
		documents = append(documents, data)
	}
	return documents
}
