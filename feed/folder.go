package feed

import (
	"net/url"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/format"
	"github.com/automationregion/newsletter/internal/weburl"
)

// At returns a copy of the newsletter as it is published in the format: its FeedURL is
// the format's file in the folder that n.URL serves, such as
// "https://example.org/news/rss.xml". The letters are shared with n. Where n.URL is not
// an absolute http or https URL the copy is as n is.
func At(n *newsletter.Newsletter, f Format) *newsletter.Newsletter {
	published := *n
	if base := Folder(n.URL); base != nil {
		published.FeedURL = weburl.String(base) + f.FileName()
	}
	return &published
}

// Folder returns the URL of the folder that a newsletter's home page stands in, which
// the paths of its files are relative to. It ends in a slash:
// "https://example.org/news/" for itself, and for the same without the slash or with
// index.html. It is nil if home is not an absolute http or https URL.
func Folder(home string) *url.URL {
	u, ok := weburl.Web(home)
	if !ok {
		return nil
	}
	u.RawQuery, u.ForceQuery, u.Fragment, u.RawFragment = "", false, "", ""
	index := "/" + format.Of(format.HTML).FileName
	if rest, ok := strings.CutSuffix(u.EscapedPath(), index); ok {
		u.Path, u.RawPath = strings.TrimSuffix(u.Path, index), rest
	}
	if !strings.HasSuffix(u.Path, "/") {
		u.Path += "/"
		if u.RawPath != "" {
			u.RawPath += "/"
		}
	}
	return u
}
