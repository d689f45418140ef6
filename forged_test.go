package newsletter_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/parse"
)

// A stranger's JSON Feed may hold extensions of any name in any other. Whatever they are,
// what is written is well-formed, has the letters that there are and no other element or
// attribute than the extensions say, and reads again as the same.
func TestExtensionsForgeNothing(t *testing.T) {
	for seed := range uint64(300) {
		for _, f := range feeds {
			assertNothingForged(t, hostileFeed(rand.New(rand.NewPCG(seed, 2))), f)
		}
	}
}

func FuzzExtensionsForgeNothing(f *testing.F) {
	for _, document := range []string{
		`{"version": "https://jsonfeed.org/version/1.1", "items": [{"_newsletter": {"extensions": [
			{"namespace": "https://podcastindex.org/namespace/1.0", "name": "person", "children": [{"name": "x/></a></item><item>", "json": "1"}]}
		]}}]}`,
		`{"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "http://x.example/1"}], "_newsletter": {"extensions": [
			{"name": "item", "children": [{"name": "xmlns:a", "json": "\"\\u0000\""}]}
		]}}`,
	} {
		f.Add([]byte(document))
	}
	for seed := range uint64(20) {
		f.Add(hostileFeed(rand.New(rand.NewPCG(seed, 3))))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		for _, f := range feeds {
			assertNothingForged(t, document, f)
		}
	})
}

func assertNothingForged(t *testing.T, document []byte, f feed.Format) {
	t.Helper()
	n, err := parse.Feed(bytes.NewReader(document))
	if err != nil {
		return
	}
	n.Repair()
	n.URL = "https://example.org/"
	assertRoundTrip(t, n, f)
	if f == feed.JSON {
		return // which has no elements
	}
	bare, err := feed.Derive(n, f, undated)
	require.NoError(t, err)
	said := map[string]int{}
	bare.Extensions = saidBy(said, &bare.Extensions)
	for i, l := range bare.Letters {
		c := *l
		c.Extensions = saidBy(said, &c.Extensions)
		bare.Letters[i] = &c
	}
	var with, without bytes.Buffer
	require.NoError(t, feed.Write(&with, n, f, undated))
	require.NoError(t, feed.Write(&without, bare, f, undated))
	for name, times := range namesIn(t, without.Bytes()) {
		said[name] += times
	}
	require.Equal(t, said, namesIn(t, with.Bytes()), "%s\n%s", document, &with)
}

// ours is the namespace of the elements that tell of extensions.
const ours = "https://pkg.go.dev/github.com/automationregion/newsletter/feed"

// saidBy counts the elements and attributes of extensions, and returns none.
func saidBy(said map[string]int, x *newsletter.Extensions) (none newsletter.Extensions) {
	saidByElements(said, x.Elements)
	for _, a := range x.Attributes {
		said[a.Namespace+" "+a.Name]++
	}
	return none
}

func saidByElements(said map[string]int, list []newsletter.Extension) {
	for _, e := range list {
		if e.Name != "xmlns" && e.Namespace != ours { // encoding/xml gives one of that name no namespace
			said["<"+e.Namespace+" "+e.Name+">"]++
		}
		for _, a := range e.Attrs {
			said[a.Namespace+" "+a.Name]++
		}
		saidByElements(said, e.Children)
	}
}

// namesIn counts the elements and attributes of a document as encoding/xml reads it, but
// for those that tell of extensions, and those that extensions are which are told as text.
func namesIn(t *testing.T, document []byte) map[string]int {
	t.Helper()
	names := map[string]int{}
	d := xml.NewDecoder(bytes.NewReader(document))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return names
		}
		require.NoError(t, err, "%s", document)
		start, ok := token.(xml.StartElement)
		switch {
		case !ok:
			continue
		case start.Name.Space == ours && start.Name.Local == "tree":
			var text string
			require.NoError(t, d.DecodeElement(&text, &start))
			var tree treeOfTest
			require.NoError(t, json.Unmarshal([]byte(text), &tree), text)
			saidByElements(names, []newsletter.Extension{tree.extension()})
			continue
		case start.Name.Space != ours && start.Name.Local != "xmlns":
			names["<"+start.Name.Space+" "+start.Name.Local+">"]++
		}
		for _, a := range start.Attr {
			switch {
			case a.Name.Space == "xmlns", a.Name.Space == "" && a.Name.Local == "xmlns", start.Name.Space == ours && a.Name.Local == "in":
			case a.Name.Space == "xml":
				names["http://www.w3.org/XML/1998/namespace "+a.Name.Local]++
			default:
				names[a.Name.Space+" "+a.Name.Local]++
			}
		}
	}
}

// treeOfTest is an extension as JSON has it.
type treeOfTest struct {
	Namespace, Name string
	Attrs           []newsletter.Attr
	Children        []treeOfTest
}

func (o treeOfTest) extension() newsletter.Extension {
	e := newsletter.Extension{Namespace: o.Namespace, Name: o.Name, Attrs: o.Attrs}
	for _, c := range o.Children {
		if c.Name != "" { // and not text
			e.Children = append(e.Children, c.extension())
		}
	}
	return e
}

// hostileFeed returns a JSON Feed of one letter with random trees of extensions.
func hostileFeed(r *rand.Rand) []byte {
	pick := func(list []string) string { return list[r.IntN(len(list))] }
	prefixes := []string{"", "xml", "xmlns", "XML", "a", "1a", "a:b", "a b", "é", "rss", "atom", "dc", "newsletter", "itunes", `a"b`, "<", "ns1"}
	namespaces := []string{
		"", "", "http://www.w3.org/2005/Atom", "http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/", "u:1", "u:2", `u:"<&>'`, "u:\n\t ", "\ufffe",
		"http://purl.org/dc/elements/1.1/", "http://purl.org/rss/1.0/", "http://purl.org/rss/1.0/modules/content/", "http://www.itunes.com/dtds/podcast-1.0.dtd",
		"http://search.yahoo.com/mrss/", "http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg", "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
		"https://schema.org/", "http://purl.org/syndication/history/1.0", "https://pkg.go.dev/github.com/automationregion/newsletter/feed",
	}
	names := []string{
		"a", "b", "xmlns", "xml", "xmlns:a", "xml:lang", "lang", "base", "é", "\uA64F", "A", "", "1", "-a", "a>b", "x/></a></item><item><a", "<<<", `a="`, "a\x00",
		"item", "entry", "channel", "feed", "rss", "RDF", "Item", "title", "link", "guid", "id", "author", "pubDate", "updated", "encoded", "content", "description",
		"summary", "category", "image", "script", "svg", "creator", "archive", "extension", "json", "attributes", "group", "thumbnail", "identifier", "items",
	}
	texts := []string{"", "t", "<b>", "]]>", "&amp;", "\x00", "\x01", "\r\n", "\ufffe", "  ", "<!--", "<?x?>", "é", "http://evil.example/", "alert(1)"}
	values := []string{`1`, `{"a":1}`, `"\u0000"`, `"]]>"`, `[1,2]`, `null`, `"</newsletter:json>"`}
	var tree func(depth int) string
	tree = func(depth int) string {
		if r.IntN(6) == 0 {
			name := pick(names)
			if depth == 0 { // where it may stand
				name = fmt.Sprintf("_%d%s", r.IntN(1e6), name)
			}
			return fmt.Sprintf(`{"name":%s,"json":%s}`, quoted(name), pick(values))
		}
		var b strings.Builder
		fmt.Fprintf(&b, `{"namespace":%s,"prefix":%s,"name":%s`, quoted(pick(namespaces)), quoted(pick(prefixes)), quoted(pick(names)))
		if attrs := make([]string, r.IntN(4)); len(attrs) > 0 {
			for i := range attrs {
				attrs[i] = fmt.Sprintf(`{"namespace":%s,"prefix":%s,"name":%s,"value":%s}`, quoted(pick(namespaces)), quoted(pick(prefixes)), quoted(pick(names)), quoted(pick(texts)))
			}
			fmt.Fprintf(&b, `,"attrs":[%s]`, strings.Join(attrs, ","))
		}
		if r.IntN(3) == 0 {
			fmt.Fprintf(&b, `,"text":%s`, quoted(pick(texts)))
		}
		if r.IntN(10) == 0 {
			fmt.Fprintf(&b, `,"in":%s`, quoted(pick([]string{"Title", "Authors[0]", "Image", "Source", "x", "Categories[0]", "ID"})))
		}
		if depth < 4 && r.IntN(2) == 0 {
			var children []string
			for range r.IntN(4) {
				if r.IntN(4) == 0 {
					children = append(children, fmt.Sprintf(`{"text":%s}`, quoted(pick(texts))))
				} else {
					children = append(children, tree(depth+1))
				}
			}
			fmt.Fprintf(&b, `,"children":[%s]`, strings.Join(children, ","))
		}
		b.WriteString("}")
		return b.String()
	}
	trees := func() string {
		list := make([]string, 1+r.IntN(6))
		for i := range list {
			list[i] = tree(0)
		}
		return strings.Join(list, ",")
	}
	return []byte(fmt.Sprintf(`{"version":"https://jsonfeed.org/version/1.1","title":"T","home_page_url":"https://example.org/","authors":[{"name":"A"}],
		"items":[{"id":"https://example.org/1","url":"https://example.org/1","title":"t","summary":"s","content_html":"c","tags":["k"],"date_published":"2026-11-27T00:00:00Z",
		"image":"https://example.org/a.png","authors":[{"name":"B"}],"_newsletter":{"extensions":[%s]}}],"_newsletter":{"extensions":[%s]}}`, trees(), trees()))
}

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}
