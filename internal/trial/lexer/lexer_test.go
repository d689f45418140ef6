// Package lexer compares the reader of feeds with a bare XML lexer, which only cuts a
// document into tokens.
package lexer

import (
	"bytes"
	"fmt"
	"html"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tdewolff "github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/xml"

	"github.com/automationregion/newsletter/parse"
)

// BenchmarkLarge compares on feeds of ten million bytes.
func BenchmarkLarge(b *testing.B) {
	b.Run("rss", func(b *testing.B) {
		race(b, [][]byte{large(`<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Letters</title>`,
			`<item><title>Letter %[1]d</title><guid>%[1]d</guid><content:encoded><![CDATA[%[2]s]]></content:encoded></item>`, "</channel></rss>", false)})
	})
	b.Run("atom", func(b *testing.B) {
		race(b, [][]byte{large(`<feed xmlns="http://www.w3.org/2005/Atom"><title>Letters</title>`,
			`<entry><title>Letter %[1]d</title><id>%[1]d</id><content type="html">%[2]s</content></entry>`, "</feed>", true)})
	})
}

// BenchmarkCorpus compares on real feeds, where the folder with them is.
func BenchmarkCorpus(b *testing.B) {
	files, err := filepath.Glob("../../../../shared/corpus/*/*")
	if err != nil || len(files) == 0 {
		b.Skip("there is no folder with real feeds beside the repository")
	}
	var documents [][]byte
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			b.Fatal(err)
		}
		documents = append(documents, data)
	}
	race(b, documents)
}

// large is a feed of letters of five kilobytes.
func large(begin, letter, end string, escaped bool) []byte {
	const paragraph = `<p>The board met in <a href="https://example.org/town?id=1&amp;lang=sv">Malmö</a> &amp; spoke of the budget, of travel, and of what came in the letters.</p>` + "\n"
	content := strings.Repeat(paragraph, 5000/len(paragraph))
	if escaped {
		content = html.EscapeString(content)
	}
	b := bytes.NewBufferString(begin)
	for i := 0; b.Len() < 10_000_000; i++ {
		fmt.Fprintf(b, letter, i, content)
	}
	b.WriteString(end)
	return b.Bytes()
}

// race reads the documents with ours and with the lexer in turn. The best round of
// each counts: it is the one that other programs disturbed least.
func race(b *testing.B, documents [][]byte) {
	size := 0
	copies := make([][]byte, len(documents)) // the lexer writes on what it reads
	for i, d := range documents {
		size += len(d)
		copies[i] = make([]byte, len(d), len(d)+1)
	}
	ours, theirs := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
	for b.Loop() {
		start := time.Now()
		for _, d := range documents {
			parse.Feed(bytes.NewReader(d))
		}
		ours = min(ours, time.Since(start))
		for i, d := range documents {
			copy(copies[i], d)
		}
		start = time.Now()
		for _, d := range copies {
			l := xml.NewLexer(tdewolff.NewInputBytes(d))
			for {
				if kind, _ := l.Next(); kind == xml.ErrorToken {
					break
				}
			}
		}
		theirs = min(theirs, time.Since(start))
	}
	b.ReportMetric(float64(size)/1e6/ours.Seconds(), "ours-MB/s")
	b.ReportMetric(theirs.Seconds()/ours.Seconds(), "x-lexer")
	b.ReportMetric(0, "ns/op")
}
