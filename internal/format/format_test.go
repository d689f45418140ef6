package format

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// No two rows claim the same, or a lookup would depend on their order.
func TestRowsAreDistinct(t *testing.T) {
	seen := map[string]string{}
	claim := func(row *Row, what string) {
		assert.Emptyf(t, seen[what], "%s: %s is another row's", row.Name, what)
		assert.Equal(t, strings.ToLower(what), what)
		seen[what] = row.Name
	}
	for f := range table {
		row := Of(Format(f))
		assert.NotEmpty(t, row.Label)
		claim(row, "name "+row.Name)
		claim(row, "file "+row.FileName)
		for _, m := range row.MediaTypes {
			claim(row, "type "+m.Name)
		}
		assert.Equal(t, Surely > row.MediaTypes[0].Sure, row.Name == "rdf", "a format's own media type stands first; RDF is more than feeds")
		for _, name := range row.Names {
			claim(row, "file "+name)
		}
		for _, root := range row.Roots {
			claim(row, "root "+root)
		}
	}
}

func TestSureOfFeed(t *testing.T) {
	assert.Equal(t, Surely, SureOfFeed(" Application/Atom+XML ; charset=utf-8"))
	assert.Equal(t, Likely, SureOfFeed("text/xml"))
	assert.Equal(t, Maybe, SureOfFeed("application/json"))
	assert.Equal(t, Never, SureOfFeed("text/html"))
	assert.Equal(t, Never, SureOfFeed(""))
}

func TestIsFeedName(t *testing.T) {
	for _, name := range []string{"rss", "atom.xml", "feed.json", "news.rss", "index.rdf", "feed"} {
		assert.True(t, IsFeedName(name), name)
	}
	for _, name := range []string{"", "index.html", "partners.opml", "feeds", "xml"} {
		assert.False(t, IsFeedName(name), name)
	}
}

func TestAccept(t *testing.T) {
	assert.Equal(t, "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, "+
		"application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.3", Accept())
	assert.Equal(t, []string{"rss.xml", "atom.xml", "feed.json", "index.html"}, FileNames())
}
