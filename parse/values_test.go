package parse

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseDate(t *testing.T) {
	for in, want := range map[string]string{
		"Fri, 28 May 2004 23:31:15 +0900":         "2004-05-28T23:31:15+09:00",
		"Fri, 8 May 2004 23:31 GMT":               "2004-05-08T23:31:00Z",
		"2004-05-28T23:31:15.25Z":                 "2004-05-28T23:31:15.25Z",
		"2004-05-28 23:31:15+02:00":               "2004-05-28T23:31:15+02:00",
		"2003":                                    "2003-01-01T00:00:00Z",
		"2003-12":                                 "2003-12-01T00:00:00Z",
		"2003-12-31":                              "2003-12-31T00:00:00Z",
		"20031231":                                "2003-12-31T00:00:00Z",
		"2003-12-31T10:14Z":                       "2003-12-31T10:14:00Z",
		"2003-12-31T10:14:55":                     "2003-12-31T10:14:55Z",
		"2003-12-31T10:14:55-08":                  "2003-12-31T10:14:55-08:00",
		"2003-12-31T10:14:55-0800":                "2003-12-31T10:14:55-08:00",
		"2003-335":                                "2003-12-01T00:00:00Z",
		"2003335":                                 "2003-12-01T00:00:00Z",
		"2004-W22-5":                              "2004-05-28T00:00:00Z",
		"2004W225":                                "2004-05-28T00:00:00Z",
		"03-12-31T10:14:55Z":                      "2003-12-31T10:14:55Z",
		"Thu, 31 Dec 2003 24:00:00 GMT":           "2004-01-01T00:00:00Z",
		"Thu, 01 Jan 04 19:48:21 EST":             "2004-01-01T19:48:21-05:00",
		"01 Jan 2004 19:48 PDT":                   "2004-01-01T19:48:00-07:00",
		"Thu, 01 January 2004 19:48:21 Z":         "2004-01-01T19:48:21Z",
		"Thursday, 01-Jan-04 19:48:21 UT":         "2004-01-01T19:48:21Z",
		"Thu Jan  1 19:48:21 2004":                "2004-01-01T19:48:21Z",
		"Thu Jan  1 19:48:21 CET 2004":            "2004-01-01T19:48:21+01:00",
		"Thu Jan 01 2004 19:48:21 GMT+0100 (CET)": "2004-01-01T19:48:21+01:00",
		"Thu, 01 Jan 2004 19:48:21 +0100 (CET)":   "2004-01-01T19:48:21+01:00",
		"Thu, 1 Jan 2004 3:04:05 PM -0700":        "2004-01-01T15:04:05-07:00",
		"January 2, 2006, 3:04 p.m.":              "2006-01-02T15:04:00Z",
		"Fri, 2006/09/15 08:19:53 EDT":            "2006-09-15T08:19:53-04:00",
		"2004년 05월 28일  오후 11:31:15":              "2004-05-28T23:31:15Z",
		"2004-05-25 오후 11:23:17":                  "2004-05-25T23:23:17Z",
		"2004-05-28 11:31:15.0":                   "2004-05-28T11:31:15Z",
		"2004年05月28日 23時31分15秒":                   "2004-05-28T23:31:15Z",
		"Κυρ, 11 Ιούλ 2004 12:00:00 EST":          "2004-07-11T12:00:00-05:00",
		"2004-július-13T9:15-05:00":               "2004-07-13T09:15:00-05:00",
		"22 december 2021":                        "2021-12-22T00:00:00Z",
		"onsdag den 22 december 2021 kl. 14:05":   "2021-12-22T14:05:00Z",
		"Mittwoch, 22. März 2006 - 10:00 Uhr":     "2006-03-22T10:00:00Z",
		"mar. 14 mars 2006 10:00:00 +0100":        "2006-03-14T10:00:00+01:00",
		"Mar, 14 Ene 2020 10:00:00 GMT":           "2020-01-14T10:00:00Z",
		"14 de enero de 2020":                     "2020-01-14T00:00:00Z",
		"28.5.2004 23:31":                         "2004-05-28T23:31:00Z",
		"5/28/2004 11:31:15 PM":                   "2004-05-28T23:31:15Z",
		"Fri, 05/04/2004 11:31":                   "",
		"Mon, 05/04/2004":                         "2004-04-05T00:00:00Z",
		"5/4/2004 11:31:15 PM":                    "2004-05-04T23:31:15Z",
		"5/4/2004":                                "",
		"1072986501":                              "2004-01-01T19:48:21Z",
		"1072986501000":                           "2004-01-01T19:48:21Z",
		"20040101194821":                          "2004-01-01T19:48:21Z",
		"Thu, 01 Jan 2004 19:48:21 Etc/GMT":       "2004-01-01T19:48:21Z",
		"Thu, 01 Jan 2004 19:48:21 +00:00":        "2004-01-01T19:48:21Z",
		"Thu, 30 Feb 2004 19:48:21 GMT":           "",
		"2004-02-30T19:48:21Z":                    "",
		"-0001-11-30T00:00:00+00:00":              "",
		"Wed, 30 Nov -0001 00:00:00 +0000":        "",
		"0001-01-01T00:00:00Z":                    "",
		"yesterday":                               "",
		"Thu, 01 Jan 2004 19:48:21 Narnia":        "",
		"":                                        "",
		"100 bottles":                             "",
		"10:15":                                   "",
		"Jan 2004":                                "2004-01-01T00:00:00Z",
		"2012-06-30T23:59:60Z":                    "2012-07-01T00:00:00Z",
		"Mon, 02 Jan 2006 15:04:05 MST-07:00":     "2006-01-02T15:04:05-07:00",
		"2006-01-02T15:04:05:00":                  "",
		"06-1-2 15:04":                            "",
	} {
		got, ok := parseDate(in)
		s := ""
		if ok {
			s = got.Format(time.RFC3339Nano)
		}
		assert.Equal(t, want, s, "parseDate(%q)", in)
		assert.Equal(t, ok, !got.IsZero())
	}
}

func TestParseDateFastPathsDontAllocate(t *testing.T) {
	for _, s := range []string{"Fri, 28 May 2004 23:31:15 +0900", "2004-05-28T23:31:15+02:00", "Fri, 28 May 2004 23:31:15 GMT"} {
		assert.Zero(t, testing.AllocsPerRun(100, func() { parseDate(s) }), s)
	}
}

func TestUTF8Reader(t *testing.T) {
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
		"UTF-8":              {in: "<a>å</a>", want: "<a>å</a>"},
		"mark":               {in: "\xef\xbb\xbf<a>å</a>", want: "<a>å</a>"},
		"Latin-1 undeclared": {in: "<a>\xe5\xe4</a>", want: "<a>åä</a>"},
		"Latin-1 at end":     {in: "<a>\xe5", want: "<a>å"},
		"cp1252":             {in: `<?xml version="1.0" encoding="iso-8859-1"?><a>` + "\x80\xe5", want: `<?xml version="1.0" encoding="iso-8859-1"?><a>€å`},
		"UTF-8 says Latin-1": {in: `<?xml version="1.0" encoding='iso-8859-1'?><a>å€`, want: `<?xml version="1.0" encoding='iso-8859-1'?><a>å€`},
		"HTTP":               {in: "<a>\xe5", charset: "koi8-r", want: "<a>Е"},
		"unknown":            {in: `<?xml version="1.0" encoding="martian"?>å`, want: `<?xml version="1.0" encoding="martian"?>å`},
		"claims UTF-16":      {in: `<?xml version="1.0" encoding="utf-16"?>å`, want: `<?xml version="1.0" encoding="utf-16"?>å`},
		"UTF-16BE by mark":   {in: "\xfe\xff" + utf16("<a>å", true), want: "<a>å"},
		"UTF-16LE by sight":  {in: utf16("<?xml?><a>å", false), want: "<?xml?><a>å"},
		"UTF-16BE, no xml":   {in: utf16("<rss><channel>å", true), want: "<rss><channel>å"},
		"UTF-32LE by mark":   {in: "\xff\xfe\x00\x00<\x00\x00\x00", want: "<"},
		"code page":          {in: `<?xml version="1.0" encoding="cp437"?>` + "\x80", want: `<?xml version="1.0" encoding="cp437"?>Ç`},
		"C1 controls":        {in: "don\xc2\x92t", want: "don’t"},
		"empty":              {},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := utf8Reader(strings.NewReader(c.in), options{charset: c.charset})
			require.NoError(t, err)
			require.NoError(t, iotest.TestReader(r, []byte(c.want)))
			r, err = utf8Reader(iotest.OneByteReader(strings.NewReader(c.in)), options{charset: c.charset})
			require.NoError(t, err)
			b, err := io.ReadAll(iotest.OneByteReader(r))
			require.NoError(t, err)
			assert.Equal(t, c.want, string(b))
		})
	}
}
