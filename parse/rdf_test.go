package parse_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/parse"
)

// rdfOf returns a feed in RSS 1.0 that lists items in one order and has them in another.
func rdfOf(listed, items []string) string {
	var b strings.Builder
	b.WriteString(`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="c"><title>T</title><items><rdf:Seq>`)
	for _, name := range listed {
		fmt.Fprintf(&b, `<rdf:li rdf:resource="https://example.org/%s"/>`, name)
	}
	b.WriteString(`</rdf:Seq></items></channel>`)
	for _, name := range items {
		fmt.Fprintf(&b, `<item rdf:about="https://example.org/%s"><title>%[1]s</title></item>`, name)
	}
	return b.String() + `</rdf:RDF>`
}

// RSS 1.0, section 5.3.5: an RDF sequence contains all the items "to denote item order
// for rendering and reconstruction".
func TestSequenceOfRSS1(t *testing.T) {
	for name, test := range map[string]struct{ listed, items, want string }{
		"as they stand":          {"a b c", "a b c", "a b c"},
		"the other way round":    {"c b a", "a b c", "c b a"},
		"one is listed alone":    {"z a x c", "c a", "a c"},
		"one is not listed":      {"a b", "a x b", "a x b"},
		"one that has to wait":   {"a b c", "c b x a", "a b c x"},
		"an item twice":          {"a b", "b a b a", "a b b a"},
		"listed twice":           {"b a b", "a b", "b a"},
		"nothing that is listed": {"u v", "b a", "b a"},
		"nothing listed":         {"", "b a", "b a"},
	} {
		t.Run(name, func(t *testing.T) {
			titles, _, err := titlesOf(t, rdfOf(strings.Fields(test.listed), strings.Fields(test.items)), parse.Options{})
			require.NoError(t, err)
			assert.Equal(t, test.want, strings.Join(titles, " "))
		})
	}
	t.Run("cut off", func(t *testing.T) {
		document, _, _ := strings.Cut(rdfOf([]string{"c", "b", "a"}, []string{"a", "b", "c"}), "<title>c")
		titles, _, err := titlesOf(t, document, parse.Options{})
		assert.ErrorIs(t, err, parse.ErrTruncated)
		assert.Equal(t, []string{"b", "a"}, titles)
	})
	t.Run("a bag has no order", func(t *testing.T) {
		titles, _, err := titlesOf(t, strings.ReplaceAll(rdfOf([]string{"b", "a"}, []string{"a", "b"}), "rdf:Seq", "rdf:Bag"), parse.Options{})
		require.NoError(t, err)
		assert.Equal(t, []string{"a", "b"}, titles)
	})
}

// However far a letter stands from its turn, no more than 1,000 wait, and none is lost.
func TestSequenceOfRSS1IsBounded(t *testing.T) {
	var names []string
	for i := range 3000 {
		names = append(names, fmt.Sprint(i))
	}
	backwards := slices.Clone(names)
	slices.Reverse(backwards)
	given := 0
	for l, err := range parse.NewDecoder(strings.NewReader(rdfOf(names, backwards))).Letters() {
		require.NoError(t, err)
		if given == 0 {
			assert.Equal(t, "1999", l.Title)
		}
		given++
	}
	assert.Equal(t, 3000, given)
}
