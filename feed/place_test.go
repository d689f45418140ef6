package feed_test

import (
	"bytes"
	"encoding/xml"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/internal/namespace"
)

// An extension stands where it was, unless readers would take it there for something else.
func TestPlaceOfElements(t *testing.T) {
	const own, itunes, tree = "item/extension/", "http://www.itunes.com/dtds/podcast-1.0.dtd", "item/tree"
	media, dc, atom := namespace.Media.URI(), namespace.DC.URI(), namespace.Atom.URI()
	author, file := newsletter.Place{List: "Authors"}, newsletter.Place{List: "Attachments"}
	source, image := newsletter.Place{Name: "Source"}, newsletter.Place{Name: "Image"}
	tests := []struct {
		about     string
		in        newsletter.Place
		space     string
		name      string
		text      string
		attr      string // href
		rss, atom string // its parents within the letter, and itself
	}{
		{about: "of no vocabulary that is known", space: "u:1", name: "a", rss: "item/a", atom: "entry/a"},
		{about: "in an author", in: author, space: "u:1", name: "a", rss: own + "a", atom: "entry/author/a"},
		{about: "in an author, and read there as the name", in: author, space: atom, name: "name", text: "Eve", rss: own + "name", atom: "entry/extension/name"},
		{about: "in a source", in: source, space: "u:1", name: "a", rss: own + "a", atom: "entry/source/a"},
		{about: "in a source, and read there as its title", in: source, space: atom, name: "title", text: "Eve", rss: tree, atom: "entry/tree"},
		{about: "in a source, and kept there", in: source, space: atom, name: "rights", text: "CC", rss: tree, atom: "entry/source/rights"},
		{about: "in a source, a link that no field is for", in: source, space: atom, name: "link", attr: "https://example.org/me", rss: own + "link", atom: "entry/source/link"},
		{about: "in an attachment", in: file, space: "u:1", name: "a", rss: "item/content/a", atom: "entry/content/a"},
		{about: "in an attachment, whose title it would be", in: file, space: media, name: "title", text: "Film", rss: own + "title", atom: "entry/extension/title"},
		{about: "in an attachment, and taken for a category", in: file, space: media, name: "keywords", text: "art", rss: own + "keywords", atom: "entry/extension/keywords"},
		{about: "in an attachment, and heard by nobody", in: file, space: media, name: "rating", text: "adult", rss: "item/content/rating", atom: "entry/content/rating"},
		{about: "in the picture, which is no element that could hold it", in: image, space: "u:1", name: "a", rss: own + "a", atom: "entry/extension/a"},
		{about: "a field of RSS", space: "", name: "guid", text: "8f3c", rss: tree, atom: "entry/tree"},
		{about: "a field of Atom", space: atom, name: "summary", text: "Eve", rss: tree, atom: "entry/tree"},
		{about: "a letter", space: atom, name: "entry", rss: tree, atom: "entry/tree"},
		{about: "a field of Dublin Core", space: dc, name: "Creator", text: "Eve", rss: tree, atom: "entry/tree"},
		{about: "RSS's own that no field is for", space: "", name: "ttl", text: "60", rss: "item/ttl", atom: "entry/tree"},
		{about: "markup", space: namespace.XHTML.URI(), name: "p", rss: tree, atom: "entry/tree"},
		{about: "what WordPress says of a draft", space: "http://wordpress.org/export/1.2/", name: "status", text: "draft", rss: tree, atom: "entry/tree"},
		{about: "and of a letter", space: "http://wordpress.org/export/1.2/", name: "status", text: "publish", rss: "item/status", atom: "entry/status"},
		{about: "a title beside the letter's", space: itunes, name: "title", text: "Eve", rss: "item/title", atom: "entry/title"},
		{about: "a person beside the authors", space: dc, name: "contributor", text: "Eve", rss: "item/contributor", atom: "entry/contributor"},
		{about: "a picture that is there", space: itunes, name: "image", attr: "https://example.org/p.png", rss: "item/image", atom: "entry/image"},
		{about: "a description that becomes the summary", space: media, name: "description", text: "Words", rss: "item/description", atom: "entry/description"},
		{about: "a description that may be HTML", space: itunes, name: "subtitle", text: "a &amp; b", rss: "item/subtitle", atom: "entry/extension/subtitle"},
		{about: "a category that becomes the letter's", space: media, name: "category", text: "art", rss: "item/category", atom: "entry/category"},
		{about: "a letter's kind as a category", space: media, name: "category", attr: "kind", text: "Essay", rss: own + "category", atom: "entry/extension/category"},
		{about: "a file that would be attached", space: media, name: "content", attr: "https://example.org/film.mp4", rss: own + "content", atom: "entry/extension/content"},
		{about: "a date that is a letter's", space: atom, name: "published", text: "2024-01-01T00:00:00Z", rss: own + "published", atom: "entry/extension/published"},
		{about: "Atom's link of a letter, which has a list of them", space: atom, name: "link", attr: "https://example.org/x", rss: own + "link", atom: "entry/extension/link"},
	}
	for _, tt := range tests {
		e := newsletter.Extension{In: tt.in, Namespace: tt.space, Prefix: "x", Name: tt.name, Text: tt.text}
		switch {
		case tt.attr == "kind":
			e.Attrs = []newsletter.Attr{{Name: "scheme", Value: "https://schema.org/articleSection"}}
		case tt.name == "content":
			e.Attrs = []newsletter.Attr{{Name: "url", Value: tt.attr}, {Name: "type", Value: "video/mp4"}}
		case tt.attr != "":
			e.Attrs = []newsletter.Attr{{Name: "rel", Value: "me"}, {Name: "href", Value: tt.attr}}
		}
		at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
		l := &newsletter.Letter{
			ID: "https://example.org/1", URL: "https://example.org/1", Title: "One", Published: at, Updated: at, Content: "<p>One</p>", Image: "https://example.org/p.png",
			Authors: []newsletter.Author{{Name: "Ann"}}, Attachments: []newsletter.Attachment{{URL: "https://example.org/1.mp3", MediaType: "audio/mpeg", Length: 1}},
			Source:     newsletter.Source{ID: "https://example.org/s", Title: "S", URL: "https://example.org/s", FeedURL: "https://example.org/s.xml", Updated: at},
			Extensions: newsletter.Extensions{Elements: []newsletter.Extension{e}},
		}
		n := &newsletter.Newsletter{ID: "https://example.org/", Title: "T", URL: "https://example.org/", Updated: at, Letters: []*newsletter.Letter{l}}
		assert.Equal(t, tt.rss, pathOf(t, n, feed.RSS, "item", e), tt.about)
		assert.Equal(t, tt.atom, pathOf(t, n, feed.Atom, "entry", e), tt.about)
	}
}

// pathOf returns where a letter has an element that is an extension, or a tree of one.
func pathOf(t *testing.T, n *newsletter.Newsletter, f feed.Format, letter string, e newsletter.Extension) string {
	var b bytes.Buffer
	require.NoError(t, feed.Write(&b, n, f))
	var path []string
	found := ""
	for d := xml.NewDecoder(&b); ; {
		switch token, _ := d.Token(); token := token.(type) {
		case nil:
			return found
		case xml.StartElement:
			path = append(path, token.Name.Local)
			isIt := token.Name == xml.Name{Space: e.Namespace, Local: e.Name} && !slices.ContainsFunc(e.Attrs, func(a newsletter.Attr) bool {
				return !slices.ContainsFunc(token.Attr, func(x xml.Attr) bool { return x.Name.Local == a.Name && x.Value == a.Value })
			})
			if start := slices.Index(path, letter); start >= 0 && (token.Name.Local == "tree" || isIt) {
				found = strings.Join(path[start:], "/")
			}
		case xml.EndElement:
			path = path[:len(path)-1]
		}
	}
}
