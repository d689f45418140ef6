package site

import (
	"bufio"
	"cmp"
	"encoding/xml"
	"html/template"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/automationregion/newsletter/internal/weburl"
)

// Files that are for the web around a site.
const (
	sitemapName  = "sitemap.xml"
	robotsName   = "robots.txt"
	notFoundName = "404.html"
)

// around returns which of them there are.
func (s *site) around(o Options) []string {
	switch {
	case !o.Sitemap || s.base == nil:
		return nil
	case s.base.Path != "/":
		return []string{sitemapName, notFoundName}
	}
	return []string{sitemapName, notFoundName, robotsName}
}

// maxSitemap is how many addresses a sitemap may have (sitemaps.org, protocol).
const maxSitemap = 50_000

// absolute returns the URL at which a file of the site is served.
func (s *site) absolute(path string) string {
	path = strings.TrimSuffix(path, indexName)
	return weburl.String(s.base) + (&url.URL{Path: path}).EscapedPath()
}

// writeSitemap writes where the pages are, for search engines: the newsletter's, the
// lists', and the letters', newest first, with when they were changed.
func (s *site) writeSitemap(w io.Writer) error {
	b := bufio.NewWriter(w)
	b.WriteString(xml.Header + `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n")
	left := maxSitemap
	add := func(path string, changed time.Time) {
		if left--; left < 0 {
			return
		}
		b.WriteString("<url><loc>")
		xml.EscapeText(b, []byte(s.absolute(path)))
		b.WriteString("</loc>")
		if !changed.IsZero() {
			b.WriteString("<lastmod>" + changed.Format(time.RFC3339) + "</lastmod>")
		}
		b.WriteString("</url>\n")
	}
	for i, at := range s.lists {
		var changed time.Time
		for _, index := range at.letters {
			if t := cmp.Or(s.letters[index].Updated, s.letters[index].Published); t.After(changed) {
				changed = t
			}
		}
		if i == 0 {
			changed = cmp.Or(s.n.Updated, changed)
		}
		add(at.pages[0], changed)
	}
	for i, l := range s.letters {
		if s.paths[i] != "" {
			add(s.paths[i], cmp.Or(l.Updated, l.Published))
		}
	}
	b.WriteString("</urlset>\n")
	return b.Flush()
}

// writeRobots writes where the sitemap is (RFC 9309).
func (s *site) writeRobots(w io.Writer) error {
	_, err := io.WriteString(w, "User-agent: *\nAllow: /\nSitemap: "+s.absolute(sitemapName)+"\n")
	return err
}

// writeNotFound writes what a server shows in the place of a page that isn't there, at
// whatever address: its links are whole.
func (s *site) writeNotFound(w io.Writer) error {
	data := s.page("")
	data.Title, data.Site, data.Name, data.Home = "404", s.n.Title, "404", s.absolute("")
	data.Feeds, data.Menu = nil, nil
	for _, item := range s.menu {
		data.Menu = append(data.Menu, linkView{Title: item.Title, URL: item.URL})
	}
	if web(s.n.Icon) != "" {
		data.Icon = template.URL(s.shown(s.n.Icon))
	}
	for _, f := range s.frame("").Feeds {
		f.URL = s.absolute(f.URL)
		data.Feeds = append(data.Feeds, f)
	}
	return s.execute(w, s.layouts.notFound, &data, notFoundName)
}
