package roll

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/aggregate"
)

func partners(from, to int) (list []aggregate.Partner) {
	for i := from; i < to; i++ {
		list = append(list, aggregate.Partner{Name: fmt.Sprint("P", i), FeedURL: fmt.Sprintf("https://p%d.example/feed", i)})
	}
	return list
}

// A list is held that drops more than ten partners, and more than a fifth of them.
func TestChoose(t *testing.T) {
	for name, c := range map[string]struct {
		before Before
		next   []aggregate.Partner
		held   string
	}{
		"the first":              {Before{}, partners(0, 50), ""},
		"ten of twelve":          {Before{Partners: partners(0, 12)}, partners(10, 12), ""},
		"eleven of twelve":       {Before{Partners: partners(0, 12)}, partners(11, 12), "drops 11 of 12 partners (P0, P1, P2 and 8 more)"},
		"a fifth":                {Before{Partners: partners(0, 100)}, partners(20, 100), ""},
		"more than a fifth":      {Before{Partners: partners(0, 100)}, partners(21, 100), "drops 21 of 100 partners (P0, P1, P2 and 18 more)"},
		"cut off":                {Before{Partners: partners(0, 100)}, nil, "drops 100 of 100 partners (P0, P1, P2 and 97 more)"},
		"another newsletter's":   {Before{Partners: partners(0, 100)}, partners(100, 300), "drops 100 of 100 partners (P0, P1, P2 and 97 more)"},
		"all are there, twice":   {Before{Partners: append(partners(0, 30), partners(0, 30)...)}, append(partners(0, 60), partners(0, 60)...), ""},
		"some that nobody knows": {Before{Partners: partners(0, 40), Lost: 11}, partners(0, 40), "drops 11 of 51 partners"},
	} {
		t.Run(name, func(t *testing.T) {
			notes := Dir(t.TempDir())
			list, held, err := Choose(t.Context(), notes, c.before, c.next, false)
			require.NoError(t, err)
			if c.held == "" {
				assert.Nil(t, held)
				assert.Equal(t, c.next, list)
				h, err := Accept(t.Context(), notes)
				require.NoError(t, err)
				assert.Nil(t, h, "there is nothing to accept")
				return
			}
			require.NotNil(t, held)
			assert.Equal(t, c.held, held.String())
			assert.Equal(t, c.before.Partners, list)
			list, held, err = Choose(t.Context(), notes, c.before, c.next, true)
			require.NoError(t, err)
			assert.Nil(t, held)
			assert.Equal(t, c.next, list)
		})
	}
}

// What is accepted is the list that was held, and no other that drops many.
func TestAccept(t *testing.T) {
	notes := Dir(t.TempDir())
	before := Before{Partners: partners(0, 100)}
	choose := func(next []aggregate.Partner) *Held {
		_, held, err := Choose(t.Context(), notes, before, next, false)
		require.NoError(t, err)
		return held
	}
	require.NotNil(t, choose(partners(0, 50)))
	h, err := Accept(t.Context(), notes)
	require.NoError(t, err)
	assert.Equal(t, 50, h.Removed)
	assert.NotNil(t, choose(partners(0, 40)), "it is another list")
	_, err = Accept(t.Context(), notes)
	require.NoError(t, err)
	assert.Nil(t, choose(partners(0, 40)))
	assert.NotNil(t, choose(partners(0, 40)), "it was accepted once")
}

// Of partners that stay, what the new list says of them holds.
func TestHeldListChangesWhoStays(t *testing.T) {
	next := partners(0, 1)
	next[0].Name = "New name"
	list, held, err := Choose(t.Context(), Dir(t.TempDir()), Before{Partners: partners(0, 30)}, next, false)
	require.NoError(t, err)
	require.NotNil(t, held)
	require.Len(t, list, 30)
	assert.Equal(t, "New name", list[0].Name)
}

// A folder remembers a list without what is secret in it.
func TestRemembered(t *testing.T) {
	dir := t.TempDir()
	list := append(partners(0, 3),
		aggregate.Partner{Name: "A", FeedURL: "https://user:geheim@a.example/"},
		aggregate.Partner{Name: "B", FeedURL: "https://b.example/", Header: http.Header{"Authorization": {"geheim"}}})
	require.NoError(t, Remember(t.Context(), Dir(dir), list))
	data, err := os.ReadFile(filepath.Join(dir, "list.json"))
	require.NoError(t, err)
	assert.NotContains(t, string(data), "geheim")
	before, err := Remembered(t.Context(), Dir(dir), list[:4])
	require.NoError(t, err)
	assert.Equal(t, Before{list[:4], 1}, before)

	require.NoError(t, os.WriteFile(filepath.Join(dir, "list.json"), data[:20], 0o666))
	before, err = Remembered(t.Context(), Dir(dir), list)
	require.NoError(t, err)
	assert.Empty(t, before, "a damaged list is none")
}

// Trying writes nothing.
func TestReadOnly(t *testing.T) {
	dir := t.TempDir()
	notes := ReadOnly{Dir(dir)}
	_, held, err := Choose(context.Background(), notes, Before{Partners: partners(0, 30)}, nil, false)
	require.NoError(t, err)
	assert.NotNil(t, held)
	require.NoError(t, Remember(t.Context(), notes, partners(0, 3)))
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, files)
}
