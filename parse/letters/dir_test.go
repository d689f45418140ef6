package letters_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/golden"
	"github.com/automationregion/newsletter/internal/publish"
	"github.com/automationregion/newsletter/parse"
	"github.com/automationregion/newsletter/parse/letters"
)

// The archives in testdata/folder hold a folder of letters, and what is read
// from it or what is wrong with it. Options stand above the files.
func TestReadFolder(t *testing.T) {
	files, err := filepath.Glob("testdata/folder/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			fsys := fstest.MapFS{}
			documents := 0
			for _, f := range archive.Files {
				if f.Name == "expected" {
					break
				}
				fsys[f.Name] = &fstest.MapFile{Data: f.Data}
				documents++
			}
			o, others := folderOptions(t, string(archive.Comment)), publish.New()
			o.Settings = others.Read
			f, err := letters.ReadFolder(t.Context(), fsys, o)
			require.NotNil(t, f)
			expected := []byte(strings.Join(messages(err), "\n") + "\n")
			if err == nil {
				require.NoError(t, f.Newsletter.Validate())
				expected = golden.Stated(t, map[string]any{
					"Newsletter": f.Newsletter, "FeedLetters": others.Site.FeedLetters, "Drafts": f.Drafts, "Future": f.Future, "Expired": f.Expired,
					"Files": filesOf(f), "Assets": f.Assets, "Partners": others.Partners,
				})
			}
			golden.Compare(t, *update, file, archive, documents, []txtar.File{{Name: "expected", Data: expected}})
		})
	}
}

func folderOptions(t *testing.T, comment string) letters.Options {
	var o letters.Options
	for line := range strings.Lines(comment) {
		switch key, value, _ := strings.Cut(strings.TrimSpace(line), " "); key {
		case "now":
			now, err := time.Parse(time.DateOnly, value)
			require.NoError(t, err)
			o.Now = now
		case "drafts":
			o.Drafts = true
		case "future":
			o.Future = true
		case "expired":
			o.Expired = true
		case "title":
			o.Title = value
		case "url":
			o.URL = value
		case "base":
			o.BaseURL = value
		}
	}
	return o
}

func filesOf(f *letters.Folder) []string {
	var files []string
	for _, l := range f.Newsletter.Letters {
		files = append(files, f.Files[l])
	}
	return files
}

func TestDir(t *testing.T) {
	n, err := readDir(os.DirFS("../../examples/letters"))
	require.NoError(t, err)
	require.NoError(t, n.Validate())
	assert.GreaterOrEqual(t, len(n.Letters), 4)
	for i, l := range n.Letters[1:] {
		assert.False(t, l.Published.After(n.Letters[i].Published), "newest first")
	}
}

func TestDirRefuses(t *testing.T) {
	_, err := readDir(fstest.MapFS{"2021-12-22-a.txt": {Data: []byte("A\n\nB, C · 2021-12-22")}})
	assert.Equal(t, []string{
		"newsletter.yaml: there is no such file: expected it at the top of the folder, with title: the newsletter's name",
		"newsletter.yaml: there is no such file: expected it at the top of the folder, with url: the address of the newsletter's home page",
	}, messages(err))
	_, err = readDir(os.DirFS("testdata/nowhere"))
	assert.Error(t, err)
}

// What stands on every page is bounded; tables of partners and IDs are as long as
// they have to be.
func TestSettingsThatAreTooLong(t *testing.T) {
	const base = "title: X\nurl: https://x.example/\n"
	many := func(format string) (s string) {
		for i := range 5_000 {
			s += fmt.Sprintf(format, i)
		}
		return s
	}
	for name, c := range map[string]struct{ config, fault string }{
		"footer":   {base + "footer: " + strings.Repeat("<b>", 30_000) + "\n", "newsletter.yaml:3:1: footer: expected at most 65536 bytes: it may stand on every page"},
		"authors":  {base + "authors:\n" + many("- Author %d\n"), "newsletter.yaml:3:1: authors: expected at most 65536 bytes: it may stand on every page"},
		"an alias": {base + "a: &a " + strings.Repeat("x", 1000) + "\nauthors: [" + strings.Repeat("*a, ", 100) + "]\n", "newsletter.yaml:4:1: authors: expected at most 65536 bytes: it may stand on every page"},
		"partners": {base + "partners:\n" + many("- https://x.example/%d\n"), ""},
		"ids":      {base + "ids:\n" + many("  %d.md: tag:x.example,2026:a\n"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := letters.ReadFolder(t.Context(), fstest.MapFS{"newsletter.yaml": {Data: []byte(c.config)}}, letters.Options{})
			if c.fault == "" {
				for _, m := range messages(err) {
					assert.NotContains(t, m, "expected at most")
				}
				return
			}
			assert.Contains(t, messages(err), c.fault)
		})
	}
}

// macOS has its file names in decomposed letters, and what people type is
// composed.
func TestReadFolderComposes(t *testing.T) {
	f, err := letters.ReadFolder(t.Context(), fstest.MapFS{
		"va\u030Ar/a\u030A.png":           {Data: []byte("PNG")},
		"va\u030Ar/2021-12-22-o\u0308.md": {Data: []byte("---\nauthor: A\n---\n# T\n\n![x](\u00e5.png)")},
	}, letters.Options{Title: "N", URL: "https://example.org/"})
	require.NoError(t, err)
	l := f.Newsletter.Letters[0]
	assert.Equal(t, "https://example.org/%C3%B6/", l.URL)
	assert.Equal(t, `<p><img src="https://example.org/v%C3%A5r/%C3%A5.png" alt="x"></p>`, l.Content)
	assert.Equal(t, "va\u030Ar/2021-12-22-o\u0308.md", f.Files[l])
	assert.Equal(t, []letters.Asset{{File: "va\u030Ar/a\u030A.png", Path: "v\u00e5r/\u00e5.png"}}, f.Assets)
}

// A home page whose host is beyond ASCII gives IDs in punycode.
func TestReadFolderOfAHostBeyondASCII(t *testing.T) {
	for _, home := range []string{"https://Bücher.example/nytt/", "https://b%C3%BCcher.example:8080/", "https://xn--bcher-kva.example/"} {
		f, err := letters.ReadFolder(t.Context(), fstest.MapFS{"2021-12-22-a.txt": {Data: []byte("A\n\nB, C · 2021-12-22\n\nD")}},
			letters.Options{Title: "N", URL: home})
		require.NoError(t, err, home)
		assert.Equal(t, "tag:xn--bcher-kva.example,2021-12-22:a", f.Newsletter.Letters[0].ID)
	}
}

func TestReadFolderLimits(t *testing.T) {
	fsys := fstest.MapFS{}
	for i := range 5 {
		fsys[fmt.Sprintf("%d.txt", i)] = &fstest.MapFile{Data: []byte("A\n\nB, C · 2021-12-22\n\n" + strings.Repeat("x", 100))}
	}
	o := letters.Options{Title: "N", URL: "https://example.org/"}
	_, err := letters.ReadFolder(t.Context(), fsys, o)
	require.NoError(t, err)
	o.MaxFiles = 4
	_, err = letters.ReadFolder(t.Context(), fsys, o)
	require.ErrorIs(t, err, parse.ErrTooManyLetters)
	o.MaxFiles, o.MaxBytes = 0, 100
	_, err = letters.ReadFolder(t.Context(), fsys, o)
	require.ErrorIs(t, err, parse.ErrTooLarge)
	assert.Len(t, messages(err), 5)
}

func ExampleDir() {
	n, err := readDir(os.DirFS("../../examples/letters"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(n.Title)
	for _, l := range n.Letters {
		fmt.Println(l.Published.Format(time.DateOnly), l.Title)
	}
	// Output:
	// Brev från Norrvik
	// 2025-06-12 Verkstaden har sommarstängt i juli
	// 2025-03-27 What a year of shared machines taught us
	// 2025-02-04 You are invited to the spring meeting
	// 2025-02-04 Välkommen till vårmötet
	// 2024-12-18 Julhälsning från redaktionen
}

func ExampleReadFolder() {
	fsys := fstest.MapFS{
		"newsletter.yaml":     {Data: []byte("title: Example Region\nurl: https://example.org/letters\n")},
		"2021-12-22-wish.txt": {Data: []byte("A wish\n\nEva Lind, Example Region · 2021-12-22\n\nPeace.\n")},
		"2022-01-07-plan.md":  {Data: []byte("---\ntitle: Plans\nauthor: Eva Lind\ntag: [x]\ndate: next week\n---\n")},
	}
	_, err := letters.ReadFolder(context.Background(), fsys)
	fmt.Println(err)
	// Output:
	// 2022-01-07-plan.md:5:7: date: expected a date such as 2021-12-22, 2021-12-22T10:00:00+01:00, 22 december 2021 or December 22, 2021, found "next week"
}

func FuzzReadFolder(f *testing.F) {
	f.Add("title: N\nurl: https://example.org/n\nauthors: A, B\nicon: a.png\npartners:\n  - feed: https://example.com/rss\n    include: {words: [x]}\n", "[x](b.md) ![y](a.png)")
	f.Add("title: &a N\nurl: https://example.org\nhubs: [*a]\nfeed: {size: 3}\n", "[x](/a.png) [y](../../c)")
	f.Fuzz(func(t *testing.T, config, letter string) {
		fsys := fstest.MapFS{
			letters.ConfigFile: {Data: []byte(config)},
			"a.png":            {Data: []byte("png")},
			"sub/a.txt":        {Data: []byte("T\n\nA B · 2021-12-22\n\n" + letter)},
			"2021-12-22-b.md":  {Data: []byte("# T\n\n" + letter)},
		}
		folder, err := letters.ReadFolder(t.Context(), fsys, letters.Options{})
		if err == nil {
			require.NoError(t, folder.Newsletter.Validate())
		}
	})
}

// endless is a folder that always has another letter.
type endless struct {
	fstest.MapFS
	read func()
}

func (e endless) Open(name string) (fs.File, error) {
	if strings.HasSuffix(name, ".md") {
		e.read()
	}
	return e.MapFS.Open(name)
}

func TestReadFolderStopsWhenItsContextEnds(t *testing.T) {
	fsys := fstest.MapFS{"newsletter.yaml": {Data: []byte("title: T\nurl: https://example.org/\nauthors: Ann\n")}}
	for i := range 1000 {
		fsys[fmt.Sprintf("2025-01-01-%d.md", i)] = &fstest.MapFile{Data: []byte("# A letter\n\nText.\n")}
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	var read atomic.Int64 // several goroutines read
	f, err := letters.ReadFolder(ctx, endless{fsys, func() {
		if read.Add(1) == 10 {
			cancel(errors.New("enough"))
		}
	}})
	assert.EqualError(t, err, "enough")
	assert.NotNil(t, f)
	assert.Less(t, read.Load(), int64(12+runtime.GOMAXPROCS(0)), "each goroutine finishes the letter that it has begun")
}

func readDir(fsys fs.FS) (*newsletter.Newsletter, error) {
	f, err := letters.ReadFolder(context.Background(), fsys)
	if err != nil {
		return nil, err
	}
	return f.Newsletter, nil
}
