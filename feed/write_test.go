package feed_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/internal/sample"
	"github.com/automationregion/newsletter/parse"
)

// feeds are the formats that a feed reader reads.
var feedFormats = []feed.Format{feed.RSS, feed.Atom, feed.JSON}

// write returns the document.
func write(t *testing.T, n *newsletter.Newsletter, f feed.Format) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, feed.Write(&b, n, f))
	return b.String()
}

// oneLetter returns a valid newsletter with one letter, which change alters.
func oneLetter(change func(*newsletter.Letter)) *newsletter.Newsletter {
	n := sample.Small()
	l := &newsletter.Letter{
		ID: "https://example.org/1", URL: "https://example.org/1", Title: "One",
		Updated: n.Updated, Content: "<p>Hello</p>",
	}
	change(l)
	n.Letters = []*newsletter.Letter{l}
	return n
}

// texts returns the text of each element of that name, as a parser reads it.
func texts(t *testing.T, document, name string) []string {
	t.Helper()
	var list []string
	d := xml.NewDecoder(strings.NewReader(document))
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return list
		}
		require.NoError(t, err)
		start, ok := token.(xml.StartElement)
		if !ok || strings.TrimPrefix(start.Name.Space+":"+start.Name.Local, ":") != name {
			continue
		}
		var text strings.Builder
		for {
			token, err := d.RawToken()
			require.NoError(t, err)
			if data, ok := token.(xml.CharData); ok {
				text.Write(data)
				continue
			}
			break
		}
		list = append(list, text.String())
	}
}

func TestWriteSaysWhatOrdinaryLettersNeed(t *testing.T) {
	tests := map[string]struct {
		change   func(*newsletter.Letter)
		format   feed.Format
		contains []string
		lacks    []string
	}{
		"an author without an e-mail address": {
			change:   func(l *newsletter.Letter) { l.Authors = []newsletter.Author{{Name: "Bo"}} },
			format:   feed.RSS,
			contains: []string{"<dc:creator>Bo</dc:creator>"},
			lacks:    []string{"<author>", "schema:author"},
		},
		"an author whose name is easily taken apart": {
			change:   func(l *newsletter.Letter) { l.Authors = []newsletter.Author{{Name: "Bo (bo@example.org)"}} },
			format:   feed.RSS,
			contains: []string{"<schema:name>Bo (bo@example.org)</schema:name>"},
		},
		"an author with more than a name": {
			change:   func(l *newsletter.Letter) { l.Authors = []newsletter.Author{{Name: "Bo", Organization: "Verket"}} },
			format:   feed.RSS,
			contains: []string{"<dc:creator>Bo</dc:creator>", "<schema:affiliation>Verket</schema:affiliation>"},
		},
		"a guid that is no link": {
			change:   func(l *newsletter.Letter) { l.ID = "tag:example.org,2021:1" },
			format:   feed.RSS,
			contains: []string{`<guid isPermaLink="false">tag:example.org,2021:1</guid>`},
		},
		"a guid that is the link": {
			change:   func(l *newsletter.Letter) {},
			format:   feed.RSS,
			contains: []string{`<guid isPermaLink="true">https://example.org/1</guid>`},
		},
		"the feed's own address in RSS": {
			change:   func(l *newsletter.Letter) {},
			format:   feed.RSS,
			contains: []string{`<atom:link rel="self" type="application/rss+xml" href="https://example.org/feed"/>`},
		},
		"the feed's own address in Atom": {
			change:   func(l *newsletter.Letter) {},
			format:   feed.Atom,
			contains: []string{`<link rel="self" type="application/atom+xml" href="https://example.org/feed"/>`},
		},
		"an attachment of unknown length": {
			change: func(l *newsletter.Letter) {
				l.Attachments = []newsletter.Attachment{{URL: "https://example.org/a.pdf", MediaType: "application/pdf"}}
			},
			format:   feed.RSS,
			contains: []string{`<enclosure url="https://example.org/a.pdf" length="0" type="application/pdf"/>`},
			lacks:    []string{"media:content"},
		},
		"an attachment of more than two gigabytes": {
			change: func(l *newsletter.Letter) {
				l.Attachments = []newsletter.Attachment{{URL: "https://example.org/a.mp4", MediaType: "video/mp4", Length: 5 << 30}}
			},
			format:   feed.JSON,
			contains: []string{`"size_in_bytes": 5368709120`},
		},
		"one enclosure for RSS, and the rest where readers look": {
			change: func(l *newsletter.Letter) {
				l.Attachments = []newsletter.Attachment{
					{URL: "https://example.org/a.pdf", MediaType: "application/pdf"},
					{URL: "https://example.org/b.pdf", MediaType: "application/pdf"},
				}
			},
			format:   feed.RSS,
			contains: []string{`<enclosure url="https://example.org/a.pdf"`, `<media:content url="https://example.org/b.pdf"`},
			lacks:    []string{`<enclosure url="https://example.org/b.pdf"`},
		},
		"a source with its address": {
			change: func(l *newsletter.Letter) {
				l.Source = newsletter.Source{Title: "Works", FeedURL: "https://example.com/feed"}
			},
			format:   feed.RSS,
			contains: []string{`<source url="https://example.com/feed">Works</source>`},
			lacks:    []string{"schema:isPartOf"},
		},
		"a source of which Atom wants to know more": {
			change: func(l *newsletter.Letter) {
				l.Source = newsletter.Source{Title: "Works", FeedURL: "https://example.com/feed"}
			},
			format:   feed.Atom,
			contains: []string{"<schema:isPartOf>", "<schema:name>Works</schema:name>"},
			lacks:    []string{"<source>"},
		},
		"a letter without a title": {
			change:   func(l *newsletter.Letter) { l.Title = "" },
			format:   feed.Atom,
			contains: []string{`<title> </title>`},
			lacks:    []string{"<title></title>", "<title/>"},
		},
		"a JSON Feed item without content": {
			change:   func(l *newsletter.Letter) { l.Content = "" },
			format:   feed.JSON,
			contains: []string{`"content_html": ""`},
		},
		"a letter without content": {
			change:   func(l *newsletter.Letter) { l.Content = "" },
			format:   feed.Atom,
			contains: []string{`<content> </content>`},
		},
		"a summary without content": {
			change:   func(l *newsletter.Letter) { l.Content, l.Summary = "", "Short" },
			format:   feed.RSS,
			contains: []string{"<description>Short</description>", "<atom:summary> </atom:summary>"},
			lacks:    []string{"content:encoded>"},
		},
		"a JSON Feed item with a summary alone": {
			change:   func(l *newsletter.Letter) { l.Content, l.Summary = "", "Short" },
			format:   feed.JSON,
			contains: []string{`"content_text": "Short"`, `"summary": "Short"`},
			lacks:    []string{"content_html"},
		},
		"a description that readers could take another for": {
			change: func(l *newsletter.Letter) {
				l.Content, l.Summary = "", "Short"
				l.Extensions.Elements = []newsletter.Extension{{Namespace: "http://search.yahoo.com/mrss/", Name: "description", Text: "Other"}, {Name: "rating", Text: "5"}}
			},
			format:   feed.RSS,
			contains: []string{"<media:description>Other</media:description>\n      <description>Short</description>"},
		},
		"a content that readers take no other for": {
			change: func(l *newsletter.Letter) {
				l.Content, l.Summary = "Whole", "Short"
				l.Extensions.Elements = []newsletter.Extension{{Namespace: "http://www.itunes.com/dtds/podcast-1.0.dtd", Prefix: "itunes", Name: "summary", Text: "Other"}}
			},
			format:   feed.RSS,
			contains: []string{"<description>Short</description>\n      <content:encoded>Whole</content:encoded>\n      <itunes:summary>Other</itunes:summary>"},
		},
		"a time that RSS's date can't hold": {
			change: func(l *newsletter.Letter) {
				l.Published = time.Date(2021, 12, 22, 5, 45, 0, 1, time.FixedZone("", 5*3600+45*60))
			},
			format: feed.RSS,
			contains: []string{
				"<pubDate>Wed, 22 Dec 2021 00:00:00 +0000</pubDate>",
				"<dcterms:issued>2021-12-22T05:45:00.000000001+05:45</dcterms:issued>",
			},
		},
		"a time that it can hold": {
			change: func(l *newsletter.Letter) {
				l.Published = time.Date(2021, 12, 22, 5, 30, 0, 0, time.FixedZone("", -3*3600-30*60))
			},
			format:   feed.RSS,
			contains: []string{"<pubDate>Wed, 22 Dec 2021 05:30:00 -0330</pubDate>"},
			lacks:    []string{"dcterms:issued"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			document := write(t, oneLetter(test.change), test.format)
			for _, want := range test.contains {
				assert.Contains(t, document, want)
			}
			for _, not := range test.lacks {
				assert.NotContains(t, document, not)
			}
		})
	}
}

func TestWriteRefusesWhatItWouldHaveToGuess(t *testing.T) {
	tests := map[string]struct {
		change func(*newsletter.Newsletter)
		field  string
		only   []feed.Format
	}{
		"a control character": {func(n *newsletter.Newsletter) { n.Letters[0].Content = "<p>\x0b</p>" }, "Content", feedFormats},
		"no date at all": {func(n *newsletter.Newsletter) {
			n.Updated, n.Letters[0].Updated, n.Letters[0].Published = time.Time{}, time.Time{}, time.Time{}
		}, "Updated", []feed.Format{feed.Atom}},
		"no address at all": {func(n *newsletter.Newsletter) {
			n.ID, n.URL, n.FeedURL, n.Letters[0].URL = "1", "", "", ""
		}, "URL", []feed.Format{feed.RSS}},
		"no title and no address": {func(n *newsletter.Newsletter) {
			n.Title, n.ID, n.URL, n.FeedURL = "", "1", "", ""
		}, "Title", []feed.Format{feed.Atom, feed.JSON}},
	}
	for name, test := range tests {
		for _, format := range test.only {
			t.Run(name+"/"+format.String(), func(t *testing.T) {
				n := oneLetter(func(*newsletter.Letter) {})
				test.change(n)
				var b bytes.Buffer
				err := feed.Write(&b, n, format)
				var fault *newsletter.FieldError
				require.ErrorAs(t, err, &fault)
				assert.Equal(t, test.field, fault.Field)
				assert.Empty(t, b.String(), "nothing is written")
			})
		}
	}
}

// Readers take the first or the last of a letter's pages for its own: feedparser,
// and newsboat in Atom, the last.
func TestWriteOwnPageLast(t *testing.T) {
	n := oneLetter(func(l *newsletter.Letter) {
		l.URL = "https://example.org/own"
		l.Links = []newsletter.Link{{Rel: "alternate", URL: "https://example.org/translation", Language: "sv"}, {Rel: "related", URL: "https://example.org/plan"}}
	})
	n.Language = "en"
	for format, want := range map[feed.Format]string{
		feed.RSS:  "<link>https://example.org/own</link>",
		feed.Atom: `<link rel="alternate" type="text/html" href="https://example.org/own" hreflang="en"/>`,
	} {
		var b strings.Builder
		require.NoError(t, feed.Write(&b, n, format))
		own, other := strings.LastIndex(b.String(), want), strings.LastIndex(b.String(), "translation")
		assert.Greater(t, own, other, b.String())
		back, err := parse.Feed(strings.NewReader(b.String()))
		require.NoError(t, err)
		assert.Equal(t, n.Letters[0].URL, back.Letters[0].URL)
		assert.Equal(t, n.Letters[0].Links, back.Letters[0].Links)
	}
}

func TestWriteDatesUndatedLettersIfTold(t *testing.T) {
	n := oneLetter(func(l *newsletter.Letter) { l.Updated = time.Time{} })
	day := time.Date(2020, 2, 29, 12, 0, 0, 0, time.UTC)
	n.Updated = time.Time{}
	assert.Error(t, feed.Write(io.Discard, n, feed.Atom))
	for _, format := range feedFormats {
		var b strings.Builder
		require.NoError(t, feed.Write(&b, n, format, feed.Options{Undated: day}))
		assert.Contains(t, b.String(), "2020-02-29T12:00:00Z")
	}
	assert.True(t, n.Letters[0].Updated.IsZero(), "the newsletter is not changed")
}

func TestWriteTellsTextFromHTML(t *testing.T) {
	for _, title := range []string{
		"Use <b> sparingly", "The </p> element", "&lt; is a reference", "AT&amp;T", "&copy=1", "&#65;", "<!-- not a comment -->", "<?php",
	} {
		n := oneLetter(func(l *newsletter.Letter) { l.Title = title })
		t.Run(title, func(t *testing.T) {
			escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(title)
			assert.Equal(t, escaped, texts(t, write(t, n, feed.RSS), "title")[1])
			atom := write(t, n, feed.Atom)
			assert.Equal(t, escaped, texts(t, atom, "title")[1])
			assert.Contains(t, atom, `<title type="html">`)
		})
	}
	for _, title := range []string{"AT&T", "a < b && b > c", "I <3 this", "Q&A; more", "100 % & co", "Ada <"} {
		n := oneLetter(func(l *newsletter.Letter) { l.Title = title })
		t.Run(title, func(t *testing.T) {
			assert.Equal(t, title, texts(t, write(t, n, feed.RSS), "title")[1])
			atom := write(t, n, feed.Atom)
			assert.Equal(t, title, texts(t, atom, "title")[1])
			assert.NotContains(t, atom, "type=\"html\">"+title)
		})
	}
}

func TestWriteKeepsContentAsItIs(t *testing.T) {
	for _, content := range []string{
		"<p>]]></p>", "]]>]]>", "<pre>a\r\nb\rc</pre>\r", "]]\r>", "plain", "&amp;", "a > b", "<p>]]", "\r<p>",
	} {
		n := oneLetter(func(l *newsletter.Letter) { l.Content = content })
		t.Run(content, func(t *testing.T) {
			assert.Equal(t, content, texts(t, write(t, n, feed.RSS), "description")[1])
			assert.Equal(t, []string{content}, texts(t, write(t, n, feed.Atom), "content"))
			n.Letters[0].Summary = "Short"
			assert.Equal(t, []string{content}, texts(t, write(t, n, feed.RSS), "content:encoded"))
		})
	}
}

// A date is written as it is, whatever a validator would rather have.
func TestWriteBendsNoDate(t *testing.T) {
	n := sample.Small()
	whole := time.Date(2021, 12, 22, 9, 30, 0, 0, sample.CET)
	early := time.Date(1921, 1, 2, 3, 4, 5, 0, time.UTC)
	for i, updated := range []time.Time{whole, whole, whole.Add(5e8), early} {
		id := "https://example.org/" + string(rune('a'+i))
		n.Letters = append(n.Letters, &newsletter.Letter{ID: id, URL: id, Title: id, Published: updated, Updated: updated})
	}
	assert.Equal(t, []string{
		"2021-12-22T09:30:00+01:00", "2021-12-22T09:30:00+01:00", "2021-12-22T09:30:00.5+01:00", "1921-01-02T03:04:05Z",
	}, texts(t, write(t, n, feed.Atom), "updated")[1:])
	rss := write(t, n, feed.RSS)
	assert.Equal(t, []string{
		"Wed, 22 Dec 2021 09:30:00 +0100", "Wed, 22 Dec 2021 09:30:00 +0100", "Wed, 22 Dec 2021 09:30:00 +0100", "Sun, 02 Jan 1921 03:04:05 +0000",
	}, texts(t, rss, "pubDate"))
	assert.NotContains(t, rss, "schema:date")
}

func TestWriteJSONAlwaysHasItems(t *testing.T) {
	var document struct {
		Version string
		Items   *[]json.RawMessage
	}
	require.NoError(t, json.Unmarshal([]byte(write(t, sample.Small(), feed.JSON)), &document))
	assert.Equal(t, "https://jsonfeed.org/version/1.1", document.Version)
	require.NotNil(t, document.Items)
	assert.Empty(t, *document.Items)
}

func TestWriteIsTheSameEachTime(t *testing.T) {
	for _, format := range feedFormats {
		n := sample.Full()
		first := write(t, n, format)
		assert.Equal(t, first, write(t, n, format))
		assert.Equal(t, sample.Full(), n, "the newsletter is not changed")
	}
}

func TestWriteSaysWhenTheWriterFails(t *testing.T) {
	broken := errors.New("disk full")
	for _, format := range feedFormats {
		assert.ErrorIs(t, feed.Write(failingWriter{broken}, sample.Full(), format), broken)
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func TestFormat(t *testing.T) {
	for _, format := range feedFormats {
		named, err := feed.ParseFormat(format.String())
		require.NoError(t, err)
		assert.Equal(t, format, named)
	}
	_, err := feed.ParseFormat("rdf")
	assert.ErrorContains(t, err, `"rdf"`)
	assert.ErrorContains(t, feed.Write(io.Discard, sample.Small(), feed.Format(9)), "Format(9)")
}
