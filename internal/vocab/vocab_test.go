package vocab_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/vocab"
	"github.com/automationregion/newsletter/parse"
)

// Each element has one row.
func TestRows(t *testing.T) {
	for space, rows := range vocab.Rows {
		there := map[string]bool{}
		for _, row := range rows {
			assert.Equal(t, strings.ToLower(row.Name), row.Name)
			assert.False(t, there[row.Name], row.Name)
			assert.NotEqual(t, vocab.Nothing, row.Says, row.Name)
			there[row.Name] = true
			e := newsletter.Extension{Namespace: namespace.Space(space).URI(), Name: strings.ToUpper(row.Name)}
			assert.Equal(t, row, vocab.Of(&e))
		}
	}
	assert.Zero(t, vocab.Of(&newsletter.Extension{Namespace: "u:1", Name: "title"}))
}

func TestSay(t *testing.T) {
	const feed = `<rss xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>%</channel></rss>`
	type said struct {
		says         vocab.Kind
		rank         int8
		text, scheme string
	}
	tests := []struct {
		element string
		says    []said
	}{
		{`<dc:identifier> urn:1 </dc:identifier>`, []said{{vocab.ID, vocab.IDAside, "urn:1", ""}}},
		{`<itunes:title> One  two </itunes:title>`, []said{{vocab.Title, vocab.TextAside, "One  two", ""}}},
		{`<itunes:subtitle>Short</itunes:subtitle>`, []said{{vocab.About, vocab.TextAside, "Short", ""}}},
		{`<itunes:summary>Long</itunes:summary>`, []said{{vocab.About, vocab.TextDublinCore, "Long", ""}}},
		{`<itunes:owner><itunes:name>Ann</itunes:name></itunes:owner>`, []said{{vocab.Person, vocab.AuthorOwner, "Ann", ""}}},
		{`<itunes:image href=" https://example.org/p.png "/>`, []said{{vocab.Image, vocab.ImageITunes, "https://example.org/p.png", ""}}},
		{`<itunes:image>https://example.org/p.png</itunes:image>`, []said{{vocab.Image, vocab.ImageITunes, "https://example.org/p.png", ""}}},
		{`<itunes:category text="Arts"><itunes:category text="Food"/></itunes:category>`, []said{{vocab.Category, 0, "Arts", ""}, {vocab.Category, 0, "Food", ""}}},
		{`<itunes:keywords>a,  b c</itunes:keywords>`, []said{{vocab.Category, 0, "a", ""}, {vocab.Category, 0, "b c", ""}}},
		{`<itunes:duration>1:02</itunes:duration>`, []said{{vocab.Duration, 0, "1:02", ""}}},
		{`<itunes:explicit>no</itunes:explicit>`, nil},
		{`<media:category scheme="u:s"> a  b </media:category>`, []said{{vocab.Category, 0, "a b", "u:s"}}},
		{`<media:content url="https://example.org/p.png"><media:thumbnail url="https://example.org/t.png"/><media:title>No</media:title><media:keywords>k</media:keywords></media:content>`,
			[]said{{vocab.Image, vocab.ImageITunes, "https://example.org/t.png", ""}, {vocab.Category, 0, "k", ""}}},
		{`<media:group><media:content url="https://example.org/p.png"><media:category>c</media:category></media:content><media:title>T</media:title><media:description>D</media:description></media:group>`,
			[]said{{vocab.Category, 0, "c", ""}, {vocab.Title, vocab.TextAside, "T", ""}, {vocab.About, vocab.TextAside, "D", ""}, {vocab.Image, vocab.ImageAside, "https://example.org/p.png", ""}}},
	}
	for _, tt := range tests {
		n, err := parse.Feed(strings.NewReader(strings.Replace(feed, "%", tt.element, 1)))
		require.NoError(t, err)
		require.Len(t, n.Extensions.Elements, 1, tt.element)
		e := &n.Extensions.Elements[0]
		var says []said
		vocab.Say(e, vocab.Of(e), func(s vocab.Statement) { says = append(says, said{s.Says, s.Rank, s.Text, s.Scheme}) })
		assert.Equal(t, tt.says, says, tt.element)
	}
}
