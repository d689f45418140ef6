package feed_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/internal/sample"
)

func TestStylesheet(t *testing.T) {
	n := sample.Full()
	for f := range feed.Formats() {
		var plain, styled bytes.Buffer
		require.NoError(t, feed.Write(&plain, n, f))
		require.NoError(t, feed.Write(&styled, n, f, feed.Options{Stylesheet: "look/feed.css?a=1&b=2"}))
		assert.NotContains(t, plain.String(), "<?xml-stylesheet", "nobody asked for one")
		want := plain.String()
		if f != feed.JSON {
			want = strings.Replace(want, "?>", `?>`+"\n"+`<?xml-stylesheet type="text/css" href="look/feed.css?a=1&#x26;b=2"?>`+"\n", 1)
		}
		assert.Equal(t, want, styled.String(), f)
	}
	for _, wrong := range []string{"a b", "a\n", "%zz", "å.css", "a\x00"} {
		var b bytes.Buffer
		assert.ErrorContains(t, feed.Write(&b, n, feed.RSS, feed.Options{Stylesheet: wrong}), "expected a URL", wrong)
		assert.Empty(t, b.String())
	}
	var b bytes.Buffer
	require.NoError(t, feed.Write(&b, n, feed.Atom, feed.Options{Stylesheet: `a?>"'<script>`}))
	assert.Contains(t, b.String(), `href="a?&#x3E;&#x22;'&#x3C;script&#x3E;"?>`)
}
