package parse

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/mmcdole/gofeed/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	nethtml "golang.org/x/net/html"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/charset"
	"github.com/automationregion/newsletter/internal/dates"
	"github.com/automationregion/newsletter/internal/html"
	"github.com/automationregion/newsletter/internal/text"
)

// A difference is a way in which gofeed may read a field otherwise, and why
// that is no fault of ours.
type difference struct {
	kind   string
	fields string // that it is met in; empty for all
	reason string
	is     func(ours, theirs any) bool
}

// differences are all that are allowed between the two ways of reading a
// well-formed document.
var differences = []difference{
	{
		"less", "", "gofeed hands on fewer elements and attributes than we read: rdf:about, xml:lang of an entry, schema.org, image of a channel without title, namespaces in other spellings",
		func(ours, theirs any) bool { return reflect.ValueOf(theirs).IsZero() },
	},
	{
		"fewer", "Categories Links Authors Attachments", "of lists gofeed lacks what stands in such elements",
		func(ours, theirs any) bool { return isSubset(ours, theirs) },
	},
	{
		"persons", "Authors", "gofeed drops what Atom's persons have besides name, uri and email; ours adds the address that another element has for the same name; gofeed trims spaces of all kinds, we only those of XML",
		func(ours, theirs any) bool {
			a, b := ours.([]newsletter.Author), theirs.([]newsletter.Author)
			if len(b) > len(a) {
				return false
			}
			for i, x := range b {
				y := a[i]
				y.Name, y.Email = strings.TrimSpace(y.Name), strings.TrimSpace(y.Email)
				y.Organization, y.Avatar = "", ""
				if x.Email == "" {
					y.Email = ""
				}
				if x != y {
					return false
				}
			}
			return true
		},
	},
	{
		"counted", "Attachments", "gofeed has no feedburner:origEnclosureLink",
		func(ours, theirs any) bool {
			a, b := ours.([]newsletter.Attachment), theirs.([]newsletter.Attachment)
			if len(a) == 0 || len(a) != len(b) || !strings.Contains(b[0].URL, "feedproxy") {
				return false
			}
			first := a[0]
			first.URL = b[0].URL
			return first == b[0] && slices.Equal(a[1:], b[1:])
		},
	},
	{
		"spelling", "Content", "gofeed writes HTML anew: references and line ends are spelt otherwise, the markup is the same",
		func(ours, theirs any) bool {
			return slices.Equal(htmlTokens(ours.(string)), htmlTokens(theirs.(string)))
		},
	},
	{
		"line breaks", "Summary Description", "of text the line breaks stay, where gofeed's type is lost it may have been HTML",
		func(ours, theirs any) bool { return oneLine(ours.(string)) == oneLine(theirs.(string)) },
	},
	{
		"type", "Title Summary Rights Description Content", "gofeed keeps no type of a text: text that looks like HTML is taken for it",
		func(ours, theirs any) bool {
			return sameText(ours.(string), theirs.(string))
		},
	},
	{
		"base64", "Title Summary Rights Description Content", "gofeed decodes base64 only where the type is binary too",
		func(ours, theirs any) bool {
			b, err := base64.StdEncoding.DecodeString(theirs.(string))
			return err == nil && (ours == "" || html.Text(string(b)) == html.Text(ours.(string)))
		},
	},
	{
		"summary or content", "Content Summary", "gofeed tells neither an empty content:encoded, which makes the description the summary, from none, nor a summary that is text from HTML",
		nil, // compared with both fields at hand
	},
	{
		"scheme", "Categories", "gofeed resolves schemes as URLs and drops an empty fragment",
		func(ours, theirs any) bool {
			return slices.EqualFunc(ours.([]newsletter.Category), theirs.([]newsletter.Category), func(a, b newsletter.Category) bool {
				return a.Term == b.Term && strings.TrimSuffix(a.Scheme, "#") == b.Scheme
			})
		},
	},
	{
		"URL spelling", "URL FeedURL", "gofeed escapes characters in URLs and in their hosts",
		func(ours, theirs any) bool {
			a, err := url.PathUnescape(ours.(string))
			b, err2 := url.PathUnescape(theirs.(string))
			return err == nil && err2 == nil && strings.EqualFold(a, b)
		},
	},
	{
		"naked markup", "Content", "gofeed decodes text that stands among naked elements twice",
		func(ours, theirs any) bool {
			text := func(s any, times int) string {
				t := s.(string)
				for range times {
					t = nethtml.UnescapeString(t)
				}
				return strings.Join(strings.Fields(t), "")
			}
			return text(ours, 3) == text(theirs, 2)
		},
	},
	{
		"elements in text", "Categories", "gofeed takes the elements within an element of text for text",
		func(ours, theirs any) bool {
			return slices.EqualFunc(ours.([]newsletter.Category), theirs.([]newsletter.Category), func(a, b newsletter.Category) bool {
				return strings.HasPrefix(b.Term, a.Term+" <")
			})
		},
	},
	{
		"reference without semicolon", "Title Summary Rights Description", "gofeed leaves it as it stands where it takes a text for no HTML",
		func(ours, theirs any) bool {
			return oneLine(nethtml.UnescapeString(theirs.(string))) == oneLine(ours.(string))
		},
	},
	{
		"no-break space", "Title", "gofeed trims spaces of all kinds, we only those of XML",
		func(ours, theirs any) bool { return strings.TrimSpace(ours.(string)) == theirs.(string) },
	},
}

// sameText reports whether two texts are the same if one, or both, had been
// taken for HTML.
func sameText(ours, theirs string) bool {
	text := html.Text(ours)
	theirText := html.Text(theirs)
	return text == oneLine(theirs) || text == theirText || oneLine(ours) == theirText
}

// isSubset reports whether theirs has nothing that ours lacks.
func isSubset(ours, theirs any) bool {
	a, b := reflect.ValueOf(ours), reflect.ValueOf(theirs)
	if a.Kind() != reflect.Slice {
		return false
	}
	for i := range b.Len() {
		found := false
		for k := range a.Len() {
			found = found || a.Index(k).Interface() == b.Index(i).Interface()
		}
		if !found {
			return false
		}
	}
	return true
}

// htmlTokens is a piece of HTML without the spelling.
func htmlTokens(s string) []string {
	var list []string
	z := nethtml.NewTokenizer(strings.NewReader(s))
	for z.Next() != nethtml.ErrorToken {
		t := z.Token()
		if t.Type == nethtml.SelfClosingTagToken {
			t.Type = nethtml.StartTagToken
		}
		slices.SortFunc(t.Attr, func(a, b nethtml.Attribute) int { return strings.Compare(a.Key, b.Key) })
		text := oneLine(nethtml.UnescapeString(t.String()))
		if len(list) > 0 && t.Type == nethtml.TextToken && list[len(list)-1][0] != '<' {
			list[len(list)-1] += text
		} else if text != "" {
			list = append(list, text)
		}
	}
	return list
}

// bothWays reads a document with our own reader and with gofeed. It is false
// for what isn't well-formed XML, or no feed.
func bothWays(t testing.TB, data []byte, base string) (ours, theirs *newsletter.Newsletter, ok bool) {
	var how Reading
	ours, err := Feed(bytes.NewReader(data), Options{BaseURL: base, Report: func(r Reading) { how = r }})
	notWellFormed := func(f *Error) bool { // rather than what no format can hold, which is mended of both
		return !strings.HasPrefix(f.Message, "newsletter: ") && !strings.HasPrefix(f.Message, "letter ") || strings.Contains(f.Message, "nothing is known of it")
	}
	if err != nil || slices.ContainsFunc(how.Faults, notWellFormed) || strings.HasPrefix(how.Format, "JSON") {
		return nil, nil, false
	}
	o := optionsOf([]Options{{BaseURL: base}})
	r, err := charset.NewReader(bytes.NewReader(data), o.Charset)
	require.NoError(t, err)
	text, err := io.ReadAll(r)
	require.NoError(t, err)
	theirs, err = gofeedWhole(text, o)
	var not *NotFeedError
	switch {
	case errors.As(err, &not): // a feed within an HTML page, which gofeed doesn't look for
		return nil, nil, false
	case err != nil:
		return ours, nil, true
	}
	mendHead(theirs)
	for _, l := range theirs.Letters {
		new(mender).mend(l, false)
	}
	return ours, theirs, true
}

// compare calls report for each field that differs, with the kind of the
// difference, empty where it is none that is allowed.
func compare(ours, theirs *newsletter.Newsletter, report func(field, kind string, ours, theirs any)) {
	compareFields("Newsletter", *ours, *theirs, report)
	if len(ours.Letters) != len(theirs.Letters) {
		report("Newsletter.Letters", "", len(ours.Letters), len(theirs.Letters))
		return
	}
	for i := range ours.Letters {
		compareFields("Letter", *ours.Letters[i], *theirs.Letters[i], report)
	}
}

func compareFields(of string, ours, theirs any, report func(field, kind string, ours, theirs any)) {
	a, b := reflect.ValueOf(ours), reflect.ValueOf(theirs)
	for i := range a.NumField() {
		field := a.Type().Field(i).Name
		x, y := a.Field(i).Interface(), b.Field(i).Interface()
		if field == "Letters" || reflect.DeepEqual(x, y) || reflect.ValueOf(x).Kind() == reflect.Slice && reflect.ValueOf(x).Len()+reflect.ValueOf(y).Len() == 0 {
			continue
		}
		if at, ok := x.(time.Time); ok && at.Equal(y.(time.Time)) {
			continue
		}
		if source, ok := x.(newsletter.Source); ok {
			compareFields(of+"."+field, source, y, report)
			continue
		}
		kind := ""
		for _, d := range differences {
			if kind == "" && d.is != nil && (d.fields == "" || slices.Contains(strings.Fields(d.fields), field)) && d.is(x, y) {
				kind = d.kind
			}
		}
		if l, ok := ours.(newsletter.Letter); ok && kind == "" && l.Content == "" && l.Summary != "" {
			if m := theirs.(newsletter.Letter); field == "Content" && sameText(l.Summary, m.Content) {
				kind = "summary or content" // which says the same once more
			}
			if m := theirs.(newsletter.Letter); m.Summary == "" && (html.Text(m.Content) == oneLine(l.Summary) || sameText(l.Summary, m.Content)) {
				kind = "summary or content"
			}
		}
		report(of+"."+field, kind, x, y)
	}
}

// documents yields what there is to read: our own test data, and the shared
// corpora where they are.
func documents(t testing.TB, yield func(name string, data []byte)) {
	for _, dir := range []string{"testdata", "../feed/testdata", "../../shared/corpus", "../../shared/conformance/feeds"} {
		if _, err := os.Stat(dir); err != nil {
			t.Log("not here: ", dir)
			continue
		}
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			if err == nil {
				yield(path, data)
			}
			return err
		})
		require.NoError(t, err)
	}
}

// TestDifferential reads every well-formed document in both ways.
func TestDifferential(t *testing.T) {
	counts := map[string]int{}
	documents(t, func(name string, data []byte) { CompareWays(t, name, data, counts) })
	t.Logf("%d documents read in both ways", counts["documents"])
	for _, k := range slices.Sorted(maps.Keys(counts)) {
		t.Log(counts[k], k)
	}
}

// CompareWays reads a document in both ways, fails the test where they differ
// as they must not, and counts the differences that are allowed.
func CompareWays(t testing.TB, name string, data []byte, counts map[string]int) {
	ours, theirs, ok := bothWays(t, data, "https://base.example/dir/feed")
	if !ok {
		return
	}
	counts["documents"]++
	if !assert.NotNil(t, theirs, "gofeed refuses %s", name) {
		return
	}
	failed := map[string]bool{}
	compare(ours, theirs, func(field, kind string, a, b any) {
		counts[field+": "+kind]++
		if kind == "" && !failed[field] {
			failed[field] = true
			t.Errorf("%s: %s: ours %s", name, field, apart(fmt.Sprintf("%+v", a), fmt.Sprintf("%+v", b)))
		}
	})
}

// TestDifferentialJSON reads every JSON Feed with gofeed's parser too.
func TestDifferentialJSON(t *testing.T) {
	documents(t, func(name string, data []byte) {
		if !strings.HasSuffix(name, ".json") {
			return
		}
		ours, err := Feed(bytes.NewReader(data))
		if err != nil {
			return
		}
		f, err := (&json.Parser{}).Parse(bytes.NewReader(data))
		require.NoError(t, err, name)
		assert.Equal(t, []string{oneLine(f.Title), f.HomePageURL, f.FeedURL, f.Icon, oneLine(f.Description)},
			[]string{ours.Title, ours.URL, ours.FeedURL, ours.Image, ours.Description}, name)
		require.Len(t, ours.Letters, len(f.Items), name)
		for i, item := range f.Items {
			l := ours.Letters[i]
			assert.Equal(t, []string{item.ID, item.URL, oneLine(item.Title), strings.TrimSpace(item.Summary), cmp.Or(item.Image, item.BannerImage)},
				[]string{l.ID, l.URL, l.Title, l.Summary, l.Image}, name)
			assert.True(t, firstDate(item.DatePublished).Equal(l.Published), name)
			if item.ContentHTML == "" && item.ContentText == item.Summary {
				item.ContentText = "" // a letter of ours without content
			}
			assert.Equal(t, htmlTokens(cmp.Or(item.ContentHTML, html.FromText(item.ContentText))), htmlTokens(l.Content), name)
		}
	})
}

// apart shows two texts from shortly before where they part.
func apart(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	i = max(0, i-20)
	return fmt.Sprintf("…%.100q, gofeed's …%.100q", a[i:], b[i:])
}

// FuzzDifferential reads feeds whose parts are the fuzzer's in both ways.
func FuzzDifferential(f *testing.F) {
	f.Add(false, "Title", "<p>Text &amp; <b>more</b></p>", "Fri, 28 May 2004 23:31:15 +0900", "ann@example.org (Ann)", "https://example.org/a?b=c&d=e")
	f.Add(true, "A < B & C", "plain", "2004-05-28T23:31:15Z", "Ann", "/relative")
	f.Add(true, "&lt;b&gt;", "<img src=x>", "28 maj 2004", "", "?q#f")
	f.Fuzz(func(t *testing.T, atom bool, title, body, date, person, link string) {
		for _, s := range []string{title, body, date, person, link} {
			if strings.ContainsFunc(s, func(r rune) bool {
				return r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0xfffd || r == 0xfffe || r == 0xffff
			}) {
				t.Skip("what XML can't hold, or what is mended")
			}
		}
		if _, ok := dates.Parse(date); !ok {
			date = "2004-05-28" // what is no date is noted, and the document no example any more
		}
		link = strings.Map(func(r rune) rune { // what net/url, which gofeed asks, doesn't write otherwise
			if r < 0x80 && (text.IsAlnum(byte(r)) || strings.ContainsRune("/?&=._-~", r)) {
				return r
			}
			return -1
		}, link)
		if strings.HasPrefix(link, "//") {
			link = "/" + strings.TrimLeft(link, "/") // net/url takes an empty host for none
		}
		var b bytes.Buffer
		fields := map[string]string{"Title": title, "Body": body, "Date": date, "Person": person, "Link": link}
		for k, v := range fields {
			fields[k] = nethtml.EscapeString(v)
		}
		name := "rss"
		if atom {
			name = "atom"
		}
		require.NoError(t, feedTemplates.ExecuteTemplate(&b, name, fields))
		ours, theirs, ok := bothWays(t, b.Bytes(), "https://base.example/dir/feed")
		require.True(t, ok, "well-formed: %s", b.Bytes())
		require.NotNil(t, theirs, "gofeed refuses %s", b.Bytes())
		compare(ours, theirs, func(field, kind string, x, y any) {
			if kind == "" {
				t.Errorf("%s: ours %s in\n%s", field, apart(fmt.Sprintf("%+v", x), fmt.Sprintf("%+v", y)), b.Bytes())
			}
		})
	})
}

// feedTemplates make well-formed feeds of any values.
var feedTemplates = template.Must(template.New("").Parse(`
{{define "rss"}}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>{{.Title}}</title><link>{{.Link}}</link><description>{{.Body}}</description><lastBuildDate>{{.Date}}</lastBuildDate><managingEditor>{{.Person}}</managingEditor>
<item><title>{{.Title}}</title><link>{{.Link}}</link><description>{{.Body}}</description><pubDate>{{.Date}}</pubDate><author>{{.Person}}</author><guid isPermaLink="false">{{.Title}}</guid><category domain="{{.Link}}">{{.Title}}</category><enclosure url="{{.Link}}" length="{{.Title}}" type="{{.Body}}"/></item>
<item><description>{{.Title}}</description><content:encoded>{{.Body}}</content:encoded><dc:creator>{{.Person}}</dc:creator><dc:date>{{.Date}}</dc:date><comments>{{.Link}}</comments></item>
</channel></rss>{{end}}
{{define "atom"}}<feed xmlns="http://www.w3.org/2005/Atom"><title>{{.Title}}</title><id>tag:y</id><updated>{{.Date}}</updated><link href="{{.Link}}"/><author><name>{{.Person}}</name><uri>{{.Link}}</uri></author>
<entry><title type="html">{{.Title}}</title><id>tag:x</id><link href="{{.Link}}"/><updated>{{.Date}}</updated><content type="html">{{.Body}}</content><category term="{{.Title}}"/><author><email>{{.Person}}</email></author></entry>
<entry><title type="text">{{.Title}}</title><summary>{{.Body}}</summary><published>{{.Date}}</published><source><title>{{.Title}}</title><link rel="self" href="{{.Link}}"/></source></entry>
</feed>{{end}}`))

// FuzzDifferentialMutated reads feeds with mutations in both ways. Those of
// them that are well-formed still have the same letters.
func FuzzDifferentialMutated(f *testing.F) {
	const (
		rss  = `<rss version="2.0"><channel>`
		atom = `<feed xmlns="http://www.w3.org/2005/Atom">`
		rdf  = `<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">`
	)
	f.Add([]byte(rss + `<title>T</title><item><title>a</title><link>https://example.org/</link></item><item><description><![CDATA[<p>b]]></description></item></channel></rss>`))
	f.Add([]byte(atom + `<title>T</title><entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">a</div></title><link href="/x"/></entry></feed>`))
	f.Add([]byte(rdf + `<channel><title>T</title></channel><item rdf:about="x"><title>a</title></item></rdf:RDF>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		root := string(data[:min(len(data), len(rdf))])
		if !strings.HasPrefix(root, rss) && !strings.HasPrefix(root, atom) && root != rdf {
			t.Skip("the root decides in which namespace all is")
		}
		ours, theirs, ok := bothWays(t, data, "https://base.example/")
		if !ok || theirs == nil {
			return
		}
		if len(ours.Letters) != len(theirs.Letters) {
			t.Errorf("%d letters, gofeed's %d", len(ours.Letters), len(theirs.Letters))
		}
	})
}
