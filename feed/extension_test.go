package feed_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/parse"
)

// extended returns a newsletter with extensions of every kind.
func extended() *newsletter.Newsletter {
	const itunes, podcast = "http://www.itunes.com/dtds/podcast-1.0.dtd", "https://podcastindex.org/namespace/1.0"
	in := newsletter.ParsePlace
	return &newsletter.Newsletter{
		Title: "Talks", URL: "https://example.org/", Image: "https://example.org/logo.png",
		Extensions: newsletter.Extensions{Elements: []newsletter.Extension{
			{Name: "ttl", Text: "60"},
			{Name: "skipDays", Children: []newsletter.Extension{{Name: "day", Text: "Saturday"}, {Name: "day", Text: "Sunday"}}},
			{Namespace: itunes, Prefix: "itunes", Name: "explicit", Text: "false"},
			{In: in("Image"), Name: "width", Text: "32"},
			{In: in("Image"), Name: "title", Text: "which is RSS's own"},
		}, Attributes: []newsletter.Attribute{
			{Attr: newsletter.Attr{Namespace: "https://x.example/ns", Name: "version", Value: "2"}},
		}, Members: []newsletter.Member{{Name: "_example", JSON: `{"about":"https://example.org/","colour":"<red>"}`}}},
		Letters: []*newsletter.Letter{{
			ID: "8f3c2a", URL: "https://example.org/1", Title: "One",
			Authors:     []newsletter.Author{{Name: "Ada"}},
			Links:       []newsletter.Link{{Rel: "replies", URL: "https://example.org/1/replies", MediaType: "text/html"}},
			Attachments: []newsletter.Attachment{{URL: "https://example.org/1.mp3", MediaType: "audio/mpeg", Length: 1}, {URL: "https://example.org/1.mp4", MediaType: "video/mp4", Length: 2}},
			Extensions: newsletter.Extensions{Elements: []newsletter.Extension{
				{Namespace: podcast, Prefix: "itunes", Name: "person", Attrs: []newsletter.Attr{{Name: "role", Value: `"host"`}, {Namespace: "http://www.w3.org/XML/1998/namespace", Prefix: "xml", Name: "lang", Value: "sv"}}, Text: "Bo & Co"},
				{Namespace: "https://x.example/ns", Prefix: "XmlNs", Name: "tree", Text: "before ", Children: []newsletter.Extension{
					{Namespace: "http://www.w3.org/2005/Atom", Name: "leaf"}, {Name: "own", Tail: " after"},
				}},
				{In: in("Authors[0]"), Namespace: "http://schemas.google.com/g/2005", Prefix: "gd", Name: "image", Attrs: []newsletter.Attr{{Name: "src", Value: "https://example.org/ada.png"}}},
				{In: in("Attachments[1]"), Namespace: "http://search.yahoo.com/mrss/", Prefix: "media", Name: "rating", Text: "adult"},
				{In: in("Attachments[0]"), Namespace: "http://search.yahoo.com/mrss/", Prefix: "media", Name: "credit", Text: "Bo"},
				{In: in("Attachments[0]"), Namespace: "http://search.yahoo.com/mrss/", Prefix: "media", Name: "title", Text: "which says something else there"},
			}, Attributes: []newsletter.Attribute{
				{In: in("ID"), Attr: newsletter.Attr{Name: "isPermaLink", Value: "true"}},
				{Attr: newsletter.Attr{Namespace: "http://schemas.google.com/g/2005", Prefix: "gd", Name: "etag", Value: "<1>"}},
				{In: in("Links[0]"), Attr: newsletter.Attr{Namespace: "http://purl.org/syndication/thread/1.0", Prefix: "thr", Name: "count", Value: "3"}},
			}, Members: []newsletter.Member{
				{In: in("Authors[0]"), Name: "_id", JSON: `7`},
				{In: in("Title"), Name: "title", JSON: `[true]`},
			}},
		}},
	}
}

func TestWriteExtensions(t *testing.T) {
	for _, format := range feedFormats {
		t.Run(format.String(), func(t *testing.T) {
			var b bytes.Buffer
			require.NoError(t, feed.Write(&b, extended(), format, feed.Options{Undated: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}))
			golden(t, "extended."+format.FileName(), b.Bytes())
		})
	}
}

// However many namespaces there are, the root declares no more than a reader takes.
func TestWriteManyNamespaces(t *testing.T) {
	n := extended()
	for i := range 300 {
		n.Extensions.Elements = append(n.Extensions.Elements, newsletter.Extension{Namespace: "https://example.org/" + strings.Repeat("x", i), Name: "x"})
	}
	for _, format := range []feed.Format{feed.RSS, feed.Atom} {
		var b bytes.Buffer
		require.NoError(t, feed.Write(&b, n, format, feed.Options{Undated: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}))
		again, err := parse.Feed(bytes.NewReader(b.Bytes()))
		require.NoError(t, err)
		in := map[string]string{}
		for _, e := range again.Letters[0].Extensions.Elements {
			in[e.In.String()] += fmt.Sprint(e.Attrs)
		}
		for _, a := range again.Letters[0].Extensions.Attributes {
			in[a.In.String()] += fmt.Sprint(a.Attr)
		}
		assert.Contains(t, in["Links[0]"], "{http://purl.org/syndication/thread/1.0 thr count 3}")
		assert.Contains(t, in["Authors[0]"], "ada.png")
		assert.Contains(t, in[""], "{http://schemas.google.com/g/2005 gd etag <1>}")
	}
	var b bytes.Buffer
	require.NoError(t, feed.Write(&b, n, feed.RSS))
	root, _, _ := strings.Cut(b.String(), "\n")
	assert.Less(t, strings.Count(root, "xmlns:"), 120)
	assert.Equal(t, 1, countLetters(t, b.Bytes()))
}
