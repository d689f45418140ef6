package site

import (
	"io"
	"net/http"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/feed/feedhttp"
	"github.com/automationregion/newsletter/internal/format"
	"github.com/automationregion/newsletter/internal/page"
	"github.com/automationregion/newsletter/internal/serve"
)

// Handler serves a newsletter's site, feeds and pages, below the path that it
// is mounted at, which is the path of the newsletter's URL:
//
//	rss.xml, atom.xml, feed.json, index.html   the newsletter in that format
//	/                                          in the format that Accept prefers
//	spring/, spring.html                       the letter with that URL: see [Files]
//	feed.css, sitemap.xml, …                   what [Files] has beside them
//
// It is [feedhttp.Handler] with pages, and answers as that does: conditional
// requests, errors and what is logged are described there. To mount the feeds
// elsewhere or with other options, mount a feedhttp.Handler there beside it. On "/"
// the page comes before RSS, Atom and JSON Feed.
//
// A page comes with a content security policy under which no script runs and no
// form is sent, whatever the letters hold, and with a referrer policy of
// no-referrer; both stand in the page too. A Content-Security-Policy or
// Referrer-Policy header that is set before the handler is called stays.
func Handler(source feedhttp.Source, opts ...Options) http.Handler {
	o := optionsOf(opts)
	header := map[string]string{"Content-Security-Policy": page.NewStyles(o.Style).Policy(), "Referrer-Policy": page.Referrer}
	offers := []format.Format{format.HTML}
	for f := range feed.Formats() {
		offers = append(offers, format.Format(f))
	}
	return serve.New(serve.Options{
		Offers: offers, Source: source, Logger: o.Logger, MaxAge: o.MaxAge,
		Documents: func(n *newsletter.Newsletter) ([]serve.Document, error) {
			files, err := Files(n, o)
			if err != nil {
				return nil, err
			}
			documents := make([]serve.Document, len(files))
			for i, f := range files {
				documents[i] = serve.Document{Path: f.Path, Format: f.format, MediaType: f.MediaType, Stylesheet: f.stylesheet, Write: func(w io.Writer) error {
					_, err := f.WriteTo(w)
					return err
				}}
				if f.MediaType == format.Of(format.HTML).MediaType() {
					documents[i].Header = header
				}
			}
			return documents, nil
		},
	})
}
