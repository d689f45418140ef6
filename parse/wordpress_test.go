package parse_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/parse"
)

func export(items string) string {
	return `<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>T</title>` + items + `</channel></rss>`
}

const (
	posted  = `<item><title>June</title><wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item>`
	drafted = `<item><title>July</title><wp:status>draft</wp:status><wp:post_type>post</wp:post_type></item>`
)

func titlesOf(t *testing.T, doc string, o parse.Options) (titles []string, how parse.Reading, err error) {
	t.Helper()
	o.Report = func(r parse.Reading) { how = r }
	d := parse.NewDecoder(strings.NewReader(doc), o)
	for l, e := range d.Letters() {
		if err = e; e == nil {
			titles = append(titles, l.Title)
		}
	}
	return titles, how, err
}

// What is left out of a WordPress export counts against the limit of letters, and is
// handed on with all that it says to who asks for it.
func TestWordPress(t *testing.T) {
	doc := export(drafted + posted + drafted + posted)
	titles, how, err := titlesOf(t, doc, parse.Options{})
	require.NoError(t, err)
	assert.Equal(t, []string{"June", "June"}, titles)
	assert.Equal(t, []parse.LeftOut{{Reason: "wp:status draft", Count: 2}}, how.LeftOut)
	assert.Equal(t, "2 items of a WordPress export that are no published posts are left out: wp:status draft (2)", how.Unpublished())

	titles, _, err = titlesOf(t, doc, parse.Options{MaxLetters: 3})
	assert.ErrorIs(t, err, parse.ErrTooManyLetters)
	assert.Equal(t, []string{"June"}, titles)

	titles, how, err = titlesOf(t, doc, parse.Options{KeepUnpublished: true})
	require.NoError(t, err)
	assert.Equal(t, []string{"July", "June", "July", "June"}, titles)
	assert.Empty(t, how.Unpublished())
	n, err := parse.Feed(strings.NewReader(doc), parse.Options{KeepUnpublished: true})
	require.NoError(t, err)
	assert.Equal(t, "draft", n.Letters[0].Extensions.Elements[0].Text)
}

// A draft is none where a document has more extensions than are kept, where nothing
// declares the prefix, and where its tags are mended.
func TestWordPressDraftsAreLeftOutWhateverStandsAround(t *testing.T) {
	many := strings.Replace(posted, "</item>", strings.Repeat("<wp:x>1</wp:x>", 50_000)+"</item>", 1)
	for name, doc := range map[string]string{
		"more than is kept": export(many + drafted),
		"no room for one":   export(strings.Replace(posted, "</item>", strings.Repeat("<wp:x>1</wp:x>", 49_997)+"</item>", 1) + strings.ReplaceAll(drafted, "<wp:status>", `<wp:status a="b">`)),
		"undeclared":        strings.Replace(export(posted+drafted), ` xmlns:wp="http://wordpress.org/export/1.2/"`, "", 1),
		"1.0":               strings.Replace(export(posted+drafted), "1.2", "1.0", 1),
		"another prefix":    strings.ReplaceAll(export(posted+drafted), "wp", "w"),
		"twice":             export(posted + strings.Replace(drafted, "<wp:status>", "<wp:status>publish</wp:status><wp:status>", 1)),
		"mended":            export(posted + strings.Replace(drafted, "<item>", "<item a=>", 1)),
		"another, mended":   strings.ReplaceAll(export(posted+strings.Replace(drafted, "<item>", "<item a=>", 1)), "wp", "w"),
	} {
		t.Run(name, func(t *testing.T) {
			var how parse.Reading
			n, err := parse.Feed(strings.NewReader(doc), parse.Options{Report: func(r parse.Reading) { how = r }})
			require.NoError(t, err)
			require.Len(t, n.Letters, 1)
			assert.Equal(t, "June", n.Letters[0].Title)
			assert.Equal(t, []parse.LeftOut{{Reason: "wp:status draft", Count: 1}}, how.LeftOut)
		})
	}
}

// However many kinds of status a stranger makes up, the report stays short.
func TestWordPressReasonsAreBounded(t *testing.T) {
	var items strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&items, "<item><wp:status>%d%s</wp:status></item>", i, strings.Repeat("å", 50))
	}
	titles, how, err := titlesOf(t, export(items.String()), parse.Options{})
	require.NoError(t, err)
	assert.Empty(t, titles)
	assert.Len(t, how.LeftOut, 21)
	assert.Less(t, len(how.Unpublished()), 2000)
	assert.Contains(t, how.Unpublished(), "20000 items")
	assert.Contains(t, how.Unpublished(), "others (19980)")
}
