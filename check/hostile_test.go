package check

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Documents that are made to cost: each of a size n, and none may take more than
// in proportion to it.
var hostile = map[string]func(n int) string{
	"elements within each other": func(n int) string { return rssWith(strings.Repeat("<a>", n/3)) },
	"attributes":                 func(n int) string { return rssWith("<a " + strings.Repeat(`b="" `, n/5) + "/>") },
	"attributes of one name each": func(n int) string {
		var b strings.Builder
		for i := 0; b.Len() < n; i++ {
			b.WriteString("<item")
			for j := range 250 {
				b.WriteString(" a" + itoa(j) + `=""`)
			}
			b.WriteString("/>")
		}
		return rssWith(b.String())
	},
	"one attribute": func(n int) string { return rssWith(`<a b="` + strings.Repeat(">", n) + `"/>`) },
	"one text":      func(n int) string { return rssWith("<item><title>" + strings.Repeat("&amp;", n/5) + "</title></item>") },
	"one id": func(n int) string {
		return rssWith("<item><guid>https://example.org/" + strings.Repeat("../", n/3) + "</guid></item>")
	},
	"many ids": func(n int) string {
		return rssWith(repeated(n, func(i int) string {
			return "<item><title>A</title><guid>https://example.org/" + itoa(i) + "</guid></item>"
		}))
	},
	"open tags": func(n int) string {
		return rssWith("<item><description>" + strings.Repeat("&lt;b>", n/6) + "</description></item>")
	},
	"end tags": func(n int) string {
		return rssWith("<item><description>" + strings.Repeat("&lt;/b>", n/7) + "</description></item>")
	},
	"scripts": func(n int) string {
		return rssWith("<item><description>" + strings.Repeat("&lt;script>", n/11) + "</description></item>")
	},
	"closed scripts": func(n int) string {
		return rssWith("<item><description>" + strings.Repeat("&lt;script>&lt;/script>", n/23) + "</description></item>")
	},
	"svg": func(n int) string {
		return rssWith("<item><description>&lt;svg>" + strings.Repeat("&lt;g>", n/6) + "</description></item>")
	},
	"comments": func(n int) string {
		return rssWith("<item><description>" + strings.Repeat("&lt;!-", n/6) + "</description></item>")
	},
	"styles": func(n int) string {
		return rssWith("<item><description>" + repeated(n, func(i int) string { return `&lt;p style="a` + itoa(i) + `:b">` }) + "</description></item>")
	},
	"one style": func(n int) string {
		return rssWith(`<item><description>&lt;p style="` + strings.Repeat("a:b;", n/4) + `"></description></item>`)
	},
	"names with addresses": func(n int) string {
		return atomShort("<author><name>" + strings.Repeat("&lt;", n/4) + "</name></author>")
	},
	"references": func(n int) string {
		return rssWith("<item><title>" + strings.Repeat("&amp;a", n/6) + "</title></item>")
	},
	"bases": func(n int) string {
		return atomShort(`<entry xml:base="https://example.org/` + strings.Repeat("a", n/2) + `">` + strings.Repeat(`<link rel="related" href=""/>`, n/60) + "</entry>")
	},
	"links": func(n int) string {
		return atomShort(repeated(n, func(i int) string { return `<link type="a/b` + itoa(i) + `" href="https://example.org/"/>` }))
	},
	"namespaces": func(n int) string {
		return rssWith(repeated(n, func(i int) string { return "<a xmlns:b" + itoa(i) + `="https://example.org/b"/>` }))
	},
	"prefixes": func(n int) string {
		return "<rss " + repeated(n, func(i int) string { return ` xmlns:b` + itoa(i) + `="a:b"` }) + "/>"
	},
	"doctype":      func(n int) string { return "<!DOCTYPE rss [" + strings.Repeat("<!-- -->", n/8) + "]>" + rssWith("") },
	"open doctype": func(n int) string { return "<!DOCTYPE rss [" + strings.Repeat("<!", n/2) },
	"entities": func(n int) string {
		return `<!DOCTYPE rss [<!ENTITY a "` + strings.Repeat("a", n/3) + `"><!ENTITY b "` + strings.Repeat("&a;", n/9) + `">]>` + rssWith("<item><title>"+strings.Repeat("&b;", n/9)+"</title></item>")
	},
	"declarations": func(n int) string { return strings.Repeat("<?a?>", n/5) },
	"points": func(n int) string {
		return rssWith(`<item xmlns:georss="http://www.georss.org/georss"><georss:line>` + strings.Repeat("1,", n/2) + `</georss:line></item>`)
	},
	"JSON nested": func(n int) string { return jsonWith(`"_a": ` + strings.Repeat("[", n)) },
	"JSON string": func(n int) string {
		return jsonWith(`"_a": "` + strings.Repeat("a", n/2) + `", "items": [` + strings.Repeat("{},", n/6))
	},
	"JSON members": func(n int) string {
		return jsonWith(repeated(n, func(i int) string { return `"_a` + itoa(i) + `": 1,` }) + `"items": []`)
	},
	"JSON items": func(n int) string {
		return jsonWith(`"items": [` + repeated(n, func(i int) string { return `{"id": "` + itoa(i) + `", "content_text": "a"},` }))
	},
	"JSON blanks": func(n int) string { return jsonWith(`"items": [` + strings.Repeat(" ", n)) },
	"OPML outlines": func(n int) string {
		return `<opml version="2.0"><head/><body>` + strings.Repeat(`<outline text="a">`, n/18)
	},
}

func rssWith(more string) string {
	return `<rss version="2.0"><channel><title>A</title><link>https://example.org/</link><description>B</description>` + more + `</channel></rss>`
}

func repeated(n int, part func(i int) string) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		b.WriteString(part(i))
	}
	return b.String()
}

func TestHostileDocuments(t *testing.T) {
	size := 1 << 20
	if race { // everything takes ten times as long
		size = 1 << 17
	}
	for name, document := range hostile {
		t.Run(name, func(t *testing.T) {
			text := document(size)
			require.Greater(t, len(text), size/4)
			start := time.Now()
			// A slow network hands out little at a time.
			report, err := Document(&pieces{text, 1400}, Options{URL: "https://example.org/rss.xml", MaxFindings: 100_000})
			require.NoError(t, err)
			assert.Less(t, time.Since(start), 10*time.Second, "findings: %d", len(report.Findings))
		})
	}
}

// A pieces reader hands out no more than so many bytes at a time.
type pieces struct {
	s    string
	most int
}

func (p *pieces) Read(b []byte) (int, error) {
	if p.s == "" {
		return strings.NewReader("").Read(b)
	}
	n := copy(b, p.s[:min(len(p.s), p.most)])
	p.s = p.s[n:]
	return n, nil
}

// What an archive takes in memory is its IDs.
func TestMemoryIsThatOfTheIDs(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	most := uint64(0)
	r := archive(2000)
	item := r.item
	r.item = func(i int) string {
		if i%500 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&after)
			most = max(most, after.HeapAlloc)
		}
		return item(i)
	}
	report, err := Document(r)
	require.NoError(t, err)
	assert.Zero(t, report.Errors)
	assert.Less(t, most, before.HeapAlloc+4<<20, "of a document of 10 MB")
}

func TestLimitOfFindings(t *testing.T) {
	report, err := Document(strings.NewReader(rssWith(strings.Repeat("<item/>", 100))), Options{MaxFindings: 10})
	require.NoError(t, err)
	assert.Len(t, report.Findings, 10)
	assert.True(t, report.Stopped)
}

func TestLimitOfBytes(t *testing.T) {
	for _, document := range []string{rssWith("<item/>"), jsonWith(`"items": []`)} {
		report, err := Document(strings.NewReader(document), Options{MaxBytes: 100})
		require.NoError(t, err)
		assert.Contains(t, rulesOf(report), "document-limit")
		report, err = Document(strings.NewReader(document), Options{MaxBytes: int64(len(document))})
		require.NoError(t, err)
		assert.NotContains(t, rulesOf(report), "document-limit")
	}
}
