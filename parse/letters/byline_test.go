package letters_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
	_ "time/tzdata" // a machine may have no zones of its own

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/parse"
	"github.com/automationregion/newsletter/parse/letters"
)

// How bylines open and names are joined in each language.
func TestBylineOfLanguages(t *testing.T) {
	for _, tt := range []struct{ language, byline, want string }{
		{"", "By Ann Smith and Bob Jones", "Ann Smith; Bob Jones"},
		{"en", "By Ann Smith and Bob Jones", "Ann Smith; Bob Jones"},
		{"en-GB", "Ann Smith and Bob Jones", "Ann Smith; Bob Jones"},
		{"sv", "By Ann Smith and Bob Jones", "Ann Smith; Bob Jones"},
		{"en", "by Ann", "Ann"},
		{"", "By: Ann Smith", "Ann Smith"},
		{"", "By Ann Smith and Bob Jones, Example Region", "Ann Smith, Example Region; Bob Jones, Example Region"},
		{"en", "Ann Smith and Bob Jones and Cy Young", "Ann Smith; Bob Jones; Cy Young"},
		{"en", "By Ann Smith, Example Region; Bob Jones", "Ann Smith, Example Region; Bob Jones"},
		{"", "Av Anna Berg och Bo von Ek", "Anna Berg; Bo von Ek"},
		{"sv", "Anna Berg och Bo Ek, Exempelregionen", "Anna Berg, Exempelregionen; Bo Ek, Exempelregionen"},
		{"", "Av Kari Nordmann og Ola Nordmann", "Kari Nordmann; Ola Nordmann"},
		{"nb", "Kari Nordmann og Ola Nordmann", "Kari Nordmann; Ola Nordmann"},
		{"da", "Af Mette Holm og Lars Bo Jensen", "Mette Holm; Lars Bo Jensen"},
		{"", "Von Anna Koch und Jens Maier", "Anna Koch; Jens Maier"},
		{"de-AT", "Anna Koch und Karl von der Heide", "Anna Koch; Karl von der Heide"},
		{"", "Door Jan de Vries en Anna van den Berg", "Jan de Vries; Anna van den Berg"},
		{"nl", "Jan Jansen en Piet Bakker", "Jan Jansen; Piet Bakker"},
		{"", "Par Jean Dupont et Marie de La Tour", "Jean Dupont; Marie de La Tour"},
		{"", "Por Ana García López y Juan Pérez", "Ana García López; Juan Pérez"},
		{"es", "María López e Ignacio Pérez", "María López; Ignacio Pérez"},
		{"pt", "Por Ana Maria Costa e Silva Pereira", "Ana Maria Costa e Silva Pereira"},
		{"it", "Di Mario Rossi", "Mario Rossi"},
		{"fi", "Anna Virtanen ja Matti Korhonen", "Anna Virtanen; Matti Korhonen"},
		{"pl", "Anna Nowak i Jan Kowalski", "Anna Nowak; Jan Kowalski"},

		// One word, another language, or no names: nobody knows that they are two.
		{"en", "Marks and Spencer, London", "Marks and Spencer, London"},
		{"en", "Ann and Bob Jones", "Ann and Bob Jones"},
		{"es", "José Ortega y Gasset", "José Ortega y Gasset"},
		{"", "Ann Smith and Bob Jones", "Ann Smith and Bob Jones"},
		{"sv", "Ann Smith and Bob Jones", "Ann Smith and Bob Jones"},
		{"en", "Ministry of Health and Social Affairs", "Ministry of Health and Social Affairs"},
		{"en", "Ann Smith, Research Department and Social Affairs", "Ann Smith, Research Department and Social Affairs"},
		{"sv", "Avdelningen för forskning och regional utveckling", "Avdelningen för forskning och regional utveckling"},
		{"sv", "Region Bygg- och Nya Miljöavdelningen", "Region Bygg- och Nya Miljöavdelningen"},
		// What is a name there, or a word, opens nothing.
		{"", "Von Trapp, Example Region", "Von Trapp, Example Region"},
		{"en", "Von Trapp Family", "Von Trapp Family"},
		{"de", "von Trapp Maria", "von Trapp Maria"},
		{"sv", "Af Klint Anna", "Af Klint Anna"},
		{"nb", "By og Land", "By og Land"},
		{"en", "Bypass Team", "Bypass Team"},
	} {
		t.Run(tt.language+" "+tt.byline, func(t *testing.T) {
			l, err := letters.Read(strings.NewReader("Title\n\nReport · "+tt.byline+" · 3 March 2024\n\nText."), letters.Options{Language: tt.language})
			require.NoError(t, err)
			assert.Equal(t, tt.want, newsletter.Byline(l.Authors))
			assert.Equal(t, "Report", l.Kind)
		})
	}
	l, err := letters.Read(strings.NewReader("---\ntitle: T\ndate: 2024-03-03\nlang: en\nauthor: By Ann Smith and Bob Jones\n---\n"))
	require.NoError(t, err)
	assert.Equal(t, "By Ann Smith and Bob Jones", newsletter.Byline(l.Authors), "front matter says names as they are")
}

func TestBylineInItalics(t *testing.T) {
	for name, tt := range map[string]struct{ file, document, byline, kind, date, content string }{
		"text, asterisks":  {"a.txt", "T\n\n*Report · Ann Smith · 3 March 2024*\n\nText.", "Ann Smith", "Report", "2024-03-03", "<p>Text.</p>"},
		"text, underlines": {"a.txt", "T\n\n_By Ann Smith and Bob Jones · 3 March 2024_\n\nText.", "Ann Smith; Bob Jones", "", "2024-03-03", "<p>Text.</p>"},
		"below a heading":  {"a.md", "# T\n\n*By Ann Smith and Bob Jones · 3 March 2024*\n\nText.", "Ann Smith; Bob Jones", "", "2024-03-03", "<p>Text.</p>"},
		"three fields":     {"a.md", "# T\n\n_Report · Ann Smith,\nExample · 3 March 2024_\n\nText.", "Ann Smith, Example", "Report", "2024-03-03", "<p>Text.</p>"},
		"a date alone":     {"a.md", "# T\n\n*3 March 2024*\n\nText.", "", "", "2024-03-03", "<p>Text.</p>"},
		"a title above":    {"a.md", "---\ntitle: T\n---\n*Ann Smith · 3 March 2024*\n\nText.", "Ann Smith", "", "2024-03-03", "<p>Text.</p>"},
		"no date":          {"2024-03-03-a.md", "# T\n\n*By Ann Smith and Bob Jones*\n\nText.", "Ann Smith; Bob Jones", "", "2024-03-03", "<p>Text.</p>"},
		"a kind, no date":  {"2024-03-03-a.md", "# T\n\n*Report · Von Anna Koch*\n\nText.", "Anna Koch", "Report", "2024-03-03", "<p>Text.</p>"},
		"text, no date":    {"2024-03-03-a.txt", "T\n\nBy Ann Smith and Bob Jones\n\nText.", "Ann Smith; Bob Jones", "", "2024-03-03", "<p>Text.</p>"},
		"text, a sentence": {"2024-03-03-a.txt", "T\n\nBy now we all know it.\n\nText.", "", "", "2024-03-03", "<p>By now we all know it.</p>\n<p>Text.</p>"},
		// Not a byline, or one of what is stated already: it stays where it is.
		"an event":     {"2024-03-03-a.md", "# T\n\n*8 March 2024*\n\nText.", "", "", "2024-03-03", "<p><em>8 March 2024</em></p>\n<p>Text.</p>"},
		"a lead":       {"2024-03-03-a.md", "# T\n\n*We meet in spring.*\n\nText.", "", "", "2024-03-03", "<p><em>We meet in spring.</em></p>\n<p>Text.</p>"},
		"a sentence":   {"2024-03-03-a.en.md", "# T\n\n*By now we all know it*", "", "", "2024-03-03", "<p><em>By now we all know it</em></p>"},
		"stated above": {"a.md", "---\ndate: 2024-03-03\nauthor: Bo Ek\n---\n# T\n\n*By Ann Smith · 4 March 2024*", "Bo Ek", "", "2024-03-03", "<p><em>By Ann Smith · 4 March 2024</em></p>"},
		"a link":       {"2024-03-03-a.md", "# T\n\n*By [Ann Smith](https://a.example)*", "", "", "2024-03-03", "<p><em>By <a href=\"https://a.example\">Ann Smith</a></em></p>"},
		"further down": {"2024-03-03-a.md", "# T\n\nText.\n\n*By Ann Smith*", "", "", "2024-03-03", "<p>Text.</p>\n<p><em>By Ann Smith</em></p>"},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := letters.Read(strings.NewReader(tt.document), letters.Options{FileName: tt.file})
			require.NoError(t, err)
			assert.Equal(t, "T", l.Title)
			assert.Equal(t, tt.byline, newsletter.Byline(l.Authors))
			assert.Equal(t, tt.kind, l.Kind)
			assert.Equal(t, tt.date, l.Published.Format(time.DateOnly))
			assert.Equal(t, tt.content, strings.TrimSpace(l.Content))
		})
	}
}

// Letters that were written for other software.
func TestForeignFrontMatter(t *testing.T) {
	for name, tt := range map[string]struct {
		file, document string
		want           newsletter.Letter
	}{
		"Astro": {"a.md", "---\ntitle: T\npubDate: Jul 08 2022\nupdatedDate: 2022-07-09\nheroImage: https://a.example/h.jpg\n---\n",
			newsletter.Letter{Published: day(2022, 7, 8), Updated: day(2022, 7, 9), Image: "https://a.example/h.jpg"}},
		"Obsidian": {"Meeting.md", "---\ntitle: T\ncreated: 2022-07-08\nmodified: 2022-07-09\n---\n", newsletter.Letter{Published: day(2022, 7, 8), Updated: day(2022, 7, 9)}},
		"Obsidian, linted": {"Meeting.md", "---\ntitle: T\ndate created: Friday, July 8th 2022, 12:00:00 am\ndate modified: Saturday, July 9th 2022, 12:00:00 am\n---\n",
			newsletter.Letter{Published: day(2022, 7, 8), Updated: day(2022, 7, 9)}},
		"begun before":        {"2022-07-08-meeting.md", "---\ntitle: T\ncreated: 2022-07-01\n---\n", newsletter.Letter{Published: day(2022, 7, 8)}},
		"begun and published": {"a.md", "---\ntitle: T\ncreated: 2022-07-01\npublished: 2022-07-08\n---\n", newsletter.Letter{Published: day(2022, 7, 8)}},
		"Ghost": {"a.md", "---\ntitle: T\ndate_published: 2022-07-08T00:00:00.000Z\ndate_updated: 2022-07-09T00:00:00.000Z\ncustom_excerpt: S\nfeature_image: https://a.example/h.jpg\nstatus: published\n---\n",
			newsletter.Letter{Published: day(2022, 7, 8), Updated: day(2022, 7, 9), Summary: "S", Image: "https://a.example/h.jpg"}},
		"Substack":       {"a.md", "---\ntitle: T\npost_date: \"2022-07-08T00:00:00.000Z\"\nis_published: true\n---\n", newsletter.Letter{Published: day(2022, 7, 8)}},
		"Eleventy":       {"2022-07-08-a.md", "---\ntitle: T\ndate: Last Modified\n---\n", newsletter.Letter{Published: day(2022, 7, 8)}},
		"Eleventy's key": {"a.md", "---\ntitle: T\ndate: 2022-07-08\nLast Modified: 2022-07-09\n---\n", newsletter.Letter{Published: day(2022, 7, 8), Updated: day(2022, 7, 9)}},
		"Jekyll": {"_posts/2022-07-08-a.md", "---\ntitle: T\ncategories: news open-data\ntags: [a b]\n---\n",
			newsletter.Letter{Published: day(2022, 7, 8), Categories: []newsletter.Category{{Term: "a b"}, {Term: "news"}, {Term: "open-data"}}}},
		"Jekyll, one":    {"_posts/2022-07-08-a.md", "---\ntitle: T\ncategory: open data\n---\n", newsletter.Letter{Published: day(2022, 7, 8), Categories: []newsletter.Category{{Term: "open data"}}}},
		"Jekyll, commas": {"_posts/2022-07-08-a.md", "---\ntitle: T\ncategories: open data, law\n---\n", newsletter.Letter{Published: day(2022, 7, 8), Categories: []newsletter.Category{{Term: "open data"}, {Term: "law"}}}},
		"elsewhere":      {"posts/2022-07-08-a.md", "---\ntitle: T\ncategories: open data\n---\n", newsletter.Letter{Published: day(2022, 7, 8), Categories: []newsletter.Category{{Term: "open data"}}}},
		"Pandoc": {"a.md", "% T\n% Ann Smith, Example; Bo Ek\n% 8 July 2022\n\nText.",
			newsletter.Letter{Published: day(2022, 7, 8), Authors: []newsletter.Author{{Name: "Ann Smith", Organization: "Example"}, {Name: "Bo Ek"}}, Content: "<p>Text.</p>"}},
		"Pandoc, lines": {"a.txt", "%\n  T\n% Ann Smith and Bob Jones\n  Bo Ek\n% July 8, 2022\nText.",
			newsletter.Letter{Published: day(2022, 7, 8), Authors: []newsletter.Author{{Name: "Ann Smith and Bob Jones"}, {Name: "Bo Ek"}}, Content: "<p>Text.</p>"}},
		"Pandoc, title": {"2022-07-08-a.md", "% T\n\nText.", newsletter.Letter{Published: day(2022, 7, 8), Content: "<p>Text.</p>"}},
		"Pandoc, date":  {"a.md", "% T\n%\n% 2022-07-08\n", newsletter.Letter{Published: day(2022, 7, 8)}},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := letters.Read(strings.NewReader(tt.document), letters.Options{FileName: tt.file})
			require.NoError(t, err)
			assert.Equal(t, "T", l.Title)
			assert.True(t, tt.want.Published.Equal(l.Published), l.Published)
			if !tt.want.Updated.IsZero() {
				assert.True(t, tt.want.Updated.Equal(l.Updated), l.Updated)
			}
			assert.Equal(t, tt.want.Authors, l.Authors)
			assert.Equal(t, tt.want.Categories, l.Categories)
			assert.Equal(t, tt.want.Image, l.Image)
			assert.Equal(t, tt.want.Summary, l.Summary)
			assert.Equal(t, tt.want.Content, l.Content)
		})
	}
	for document, want := range map[string]string{
		"---\ntitle: T\ndate: git Last Modified\n---\n":                    `a.md:3:7: date: "git Last Modified" is what the file system says, and another machine says something else: expected a date`,
		"---\ntitle: T\ndate: 2022-07-08\nmodified: x\n---\n":              `a.md:4:11: modified: expected a date`,
		"% T\n% Ann Smith\n% soon\n":                                       `a.md:3:3: the date is "soon": expected a date`,
		"% T\n% Ann Smith; , Example\n% 2022-07-08\n":                      `a.md:2:3: there is an author without a name`,
		"% T\n% Ann Smith\n\nText.":                                        `a.md:1:1: the letter has no date`,
		"---\ndate: 2022-07-08\npermalink: \"/{{ x }}/\"\ntitle: T\n---\n": `a.md:3:12: permalink: expected an address, found the pattern "/{{ x }}/"`,
	} {
		_, err := letters.Read(strings.NewReader(document), letters.Options{FileName: "a.md"})
		assert.ErrorContains(t, err, want)
	}
	l, err := letters.Read(strings.NewReader("% of members\n\nAnn Smith · 2022-07-08\n\nText."), letters.Options{FileName: "a.txt"})
	require.NoError(t, err)
	assert.Equal(t, "% of members", l.Title)
}

func day(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

// Other software's ways to say that a letter isn't published.
func TestForeignDrafts(t *testing.T) {
	for front, drafts := range map[string]int{
		"status: draft": 1, "status: Draft\ndraft: false": 1, "publish: false": 1, "is_published: false": 1, "status: published": 0, "publish: true": 0, "status: [a]": 0,
	} {
		f, err := letters.ReadFolder(t.Context(), files(map[string]string{
			"newsletter.yaml": "title: N\nurl: https://example.org/\nauthor: A", "2022-07-08-a.md": "# T", "2022-07-08-b.md": "---\n" + front + "\n---\n# T",
		}))
		require.NoError(t, err)
		assert.Equal(t, drafts, f.Drafts, front)
	}
}

// Dates that state no zone are in the newsletter's, and IDs stay what they were.
func TestTimezone(t *testing.T) {
	folder := map[string]string{
		"a.md":            "---\ntitle: A\ndate: 2024-07-01 00:30\nupdated: 2024-12-01\nexpiryDate: 2025-07-01\nauthor: B\n---\n",
		"b.md":            "---\ntitle: B\ndate: 2024-07-01T00:30:00+02:00\nauthor: B\n---\n",
		"c.txt":           "C\n\nA B · 1 July 2024\n",
		"2024-07-01-d.md": "---\ntitle: D\nauthor: B\n---\n",
		"e.md":            "---\ntitle: E\npublishDate: 2024-07-01T00:30:00+02:00\nauthor: B\n---\n",
	}
	read := func(config string, o letters.Options) map[string]*newsletter.Letter {
		folder["newsletter.yaml"] = "title: N\nurl: https://example.org/\n" + config
		f, err := letters.ReadFolder(t.Context(), files(folder), o)
		require.NoError(t, err)
		by := map[string]*newsletter.Letter{}
		for _, l := range f.Newsletter.Letters {
			by[l.Title] = l
		}
		return by
	}
	cache := new(letters.Cache)
	before := read("", letters.Options{Cache: cache})
	after := read("timezone: Europe/Stockholm", letters.Options{Cache: cache})
	for title, want := range map[string][2]string{
		"A": {"2024-07-01T00:30:00Z", "2024-07-01T00:30:00+02:00"},
		"B": {"2024-07-01T00:30:00+02:00", "2024-07-01T00:30:00+02:00"},
		"C": {"2024-07-01T00:00:00Z", "2024-07-01T00:00:00+02:00"},
		"D": {"2024-07-01T00:00:00Z", "2024-07-01T00:00:00+02:00"},
		"E": {"2024-07-01T00:30:00+02:00", "2024-07-01T00:30:00+02:00"},
	} {
		assert.Equal(t, want[0], before[title].Published.Format(time.RFC3339), title)
		assert.Equal(t, want[1], after[title].Published.Format(time.RFC3339), title)
		assert.Equal(t, before[title].ID, after[title].ID, title)
	}
	assert.Equal(t, "2024-12-01T00:00:00+01:00", after["A"].Updated.Format(time.RFC3339))
	data, err := cache.MarshalBinary()
	require.NoError(t, err)
	next := new(letters.Cache)
	require.NoError(t, next.UnmarshalBinary(data))
	again := read("timezone: Europe/Stockholm", letters.Options{Cache: next})
	assert.Zero(t, next.Made())
	for title, l := range after {
		assert.True(t, l.Published.Equal(again[title].Published), title)
		assert.Equal(t, l.ID, again[title].ID, title)
	}
	// When a letter may be seen is by the same clock.
	f, err := letters.ReadFolder(t.Context(), files(folder), letters.Options{Now: time.Date(2024, 6, 30, 22, 15, 0, 0, time.UTC)})
	require.NoError(t, err)
	assert.Len(t, f.Newsletter.Letters, 2)
	assert.Equal(t, 3, f.Future)

	_, err = letters.ReadFolder(t.Context(), files(map[string]string{"newsletter.yaml": "title: N\nurl: https://example.org/\ntimezone: Stockholm", "2024-07-01-d.md": "# D"}))
	e := new(parse.Error)
	require.ErrorAs(t, err, &e)
	assert.ErrorContains(t, err, `newsletter.yaml:3:11: timezone: expected the name of a time zone such as Europe/Stockholm, found "Stockholm"`)
}

// A byline is read in the newsletter's language, whatever it was when it was remembered.
func TestBylineLanguageCached(t *testing.T) {
	cache := new(letters.Cache)
	for language, want := range map[string]int{"en": 2, "sv": 1} {
		f, err := letters.ReadFolder(t.Context(), files(map[string]string{
			"newsletter.yaml": "title: N\nurl: https://example.org/\nlanguage: " + language, "a.txt": "T\n\nAnn Smith and Bob Jones · 2024-03-03\n",
		}), letters.Options{Cache: cache})
		require.NoError(t, err)
		assert.Len(t, f.Newsletter.Letters[0].Authors, want)
	}
}

// files is a folder of files by name.
func files(text map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, s := range text {
		fsys[name] = &fstest.MapFile{Data: []byte(s)}
	}
	return fsys
}

// A draft that says so in its name has the address and the language that it will have.
func TestDraftByName(t *testing.T) {
	f, err := letters.ReadFolder(t.Context(), files(map[string]string{
		"newsletter.yaml": "title: N\nurl: https://example.org/", "2024-03-03-a.draft.txt": "A\n\nText.", "2024-03-03-b.sv.draft.txt": "B\n\nText.", "2024-03-03-b.draft.en.md": "# B",
		"2024-03-03-c.draft.md": "---\ntitle: C\ndraft: false\n---\n", "2024-03-03-d.txt": "D\n\nText.",
	}), letters.Options{Drafts: true})
	require.NoError(t, err)
	got := map[string]string{}
	for _, l := range f.Newsletter.Letters {
		got[l.URL] = l.Language + f.Withheld[l]
	}
	assert.Equal(t, map[string]string{
		"https://example.org/a/": "a draft", "https://example.org/b-sv/": "sva draft", "https://example.org/b-en/": "ena draft", "https://example.org/c/": "a draft", "https://example.org/d/": "",
	}, got)
}
