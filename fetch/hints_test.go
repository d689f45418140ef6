package fetch

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"golang.org/x/text/encoding/unicode"
)

var noon = time.Date(2026, 3, 6, 12, 0, 0, 0, time.UTC)

func headerOf(lines ...string) http.Header {
	h := http.Header{}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		h.Add(name, value)
	}
	return h
}

func TestFresh(t *testing.T) {
	for _, c := range []struct {
		header []string
		want   int
	}{
		{nil, 0},
		{[]string{"Cache-Control: max-age=3600"}, 3600},
		{[]string{`Cache-Control: public, Max-Age="600"`}, 600},
		{[]string{"Cache-Control: max-age=3600", "Age: 600"}, 3000},
		{[]string{"Cache-Control: max-age=60", "Age: 600"}, 0},
		{[]string{"Cache-Control: s-maxage=3600"}, 0},
		{[]string{"Cache-Control: no-cache, max-age=3600"}, 0},
		{[]string{"Cache-Control: public", "Cache-Control: max-age=60"}, 60},
		{[]string{"Cache-Control: max-age=-5"}, 0},
		{[]string{"Cache-Control: max-age=99999999999999999999"}, 1<<31 - 1},
		{[]string{"Cache-Control: max-age=soon"}, 0},
		{[]string{"Cache-Control: max-age=60", "Expires: Fri, 06 Mar 2026 14:00:00 GMT"}, 60},
		{[]string{"Expires: Fri, 06 Mar 2026 14:00:00 GMT"}, 7200},
		{[]string{"Expires: Fri, 06 Mar 2026 14:00:00 GMT", "Date: Fri, 06 Mar 2026 13:00:00 GMT"}, 3600},
		{[]string{"Expires: Fri, 06 Mar 2020 14:00:00 GMT"}, 0},
		{[]string{"Expires: 0"}, 0},
		{[]string{"Expires: -1"}, 0},
	} {
		assert.Equal(t, c.want, fresh(headerOf(c.header...), noon), c.header)
	}
}

func TestRetryAfter(t *testing.T) {
	for _, c := range []struct {
		header []string
		want   time.Duration
		ok     bool
	}{
		{nil, 0, false},
		{[]string{"Retry-After: 120"}, 2 * time.Minute, true},
		{[]string{"Retry-After: 0"}, 0, true},
		{[]string{"Retry-After: -1"}, 0, false},
		{[]string{"Retry-After: 99999999999999999999999"}, longestRest, true},
		{[]string{"Retry-After: Fri, 06 Mar 2026 13:30:00 GMT"}, 90 * time.Minute, true},
		{[]string{"Retry-After: Friday, 06-Mar-26 13:30:00 GMT"}, 90 * time.Minute, true},
		{[]string{"Retry-After: Fri Mar  6 13:30:00 2026"}, 90 * time.Minute, true},
		{[]string{"Retry-After: Fri, 06 Mar 2026 13:30:00 GMT", "Date: Fri, 06 Mar 2026 13:29:00 GMT"}, time.Minute, true},
		{[]string{"Retry-After: Fri, 06 Mar 2020 13:30:00 GMT"}, 0, true},
		{[]string{"Retry-After: Fri, 06 Mar 2126 13:30:00 GMT"}, longestRest, true},
		{[]string{"Retry-After: in a while"}, 0, false},
	} {
		got, ok := retryAfter(headerOf(c.header...), noon)
		assert.Equal(t, c.want, got, c.header)
		assert.Equal(t, c.ok, ok, c.header)
	}
}

func TestFeedHints(t *testing.T) {
	utf16, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(`<rss><channel><ttl>60</ttl></channel></rss>`)
	for _, c := range []struct {
		name, body string
		want       Hints
	}{
		{"RSS", `<?xml version="1.0"?><rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>
			<title>Example</title><ttl> 60 </ttl><skipHours><hour>24</hour><hour>3</hour><hour>3</hour><hour>x</hour></skipHours>
			<skipDays><day>Sunday</day><day>saturday</day><day>Someday</day></skipDays>
			<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>
			<item><ttl>9</ttl></item></channel></rss>`,
			Hints{TTL: 60, Period: 360, SkipHours: []int{0, 3}, SkipDays: []string{"Sunday", "Saturday"}}},
		{"RSS 1.0", `<rdf:RDF><channel rdf:about="x"><sy:updatePeriod>hourly</sy:updatePeriod><items/></channel></rdf:RDF>`, Hints{Period: 60}},
		{"Atom", `<feed><sy:updatePeriod>weekly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency><entry/></feed>`, Hints{Period: 7 * 24 * 60}},
		{"another charset", "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><rss><channel><title>R\xe5d</title><ttl>60</ttl></channel></rss>", Hints{TTL: 60}},
		{"after the items", `<rss><channel><item/><ttl>60</ttl></channel></rss>`, Hints{}},
		{"cut off", `<rss><channel><ttl>60</ttl><tit`, Hints{TTL: 60}},
		{"nonsense", `<rss><channel><ttl>an hour</ttl><sy:updatePeriod>often</sy:updatePeriod></channel></rss>`, Hints{TTL: 0}},
		{"JSON", `{"version": "https://jsonfeed.org/version/1.1"}`, Hints{}},
		{"UTF-16", utf16, Hints{}},
		{"nothing", "", Hints{}},
	} {
		assert.Equal(t, c.want, feedHints([]byte(c.body)), c.name)
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"120", "Fri, 06 Mar 2026 13:30:00 GMT", "-1", "99999999999999999999", ""} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, value, date string) {
		wait, ok := retryAfter(http.Header{"Retry-After": {value}, "Date": {date}}, noon)
		if wait < 0 || wait > longestRest || !ok && wait != 0 {
			t.Errorf("%q gives %s", value, wait)
		}
	})
}

func FuzzFresh(f *testing.F) {
	for _, seed := range []string{"max-age=60", `public, max-age="60"`, "no-store", "max-age", "=,=", ""} {
		f.Add(seed, "Fri, 06 Mar 2026 13:30:00 GMT", "5")
	}
	f.Fuzz(func(t *testing.T, control, expires, age string) {
		n := fresh(http.Header{"Cache-Control": {control}, "Expires": {expires}, "Age": {age}}, noon)
		if n < 0 || n > 1<<31-1 {
			t.Errorf("%q gives %d", control, n)
		}
	})
}

func FuzzFeedHints(f *testing.F) {
	f.Add([]byte(`<rss><channel><ttl>60</ttl><skipHours><hour>1</hour></skipHours><sy:updatePeriod>daily</sy:updatePeriod><item>`))
	f.Add([]byte(`<feed><sy:updateFrequency>3</sy:updateFrequency>`))
	f.Add([]byte(`<?xml version="1.0" encoding="x"?><a><!DOCTYPE b [<!ENTITY c "d">]>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		h := feedHints(body)
		if h.TTL < 0 || h.Period < 0 || len(h.SkipHours) > 24 || len(h.SkipDays) > 7 {
			t.Errorf("%+v", h)
		}
		if due, _ := schedule(State{Hints: h}, testPolicy, noon, constant(0)); due.Before(noon.Add(testPolicy.Floor)) || due.After(noon.AddDate(0, 0, 9)) {
			t.Errorf("%+v is due %s", h, due)
		}
	})
}
