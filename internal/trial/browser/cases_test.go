package browser

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// allCases returns the hostile HTML, each case once.
func allCases(t *testing.T) (cases []string) {
	seen := map[string]bool{}
	count := func(what string, list []string) {
		before := len(cases)
		for _, c := range list {
			if strings.Contains(c, "<") && !seen[c] {
				seen[c] = true
				cases = append(cases, c)
			}
		}
		t.Logf("%d cases %s", len(cases)-before, what)
	}
	data, err := os.ReadFile("testdata/cases.txt")
	require.NoError(t, err)
	var own []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSuffix(line, "\n"); line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		s, err := strconv.Unquote(`"` + strings.NewReplacer(`"`, `\"`, `\"`, `\"`).Replace(line) + `"`)
		require.NoError(t, err, line)
		own = append(own, s)
	}
	count("of testdata", own)
	count("made", made())
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/microcosm-cc/bluemonday").Output()
	require.NoError(t, err)
	count("of bluemonday's tests", stringsBelow(t, strings.TrimSpace(string(out))))
	if dir := os.Getenv("NEWSLETTER_XSS_CASES"); dir != "" {
		count("of "+dir, stringsBelow(t, dir))
	}
	return cases
}

// made combines what acts with where it stands, and the ways to write an address
// that is a script.
func made() []string {
	var cases []string
	elements := strings.Fields(`a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink
		blockquote body br button canvas caption center cite code col colgroup content data datalist dd del details dfn dialog dir
		div dl dt element em embed fieldset figcaption figure font footer form frame frameset h1 head header hgroup hr html i iframe
		image img input ins isindex kbd keygen label legend li link listing main map mark marquee math menu menuitem meta meter
		nav nobr noembed noframes noscript object ol optgroup option output p param picture plaintext portal pre progress q rb rp
		rt rtc ruby s samp script section select shadow slot small source spacer span strike strong style sub summary sup svg table
		tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr xmp x-custom`)
	for _, el := range elements {
		cases = append(cases,
			fmt.Sprintf(`<%s src=x href=x onload=alert(1) onerror=alert(1) onfocus=alert(1) onmouseover=alert(1) onclick=alert(1) autofocus tabindex=1 style="background:url(//style.example/a)" background=//bg.example/>x</%s>`, el, el),
			fmt.Sprintf(`<%s><img src=x onerror=alert(1)><script>alert(1)</script></%s>`, el, el),
			fmt.Sprintf(`<%s/onload=alert(1)//><svg><%s><style><img src=x onerror=alert(1)></style>`, el, el))
	}
	schemes := []string{"javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)",
		" javascript:alert(1)", "javascript&colon;alert(1)", "java&Tab;script:alert(1)", "java&NewLine;script&colon;alert(1)",
		"&#106;&#97;vascript:alert(1)", "&#x6A&#x61vascript:alert(1)", "javascript://site.example/%0Aalert(1)", "vbscript:alert(1)",
		"data:text/html,<script>alert(1)</script>", "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
		"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "blob:http://site.example/x", "file:///etc/passwd",
		"feed:javascript:alert(1)", "view-source:javascript:alert(1)", "//scheme.example/x", "http://plain.example/x", "https://[::1]/x",
		"https://127.0.0.1/x", "https://localhost/x", "https://10.0.0.1/x", "https://169.254.169.254/x", "\\\\share.example\\x", "ws://socket.example/"}
	places := []string{`<a href="%s">x</a>`, `<img src="%s">`, `<img srcset="%s 1x">`, `<iframe src="%s"></iframe>`, `<object data="%s"></object>`,
		`<embed src="%s">`, `<form action="%s"><button>x</button></form>`, `<button form=x formaction="%s">x</button>`, `<video poster="%s"></video>`,
		`<audio src="%s" autoplay></audio>`, `<svg><a xlink:href="%s"><text>x</text></a></svg>`, `<svg><use href="%s"/></svg>`, `<svg><image href="%s"/></svg>`,
		`<math href="%s">x</math>`, `<link rel=stylesheet href="%s">`, `<link rel=prefetch href="%s"><link rel=preconnect href="%[1]s"><link rel=dns-prefetch href="%[1]s">`,
		`<meta http-equiv=refresh content="0;url=%s">`, `<base href="%s"><a href=x>x</a>`, `<q cite="%s">x</q>`, `<table background="%s"><td>x</table>`,
		`<a ping="%s" href="https://ok.example/">x</a>`, `<input type=image src="%s">`, `<script src="%s"></script>`, `<img data-src="%s">`, `<style>@import "%s";</style>`}
	for _, scheme := range schemes {
		for _, place := range places {
			cases = append(cases, fmt.Sprintf(place, strings.ReplaceAll(scheme, `"`, "&quot;")))
		}
	}
	wrappers := []string{`<svg>%s</svg>`, `<math>%s</math>`, `<math><mtext>%s`, `<math><annotation-xml encoding="text/html">%s`, `<svg><foreignObject>%s`,
		`<svg><title>%s`, `<svg><desc>%s`, `<table>%s</table>`, `<select>%s</select>`, `<template>%s</template>`, `<noscript>%s</noscript>`, `<textarea>%s</textarea>`,
		`<style>%s</style>`, `<xmp>%s</xmp>`, `<noembed>%s</noembed>`, `<noframes>%s</noframes>`, `<iframe>%s</iframe>`, `<title>%s</title>`, `<!--%s-->`, `<![CDATA[%s]]>`,
		`<?%s?>`, `<!%s>`, `<plaintext>%s`, `<div><template shadowrootmode=open>%s</template></div>`, `<form><math><mtext></form><form><mglyph><style></math>%s`,
		`<math><mtext><table><mglyph><style><!--</style>%s-->`, `<svg></p><style><a id="</style>%s">`, `<p title="</noscript>%s">`, `<p title="--&gt;%s">`}
	acts := []string{`<img src=x onerror=alert(1)>`, `<script>alert(1)</script>`, `<svg onload=alert(1)>`, `--><img src=x onerror=alert(1)>`,
		`</style><img src=x onerror=alert(1)>`, `</title></textarea></noscript></xmp><img src=x onerror=alert(1)>`, `]]><img src=x onerror=alert(1)>`,
		`<style><img title="</style><img src=x onerror=alert(1)>">`, `&lt;img src=x onerror=alert(1)&gt;`, `<mglyph><style><img src=x onerror=alert(1)>`}
	for _, wrapper := range wrappers {
		for _, act := range acts {
			cases = append(cases, fmt.Sprintf(wrapper, act))
		}
	}
	return cases
}

// stringsBelow returns the strings in the Go, JavaScript and JSON files below a
// folder.
func stringsBelow(t *testing.T, dir string) (all []string) {
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		switch ext := filepath.Ext(path); {
		case strings.HasSuffix(path, "_test.go"):
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					if s, err := strconv.Unquote(lit.Value); err == nil {
						all = append(all, s)
					}
				}
				return true
			})
		case ext == ".js" || ext == ".mjs" || ext == ".json":
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			all = append(all, scriptStrings(string(data))...)
		}
		return nil
	}))
	return all
}

// scriptStrings returns the strings in a JavaScript file, roughly: what it takes
// for a string and is none is a case too.
func scriptStrings(s string) (all []string) {
	escapes := map[byte]string{'n': "\n", 't': "\t", 'r': "\r", 'b': "\b", 'f': "\f", '0': "\x00", '\n': ""}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		quote := s[i]
		if strings.HasPrefix(s[i:], "//") && (i == 0 || s[i-1] != ':') {
			i += strings.IndexByte(s[i:]+"\n", '\n')
			continue
		}
		if quote != '"' && quote != '\'' && quote != '`' {
			continue
		}
		b.Reset()
		for i++; i < len(s) && s[i] != quote && (s[i] != '\n' || quote == '`'); i++ {
			if s[i] != '\\' || i+1 == len(s) {
				b.WriteByte(s[i])
				continue
			}
			i++
			digits := map[byte]int{'x': 2, 'u': 4}[s[i]]
			if n, err := strconv.ParseUint(s[i+1:min(len(s), i+1+digits)], 16, 32); digits > 0 && err == nil {
				b.WriteRune(rune(n))
				i += digits
			} else if e, ok := escapes[s[i]]; ok {
				b.WriteString(e)
			} else {
				b.WriteByte(s[i])
			}
		}
		all = append(all, b.String())
	}
	return all
}
