package newsletter_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
)

// sameTime compares times as a reader sees them: the instant and the offset.
var sameTime = cmp.Comparer(func(a, b time.Time) bool {
	_, aOffset := a.Zone()
	_, bOffset := b.Zone()
	return a.Equal(b) && aOffset == bOffset
})

// modelOf makes a newsletter of bytes: whatever they are, every byte decides
// something.
func modelOf(data []byte) *newsletter.Newsletter {
	d := &dealer{data}
	n := &newsletter.Newsletter{
		ID: d.text(), Title: d.text(), Description: d.text(), URL: d.text(), FeedURL: d.text(), Language: d.text(),
		Authors: list(d, d.author), Rights: d.text(), Image: d.text(), Icon: d.text(),
		Categories: list(d, d.category), Updated: d.time(), Generator: d.text(), Hubs: list(d, d.text),
	}
	for _, field := range []*string{
		&n.Paging.First, &n.Paging.Previous, &n.Paging.Next, &n.Paging.Last, &n.Paging.Current,
		&n.Paging.PreviousArchive, &n.Paging.NextArchive,
	} {
		*field = d.text()
	}
	n.Paging.Archive, n.Paging.Complete = d.byte()%2 == 1, d.byte()%2 == 1
	n.Letters = list(d, d.letter)
	return n
}

// A dealer deals out bytes as values of the model.
type dealer struct{ data []byte }

func (d *dealer) byte() byte {
	if len(d.data) == 0 {
		return 0
	}
	b := d.data[0]
	d.data = d.data[1:]
	return b
}

// words are what texts are made of: good values and bad ones of every kind.
var words = []string{
	"", "", "", "Report", "Å och ö", " two  spaces ", "a\nb", "<b>bold</b>", "AT&T &amp; co", "\x00\x1f", "\xff\xfe", "\u0085\u0093",
	"\uFFFD", "\uFFFE", "https://example.org/", "https://example.org/a", "https://Example.org", "http://example.org:80/x/../y",
	"https://example.org/å b?c=[1]|2", "http://[::1]/", "/relative", "tag:example.org,2024:a", "urn:uuid:2b36a2b3-5d3a-4f3c-9b4e-0123456789ab",
	"urn:uuid:none", "javascript:alert(1)", "mailto:ann@example.org", "ann@example.org", "Ann <ann@example.org>", "ann@localhost",
	"en", "sv-SE", "en_GB.UTF-8", "klingon", "x-private", "text/html", "audio/mpeg; codecs=\"x\"", "mp3", "alternate", "self", "related", "12345",
	"https://example.org/%e5%zz%41", "https://example.org/a.mp3", "ftp://example.org", "https://", "\u00a0", "é Ã©", "MalmÃ¶",
	"<i>Ann</i> &lt;/p>", "\x7f\uFDD0<b>",
}

func (d *dealer) text() string {
	switch b := d.byte(); {
	case int(b) < 4*len(words):
		return words[int(b)%len(words)]
	default:
		size := min(int(b)%16, len(d.data))
		text := string(d.data[:size])
		d.data = d.data[size:]
		return text
	}
}

func (d *dealer) time() time.Time {
	switch b := d.byte(); b % 8 {
	case 0, 1:
		return time.Time{}
	case 2:
		return time.Date(int(d.byte())*60-1000, 1, 1, 0, 0, 0, 0, time.FixedZone("", 5400))
	case 3:
		return time.Date(2024, 5, 17, 1, 2, 3, int(d.byte())*1000, time.FixedZone("", int(d.byte())*1000-100000))
	default:
		return time.Date(2000+int(b)%30, 5, 17, 1, 2, 3, 0, time.UTC)
	}
}

func (d *dealer) author() newsletter.Author {
	return newsletter.Author{Name: d.text(), Organization: d.text(), Email: d.text(), URL: d.text(), Avatar: d.text()}
}

func (d *dealer) category() newsletter.Category {
	return newsletter.Category{Term: d.text(), Scheme: d.text()}
}

func (d *dealer) attachment() newsletter.Attachment {
	return newsletter.Attachment{
		URL: d.text(), MediaType: d.text(), Length: int64(d.byte()) - 20,
		Duration: time.Duration(int(d.byte())-20) * 500 * time.Millisecond, Title: d.text(),
	}
}

func (d *dealer) link() newsletter.Link {
	return newsletter.Link{Rel: d.text(), URL: d.text(), MediaType: d.text(), Language: d.text(), Title: d.text()}
}

func (d *dealer) letter() *newsletter.Letter {
	if d.byte() == 255 {
		return nil
	}
	return &newsletter.Letter{
		ID: d.text(), URL: d.text(), Title: d.text(), Kind: d.text(), Language: d.text(), Authors: list(d, d.author),
		Published: d.time(), Updated: d.time(), Summary: d.text(), Content: d.text(), Rights: d.text(),
		Categories: list(d, d.category), Image: d.text(), Attachments: list(d, d.attachment),
		Source: newsletter.Source{ID: d.text(), Title: d.text(), URL: d.text(), FeedURL: d.text(), Updated: d.time()},
		Links:  list(d, d.link),
	}
}

func list[T any](d *dealer, one func() T) []T {
	var all []T
	for range d.byte() % 4 {
		all = append(all, one())
	}
	return all
}

// FuzzRepair repairs newsletters of any content: each passes Validate
// afterwards, a second repair finds nothing, and the same newsletter is repaired
// the same way.
func FuzzRepair(f *testing.F) {
	f.Add([]byte{})
	for seed := range 8 {
		f.Add([]byte(strings.Repeat(string(rune('!'+seed*7))+"\x03\x81\x07\x99<[|"+string(rune(3*seed)), 60)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		n, twin := modelOf(data), modelOf(data)
		valid := n.Validate() == nil

		changes := n.Repair()

		require.NoError(t, n.Validate(), "after %v", changes)
		assert.Empty(t, n.Repair(), "the second time, after %v", changes)
		assert.Equal(t, changes, twin.Repair())
		require.Empty(t, cmp.Diff(n, twin, sameTime))
		if before := modelOf(data); len(changes) == 0 {
			assert.True(t, valid)
			assert.Empty(t, cmp.Diff(before, n, sameTime), "changed without a word")
		}
		_, err := json.Marshal(n)
		assert.NoError(t, err)
	})
}
