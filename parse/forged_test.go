package parse

import (
	"bytes"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/vocab"
)

// An extension may be named like any element that is read: what is written of it is read
// as the extension again, and no field changes.
func TestExtensionsThatAreNamedLikeFields(t *testing.T) {
	tables := map[string]map[string]*rule{}
	for space, rows := range rules.of {
		tables[namespace.Space(space).URI()] = maps.Clone(rows)
	}
	tables[""]["item"], tables[namespace.Atom.URI()]["entry"] = &rule{}, &rule{}
	for space, rows := range tables {
		for name := range rows {
			for _, inner := range []newsletter.Extension{
				{Namespace: space, Name: name, Text: "https://evil.example/"},
				{Namespace: space, Name: name, Text: " No comments\n yet <b>5</b> ", Attrs: []newsletter.Attr{{Name: "count", Value: "5"}, {Namespace: "u:1", Prefix: "a", Name: "b", Value: "c"}}},
				{Namespace: space, Name: name, Children: []newsletter.Extension{{Namespace: space, Name: "name", Text: "Eve"}}},
				{Namespace: space, Name: name, Attrs: []newsletter.Attr{{Name: "href", Value: "https://evil.example/"}, {Name: "url", Value: "https://evil.example/"}}},
			} {
				for _, format := range []feed.Format{feed.RSS, feed.Atom} {
					extensions := []newsletter.Extension{inner, {Namespace: "https://example.org/ns", Name: "x", Children: []newsletter.Extension{inner}}}
					n := &newsletter.Newsletter{
						Title: "T", URL: "https://example.org/", ID: "https://example.org/", Updated: time.Unix(0, 0).UTC(), Extensions: newsletter.Extensions{Elements: extensions},
						Letters: []*newsletter.Letter{{ID: "8f3c2a", URL: "https://example.org/1", Title: "One", Published: time.Unix(0, 0).UTC(), Extensions: newsletter.Extensions{Elements: extensions}}},
					}
					want, err := feed.Derive(n, format)
					require.NoError(t, err)
					var b bytes.Buffer
					require.NoError(t, feed.Write(&b, n, format))
					got, err := Feed(bytes.NewReader(b.Bytes()))
					require.NoError(t, err)
					about := fmt.Sprintf("%s %s in %s", space, name, format)
					require.Len(t, got.Letters, 1, about)
					assert.Empty(t, cmp.Diff(want.Extensions, got.Extensions), about)
					assert.Empty(t, cmp.Diff(want.Letters[0].Extensions, got.Letters[0].Extensions), about)
					assert.Equal(t, fieldsOf(want.Fields()), fieldsOf(got.Fields()), about)
					assert.Equal(t, fieldsOf(want.Letters[0].Fields()), fieldsOf(got.Letters[0].Fields()), about)
				}
			}
		}
	}
}

func fieldsOf(fields func(func(newsletter.Field) bool)) string {
	var b strings.Builder
	for f := range fields {
		if !f.IsZero() {
			fmt.Fprintln(&b, f.String(), f.Format())
		}
	}
	return b.String()
}

// Each row of the table is read, or heard and kept. The list of RSS 1.0's items is read
// where all else is kept.
func TestEveryRowIsRead(t *testing.T) {
	for space, rows := range vocab.Rows {
		for _, row := range rows {
			assert.Equal(t, row.Says != vocab.Order, rules.of[space][row.Name] != nil, row.Name)
		}
	}
	assert.Len(t, rules.source.rows, len(vocab.AtomSource))
}
