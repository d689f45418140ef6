package site

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
)

// What a browser would load from elsewhere is a link, or not there.
func TestLinkPictures(t *testing.T) {
	for name, test := range map[string]struct{ content, want string }{
		"of another host":       {`<p><img src="https://p.example/a/hall.jpg" alt="The hall"></p>`, `<p><a href="https://p.example/a/hall.jpg" rel="noreferrer">The hall (p.example)</a></p>`},
		"without words":         {`<img src="https://p.example/a/hall.jpg" alt="">`, `<a href="https://p.example/a/hall.jpg" rel="noreferrer">hall.jpg (p.example)</a>`},
		"what a link might run": {`<img src="javascript://p.example/%0aalert(1)" alt="X">`, `<span>X (p.example)</span>`},
		"in a link":             {`<a href="https://p.example/"><img src="https://p.example/x.png" alt="X"></a>`, `<a href="https://p.example/"><span>X (p.example)</span></a>`},
		"in a figure":           {`<figure><img src="//p.example/x.png" alt="X"><figcaption>C</figcaption></figure>`, `<figure><a href="//p.example/x.png" rel="noreferrer">X (p.example)</a><figcaption>C</figcaption></figure>`},
		"our own":               {`<img src="https://example.org/l/x.png" alt="X"/>`, `<img src="../x.png" alt="X"/>`},
		"our own, elsewhere":    {`<img src="https://example.org/x.png" alt="X" srcset="https://p.example/2x.png 2x"/>`, `<img src="https://example.org/x.png" alt="X"/>`},
		"a picture":             {`<picture><source srcset="https://p.example/x.webp"><img src="https://p.example/x.png" alt="X"></picture>`, `<picture><a href="https://p.example/x.png" rel="noreferrer">X (p.example)</a></picture>`},
		"a poster":              {`<video poster="https://p.example/x.png" controls=""></video>`, `<video controls=""></video>`},
		"inline":                {`<img src="data:image/png;base64,AA" alt="X"/>`, `<img src="data:image/png;base64,AA" alt="X"/>`},
	} {
		t.Run(name, func(t *testing.T) {
			page := pageWith(t, test.content, Options{TrustHTML: true, LinkPictures: true})
			assert.Contains(t, page, test.want)
		})
	}
	page := pageWith(t, `<img src="https://p.example/in.png" alt="X">`, Options{TrustHTML: true, LinkPictures: true})
	assert.NotRegexp(t, `<(img|link)[^>]*p\.example`, page, "neither the letter's own picture nor its author's")
	shown := pageWith(t, `<img src="https://p.example/in.png" alt="X">`, Options{TrustHTML: true})
	for _, picture := range []string{"in.png", "cover.png", "avatar.png"} {
		assert.Contains(t, shown, `src="https://p.example/`+picture)
	}
}

// pageWith returns the page of a letter whose pictures lie on another host.
func pageWith(t *testing.T, content string, o Options) string {
	n := &newsletter.Newsletter{Title: "N", URL: "https://example.org/l/", Language: "en", Letters: []*newsletter.Letter{{
		ID: "urn:1", URL: "https://example.org/l/one/", Title: "One", Content: content, Image: "https://p.example/cover.png",
		Authors: []newsletter.Author{{Name: "A", Avatar: "https://p.example/avatar.png"}}, Published: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Updated: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC),
	}}}
	files, err := Files(n, o)
	require.NoError(t, err)
	for _, f := range files {
		if f.Letter != nil {
			var b strings.Builder
			_, err := f.WriteTo(&b)
			require.NoError(t, err)
			return b.String()
		}
	}
	t.Fatal("no page")
	return ""
}
