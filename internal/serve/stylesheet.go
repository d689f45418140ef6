package serve

import (
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/automationregion/newsletter/internal/format"
)

// asksForPages reports whether a client asks for pages and doesn't name the format:
// a browser that was led to a feed.
func asksForPages(accept []string, f format.Format) bool {
	if len(accept) == 0 || !strings.Contains(accept[0], "html") {
		return false
	}
	ranges := parseAccept(strings.Join(accept, ","))
	if q, named := lookup(ranges, format.Of(f).MediaType()); named && q > 0 {
		return false
	}
	q, _ := lookup(ranges, format.Of(format.HTML).MediaType())
	return q > 0
}

// inBrowser returns a document as a browser shows it by its stylesheet: under the media
// type that all of them take for XML, where they show those of feeds as text or save
// them. A script in it would speak in the name of the site, and is not run.
func (d *document) inBrowser(stylesheet string) *document {
	shown := *d
	shown.shown = nil
	shown.contentType = []string{"application/xml; charset=utf-8"}
	shown.etag = []string{strings.TrimSuffix(d.etag[0], `"`) + `-xml"`}
	shown.more = maps.Clone(d.more)
	if shown.more == nil {
		shown.more = http.Header{}
	}
	shown.more.Set("Content-Security-Policy", "default-src 'none'; style-src "+origin(stylesheet)+"; base-uri 'none'; form-action 'none'")
	return &shown
}

// origin returns the source expression of where a URL leads (CSP level 3, section 2.3.1).
func origin(address string) string {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "":
		return "'self'"
	case u.Scheme == "":
		return u.Host
	}
	return u.Scheme + "://" + u.Host
}
