package newsletter_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/parse"
)

// TestWhatIsReadCanBeWritten reads real feeds, and those of conformance tests, and
// writes what it reads: no stranger's mistake in what is optional refuses a
// newsletter. Only two letters with one ID are left to Repair.
func TestWhatIsReadCanBeWritten(t *testing.T) {
	read, written := 0, map[feed.Format]int{}
	for _, dir := range []string{"corpus", filepath.Join("conformance", "feeds")} {
		root := filepath.Join("..", "shared", dir)
		if _, err := os.Stat(root); err != nil {
			t.Skipf("no feeds here: %v", err)
		}
		require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			n, _ := parse.Feed(bytes.NewReader(data))
			if n == nil {
				return nil
			}
			read++
			for _, f := range assertSound(t, n, path) {
				written[f]++
			}
			return nil
		}))
	}
	t.Logf("of %d feeds, without Repair: %v", read, written)
}

// assertSound finds nothing wrong with a newsletter that was just read but IDs that
// several letters have, and returns the formats that it could be written in: all for
// whose requirements there is anything to derive them from.
func assertSound(t *testing.T, n *newsletter.Newsletter, name string) (written []feed.Format) {
	t.Helper()
	if err := n.Validate(); err != nil {
		for _, err := range err.(interface{ Unwrap() []error }).Unwrap() {
			var fault *newsletter.FieldError
			require.ErrorAs(t, err, &fault)
			assert.Equal(t, "ID", fault.Field, "%s: %v", name, err)
			assert.Contains(t, fault.Reason, "an ID of its own is required", name)
		}
		n.Repair()
	}
	for _, f := range feeds {
		err := feed.Write(&bytes.Buffer{}, n, f, undated)
		switch {
		case err == nil:
			written = append(written, f)
		case !strings.Contains(err.Error(), "to derive it from: state it"):
			assert.NoError(t, err, name)
		}
	}
	return written
}

func TestMistakesInWhatIsOptionalAreMendedAndSaid(t *testing.T) {
	const rss = `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>T</title><link>https://example.org/</link>`
	const json = `{"version":"https://jsonfeed.org/version/1.1","title":"T","home_page_url":"https://example.org/","items":[`
	for name, test := range map[string]struct {
		doc  string
		read func(l *newsletter.Letter) any
		want any
		note string // that says so; none where nothing is lost
	}{
		"two alternates of one kind": {
			rss + `<item><link>https://example.org/1</link><atom:link href="https://example.org/2" type="text/html"/></item>`,
			func(l *newsletter.Letter) any { return l.Links },
			[]newsletter.Link{{Rel: "related", URL: "https://example.org/2", MediaType: "text/html"}}, `"alternate" is now "related"`,
		},
		"an address with spaces, quotes and brackets": {
			rss + `<item><link>https://example.org/a "b" [c]?d|e</link></item>`,
			func(l *newsletter.Letter) any { return l.URL },
			"https://example.org/a%20%22b%22%20%5Bc%5D?d%7Ce", "percent-encoded",
		},
		"an address with backslashes": {
			json + `{"id":"1","url":"http:\\\\example.org\\a?b\\c"}]}`,
			func(l *newsletter.Letter) any { return l.URL }, "http://example.org/a?b%5Cc", "percent-encoded",
		},
		"an address that is none": {
			json + `{"id":"1","url":"http://exa mple.org/"}]}`,
			func(l *newsletter.Letter) any { return l.URL }, "", `dropped "http://exa mple.org/"`,
		},
		"a category twice": {
			json + `{"id":"1","tags":["a","b","a"]}]}`,
			func(l *newsletter.Letter) any { return len(l.Categories) }, 2, "it is there before",
		},
		"a locale": {
			rss + `<item><title>A</title><dc:language xmlns:dc="http://purl.org/dc/elements/1.1/">sv_SE.UTF-8</dc:language></item>`,
			func(l *newsletter.Letter) any { return l.Language }, "sv-SE", "not a BCP 47 language tag",
		},
		"half a second": {
			json + `{"id":"1","attachments":[{"url":"https://example.org/a.mp3","mime_type":"audio/mpeg","duration_in_seconds":212.5}]}]}`,
			func(l *newsletter.Letter) any { return l.Attachments[0].Duration }, 213 * time.Second, "",
		},
		"an ID with spaces, which stays": {
			rss + `<item><guid>https://example.org/a "b"</guid></item>`,
			func(l *newsletter.Letter) any { return []string{l.ID, l.URL} },
			[]string{`https://example.org/a "b"`, "https://example.org/a%20%22b%22"}, "percent-encoded",
		},
	} {
		t.Run(name, func(t *testing.T) {
			doc := test.doc
			if strings.HasPrefix(doc, "<") {
				doc += "</channel></rss>"
			}
			var how parse.Reading
			n, err := parse.Feed(strings.NewReader(doc), parse.Options{Report: func(r parse.Reading) { how = r }})
			require.NoError(t, err)
			assert.Equal(t, test.want, test.read(n.Letters[0]))
			assert.Len(t, assertSound(t, n, name), len(feeds))
			var notes []error
			for _, f := range how.Faults {
				notes = append(notes, f)
			}
			if test.note == "" {
				assert.Empty(t, notes)
				return
			}
			assert.ErrorContains(t, errors.Join(notes...), test.note)
			for _, f := range feeds {
				assertRoundTrip(t, n, f)
			}
		})
	}
}

func TestLettersOfNothingAreLeftOutAndSaid(t *testing.T) {
	for _, doc := range []string{
		`<rss version="2.0"><channel><title>T</title><link>https://example.org/</link><item/><item><title>A</title></item></channel></rss>`,
		`{"version":"https://jsonfeed.org/version/1.1","title":"T","home_page_url":"https://example.org/","items":[{},{"title":"A"}]}`,
	} {
		var how parse.Reading
		n, err := parse.Feed(strings.NewReader(doc), parse.Options{Report: func(r parse.Reading) { how = r }})
		require.NoError(t, err)
		require.Len(t, n.Letters, 1)
		assert.Equal(t, "A", n.Letters[0].Title)
		require.NotEmpty(t, how.Faults)
		assert.Contains(t, how.Faults[0].Error(), "nothing is known of it")
	}
}

// The guid of a letter that gets another ID is no address of its page.
func TestRepairedIDsAreNoPermaLinks(t *testing.T) {
	const item = `<item><guid isPermaLink="true">https://example.org/1</guid><link>https://example.org/1?utm=feed</link><title>A</title></item>`
	n, err := parse.Feed(strings.NewReader(`<rss version="2.0"><channel><title>T</title><link>https://example.org/</link>` + item + item + `</channel></rss>`))
	require.NoError(t, err)
	n.Repair()
	var b bytes.Buffer
	require.NoError(t, feed.Write(&b, n, feed.RSS))
	assert.Contains(t, b.String(), `<guid isPermaLink="true">https://example.org/1</guid>`, "as it was read")
	assert.Contains(t, b.String(), `<guid isPermaLink="false">`+n.Letters[1].ID+`</guid>`)
}

func TestRelativeAddressesThatNothingMakesWholeAreCounted(t *testing.T) {
	for _, doc := range []string{
		`<rss version="2.0"><channel><title>T</title><image><url>/logo.png</url></image><item><title>A</title><link>/a</link><enclosure url="a.mp3" type="audio/mpeg" length="1"/></item></channel></rss>`,
		`{"version":"https://jsonfeed.org/version/1.1","title":"T","icon":"/logo.png","items":[{"title":"A","url":"/a","attachments":[{"url":"a.mp3","mime_type":"audio/mpeg"}]}]}`,
	} {
		var how parse.Reading
		n, err := parse.Feed(strings.NewReader(doc), parse.Options{Report: func(r parse.Reading) { how = r }})
		require.NoError(t, err)
		assert.Equal(t, 3, how.Relative)
		assert.Empty(t, how.Faults, "which are not noted one by one")
		assert.Empty(t, n.Letters[0].URL)
		assert.Empty(t, n.Letters[0].Attachments)
		assertSound(t, n, doc)

		n, err = parse.Feed(strings.NewReader(doc), parse.Options{BaseURL: "https://example.org/feed", Report: func(r parse.Reading) { how = r }})
		require.NoError(t, err)
		assert.Zero(t, how.Relative)
		assert.Equal(t, "https://example.org/a", n.Letters[0].URL)
		assert.Equal(t, "https://example.org/logo.png", n.Image)
		assert.Len(t, n.Letters[0].Attachments, 1)
	}
}
