package feed_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
)

// Two authors that are one once they have names are written once, with what stood
// in either, and what stands in those after them stays with them.
func TestDeriveKeepsWhatStoodInWhatIsLeftOut(t *testing.T) {
	const ns = "urn:x"
	in := func(place, name string) newsletter.Extension {
		return newsletter.Extension{In: newsletter.ParsePlace(place), Namespace: ns, Name: name}
	}
	alone := func(place, value string) newsletter.Attribute {
		return newsletter.Attribute{In: newsletter.ParsePlace(place), Attr: newsletter.Attr{Namespace: ns, Name: "role", Value: value}}
	}
	n := &newsletter.Newsletter{
		Title: "T", URL: "https://example.org/",
		Authors: []newsletter.Author{{Name: "ann@example.org", Email: "ann@example.org"}, {Email: "ann@example.org"}, {Name: "Bo"}},
		Extensions: newsletter.Extensions{
			Elements:   []newsletter.Extension{in("Authors[0]", "a"), in("Authors[1]", "b"), in("Authors[2].Name", "c")},
			Attributes: []newsletter.Attribute{alone("Authors[0]", "first"), alone("Authors[1]", "second"), alone("Authors[2]", "third")},
		},
		Letters: []*newsletter.Letter{{
			Title: "L", Links: []newsletter.Link{{URL: "https://example.org/a", Rel: "related"}, {URL: "https://example.org/a"}, {URL: "https://example.org/b"}},
			Extensions: newsletter.Extensions{Elements: []newsletter.Extension{in("Links[1]", "d"), in("Links[2]", "e")}},
		}},
	}
	require.NoError(t, n.Validate())
	derived, err := feed.Derive(n, feed.RSS)
	require.NoError(t, err)
	require.NoError(t, derived.Validate())
	assert.Equal(t, []newsletter.Author{{Name: "ann@example.org", Email: "ann@example.org"}, {Name: "Bo"}}, derived.Authors)
	assert.Equal(t, newsletter.Extensions{
		Elements:   []newsletter.Extension{in("Authors[0]", "a"), in("Authors[0]", "b"), in("Authors[1].Name", "c")},
		Attributes: []newsletter.Attribute{alone("Authors[0]", "first"), alone("Authors[1]", "third")},
	}, derived.Extensions)
	assert.Equal(t, []newsletter.Link{{URL: "https://example.org/a", Rel: "related"}, {URL: "https://example.org/b", Rel: "related"}}, derived.Letters[0].Links)
	assert.Equal(t, []newsletter.Extension{in("Links[0]", "d"), in("Links[1]", "e")}, derived.Letters[0].Extensions.Elements)
	assert.Equal(t, "Authors[1]", n.Extensions.Elements[1].In.String(), "the newsletter itself is not changed")
	for _, format := range feedFormats {
		require.NoError(t, feed.Write(&bytes.Buffer{}, n, format, feed.Options{Undated: time.Unix(0, 0)}), format)
	}
}

// A host that is no text is no name: the whole address is.
func TestDeriveNamesNobodyByBytes(t *testing.T) {
	for url, name := range map[string]string{
		"https://b%C3%BCcher.example/ann": "bücher.example",
		"https://b%FFcher.example/ann":    "https://b%FFcher.example/ann",
		"https://b%C2%85.example/ann":     "https://b%C2%85.example/ann",
	} {
		n := &newsletter.Newsletter{Title: "T", URL: "https://example.org/", Authors: []newsletter.Author{{URL: url}}}
		derived, err := feed.Derive(n, feed.RSS)
		require.NoError(t, err)
		assert.Equal(t, name, derived.Authors[0].Name)
	}
}
