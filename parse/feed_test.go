package parse_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/golden"
	"github.com/automationregion/newsletter/parse"
)

var update = flag.Bool("update", false, "write the expectations of testdata/feed anew")

// The archives in testdata/feed hold a feed and what is read from it: the
// format, the faults that were mended, the error, and the model.
func TestFeed(t *testing.T) {
	files, err := filepath.Glob("testdata/feed/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			opts := parse.Options{FileName: "feed.xml"}
			for line := range strings.Lines(string(archive.Comment)) {
				if base, ok := strings.CutPrefix(strings.TrimSpace(line), "base "); ok {
					opts.BaseURL = base
				}
			}
			var notes bytes.Buffer
			opts.Report = func(r parse.Reading) {
				fmt.Fprintln(&notes, r.Format)
				for _, f := range r.Faults {
					fmt.Fprintln(&notes, f)
				}
				if left := r.Unpublished(); left != "" {
					fmt.Fprintln(&notes, left)
				}
			}
			n, err := parse.Feed(bytes.NewReader(archive.Files[0].Data), opts)
			if err != nil {
				fmt.Fprintln(&notes, "error:", err)
			}
			golden.Compare(t, *update, file, archive, 1, []txtar.File{
				{Name: "reading.txt", Data: notes.Bytes()},
				{Name: "newsletter.json", Data: golden.Stated(t, n)},
			})
		})
	}
}

// Whatever the reader hands out at a time, and whether it can be read twice or
// not, the same comes out; and the decoder gives what Feed gives.
func TestFeedIsTheSameHoweverItIsRead(t *testing.T) {
	for _, s := range generated[:10] {
		data := generate(s)
		whole, err := parse.Feed(bytes.NewReader(data))
		require.NoError(t, err, s.name)
		require.Len(t, whole.Letters, s.items, s.name)
		inBits, err := parse.Feed(struct{ io.Reader }{&chunks{data: data, n: 7}})
		require.NoError(t, err, s.name)
		assert.Equal(t, whole, inBits, s.name)

		d := parse.NewDecoder(&chunks{data: data, n: 4099})
		n, err := d.Newsletter()
		require.NoError(t, err, s.name)
		assert.Equal(t, whole.Title, n.Title)
		i := 0
		for l, err := range d.Letters() {
			require.NoError(t, err, s.name)
			require.Equal(t, whole.Letters[i], l, s.name)
			i++
		}
		assert.Equal(t, len(whole.Letters), i, s.name)
	}
}

// chunks hands out n bytes at a time.
type chunks struct {
	data []byte
	n    int
}

func (c *chunks) Read(p []byte) (int, error) {
	if len(c.data) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), c.n)], c.data)
	c.data = c.data[n:]
	return n, nil
}

func TestDecoderGoesOnWhereALoopEnded(t *testing.T) {
	d := parse.NewDecoder(strings.NewReader(`<rss><channel><title>T</title><item><title>1</title></item><item><title>2</title></item><item><title>3</title></item><language>sv</language></channel></rss>`))
	var titles []string
	for l, err := range d.Letters() {
		require.NoError(t, err)
		titles = append(titles, l.Title)
		break
	}
	for l, err := range d.Letters() {
		require.NoError(t, err)
		titles = append(titles, l.Title)
	}
	assert.Equal(t, []string{"1", "2", "3"}, titles)
	n, err := d.Newsletter()
	require.NoError(t, err)
	assert.Equal(t, "sv", n.Language, "what stands after the letters is added")
}

func TestDecoderGivesAnErrorOnceAndLast(t *testing.T) {
	d := parse.NewDecoder(strings.NewReader("<rss>\n<channel><item><title>1</title></item>\n<item><ti"), parse.Options{FileName: "a.xml"})
	var letters int
	var errs []error
	for l, err := range d.Letters() {
		if err != nil {
			assert.Nil(t, l)
			errs = append(errs, err)
			continue
		}
		letters++
	}
	assert.Equal(t, 1, letters)
	require.Len(t, errs, 1)
	assert.ErrorIs(t, errs[0], parse.ErrTruncated)
	assert.EqualError(t, errs[0], "a.xml:3:10: the document ends before </item>")
}

func TestFeedMarkupKeepsHTML(t *testing.T) {
	doc := `<feed xmlns="http://www.w3.org/2005/Atom"><title type="html">A &lt;b&gt;b&lt;/b&gt; &amp;amp; c</title><rights>1 &lt; 2</rights></feed>`
	n, err := parse.Feed(strings.NewReader(doc))
	require.NoError(t, err)
	assert.Equal(t, "A b & c", n.Title)
	n, err = parse.Feed(strings.NewReader(doc), parse.Options{KeepMarkup: true})
	require.NoError(t, err)
	assert.Equal(t, "A <b>b</b> &amp; c", n.Title)
	assert.Equal(t, "1 < 2", n.Rights)
}

// Documents that no feed is like are refused or bounded, each with its error.
func TestHostileFeeds(t *testing.T) {
	many := strings.Repeat
	item := func(inside string) string { return "<rss><channel><item>" + inside + "</item></channel></rss>" }
	bomb := `<!DOCTYPE rss [<!ENTITY a "` + many("x", 1000) + `">`
	for c := 'b'; c < 'h'; c++ {
		bomb += fmt.Sprintf("<!ENTITY %c %q>", c, many(fmt.Sprintf("&%c;", c-1), 10))
	}
	bomb += "]><rss><channel><title>&g;</title></channel></rss>"
	for _, c := range []struct {
		name string
		doc  string
		opts parse.Options
		is   error
		at   string
	}{
		{name: "nested a million deep", doc: "<rss>" + many("<a>", 1e6), is: parse.ErrTooDeep, at: "1:1503"},
		{name: "a depth of its own", doc: item("<a><b/></a>"), opts: parse.Options{MaxDepth: 4}, is: parse.ErrTooDeep, at: "1:24"},
		{name: "a million attributes", doc: "<rss" + many(` a="b"`, 1e5) + "/>", is: parse.ErrTooLarge, at: "1:1"},
		{name: "an attribute without end", doc: `<rss a="` + many("b", 3<<20), is: parse.ErrTooLarge, at: "1:1"},
		{name: "a name without end", doc: `<rss><` + many("b", 3<<20), is: parse.ErrTooLarge, at: "1:6"},
		{name: "prefixes without end", doc: "<rss>" + many(`<a xmlns:a="b" xmlns:c="d">`, 400), is: parse.ErrTooLarge},
		{name: "entities within entities", doc: bomb, is: parse.ErrTooLarge},
		{name: "an entity within itself", doc: `<!DOCTYPE rss [<!ENTITY a "&a;">]><rss><channel><title>&a;</title></channel></rss>`, is: parse.ErrTooLarge},
		{name: "a document type without end", doc: "<!DOCTYPE rss [" + many("<!-- -->", 1e5), is: parse.ErrTooLarge},
		{name: "CDATA without end", doc: "<rss><channel><title><![CDATA[" + many("x", 1<<20), is: parse.ErrTruncated},
		{name: "a comment without end", doc: "<rss><!--" + many("-", 1<<20), is: parse.ErrTruncated},
		{name: "too long", doc: item("<title>1</title>"), opts: parse.Options{MaxBytes: 40}, is: parse.ErrTooLarge, at: "1:41"},
		{name: "too many letters", doc: "<rss><channel>" + many("<item/>", 3), opts: parse.Options{MaxLetters: 2}, is: parse.ErrTooManyLetters, at: "1:36"},
		{name: "an element without end", doc: "<rss><channel><item>\n<title>å", is: parse.ErrTruncated, at: "2:9"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := parse.Feed(strings.NewReader(c.doc), c.opts)
			require.ErrorIs(t, err, c.is)
			var place *parse.Error
			require.ErrorAs(t, err, &place)
			if c.at != "" {
				assert.Equal(t, c.at, fmt.Sprintf("%d:%d", place.Line, place.Column))
			}
			assert.Positive(t, place.Line)
		})
	}
}

// What one letter may have is bounded too; what is over is left out, and that
// is said.
func TestALetterHasBounds(t *testing.T) {
	var reading parse.Reading
	var doc strings.Builder
	doc.WriteString("<rss><channel><item>")
	for i := range 30_000 {
		fmt.Fprintf(&doc, `<category>%d</category><author>%[1]d</author><enclosure url="https://region.example/%[1]d"/>`, i)
	}
	doc.WriteString("</item></channel></rss>")
	n, err := parse.Feed(strings.NewReader(doc.String()), parse.Options{Report: func(r parse.Reading) { reading = r }})
	require.NoError(t, err)
	l := n.Letters[0]
	assert.Less(t, len(l.Categories), 10_000)
	assert.Less(t, len(l.Authors), 10_000)
	assert.Less(t, len(l.Attachments), 10_000)
	assert.NotEmpty(t, reading.Faults)
}

// endless is an archive that goes on for a given number of letters, and is made
// while it is read.
type endless struct {
	head, item, tail string
	items            int
	rest             string
}

func (e *endless) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if e.rest == "" {
			switch {
			case e.head != "":
				e.rest, e.head = e.head, ""
			case e.items > 0:
				e.rest = e.item
				e.items--
			case e.tail != "":
				e.rest, e.tail = e.tail, ""
			default:
				return n, io.EOF
			}
		}
		m := copy(p[n:], e.rest)
		e.rest = e.rest[m:]
		n += m
	}
	return n, nil
}

// archive is an archive of about so many bytes.
func archive(size int) *endless {
	data := generate(feedSize{"archive", "rss", 1, 900, false})
	begin, end := bytes.Index(data, []byte("<item>")), bytes.Index(data, []byte("</item>"))+len("</item>")
	return &endless{head: string(data[:begin]), item: string(data[begin:end]), tail: string(data[end:]), items: size / (end - begin)}
}

func TestDecoderNeedsNoMoreMemoryForALongerFeed(t *testing.T) {
	const size, most = 64 << 20, 16 << 20
	a := archive(size)
	items := a.items
	letters, peak := 0, uint64(0)
	for l, err := range parse.NewDecoder(a, parse.Options{MaxBytes: -1, MaxLetters: -1}).Letters() {
		require.NoError(t, err)
		require.NotEmpty(t, l.Content)
		if letters++; letters%4000 == 0 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
		}
	}
	assert.Equal(t, items, letters)
	assert.Less(t, peak, uint64(most))
}

func TestAHugeTextIsRefusedBeforeItIsHeld(t *testing.T) {
	for _, within := range []string{"<rss><channel><title>", "<rss><channel><title><![CDATA[", "<feed xmlns='http://www.w3.org/2005/Atom'><entry><content type='xhtml'>", "<rss><channel><item><unknown>"} {
		text := &endless{head: within, item: strings.Repeat("x", 1<<10), items: 100 << 10}
		var err error
		for _, err = range parse.NewDecoder(text, parse.Options{MaxBytes: -1}).Letters() {
		}
		require.ErrorIs(t, err, parse.ErrTooLarge, within)
		assert.Positive(t, text.items, "it was not read to its end")
	}
}

// The corpus is real: every file of it that is a feed is read.
func TestCorpus(t *testing.T) {
	for i, data := range corpus(t) {
		var reading parse.Reading
		n, err := parse.Feed(bytes.NewReader(data), parse.Options{Report: func(r parse.Reading) { reading = r }})
		var notFeed *parse.NotFeedError
		if errors.As(err, &notFeed) {
			continue
		}
		if !errors.Is(err, parse.ErrTruncated) {
			require.NoError(t, err, "file %d", i)
		}
		if len(n.Letters) == 0 { // one has an entry with nothing in it
			require.Contains(t, fmt.Sprint(reading.Faults), "dropped: nothing is known of it", "file %d", i)
		}
	}
}

var seeds = []string{
	"", "<", "<rss", "<rss/>", "</rss>", "<rss><channel><item/></channel></rss>", "<feed/>", "<html><head>", "{}", `{"version":"https://jsonfeed.org/version/1.1","items":[]}`,
	`<rss version="2.0"><channel><title>T</title><item><title>A &amp; b</title><description><![CDATA[<a href="x">y</a>]]></description></item></channel></rss>`,
	`<feed xmlns="http://www.w3.org/2005/Atom" xml:base="a/"><entry><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><svg xmlns="s" x:y="z"/><br/></div></content></entry></feed>`,
	`<!DOCTYPE r [<!ENTITY a "b&a;">]><rss><channel><title>&a;</title></channel></rss>`,
	"\xff\xfe<\x00r\x00s\x00s\x00/\x00>\x00", "<rss><a:b c=d e='f\"/></x></rss>", "<rdf:RDF><item rdf:about='x'/></rdf:RDF>",
}

// FuzzFeed looks for documents that make the reader panic, hang, or take memory
// out of proportion.
func FuzzFeed(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	addArchives(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		n, err := parse.Feed(bytes.NewReader(data), parse.Options{BaseURL: "https://region.example/feeds/"})
		runtime.ReadMemStats(&after)
		if n == nil && err == nil {
			t.Fatal("neither a newsletter nor an error")
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 8<<20+200*uint64(len(data)) {
			t.Fatalf("%d bytes of memory for %d bytes", took, len(data))
		}
		if n == nil {
			return
		}
		if err := n.Validate(); err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if !strings.Contains(line, "an ID of its own is required") {
					t.Fatalf("what was read can't be written: %s", line)
				}
			}
		}
	})
}

// FuzzDecoder looks for documents that the decoder and Feed read differently,
// or that are read differently when they come in bits.
func FuzzDecoder(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s), 1)
	}
	addArchives(f)
	f.Fuzz(func(t *testing.T, data []byte, n int) {
		want, err := parse.Feed(bytes.NewReader(data))
		d := parse.NewDecoder(&chunks{data: data, n: max(1, n%5000)})
		var letters []*newsletter.Letter
		var last error
		home := ""
		if n, _ := d.Newsletter(); n != nil {
			home = n.URL
		}
		for l, err := range d.Letters() {
			if last = err; err == nil {
				letters = append(letters, l)
			}
		}
		if fmt.Sprint(err) != fmt.Sprint(last) {
			t.Fatalf("Feed: %v; Decoder: %v", err, last)
		}
		if want == nil {
			return
		}
		if want.URL != home && len(letters) > 0 { // the channel's link came after letters: only Feed knows it for them
			return
		}
		if len(want.Letters)+len(letters) > 0 {
			assert.Equal(t, want.Letters, letters)
		}
		got, _ := d.Newsletter()
		want.Letters, got.Letters = nil, nil
		assert.Equal(t, want, got)
	})
}

func addArchives(f *testing.F) {
	files, _ := filepath.Glob("testdata/feed/*.txtar")
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		require.NoError(f, err)
		if f.Name() == "FuzzDecoder" {
			f.Add(archive.Files[0].Data, 64)
			continue
		}
		f.Add(archive.Files[0].Data)
	}
}
