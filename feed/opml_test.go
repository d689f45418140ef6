package feed_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/internal/sample"
	"github.com/automationregion/newsletter/parse"
)

func TestWriteOPMLIsReadBack(t *testing.T) {
	list := append(sample.Partners(), &newsletter.Newsletter{
		Title: `AT&T's "letters"`, Description: "Where a < b, and &lt; is &amp;lt;", FeedURL: "https://example.net/feed",
		Categories: []newsletter.Category{{Term: "R&D"}, {Term: "</b>"}},
	})
	var b bytes.Buffer
	require.NoError(t, feed.WriteOPML(&b, "Partners", list))
	read, err := parse.OPML(&b)
	require.NoError(t, err)
	assert.Equal(t, list, read)
}

func TestWriteOPMLRefusesWhatItCannotHold(t *testing.T) {
	tests := map[string]struct {
		change func(*newsletter.Newsletter)
		want   string
	}{
		"no title":                  {func(n *newsletter.Newsletter) { n.Title = "" }, "Title"},
		"no feed":                   {func(n *newsletter.Newsletter) { n.FeedURL = "" }, "FeedURL"},
		"a relative feed":           {func(n *newsletter.Newsletter) { n.FeedURL = "/feed" }, "FeedURL"},
		"a control character":       {func(n *newsletter.Newsletter) { n.Description = "\x01" }, "Description"},
		"a category with a comma":   {func(n *newsletter.Newsletter) { n.Categories[1].Term = "law, ethics" }, "Categories[1].Term"},
		"a category without a term": {func(n *newsletter.Newsletter) { n.Categories[0].Term = "" }, "Categories[0].Term"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			list := sample.Partners()
			test.change(list[0])
			var b bytes.Buffer
			assert.ErrorContains(t, feed.WriteOPML(&b, "Partners", list), test.want)
			assert.Empty(t, b.String(), "nothing is written")
		})
	}
	assert.Error(t, feed.WriteOPML(io.Discard, "Partners", nil))
}
