package feed

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
)

// The writers alone, without Validate before them, let no name or character of an
// extension make a document another one.
func TestWritersTrustNoModel(t *testing.T) {
	const evil = `x/></a></item><item><title>Forged</title><y`
	in := newsletter.ParsePlace
	attrs := []newsletter.Attr{
		{Name: evil, Value: "v"}, {Namespace: "u:1", Name: evil, Value: "v"}, {Name: "xmlns", Value: "u:evil"},
		{Namespace: "http://www.w3.org/2000/xmlns/", Name: "media", Value: "u:evil"}, {Name: "kept", Value: "\x00\xff\ufffe\""},
	}
	extensions := newsletter.Extensions{Elements: []newsletter.Extension{
		{Name: evil}, {Namespace: "u:1", Name: evil}, {Namespace: "http://www.w3.org/2000/xmlns/", Name: "a"},
		{Namespace: "u:1", Name: "a", Attrs: attrs, Text: "\x01", Children: []newsletter.Extension{{Name: evil, Tail: "\x01"}, {Name: "b"}}},
		{In: in("Title"), Name: evil}, {In: in("Attachments[0]"), Namespace: "http://search.yahoo.com/mrss/", Name: evil},
		{In: in("Authors[0]"), Namespace: "u:2", Name: evil}, {In: in(evil), Namespace: "u:\x00<", Prefix: evil, Name: "a"},
		{In: newsletter.Place{List: "Attachments", Index: -1}, Namespace: "u:2", Name: "a"},
	}, Members: []newsletter.Member{{Name: evil, JSON: "1"}, {Name: "_x", JSON: `1},"title":"Forged"`}, {In: in(evil), Name: "b", JSON: `1},{"x":1`}}}
	for _, place := range []string{"", "Links[0]", "Attachments[0]", "Image", "Title"} {
		for _, a := range attrs {
			extensions.Attributes = append(extensions.Attributes, newsletter.Attribute{In: in(place), Attr: a}, newsletter.Attribute{In: newsletter.Place{List: "Links", Index: -1}, Attr: a})
		}
	}
	n := &newsletter.Newsletter{Title: "T", URL: "https://example.org/", Image: "https://example.org/a.png", Extensions: extensions, Letters: []*newsletter.Letter{{
		ID: "1", URL: "https://example.org/1", Title: "One", Image: "https://example.org/1.png", Authors: []newsletter.Author{{Name: "Ann"}}, Extensions: extensions,
		Links: []newsletter.Link{{Rel: "via", URL: "https://example.org/"}}, Attachments: []newsletter.Attachment{{URL: "https://example.org/1.mp3", MediaType: "audio/mpeg"}},
	}}}
	for f := range Format(formats) {
		t.Run(f.String(), func(t *testing.T) {
			var b bytes.Buffer
			require.NoError(t, writers[f](&b, n, Options{}))
			if f == JSON {
				var document map[string]any
				require.NoError(t, json.Unmarshal(b.Bytes(), &document))
				assert.Equal(t, "T", document["title"])
				return
			}
			letters := 0
			d := xml.NewDecoder(bytes.NewReader(b.Bytes()))
			for {
				token, err := d.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				require.NoError(t, err, "%s", &b)
				if start, ok := token.(xml.StartElement); ok {
					if start.Name.Local == "item" || start.Name.Local == "entry" {
						letters++
					}
					for _, a := range start.Attr {
						assert.NotEqual(t, "u:evil", a.Value)
					}
				}
			}
			assert.Equal(t, 1, letters)
		})
	}
}

// Words in the place of the address of comments are written as other readers know them;
// what may be an address, or has anything in it, is not.
func TestRemarksArePlain(t *testing.T) {
	for text, plain := range map[string]bool{
		"5": true, " No comments\n yet ": true, "<b>5</b> &lt;": true,
		"": false, " \n": false, "https://evil.example/": false, "/5": false, "javascript:a() //b": false, "java\nscript:a() b": false, "Note: closed": false,
	} {
		n := &newsletter.Newsletter{Title: "T", URL: "https://example.org/", Letters: []*newsletter.Letter{{
			ID: "1", Title: "One", Extensions: newsletter.Extensions{Elements: []newsletter.Extension{{Name: "comments", Text: text}}},
		}}}
		var b bytes.Buffer
		require.NoError(t, Write(&b, n, RSS))
		assert.Equal(t, plain, bytes.Contains(b.Bytes(), []byte("<comments>")), text)
		assert.Equal(t, !plain, bytes.Contains(b.Bytes(), []byte(":tree>")), text)
		b.Reset()
		n.Letters[0].Extensions.Elements[0].Children = []newsletter.Extension{{Name: "b", Text: "c"}}
		n.Letters[0].Extensions.Elements[0].Text = ""
		require.NoError(t, Write(&b, n, RSS))
		assert.NotContains(t, b.String(), "<comments>")
	}
}
