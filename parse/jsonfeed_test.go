package parse

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
)

func TestJSONFeed(t *testing.T) {
	const doc = `{
		"version": "https://jsonfeed.org/version/1.1",
		"title": " Example \n letters ",
		"home_page_url": "https://example.org/",
		"feed_url": "https://example.org/feed.json",
		"next_url": "/feed2.json",
		"icon": "logo.png",
		"language": "sv",
		"hubs": [{"type": "WebSub", "url": "https://hub.example/"}, 7],
		"authors": [{"name": "Ann", "url": "/ann", "_newsletter": {"organization": "Example Region", "email": "ann@example.org"}}],
		"_newsletter": {"id": "tag:example.org,2024:l", "rights": "CC BY 4.0", "updated": "2024-05-28T10:00:00+02:00",
			"paging": {"first": "https://example.org/feed.json", "archive": true}, "categories": [{"term": "Robots", "scheme": "https://example.org/c"}]},
		"items": [
			{"id": 7, "url": "one", "title": "One", "content_html": "<p><a href=\"x\">x</a></p>", "date_published": "2024-05-28T10:00:00Z",
			 "attachments": {"url": "a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": "1200", "duration_in_seconds": 61.5},
			 "tags": ["a", 2, "", {"term": "b"}], "external_url": "https://elsewhere.example/", "author": "Bo <bo@example.org>"},
			"no item",
			{"id": "8", "content_text": "a < b\nc\n\nd", "summary": "s", "date_modified": "yesterday", "image": null, "banner_image": "b.png",
			 "_newsletter": {"kind": "Report", "source": {"title": "S", "feed_url": "https://s.example/f"}, "links": [{"rel": "via", "url": "v"}]}}
		]
	}`
	n, err := feedJSON([]byte(doc), optionsOf(nil))
	require.NoError(t, err)
	assert.Equal(t, &newsletter.Newsletter{
		ID: "tag:example.org,2024:l", Title: "Example letters", URL: "https://example.org/", FeedURL: "https://example.org/feed.json",
		Language: "sv", Rights: "CC BY 4.0", Image: "https://example.org/logo.png", Hubs: []string{"https://hub.example/"},
		Authors:    []newsletter.Author{{Name: "Ann", URL: "https://example.org/ann", Organization: "Example Region", Email: "ann@example.org"}},
		Categories: []newsletter.Category{{Term: "Robots", Scheme: "https://example.org/c"}},
		Updated:    time.Date(2024, 5, 28, 10, 0, 0, 0, time.FixedZone("", 7200)),
		Paging:     newsletter.Paging{First: "https://example.org/feed.json", Next: "https://example.org/feed2.json", Archive: true},
		Letters: []*newsletter.Letter{{
			ID: "7", URL: "https://example.org/one", Title: "One", Content: `<p><a href="https://example.org/x">x</a></p>`,
			Published:   time.Date(2024, 5, 28, 10, 0, 0, 0, time.UTC),
			Attachments: []newsletter.Attachment{{URL: "https://example.org/a.mp3", MediaType: "audio/mpeg", Length: 1200, Duration: 62 * time.Second}},
			Categories:  []newsletter.Category{{Term: "a"}, {Term: "2"}, {Term: "b"}},
			Links:       []newsletter.Link{{Rel: "related", URL: "https://elsewhere.example/"}},
			Authors:     []newsletter.Author{{Name: "Bo", Email: "bo@example.org"}},
		}, {
			ID: "8", Content: "<p>a &lt; b<br>\nc</p>\n<p>d</p>", Summary: "s", Image: "https://example.org/b.png", Kind: "Report",
			Source: newsletter.Source{Title: "S", FeedURL: "https://s.example/f"},
			Links:  []newsletter.Link{{Rel: "via", URL: "https://example.org/v"}},
		}},
	}, n)
}

func TestJSONFeedErrors(t *testing.T) {
	const head = `{"version": "https://jsonfeed.org/version/1", ` + "\n" + `"items": [`
	deep := head + `{"id": "1", "x": ` + strings.Repeat("[", 600) + strings.Repeat("]", 600) + `}]}`
	for name, c := range map[string]struct {
		in, want string
		is       error
		letters  int
	}{
		"cut off":   {head + `{"id": "1"}, {"id": "2", "ti`, "f.json:2:39: items[1]: the document is cut off here", ErrTruncated, 1},
		"malformed": {head + `{"id": "1"}, {"id": x}`, "f.json:2:31: items[1].id: malformed JSON: invalid character 'x' at start of value", nil, 1},
		"too deep":  {deep, "f.json:2:526: items[0].x: arrays", ErrTooDeep, 0},
		"too many":  {head + `{"id":"1"},{"id":"2"},{"id":"3"},{}]}`, "f.json:2:43: items[3]: the feed has more than 3 letters", ErrTooManyLetters, 3},
		"no array":  {`{"version": "https://jsonfeed.org/version/1", "items": {}}`, "f.json:1:57: items: expected an array", nil, 0},
		"more":      {head + `]} x`, "f.json:2:14: the document goes on after its end", nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			n, err := feedJSON([]byte(c.in), optionsOf([]Options{{FileName: "f.json", MaxLetters: 3}}))
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.want)
			if c.is != nil {
				assert.ErrorIs(t, err, c.is)
			}
			require.NotNil(t, n)
			assert.Len(t, n.Letters, c.letters)
		})
	}
}

func TestNotFeed(t *testing.T) {
	for in, want := range map[string]string{
		"":                             "an empty document",
		" \n ":                         "an empty document",
		`{"a": 1}`:                     "a JSON document without a version",
		`{"version": "3", "a": 1}`:     `a JSON document of version "3"`,
		`[1]`:                          "a JSON document whose top is no object",
		"hello":                        "plain text",
		"\x1f\x8b\x08\x00\x00\x00\x00": "a document of type application/x-gzip",
		"%PDF-1.7":                     "a document of type application/pdf",
		"<opml version='2.0'/>":        "an OPML list of newsletters",
		"<?xml version='1.0'?><urlset xmlns='x'/>": "a sitemap",
		"<note>x</note>":     "an XML document with the root element <note>",
		"<!DOCTYPE HTML><p>": "an HTML page",
		"<html><body>":       "an HTML page",
	} {
		var not *NotFeedError
		if assert.ErrorAs(t, notFeed([]byte(in), optionsOf(nil)), &not, "%q", in) {
			assert.Equal(t, want, not.What, "%q", in)
		}
	}
	err := notFeed([]byte("<?xml version='1.0'?>\n\n <"), optionsOf(nil))
	var not *NotFeedError
	var at *Error
	require.ErrorAs(t, err, &not)
	require.ErrorAs(t, err, &at)
	assert.Equal(t, 3, at.Line)
}

func TestDiscover(t *testing.T) {
	const page = `<!DOCTYPE html><head>
		<link rel="stylesheet" href="s.css">
		<link rel=alternate type="application/rss+xml" title="Comments" href="/comments/feed">
		<link rel="alternate" type="application/json" href="https://example.org/wp-json/wp/v2/pages/1">
		<link rel="alternate" type="application/rss+xml" href="rss.xml">
		<link rel="ALTERNATE home" type="application/atom+xml; charset=utf-8" href="//example.net/atom.xml">
		<link rel="alternate" type="application/feed+json" href="feed.json"><link rel="alternate" type="application/rss+xml" href="rss.xml">
		<link rel="alternate" hreflang="sv" href="/sv"><link rel=alternate type="application/rss+xml" href="javascript:x()">
		</head><a href="other.rss">`
	var not *NotFeedError
	require.ErrorAs(t, notFeed([]byte(page), optionsOf([]Options{{BaseURL: "https://example.org/news/"}})), &not)
	assert.Equal(t, []string{
		"https://example.org/news/rss.xml", "https://example.net/atom.xml", "https://example.org/news/feed.json", "https://example.org/comments/feed",
	}, not.Feeds)
	assert.Equal(t, "not a feed but an HTML page; its feeds are "+strings.Join(not.Feeds, ", "), not.Error())

	assert.Equal(t, []string{"https://example.org/b/feed/"},
		discover([]byte(`<base href="/b/"><a href="feed/">Feed</a><a href="/feeding">x</a>`), "https://example.org/"))
}

// Whatever stands where a text should, at whatever depth, is read past.
func TestObjectsInPlaceOfTexts(t *testing.T) {
	const odd = `[{"a":{"b":[{"c":{"d":{}}}]}}]`
	object := func(k *jsonKind) string {
		var members []string
		for name := range k.names {
			if name != "version" && name != "id" && name != "items" {
				members = append(members, strconv.Quote(name)+":"+odd)
			}
		}
		return strings.Join(members, ",")
	}
	for name, k := range map[string]*jsonKind{"author": personKind, "attachments": attachmentKind, "_newsletter": ourKind} {
		n, err := Feed(strings.NewReader(`{"version":"https://jsonfeed.org/version/1.1","` + name + `":{` + object(k) + `},"items":[{"id":"1","` + name + `":[{` + object(k) + `}]},{"id":"2","title":"B"}]}`))
		require.NoError(t, err, name)
		require.Len(t, n.Letters, 2)
		assert.Equal(t, "B", n.Letters[1].Title)
	}
	n, err := Feed(strings.NewReader(`{"version":"https://jsonfeed.org/version/1.1",` + object(feedKind) + `,"items":[{"id":` + odd + `,` + object(itemKind) + `},{"id":"2","title":"B"}]}`))
	require.NoError(t, err)
	require.Len(t, n.Letters, 1, "there is nothing in the other")
	assert.Equal(t, "B", n.Letters[0].Title)
}

func FuzzJSON(f *testing.F) {
	for _, s := range []string{
		`{"version":"https://jsonfeed.org/version/1.1","title":"t","items":[{"id":1,"content_text":"a\n\nb","attachments":[{"url":"x","size_in_bytes":1e400}]}]}`,
		`{"version":"https://jsonfeed.org/version/1","author":[{}],"items":[{"id":"1`, `{"items":null}`, `[[[[`, `{"a":{"b":[{}]}}`, `{"version":{"a":{"b":{"c":1}}}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := feedJSON(data, optionsOf([]Options{{MaxDepth: 20, MaxLetters: 5}}))
		if n == nil && err == nil {
			t.Fatal("neither a newsletter nor an error")
		}
		if n != nil && len(n.Letters) > 5 {
			t.Fatal("more letters than asked for")
		}
	})
}

// What is wrong in a JSON Feed is told with its path, and the letters are there
// for those who ask for them one by one.
func TestJSONFeedReading(t *testing.T) {
	const doc = `{"version": "https://jsonfeed.org/version/1.1", "title": 1, "authors": [3], "items": [
		{"id": "1", "title": "A", "date_published": "nope", "tags": "x"}, {"id": "2", "title": "B"}]}`
	var reading Reading
	d := NewDecoder(strings.NewReader(doc), Options{FileName: "f.json", Report: func(r Reading) { reading = r }})
	n, err := d.Newsletter()
	require.NoError(t, err)
	assert.Equal(t, "1", n.Title)
	assert.Empty(t, n.Letters)
	var titles []string
	for l, err := range d.Letters() {
		require.NoError(t, err)
		titles = append(titles, l.Title)
	}
	assert.Equal(t, []string{"A", "B"}, titles)
	assert.Empty(t, n.Letters)
	assert.Equal(t, "JSON Feed 1.1", reading.Format)
	var faults []string
	for _, f := range reading.Faults {
		faults = append(faults, f.Error())
	}
	assert.Equal(t, []string{
		"f.json: title: expected a string",
		"f.json: authors: expected an array of objects",
		"f.json: items[0].tags: expected an array",
		"f.json: items[0].date_published: expected a date such as 2026-01-31T12:00:00Z",
	}, faults)
}
