package feed_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/parse"
)

// TestMediaInEachFormat reads letters with Media RSS and writes them in every format:
// an attachment is written as the format does, but for the format that it was read
// from, in which it stands where it stood.
func TestMediaInEachFormat(t *testing.T) {
	const (
		film  = `<media:content url="https://example.org/film" type="video/mp4" height="9"/>`
		group = `<media:group><media:content url="https://example.org/a.webm" type="video/webm"/><media:content url="https://example.org/a.mp4" type="video/mp4" isDefault="true"/></media:group>`
	)
	tests := []struct {
		name, media     string
		rss, atom, json int // enclosures in RSS, links in Atom, attachments in JSON Feed
		own             int // enclosures in the format that it was read from
	}{
		{"film", film, 1, 1, 1, 0},
		{"a group", group, 1, 1, 1, 0},
		{"a group and film", group + film, 1, 2, 2, 0},
		{"a picture", `<media:content url="https://example.org/a.jpg" medium="image"/>`, 0, 0, 0, 0},
		{"a picture by its type", `<media:content url="https://example.org/a" type="image/jpeg"/>`, 0, 0, 0, 0},
		{"a picture by its address", `<media:content url="https://example.org/a.png?w=1"/>`, 0, 0, 0, 0},
		{"who knows", `<media:content url="https://example.org/a"/>`, 0, 0, 0, 0},
		{"a group of pictures", `<media:group><media:content url="https://example.org/a.jpg"/><media:content url="https://example.org/b.jpg"/></media:group>`, 0, 0, 0, 0},
		{"a program", `<media:content url="https://example.org/a.exe" medium="executable"/>`, 0, 0, 0, 0},
		{"a picture that is a document", `<media:content url="https://example.org/a.png" medium="document"/>`, 1, 1, 1, 0},
	}
	for _, tt := range tests {
		for _, source := range []struct {
			format feed.Format
			text   string
		}{
			{feed.RSS, `<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>T</title><link>https://example.org/</link><item><title>A</title>` + tt.media + `</item></channel></rss>`},
			{feed.Atom, `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><id>urn:a</id><title>T</title><link href="https://example.org/"/><updated>2024-05-17T00:00:00Z</updated><entry><id>urn:1</id><title>A</title>` + tt.media + `</entry></feed>`},
		} {
			t.Run(tt.name+" from "+source.format.String(), func(t *testing.T) {
				n, err := parse.Feed(strings.NewReader(source.text))
				require.NoError(t, err)
				want := map[feed.Format]int{feed.RSS: tt.rss, feed.Atom: tt.atom, feed.JSON: tt.json, source.format: tt.own}
				for f, element := range map[feed.Format]string{feed.RSS: "<enclosure ", feed.Atom: `<link rel="enclosure"`, feed.JSON: `"mime_type"`} {
					var b bytes.Buffer
					require.NoError(t, feed.Write(&b, n, f, feed.Options{Undated: time.Unix(0, 0)}))
					assert.Equal(t, want[f], strings.Count(b.String(), element), b.String())
					if f != feed.JSON {
						assert.NotContains(t, b.String(), "newsletter:", "nothing needs an element of ours")
						assert.GreaterOrEqual(t, strings.Count(b.String(), "<media:group>"), strings.Count(tt.media, "<media:group>"))
					}
					again, err := parse.Feed(&b)
					require.NoError(t, err)
					assert.Equal(t, n.Letters[0].Image, again.Letters[0].Image)
					assert.Len(t, again.Letters[0].Attachments, len(n.Letters[0].Attachments))
				}
			})
		}
	}
}
