package check

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// corpus is a folder of real feeds, which is not part of the repository.
const corpus = "../../shared/corpus"

// BenchmarkCorpus judges all the feeds of the corpus. It stands beside the
// benchmark of that name in package parse, which reads them.
func BenchmarkCorpus(b *testing.B) {
	var documents [][]byte
	size := 0
	err := filepath.WalkDir(corpus, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		documents = append(documents, data)
		size += len(data)
		return err
	})
	if os.IsNotExist(err) {
		b.Skip("the corpus of real feeds is not here: ", err)
	}
	require.NoError(b, err)
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, data := range documents {
			if _, err := Document(bytes.NewReader(data)); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// items is a feed of n letters, made as it is read.
type items struct {
	n, i int
	rest string
	item func(i int) string
	head string
	tail string
}

func (r *items) Read(p []byte) (int, error) {
	if r.rest == "" {
		switch {
		case r.i == 0:
			r.rest = r.head
		case r.i <= r.n:
			r.rest = r.item(r.i)
		case r.i == r.n+1:
			r.rest = r.tail
		default:
			return 0, io.EOF
		}
		r.i++
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

func archive(n int) *items {
	content := strings.Repeat("<p>A paragraph of some length with <a href='https://example.org/a'>a link</a> &amp; more.</p>", 50)
	return &items{
		n:    n,
		head: `<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>A</title><link>https://example.org/</link><description>B</description>`,
		tail: `</channel></rss>`,
		item: func(i int) string {
			return "<item><title>A letter</title><guid>https://example.org/" + itoa(i) + "</guid><description>In short</description><content:encoded><![CDATA[" + content + "]]></content:encoded></item>\n"
		},
	}
}

func BenchmarkArchive(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		r := &counter{r: archive(2000)}
		if _, err := Document(r); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(r.n)
	}
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
