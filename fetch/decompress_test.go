package fetch

import (
	"bytes"
	"compress/flate"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// compress is decompress's other half.
func compress(t testing.TB, encoding string, body []byte) []byte {
	var b bytes.Buffer
	var w io.WriteCloser
	var err error
	switch encoding {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "br":
		w = brotli.NewWriter(&b)
	case "zstd":
		w, err = zstd.NewWriter(&b)
	case "zlib":
		w = zlib.NewWriter(&b)
	case "flate":
		w, err = flate.NewWriter(&b, 6)
	default:
		return body
	}
	require.NoError(t, err)
	_, err = w.Write(body)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

func undo(wire []byte, header ...string) (string, error) {
	var pool gzipReaders
	r, err := pool.decompress(bytes.NewReader(wire), header, 1<<20)
	if err != nil {
		return "", err
	}
	defer r.Close()
	body, err := io.ReadAll(&limitReader{r: r, left: 1 << 20, err: errBodyTooLarge})
	return string(body), err
}

func TestDecompress(t *testing.T) {
	feed := strings.Repeat("<rss>a letter, and a long one</rss>\n", 1000)
	for _, c := range []struct {
		name, encoding string
		header         []string
	}{
		{"none", "", nil},
		{"identity", "", []string{"identity"}},
		{"gzip", "gzip", []string{"gzip"}},
		{"x-gzip", "gzip", []string{"X-GZip"}},
		{"brotli", "br", []string{"br"}},
		{"zstd", "zstd", []string{"zstd"}},
		{"deflate with zlib", "zlib", []string{"deflate"}},
		{"deflate without", "flate", []string{"deflate"}},
		{"gzip that says nothing", "gzip", nil},
		{"gzip that is none", "", []string{"gzip"}},
		{"zstd that is none", "", []string{"zstd"}},
		{"deflate that is none", "", []string{"deflate"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := undo(compress(t, c.encoding, []byte(feed)), c.header...)
			require.NoError(t, err)
			assert.Equal(t, feed, got)
		})
	}
	twice := compress(t, "br", compress(t, "gzip", []byte(feed)))
	for _, header := range [][]string{{"gzip, br"}, {"gzip", "br"}} {
		got, err := undo(twice, header...)
		require.NoError(t, err)
		assert.Equal(t, feed, got)
	}
	for _, encoding := range []string{"gzip", "br", "zstd", "deflate", ""} {
		got, err := undo(nil, encoding)
		assert.NoError(t, err, encoding)
		assert.Empty(t, got, encoding)
	}
}

func TestDecompressRefuses(t *testing.T) {
	feed := []byte(strings.Repeat("<rss>a letter</rss>\n", 1000))
	_, err := undo(feed, "compress")
	assert.ErrorIs(t, err, errEncoding)
	_, err = undo(feed, "gzip, gzip, gzip")
	assert.ErrorIs(t, err, errEncoding)

	bomb := bytes.Repeat([]byte(" "), 8<<20)
	for _, c := range []struct{ encoding, header string }{
		{"gzip", "gzip"}, {"br", "br"}, {"zstd", "zstd"}, {"zlib", "deflate"}, {"flate", "deflate"},
	} {
		wire := compress(t, c.encoding, bomb)
		_, err := undo(wire, c.header)
		assert.ErrorIs(t, err, errBodyTooLarge, c.encoding)
		wire = compress(t, c.encoding, feed)
		_, err = undo(wire[:len(wire)/2], c.header)
		assert.Error(t, err, "%s cut off", c.encoding)
		wire[len(wire)/2] ^= 0xff
		wire[len(wire)/2+1] ^= 0xff
		_, err = undo(wire, c.header)
		assert.Error(t, err, "%s damaged", c.encoding)
	}
	// A bomb within a bomb: what is small at the end was large between.
	_, err = undo(compress(t, "gzip", compress(t, "gzip", bomb)), "gzip, gzip")
	assert.ErrorIs(t, err, errBodyTooLarge)
}

func TestLimitReader(t *testing.T) {
	all, err := io.ReadAll(&limitReader{r: strings.NewReader("12345"), left: 5, err: errBodyTooLarge})
	assert.NoError(t, err)
	assert.Equal(t, "12345", string(all))
	_, err = io.ReadAll(&limitReader{r: strings.NewReader("123456"), left: 5, err: errBodyTooLarge})
	assert.ErrorIs(t, err, errBodyTooLarge)
}

func FuzzDecompress(f *testing.F) {
	for _, encoding := range []string{"gzip", "br", "zstd", "zlib", "flate"} {
		f.Add(compress(f, encoding, []byte("<rss/>")), encoding)
	}
	f.Fuzz(func(t *testing.T, wire []byte, header string) {
		body, err := undo(wire, header)
		if err == nil && len(body) > 1<<20 {
			t.Errorf("%d bytes", len(body))
		}
	})
}
