package letters_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/parse"
	"github.com/automationregion/newsletter/parse/letters"
)

func ExampleRules() {
	for _, rule := range letters.Rules() {
		if rule.Remark {
			fmt.Println(rule.ID + ": " + rule.Text)
		}
	}
	// Output:
	// letter-author-missing: A letter has an author.
	// letter-passed-over: A text beside letters is a letter, or says that it is none.
	// letter-byline-text: A line of names or a date below the title is a byline.
	// newsletter-placeholder: A newsletter that is published has a title and an address of its own.
	// letter-key-misspelt: A key of the front matter is not one letter off a known one.
	// letter-link-scheme: A link to another site begins with https://.
	// letter-file-foreign: Files beside letters are of a kind that pages can show.
	// letter-picture-large: A picture has at most 2 MB.
	// letter-shortcode: Markdown has no shortcodes of other software.
	// letter-html-dropped: Markdown has no HTML.
	// letter-picture-space: The address of a picture has no space.
	// letter-picture-text-missing: A picture has a text.
}

func TestRemarks(t *testing.T) {
	for name, test := range map[string]struct {
		letter string
		want   []string
	}{
		"keys": {"---\ntitle: A\ndate: 2026-01-01\ndrft: true\ntgas: [a]\nweight: 3\nlayout: post\ntag: a\nauhtor: Ann\n---\nText.", []string{
			`4:1: the key "drft" is not read: did you mean "draft"? [letter-key-misspelt]`,
			`5:1: the key "tgas" is not read: did you mean "tags"? [letter-key-misspelt]`,
			`9:1: the key "auhtor" is not read: did you mean "author"? [letter-key-misspelt]`,
		}},
		"HTML": {"---\ntitle: A\ndate: 2026-01-01\n---\n<!-- a comment -->\n\nA <b>bold</b> word.\n\n<iframe src=\"https://example.org/\"></iframe>\n\n`<code>` <https://example.org/>", []string{
			"7:3: the HTML <b> is dropped, and it is not shown [letter-html-dropped]",
			"9:1: the HTML <iframe> is dropped, and nobody sees what it would have shown: write a link to it [letter-html-dropped]",
		}},
		"pictures": {"---\ntitle: A\ndate: 2026-01-01\n---\n![](a.png) ![A dog](b.png)\n\n![A dog](my dog.png) `![](my dog.png)` ![A dog](<my dog.png>) ![A dog](dog.png \"A dog\")\n\n    ![A dog](my dog.png)", []string{
			`5:1: the picture "a.png" has no text for who can't see it [letter-picture-text-missing]`,
			`7:10: the address "my dog.png" has a space: this is no picture, but text [letter-picture-space]`,
		}},
		"none": {"---\ntitle: A\ndate: 2026-01-01\n---\nText with 1 < 2 & <https://example.org/>.", nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			_, err := letters.Read(strings.NewReader(test.letter), letters.Options{Remark: func(e *parse.Error) {
				got = append(got, strings.TrimPrefix(e.Error(), ":")+" ["+e.Rule+"]")
			}})
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}
}

func TestScriptsGoWithWhatStandsInThem(t *testing.T) {
	l, err := letters.Read(strings.NewReader("---\ntitle: A\ndate: 2026-01-01\n---\nBefore <script>alert(*1*)</script> behind.\n\n<script>\nalert(2)\n</script>\n\nA <style>p{}</style> b <script>alert(3)\n\nEnd."))
	require.NoError(t, err)
	assert.NotContains(t, l.Content, "alert")
	assert.NotContains(t, l.Content, "p{}")
	for _, text := range []string{"Before", "behind.", "A ", " b", "End."} {
		assert.Contains(t, l.Content, text)
	}
}

func TestFoldersRemarkOnWhatIsPublished(t *testing.T) {
	fsys := fstest.MapFS{
		"newsletter.yaml":   {Data: []byte("title: A\nurl: https://example.org/\nauthors: [Ann]\n")},
		"2026-01-01-one.md": {Data: []byte("---\ntitle: One\ntgas: [a]\n---\nText.")},
		"2026-01-02-two.md": {Data: []byte("---\ntitle: Two\ndraft: true\ntgas: [a]\n---\nText.")},
	}
	var got []string
	_, err := letters.ReadFolder(t.Context(), fsys, letters.Options{Remark: func(e *parse.Error) { got = append(got, e.Error()) }})
	require.NoError(t, err)
	assert.Equal(t, []string{`2026-01-01-one.md:3:1: the key "tgas" is not read: did you mean "tags"?`}, got)
}

func TestFaultsHaveRules(t *testing.T) {
	rules := map[string]bool{}
	for _, rule := range letters.Rules() {
		rules[rule.ID] = true
		assert.NotEmpty(t, rule.Text+rule.Reason+rule.Mend, rule.ID)
	}
	for letter, want := range map[string]string{
		"---\ntitle: A\n---\n":                 "letter-date-missing",
		"---\ndate: 2026-01-01\n---\nText":     "letter-title-missing",
		"---\ndate: June\ntitle: A\n---\nText": "letter-setting",
		"---\ntitle: [A\n---\nText":            "letter-yaml",
		"+++\na\n+++\nText":                    "letter-toml",
		"Title\n\nNo byline":                   "letter-date-missing",
		"A\x00":                                "letter-encoding",
		"---\ntitle: A\ndate: 2026-01-01\n---\n" + strings.Repeat("> ", 5000) + "a": "letter-limit",
	} {
		_, err := letters.Read(strings.NewReader(letter))
		var e *parse.Error
		require.ErrorAs(t, err, &e, letter)
		assert.Equal(t, want, e.Rule, letter)
		assert.True(t, rules[e.Rule])
	}
}
