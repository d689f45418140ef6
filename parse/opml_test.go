package parse_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/parse"
)

func TestOPML(t *testing.T) {
	const doc = `<?xml version="1.0" encoding="ISO-8859-1"?>
<opml version="2.0"><head><title>Partners</title></head><body>
 <outline text="Industry">
  <outline text="Robots &amp; more">
   <outline type="rss" text="Robotbrev &lt;b&gt;nu&lt;/b&gt;" xmlUrl="https://r.example/rss" htmlUrl="https://r.example/" language="sv" description="Om robotar" category="/Tech,news"/>
  </outline>
  <outline text="P` + "\xe5" + ` svenska" xmlurl="atom.xml" language="unknown"/>
 </outline>
 <outline text="A note"/>
 <outline type="rss" text="Home only" htmlUrl="https://h.example/"/>
 <outline title="Alone" XMLURL="https://a.example/feed" />
</body></opml>`
	list, err := parse.OPML(strings.NewReader(doc), parse.Options{BaseURL: "https://b.example/list.opml"})
	require.NoError(t, err)
	assert.Equal(t, []*newsletter.Newsletter{
		{
			Title: "Robotbrev nu", URL: "https://r.example/", FeedURL: "https://r.example/rss", Language: "sv", Description: "Om robotar",
			Categories: []newsletter.Category{{Term: "/Industry/Robots & more"}, {Term: "/Tech"}, {Term: "news"}},
		},
		{Title: "På svenska", FeedURL: "https://b.example/atom.xml", Categories: []newsletter.Category{{Term: "/Industry"}}},
		{Title: "Home only", URL: "https://h.example/"},
		{Title: "Alone", FeedURL: "https://a.example/feed"},
	}, list)
}

func TestOPMLErrors(t *testing.T) {
	const one = `<opml><body>` + "\n" + `<outline text="a" xmlUrl="https://a.example/"/>`
	for name, c := range map[string]struct {
		in, want string
		is       error
		read     int
	}{
		"cut off":     {one + `<outline text="b" xml`, "l.opml:2:69: the document is cut off here", parse.ErrTruncated, 1},
		"cut":         {one, "l.opml:2:48: the document is cut off here", parse.ErrTruncated, 1},
		"crossed":     {one + `</outline>`, "l.opml:2:58: expected </body> for the element of line 1, found </outline>", nil, 1},
		"only an end": {"<!-- --></outline>", "l.opml:1:19: malformed XML: the document ends before its first element", nil, 0},
		"not OPML":    {`<rss/>`, "l.opml:1:7: expected the element <opml>, found <rss>", nil, 0},
		"empty":       {"", "not a feed but an empty document", nil, 0},
		"too deep":    {strings.Replace(one, "<body>", strings.Repeat("<body>", 30), 1), "more than 20 deep", parse.ErrTooDeep, 0},
		"too many":    {one + `<outline xmlUrl="x"/><outline xmlUrl="x"/>`, "the list has more than 2 newsletters", parse.ErrTooManyLetters, 2},
		"too long":    {one + strings.Repeat(" ", 1000), "the document has more than 1000 bytes", parse.ErrTooLarge, 0},
	} {
		t.Run(name, func(t *testing.T) {
			list, err := parse.OPML(strings.NewReader(c.in), parse.Options{FileName: "l.opml", MaxDepth: 20, MaxLetters: 2, MaxBytes: 1000})
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.want)
			if c.is != nil {
				assert.ErrorIs(t, err, c.is)
			}
			assert.Len(t, list, c.read)
		})
	}
}

func FuzzOPML(f *testing.F) {
	f.Add([]byte(`<opml><body><outline text="a"><outline xmlUrl="https://a.example/" category="x,y"/></outline></body></opml>`))
	f.Add([]byte(`<opml><outline`))
	f.Add([]byte("\xff\xfe<\x00o\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := parse.OPML(strings.NewReader(string(data)), parse.Options{MaxLetters: 3})
		if len(list) > 3 {
			t.Fatal("more newsletters than asked for")
		}
		for _, n := range list {
			if n.FeedURL == "" && n.URL == "" {
				t.Fatal("an outline without any URL is no newsletter")
			}
		}
		_ = err
	})
}

func ExampleOPML() {
	const subscriptions = `<opml version="2.0"><body>
		<outline text="Industry">
			<outline type="rss" text="Robot letters" xmlUrl="https://robots.example/rss.xml"/>
		</outline>
	</body></opml>`
	list, err := parse.OPML(strings.NewReader(subscriptions))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, n := range list {
		fmt.Println(n.Title, n.FeedURL, n.Categories[0].Term)
	}
	// Output: Robot letters https://robots.example/rss.xml /Industry
}

func TestOPMLReadsWhatFeedWrites(t *testing.T) {
	list := []*newsletter.Newsletter{
		{
			Title: "A & <b>", Description: "Om \"allt\"", URL: "https://a.example/?x=1&y=2", FeedURL: "https://a.example/rss.xml", Language: "sv",
			Categories: []newsletter.Category{{Term: "/Industry/Robots"}, {Term: "news"}},
		},
		{Title: "Б", FeedURL: "https://b.example/feed"},
	}
	var b bytes.Buffer
	require.NoError(t, feed.WriteOPML(&b, "Partners", list))
	got, err := parse.OPML(&b)
	require.NoError(t, err)
	assert.Equal(t, list, got)
}
