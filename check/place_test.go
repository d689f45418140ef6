package check

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Where a finding is: between the marks in the document.
func TestPlaces(t *testing.T) {
	for _, test := range []struct{ rule, path, document string }{
		{"date-rfc822", "/rss/channel/item[2]/pubDate", rssWith("\n<item><title>Å</title></item>\n<item><title>Åä𝄞</title><pubDate>\n  «12 juni 2026»</pubDate></item>")},
		{"date-rfc822", "/rss/channel/item[1]/pubDate", rssWith("<item><title>A</title><pubDate><![CDATA[«12 juni»]]></pubDate></item>")},
		{"media-type-attribute", "/rss/channel/item[1]/enclosure/@type", rssWith("<item><title>Å</title>\n<enclosure url='https://example.org/1.mp3'\n\tlength='1' «type = 'mp3'»/></item>")},
		{"element-undefined", "/rss/channel/item[1]/titel", rssWith("<item><title>A</title>«<titel>»B</titel></item>")},
		{"text-unexpected", "/rss/channel", rssWith("\r\n  «Å text»\r\n")},
		{"rss-item-guid-missing", "/rss/channel/item[1]", rssWith("\n«<item a:b='c' xmlns:a='https://example.org/a'>»<title>A</title></item>")},
		{"xml-not-well-formed", "/rss/channel/item[1]/title", rssWith("<item><title>A «&»B</title></item>")},
		{"xml-not-well-formed", "/rss/channel/item[1]", rssWith("<item><title>A</title>\n«<»/titel></item>")},
		{"itunes-image-format", "/rss/channel/itunes:image/@href", inChannel.document(`<itunes:image «href="https://example.org/a.gif"»/>`)},
		{"itunes-enclosure-empty", "/rss/channel/item[1]/enclosure/@length", inChannel.document(`<item><title>A</title><enclosure url="https://example.org/1.mp3" «length="0"» type="audio/mpeg"/></item><itunes:author>Ann</itunes:author>`)},
		{"itunes-enclosure-missing", "/rss/channel/item[2]", inChannel.document(`<item><title>A</title><enclosure url="https://example.org/1.mp3" length="1" type="audio/mpeg"/></item>«<item>»<title>A</title></item><itunes:author>Ann</itunes:author>`)},
		{"podcast-guid", "/rss/channel/podcast:guid", inChannel.document("<podcast:guid>\n  «é 1»</podcast:guid><itunes:author>Ann</itunes:author>")},
		{"podcast-medium", "/rss/channel/podcast:medium", inChannel.document("<itunes:author>Ann</itunes:author><podcast:medium><![CDATA[«talk»]]></podcast:medium>")},
		{"atom-link-rel", "/feed/link/@rel", atomShort(`<link «rel="see"» href="https://example.org/"/>`)},
		{"json-url", "$.items[1].url", jsonWith("\"items\": [{\"id\": \"Å\", \"content_text\": \"A\"},\n {\"id\": \"2\", \"content_text\": \"A\", \"url\" : «\"/june\"»}]")},
		{"json-type", "$.items[0].tags[1]", jsonWith(`"items": [{"id": "1", "content_text": "A", "tags": ["a", «1»]}]`)},
		{"json-member-undefined", "$.items[0].date", jsonWith(`"items": [{"id": "1", "content_text": "A", «"date"»: {"a": [1, 2]}}]`)},
		{"json-author-empty", "$.items[0].authors[0]", jsonWith(`"items": [{"id": "1", "content_text": "A", "authors": [«{»}]}]`)},
	} {
		t.Run(test.rule, func(t *testing.T) {
			before, rest, _ := strings.Cut(test.document, "«")
			marked, after, _ := strings.Cut(rest, "»")
			begin := place{}.After([]byte(before))
			end := place{}.After([]byte(before + marked))
			report, err := Document(strings.NewReader(before + marked + after))
			require.NoError(t, err)
			i := slices.IndexFunc(report.Findings, func(f Finding) bool { return f.Rule == test.rule && f.Path == test.path })
			require.GreaterOrEqual(t, i, 0, "%+v", report.Findings)
			f := report.Findings[i]
			assert.Equal(t, [2]int{begin.Lines + 1, begin.Columns + 1}, [2]int{f.Line, f.Column})
			if test.rule != "xml-not-well-formed" {
				assert.Equal(t, [2]int{end.Lines + 1, end.Columns + 1}, [2]int{f.EndLine, f.EndColumn}, "end")
			}
		})
	}
}

func TestFindingsAreInOrder(t *testing.T) {
	report, err := Document(strings.NewReader(rssWith("<item/>\n<item><pubDate>June</pubDate><a/></item>")))
	require.NoError(t, err)
	assert.True(t, slices.IsSortedFunc(report.Findings, func(a, b Finding) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	}))
	assert.Equal(t, len(report.Findings), report.Errors+report.Warnings+report.Advice)
	assert.Equal(t, RSS, report.Format)
	assert.Equal(t, "2.0", report.Version)
}

func TestFormats(t *testing.T) {
	for document, want := range map[string][2]string{
		rssWith(""):             {"rss", "2.0"},
		atomShort(""):           {"atom", "1.0"},
		jsonWith(`"items": []`): {"json", "1.1"},
		`<opml version="1.0"/>`: {"opml", "1.0"},
		`<Channel xmlns="http://purl.org/net/rss1.1#"/>`:                                                                {"rss1", "1.1"},
		`<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"/>`:               {"rss1", "1.0"},
		`<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/"/>`: {"rss1", "0.90"},
		`<feed version="0.3" xmlns="http://purl.org/atom/ns#"/>`:                                                        {"atom", "0.3"},
		`<html/>`:               {"", ""},
		`[]`:                    {"", ""},
		`{"a": 1}`:              {"", ""},
		`no feed`:               {"", ""},
		``:                      {"", ""},
		"\ufeff{\"items\": []}": {"json", ""},
	} {
		report, err := Document(strings.NewReader(document))
		require.NoError(t, err)
		assert.Equal(t, want, [2]string{string(report.Format), report.Version}, document)
		if want[0] == "" {
			assert.Equal(t, 1, report.Errors, document)
		}
	}
}

func TestOptions(t *testing.T) {
	future := rssWith("<item><title>A</title><pubDate>Fri, 12 Jun 2099 09:00:00 GMT</pubDate></item>")
	report, err := Document(strings.NewReader(future))
	require.NoError(t, err)
	assert.NotContains(t, rulesOf(report), "date-implausible", "nothing says what time it is")
	report, err = Document(strings.NewReader(rssWith("<item/>")), Options{Ignore: []string{"rss-item-empty"}})
	require.NoError(t, err)
	assert.NotContains(t, rulesOf(report), "rss-item-empty")
	assert.Contains(t, rulesOf(report), "rss-item-guid-missing")
}
