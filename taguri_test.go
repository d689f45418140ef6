package newsletter_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
)

func TestTagURI(t *testing.T) {
	day := time.Date(2021, 12, 22, 23, 30, 0, 0, time.FixedZone("", -2*60*60))
	tests := map[string]struct{ home, name, want string }{
		"a letter's slug":                    {"https://Letters.Example.org:8080/a?b", "automation", "tag:letters.example.org,2021-12-23:automation"},
		"a path":                             {"https://example.org", "2021/automation", "tag:example.org,2021-12-23:2021/automation"},
		"characters that a tag can't hold":   {"https://example.org", "Året: 50 % <ny>#1", "tag:example.org,2021-12-23:%C3%85ret:%2050%20%25%20%3Cny%3E%231"},
		"a host in letters that are escaped": {"https://xn--mlar-5qa.example", "a", "tag:xn--mlar-5qa.example,2021-12-23:a"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			tag, err := newsletter.TagURI(test.home, day, test.name)
			require.NoError(t, err)
			assert.Equal(t, test.want, tag)

			n := complete()
			n.ID = tag
			assert.NoError(t, n.Validate())
		})
	}
}

func TestTagURISaysWhatItLacks(t *testing.T) {
	day := time.Date(2021, 12, 22, 0, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		home string
		date time.Time
		name string
		want string
	}{
		"no host":                     {"/letters", day, "a", `tag URI: home page "/letters" has no domain name`},
		"a number for a host":         {"http://127.0.0.1/", day, "a", `tag URI: home page "http://127.0.0.1/" has no domain name`},
		"a host beyond ASCII":         {"https://bücher.example/", day, "a", `tag URI: home page "https://bücher.example/": its host is required in punycode, as in xn--bcher-kva.example for bücher.example`},
		"its escapes":                 {"https://b%C3%BCcher.example/", day, "a", `tag URI: home page "https://b%C3%BCcher.example/": its host is required in punycode, as in xn--bcher-kva.example for bücher.example`},
		"a URL that is none":          {"http://exa mple.org/", day, "a", `tag URI: home page: parse "http://exa mple.org/": invalid character " " in host name`},
		"no date":                     {"https://example.org/", time.Time{}, "a", `tag URI: "a" needs a date`},
		"no name":                     {"https://example.org/", day, "", `tag URI: the name is empty`},
		"an accent that stands apart": {"https://example.org/", day, "e\u0301", "tag URI: \"e\u0301\" can be escaped in more than one way"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := newsletter.TagURI(test.home, test.date, test.name)
			assert.EqualError(t, err, test.want)
		})
	}
}

// FuzzTagURI makes tag URIs of any name: each is an ID that Validate takes.
func FuzzTagURI(f *testing.F) {
	f.Add("https://example.org/", "Åsa's letter #1")
	f.Add("http://a_b.example:80", "%41%zz\x00")
	f.Fuzz(func(t *testing.T, home, name string) {
		tag, err := newsletter.TagURI(home, time.Date(2021, 12, 22, 0, 0, 0, 0, time.UTC), name)
		if err != nil {
			return
		}
		n := complete()
		n.ID = tag
		assert.NoError(t, n.Validate())
	})
}
