package parse_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/automationregion/newsletter/parse"
)

// numbered is a text n times, with its number.
func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// Documents of less than a megabyte that are made to be slow, through the whole
// of each reader.
func TestHostileDocuments(t *testing.T) {
	long := strings.Repeat("x", 100<<10)
	const begin, end = "<rss><channel><item>", "</item></channel></rss>"
	const mended = "<guid isPermaLink=>x</guid>"
	for name, doc := range map[string]string{
		"a long entity, many times":    `<!DOCTYPE r [<!ENTITY a "` + long + `">]><rss><channel><title>` + strings.Repeat("&a;", 100_000) + "</title></channel></rss>",
		"a long entity, mended":        `<!DOCTYPE r [<!ENTITY a "` + long + `">]><rss><channel><item>` + mended + "<title>" + strings.Repeat("&a;", 100_000) + "</title>" + end,
		"links to a base of its own":   "<rss xml:base='https://example.org/" + strings.Repeat("b", 4000) + "/'><channel><item><description>" + strings.Repeat("&lt;a href=x>", 60_000) + "</description>" + end,
		"categories":                   begin + numbered("<category>%d</category>", 40_000) + end,
		"categories, mended":           begin + mended + numbered("<category>%d</category>", 30_000) + end,
		"authors":                      begin + numbered("<author>a%d</author>", 40_000) + end,
		"links":                        begin + numbered("<link rel='x:y' href='https://e.example/%d'/>", 20_000) + end,
		"letters, mended":              begin + mended + "</item>" + strings.Repeat("<item/>", 100_000) + "</channel></rss>",
		"elements in an author":        begin + "<author>" + strings.Repeat("<b>x</b>", 100_000) + "</author>" + end,
		"escaped markup in markup":     "<feed xmlns='http://www.w3.org/2005/Atom'><entry><content type='html'>" + strings.Repeat("<b/>&lt;i", 100_000) + "</content></entry></feed>",
		"divs in a div":                "<feed xmlns='http://www.w3.org/2005/Atom'><entry><content type='xhtml'><div>" + strings.Repeat("<div/>", 140_000) + "</div></content></entry></feed>",
		"less than":                    begin + "<title>" + strings.Repeat("&lt;a ", 150_000) + "</title>" + end,
		"references in a title":        `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"` + strings.Repeat("&amp;&x", 120_000) + `"}]}`,
		"arrays in arrays":             `{"version":"https://jsonfeed.org/version/1.1","items":` + strings.Repeat("[", 900_000),
		"items that are none":          `{"version":"https://jsonfeed.org/version/1.1","items":[` + strings.Repeat("{},", 300_000) + `{}]}`,
		"a page of links":              "<!DOCTYPE html><html>" + numbered("<link rel=alternate type=application/rss+xml href=/%d>", 15_000),
		"a page that may hold a feed":  "<html>" + strings.Repeat("<feed <rss <", 70_000),
		"binary data":                  strings.Repeat("\x00<", 400_000),
		"a list with many categories":  "<opml><body><outline xmlUrl='x' category='" + numbered("c%d,", 120_000) + "'/></body></opml>",
		"a list of folders in folders": "<opml><body>" + strings.Repeat("<outline text='"+strings.Repeat("x", 1000)+"'>", 450) + strings.Repeat("<outline xmlUrl='x'/>", 20_000),
	} {
		t.Run(name, func(t *testing.T) {
			assert.Less(t, len(doc), 1<<20)
			start := time.Now()
			if strings.HasPrefix(doc, "<opml") {
				parse.OPML(strings.NewReader(doc))
			} else {
				parse.Feed(strings.NewReader(doc), parse.Options{BaseURL: "https://example.org/"})
			}
			// The two seconds of CPU that it may cost are measured in internal/trial/hostile.
			// On a busy machine, under the race detector, only what is quadratic shows.
			assert.Less(t, time.Since(start), 20*time.Second)
		})
	}
}

// What is written of a letter is many times as long as the least that is read as one.
func TestLettersOfNothingAreNotReadForEver(t *testing.T) {
	for name, c := range map[string][3]string{
		"RSS":  {"<rss><channel>", "<item><guid>%d</guid></item>", "</channel></rss>"},
		"JSON": {`{"version":"https://jsonfeed.org/version/1.1","items":[null`, `,{"id":"%d"}`, "]}"},
	} {
		t.Run(name, func(t *testing.T) {
			for n, want := range map[int]error{9_000: nil, 12_000: parse.ErrTooManyLetters} {
				feed, err := parse.Feed(strings.NewReader(c[0] + numbered(c[1], n) + c[2]))
				assert.ErrorIs(t, err, want)
				assert.Equal(t, min(n, 10_000), len(feed.Letters))
			}
			filled := strings.Replace(c[1], "%d", "%d"+strings.Repeat("x", 60), 1)
			_, err := parse.Feed(strings.NewReader(c[0] + numbered(filled, 12_000) + c[2]))
			assert.NoError(t, err, "those that say something")
			_, err = parse.Feed(strings.NewReader(c[0]+numbered(c[1], 12_000)+c[2]), parse.Options{MaxLetters: -1})
			assert.NoError(t, err, "who wants them has them")
		})
	}
}

// However far a base is, the addresses of a document are in proportion to it.
func TestAFarBaseMakesNoDocumentLong(t *testing.T) {
	far := "https://example.org/" + strings.Repeat("b", 4000) + "/"
	for name, doc := range map[string]string{
		"Atom": "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='" + far + "'>" + numbered("<entry><id>u:%d</id><link href='x'/><content type='html'>&lt;a href='y'></content></entry>", 9_000) + "</feed>",
		"RSS":  "<rss xml:base='" + far + "'><channel>" + numbered("<item><guid>u:%d</guid><link>x</link><description>&lt;a href='y'></description></item>", 9_000) + "</channel></rss>",
		"JSON": `{"version":"https://jsonfeed.org/version/1.1","feed_url":"` + far + `","items":[{}` + numbered(`,{"id":"%d","url":"x","content_html":"<a href='y'>"}`, 9_000) + "]}",
	} {
		t.Run(name, func(t *testing.T) {
			var how parse.Reading
			n, err := parse.Feed(strings.NewReader(doc), parse.Options{Report: func(r parse.Reading) { how = r }})
			assert.NoError(t, err)
			size := 0
			for _, l := range n.Letters {
				size += len(l.URL) + len(l.Content)
			}
			assert.Less(t, size, 6<<20)
			assert.Contains(t, n.Letters[1].URL, far)
			var said []string
			for _, f := range how.Faults {
				said = append(said, f.Message)
			}
			assert.Contains(t, said, "more relative URLs than are resolved")
		})
	}
}
