package page

import (
	"crypto/sha256"
	"encoding/base64"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFrame(t *testing.T) {
	fsys := fstest.MapFS{"body.html": {Data: []byte(`{{define "body"}}<h1{{.Lang.UI}}>{{.Title}}, {{.Extra}}</h1>{{end}}`)}}
	tmpl, err := New(fsys, "*.html")
	require.NoError(t, err)
	data := struct {
		Frame
		Extra string
	}{Frame{Lang: NewLang("de"), Title: `A <b> & "c"`, Canonical: "https://example.org/?a=1&b=2"}, "more"}
	var b strings.Builder
	require.NoError(t, tmpl.Execute(&b, data))
	assert.Contains(t, b.String(), `<html lang="de">`)
	assert.Contains(t, b.String(), `<title>A &lt;b&gt; &amp; &#34;c&#34;</title>`)
	assert.Contains(t, b.String(), `<link rel="canonical" href="https://example.org/?a=1&amp;b=2">`)
	assert.Contains(t, b.String(), `<h1 lang="en">A &lt;b&gt; &amp; &#34;c&#34;, more</h1>`)

	t.Run("the policies stand in the page, before all that they are about", func(t *testing.T) {
		head, _, _ := strings.Cut(b.String(), "<title>")
		assert.Contains(t, head, `<meta http-equiv="Content-Security-Policy" content="`+NewStyles("").Policy()+`">`)
		assert.Contains(t, head, `<meta name="referrer" content="no-referrer">`)
	})
	t.Run("the hash is that of the style as a browser sees it", func(t *testing.T) {
		inline := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(b.String())
		require.Len(t, inline, 2)
		sum := sha256.Sum256([]byte(inline[1]))
		assert.Equal(t, "sha256-"+base64.StdEncoding.EncodeToString(sum[:]), NewStyles("").Hash())
		assert.NotContains(t, inline[1], "\r")
	})

	_, err = New(fstest.MapFS{"body.html": {Data: []byte(`{{define`)}}, "*.html")
	assert.Error(t, err)
}

func TestWordsAreComplete(t *testing.T) {
	for name, words := range map[string]Words{"english": english, "swedish": swedish} {
		v := reflect.ValueOf(words)
		for i := range v.NumField() {
			assert.Falsef(t, v.Field(i).IsZero(), "%s: %s", name, v.Type().Field(i).Name)
		}
		assert.NotContains(t, FeedStyle(Lang{Words: words}), "WORDS", name)
		assert.NotContains(t, words.FeedShown, `"`, name)
		assert.NotContains(t, words.FeedShown, `\\`, name)
		for _, month := range words.months {
			assert.NotEmpty(t, month)
		}
	}
}
