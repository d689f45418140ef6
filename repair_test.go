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
		Categories: list(d, d.category), Updated: d.time(), Generator: newsletter.Generator{Name: d.text()}, Hubs: list(d, d.text),
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

func TestRepairLeavesAValidNewsletterAlone(t *testing.T) {
	n := complete()
	assert.Empty(t, n.Repair())
	assert.Empty(t, cmp.Diff(complete(), n, sameTime))
}

func TestRepairMendsTheNewsletter(t *testing.T) {
	tests := map[string]struct {
		change func(*newsletter.Newsletter)
		want   []string // what is changed
		field  func(*newsletter.Newsletter) any
		value  any
	}{
		"an ID from the feed's URL": {
			func(n *newsletter.Newsletter) { n.ID = "" },
			[]string{`newsletter: ID: set to "https://letters.example.org/atom.xml", from its URL`},
			func(n *newsletter.Newsletter) any { return n.ID }, "https://letters.example.org/atom.xml",
		},
		"an ID in normal form": {
			func(n *newsletter.Newsletter) { n.ID = "HTTPS://Letters.Example.org:443/a/../%7eb/å" },
			[]string{`newsletter: ID: "HTTPS://Letters.Example.org:443/a/../%7eb/å" is now "https://letters.example.org/~b/%C3%A5": not a permanent, absolute IRI in normal form`},
			func(n *newsletter.Newsletter) any { return n.ID }, "https://letters.example.org/~b/%C3%A5",
		},
		"a home page from the feed's URL": {
			func(n *newsletter.Newsletter) { n.URL = "" },
			[]string{`newsletter: URL: set to "https://letters.example.org/", the site that its feed or its letters are on`},
			func(n *newsletter.Newsletter) any { return n.URL }, "https://letters.example.org/",
		},
		"a feed URL from the home page": {
			func(n *newsletter.Newsletter) { n.FeedURL = "atom.xml" },
			[]string{
				`newsletter: FeedURL: dropped "atom.xml": not an absolute URL of a web page`,
				`newsletter: FeedURL: set to "https://letters.example.org/", its home page`,
			},
			func(n *newsletter.Newsletter) any { return n.FeedURL }, "https://letters.example.org/",
		},
		"a title from the host": {
			func(n *newsletter.Newsletter) { n.Title = "\n" },
			[]string{
				`newsletter: Title: space tidied in "\n"`,
				`newsletter: Title: set to "letters.example.org", the host of its home page`,
			},
			func(n *newsletter.Newsletter) any { return n.Title }, "letters.example.org",
		},
		"the time of the newest letter": {
			func(n *newsletter.Newsletter) { n.Updated = time.Time{} },
			[]string{`newsletter: Updated: set to 2024-05-17T10:30:00+02:00, the newest date of its letters`},
			func(n *newsletter.Newsletter) any { return n.Updated.UTC() }, time.Date(2024, 5, 17, 8, 30, 0, 0, time.UTC),
		},
		"the newsletter for an author": {
			func(n *newsletter.Newsletter) { n.Authors = nil },
			[]string{`newsletter: Authors: set to "Letters from the regions & towns", the newsletter itself: a letter names nobody`},
			func(n *newsletter.Newsletter) any { return n.Authors }, []newsletter.Author{{Name: "Letters from the regions & towns"}},
		},
		"languages as other programs write them": {
			func(n *newsletter.Newsletter) { n.Language = "sv_SE.UTF-8" },
			[]string{`newsletter: Language: "sv_SE.UTF-8" is now "sv-SE": not a BCP 47 language tag`},
			func(n *newsletter.Newsletter) any { return n.Language }, "sv-SE",
		},
		"a language that is none": {
			func(n *newsletter.Newsletter) { n.Language = "Swedish" },
			[]string{`newsletter: Language: dropped "Swedish": not a BCP 47 language tag`},
			func(n *newsletter.Newsletter) any { return n.Language }, "",
		},
		"hubs without an address": {
			func(n *newsletter.Newsletter) { n.Hubs = []string{"", "https://hub.example.org/?a=å"} },
			[]string{
				`newsletter: Hubs[1]: "https://hub.example.org/?a=å" is now "https://hub.example.org/?a=%C3%A5": not an absolute URL`,
				`newsletter: Hubs[0]: dropped: a hub without a URL`,
			},
			func(n *newsletter.Newsletter) any { return n.Hubs }, []string{"https://hub.example.org/?a=%C3%A5"},
		},
		"a last page that has a next": {
			func(n *newsletter.Newsletter) {
				n.Paging = newsletter.Paging{Last: n.FeedURL, Next: "https://letters.example.org/2"}
			},
			[]string{`newsletter: Paging.Next: dropped: the last page has none after it`},
			func(n *newsletter.Newsletter) any { return n.Paging }, newsletter.Paging{Last: "https://letters.example.org/atom.xml"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			n := complete()
			test.change(n)
			assert.Equal(t, test.want, lines(n.Repair()))
			assert.Equal(t, test.value, test.field(n))
			assert.NoError(t, n.Validate())
		})
	}
}

func lines(changes []newsletter.Change) []string {
	var all []string
	for _, c := range changes {
		all = append(all, c.String())
	}
	return all
}

func TestRepairMendsALetter(t *testing.T) {
	tests := map[string]struct {
		letter newsletter.Letter
		want   newsletter.Letter
		lines  []string
	}{
		"an ID from the URL": {
			newsletter.Letter{URL: "https://example.org/å b"},
			newsletter.Letter{URL: "https://example.org/%C3%A5%20b", ID: "https://example.org/%C3%A5%20b"},
			[]string{
				`letter 0: URL: "https://example.org/å b" is now "https://example.org/%C3%A5%20b": not an absolute URL`,
				`letter 0: ID: set to "https://example.org/%C3%A5%20b", the letter's URL`,
			},
		},
		"an ID from the content": {
			newsletter.Letter{},
			newsletter.Letter{ID: "urn:uuid:1751e5df-020c-88d7-b277-4649a507b145"},
			[]string{`letter 0: ID: set to "urn:uuid:1751e5df-020c-88d7-b277-4649a507b145", a hash of the letter`},
		},
		"an ID for a number": {
			newsletter.Letter{ID: "17"},
			newsletter.Letter{ID: "urn:uuid:d12a6021-3364-818e-a635-e26399244f84"},
			[]string{`letter 0 (17): ID: "17" is now "urn:uuid:d12a6021-3364-818e-a635-e26399244f84": not a permanent, absolute IRI in normal form`},
		},
		"an ID for a UUID": {
			newsletter.Letter{ID: "bbf8d9bd-4a1f-4e52-8825-69b3f89ca3a4"},
			newsletter.Letter{ID: "urn:uuid:bbf8d9bd-4a1f-4e52-8825-69b3f89ca3a4"},
			[]string{`letter 0 (bbf8d9bd-4a1f-4e52-8825-69b3f89ca3a4): ID: "bbf8d9bd-4a1f-4e52-8825-69b3f89ca3a4" is now "urn:uuid:bbf8d9bd-4a1f-4e52-8825-69b3f89ca3a4": not a permanent, absolute IRI in normal form`},
		},
		"an address in a name": {
			newsletter.Letter{ID: "tag:example.org,2024:1", Authors: []newsletter.Author{{Name: "Ann &amp; Bo <ann@example.org>"}}},
			newsletter.Letter{ID: "tag:example.org,2024:1", Authors: []newsletter.Author{{Name: "Ann & Bo", Email: "ann@example.org"}}},
			[]string{
				`letter 0 (tag:example.org,2024:1): Authors[0].Email: set to "ann@example.org", from the name`,
				`letter 0 (tag:example.org,2024:1): Authors[0].Name: "Ann &amp; Bo <ann@example.org>" is now "Ann & Bo": not text without tags, e-mail addresses, control characters or spoilt ones`,
			},
		},
		"authors without a name": {
			newsletter.Letter{ID: "tag:example.org,2024:1", Authors: []newsletter.Author{
				{}, {Organization: "Works", Email: "w@example.org"}, {Email: "ann@example.org"}, {URL: "https://bo.example.org/me"},
			}},
			newsletter.Letter{ID: "tag:example.org,2024:1", Authors: []newsletter.Author{
				{Name: "Works", Email: "w@example.org"}, {Name: "ann@example.org", Email: "ann@example.org"},
				{Name: "bo.example.org", URL: "https://bo.example.org/me"},
			}},
			[]string{
				`letter 0 (tag:example.org,2024:1): Authors[0]: dropped: nothing names the author`,
				`letter 0 (tag:example.org,2024:1): Authors[1].Name: set to "Works", the organization`,
				`letter 0 (tag:example.org,2024:1): Authors[2].Name: set to "ann@example.org", what else is known of the author`,
				`letter 0 (tag:example.org,2024:1): Authors[3].Name: set to "bo.example.org", what else is known of the author`,
			},
		},
		"text in the wrong encoding": {
			newsletter.Letter{ID: "tag:example.org,2024:1", Kind: "MalmÃ¶ & \u0093more\u0094\x00", Rights: "\xff\uFFFE"},
			newsletter.Letter{ID: "tag:example.org,2024:1", Kind: "Malmö & “more”"},
			[]string{
				`letter 0 (tag:example.org,2024:1): Kind: "MalmÃ¶ & \u0093more\u0094\x00" is now "Malmö & “more”": not text without tags, e-mail addresses, control characters or spoilt ones`,
				`letter 0 (tag:example.org,2024:1): Rights: dropped "\xff\ufffe": not text without control characters or spoilt ones`,
			},
		},
		"attachments": {
			newsletter.Letter{ID: "tag:example.org,2024:1", Attachments: []newsletter.Attachment{
				{Title: "no file"},
				{URL: "https://example.org/a.MP3?x=1", Length: -1, Duration: 1500 * time.Millisecond},
				{URL: "https://example.org/b", MediaType: "pdf"},
				{URL: "https://example.org/c", MediaType: "text/plain; broken"},
			}},
			newsletter.Letter{ID: "tag:example.org,2024:1", Attachments: []newsletter.Attachment{
				{URL: "https://example.org/a.MP3?x=1", MediaType: "audio/mpeg", Duration: 2 * time.Second},
				{URL: "https://example.org/b", MediaType: "application/octet-stream"},
				{URL: "https://example.org/c", MediaType: "text/plain"},
			}},
			[]string{
				`letter 0 (tag:example.org,2024:1): Attachments[1].Length: dropped -1: a size is never negative`,
				`letter 0 (tag:example.org,2024:1): Attachments[1].Duration: 1.5s is now 2s: whole seconds are required`,
				`letter 0 (tag:example.org,2024:1): Attachments[2].MediaType: dropped "pdf": not a media type such as "application/pdf"`,
				`letter 0 (tag:example.org,2024:1): Attachments[3].MediaType: "text/plain; broken" is now "text/plain": not a media type such as "application/pdf"`,
				`letter 0 (tag:example.org,2024:1): Attachments[0]: dropped: an attachment without a URL`,
				`letter 0 (tag:example.org,2024:1): Attachments[1].MediaType: set to "audio/mpeg", from the name of the file`,
				`letter 0 (tag:example.org,2024:1): Attachments[2].MediaType: set to "application/octet-stream", from the name of the file`,
			},
		},
		"links": {
			newsletter.Letter{ID: "tag:example.org,2024:1", Links: []newsletter.Link{
				{Rel: "Via", URL: "https://example.org/1"}, {Rel: "friend", URL: "https://example.org/2"}, {Rel: "related"},
				{Rel: "alternate", URL: "https://example.org/3"},
			}},
			newsletter.Letter{ID: "tag:example.org,2024:1", Links: []newsletter.Link{
				{Rel: "via", URL: "https://example.org/1"}, {Rel: "related", URL: "https://example.org/2"}, {Rel: "related", URL: "https://example.org/3"},
			}},
			[]string{
				`letter 0 (tag:example.org,2024:1): Links[0].Rel: "Via" is now "via": not a registered link relation or an absolute IRI`,
				`letter 0 (tag:example.org,2024:1): Links[1].Rel: dropped "friend": not a registered link relation or an absolute IRI`,
				`letter 0 (tag:example.org,2024:1): Links[1].Rel: set to "related", how a page without a relation relates`,
				`letter 0 (tag:example.org,2024:1): Links[2]: dropped: a link without a URL`,
				`letter 0 (tag:example.org,2024:1): Links[2].Rel: "alternate" is now "related": an alternate is required to be one of a letter with a URL, or readers take it for the letter's page`,
			},
		},
		"times that no format holds": {
			newsletter.Letter{ID: "tag:example.org,2024:1", Published: time.Date(2024, 5, 17, 1, 0, 0, 0, time.FixedZone("LMT", 4333)), Source: newsletter.Source{Updated: time.Date(-44, 3, 15, 0, 0, 0, 0, time.UTC)}},
			newsletter.Letter{ID: "tag:example.org,2024:1", Published: time.Date(2024, 5, 16, 23, 47, 47, 0, time.UTC)},
			[]string{
				`letter 0 (tag:example.org,2024:1): Published: moved to UTC: a zone has whole minutes, and is within 15 hours of UTC`,
				`letter 0 (tag:example.org,2024:1): Source.Updated: dropped the year -44: it has to be from 2 to 9999`,
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			written := time.Date(2024, 5, 17, 9, 30, 0, 0, time.UTC)
			n := complete()
			for _, l := range []*newsletter.Letter{&test.letter, &test.want} {
				l.Title, l.Updated = "Robots", written
			}
			n.Letters = []*newsletter.Letter{&test.letter}

			changes := n.Repair()

			assert.Equal(t, test.lines, lines(changes))
			assert.Empty(t, cmp.Diff(&test.want, n.Letters[0], sameTime))
			assert.NoError(t, n.Validate())
		})
	}
}

func TestRepairDropsLettersThatSayNothing(t *testing.T) {
	n := complete()
	written := n.Updated
	n.Letters = []*newsletter.Letter{
		nil,
		{ID: "tag:example.org,2024:1", Title: "\x00", Published: written},
		{ID: "tag:example.org,2024:2", Title: "Robots", Updated: written},
		{ID: "tag:example.org,2024:3", URL: "https://example.org/3", Updated: written},
		{ID: "tag:example.org,2024:4", URL: "https://example.org/4", Attachments: []newsletter.Attachment{{URL: "https://example.org/a.mp3", MediaType: "audio/mpeg", Title: "Sound"}}, Updated: written},
	}

	n.Letters = append(n.Letters, n.Letters[2])

	assert.Equal(t, []string{
		`letter 0: Letter: dropped: nil`,
		`letter 5: Letter: dropped: it is there before`,
		`letter 1 (tag:example.org,2024:1): Title: dropped "\x00": not text without control characters or spoilt ones`,
		`letter 3 (tag:example.org,2024:3): Title: set to "https://example.org/3", the letter's URL`,
		`letter 4 (tag:example.org,2024:4): Title: set to "Sound", the attachment's`,
		`letter 1 (tag:example.org,2024:1): Letter: dropped: it has no title, no summary and no content`,
	}, lines(n.Repair()))
	assert.Len(t, n.Letters, 3)
	assert.NoError(t, n.Validate())
}

func TestRepairMakesIDsDistinct(t *testing.T) {
	letters := func() []*newsletter.Letter {
		written := time.Date(2024, 5, 17, 9, 30, 0, 0, time.UTC)
		return []*newsletter.Letter{
			{Title: "By URL", URL: "https://example.org/a", Updated: written},
			{ID: "https://example.org/a", Title: "First", Updated: written},
			{ID: "https://example.org/a", Title: "Second", Updated: written},
			{ID: "https://example.org/a", Title: "Second", Updated: written},
		}
	}
	n := complete()
	n.Letters = letters()
	n.Repair()
	require.NoError(t, n.Validate())
	assert.Equal(t, "https://example.org/a", n.Letters[1].ID, "who has an ID keeps it")
	second := n.Letters[2].ID

	n.Letters = letters()[1:3]
	n.Repair()
	assert.Equal(t, second, n.Letters[1].ID, "the new ID doesn't depend on the other letters")
}

func TestRepairDatesLettersWithoutADate(t *testing.T) {
	early, late := time.Date(2024, 1, 2, 0, 0, 0, 0, time.UTC), time.Date(2024, 5, 17, 0, 0, 0, 0, time.UTC)
	undated := func() *newsletter.Letter { return &newsletter.Letter{ID: "tag:example.org,2024:0", Title: "When?"} }
	tests := map[string]struct {
		letters []*newsletter.Letter
		updated time.Time
		want    time.Time
		line    string
	}{
		"from when it was published": {
			[]*newsletter.Letter{{ID: "tag:example.org,2024:0", Title: "When?", Published: early}}, late, early,
			`letter 0 (tag:example.org,2024:0): Updated: set to 2024-01-02T00:00:00Z, when the letter was published`,
		},
		"from the oldest letter": {
			[]*newsletter.Letter{undated(), {ID: "tag:example.org,2024:1", Title: "A", Updated: late}, {ID: "tag:example.org,2024:2", Title: "B", Updated: early}}, late, early,
			`letter 0 (tag:example.org,2024:0): Updated: set to 2024-01-02T00:00:00Z, the oldest date of the other letters`,
		},
		"from the newsletter": {
			[]*newsletter.Letter{undated()}, late, late,
			`letter 0 (tag:example.org,2024:0): Updated: set to 2024-05-17T00:00:00Z, the newsletter's own`,
		},
		"from nothing": {
			[]*newsletter.Letter{undated()}, time.Time{}, time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC),
			`letter 0 (tag:example.org,2024:0): Updated: set to 1990-01-01T00:00:00Z, as no date is known`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			n := complete()
			n.Updated, n.Letters = test.updated, test.letters
			assert.Equal(t, test.line, lines(n.Repair())[0])
			assert.Equal(t, test.want, n.Letters[0].Updated)
		})
	}
}

func TestRepairOfAnEmptyNewsletter(t *testing.T) {
	var n newsletter.Newsletter
	n.Repair()
	require.NoError(t, n.Validate())
	assert.Equal(t, "https://newsletter.invalid/", n.URL)
}
