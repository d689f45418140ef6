package dates

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	for in, want := range map[string]string{
		"Fri, 28 May 2004 23:31:15 +0900":                 "2004-05-28T23:31:15+09:00",
		"Fri, 8 May 2004 23:31 GMT":                       "2004-05-08T23:31:00Z",
		"2004-05-28T23:31:15.25Z":                         "2004-05-28T23:31:15.25Z",
		"2004-05-28 23:31:15+02:00":                       "2004-05-28T23:31:15+02:00",
		"2003":                                            "2003-01-01T00:00:00Z",
		"2003-12":                                         "2003-12-01T00:00:00Z",
		"2003-12-31":                                      "2003-12-31T00:00:00Z",
		"20031231":                                        "2003-12-31T00:00:00Z",
		"2003-12-31T10:14Z":                               "2003-12-31T10:14:00Z",
		"2003-12-31T10:14:55":                             "2003-12-31T10:14:55Z",
		"2003-12-31T10:14:55-08":                          "2003-12-31T10:14:55-08:00",
		"2003-12-31T10:14:55-0800":                        "2003-12-31T10:14:55-08:00",
		"2003-335":                                        "2003-12-01T00:00:00Z",
		"2003335":                                         "2003-12-01T00:00:00Z",
		"2004-W22-5":                                      "2004-05-28T00:00:00Z",
		"2004W225":                                        "2004-05-28T00:00:00Z",
		"03-12-31T10:14:55Z":                              "2003-12-31T10:14:55Z",
		"Thu, 31 Dec 2003 24:00:00 GMT":                   "2004-01-01T00:00:00Z",
		"Thu, 01 Jan 04 19:48:21 EST":                     "2004-01-01T19:48:21-05:00",
		"01 Jan 2004 19:48 PDT":                           "2004-01-01T19:48:00-07:00",
		"Thu, 01 January 2004 19:48:21 Z":                 "2004-01-01T19:48:21Z",
		"Thursday, 01-Jan-04 19:48:21 UT":                 "2004-01-01T19:48:21Z",
		"Thu Jan  1 19:48:21 2004":                        "2004-01-01T19:48:21Z",
		"Thu Jan  1 19:48:21 CET 2004":                    "2004-01-01T19:48:21+01:00",
		"Thu Jan 01 2004 19:48:21 GMT+0100 (CET)":         "2004-01-01T19:48:21+01:00",
		"Thu, 01 Jan 2004 19:48:21 +0100 (CET)":           "2004-01-01T19:48:21+01:00",
		"Thu, 1 Jan 2004 3:04:05 PM -0700":                "2004-01-01T15:04:05-07:00",
		"January 2, 2006, 3:04 p.m.":                      "2006-01-02T15:04:00Z",
		"Fri, 2006/09/15 08:19:53 EDT":                    "2006-09-15T08:19:53-04:00",
		"2004년 05월 28일  오후 11:31:15":                      "2004-05-28T23:31:15Z",
		"2004-05-25 오후 11:23:17":                          "2004-05-25T23:23:17Z",
		"2004-05-28 11:31:15.0":                           "2004-05-28T11:31:15Z",
		"2004年05月28日 23時31分15秒":                           "2004-05-28T23:31:15Z",
		"Κυρ, 11 Ιούλ 2004 12:00:00 EST":                  "2004-07-11T12:00:00-05:00",
		"2004-július-13T9:15-05:00":                       "2004-07-13T09:15:00-05:00",
		"22 december 2021":                                "2021-12-22T00:00:00Z",
		"onsdag den 22 december 2021 kl. 14:05":           "2021-12-22T14:05:00Z",
		"Mittwoch, 22. März 2006 - 10:00 Uhr":             "2006-03-22T10:00:00Z",
		"mar. 14 mars 2006 10:00:00 +0100":                "2006-03-14T10:00:00+01:00",
		"Mar, 14 Ene 2020 10:00:00 GMT":                   "2020-01-14T10:00:00Z",
		"14 de enero de 2020":                             "2020-01-14T00:00:00Z",
		"28.5.2004 23:31":                                 "2004-05-28T23:31:00Z",
		"5/28/2004 11:31:15 PM":                           "2004-05-28T23:31:15Z",
		"Fri, 05/04/2004 11:31":                           "",
		"Mon, 05/04/2004":                                 "2004-04-05T00:00:00Z",
		"5/4/2004 11:31:15 PM":                            "2004-05-04T23:31:15Z",
		"5/4/2004":                                        "",
		"1072986501":                                      "2004-01-01T19:48:21Z",
		"1072986501000":                                   "2004-01-01T19:48:21Z",
		"20040101194821":                                  "2004-01-01T19:48:21Z",
		"Thu, 01 Jan 2004 19:48:21 Etc/GMT":               "2004-01-01T19:48:21Z",
		"Thu, 01 Jan 2004 19:48:21 +00:00":                "2004-01-01T19:48:21Z",
		"Thu, 30 Feb 2004 19:48:21 GMT":                   "",
		"2004-02-30T19:48:21Z":                            "",
		"-0001-11-30T00:00:00+00:00":                      "",
		"Wed, 30 Nov -0001 00:00:00 +0000":                "",
		"0001-01-01T00:00:00Z":                            "",
		"yesterday":                                       "",
		"Thu, 01 Jan 2004 19:48:21 Narnia":                "2004-01-01T19:48:21Z",
		"Thu, 01 Jan 2004 19:48:21 by the editor":         "",
		"Narnia, 01 Jan 2004 Narnia":                      "",
		"Thu Jan  1 19:48:21 XYZT 2004":                   "2004-01-01T19:48:21Z",
		"Thu, 01 Jan 2004 19:48:21 +0100 XYZT":            "2004-01-01T19:48:21+01:00",
		"Thu, 01 Jan 2004 19:48:21 B":                     "2004-01-01T19:48:21Z",
		"2004-05-28T23:31:15XYZT":                         "2004-05-28T23:31:15Z",
		"Thu, 01 Jan 2004 19:48:21 PT":                    "2004-01-01T19:48:21-08:00",
		"Thu, 01 Jan 2004 7:48 PM PT":                     "2004-01-01T19:48:00-08:00",
		"Thu, 01 Jan 2004 19:48:21 ET":                    "2004-01-01T19:48:21-05:00",
		"2004-01-01 19:48 CT":                             "2004-01-01T19:48:00-06:00",
		"Thu, 01 Jan 2004 19:48:21 MT":                    "2004-01-01T19:48:21-07:00",
		"pt, 2 stycznia 2004 19:48":                       "2004-01-02T19:48:00Z",
		"Thu, 01 Jan 2004 19:48:21 +3000":                 "2003-12-31T13:48:21Z",
		"Thu, 01 Jan 2004 19:48:21 -9959":                 "2004-01-05T23:47:21Z",
		"Thu, 01 Jan 2004 19:48:21 +0060":                 "2004-01-01T19:48:21Z",
		"2004-05-28 10:00 - 18:30":                        "",
		"Tue, 01 Jun 2004 12:00 Europe/Brussels":          "2004-06-01T12:00:00+02:00",
		"2004-01-01 12:00 Europe/Brussels":                "2004-01-01T12:00:00+01:00",
		"2004-01-01T12:00:00[Europe/Brussels]":            "2004-01-01T12:00:00+01:00",
		"2024-03-31 01:59 Europe/Brussels":                "2024-03-31T01:59:00+01:00",
		"2024-03-31 03:00 Europe/Brussels":                "2024-03-31T03:00:00+02:00",
		"2024-10-27 02:30 Europe/Brussels":                "2024-10-27T02:30:00+02:00",
		"2024-10-27 03:00 Europe/Brussels":                "2024-10-27T03:00:00+01:00",
		"2024-07-01 12:00 America/New_York":               "2024-07-01T12:00:00-04:00",
		"2004-10-30 12:00 US/Pacific":                     "2004-10-30T12:00:00-07:00",
		"2024-01-01 12:00 Australia/Sydney":               "2024-01-01T12:00:00+11:00",
		"2024-07-01 12:00 America/Argentina/Buenos_Aires": "2024-07-01T12:00:00-03:00",
		"2024-07-01 12:00 Region/City-of-Oz":              "2024-07-01T12:00:00Z",
		"2004-07-01 12:00 Europe/Moscow":                  "2004-07-01T12:00:00Z",
		"2024-07-01 12:00 Etc/GMT+5":                      "2024-07-01T12:00:00-05:00",
		"2024-07-01 12:00 GMT+5":                          "2024-07-01T12:00:00+05:00",
		"2024-07-01 12:00 Etc/UTC":                        "2024-07-01T12:00:00Z",
		"2024-07-01 12:00 PST8PDT":                        "2024-07-01T12:00:00-07:00",
		"2024-07-01 12:00 Pacific Daylight Time":          "2024-07-01T12:00:00-07:00",
		"2024-07-01 12:00 Narnia Standard Time":           "2024-07-01T12:00:00Z",
		"":                                                "",
		"100 bottles":                                     "",
		"10:15":                                           "",
		"Jan 2004":                                        "2004-01-01T00:00:00Z",
		"2012-06-30T23:59:60Z":                            "2012-07-01T00:00:00Z",
		"Mon, 02 Jan 2006 15:04:05 MST-07:00":             "2006-01-02T15:04:05-07:00",
		"2006-01-02T15:04:05:00":                          "",
		"03 Apr 02 1500 GMT":                              "2002-04-03T15:00:00Z",
		"06-1-2 15:04":                                    "",
		"200401011948":                                    "2004-01-01T19:48:00Z",
		"1900000000000":                                   "",
		"99999999999999999999 Jan 2004":                   "",
		"4294967297 Jan 2004":                             "",
	} {
		got, ok := Parse(in)
		s := ""
		if ok {
			s = got.Format(time.RFC3339Nano)
		}
		assert.Equal(t, want, s, "Parse(%q)", in)
		assert.Equal(t, ok, !got.IsZero())
	}
}

// Whose zone isn't known says so, who states none doesn't.
func TestParseZone(t *testing.T) {
	for in, want := range map[string]bool{
		"Thu, 01 Jan 2004 19:48:21 Narnia": false, "2004-07-01 12:00 Europe/Moscow": false, "Thu, 01 Jan 2004 19:48:21 +0060": false,
		"2024-07-01 12:00 Narnia Standard Time": false, "Thu, 01 Jan 2004 19:48:21 A": true,
		"Thu, 01 Jan 2004 19:48:21": true, "Thu, 01 Jan 2004 19:48:21 GMT": true, "2024-07-01 12:00 Europe/Moscow": true,
		"Thu, 01 Jan 2004 19:48:21 +0100 XYZT": true, "2004-05-28T23:31:15+09:00": true, "2004": true,
	} {
		_, known, ok := ParseZone(in)
		assert.True(t, ok, in)
		assert.Equal(t, want, known, in)
	}
}

// The table of places says what the tz database says, from the year on that it knows.
func TestPlaces(t *testing.T) {
	for _, row := range placeList {
		for name := range strings.FieldsSeq(row.names) {
			there, err := time.LoadLocation(name)
			require.NoError(t, err)
			for at := time.Date(row.since, 1, 1, 12, 30, 0, 0, time.UTC); at.Year() < 2030; at = at.Add(29 * time.Hour) {
				_, want := at.In(there).Zone()
				shown := at.In(there)
				if at.Add(-time.Hour).In(there).Hour() == shown.Hour() {
					continue // an hour that is there twice
				}
				got, ok := row.offsetAt(civil{year: shown.Year(), month: int(shown.Month()), day: shown.Day(), hour: shown.Hour(), minute: shown.Minute()})
				if shown.Year() < row.since {
					continue
				}
				if !ok || got != want {
					t.Errorf("%s at %s: %d, want %d", name, shown, got, want)
					break
				}
			}
		}
	}
}

func TestParseFastPathsDontAllocate(t *testing.T) {
	for _, s := range []string{"Fri, 28 May 2004 23:31:15 +0900", "2004-05-28T23:31:15+02:00", "Fri, 28 May 2004 23:31:15 GMT"} {
		assert.Zero(t, testing.AllocsPerRun(100, func() { Parse(s) }), s)
	}
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"Fri, 28 May 2004 23:31:15 +0900", "2004-W22-5", "22 december 2021", "2004년 05월 28일 오후 11:31:15", "5/28/2004 3 PM", "1072986501", "Etc/GMT"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := Parse(s)
		if ok == got.IsZero() {
			t.Fatalf("Parse(%q) = %v, %v", s, got, ok)
		}
		if !ok {
			return
		}
		again, ok := Parse(got.Format(time.RFC3339Nano))
		if !ok || !again.Equal(got) {
			t.Fatalf("Parse(%q) = %v, and its RFC 3339 form %v", s, got, again)
		}
	})
}
