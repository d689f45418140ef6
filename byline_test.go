package newsletter_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/automationregion/newsletter"
)

func TestBylineOfAnAuthor(t *testing.T) {
	tests := map[string]struct {
		author newsletter.Author
		want   string
	}{
		"a person":                     {newsletter.Author{Name: "Ann Öberg"}, "Ann Öberg"},
		"a person of an organization":  {newsletter.Author{Name: "Ann Öberg", Organization: "Example Works", Email: "ann@example.org"}, "Ann Öberg, Example Works"},
		"an organization":              {newsletter.Author{Organization: "Example Works", Email: "works@example.org"}, "Example Works"},
		"someone with an address":      {newsletter.Author{Email: "ann@example.org", URL: "https://example.org/ann"}, "ann@example.org"},
		"someone with a page":          {newsletter.Author{URL: "https://example.org/ann", Avatar: "https://example.org/ann.png"}, "https://example.org/ann"},
		"nobody, with a portrait only": {newsletter.Author{Avatar: "https://example.org/ann.png"}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, test.author.Byline())
		})
	}
}

func TestParseByline(t *testing.T) {
	ann, bo := newsletter.Author{Name: "Ann Öberg"}, newsletter.Author{Name: "Bo Lind", Organization: "Example Works, Västerås"}
	tests := map[string]struct {
		byline string
		want   []newsletter.Author
	}{
		"nobody":                               {" ; , ;", nil},
		"one author":                           {" Ann Öberg ", []newsletter.Author{ann}},
		"several, with an organization":        {"Ann Öberg; Bo Lind, Example Works, Västerås", []newsletter.Author{ann, bo}},
		"an organization after nothing":        {", Example Works", []newsletter.Author{{Organization: "Example Works"}}},
		"a separator too many":                 {"Ann Öberg;;Bo Lind,Example Works, Västerås;", []newsletter.Author{ann, bo}},
		"a name that an address is a part of":  {"ann@example.org", []newsletter.Author{{Name: "ann@example.org"}}},
		"an author with nothing after a comma": {"Ann Öberg,", []newsletter.Author{ann}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, newsletter.ParseByline(test.byline))
		})
	}
}

func TestBylineLeavesOutAuthorsOfWhomNothingIsKnown(t *testing.T) {
	assert.Equal(t, "Ann; Works", newsletter.Byline([]newsletter.Author{{Name: "Ann"}, {}, {Organization: "Works"}}))
	assert.Empty(t, newsletter.Byline(nil))
}

// FuzzParseByline reads bylines of any text: what is read is written, and read
// again, the same.
func FuzzParseByline(f *testing.F) {
	f.Add("Ann Öberg, Example Works; Bo Lind")
	f.Add(" ,; a,b,c ;\x00")
	f.Fuzz(func(t *testing.T, byline string) {
		authors := newsletter.ParseByline(byline)
		written := newsletter.Byline(authors)
		for _, a := range authors {
			if a.Name == "" && strings.Contains(a.Organization, ",") {
				return // a comma in a name that is taken for an organization
			}
		}
		assert.Equal(t, written, newsletter.Byline(newsletter.ParseByline(written)))
	})
}
