package feed_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
)

// FuzzWrite writes newsletters of any strings and numbers, repaired: what comes
// out is well-formed, and no letter is lost.
func FuzzWrite(f *testing.F) {
	f.Add([]byte("Letters\x00https://example.org/\x00https://example.org/feed\x00A letter\x00<p>]]>\r\n</p>\x00text/html"))
	f.Add([]byte("<b>&lt;\x00tag:example.org,2021:1\x00\xff\xfe\x00\x01\x00ada@example.org\x00sv-SE\x00\xef\xbf\xbe"))
	f.Add([]byte{0, 1, 2, 3, 200, 100, 50, 25, 12, 6, 3, 1, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		n := madeOf(data)
		n.Repair()
		require.NoError(t, n.Validate())
		n.URL = cmp.Or(n.URL, "https://example.org/") // which a writer refuses to make up
		for _, format := range feedFormats {
			var b bytes.Buffer
			require.NoError(t, feed.Write(&b, n, format, feed.Options{Undated: time.Unix(0, 0)}))
			if format == feed.JSON {
				var document struct{ Items []json.RawMessage }
				require.NoError(t, json.Unmarshal(b.Bytes(), &document))
				require.Len(t, document.Items, len(n.Letters))
				continue
			}
			require.Equal(t, len(n.Letters), countLetters(t, b.Bytes()), "%s", b.Bytes())
		}
	})
}

// countLetters reads an XML feed strictly.
func countLetters(t *testing.T, document []byte) int {
	t.Helper()
	letters := 0
	d := xml.NewDecoder(bytes.NewReader(document))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return letters
		}
		require.NoError(t, err, "%s", document)
		if start, ok := token.(xml.StartElement); ok && (start.Name.Local == "item" || start.Name.Local == "entry") {
			letters++
		}
	}
}

// madeOf returns a newsletter with data in every field, a piece each, over and
// over.
func madeOf(data []byte) *newsletter.Newsletter {
	pieces := bytes.Split(data, []byte{0})
	i := 0
	next := func() string {
		i++
		return string(pieces[i%len(pieces)])
	}
	number := func() int64 {
		i++
		if len(data) == 0 {
			return 0
		}
		var v int64
		for k := range 6 {
			v = v<<8 | int64(data[(i+k)%len(data)])
		}
		return v
	}
	moment := func() time.Time {
		return time.Unix(number()%(1<<38), number()%1e9).In(time.FixedZone("", int(number()%100000)-50000))
	}
	author := func() newsletter.Author {
		return newsletter.Author{Name: next(), Organization: next(), Email: next(), URL: next(), Avatar: next()}
	}
	category := func() newsletter.Category { return newsletter.Category{Term: next(), Scheme: next()} }
	attachment := func() newsletter.Attachment {
		return newsletter.Attachment{URL: next(), MediaType: next(), Length: number(), Duration: time.Duration(number()), Title: next()}
	}
	link := func() newsletter.Link {
		return newsletter.Link{Rel: next(), URL: next(), MediaType: next(), Language: next(), Title: next()}
	}
	n := &newsletter.Newsletter{
		ID: next(), Title: next(), Description: next(), URL: next(), FeedURL: next(), Language: next(),
		Authors: []newsletter.Author{author(), author()}, Rights: next(), Image: next(), Icon: next(),
		Categories: []newsletter.Category{category()}, Updated: moment(), Generator: newsletter.Generator{Name: next()}, Hubs: []string{next()},
		Paging: newsletter.Paging{
			First: next(), Previous: next(), Next: next(), Last: next(), Current: next(),
			PreviousArchive: next(), NextArchive: next(), Archive: number()%2 == 0, Complete: number()%2 == 0,
		},
	}
	for range 3 {
		n.Letters = append(n.Letters, &newsletter.Letter{
			ID: next(), URL: next(), Title: next(), Kind: next(), Language: next(), Authors: []newsletter.Author{author()},
			Published: moment(), Updated: moment(), Summary: next(), Content: next(), Rights: next(),
			Categories: []newsletter.Category{category(), category()}, Image: next(),
			Attachments: []newsletter.Attachment{attachment(), attachment()},
			Source:      newsletter.Source{ID: next(), Title: next(), URL: next(), FeedURL: next(), Updated: moment()},
			Links:       []newsletter.Link{link(), link()},
		})
	}
	return n
}
