package parse

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
)

// A template that left a value out, as programs do whose own check is a browser.
func TestFeedWithAnAttributeWithoutAValue(t *testing.T) {
	const doc = `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Letters &amp; more</title><link>https://example.org/</link><language>sv_SE</language><copyright>© Region</copyright>
<lastBuildDate>Thu, 02 May 2024 10:00:00 +0000</lastBuildDate><managingEditor>ed@example.org (The editors)</managingEditor>
<item><title>&lt;b&gt;One&lt;/b&gt; å</title><link>/one</link><guid isPermaLink=>id-1</guid><description>a &lt;a href="x"&gt;b&lt;/a&gt;</description>
<pubDate>Wed, 01 May 2024 10:00:00 +0000</pubDate><dc:creator>Ann</dc:creator><category>x</category><enclosure url="a.mp3" length="7" type="audio/mpeg"/></item>
</channel></rss>`
	var how Reading
	n, err := Feed(strings.NewReader(doc), Options{Report: func(r Reading) { how = r }})
	require.NoError(t, err)
	require.Len(t, how.Faults, 1)
	assert.Equal(t, "5:63: the attribute isPermaLink has no value", how.Faults[0].Error())
	assert.Equal(t, &newsletter.Newsletter{
		Title: "Letters & more", URL: "https://example.org/", Language: "sv-SE", Rights: "© Region",
		Updated: time.Date(2024, 5, 2, 10, 0, 0, 0, time.UTC), Authors: []newsletter.Author{{Name: "The editors", Email: "ed@example.org"}},
		Letters: []*newsletter.Letter{{
			ID: "id-1", Title: "One å", URL: "https://example.org/one", Content: `a <a href="https://example.org/x">b</a>`,
			Published: time.Date(2024, 5, 1, 10, 0, 0, 0, time.UTC), Authors: []newsletter.Author{{Name: "Ann"}},
			Categories:  []newsletter.Category{{Term: "x"}},
			Attachments: []newsletter.Attachment{{URL: "https://example.org/a.mp3", MediaType: "audio/mpeg", Length: 7}},
		}},
	}, n)
}

// What is mended is bounded as all else is, and nothing is taken in silence.
func TestMendedFeedsHaveTheirLimits(t *testing.T) {
	const head = `<rss version="2.0"><channel x=><title>T</title><item><title>1</title></item><item><title>2</title></item>`
	for name, c := range map[string]struct {
		in, want string
		is       error
	}{
		"cut off":         {head + `<item><title>3`, "f.xml:1:120: the document ends before </title>", ErrTruncated},
		"too many":        {head + `<item><title>3</title></item><item/></channel></rss>`, "more than 3 letters", ErrTooManyLetters},
		"too deep":        {head + strings.Repeat("<x>", 50), "more than 20 deep", ErrTooDeep},
		"before a letter": {`<feed xmlns="http://www.w3.org/2005/Atom" x=><title>T</title><entry><title>3`, "ends before", ErrTruncated},
	} {
		t.Run(name, func(t *testing.T) {
			n, err := Feed(strings.NewReader(c.in), Options{FileName: "f.xml", MaxLetters: 3, MaxDepth: 20})
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.want)
			assert.ErrorIs(t, err, c.is)
			assert.Equal(t, "T", n.Title)
		})
	}
	var how Reading
	n, err := Feed(strings.NewReader(head+`<item></nothing></item></channel></rss>`), Options{Report: func(r Reading) { how = r }})
	require.NoError(t, err)
	assert.Len(t, n.Letters, 2)
	assert.Contains(t, how.Faults[1].Message, "</nothing> closes nothing")
}

func TestFeedWithinPage(t *testing.T) {
	const feed = `<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><title>1</title></entry></feed>`
	n, err := Feed(strings.NewReader("<!DOCTYPE html><html><body>" + feed + "</body></html>"))
	require.NoError(t, err)
	assert.Equal(t, "T", n.Title)
	assert.Len(t, n.Letters, 1)

	var not *NotFeedError
	_, err = Feed(strings.NewReader(`<html><head><link rel="alternate" type="application/rss+xml" href="https://example.org/rss"></head><body>the element &lt;feed> is <feed><p>no feed`))
	require.ErrorAs(t, err, &not)
	assert.Equal(t, []string{"https://example.org/rss"}, not.Feeds)
}

// A group of media is an attachment where a document has more extensions than are kept.
func TestGroupsBeyondWhatIsKept(t *testing.T) {
	const group = `<item><title>T</title><media:group><media:content url="https://example.org/a.mp4"/><media:content url="https://example.org/b.mp4" isDefault="true" duration="5"><media:title>B</media:title></media:content></media:group><itunes:author>Ann</itunes:author></item>`
	for _, others := range []int{49_690, 49_699, 49_700, 49_701, 49_990, 49_999, 50_000, 50_001, 60_000} {
		var how Reading
		n, err := Feed(strings.NewReader(`<rss xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:x="urn:x"><channel><item><title>X</title>`+
			strings.Repeat("<x:a/>", others)+"</item>"+group+group+"</channel></rss>"), Options{Report: func(r Reading) { how = r }})
		require.NoError(t, err)
		require.Len(t, n.Letters, 3)
		for _, l := range n.Letters[1:] {
			assert.Equal(t, []newsletter.Attachment{{URL: "https://example.org/b.mp4", Duration: 5 * time.Second, Title: "B"}}, l.Attachments, "beside %d", others)
			assert.Equal(t, []newsletter.Author{{Name: "Ann"}}, l.Authors, "beside %d", others)
			assert.NoError(t, n.Validate())
		}
		assert.Equal(t, others > 49_685, len(how.Faults) == 1, "%v", how.Faults)
	}
}
