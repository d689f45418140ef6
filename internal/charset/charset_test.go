package charset

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/internal/xmlchar"
)

func TestReader(t *testing.T) {
	utf16 := func(s string, big bool) string {
		var b strings.Builder
		for _, r := range s {
			if big {
				b.WriteString(string([]byte{byte(r >> 8), byte(r)}))
			} else {
				b.WriteString(string([]byte{byte(r), byte(r >> 8)}))
			}
		}
		return b.String()
	}
	for name, c := range map[string]struct {
		in, charset, want string
	}{
		"UTF-8":               {in: "<a>å</a>", want: "<a>å</a>"},
		"mark":                {in: "\xef\xbb\xbf<a>å</a>", want: "<a>å</a>"},
		"Latin-1 undeclared":  {in: "<a>\xe5\xe4</a>", want: "<a>åä</a>"},
		"Latin-1 at end":      {in: "<a>\xe5", want: "<a>å"},
		"cp1252":              {in: `<?xml version="1.0" encoding="iso-8859-1"?><a>` + "\x80\xe5", want: `<?xml version="1.0" encoding="iso-8859-1"?><a>€å`},
		"UTF-8 says Latin-1":  {in: `<?xml version="1.0" encoding='iso-8859-1'?><a>å€`, want: `<?xml version="1.0" encoding='iso-8859-1'?><a>å€`},
		"a stray byte":        {in: `<?xml version="1.0" encoding="ISO-8859-1"?><a>åäö` + "\xe9", want: `<?xml version="1.0" encoding="ISO-8859-1"?><a>åäöé`},
		"stray bytes, GBK":    {in: `<?xml version="1.0" encoding="gbk"?>` + strings.Repeat("中文", 20) + "\xff", want: `<?xml version="1.0" encoding="gbk"?>` + strings.Repeat("中文", 20) + "ÿ"},
		"Latin-1 with a pair": {in: `<?xml version="1.0" encoding="ISO-8859-1"?>` + "\xc3\xa4 \xe5 \xe4 \xf6", want: `<?xml version="1.0" encoding="ISO-8859-1"?>Ã¤ å ä ö`},
		"HTTP":                {in: "<a>\xe5", charset: "koi8-r", want: "<a>Е"},
		"unknown":             {in: `<?xml version="1.0" encoding="martian"?>å`, want: `<?xml version="1.0" encoding="martian"?>å`},
		"claims UTF-16":       {in: `<?xml version="1.0" encoding="utf-16"?>å`, want: `<?xml version="1.0" encoding="utf-16"?>å`},
		"UTF-16BE by mark":    {in: "\xfe\xff" + utf16("<a>å", true), want: "<a>å"},
		"UTF-16LE by sight":   {in: utf16("<?xml?><a>å", false), want: "<?xml?><a>å"},
		"UTF-16BE, no xml":    {in: utf16("<rss><channel>å", true), want: "<rss><channel>å"},
		"UTF-32LE by mark":    {in: "\xff\xfe\x00\x00<\x00\x00\x00", want: "<"},
		"code page":           {in: `<?xml version="1.0" encoding="cp437"?>` + "\x80", want: `<?xml version="1.0" encoding="cp437"?>Ç`},
		"C1 controls":         {in: "don\xc2\x92t", want: "don’t"},
		"EBCDIC":              {in: "\x4c\x6f\xa7\x94\x93\x40\x85\x95\x83\x96\x84\x89\x95\x87\x7e\x7f\x83\x97\xf1\xf1\xf4\xf0\x7f\x6f\x6e\x9f", want: `<?xml encoding="cp1140"?>€`},
		"empty":               {},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := NewReader(strings.NewReader(c.in), c.charset)
			require.NoError(t, err)
			require.NoError(t, iotest.TestReader(r, []byte(c.want)))
			r, err = NewReader(iotest.OneByteReader(strings.NewReader(c.in)), c.charset)
			require.NoError(t, err)
			b, err := io.ReadAll(iotest.OneByteReader(r))
			require.NoError(t, err)
			assert.Equal(t, c.want, string(b))
		})
	}
}

// Little room makes no difference where much is mended.
func TestReaderWithLittleRoom(t *testing.T) {
	in := strings.Repeat("a\x80\xe5", 1000)
	for room := 1; room < 40; room++ {
		r, err := NewReader(strings.NewReader(in), "")
		require.NoError(t, err)
		var got []byte
		for err == nil {
			p := make([]byte, room)
			var n int
			n, err = r.Read(p)
			got = append(got, p[:n]...)
		}
		require.Equal(t, io.EOF, err)
		require.Equal(t, strings.Repeat("a€å", 1000), string(got), "%d bytes at once", room)
	}
}

// What is odd is seen wherever it stands, and nothing else is taken for it.
func TestReaderSeesWhatIsOdd(t *testing.T) {
	characters := []string{"\uFFFD", "\uFFFE", "\uFFFF", "\U0001FFFE", "\x81", "\x80", "\u0081", "\xff", "å", "€"}
	for c := range byte(0x80) {
		characters = append(characters, string(rune(c)))
	}
	for _, around := range []string{"a", "\n", "\t", "å"} {
		for _, c := range characters {
			for _, at := range []int{0, 1, 7, 8, 20, 31, 32, 33, 63, 70} {
				in := "12345678" + strings.Repeat(around, at) + c + strings.Repeat(around, 80-at) // which is no UTF-16
				r, err := NewReader(strings.NewReader(in), "")
				require.NoError(t, err)
				whole, err := io.ReadAll(r)
				require.NoError(t, err)
				require.Equal(t, !xmlchar.Holds(string(whole)), r.Odd(), "%q", in)
			}
		}
	}
}

func FuzzReader(f *testing.F) {
	for _, s := range []string{"<a>å</a>", "\xff\xfe<\x00a\x00", "<?xml encoding='euc-kr'?>\xb3\xe2", "\x00\x00\x00<", "don\xc2\x92t \xe5\xe4", "\x4c\x6f\xa7\x94"} {
		f.Add([]byte(s), "")
	}
	f.Add([]byte("<a>\xe5"), "koi8-r")
	f.Fuzz(func(t *testing.T, data []byte, charset string) {
		r, err := NewReader(bytes.NewReader(data), charset)
		require.NoError(t, err)
		whole, err := io.ReadAll(r)
		require.NoError(t, err)
		assert.True(t, utf8.Valid(whole), "%q", whole)
		assert.Equal(t, !xmlchar.Holds(string(whole)), r.Odd(), "%q", whole)
		r, err = NewReader(iotest.OneByteReader(bytes.NewReader(data)), charset)
		require.NoError(t, err)
		bytewise, err := io.ReadAll(iotest.HalfReader(r))
		require.NoError(t, err)
		assert.Equal(t, string(whole), string(bytewise), "however it comes")
	})
}
