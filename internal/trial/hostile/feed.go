package hostile

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// A Feed is a hostile feed.
type Feed struct {
	Name  string
	Write func(w *bufio.Writer)
	// Long says that it is under a megabyte on the wire alone, where it is packed.
	Long bool
}

const (
	rssHead  = `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>T</title><link>https://x.example/</link><description/>`
	rssTail  = `</channel></rss>`
	itemHead = `<item><guid isPermaLink="false">1</guid><link>https://x.example/1</link><pubDate>Sun, 22 Nov 2026 08:00:00 +0000</pubDate>`
	jsonHead = `{"version":"https://jsonfeed.org/version/1.1","title":"T","home_page_url":"https://x.example/","items":[`
)

// repeat writes s again and again, size bytes of it.
func repeat(w io.Writer, s string, size int) {
	chunk := strings.Repeat(s, max(1, min(size, 1<<16)/len(s)))
	for ; size >= len(chunk); size -= len(chunk) {
		io.WriteString(w, chunk)
	}
	io.WriteString(w, strings.Repeat(s, size/len(s)))
}

// rss is a feed with this between its head and its tail.
func rss(body func(w *bufio.Writer)) func(w *bufio.Writer) {
	return func(w *bufio.Writer) {
		w.WriteString(rssHead)
		body(w)
		w.WriteString(rssTail)
	}
}

// inItem is a feed of two items, each with an element full of s.
func inItem(open, s, end string, size int) func(w *bufio.Writer) {
	return rss(func(w *bufio.Writer) {
		for i := range 2 {
			w.WriteString(strings.Replace(itemHead, ">1<", fmt.Sprintf(">%d<", i), 1) + open)
			repeat(w, s, size/2)
			w.WriteString(end + "</item>")
		}
	})
}

// inContent is inItem for content.
func inContent(s string, size int) func(w *bufio.Writer) {
	return inItem("<title>A</title><content:encoded><![CDATA[", s, "]]></content:encoded>", size)
}

// lists is a feed of n items that each have many elements, none like another.
func lists(w *bufio.Writer, element string, n, each int) {
	rss(func(w *bufio.Writer) {
		for i := range n {
			w.WriteString(strings.Replace(itemHead, ">1<", fmt.Sprintf(">%d<", i), 1) + "<title>A</title>")
			for j := range each {
				fmt.Fprintf(w, element, i*each+j)
			}
			w.WriteString("</item>")
		}
	})(w)
}

// contents is a feed of as many items as are read, each with its content of s.
func contents(s string, each int) func(w *bufio.Writer) {
	return items(9_000, strings.Replace(itemHead, ">1<", ">#<", 1)+"<title>Letter #</title><content:encoded><![CDATA[# "+strings.Repeat(s, each)+"]]></content:encoded></item>")
}

// items is a feed of n items.
func items(n int, format string) func(w *bufio.Writer) {
	return rss(func(w *bufio.Writer) {
		for i := range n {
			w.WriteString(strings.ReplaceAll(format, "#", fmt.Sprint(i)))
		}
	})
}

// whole is a document of s alone.
func whole(head, s string, size int) func(w *bufio.Writer) {
	return func(w *bufio.Writer) {
		w.WriteString(head)
		repeat(w, s, size)
	}
}

// inJSON is a JSON Feed of s between its begin and end: "#" is another number each time.
func inJSON(begin, between, end string) func(w *bufio.Writer) {
	return func(w *bufio.Writer) {
		w.WriteString(jsonHead + begin)
		for i, size := 0, 0; size < small-1000; i++ {
			s := strings.ReplaceAll(between, "#", fmt.Sprint(i))
			w.WriteString(s)
			size += len(s)
		}
		w.WriteString(end + "]}")
	}
}

const (
	small = MostInput - 2000
	large = 30 << 20 // under the limit of a body
)

// Feeds are hostile feeds.
var Feeds = []Feed{
	{"one entity, used 100,000 times", func(w *bufio.Writer) {
		w.WriteString(`<!DOCTYPE rss [<!ENTITY e "` + strings.Repeat("x", 100_000) + `">]>`)
		inItem("<title>", "&e;", "</title>", 300_000)(w)
	}, false},
	{"entities within each other", func(w *bufio.Writer) {
		w.WriteString(`<!DOCTYPE rss [<!ENTITY e0 "lol">`)
		for i := range 20 {
			fmt.Fprintf(w, `<!ENTITY e%d "%s">`, i+1, strings.Repeat(fmt.Sprintf("&e%d;", i), 10))
		}
		w.WriteString(`]>`)
		inItem("<title>", "&e20;", "</title>", 1000)(w)
	}, false},
	{"entities, many", func(w *bufio.Writer) {
		w.WriteString(`<!DOCTYPE rss [`)
		for i := range 40_000 {
			fmt.Fprintf(w, `<!ENTITY e%d "x">`, i)
		}
		w.WriteString(`]>`)
		inItem("<title>", "&e39999;", "</title>", 100_000)(w)
	}, false},
	{"references that are none", inItem("<title>", "&amp;&x", "</title>", small), false},
	{"titles of 15 MB", inItem("<title>", "word ", "</title>", large), true},
	{"titles of 15 MB without a space", inItem("<title>", "å", "</title>", large), true},
	{"plain descriptions of 15 MB", inItem("<description>", "word ", "</description>", large), true},
	{"plain descriptions of signs", inItem("<description>", "&amp;&quot;", "</description>", large), true},
	{"descriptions of line ends", inItem("<description>", "\n", "</description>", large), true},
	{"a feed's title of 20 MB", func(w *bufio.Writer) {
		w.WriteString(`<rss version="2.0"><channel><title>`)
		repeat(w, "word ", 20<<20)
		w.WriteString("</title>" + itemHead + "<title>A</title></item>" + rssTail)
	}, true},
	{"authors of 10 MB", inItem("<title>A</title><dc:creator>", "word ", "</dc:creator>", 20<<20), true},
	{"categories", inItem("<title>A</title>", "<category>c</category>", "", large), true},
	{"authors", inItem("<title>A</title>", "<dc:creator>c</dc:creator>", "", large), true},
	{"enclosures", inItem("<title>A</title>", `<enclosure url="https://x.example/1.mp3" type="audio/mpeg" length="1"/>`, "", large), true},
	{"addresses of 10 MB", inItem("<title>A</title><comments>https://x.example/</comments><link>https://x.example/", "a", "</link>", 20<<20), true},
	{"IDs of 3 KB", items(9_000, strings.Replace(itemHead, ">1<", ">#"+strings.Repeat("x", 3000)+"<", 1)+"<title>A</title></item>"), true},
	{"IDs of 10 MB", inItem("<title>A</title><guid>", "a", "</guid>", 20<<20), true},
	{"items, 10,000", items(9_990, strings.Replace(itemHead, ">1<", ">#<", 1)+"<title>Letter #</title><description>Text #</description></item>"), true},
	{"items, 200,000", items(180_000, "<item><guid>#</guid><title>A</title></item>"), true},
	{"items without anything", items(140_000, "<item/>"), false},
	{"items of an address that is none", items(37_000, "<item><link>x</link></item>"), false},
	{"tags of JSON", inJSON(`{"id":"1","tags":["0"`, `,"#"`, "]}"), false},
	{"authors of JSON", inJSON(`{"id":"1","authors":[{}`, `,{"name":"#"}`, "]}"), false},
	{"attachments of JSON", inJSON(`{"id":"1","attachments":[{}`, `,{"url":"u:#","mime_type":"a/b"}`, "]}"), false},
	{"attributes of an extension", inJSON(`{"id":"1","_newsletter":{"extensions":[{"namespace":"u:z","name":"a","attrs":[{}`, `,{"name":"a#"}`, "]}]}}"), false},
	{"extensions of one namespace, long", func(w *bufio.Writer) {
		w.WriteString(`<rss version="2.0" xmlns:z="u:`)
		repeat(w, "x", small/2)
		w.WriteString(`"><channel><title>T</title><link>https://x.example/</link><description/>` + itemHead + "<title>A</title>")
		repeat(w, "<z:a/>", small/2-1000)
		w.WriteString("</item>" + rssTail)
	}, false},
	{"items of one name", items(9_990, itemHead+"<title>The same title</title></item>"), true},
	{"items of long contents", items(9_900, strings.Replace(itemHead, ">1<", ">#<", 1)+"<title>Letter #</title><content:encoded><![CDATA["+strings.Repeat("<p>word</p>", 250)+"]]></content:encoded></item>"), true},

	{"content of marks", inContent("<b>x</b>", large), true},
	{"content of marks that stay open", inContent("<b>", small), false},
	{"content of marks that stay open, packed", inContent("<b>", large), true},
	{"content of paragraphs within each other", inContent("<div>", large), true},
	{"content of links", inContent(`<a href="/x">x</a>`, large), true},
	{"content of links to a far page", func(w *bufio.Writer) {
		w.WriteString(`<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://x.example/` + strings.Repeat("a", 1000) + `/"><entry><title>A</title><content type="html">`)
		repeat(w, "&lt;a href=b>x&lt;/a>", small-2000)
		w.WriteString("</content></entry></feed>")
	}, false},
	{"links to a far page", func(w *bufio.Writer) {
		w.WriteString(`<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://x.example/` + strings.Repeat("a", 1000) + `/"><entry><title>A</title>`)
		repeat(w, `<link href="b"/>`, small-2000)
		w.WriteString("</entry></feed>")
	}, false},
	{"letters at a far page", func(w *bufio.Writer) {
		w.WriteString(`<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://x.example/` + strings.Repeat("a", 4000) + `/">`)
		for i := range 9_900 {
			fmt.Fprintf(w, `<entry><id>u:%d</id><link href="b"/><content type="html">&lt;a href=c></content></entry>`, i)
		}
		w.WriteString("</feed>")
	}, false},
	{"references that nobody declared", inItem("<title>A</title><description>", "&eacute;", "</description>", small), false},
	{"letters of nothing", whole(jsonHead+`{"id":1}`, `,{"id":1}`, small), false},
	{"letters of categories", func(w *bufio.Writer) { lists(w, "<category>%d</category>", 4_500, 50) }, true},
	{"letters of authors", func(w *bufio.Writer) { lists(w, "<dc:creator>%d</dc:creator>", 4_500, 50) }, true},
	{"titles of signs", items(9_000, "<item><guid>#</guid><title>"+strings.Repeat("&amp;lt;b&amp;gt;", 200)+"</title></item>"), true},
	{"letters to be mended", contents("<p>word <b>x", 200), true},
	{"letters of drawings", contents("<svg><b>", 300), true},
	{"letters of tables", contents("<table><b>x", 220), true},
	{"letters of links", contents("<a href=b><div>", 170), true},
	{"letters of headings", contents("<h2>x</h2>", 280), true},
	{"letters of characters", contents("&nbsp;&copy;", 230), true},
	{"content of pictures", inContent(`<img src="https://x.example/1.png" width="500" height="300">`, large), true},
	{"content of a picture in itself", inContent(`<img src="data:image/png;base64,`+strings.Repeat("A", 1<<20)+`">`, large), true},
	{"content of attributes", func(w *bufio.Writer) {
		inItem("<title>A</title><content:encoded><![CDATA[", "<b"+strings.Repeat(" a", 100_000)+">", "]]></content:encoded>", small-200_000)(w)
	}, false},
	{"content of quotation marks", inContent(`"&quot;'`, large), true},
	{"content of tables", inContent("<table><tr><td>", small), false},
	{"content of lists", inContent("<ul><li>x", small), false},
	{"content of formatting", inContent("<a><b><i><u><s><p>", small), false},
	{"content of selects", inContent("<select><option><table>", small), false},
	{"content of comments", inContent("<!--", small), false},
	{"content of scripts", inContent("<script>x</script>", large), true},
	{"content of references", inContent("&amp;lt;", large), true},

	{"marks that stay open", whole(rssHead, "<item><title>", small), false},
	{"marks within each other", whole(rssHead, "<a>", small), false},
	{"a comment that stays open", whole(rssHead+"<!--", "- ", small), false},
	{"comments", whole(rssHead, "<!---->", small), false},
	{"CDATA that stays open", whole(rssHead+itemHead+"<title><![CDATA[", "]] ", small), false},
	{"less-than signs", whole(rssHead+itemHead, "<", small), false},
	{"quotation marks that stay open", whole(rssHead+itemHead, `<a b="`, small), false},
	{"processing instructions", whole(rssHead, "<?a ?>", small), false},
	{"namespaces", func(w *bufio.Writer) {
		w.WriteString("<rss")
		for i := range 40_000 {
			fmt.Fprintf(w, ` xmlns:n%d="u%d"`, i, i)
		}
		w.WriteString("><channel><item><title>A</title></item></channel></rss>")
	}, false},
	{"spaces", whole("", " ", large), true},
	{"zeros", whole("", "\x00", 200<<20), true},
	{"a page", whole("<!DOCTYPE html><html><head>", `<link rel="alternate" type="application/rss+xml" href="/feed">`, small), false},

	{"arrays in arrays", whole(jsonHead, "[", small), false},
	{"objects in objects", whole(jsonHead, `{"a":`, small), false},
	{"objects in objects, in place of a text", whole(jsonHead, `{"title":`, small), false},
	{"objects in place of texts", whole(jsonHead, `{"title":{"a":{"b":{"c":1}}},"tags":{"a":{"b":{}}}},`, small), true},
	{"extensions within each other", func(w *bufio.Writer) {
		w.WriteString(jsonHead + `{"id":"1","_newsletter":{"extensions":[{"namespace":"u:","prefix":"z","name":"a"}`)
		for range 120 {
			const open = `{"namespace":"u:1","prefix":"z","name":"x","children":[`
			w.WriteString("," + strings.Repeat(open, 90) + `{"text":"a"}` + strings.Repeat("]}", 90))
		}
		w.WriteString("]}}]}")
	}, false},
	{"small elements of another vocabulary", inItem("<title>A</title>", `<z:a xmlns:z="u:1"><z:b><z:b><z:b><z:b>x</z:b></z:b></z:b></z:b></z:a>`, "", small), false},
	{"members", func(w *bufio.Writer) {
		w.WriteString(jsonHead + `{"id":"1"`)
		for i := range 60_000 {
			fmt.Fprintf(w, `,"_a%d":1`, i)
		}
		w.WriteString("}]}")
	}, false},
	{"a number of 1 MB", func(w *bufio.Writer) {
		w.WriteString(jsonHead + `{"id":`)
		repeat(w, "9", small)
		w.WriteString("}]}")
	}, false},
	{"strings of 15 MB", func(w *bufio.Writer) {
		w.WriteString(jsonHead + `{"id":"1","content_text":"`)
		repeat(w, `\u003c\"`, 15<<20)
		w.WriteString(`"},{"id":"2","title":"`)
		repeat(w, `\n`, 14<<20)
		w.WriteString(`"}]}`)
	}, true},
}
