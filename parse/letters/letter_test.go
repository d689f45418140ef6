package letters_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/golden"
	"github.com/automationregion/newsletter/parse"
	"github.com/automationregion/newsletter/parse/letters"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write the expectations of testdata/letter and testdata/folder anew")

// The archives in testdata/letter hold a letter document and what is read from
// it: the fields that are stated, and the content.
func TestLetter(t *testing.T) {
	files, err := filepath.Glob("testdata/letter/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			document := archive.Files[0]
			opts := letters.Options{FileName: document.Name}
			for line := range strings.Lines(string(archive.Comment)) {
				switch key, value, _ := strings.Cut(strings.TrimSpace(line), " "); key {
				case "base":
					opts.BaseURL = value
				case "rawhtml":
					opts.RawHTML = true
				}
			}
			l, err := letters.Read(bytes.NewReader(document.Data), opts)
			require.NoError(t, err)
			content := l.Content
			l.Content = ""
			golden.Compare(t, *update, file, archive, 1, []txtar.File{
				{Name: "letter.json", Data: golden.Stated(t, l)},
				{Name: "content.html", Data: []byte(content + "\n")},
			})
		})
	}
}

// A letter as its publisher wrote it.
func TestLetterOfPublisher(t *testing.T) {
	f, err := os.Open("../../../shared/letters/julhalsning-2021.txt")
	if err != nil {
		t.Skip("the publisher's letter is not here: ", err)
	}
	defer f.Close()
	l, err := letters.Read(f)
	require.NoError(t, err)
	assert.Equal(t, "Julhälsning från processledningen", l.Title)
	assert.Equal(t, "Ledare", l.Kind)
	assert.Equal(t, []newsletter.Author{{Name: "Processledningen", Organization: "Automation Region"}}, l.Authors)
	assert.Equal(t, time.Date(2021, 12, 22, 0, 0, 0, 0, time.UTC), l.Published)
	assert.True(t, strings.HasPrefix(l.Content, "<p>Vi på Automation Region brinner "), l.Content)
	assert.True(t, strings.HasSuffix(l.Content, "<p>Processledningen,<br>\nAutomation Region</p>"), l.Content)
	assert.Equal(t, 9, strings.Count(l.Content, "<p>"))
}

// Whatever the machine that a letter was written on, it is the same letter.
func TestLetterEncodings(t *testing.T) {
	want, err := letters.Read(strings.NewReader("Hälsning\n\nÅsa · 2021-12-22\n\nÖvrigt\noch mer\n"))
	require.NoError(t, err)
	for name, document := range map[string]string{
		"byte order mark":   "\uFEFFHälsning\n\nÅsa · 2021-12-22\n\nÖvrigt\noch mer\n",
		"CRLF":              "Hälsning\r\n\r\nÅsa · 2021-12-22\r\n\r\nÖvrigt\r\noch mer\r\n",
		"CR":                "Hälsning\r\rÅsa · 2021-12-22\r\rÖvrigt\roch mer\r",
		"combining letters": "Ha\u0308lsning\n\nA\u030Asa · 2021-12-22\n\nO\u0308vrigt\noch mer\n",
		"spaces":            "\n\n Hälsning \n \t\nÅsa  ·  2021-12-22 \n\n\nÖvrigt  \noch mer",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := letters.Read(strings.NewReader(document))
			require.NoError(t, err)
			assert.Equal(t, want, got)
		})
	}
}

func TestLetterByline(t *testing.T) {
	author := func(name, organization string) newsletter.Author {
		return newsletter.Author{Name: name, Organization: organization}
	}
	for byline, want := range map[string]newsletter.Letter{
		"2021-12-22":                                      {},
		"Ledare · 2021-12-22":                             {Kind: "Ledare"},
		"Anna Berg · 2021-12-22":                          {Authors: []newsletter.Author{author("Anna Berg", "")}},
		"Anna, Exempelregionen · 2021-12-22":              {Authors: []newsletter.Author{author("Anna", "Exempelregionen")}},
		"Anna; Bo · 2021-12-22":                           {Authors: []newsletter.Author{author("Anna", ""), author("Bo", "")}},
		"From the board · · 2021-12-22":                   {Kind: "From the board"},
		" · Redaktionen · 2021-12-22":                     {Authors: []newsletter.Author{author("Redaktionen", "")}},
		"Report · A B, C, D; E F · 2021-12-22":            {Kind: "Report", Authors: []newsletter.Author{author("A B", "C, D"), author("E F", "")}},
		"Report ·\u00a0Col·lectiu Verd, X · 2021-12-22":   {Kind: "Report", Authors: []newsletter.Author{author("Col·lectiu Verd", "X")}},
		"Report · Anna,\n Exempelregionen · \n2021-12-22": {Kind: "Report", Authors: []newsletter.Author{author("Anna", "Exempelregionen")}},
	} {
		t.Run(byline, func(t *testing.T) {
			l, err := letters.Read(strings.NewReader("Title\n\n" + byline + "\n\nText."))
			require.NoError(t, err)
			assert.Equal(t, want.Kind, l.Kind)
			assert.Equal(t, want.Authors, l.Authors)
			assert.Equal(t, time.Date(2021, 12, 22, 0, 0, 0, 0, time.UTC), l.Published)
		})
	}
}

func TestLetterDates(t *testing.T) {
	cet := time.FixedZone("", 3600)
	day := time.Date(2021, 12, 22, 0, 0, 0, 0, time.UTC)
	for date, want := range map[string]time.Time{
		"2021-12-22":                   day,
		"2021-12-22T10:30":             time.Date(2021, 12, 22, 10, 30, 0, 0, time.UTC),
		"2021-12-22 10:30:15":          time.Date(2021, 12, 22, 10, 30, 15, 0, time.UTC),
		"2021-12-22T10:30:15Z":         time.Date(2021, 12, 22, 10, 30, 15, 0, time.UTC),
		"2021-12-22 10:30:15 +0100":    time.Date(2021, 12, 22, 10, 30, 15, 0, cet),
		"2021-12-22T10:30:15.25+01:00": time.Date(2021, 12, 22, 10, 30, 15, 250e6, cet),
		"2021-12-22T10:30:15-05":       time.Date(2021, 12, 22, 10, 30, 15, 0, time.FixedZone("", -5*3600)),
		"22 december 2021":             day,
		"den 22 december 2021":         day,
		"22 dec. 2021":                 day,
		"December 22, 2021":            day,
		"22 December 2021":             day,
		"22nd of December, 2021":       day,
		"Dec 22 2021":                  day,
		"1 maj 2022":                   time.Date(2022, 5, 1, 0, 0, 0, 0, time.UTC),
		"29 februari 2024":             time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC),
	} {
		t.Run(date, func(t *testing.T) {
			l, err := letters.Read(strings.NewReader("Title\n\n" + date))
			require.NoError(t, err)
			assert.True(t, want.Equal(l.Published), "%v is not %v", l.Published, want)
			_, wantOffset := want.Zone()
			_, offset := l.Published.Zone()
			assert.Equal(t, wantOffset, offset)
		})
	}
	for _, date := range []string{
		"31 februari 2021", "29 februari 2023", "2021-13-01", "2021-12-32", "2021-12-22T25:00", "2021-12-22T10:30+15:00",
		"22/12/2021", "igår", "22 foo 2021", "December 2021", "0000-01-01", "2021-12-22 x",
	} {
		t.Run(date, func(t *testing.T) {
			_, err := letters.Read(strings.NewReader("Title\n\nA B · " + date))
			e, ok := errors.AsType[*parse.Error](err)
			require.True(t, ok, "%v", err)
			assert.Equal(t, "3:7: the byline ends in \""+date+"\": expected a date such as 2021-12-22, 2021-12-22T10:00:00+01:00, 22 december 2021 or December 22, 2021", e.Error())
		})
	}
}

func TestLetterErrors(t *testing.T) {
	const date = "expected a date such as 2021-12-22, 2021-12-22T10:00:00+01:00, 22 december 2021 or December 22, 2021"
	for name, test := range map[string]struct {
		file, document string
		want           []string
	}{
		"empty":                  {"a.txt", "", []string{"a.txt:1:1: the letter is empty: expected its title in the first paragraph"}},
		"blank":                  {"a.txt", " \n\n", []string{"a.txt:1:1: the letter is empty: expected its title in the first paragraph"}},
		"no byline":              {"a.txt", "Title\n", []string{"a.txt:1:6: the letter has no date: expected kind · authors · date in the second paragraph, or a file or folder name such as 2021-12-22-winter"}},
		"paragraph for a byline": {"a.txt", "Title\n\nDear readers,", []string{"a.txt:3:1: the letter has no date: expected kind · authors · date in the second paragraph, or a file or folder name such as 2021-12-22-winter"}},
		"too many fields":        {"a.txt", "T\n\nA · B · C · 2021-12-22", []string{"a.txt:3:13: the byline has 4 fields: expected kind · authors · date"}},
		"nameless author":        {"a.txt", "T\n\nA · , Org · 2021-12-22", []string{`a.txt:3:5: the byline has an author without a name: expected such as "Name, Organization; Name"`}},
		"no UTF-8":               {"a.txt", "T\n\nh\xe4lsning", []string{"a.txt:3:2: byte 0xE4 is no UTF-8, and perhaps Latin-1 or windows-1252: save the file as UTF-8"}},
		"UTF-16":                 {"a.txt", "\xff\xfeT\x00", []string{"a.txt:1:1: this is UTF-16: save it as UTF-8"}},
		"C1 control":             {"a.txt", "T\n\n2021-12-22\n\nå\u0093", []string{"a.txt:5:2: character U+0093, which no feed can hold: expected text"}},
		"noncharacter":           {"a.txt", "T\n\n2021-12-22\n\nå \U0001FFFE", []string{"a.txt:5:3: character U+1FFFE, which no feed can hold: expected text"}},
		"control character":      {"a.txt", "T\n\nåäö\x0b", []string{"a.txt:3:4: character U+000B, which no feed can hold: expected text"}},
		"front matter without end": {"a.md", "---\ntitle: x\n", []string{
			`a.md:1:1: the front matter has no end: expected a second line "---"`}},
		"nothing stated": {"a.md", "Text.", []string{
			"a.md:1:1: the letter has no date: expected the key date in its front matter, or a file or folder name such as 2021-12-22-winter",
			"a.md:1:1: the letter has no title: expected the key title in its front matter, or a heading"}},
		"YAML": {"a.md", "---\ntitle: a: b\n---\n", []string{
			`a.md:2:9: YAML: mapping values are not allowed in this context: put quotation marks around a value with a colon in it: title: "a: b"`}},
		"YAML list": {"a.md", "---\n- title\n---\n", []string{
			"a.md:2:1: expected keys with their values, such as title: A letter, found a list"}},
		"YAML key twice": {"a.md", "---\ntitle: x\ndate: 2021-12-22\ntitle: y\n---\n", []string{
			`a.md:4:1: duplicate key "title": it is on line 2 already`}},
		"TOML": {"a.md", "+++\ntitle = \n+++\n", []string{
			"a.md:2:9: TOML: unexpected character U+000A at start of value"}},
		"TOML key twice": {"a.md", "+++\ntitle = \"x\"\ndate = 2021-12-22\ntitle = \"å\"\n+++\n", []string{
			"a.md:4:1: TOML: key title is already defined"}},
		"types": {"a.md", "---\ntitle: [a]\ndate: {a: b}\nlastmod: yesterday\ndraft: 3\nauthors:\n  - name: Åsa\n    email: nowhere\n  - organization: X\n" +
			"tags: {a: b}\nlang: svenska\nid: x\nattachments:\n  - title: x\n    length: many\n  - {url: a.pdf, duration: long}\nsummary: true\nimage: [[]]\n---\n", []string{
			"a.md:2:8: title: expected a text, found a list",
			"a.md:3:7: date: " + date + ", found a table",
			"a.md:4:10: lastmod: " + date + `, found "yesterday"`,
			`a.md:5:8: draft: expected true or false, found "3"`,
			`a.md:8:12: email: expected an e-mail address, found "nowhere"`,
			`a.md:9:5: authors: expected each author to have a name, such as "Name, Organization"`,
			`a.md:10:7: tags: expected a text, or a table with a term`,
			`a.md:11:7: lang: expected a language tag such as sv or en-GB, found "svenska"`,
			`a.md:14:5: attachments: expected the address of a file`,
			`a.md:15:13: length: expected a whole number, found "many"`,
			`a.md:16:28: duration: expected seconds, or such as 1:02:03, found "long"`,
			"a.md:17:10: summary: expected a text, found true or false",
			"a.md:18:9: image: expected a text, found a list",
		}},
		"TOML types": {"a.md", "+++\ntitle = [\"a\"]\ndate = 2021-12-22\n[extra]\nx = 1\nimage = { src = true }\n+++\n", []string{
			"a.md:2:1: title: expected a text, found a list",
			"a.md:6:17: image: expected a text, found true or false",
		}},
		"alias to itself": {"a.md", "---\ntitle: &a [*a]\n---\n", []string{"a.md:2:8: document is nested too deeply: expected at most 500 levels"}},
		"unknown attachment": {"2021-12-22-a.md", "---\ntitle: x\nattachments: [data.bin]\n---\n", []string{
			`2021-12-22-a.md:3:15: attachment "data.bin": expected a type such as application/pdf, as its name tells none`}},
		"broken link": {"2021-12-22-a.md", "# T\n\nåäö [text](http://[x)\n", []string{
			`2021-12-22-a.md:3:5: link "http://%5Bx": expected an address such as https://example.org/ or picture.png`}},
		"character reference": {"2021-12-22-a.md", "# T\n\n&#8;\n", []string{
			`2021-12-22-a.md: the letter refers to the character U+0008, which no feed can hold: expected text`}},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := letters.Read(strings.NewReader(test.document), letters.Options{FileName: test.file})
			assert.Nil(t, l)
			assert.Equal(t, test.want, messages(err))
		})
	}
}

// messages returns those of the errors that are joined in err.
func messages(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

func TestLetterLimits(t *testing.T) {
	long := "T\n\n2021-12-22\n\n" + strings.Repeat("a", 100)
	_, err := letters.Read(strings.NewReader(long), letters.Options{MaxBytes: 50})
	require.ErrorIs(t, err, parse.ErrTooLarge)
	_, err = letters.Read(strings.NewReader(long), letters.Options{MaxBytes: int64(len(long))})
	require.NoError(t, err)
	_, err = letters.Read(strings.NewReader(strings.Repeat("x", letters.DefaultMaxBytes+1)))
	require.ErrorIs(t, err, parse.ErrTooLarge)

	name := letters.Options{FileName: "2021-12-22-a.md"}
	for _, document := range []string{
		"# T\n\n" + strings.Repeat(">", 100_000) + " x",
		"# T\n\n" + strings.Repeat("- ", 100_000) + "x",
		"# T\n\n" + strings.Repeat("1. ", 100_000) + "x",
		"---\ntitle: " + strings.Repeat("[", 20_000) + "\n---\n",
		"+++\ntitle = " + strings.Repeat("[", 20_000) + "\n+++\n",
		"---\na: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n" +
			"d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n---\n",
		"---\nx: " + strings.Repeat("y", 70_000) + "\n---\n",
	} {
		_, err := letters.Read(strings.NewReader(document), name)
		assert.Error(t, err)
	}
}

func ExampleRead() {
	const document = `Winter greetings

Editorial · Editorial staff, Example Region · December 22, 2021

Thank you all for the year that has passed.
See you in January!
`
	l, err := letters.Read(strings.NewReader(document))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(l.Kind+":", l.Title)
	fmt.Println(newsletter.Byline(l.Authors), l.Published.Format(time.DateOnly))
	fmt.Println(l.Content)
	// Output:
	// Editorial: Winter greetings
	// Editorial staff, Example Region 2021-12-22
	// <p>Thank you all for the year that has passed.<br>
	// See you in January!</p>
}

func FuzzLetter(f *testing.F) {
	for _, seed := range []string{
		"Title\n\nEditorial · A B, C; D · 22 december 2021\n\nText & more\nhttps://example.org/a_(b).\n\n> quoted\n> > twice\n\n- one\n  more\n* two\n",
		"---\ntitle: x\ndate: 2021-12-22\nauthors: [a, {name: b}]\ntags: a, b\n---\n\n# H\n\n| a | b |\n|---|:-:|\n| c | d |\n\nNote[^1] ~~x~~ <b>y</b>\n\n[^1]: Text\n",
		"+++\ntitle = \"x\"\ndate = 2021-12-22T10:00:00+01:00\n[extra]\nimage = \"a.png\"\n[[attachments]]\nurl = \"a.pdf\"\n+++\n![a](b.png \"c\") <https://example.org> [x]\n\n[x]: ../y\n",
		"---\ntitle: &a x\nsummary: *a\ndate: 2021-12-22\n---\n&#824;x\n\n<p>\u0338<table><b></p>\n",
	} {
		f.Add(seed, false)
		f.Add(seed, true)
	}
	f.Fuzz(func(t *testing.T, document string, raw bool) {
		opts := letters.Options{FileName: "2021-12-22-a.md", BaseURL: "https://example.org/a/"}
		if raw {
			opts.RawHTML = true
		}
		l, err := letters.Read(strings.NewReader(document), opts)
		if err != nil {
			return
		}
		for _, text := range []string{l.Title, l.Kind, l.Content} {
			assert.True(t, utf8.ValidString(text) && norm.NFC.IsNormalString(text), "%q", text)
		}
		require.NotEmpty(t, l.Title)
		require.False(t, l.Published.IsZero())
		assertBalanced(t, l.Content)
	})
}

// assertBalanced fails if a browser would not read the HTML as it stands.
func assertBalanced(t *testing.T, content string) {
	t.Helper()
	void := map[string]bool{"br": true, "hr": true, "img": true, "input": true, "wbr": true, "area": true, "base": true, "col": true,
		"embed": true, "link": true, "meta": true, "param": true, "source": true, "track": true, "frame": true, "keygen": true,
		"basefont": true, "bgsound": true}
	var open []string
	for z := html.NewTokenizer(strings.NewReader(content)); ; {
		switch z.Next() {
		case html.ErrorToken:
			assert.Empty(t, open, content)
			return
		case html.StartTagToken:
			name, _ := z.TagName()
			if !void[string(name)] {
				open = append(open, string(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				t.Fatalf("</%s> closes nothing that is open in %s", name, content)
			}
			open = open[:len(open)-1]
		}
	}
}

func TestLetterThatBecomesTooMuchHTML(t *testing.T) {
	for name, text := range map[string]string{
		"2025-01-01-a.md":  "# A letter\n\n" + strings.Repeat("```x\na\n```\n", 50_000),
		"2025-01-01-a.txt": "A letter\n\nStaff, Example · 2025-01-01\n\n" + strings.Repeat("http://a.b/ ", 70_000),
	} {
		_, err := letters.Read(strings.NewReader(text), letters.Options{FileName: name})
		require.ErrorIs(t, err, letters.ErrTooCostly, name)
		assert.ErrorContains(t, err, name+":1:1: ", name)
	}
	book := "# A book\n\n" + strings.Repeat("Some *words* of [a letter](https://example.org/).\n\n", 20_000)
	_, err := letters.Read(strings.NewReader(book), letters.Options{FileName: "2025-01-01-a.md"})
	require.NoError(t, err)
}

func TestLetterThatTakesTooLong(t *testing.T) {
	long := "# A letter\n\n" + strings.Repeat("*a* ", 1000)
	_, err := letters.Read(strings.NewReader(long), letters.Options{FileName: "2025-01-01-a.md", MaxTime: time.Nanosecond})
	require.ErrorIs(t, err, letters.ErrTooCostly)
	var at *parse.Error
	require.ErrorAs(t, err, &at)
	assert.Equal(t, "2025-01-01-a.md", at.File)
	assert.Equal(t, 3, at.Line)
	assert.Contains(t, at.Message, "Options.MaxTime")
	_, err = letters.Read(strings.NewReader(long), letters.Options{FileName: "2025-01-01-a.md", MaxTime: -1})
	require.NoError(t, err)
}

func TestLetterThatIsTooCostly(t *testing.T) {
	for name, test := range map[string]struct{ document, want string }{
		"cells":  {"# A\n\n" + strings.Repeat("|a", 300) + "|\n" + strings.Repeat("|-", 300) + "|\n" + strings.Repeat("|\n", 1000), "a.md:7:1: letter is too costly to read: expected at most 100000 paragraphs, list items and cells in a letter; what is more belongs into a file that it links to"},
		"marks":  {"# A\n\n" + strings.Repeat("*a_ ", 20000), "a.md:6:19999: letter is too costly to read: expected fewer marks of emphasis, links and code that have no end, or shorter paragraphs"},
		"depth":  {"# A\n\n" + strings.Repeat("- ", 400) + "a" + strings.Repeat("\n", 10000), "a.md:2506:1: letter is too costly to read: expected at most 2000000 lines times the depth of lists and quotations"},
		"faults": {"# A\n\n" + strings.Repeat("[a](http://a:b)\n\n", 1200), "a.md: it has 200 more faults: mend those that are listed first"},
	} {
		t.Run(name, func(t *testing.T) {
			document := "---\ndate: 2025-01-01\n---\n" + test.document
			_, err := letters.Read(strings.NewReader(document), letters.Options{FileName: "a.md"})
			require.Error(t, err)
			assert.Contains(t, strings.Split(err.Error(), "\n"), test.want)
		})
	}
}
