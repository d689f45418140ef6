package parse

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
)

// vouchedFor reads a document as it is read, and as if nothing were known of it, so that
// each letter is looked at whole. Both give the same, which any format can hold.
func vouchedFor(t testing.TB, data []byte) {
	o := Options{BaseURL: "https://example.org/feeds/"}
	read := func(doubt bool) (*newsletter.Newsletter, Reading, error) {
		var how Reading
		o.Report = func(r Reading) { how = r }
		d := NewDecoder(bytes.NewReader(data), o)
		d.odd = doubt
		n, err := d.all()
		return n, how, err
	}
	n, how, err := read(false)
	want, wantHow, wantErr := read(true)
	if !assert.Equal(t, fmt.Sprint(wantErr), fmt.Sprint(err)) || !assert.Equal(t, want, n) || !assert.Equal(t, fmt.Sprint(wantHow), fmt.Sprint(how)) {
		t.Logf("of %.2000q", data)
	}
	if n == nil {
		return
	}
	for i, l := range n.Letters { // one by one, for they may have the same ID
		require.NoError(t, (&newsletter.Newsletter{Letters: []*newsletter.Letter{l}}).Validate(), "letter %d of %.2000q", i, data)
	}
}

func TestWhatIsVouchedForIsSound(t *testing.T) {
	documents(t, func(_ string, data []byte) { vouchedFor(t, data) })
}

// payloads are what no format can hold, and what may be taken for it, in all the ways
// that it can come to a document.
var payloads = []string{
	"", " ", "a", "\x01", "\x0b", "a\x1fb", "a\x7fb", "\uFFFE", "a\uFFFFb", "\x81", "\u0081", "\xff", "\xe5\xe4", "å\x81", "\u00a0", "\u2003", "\u0085", "a\nb", "a\r\nb", "  a  b ",
	"&#1;", "&#x81;", "&#129;", "&#xFFFE;", "&#xD800;", "&#0;", "&amp;#1;", "&amp;#x81;", "&amp;#xFFFF;", "&amp;#0;", "&amp;&lt;![CDATA[#1;]]&gt;", "<![CDATA[&#1;]]>", "<![CDATA[&#129;]]>",
	"&lt;b&gt;a&amp;#1;&lt;/b&gt;", "&lt;a href='x&amp;#1;'&gt;b&lt;/a&gt;", "&lt;a href='x\x02'&gt;b&lt;/a&gt;", "&lt;img srcset='x&amp;#129; 2x, y'&gt;", "<b>a</b>", "<a href='x&amp;#1;'>b</a>", "&e;", "&f;",
	"AQID", "YQFi", "YYFi", "77++", "PGEgaHJlZj0ieCI+YQE8L2E+", // base64
	"https://example.org/", "https://example.org/a b", "https://example.org/\u0081", "https://example.org/&#129;", "/a", "//", "http://", "https://exa mple.org/", "https://[x]/", "javascript:a()", "mailto:a@b.org", "x:y", "urn:&#129;",
	"a@b.org", "a@b.org (A&amp;#1;)", "a\x01@b.org", "a <a@b.org>", "@", "en_US", "sv-", "x", "0001-01-01T00:00:00Z", "0000-01-01", "9999-12-31T23:59:59-12:00", "2026-01-01T00:00:00+23:59", "-1", "1.5", "99999999999999999999",
	"http://www.w3.org/2000/xmlns/", "http://www.iana.org/assignments/relation/a", "enclosure", "alternate", "a,a,\x01,b&amp;#1;",
	`{"name":"a\u0001","text":"b"}`, `{"name":"a","text":"\u0001","in":"Authors[9]"}`, `{"name":"a","json":{"a":"\u0001\uffff"}}`, `{"a":"\u0001","\u0001":1}`, `{"name":"a","namespace":"http://www.w3.org/2000/xmlns/"}`,
	`{"name":"a","children":[{"text":"a"},{"name":"\u0001"},{"text":"b"}]}`, `{"attrs":[{"name":"xmlns","value":"a"},{"name":"b","value":"\u0081"}],"in":"Title"}`,
}

// places are where it may stand in an item of RSS and in an entry of Atom.
var places = []string{
	"<title>%s</title>", "<title>T %s</title><title/>", "<link>%s</link>", "<guid>%s</guid>", "<guid isPermaLink='%s'>https://example.org/1</guid>", "<description>%s</description>", "<description>%[1]s</description><summary>%[1]s</summary>",
	"<content:encoded>%s</content:encoded>", "<author>%s</author>", "<author>a %s</author><dc:creator>b</dc:creator>", "<category domain='%[1]s'>%[1]s</category><category>%[1]s</category>", "<category domain='https://schema.org/articleSection'>%s</category>", "<comments>%s</comments>", "<enclosure url='%[1]s' type='%[1]s' length='%[1]s'/>", "<source url='%[1]s'>%[1]s</source>", "<pubDate>%s</pubDate>", "<dc:language>%s</dc:language>",
	"<image><url>%[1]s</url><title>%[1]s</title></image>", "<keywords>%s</keywords>", "<itunes:keywords>%s</itunes:keywords>", "<itunes:duration>%s</itunes:duration><enclosure url='a.mp3'/>", "<itunes:image href='%s'/>", "<itunes:author>%s</itunes:author>", "<itunes:owner><itunes:name>%[1]s</itunes:name><itunes:email>%[1]s</itunes:email></itunes:owner>",
	"<media:title type='html'>%s</media:title>", "<media:description type='html'>%s</media:description>", "<media:content url='%[1]s' medium='video' x:a='%[1]s' type='%[1]s'><media:title type='html'>%[1]s</media:title><x:a>%[1]s</x:a></media:content>", "<media:content url='%s.png'/>", "<media:group><media:content url='a.mp4'/><media:content url='%[1]s' duration='%[1]s'/></media:group>", "<media:thumbnail url='%[1]s' x:a='%[1]s'/>", "<media:category scheme='%[1]s'>%[1]s</media:category>",
	"<x:a>%s</x:a>", "<x:a b='%[1]s' x:b='%[1]s' x:b='c'>a%[1]s<x:c/>%[1]s</x:a>", "<x:a>a<y:b>%s</y:b>b</x:a>", "<x:a>a<!-- -->%s<x:-/>b</x:a>", "<x:a xmlns:x='%[1]s'>%[1]s<x:b x:c='d'/></x:a>", "<title xmlns:z='%[1]s' z:a='%[1]s'>b</title>", "<title x:a='1'>b</title><title x:a='%[1]s' x:b='2'>%[1]s</title>", "<a:rights xmlns:a='http://www.w3.org/2005/Atom'>%s</a:rights>", "<%s>a</%[1]s>", "<x:%s/>",
	"<dc:identifier>%s</dc:identifier>", "<dcterms:license>%s</dcterms:license>", "<creativeCommons:license>%s</creativeCommons:license>", "<wp:status>%s</wp:status>", "<schema:author><schema:name>%[1]s</schema:name><schema:image>%[1]s</schema:image></schema:author>", "<source x:a='1' url='a'>%[1]s</source><dcterms:isPartOf x:b='%[1]s'>%[1]s</dcterms:isPartOf>",
	"<n:tree>%s</n:tree>", "<n:json in='%[1]s'>%[1]s</n:json>", "<n:extension in='%[1]s'><x:a>%[1]s</x:a></n:extension>", "<n:extension in='Title'><n:attributes x:a='%[1]s'/></n:extension><title x:a='1'>%[1]s</title>",
	"<id>%s</id>", "<content type='html'>%s</content>", "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>%s</div></content>", "<content type='image/png'>%s</content>", "<content type='application/octet-stream'>%s</content>", "<content mode='base64'>%s</content>", "<content src='%[1]s' type='%[1]s'>%[1]s</content>", "<title type='html'>%s</title>", "<title type='xhtml'>%s</title>", "<summary>%s</summary>", "<summary type='html'>%s</summary>", "<rights type='html'>%s</rights>",
	"<link href='%s'/>", "<link rel='%[1]s' href='a' type='%[1]s' hreflang='%[1]s' title='%[1]s'/>", "<link href='a' type='text/html'/><link rel='alternate' href='%[1]s'/><link rel='alternate' href='b' type='text/html'/><link rel='related' href='b'/>", "<link rel='enclosure' href='%[1]s'/><link rel='enclosure' href='a'/>", "<author><name>%[1]s</name><email>%[1]s</email><uri>%[1]s</uri><x:a>%[1]s</x:a></author>", "<author><name>a</name></author><author><name>a</name><x:b>%s</x:b></author>",
	"<category term='%[1]s' scheme='%[1]s' label='%[1]s'/>", "<category term='a'/><category term='b'/><category term='a' label='%s'/>", "<updated>%s</updated>", "<published>%[1]s</published><updated x:a='%[1]s'>%[1]s</updated>", "<source><id>%[1]s</id><title type='html'>%[1]s</title><link href='%[1]s'/><updated>%[1]s</updated><x:a>a%[1]s<x:-/>b</x:a></source>",
	"<title xml:lang='%s'>a</title>", "<x:a xml:base='%[1]s'><media:content url='a.mp3'/></x:a><content type='html' xml:base='%[1]s'>&lt;a href='b'&gt;</content>", "</nothing>%s", "<media:credit>%s</media:credit>" + "<x:a/><x:a/>", strings.Repeat("<category>%[1]s</category><category>a%[1]s</category>", 10),
}

// hostileFeeds are documents with each payload in each place, in RSS and in Atom.
func hostileFeeds(yield func(data []byte)) {
	const spaces = ` xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"` +
		` xmlns:media="http://search.yahoo.com/mrss/" xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule" xmlns:wp="http://wordpress.org/export/1.2/" xmlns:schema="https://schema.org/" xmlns:x="urn:x"` +
		` xmlns:n="https://pkg.go.dev/github.com/automationregion/newsletter/feed"`
	const entities = `<!DOCTYPE r [<!ENTITY e "a&#129;&#1;"><!ENTITY f "a` + "\x01" + `">]>`
	for _, place := range places {
		for i, payload := range payloads {
			inside := fmt.Sprintf(place, payload)
			inside, _, _ = strings.Cut(inside, "%!") // of a place that has the payload once
			before := ""
			if strings.Contains(payload, "&e;") || strings.Contains(payload, "&f;") {
				before = entities
			}
			if i%3 != 1 {
				inside += "<guid isPermaLink='false'>g</guid><id>g</id>"
			}
			rest := "<item><guid>h</guid><title>plain</title><x:a>b</x:a></item><item><guid>i</guid></item>"
			yield([]byte(before + `<rss version="2.0"` + spaces + `><channel><title>T</title><link>https://example.org/</link><item>` + inside + "</item>" + rest + "</channel></rss>"))
			rest = strings.NewReplacer("item>", "entry>", "guid>", "id>").Replace(rest)
			yield([]byte(before + `<feed xmlns="http://www.w3.org/2005/Atom"` + spaces + `><title>T</title><entry>` + inside + "</entry>" + rest + "</feed>"))
		}
	}
}

func TestHostileLettersAreNotVouchedFor(t *testing.T) {
	all, mended := 0, 0
	hostileFeeds(func(data []byte) {
		vouchedFor(t, data)
		if t.Failed() {
			t.FailNow()
		}
		var how Reading
		var not *NotFeedError
		if _, err := Feed(bytes.NewReader(data), Options{Report: func(r Reading) { how = r }}); !errors.As(err, &not) {
			all++
		}
		if len(how.Faults) > 0 {
			mended++
		}
	})
	assert.Greater(t, all, 10_000)
	assert.Greater(t, mended, 1_000)
}

// FuzzVouchedFor looks for documents of which something is vouched for that no format
// can hold.
func FuzzVouchedFor(f *testing.F) {
	n := 0
	hostileFeeds(func(data []byte) {
		if n++; n%97 == 0 {
			f.Add(data)
		}
	})
	f.Fuzz(func(t *testing.T, data []byte) { vouchedFor(t, data) })
}
