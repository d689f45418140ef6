package intake

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/clean"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/parse"
)

var byDefault = Limits{Title: 300, Text: 100_000, Content: clean.MaxBytes, Address: 4096, List: 100, Extensions: 64 << 10}

func TestVocabularies(t *testing.T) {
	for _, test := range []struct {
		vocabularies []string
		taken        string // names of what is
	}{
		{nil, "season rating point"},
		{[]string{"known"}, "season rating point"},
		{[]string{"none"}, ""},
		{[]string{"podcast"}, ""},
		{[]string{"iTunes", "http://www.georss.org/georss/"}, "season point"},
		{[]string{"known", "https://vendor.example/ns"}, "season rating point own"},
		{[]string{"rss"}, "ttl"},
		{[]string{"_vendor"}, "_vendor"},
		{[]string{"all"}, "season rating point own ttl _vendor"},
	} {
		t.Run(fmt.Sprint(test.vocabularies), func(t *testing.T) {
			c, err := Choose(test.vocabularies)
			require.NoError(t, err)
			d := Delivery{Choice: c, Limits: byDefault, Base: "https://alpha.example/feed"}
			l := newsletter.Letter{ID: "x", Extensions: newsletter.Extensions{Elements: []newsletter.Extension{
				{Namespace: "http://www.itunes.com/DTDs/Podcast-1.0.dtd", Name: "season", Text: "2"},
				{Namespace: "http://search.yahoo.com/mrss", Name: "rating", Text: "adult"},
				{Namespace: "http://www.georss.org/georss", Name: "point", Text: "1 2"},
				{Namespace: "https://vendor.example/ns", Name: "own", Text: "x"},
				{Name: "ttl", Text: "5"},
				{Namespace: "http://www.w3.org/2000/svg", Name: "svg"},
				{Namespace: "http://www.w3.org/1999/xhtml", Name: "script", Text: "alert(1)"},
				{In: newsletter.Place{List: "Authors"}, Namespace: "http://www.itunes.com/dtds/podcast-1.0.dtd", Name: "nobody"},
			}, Members: []newsletter.Member{{Name: "_vendor", JSON: `{"a":[1.50,"b"]}`}}}}
			n := len(l.Extensions.Elements) + 1
			d.TakeExtensions(&l)
			var names []string
			for _, e := range l.Extensions.Elements {
				names = append(names, e.Name)
			}
			for _, m := range l.Extensions.Members {
				names = append(names, m.Name)
			}
			assert.Equal(t, test.taken, strings.Join(names, " "))
			left := 0
			for _, times := range d.LeftOut {
				left += times
			}
			assert.Equal(t, n, len(names)+left, "each is taken, or said to be left out")
		})
	}
}

// Extensions of strangers do nothing where they are shown.
func TestExtensionsAreCleaned(t *testing.T) {
	const ns = "https://podcastindex.org/namespace/1.0"
	attr := func(name, value string) newsletter.Extension {
		return newsletter.Extension{Namespace: ns, Name: "e", Attrs: []newsletter.Attr{{Name: name, Value: value}}}
	}
	elem := func(text string) newsletter.Extension {
		return newsletter.Extension{Namespace: ns, Name: "e", Text: text}
	}
	kept := func(e newsletter.Extension) []newsletter.Extension { return []newsletter.Extension{e} }
	for name, test := range map[string]struct {
		in   newsletter.Extension
		want []newsletter.Extension
	}{
		"text":                    {elem("a < b & c: d"), kept(elem("a < b & c: d"))},
		"HTML":                    {elem(`<b onclick="x()">b</b><script>alert(1)</script>`), kept(elem("<b>b</b>"))},
		"HTML in an attribute":    {attr("title", `<img src=x onerror=alert(1)>t`), kept(attr("title", `<img src="https://alpha.example/x"/>t`))},
		"a script's address":      {attr("url", "java\nscript:alert(1)"), nil},
		"in a text":               {elem(" JavaScript:alert( 1 )"), nil},
		"behind a tag":            {elem("<x></x>javascript:alert(1)"), nil},
		"HTML for an address":     {attr("url", "<p>a</p>"), nil},
		"a word and a colon":      {elem("urn:uuid:1"), kept(elem("urn:uuid:1"))},
		"a place":                 {attr("geo", "geo:37.7,-122.4"), kept(attr("geo", "geo:37.7,-122.4"))},
		"a sentence":              {elem("data: what we have"), kept(elem("data: what we have"))},
		"a file":                  {attr("url", "file:///etc/passwd"), nil},
		"data":                    {attr("src", "data:image/png;base64,AAAA"), nil},
		"a private host":          {attr("url", "http://192.168.0.1/x"), nil},
		"in another form":         {attr("any", "http://0x7f000001/"), nil},
		"as text":                 {elem("http://localhost/x"), nil},
		"with a password":         {attr("url", "https://a:b@c.example/"), nil},
		"among sizes":             {attr("srcset", "https://a.example/1 1w, http://10.0.0.1/2 2w"), nil},
		"sizes":                   {attr("srcset", "https://a.example/1 1w, https://a.example/2 2w"), kept(attr("srcset", "https://a.example/1 1w, https://a.example/2 2w"))},
		"public":                  {attr("url", "http://a.example/x,y"), kept(attr("url", "http://a.example/x,y"))},
		"relative":                {attr("url", "x.vtt?a=1"), kept(attr("url", "https://alpha.example/x.vtt?a=1"))},
		"relative to the scheme":  {attr("url", "//10.0.0.1/x"), nil},
		"what acts":               {newsletter.Extension{Namespace: ns, Name: "e", Children: []newsletter.Extension{{Name: "Script", Text: "x"}, {Name: "ok", Text: "y"}}}, []newsletter.Extension{{Namespace: ns, Name: "e", Children: []newsletter.Extension{{Name: "ok", Text: "y"}}}}},
		"a handler":               {attr("onload", "x()"), nil},
		"another base":            {newsletter.Extension{Namespace: ns, Name: "e", Text: "x", Attrs: []newsletter.Attr{{Namespace: "http://www.w3.org/XML/1998/namespace", Prefix: "xml", Name: "base", Value: "https://b.example/"}}}, kept(elem("x"))},
		"text beside what is out": {newsletter.Extension{Namespace: ns, Name: "e", Text: "a", Children: []newsletter.Extension{{Namespace: "urn:x", Name: "b", Tail: "c"}}}, kept(elem("ac"))},
		"empty":                   {newsletter.Extension{Namespace: ns, Name: "e"}, kept(newsletter.Extension{Namespace: ns, Name: "e"})},
		"too large":               {elem(strings.Repeat("x", 70_000)), nil},
		"too many":                {newsletter.Extension{Namespace: ns, Name: "e", Children: slices1000(newsletter.Extension{Namespace: ns, Name: "c"})}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			d := Delivery{Limits: byDefault, Base: "https://alpha.example/feed"}
			l := newsletter.Letter{ID: "x", Title: "x", Extensions: newsletter.Extensions{Elements: []newsletter.Extension{test.in}}}
			d.TakeExtensions(&l)
			assert.Equal(t, test.want, l.Extensions.Elements)
			again := l
			d.LeftOut = nil
			d.TakeExtensions(&again)
			assert.Equal(t, l.Extensions, again.Extensions)
			assert.Empty(t, d.LeftOut, "cleaning once more changes nothing")
			n := newsletter.Newsletter{Title: "x", URL: "https://x.example/", Letters: []*newsletter.Letter{&l}}
			assert.NoError(t, n.Validate())
		})
	}
}

func slices1000(e newsletter.Extension) []newsletter.Extension {
	list := make([]newsletter.Extension, 1000)
	for i := range list {
		list[i] = e
	}
	return list
}

// What stands in an element of a list stays in it when others go.
func TestExtensionsFollowTheirPlace(t *testing.T) {
	isPermaLink := []newsletter.Attribute{{In: newsletter.Place{Name: "ID"}, Attr: newsletter.Attr{Name: "isPermaLink", Value: "true"}}}
	l := newsletter.Letter{
		Links: []newsletter.Link{{Rel: "", URL: "https://a.example/"}, {Rel: "via", URL: "https://b.example/"}},
		Extensions: newsletter.Extensions{
			Elements: []newsletter.Extension{
				{In: newsletter.Place{List: "Links"}, Namespace: "http://search.yahoo.com/mrss/", Name: "a"},
				{In: newsletter.Place{List: "Links", Index: 1}, Namespace: "http://search.yahoo.com/mrss/", Name: "b"},
			},
			Attributes: isPermaLink,
		},
		ID: "x",
	}
	d := Delivery{Limits: byDefault}
	d.Fit(&l, "alpha")
	d.TakeExtensions(&l)
	assert.Equal(t, newsletter.Extensions{
		Elements:   []newsletter.Extension{{In: newsletter.Place{List: "Links"}, Namespace: "http://search.yahoo.com/mrss/", Name: "b"}},
		Attributes: isPermaLink,
	}, l.Extensions)
}

// An attachment stands in the element in which it stood, where that is taken.
func TestAttachmentsStandWhereTheyStood(t *testing.T) {
	for _, tt := range []struct {
		vocabularies []string
		want         int
	}{{nil, 1}, {[]string{"media"}, 1}, {[]string{"none"}, 0}} {
		c, err := Choose(tt.vocabularies)
		require.NoError(t, err)
		n, err := parse.Feed(strings.NewReader(`<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>T</title><link>https://a.example/</link>` +
			`<item><title>A</title><media:content url="https://a.example/film" type="video/mp4"/></item></channel></rss>`))
		require.NoError(t, err)
		d := Delivery{Choice: c, Limits: byDefault, Base: "https://a.example/feed"}
		d.TakeExtensions(n.Letters[0])
		assert.Len(t, n.Letters[0].Extensions.Elements, tt.want)
		var b bytes.Buffer
		require.NoError(t, feed.Write(&b, n, feed.RSS))
		assert.Equal(t, 1-tt.want, strings.Count(b.String(), "<enclosure"), b.String())
		assert.Empty(t, d.LeftOut, "nothing that the feed said")
	}
}

// FuzzExtensions takes extensions of any text: what is left passes Validate, has its
// size, and cleaning it once more changes nothing.
func FuzzExtensions(f *testing.F) {
	f.Add("url", "java\tscript:alert(1)", "<p onclick=x>a</p><script>", `{"a":["http://10.0.0.1/",1.50]}`)
	f.Add("srcset", "//a.example/x 1w, http://[::1]/y 2w", " data:x", `{"a":"<b>","a":null}`)
	f.Add("href", "?q=å#%zz", "&lt;b&gt; a < b", `"javascript:x"`)
	f.Fuzz(func(t *testing.T, name, value, text, member string) {
		const ns = "https://podcastindex.org/namespace/1.0"
		l := newsletter.Letter{ID: "x", Title: "x", Extensions: newsletter.Extensions{Elements: []newsletter.Extension{
			{Namespace: ns, Name: "e", Text: text, Attrs: []newsletter.Attr{{Name: name, Value: value}}},
			{Namespace: ns, Name: "f", Children: []newsletter.Extension{{Namespace: ns, Name: "g", Attrs: []newsletter.Attr{{Name: name, Value: text}}, Tail: text + "x"}, {Namespace: "urn:x", Name: "h", Tail: value + "y"}}},
		}, Members: []newsletter.Member{{Name: "_m", JSON: member}}}}
		n := newsletter.Newsletter{Title: "x", URL: "https://x.example/", Letters: []*newsletter.Letter{&l}}
		n.Repair()
		if len(n.Letters) == 0 || n.Validate() != nil {
			return
		}
		c, err := Choose([]string{"known", "_m"})
		require.NoError(t, err)
		limits := byDefault
		limits.Extensions = 2_000
		d := Delivery{Choice: c, Limits: limits, Base: "https://alpha.example/feed"}
		d.TakeExtensions(&l)
		require.NoError(t, n.Validate())
		assert.LessOrEqual(t, sizeOfExtensions(&l.Extensions), limits.Extensions+extensionPart)
		for _, e := range l.Extensions.Elements {
			for _, a := range e.Attrs {
				assert.False(t, strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Value)), "javascript:"), a.Value)
			}
		}
		once := l.Extensions
		d.TakeExtensions(&l)
		assert.Equal(t, once, l.Extensions)
	})
}
