package letters

import (
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/internal/sample"
)

// What is remembered comes back from the file, field by field. What is named is made
// anew: where a letter is read, and what of its document nobody needs again.
func TestCacheFileLosesNoField(t *testing.T) {
	letter := &cachedLetter{}
	sample.Fill(letter, "cachedLetter.source", "document.Faults", "document.cost", "document.text", "document.byDefault",
		"document.cached", "document.content", "document.addresses", "document.isPost", "document.zoned")
	want := &Cache{letters: map[string]*cachedLetter{"a.md": letter}}
	sample.Fill(&want.like)

	data, err := want.MarshalBinary()
	require.NoError(t, err)
	got := &Cache{}
	require.NoError(t, got.UnmarshalBinary(data))
	everything := cmp.Exporter(func(reflect.Type) bool { return true })
	assert.Empty(t, cmp.Diff(want.letters, got.letters, everything), "- remembered, + read")
	assert.Equal(t, want.like, got.like)
}

// A folder that is read again after each of many changes is read as one that
// nobody read before.
func TestCache(t *testing.T) {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	letter := func(head, body string) *fstest.MapFile {
		return file("---\ntitle: T\ndate: 2024-02-03\n" + head + "\n---\n\n" + body + "\n")
	}
	fsys := fstest.MapFS{
		ConfigFile:  file("title: N\nurl: https://example.org/n/\nlanguage: sv\nauthor: A\n"),
		"a.md":      letter("image: p.png\nattachments: [d.pdf]", "[b](b.md) [c](c.md#x) ![p](p.png)\n\n> [!NOTE]\n> Hej\n\nText[^1].\n\n[^1]: Not."),
		"b.md":      letter("", "[a](a.md)"),
		"c.md":      letter("", "Text"),
		"x.en.md":   letter("", "Text"),
		"x.md":      letter("", "Text"),
		"plain.txt": file("Titel\n\nStaff · · 2021-12-22\n\nText https://example.com/ och mer.\n"),
		"p.png":     file("12345"),
		"d.pdf":     file("1234567"),
	}
	now := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	var cache Cache
	changes := []struct {
		name string
		do   func()
	}{
		{"nothing", func() {}},
		{"a title", func() { fsys["b.md"] = letter("slug: bb", "[a](a.md)") }},
		{"a fault", func() { fsys["b.md"] = letter("slug: [", "[a](a.md)") }},
		{"another letter's fault", func() { delete(fsys, "b.md") }},
		{"it is mended", func() { fsys["b.md"] = letter("", "[a](a.md)") }},
		{"a draft that is linked to", func() { fsys["c.md"] = letter("draft: true", "Text") }},
		{"the same is dated", func() { fsys["c.md"] = letter("date: 2030-01-01", "Text") }},
		{"a file's size", func() { fsys["d.pdf"] = file("12") }},
		{"a file is gone", func() { delete(fsys, "p.png") }},
		{"and back", func() { fsys["p.png"] = file("1") }},
		{"the language", func() { fsys[ConfigFile] = file("title: N\nurl: https://example.org/n/\nlanguage: en\nauthor: A\n") }},
		{"the address", func() { fsys[ConfigFile] = file("title: N\nurl: https://example.org/m/\nlanguage: en\n") }},
		{"no letter", func() { fsys["x.en.md"] = file("\xff") }},
	}
	for _, change := range changes {
		t.Run(change.name, func(t *testing.T) {
			change.do()
			for _, o := range []Options{{Now: now}, {Now: now, Drafts: true, Future: true}, {Now: now}, {RawHTML: true}} {
				want, wantErr := ReadFolder(t.Context(), fsys, o)
				kept, keepErr := cache.MarshalBinary() // as for another process
				require.NoError(t, keepErr)
				cache = Cache{}
				require.NoError(t, cache.UnmarshalBinary(kept))
				o.Cache = &cache
				got, err := ReadFolder(t.Context(), fsys, o)
				if wantErr == nil {
					require.NoError(t, err)
				} else {
					require.EqualError(t, err, wantErr.Error())
				}
				assert.Equal(t, want.Newsletter, got.Newsletter)
				assert.Equal(t, want.Assets, got.Assets)
				assert.Equal(t, [3]int{want.Drafts, want.Future, want.Expired}, [3]int{got.Drafts, got.Future, got.Expired})
			}
		})
	}
}

// What costs is making letters anew: one that stands is not read by the Markdown
// parser again.
func TestCacheRemembers(t *testing.T) {
	fsys := fstest.MapFS{
		ConfigFile: {Data: []byte("title: N\nurl: https://example.org/n/\nauthor: A\n")},
		"a.md":     {Data: []byte("---\ntitle: T\ndate: 2024-02-03\n---\n" + strings.Repeat("*text* [a](https://example.com/) ", 1000))},
	}
	var cache Cache
	read := func() { _, err := ReadFolder(t.Context(), fsys, Options{Cache: &cache}); require.NoError(t, err) }
	read()
	cached := testing.AllocsPerRun(5, read)
	cache = Cache{}
	anew := testing.AllocsPerRun(5, func() { cache = Cache{}; read() })
	assert.Less(t, cached, anew/4)
}

// Letters that are there because somebody asked for them are told apart from
// those that are published.
func TestWithheld(t *testing.T) {
	letter := func(head string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("---\ntitle: T\ndate: 2024-02-03\n" + head + "\n---\n\nText\n")}
	}
	fsys := fstest.MapFS{
		ConfigFile: {Data: []byte("title: N\nurl: https://example.org/n/\nauthor: A\n")},
		"plain.md": letter(""), "draft.md": letter("draft: true"), "later.md": letter("publishDate: 2031-05-01"),
		"over.md": letter("expiryDate: 2024-05-01"), "laterdraft.md": letter("draft: true\npublishDate: 2031-05-01"),
	}
	o := Options{Now: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), Drafts: true, Future: true, Expired: true}
	f, err := ReadFolder(t.Context(), fsys, o)
	require.NoError(t, err)
	got := map[string]string{}
	for _, l := range f.Newsletter.Letters {
		got[f.Files[l]] = f.Withheld[l]
	}
	assert.Equal(t, map[string]string{"plain.md": "", "draft.md": "a draft", "later.md": "dated 2031-05-01", "over.md": "expired", "laterdraft.md": "a draft"}, got)
	o.Future = false
	f, err = ReadFolder(t.Context(), fsys, o)
	require.NoError(t, err)
	assert.Len(t, f.Newsletter.Letters, 3, "a draft of the future is of the future too")
	assert.Equal(t, 2, f.Future)
}

// A Cache goes from one process to the next; what is no Cache leaves one as it is.
func TestCacheIsKept(t *testing.T) {
	fsys := fstest.MapFS{
		ConfigFile: {Data: []byte("title: N\nurl: https://example.org/n/\nauthor: A\n")},
		"a.md":     {Data: []byte("---\ntitle: T\ndate: 2024-02-03\n---\n*text*\n")},
		"b.md":     {Data: []byte("---\ntitle: U\ndate: 2024-02-04\n---\n[a](a.md)\n")},
	}
	var first, second Cache
	want, err := ReadFolder(t.Context(), fsys, Options{Cache: &first})
	require.NoError(t, err)
	kept, err := first.MarshalBinary()
	require.NoError(t, err)
	require.NoError(t, second.UnmarshalBinary(kept))
	for range 2 {
		got, err := ReadFolder(t.Context(), fsys, Options{Cache: &second})
		require.NoError(t, err)
		assert.Equal(t, want.Newsletter, got.Newsletter)
		assert.Zero(t, second.Made(), "nothing is made anew")
	}
	for end := range kept {
		assert.Error(t, second.UnmarshalBinary(kept[:end]), "cut off at %d", end)
	}
	fsys["a.md"] = &fstest.MapFile{Data: []byte("---\ntitle: T\ndate: 2024-02-03\n---\n*other*\n")}
	got, err := ReadFolder(t.Context(), fsys, Options{Cache: &second})
	require.NoError(t, err)
	assert.Equal(t, "<p><em>other</em></p>", strings.TrimSpace(got.Newsletter.Letters[1].Content))
	assert.Positive(t, second.Made())
}
