package fromgorilla_test

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/feeds"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/feed/fromgorilla"
	"github.com/automationregion/newsletter/parse"
)

// The IDs are those that gorilla/feeds itself writes, in all formats.
func TestIDsAreGorillas(t *testing.T) {
	east := time.FixedZone("", 14*60*60)
	created, updated := time.Date(2024, 5, 1, 3, 0, 0, 0, east), time.Date(2024, 5, 3, 2, 0, 0, 0, east)
	link := func(href string) *feeds.Link { return &feeds.Link{Href: href} }
	f := &feeds.Feed{Title: "T", Id: "gorilla writes it nowhere", Link: link("https://example.org/"), Created: created, Items: []*feeds.Item{
		{Title: "an ID", Id: "id-1", Link: link("https://example.org/1"), Created: created},
		{Title: "with spaces", Id: " id 2 ", Link: link("https://example.org/2"), Created: created},
		{Title: "created", Link: link("https://example.org/3?a=b#c"), Created: created},
		{Title: "updated too", Link: link("https://example.org:8080/4/å%20b"), Created: created, Updated: updated},
		{Title: "the root", Link: link("https://example.org"), Updated: updated},
		{Title: "no URL", Link: link("https://exa mple.org/%zz"), Updated: updated},
		{Title: "relative", Link: link("/6"), Created: created},
		{Title: "no date", Link: link("https://example.org/7")},
		{Title: "no link", Created: created},
		{Title: "nothing"},
	}}
	for format := range feed.Formats() {
		var b bytes.Buffer
		write := map[feed.Format]func() error{
			feed.RSS:  func() error { return f.WriteRss(&b) },
			feed.Atom: func() error { return f.WriteAtom(&b) },
			feed.JSON: func() error { return f.WriteJSON(&b) },
		}[format]
		require.NoError(t, write())
		want, err := parse.Feed(&b)
		require.NoError(t, err)
		got := fromgorilla.Newsletter(f, format)
		assert.Equal(t, want.ID, got.ID, format)
		require.Len(t, got.Letters, len(want.Letters))
		for i, l := range got.Letters {
			id := want.Letters[i].ID
			if format == feed.Atom && strings.HasPrefix(id, "urn:uuid:") {
				id = "" // a random one
			}
			assert.Equal(t, id, strings.TrimSpace(l.ID), "%s: %s", format, l.Title)
		}
	}
}

// What gorilla/feeds writes and what is written here say the same.
func TestWhatIsWrittenSaysTheSame(t *testing.T) {
	at := time.Date(2024, 5, 1, 10, 0, 0, 0, time.UTC)
	f := &feeds.Feed{
		Title: "Letters & more", Link: &feeds.Link{Href: "https://example.org/"}, Description: "All of them", Copyright: "© Region",
		Author: &feeds.Author{Name: "Ann", Email: "ann@example.org"}, Updated: at,
		Items: []*feeds.Item{{
			Title: "June", Id: "id-1", Link: &feeds.Link{Href: "https://example.org/june"}, Description: "About June", Content: "<p>All</p>",
			Author: &feeds.Author{Name: "Bo", Email: "bo@example.org"}, Created: at, Updated: at.Add(time.Hour),
			Enclosure: &feeds.Enclosure{Url: "https://example.org/a.mp3", Type: "audio/mpeg", Length: "7"},
		}},
	}
	var theirs, ours bytes.Buffer
	require.NoError(t, f.WriteRss(&theirs))
	require.NoError(t, feed.Write(&ours, fromgorilla.Newsletter(f, feed.RSS), feed.RSS))
	a, err := parse.Feed(&theirs)
	require.NoError(t, err)
	b, err := parse.Feed(&ours)
	require.NoError(t, err)
	assert.Equal(t, []string{a.Title, a.URL, a.Description, a.Rights}, []string{b.Title, b.URL, b.Description, b.Rights})
	assert.Equal(t, a.Authors, b.Authors)
	x, y := a.Letters[0], b.Letters[0]
	assert.Equal(t, []string{x.ID, x.URL, x.Title, x.Summary, x.Content}, []string{y.ID, y.URL, y.Title, y.Summary, y.Content})
	assert.Equal(t, x.Attachments, y.Attachments)
	assert.True(t, x.Published.Equal(y.Published))
	assert.Equal(t, "Bo", y.Authors[0].Name)
}

func TestADescriptionThatIsHTMLIsContent(t *testing.T) {
	for description, want := range map[string]newsletter.Letter{
		"AT&T < others":      {Summary: "AT&T < others"},
		"How <em>well</em>?": {Content: "How <em>well</em>?"},
		"a &amp; b":          {Content: "a &amp; b"},
		"on two\nlines":      {Summary: "on two\nlines"},
	} {
		l := fromgorilla.Newsletter(&feeds.Feed{Items: []*feeds.Item{{Description: description}}}, feed.RSS).Letters[0]
		assert.Equal(t, want, *l, description)
	}
}

// lost are the fields of gorilla's that nothing of a newsletter holds, and why.
var lost = map[string]string{
	"Feed.Id": "gorilla/feeds writes it nowhere",
}

// Each field of gorilla's types arrives in a newsletter, or is one of those that are
// known not to.
func TestEachFieldArrives(t *testing.T) {
	const text = "https://example.org/x"
	url := feeds.Link{Href: "https://example.org/"}
	for _, c := range []struct {
		of any
		in func(value any) *feeds.Feed
	}{
		{feeds.Feed{}, func(v any) *feeds.Feed { return v.(*feeds.Feed) }},
		{feeds.Item{Id: "id"}, func(v any) *feeds.Feed { return &feeds.Feed{Items: []*feeds.Item{v.(*feeds.Item)}} }},
		{feeds.Image{}, func(v any) *feeds.Feed { return &feeds.Feed{Image: v.(*feeds.Image)} }},
		{feeds.Author{}, func(v any) *feeds.Feed { return &feeds.Feed{Author: v.(*feeds.Author)} }},
		{feeds.Enclosure{Url: text + "y"}, func(v any) *feeds.Feed { return &feeds.Feed{Items: []*feeds.Item{{Enclosure: v.(*feeds.Enclosure)}}} }},
		{feeds.Link{Href: text + "y", Rel: "enclosure"}, func(v any) *feeds.Feed { return &feeds.Feed{Items: []*feeds.Item{{Link: v.(*feeds.Link)}}} }},
	} {
		typ := reflect.TypeOf(c.of)
		for i := range typ.NumField() {
			name := typ.Name() + "." + typ.Field(i).Name
			v := reflect.New(typ)
			v.Elem().Set(reflect.ValueOf(c.of))
			without := describe(fromgorilla.Newsletter(c.in(v.Interface()), feed.Atom))
			field := v.Elem().Field(i)
			switch field.Interface().(type) {
			case string:
				field.SetString(map[string]string{"Enclosure.Length": "12", "Link.Length": "12"}[name])
				if field.String() == "" {
					field.SetString(text)
				}
			case int:
				field.SetInt(12)
			case time.Time:
				field.Set(reflect.ValueOf(time.Date(2024, 5, 1, 10, 0, 0, 0, time.UTC)))
			case []*feeds.Item:
				field.Set(reflect.ValueOf([]*feeds.Item{{Title: text}}))
			case *feeds.Link:
				field.Set(reflect.ValueOf(&url))
			case *feeds.Author:
				field.Set(reflect.ValueOf(&feeds.Author{Name: text}))
			case *feeds.Enclosure:
				field.Set(reflect.ValueOf(&feeds.Enclosure{Url: text}))
			case *feeds.Image:
				field.Set(reflect.ValueOf(&feeds.Image{Url: text}))
			default:
				t.Fatalf("%s has a type that this test doesn't know", name)
			}
			got := describe(fromgorilla.Newsletter(c.in(v.Interface()), feed.Atom))
			assert.Equal(t, lost[name] == "", got != without, "%s: %s", name, got)
		}
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
