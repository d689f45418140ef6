package fromgofeed_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/parse"
	"github.com/automationregion/newsletter/parse/fromgofeed"
)

// lost are the fields of gofeed's that nothing of a newsletter holds, and why.
var lost = map[string]string{
	"Feed.Links":       "nobody knows what they are to the feed",
	"Feed.FeedType":    "a newsletter is of no format",
	"Feed.FeedVersion": "a newsletter is of no format",
	"Item.Links":       "nobody knows what they are to the item",
}

// values are what a field needs to say something, where it isn't any text.
var values = map[string]any{
	"Feed.Updated": "2024-05-01", "Feed.Published": "2024-05-01", "Item.Updated": "2024-05-01", "Item.Published": "2024-05-01",
	"Enclosure.Length": "12",
	"Feed.Extensions":  ext.Extensions{"podcast": {"locked": {{Value: "x"}}}},
	"Item.Extensions":  ext.Extensions{"slash": {"comments": {{Value: "x"}}}},
	"Feed.Custom":      map[string]string{"x": "y"}, "Item.Custom": map[string]string{"x": "y"},
	// Of Dublin Core what gofeed has in its own fields is in those.
	"DublinCoreExtension.Title": nil, "DublinCoreExtension.Creator": nil, "DublinCoreExtension.Author": nil, "DublinCoreExtension.Subject": nil,
	"DublinCoreExtension.Description": nil, "DublinCoreExtension.Date": nil, "DublinCoreExtension.Language": nil, "DublinCoreExtension.Rights": nil,
}

// Each field of gofeed's types arrives in a newsletter, or is one of those that are
// known not to.
func TestEachFieldArrives(t *testing.T) {
	seen := map[string]bool{}
	var each func(of any, in func(value any) *gofeed.Feed)
	each = func(of any, in func(value any) *gofeed.Feed) {
		typ := reflect.TypeOf(of)
		for i := range typ.NumField() {
			field := typ.Field(i)
			if !field.IsExported() {
				continue
			}
			name := typ.Name() + "." + field.Name
			if seen[name] {
				continue
			}
			seen[name] = true
			v := reflect.New(typ)
			v.Elem().Set(reflect.ValueOf(of))
			f := v.Elem().Field(i)
			whole := func(value any) *gofeed.Feed {
				f.Set(reflect.ValueOf(value))
				return in(v.Interface())
			}
			value, special := values[name]
			switch x := f.Interface().(type) {
			case string:
				if !special {
					value = "https://example.org/x"
				}
			case []string:
				if !special {
					value = []string{"x"}
				}
			case *time.Time:
				at := time.Date(2024, 5, 1, 10, 0, 0, 0, time.UTC)
				value = &at
			case ext.Extensions, map[string]string:
			case []*gofeed.Item, *gofeed.Person, *gofeed.Image, *ext.DublinCoreExtension, *ext.ITunesFeedExtension, *ext.ITunesItemExtension, *ext.ITunesOwner, *ext.ITunesCategory:
				elem := reflect.TypeOf(x)
				if elem.Kind() == reflect.Slice {
					each(gofeed.Item{}, func(value any) *gofeed.Feed { return whole([]*gofeed.Item{value.(*gofeed.Item)}) })
					continue
				}
				each(reflect.Zero(elem.Elem()).Interface(), whole)
				continue
			case []*gofeed.Person:
				value = []*gofeed.Person{{Name: "x"}}
			case []*gofeed.Enclosure:
				each(gofeed.Enclosure{URL: "https://example.org/a.mp3"}, func(value any) *gofeed.Feed { return whole([]*gofeed.Enclosure{value.(*gofeed.Enclosure)}) })
				continue
			case []*ext.ITunesCategory:
				each(ext.ITunesCategory{}, func(value any) *gofeed.Feed { return whole([]*ext.ITunesCategory{value.(*ext.ITunesCategory)}) })
				continue
			default:
				t.Fatalf("%s has a type that this test doesn't know", name)
			}
			if special && value == nil {
				continue
			}
			without := describe(fromgofeed.Newsletter(in(v.Interface())))
			got := describe(fromgofeed.Newsletter(whole(value)))
			assert.Equal(t, lost[name] == "", got != without, "%s: %s", name, got)
		}
	}
	each(gofeed.Feed{}, func(value any) *gofeed.Feed { return value.(*gofeed.Feed) })
	for name := range lost {
		assert.True(t, seen[name], "%s is no field of gofeed's", name)
	}
}

// describe is all that a newsletter says.
func describe(n *newsletter.Newsletter) string {
	var b strings.Builder
	whole := *n
	whole.Letters = nil
	fmt.Fprintf(&b, "%+v", whole)
	for _, l := range n.Letters {
		fmt.Fprintf(&b, "%+v", *l)
	}
	return b.String()
}

// What gofeed read is what our own reader does, as far as gofeed has it.
func TestNewsletterIsTheOneThatParseReads(t *testing.T) {
	const doc = `<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:media="http://search.yahoo.com/mrss/"><channel>
<title>Letters &amp; more</title><link>https://example.org/</link><atom:link rel="self" href="https://example.org/rss.xml"/><atom:link rel="hub" href="https://hub.example/"/>
<description>All of them</description><language>sv</language><copyright>© Region</copyright><generator>By hand</generator>
<lastBuildDate>Thu, 02 May 2024 10:00:00 +0200</lastBuildDate><managingEditor>ed@example.org (The editors)</managingEditor><category>News</category>
<image><url>https://example.org/logo.png</url><title>T</title><link>https://example.org/</link></image><itunes:explicit>false</itunes:explicit>
<item><title>One</title><link>https://example.org/one</link><guid isPermaLink="false">id-1</guid><description>About</description><content:encoded>&lt;p>&lt;a href="x">b&lt;/a>&lt;/p></content:encoded>
<pubDate>Wed, 01 May 2024 10:00:00 +0200</pubDate><dc:creator>Ann</dc:creator><category>x</category><enclosure url="https://example.org/a.mp3" length="7" type="audio/mpeg"/>
<itunes:episode>3</itunes:episode><slash:comments>5</slash:comments><media:thumbnail url="https://example.org/t.png"/></item>
</channel></rss>`
	f, err := gofeed.NewParser().ParseString(doc)
	require.NoError(t, err)
	want, err := parse.Feed(strings.NewReader(doc))
	require.NoError(t, err)
	got := fromgofeed.Newsletter(f)
	assert.True(t, want.Updated.Equal(got.Updated) && want.Letters[0].Published.Equal(got.Letters[0].Published))
	got.Updated, got.Letters[0].Published = want.Updated, want.Letters[0].Published // gofeed's are in UTC
	assert.Equal(t, want, got)
	assert.NoError(t, got.Validate())
}

// A feed that a program made may have anything missing.
func TestNilIsNothing(t *testing.T) {
	n := fromgofeed.Newsletter(&gofeed.Feed{Items: []*gofeed.Item{nil, {Enclosures: []*gofeed.Enclosure{nil}, Authors: []*gofeed.Person{nil}}}, ITunesExt: &ext.ITunesFeedExtension{Categories: []*ext.ITunesCategory{nil}}})
	assert.Equal(t, &newsletter.Newsletter{Letters: []*newsletter.Letter{{}}}, n)
}
