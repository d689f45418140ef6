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
		Categories: list(d, d.category), Updated: d.time(), Generator: newsletter.Generator{Name: d.text(), Version: d.text(), URL: d.text()}, Hubs: list(d, d.text),
	}
	for _, field := range []*string{
		&n.Paging.First, &n.Paging.Previous, &n.Paging.Next, &n.Paging.Last, &n.Paging.Current,
		&n.Paging.PreviousArchive, &n.Paging.NextArchive,
	} {
		*field = d.text()
	}
	n.Paging.Archive, n.Paging.Complete = d.byte()%2 == 1, d.byte()%2 == 1
	n.Letters = list(d, d.letter)
	n.Extensions = d.extensions()
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
	return newsletter.Category{Term: d.text(), Scheme: d.text(), Label: d.text()}
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
		Links:  list(d, d.link), Extensions: d.extensions(),
	}
}

// vocabularies are those of extensions, with names that no reader has a row for.
var vocabularies = [...]struct{ namespace, prefix, name string }{
	{"", "", "ttl"}, {"", "", "skipDays"}, {"http://www.w3.org/2005/Atom", "atom", "odd"}, {"https://x.example/ns", "x", "tree"},
	{"https://y.example/ns", "x", "leaf"}, {"http://www.itunes.com/dtds/podcast-1.0.dtd", "itunes", "season"},
	{"https://z.example/", "xmlish", "å"}, {"http://purl.org/dc/elements/1.1/", "dublin", "relation"}, {"https://y.example/?a&b", "ns1", "_"},
}

func (d *dealer) extensions() (x newsletter.Extensions) {
	for range d.byte() % 4 {
		d.addExtension(&x)
	}
	return x
}

func (d *dealer) addExtension(x *newsletter.Extensions) {
	if d.byte()%4 == 1 {
		x.Elements = append(x.Elements, d.heard())
		return
	}
	in := newsletter.ParsePlace
	e := d.element(0)
	attrs := func(in newsletter.Place, attrs ...newsletter.Attr) {
		for _, a := range attrs {
			x.Attributes = append(x.Attributes, newsletter.Attribute{In: in, Attr: a})
		}
	}
	switch b := d.byte(); b % 8 {
	case 0:
		e.In = in("Source")
	case 1:
		e.In = in("Authors[0]")
	case 2:
		e.In = in("Title")
	case 3:
		attrs(in("ID"), newsletter.Attr{Name: "isPermaLink", Value: "False"})
		return
	case 4:
		list := []newsletter.Attr{{Name: "in", Value: d.text()}, {Namespace: "https://x.example/ns", Prefix: "y", Name: "a", Value: d.text()}}
		attrs(newsletter.Place{}, list[b>>3%2:]...)
		return
	case 5:
		x.Members = append(x.Members, newsletter.Member{In: in([...]string{"", "Authors[0]", "Title", "Attachments[1]"}[b>>3%4]), Name: "_" + d.text(), JSON: `{"b":[1.50,"<å>\\u0000"],"a":null}`})
		return
	case 7:
		attrs(in([...]string{"Links[0]", "Links[1]", "URL", "Authors[0]"}[b>>3%4]), newsletter.Attr{Namespace: "https://x.example/ns", Prefix: "y", Name: "n", Value: d.text()})
		return
	case 6:
		e.In = in([...]string{"Image", "Attachments[0]", "Attachments[1]", "Authors[1]"}[b>>3%4])
	}
	x.Elements = append(x.Elements, e)
}

// heard is an extension that readers take more from.
func (d *dealer) heard() newsletter.Extension {
	const itunes, atom = "http://www.itunes.com/dtds/podcast-1.0.dtd", "http://www.w3.org/2005/Atom"
	e := newsletter.Extension{Namespace: itunes, Prefix: "itunes", Text: d.text()}
	part := func(namespace, name string) newsletter.Extension {
		return newsletter.Extension{Namespace: namespace, Prefix: e.Prefix, Name: name, Text: d.text()}
	}
	switch b := int(d.byte()); b % 12 {
	case 0:
		e.Name, e.Text, e.Children = "owner", "", []newsletter.Extension{part(itunes, "name"), part(itunes, "email")}
	case 1:
		e.Name, e.Text, e.Attrs = "category", "", []newsletter.Attr{{Name: "text", Value: d.text()}}
		e.Children = []newsletter.Extension{{Namespace: itunes, Prefix: "itunes", Name: "category", Attrs: []newsletter.Attr{{Name: "text", Value: d.text()}}}}
	case 2:
		e.Name, e.Text, e.Attrs = "image", "", []newsletter.Attr{{Name: "href", Value: d.text()}}
	case 3:
		e.Name, e.Text = "duration", strings.Repeat("1:0", b/16%4)+"7"
	case 4:
		e.Namespace, e.Prefix, e.Name, e.Text = atom, "", "contributor", ""
		e.Children = []newsletter.Extension{part(atom, "name"), part(atom, "uri")}
	case 5:
		e.Namespace, e.Prefix, e.Name = "http://purl.org/dc/elements/1.1/", "dc", "identifier"
	case 6:
		e.Namespace, e.Prefix, e.Name, e.Text = "", "", "pubDate", "Fri, 28 May 2004 23:31:15 +0900"
	case 7:
		e.Name, e.Text = "keywords", e.Text+", "+d.text()
	default:
		e.Name = [...]string{"title", "author", "subtitle", "summary"}[b%4]
	}
	return e
}

func (d *dealer) element(depth int) newsletter.Extension {
	v := vocabularies[int(d.byte())%len(vocabularies)]
	e := newsletter.Extension{Namespace: v.namespace, Prefix: v.prefix, Name: v.name}
	for _, a := range vocabularies[:d.byte()%4] {
		e.Attrs = append(e.Attrs, newsletter.Attr{Namespace: a.namespace, Prefix: a.prefix, Name: a.name, Value: d.text()})
	}
	b := d.byte()
	if b%4 != 0 || depth > 3 {
		e.Text = d.text()
		return e
	}
	for range b % 3 {
		c := d.element(depth + 1)
		if d.byte()%2 == 0 {
			c.Tail = "words " + d.text()
		}
		e.Children = append(e.Children, c)
	}
	return e
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
		"half an address": {
			func(n *newsletter.Newsletter) { n.FeedURL = "atom.xml" },
			[]string{`newsletter: FeedURL: dropped "atom.xml": not an absolute URL of a web page`},
			func(n *newsletter.Newsletter) any { return n.FeedURL }, "",
		},
		"an address over two lines": {
			func(n *newsletter.Newsletter) { n.URL = "https://letters.\n  example.org/" },
			[]string{`newsletter: URL: dropped "https://letters.\n  example.org/": not an absolute URL`},
			func(n *newsletter.Newsletter) any { return n.URL }, "",
		},
		"an ID with a control character": {
			func(n *newsletter.Newsletter) { n.ID = "a\x00b c" },
			[]string{`newsletter: ID: "a\x00b c" is now "ab c": not an ID without control characters, and without white space around it`},
			func(n *newsletter.Newsletter) any { return n.ID }, "ab c",
		},
		"a title of white space": {
			func(n *newsletter.Newsletter) { n.Title = "\n" },
			[]string{`newsletter: Title: space tidied in "\n"`},
			func(n *newsletter.Newsletter) any { return n.Title }, "",
		},
		"languages as other programs write them": {
			func(n *newsletter.Newsletter) { n.Language = "sv_SE.UTF-8" },
			[]string{`newsletter: Language: "sv_SE.UTF-8" is now "sv-SE": not a BCP 47 language tag`},
			func(n *newsletter.Newsletter) any { return n.Language }, "sv-SE",
		},
		"hubs without an address": {
			func(n *newsletter.Newsletter) { n.Hubs = []string{"", "https://hub.example.org/?a=å", "hub"} },
			[]string{
				`newsletter: Hubs[2]: dropped "hub": not an absolute URL`,
				`newsletter: Hubs[0]: dropped: a hub without a URL`,
				`newsletter: Hubs[2]: dropped: a hub without a URL`,
			},
			func(n *newsletter.Newsletter) any { return n.Hubs }, []string{"https://hub.example.org/?a=å"},
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
		"authors of whom nothing is known": {
			newsletter.Letter{ID: "tag:example.org,2024:1", Authors: []newsletter.Author{
				{}, {Organization: "Works", Email: "w@example.org"}, {Email: "ann@example.org"}, {URL: "bo"},
			}},
			newsletter.Letter{ID: "tag:example.org,2024:1", Authors: []newsletter.Author{
				{Organization: "Works", Email: "w@example.org"}, {Email: "ann@example.org"},
			}},
			[]string{
				`letter 0 (tag:example.org,2024:1): Authors[3].URL: dropped "bo": not an absolute URL`,
				`letter 0 (tag:example.org,2024:1): Authors[0]: dropped: nothing is known of the author`,
				`letter 0 (tag:example.org,2024:1): Authors[3]: dropped: nothing is known of the author`,
			},
		},
		"control characters": {
			newsletter.Letter{ID: "tag:example.org,2024:1", Kind: "MalmÃ¶ & \u0093more\u0094\x00", Rights: "\xff\uFFFE"},
			newsletter.Letter{ID: "tag:example.org,2024:1", Kind: "MalmÃ¶ & “more”"},
			[]string{
				`letter 0 (tag:example.org,2024:1): Kind: "MalmÃ¶ & \u0093more\u0094\x00" is now "MalmÃ¶ & “more”": not text without control characters`,
				`letter 0 (tag:example.org,2024:1): Rights: dropped "\xff\ufffe": not text without control characters`,
			},
		},
		"attachments": {
			newsletter.Letter{ID: "tag:example.org,2024:1", Attachments: []newsletter.Attachment{
				{Title: "no file"},
				{URL: "https://example.org/a.MP3?x=1", Length: -1, Duration: 1500 * time.Millisecond},
				{URL: "https://example.org/b", MediaType: "pdf"},
			}},
			newsletter.Letter{ID: "tag:example.org,2024:1", Attachments: []newsletter.Attachment{
				{URL: "https://example.org/a.MP3?x=1", Duration: 2 * time.Second},
				{URL: "https://example.org/b", MediaType: "pdf"},
			}},
			[]string{
				`letter 0 (tag:example.org,2024:1): Attachments[1].Length: dropped -1: a size is never negative`,
				`letter 0 (tag:example.org,2024:1): Attachments[1].Duration: 1.5s is now 2s: whole seconds are required`,
				`letter 0 (tag:example.org,2024:1): Attachments[0]: dropped: an attachment without a URL`,
			},
		},
		"links": {
			newsletter.Letter{ID: "tag:example.org,2024:1", Links: []newsletter.Link{
				{Rel: "Via", URL: "https://example.org/1"}, {Rel: "my friend", URL: "https://example.org/2"}, {Rel: "related"},
				{Rel: "alternate", URL: "https://example.org/3"},
			}},
			newsletter.Letter{ID: "tag:example.org,2024:1", Links: []newsletter.Link{
				{Rel: "via", URL: "https://example.org/1"}, {URL: "https://example.org/2"}, {Rel: "related", URL: "https://example.org/3"},
			}},
			[]string{
				`letter 0 (tag:example.org,2024:1): Links[0].Rel: "Via" is now "via": not the name of a link relation or an absolute IRI`,
				`letter 0 (tag:example.org,2024:1): Links[1].Rel: dropped "my friend": not the name of a link relation or an absolute IRI`,
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

func TestRepairDropsLettersOfWhichNothingIsKnown(t *testing.T) {
	n := complete()
	n.Letters = []*newsletter.Letter{
		nil,
		{Title: "\x00"},
		{ID: "tag:example.org,2024:2", Title: "Robots"},
		{URL: "https://example.org/3"},
		{ID: " \n"},
		{ID: "4"},
	}

	n.Letters = append(n.Letters, n.Letters[2])

	assert.Equal(t, []string{
		`letter 0: Letter: dropped: nil`,
		`letter 6: Letter: dropped: it is there before`,
		`letter 1: Title: dropped "\x00": not text without control characters`,
		`letter 4 ( ` + "\n" + `): ID: dropped " \n": not an ID without control characters, and without white space around it`,
		`letter 1: Letter: dropped: nothing is known of it`,
		`letter 4: Letter: dropped: nothing is known of it`,
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

// An empty newsletter lacks much, and nothing is wrong with it.
func TestRepairMakesNothingUp(t *testing.T) {
	n := &newsletter.Newsletter{Letters: []*newsletter.Letter{{Title: "When?"}, {ID: "17"}, {ID: "HTTP://Example.org:80/../%7e"}}}
	require.NoError(t, n.Validate())
	assert.Empty(t, n.Repair())
	var empty newsletter.Newsletter
	require.NoError(t, empty.Validate())
	assert.Empty(t, empty.Repair())
}
