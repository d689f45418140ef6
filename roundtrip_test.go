package newsletter_test

import (
	"bytes"
	stdcmp "cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/internal/sample"
	"github.com/automationregion/newsletter/parse"
	"github.com/automationregion/newsletter/parse/letters"
)

// feeds are the formats that hold all of a newsletter.
var feeds = []feed.Format{feed.RSS, feed.Atom, feed.JSON}

// undated is when letters without a date are from.
var undated = feed.Options{Undated: time.Date(2024, 5, 17, 0, 0, 0, 0, time.UTC)}

// assertRoundTrip writes the newsletter, reads it again and finds the same in
// every field, with what the format requires, and writes that in the same bytes.
func assertRoundTrip(t *testing.T, n *newsletter.Newsletter, f feed.Format) {
	t.Helper()
	var first, second bytes.Buffer
	require.NoError(t, feed.Write(&first, n, f, undated), f)
	n, err := feed.Derive(n, f, undated)
	require.NoError(t, err)

	again, err := parse.Feed(bytes.NewReader(first.Bytes()))

	require.NoError(t, err, f)
	if diff := cmp.Diff(n, again, sameTime, cmpopts.EquateEmpty(), samePlaces); diff != "" {
		t.Fatalf("%v, read again, is not the same (- written, + read):\n%s", f, diff)
	}
	require.NoError(t, feed.Write(&second, again, f, undated), f)
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		assert.Equal(t, first.String(), second.String(), "%v, written again, has other bytes", f)
	}
	if f != feed.JSON {
		assertDeclaresWhatItUses(t, first.Bytes())
	}
}

// assertDeclaresWhatItUses finds each prefix declared that a document uses, and no other.
func assertDeclaresWhatItUses(t *testing.T, document []byte) {
	t.Helper()
	declared, used := map[string]bool{}, map[string]bool{}
	d := xml.NewDecoder(bytes.NewReader(document))
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		for _, name := range append([]xml.Attr{{Name: start.Name}}, start.Attr...) {
			switch prefix := name.Name.Space; prefix {
			case "", "xml":
			case "xmlns":
				declared[name.Name.Local] = true
			default:
				used[prefix] = true
			}
		}
	}
	assert.Equal(t, used, declared, "the prefixes that are used, and those that are declared")
}

// samePlaces compares extensions in the order that they have in each place: a
// document has no order of what stands in different ones. An author of Atom has room
// for what is of other vocabularies, and what is of RSS's or Atom's stands aside; its
// source has room for what is Atom's, too.
var samePlaces = cmp.Options{
	inPlaces(func(e newsletter.Extension) string {
		aside := e.In != newsletter.Place{} && (e.Namespace == "" || e.Namespace == "http://www.w3.org/2005/Atom" && e.In.Name != "Source")
		return fmt.Sprint(e.In, " aside ", aside)
	}),
	inPlaces(func(a newsletter.Attribute) string { return a.In.String() }),
	inPlaces(func(m newsletter.Member) string { return m.In.String() }),
	cmpopts.IgnoreFields(newsletter.Attr{}, "Prefix"), // which says nothing
}

// inPlaces compares lists by what is in each place.
func inPlaces[T any](place func(T) string) cmp.Option {
	return cmp.FilterValues(func(a, b []T) bool { return len(a)+len(b) > 0 }, cmpopts.AcyclicTransformer("Places", func(list []T) map[string][]T {
		places := map[string][]T{}
		for _, e := range list {
			places[place(e)] = append(places[place(e)], e)
		}
		return places
	}))
}

func TestRoundTripOfEveryField(t *testing.T) {
	for _, f := range feeds {
		t.Run(f.String(), func(t *testing.T) {
			assertRoundTrip(t, complete(), f)
			assertRoundTrip(t, sample.Every(), f)
		})
	}
}

func TestRoundTripOfGeneratedNewsletters(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		data := make([]byte, r.IntN(1000))
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		n := generated(data)
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			for _, f := range feeds {
				assertRoundTrip(t, n, f)
			}
		})
	}
}

// generated returns a newsletter made of bytes that every format can hold.
func generated(data []byte) *newsletter.Newsletter {
	n := modelOf(data)
	n.Repair()
	n.Title, n.URL = stdcmp.Or(n.Title, "Letters"), stdcmp.Or(n.URL, "https://example.org/")
	return n
}

// FuzzRoundTrip writes and reads newsletters of any content.
func FuzzRoundTrip(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\x03\x11\x21\x31\x41\x51\x61\x71\x81\x91\xA1\xB1\xC1\xD1\xE1\xF1\x02\x12\x22\x32\x42\x52\x62\x72\x82\x92"))
	f.Fuzz(func(t *testing.T, data []byte) {
		n := generated(data)
		for _, f := range feeds {
			assertRoundTrip(t, n, f)
		}
	})
}

// TestRoundTripOfRealFeeds reads feeds as they stand on the web, from the folder
// that NEWSLETTER_CORPUS names or ../shared/corpus.
func TestRoundTripOfRealFeeds(t *testing.T) {
	root := os.Getenv("NEWSLETTER_CORPUS")
	if root == "" {
		root = filepath.Join("..", "shared", "corpus")
	}
	if _, err := os.Stat(root); err != nil {
		t.Skipf("no real feeds here: %v", err)
	}
	files, read, letters := 0, 0, 0
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files++
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		n, err := parse.Feed(bytes.NewReader(data), parse.Options{BaseURL: "https://feeds.example.org/" + filepath.Base(path)})
		if n == nil {
			t.Logf("%s is not read: %v", path, err)
			return nil
		}
		read++
		letters += len(n.Letters)
		t.Run(filepath.Base(path), func(t *testing.T) {
			changes := n.Repair()
			require.NoError(t, n.Validate(), "after %v", changes)
			require.Empty(t, n.Repair())
			n.URL = stdcmp.Or(n.URL, "https://feeds.example.org/") // which a writer refuses to make up
			for _, f := range feeds {
				assertRoundTrip(t, n, f)
			}
		})
		return nil
	}))
	t.Logf("%d of %d files read, %d letters", read, files, letters)
}

// TestRoundTripOfARealLetter publishes the letter of ../shared/letters, or of
// the folder that NEWSLETTER_LETTERS names.
func TestRoundTripOfARealLetter(t *testing.T) {
	root := os.Getenv("NEWSLETTER_LETTERS")
	if root == "" {
		root = filepath.Join("..", "shared", "letters")
	}
	if _, err := os.Stat(root); err != nil {
		t.Skipf("no real letter here: %v", err)
	}
	folder, err := letters.ReadFolder(t.Context(), os.DirFS(root), letters.Options{Title: "Automation Region", URL: "https://automationregion.com/nyhetsbrev/"})
	require.NoError(t, err)
	for _, f := range feeds {
		t.Run(f.String(), func(t *testing.T) { assertRoundTrip(t, feed.At(folder.Newsletter, f), f) })
	}
	if path := "julhalsning-2021.txt"; folder.Files[folder.Newsletter.Letters[0]] == path {
		l := folder.Newsletter.Letters[0]
		assert.Equal(t, "Julhälsning från processledningen", l.Title)
		assert.Equal(t, "Ledare", l.Kind)
		assert.Equal(t, []newsletter.Author{{Name: "Processledningen", Organization: "Automation Region"}}, l.Authors)
		assert.Equal(t, time.Date(2021, 12, 22, 0, 0, 0, 0, time.UTC), l.Published)
		assert.True(t, strings.HasSuffix(l.Content, "<p>Processledningen,<br>\nAutomation Region</p>"), "the signature is the last paragraph")
	}
}
