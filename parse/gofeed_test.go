package parse

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
)

func TestGofeedWay(t *testing.T) {
	const doc = `<?xml version="1.0" encoding="euc-kr"?>
<rss version=2 xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>Tom & Jerry</title><link>https://example.org/</link><atom:link rel="self" href="/rss.xml"/><atom:link rel="next" href="/2.xml"/>
<item><title>&lt;b&gt;One&lt;/b&gt; å</title><link>/one</link><description>a <br> b</description><pubDate>28 maj 2004</pubDate>
<author>ann@example.org (Ann)</author><category domain="https://schema.org/articleSection">Report</category><category>x</category>
<enclosure url="a.mp3" length="" type="audio/mpeg"><media:content url="a.mp3" fileSize="7" duration="61"/><media:thumbnail url="t.png"/></item>
</channel></rss>`
	n, err := gofeedFeed([]byte(doc), optionsOf(nil))
	require.NoError(t, err)
	assert.Equal(t, &newsletter.Newsletter{
		Title: "Tom & Jerry", URL: "https://example.org/", FeedURL: "https://example.org/rss.xml",
		Paging: newsletter.Paging{Next: "https://example.org/2.xml"},
		Letters: []*newsletter.Letter{{
			Title: "One å", URL: "https://example.org/one", Kind: "Report", Content: "a <br> b",
			Published:  time.Date(2004, 5, 28, 0, 0, 0, 0, time.UTC),
			Authors:    []newsletter.Author{{Name: "Ann", Email: "ann@example.org"}},
			Categories: []newsletter.Category{{Term: "x"}}, Attachments: []newsletter.Attachment{{URL: "https://example.org/a.mp3", MediaType: "audio/mpeg"}},
		}},
	}, n)
}

func TestGofeedWayRefusesWhatGofeedTakesInSilence(t *testing.T) {
	const head = `<rss version="2.0"><channel><title>T</title><item><title>1</title></item><item><title>2</title></item>`
	for name, c := range map[string]struct {
		in, want string
		is       error
	}{
		"cut off":         {head + `<item><title>3`, "f.xml:1:117: the document is cut off here", ErrTruncated},
		"closes nothing":  {head + `<item></nothing></item></channel></rss>`, "</nothing> closes nothing", nil},
		"too many":        {head + `<item/><item/></channel></rss>`, "more than 3 letters", ErrTooManyLetters},
		"too deep":        {head + strings.Repeat("<x>", 50), "more than 20 deep", ErrTooDeep},
		"before a letter": {`<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><title>3`, "cut off", ErrTruncated},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := gofeedFeed([]byte(c.in), optionsOf([]Options{{FileName: "f.xml", MaxLetters: 3, MaxDepth: 20}}))
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.want)
			if c.is != nil {
				assert.ErrorIs(t, err, c.is)
			}
		})
	}
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
