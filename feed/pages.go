package feed

import (
	"io"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/page"
)

// At returns a copy of the newsletter as it is published in the format: its
// FeedURL is the format's file in the folder that n.URL serves, such as
// "https://example.org/news/rss.xml". A page is no feed of its own: for [HTML]
// it is the address of the RSS feed. The letters are shared with n. Where n.URL
// is no absolute http or https URL the copy is as n is.
func At(n *newsletter.Newsletter, f Format) *newsletter.Newsletter {
	published := *n
	if base := folder(n.URL); base != nil {
		if f == HTML {
			f = RSS
		}
		published.FeedURL = base.String() + f.FileName()
	}
	return &published
}

// A Page is the page of one letter.
type Page struct {
	Path   string // below the folder that the newsletter's URL serves, with slashes, valid by [io/fs.ValidPath]
	Letter *newsletter.Letter

	site  *site
	index int
}

// Pages returns the pages of the newsletter's letters, newest first. With them,
// and the documents that [Write] writes under their [Format.FileName], a folder
// that is served as it is at n.URL answers for every letter's URL: for a
// newsletter at "https://example.org/news/" the page of
//
//	https://example.org/news/spring/       is  spring/index.html
//	https://example.org/news/spring        is  spring/index.html
//	https://example.org/news/spring.html   is  spring.html
//
// A letter has no page if its URL lies outside the newsletter's, has a query or
// a fragment, is the address of another page or feed of the newsletter, or has a name that
// is hidden or that some file system can't hold. The newsletter's page links to
// that URL itself, and shows the whole of a letter that has none.
//
// Like Write, Pages refuses a newsletter that has faults.
func Pages(n *newsletter.Newsletter) ([]Page, error) {
	if err := n.Validate(); err != nil {
		return nil, err
	}
	s := newSite(n)
	var pages []Page
	for i, l := range s.letters {
		if s.paths[i] != "" {
			pages = append(pages, Page{Path: s.paths[i], Letter: l, site: s, index: i})
		}
	}
	return pages, nil
}

// WriteHTML writes the page. What it takes from the letter's Content it takes
// as HTML that the publisher trusts: see [Write].
func (p Page) WriteHTML(w io.Writer) error {
	return p.site.writeLetter(w, p.index)
}

// A site is a newsletter with the pages that it has.
type site struct {
	n       *newsletter.Newsletter
	lang    page.Lang
	base    *url.URL             // folder that the newsletter's URL serves, or nil
	letters []*newsletter.Letter // newest first
	paths   []string             // of the letters' pages; empty for a letter that has none
	taken   map[string]bool      // the same in lower case: some file systems don't tell it from upper case
	served  bool                 // pages refer to each other and to files of the folder by relative URLs
}

func newSite(n *newsletter.Newsletter) *site {
	s := &site{n: n, lang: page.NewLang(n.Language), base: folder(n.URL), served: true, letters: slices.Clone(n.Letters)}
	slices.SortStableFunc(s.letters, newsletter.NewestFirst)
	s.paths = make([]string, len(s.letters))
	s.taken = make(map[string]bool, len(s.letters))
	for i, l := range s.letters {
		path := s.path(l.URL)
		if key := strings.ToLower(path); !s.taken[key] {
			s.taken[key] = true
			s.paths[i] = path
		}
	}
	return s
}

// folder returns the URL that the paths of a newsletter's files are relative
// to, or nil if the home page has none.
func folder(home string) *url.URL {
	u, err := url.Parse(home)
	if err != nil || u.Host == "" || u.Opaque != "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	u.RawQuery, u.ForceQuery, u.Fragment, u.RawFragment = "", false, "", ""
	if rest, ok := strings.CutSuffix(u.EscapedPath(), "/"+HTML.FileName()); ok {
		u.Path, u.RawPath = strings.TrimSuffix(u.Path, "/"+HTML.FileName()), rest
	}
	if !strings.HasSuffix(u.Path, "/") {
		u.Path += "/"
		if u.RawPath != "" {
			u.RawPath += "/"
		}
	}
	return u
}

// path returns the file below the folder at which the URL of a letter resolves,
// or the empty string.
func (s *site) path(letter string) string {
	u, err := url.Parse(letter)
	if err != nil || s.base == nil || u.Scheme != s.base.Scheme || !strings.EqualFold(u.Host, s.base.Host) ||
		u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" ||
		strings.Contains(strings.ToLower(u.RawPath), "%2f") {
		return ""
	}
	path, ok := strings.CutPrefix(u.Path, s.base.Path)
	if !ok || path == "" {
		return ""
	}
	switch {
	case strings.HasSuffix(path, "/"):
		path += HTML.FileName()
	case !isPage(path):
		path += "/" + HTML.FileName()
	}
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if !isFileName(segment) || i < len(segments)-1 && isPage(segment) {
			return ""
		}
	}
	for _, f := range formats {
		if strings.EqualFold(segments[0], f.fileName) {
			return ""
		}
	}
	return path
}

func isPage(name string) bool {
	return strings.HasSuffix(name, ".html") || strings.HasSuffix(name, ".htm")
}

// isFileName reports whether every file system and web server takes the name
// for an ordinary file.
func isFileName(name string) bool {
	return name != "" && name[0] != '.' && len(name) <= 255 && strings.TrimRight(name, ". ") == name &&
		!strings.ContainsFunc(name, func(r rune) bool {
			return unicode.IsControl(r) || r == unicode.ReplacementChar || strings.ContainsRune(`\:*?"<>|`, r)
		})
}

// published reports whether the feed is published in the folder, as by [At].
func (s *site) published() bool {
	return s.base != nil && slices.ContainsFunc([]Format{RSS, Atom, JSON}, func(f Format) bool {
		return s.n.FeedURL == s.base.String()+f.FileName()
	})
}

// local returns an absolute URL as the page from refers to it: relative if it
// lies in the folder, so that the folder is whole wherever it is looked at.
func (s *site) local(from, address string) string {
	if s.base == nil || !s.served {
		return address
	}
	rest, inside := strings.CutPrefix(address, s.base.String())
	if !inside || strings.HasPrefix(rest, "/") {
		return address
	}
	letter, fragment, found := strings.Cut(address, "#")
	if found {
		fragment = "#" + fragment
	}
	switch path := s.path(letter); {
	case path != "" && path == from && found:
		return fragment
	case path != "" && s.taken[strings.ToLower(path)]:
		return relative(from, path) + fragment
	}
	ref := strings.Repeat("../", strings.Count(from, "/")) + rest
	if first, _, _ := strings.Cut(ref, "/"); ref == "" || strings.ContainsAny(ref[:1], "?#") || strings.Contains(first, ":") {
		return "./" + ref
	}
	return ref
}

// relative returns the URL of one file of the folder as another refers to it.
// The empty path is the newsletter's page.
func relative(from, to string) string {
	to = strings.TrimSuffix(to, HTML.FileName())
	ref := strings.Repeat("../", strings.Count(from, "/")) + (&url.URL{Path: to}).EscapedPath()
	if ref == "" {
		return "./"
	}
	return ref
}
