package site_test

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/internal/page"
)

func layoutsOf(files map[string]string) (*site.Layouts, error) {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return site.ReadLayouts(fsys)
}

// pagesWith returns the pages of a site with layouts, or the error of the first that
// can't be written.
func pagesWith(t *testing.T, o site.Options) (map[string]string, error) {
	t.Helper()
	n := manyLetters(12)
	n.Letters[4].Content = `<p>One <b>two</b></p><script>alert(1)</script>`
	list, err := site.Files(n, o)
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for _, f := range list {
		var b bytes.Buffer
		if _, err := f.WriteTo(&b); err != nil {
			return nil, err
		}
		files[f.Path] = b.String()
	}
	return files, nil
}

func TestLayouts(t *testing.T) {
	layouts, err := layoutsOf(map[string]string{
		"base.html":   `<div id="around">{{template "body" .}}</div>`,
		"head.html":   `<meta name="theme-color" content="#fff">`,
		"header.html": `<nav>{{range .Menu}}[{{.Title}} {{.URL}}{{if .Current}} here{{end}}]{{end}}</nav>`,
		"letter.html": `{{template "header" .}}<h1>{{.Letter.Title}} of {{.Model.Title}}, {{.Letter.Model.Kind}}</h1>{{.Letter.Body}}<p title="{{.Letter.Model.Content}}">{{template "footer" .}}`,
		"list.html":   `{{.Name}}: {{range .Letters}}{{.Title}}, {{end}}`,
	})
	require.NoError(t, err)
	files, err := pagesWith(t, site.Options{
		Layouts: layouts, Style: "p{margin:1em}", Footer: "<The end>", Lists: []site.ListBy{site.ByKind}, Sitemap: true,
		Menu: []newsletter.Link{{Title: "Home", URL: "./"}, {Title: "A letter", URL: "4/"}, {Title: "Elsewhere", URL: "https://other.example/"}},
	})
	require.NoError(t, err)
	letter := files["4/index.html"]
	assert.Contains(t, letter, `<div id="around"><nav>[Home ../][A letter ../4/ here][Elsewhere https://other.example/]</nav><h1>Letter 4 of Letters, Inbjudan &amp; fest</h1><p>One <b>two</b></p>`)
	assert.NotContains(t, letter, "<script>alert", "content is cleaned")
	assert.Contains(t, letter, `title="&lt;p&gt;One`)
	assert.Contains(t, letter, "&lt;The end&gt;")
	assert.Contains(t, letter, `<meta name="theme-color" content="#fff">`)
	assert.Contains(t, letter, "p{margin:1em}</style>")
	assert.Contains(t, files["kind/report-2/index.html"], "Report: Letter 9, Letter 6, Letter 3, ")
	assert.Contains(t, files["index.html"], `<nav>[Home ./ here]`)
	assert.Contains(t, files["404.html"], `[A letter https://example.org/l/4/]`)

	plain, err := pagesWith(t, site.Options{})
	require.NoError(t, err)
	policy := func(page string) string {
		_, rest, _ := strings.Cut(page, "style-src '")
		hash, _, _ := strings.Cut(rest, "'")
		return hash
	}
	assert.NotEqual(t, policy(plain["index.html"]), policy(files["index.html"]), "the policy allows the styles that there are")
	assert.Contains(t, letter, "default-src 'none'")
}

// What is built in, written and read again, makes the same pages.
func TestWriteLayouts(t *testing.T) {
	files := map[string]string{}
	require.NoError(t, site.WriteLayouts(func(name, text string) error { files[name] = strings.TrimSpace(text); return nil }))
	assert.Len(t, files, 7)
	layouts, err := layoutsOf(files)
	require.NoError(t, err)
	o := site.Options{PageSize: 5, Lists: []site.ListBy{site.ByKind}}
	plain, err := pagesWith(t, o)
	require.NoError(t, err)
	o.Layouts = layouts
	with, err := pagesWith(t, o)
	require.NoError(t, err)
	for path := range plain {
		assert.Equal(t, strings.Join(strings.Fields(plain[path]), " "), strings.Join(strings.Fields(with[path]), " "), path)
	}
}

func TestWrongLayouts(t *testing.T) {
	for name, test := range map[string]struct{ file, text, want string }{
		"no part":             {"page.html", "", "page.html: there is no such part of a page: expected base.html, head.html, header.html, footer.html, index.html, list.html or letter.html"},
		"no template":         {"letter.html", "a\n\n{{if}}", "letter.html:3:1: missing value for if"},
		"no end":              {"letter.html", "a\n{{if .Title}}", "letter.html:2:1: unexpected EOF"},
		"no function":         {"index.html", "a\n {{exec 1}}", `index.html:2:1: function "exec" not defined`},
		"nothing to show":     {"letter.html", "{{define \"letter\"}}<p>{{.Title}}{{end}}\n", "letter.html: it shows nothing: what stands within {{define}} is shown only where a {{template}} names it"},
		"an empty base":       {"base.html", " {{/* later */}} ", "base.html: it shows nothing: what stands within {{define}} is shown only where a {{template}} names it"},
		"no field":            {"letter.html", "a\n<p>{{.Titel}}", "letter.html:2:6: at <.Titel>: can't evaluate field Titel in type *site.pageView"},
		"no template of it":   {"index.html", "\n\n {{template \"x\" .}}", `index.html:3:13: no such template "x"`},
		"a wrong place":       {"letter.html", "a\n<p {{if .Title}}title='{{end}}", "letter.html:2:9: {{if}} branches end in different contexts"},
		"a function too many": {"index.html", "\n{{ .Title | js }}", "index.html:2:13: the function js is not for layouts"},
		"in a variable":       {"index.html", "{{ $x := call .Title }}", "index.html:1:10: the function call is not for layouts"},
		"the counter itself":  {"index.html", "{{ _ }}", "index.html:1:4: the function _ is not for layouts"},
		"the model's methods": {"index.html", "{{ .Model.Repair }}", "index.html:1:10: at <.Model.Repair>: can't evaluate field Repair in type site.modelView"},
	} {
		t.Run(name, func(t *testing.T) {
			layouts, err := layoutsOf(map[string]string{test.file: test.text})
			if err == nil {
				_, err = pagesWith(t, site.Options{Layouts: layouts})
			}
			var wrong *site.LayoutError
			require.ErrorAs(t, err, &wrong)
			message := err.Error()
			if cut := strings.Index(message, ": {{if}} branches end in different contexts"); cut >= 0 {
				message = message[:cut] + ": {{if}} branches end in different contexts"
			}
			assert.Equal(t, test.want, message)
		})
	}
	_, err := site.Files(manyLetters(3), site.Options{Style: "p{} </STYLE><script>"})
	require.ErrorIs(t, err, page.ErrStyle)
}

// A template that means harm costs little, and does none.
func TestHostileLayouts(t *testing.T) {
	rep := strings.Repeat
	text := `{{$x := printf "%999d" 1}}` + rep(`{{$x = print $x $x}}`, 9) // of 512 kB
	each := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i, i+1)
		}
		return b.String()
	}
	for name, text := range map[string]string{
		"a loop":             `{{range $i := 2000000000}}{{end}}`,
		"loops in loops":     `{{range 100000}}{{range 100000}}{{range 100000}}{{end}}{{end}}{{end}}`,
		"itself":             `{{define "x"}}{{template "x" .}}{{end}}{{template "x" .}}`,
		"itself, twice":      `{{define "x"}}{{template "x" .}}{{template "x" .}}{{end}}{{template "x" .}}`,
		"a wide number":      `{{printf "%999999999d" 1}}`,
		"a width of a value": `{{printf "%*d" 999999999 1}}`,
		"a doubling text":    `{{$s := "0123456789"}}{{range 60}}{{$s = print $s $s}}{{end}}`,
		"a page without end": `{{$s := printf "%999d" 1}}{{range 10000000}}{{$s}}{{end}}`,

		// What functions, methods and escapers handle.
		"a long text, copied":  text + `{{range 4999000}}{{$y := print $x}}{{end}}`,
		"many long texts":      text + each(90, `{{$a%d := print $x %d}}`),
		"compared":             text + `{{$z := print $x}}{{range 4999000}}{{if eq $x $z}}{{end}}{{end}}`,
		"of many":              text + `{{$z := print $x}}{{range 4999000}}{{if eq $x` + rep(" $z", 1000) + `}}{{end}}{{end}}`,
		"given to a method":    text + `{{range 4999000}}{{$y := $.Model.Updated.Format $x}}{{end}}`,
		"as a constant":        `{{range 4999000}}{{if eq "` + rep("a", 50000) + `" "` + rep("a", 50000) + `"}}{{end}}{{end}}`,
		"one value many times": text + `{{printf "` + rep("%[1]s", 1900) + `" $x}}`,
		"many widths":          `{{range 4999000}}{{$y := printf "` + rep("%[1]999d", 1000) + `" 1}}{{end}}`,
		"quoted":               text + `{{range 4999000}}{{$y := len (printf "%.999q" $x)}}{{end}}`,
		"all letters":          `{{range 4999000}}{{$y := len (printf "%.0s" $.Letters)}}{{end}}`,
		"the page as JSON":     `<script>{{range 4999000}}var a={{$}};{{end}}</script>`,
		"shown in a comment":   text + `{{range 4999000}}<!-- {{$x}} -->{{end}}`,
		"shown as nothing":     text + `{{$x = print "javascript:" $x}}{{range 4999000}}<a href="{{$x}}">{{end}}`,
		"shown in styles":      text + `<style>{{range 4999000}}p:url({{$x}});{{end}}</style>`,
		"what is built in":     `{{range 4999000}}{{range $.Letters}}{{template "byline" .}}{{template "rest" .}}{{end}}{{end}}`,
		"many arguments":       `{{range 4999000}}{{if and ` + rep("1 ", 5000) + `}}{{end}}{{end}}`,
		"many variables":       `{{$a := 1}}` + rep("{{$b := 1}}", 6000) + rep("{{if $a}}{{end}}", 4000),
		"a long file":          rep("a", 1<<20),
		"many actions":         rep("{{.Title}}", 12000),
		"brackets in brackets": "{{" + rep("(", 60000) + "1" + rep(")", 60000) + "}}",
		"conditions within":    rep("{{if 1}}", 7000) + rep("{{end}}", 7000),
		"loops that html/template goes through twice, and those in them": rep("{{range 1}}", 40) + rep("{{end}}", 40),

		// What html/template does to find out how to escape.
		"itself in a script":          "{{define \"x\"}}`${ {{template \"x\" .}} }`{{end}}<script>{{template \"x\" .}}</script>",
		"each other":                  each(20, `{{define "x%d"}}<p {{if 0}}{{template "x%d" .}}{{end}}{{end}}`) + `{{define "x20"}}{{template "x0" .}}{{end}}{{template "x0" .}}`,
		"templates twice within":      each(30, `{{define "x%d"}}{{template "x%[2]d" .}}{{template "x%[2]d" .}}{{end}}`) + `{{define "x30"}}1{{end}}{{template "x0" .}}`,
		"a script in other places":    each(14, "{{define \"x%d\"}}{ {{template \"x%[2]d\" .}} } `${ {{template \"x%[2]d\" .}} }`{{end}}") + `{{define "x14"}}1{{end}}<script>{{template "x0" .}}</script>`,
		"a long one in other places":  `{{define "x"}}` + rep("{{.}} ", 5000) + `{{end}}` + rep(`<a title="{{template "x" .}}" href="{{template "x" .}}" style="{{template "x" .}}">`, 3),
		"marks that begin nothing":    rep("<", 120000),
		"ends of a title that aren't": "<title>" + rep("</titl", 20000) + "</title>",
		"of a script":                 "<script>" + rep("</scrip", 15000) + rep("<!--", 1000) + "</script>",
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			layouts, err := layoutsOf(map[string]string{"index.html": text})
			if err == nil {
				_, err = pagesWith(t, site.Options{Layouts: layouts})
			}
			assert.Less(t, time.Since(began), time.Minute)
			var wrong *site.LayoutError
			require.ErrorAs(t, err, &wrong)
			assert.Equal(t, "index.html", wrong.File, wrong)
			assert.NotContains(t, wrong.Message, "_took", "what counts is ours")
		})
	}
}

// What layouts cost is counted for each site, and a page that is made again counts once:
// whoever serves pages for years makes them as on the first day.
func TestLayoutsAreMadeAgain(t *testing.T) {
	files := map[string]string{}
	require.NoError(t, site.WriteLayouts(func(name, text string) error { files[name] = text; return nil }))
	layouts, err := layoutsOf(files)
	require.NoError(t, err)
	files["index.html"] = `{{range 40000}}{{end}}`
	dear, err := layoutsOf(files)
	require.NoError(t, err)
	for _, o := range []site.Options{{Layouts: layouts, PageSize: 50, Lists: []site.ListBy{site.ByKind, site.ByAuthor, site.ByCategory}}, {Layouts: dear}} {
		list, err := site.Files(manyLetters(120), o)
		require.NoError(t, err)
		for i, f := range list {
			for again := 0; again < 30 && (again == 0 || i == slices.IndexFunc(list, func(f site.File) bool { return f.Path == "index.html" })); again++ {
				_, err := f.WriteTo(io.Discard)
				require.NoError(t, err, f.Path)
			}
		}
	}
	for range 20 {
		list, err := site.Files(manyLetters(3), site.Options{Layouts: dear})
		require.NoError(t, err)
		for _, f := range list {
			_, err := f.WriteTo(io.Discard)
			require.NoError(t, err, f.Path)
		}
	}
}

// A mistake that costs too much is said with its place, on whichever page it is found.
func TestLayoutsCostIsPlaced(t *testing.T) {
	layouts, err := layoutsOf(map[string]string{"letter.html": "<p>\n{{range 9999999}}\n{{end}}"})
	require.NoError(t, err)
	list, err := site.Files(manyLetters(5), site.Options{Layouts: layouts})
	require.NoError(t, err)
	failed := 0
	for _, f := range list {
		if _, err := f.WriteTo(io.Discard); err != nil {
			failed++
			assert.EqualError(t, err, "letter.html:2:18: the templates go on for too long")
		}
	}
	assert.Equal(t, 5, failed)
}

func FuzzLayouts(f *testing.F) {
	f.Add(`{{range .Letters}}<a href="{{.URL}}">{{.Title}}</a>{{else}}{{end}}`)
	f.Add(`{{define "x"}}{{template "x" .}}{{end}}{{template "x" .}}`)
	f.Add(`{{range 1}}{{range 1}}{{range 1}}{{break}}{{end}}{{end}}{{end}}`)
	f.Add("{{define \"x\"}}`${ {{template \"x\" .}} }`{{end}}<script>{{template \"x\" .}}</script>")
	f.Add(`{{with $x := print .Title}}{{if eq $x "a" (slice $x 1)}}{{index $.Letters 0 | printf "%[1]q"}}{{end}}{{end}}`)
	f.Add(`{{$s := "a"}}{{range 50}}{{$s = print $s $s}}{{end}}<script>{{.Title}}</script>`)
	n := manyLetters(3)
	n.Letters = append([]*newsletter.Letter(nil), n.Letters...)
	f.Fuzz(func(t *testing.T, text string) {
		layouts, err := layoutsOf(map[string]string{"index.html": text})
		if err != nil {
			return
		}
		list, err := site.Files(n, site.Options{Layouts: layouts})
		require.NoError(t, err)
		for _, file := range list {
			var b bytes.Buffer
			file.WriteTo(&b)
		}
	})
}
