package site

import (
	"cmp"
	"html/template"
	"net/url"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/clean"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/internal/bufferpool"
	"github.com/automationregion/newsletter/internal/filename"
	"github.com/automationregion/newsletter/internal/format"
	"github.com/automationregion/newsletter/internal/page"
	"github.com/automationregion/newsletter/internal/weburl"
)

// indexName is the file that a folder is served as.
var indexName = format.Of(format.HTML).FileName

// A site is a newsletter with the pages that it has.
type site struct {
	n         *newsletter.Newsletter
	lang      page.Lang
	base      *url.URL                           // folder that the newsletter's URL serves, or nil
	letters   []*newsletter.Letter               // newest first
	paths     []string                           // of the letters' pages; empty for a letter that has none
	names     names                              // of all files
	clashes   []Clash                            // of the newsletter's own letters
	again     map[string]int                     // how many lists there are of a folder's name
	gathered  bool                               // others' letters have no page
	trust     bool                               // Content is HTML that may stand in a page as it is
	highlight func(language, code string) string // nil unless the content is trusted
	mark      func(*newsletter.Letter) string    // nil for none
	alien     func(string) bool                  // whether a picture is not to be shown; nil for none
	fromDisk  bool                               // no server finds the file that a folder is served as
	layouts   *Layouts                           // templates of the pages
	meter     *meter                             // of what they cost
	extra     string                             // styles,
	styles    *page.Styles                       // and what pages have of them
	menu      []newsletter.Link                  // with absolute URLs
	footer    string                             // of every page
	logo      string                             // instead of the newsletter's image
	lists     []*list                            // of letters, all of them first
	leftOut   map[string]int                     // how many lists there are too many, by what they are of
	pageSize  int                                // letters on a page of a list; 0 is all
	buffers   bufferpool.Pool                    // of pages
	served    bool                               // pages refer to each other and to files of the folder by relative URLs
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
		path += indexName
	case !isPage(path):
		path += "/" + indexName
	}
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if !filename.IsPortable(segment) || i < len(segments)-1 && isPage(segment) {
			return ""
		}
	}
	return path
}

func isPage(name string) bool {
	return strings.HasSuffix(name, ".html") || strings.HasSuffix(name, ".htm")
}

// published reports whether the feed is published in the folder, as by [feed.At].
func (s *site) published() bool {
	if s.base == nil {
		return false
	}
	for f := range feed.Formats() {
		if s.n.FeedURL == weburl.String(s.base)+f.FileName() {
			return true
		}
	}
	return false
}

// local returns an absolute URL as the page from refers to it: relative if it
// lies in the folder, so that the folder is whole wherever it is looked at.
func (s *site) local(from, address string) string {
	if s.base == nil || !s.served {
		return address
	}
	rest, inside := strings.CutPrefix(address, weburl.String(s.base))
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
	case path != "" && s.names.has(path):
		return s.relative(from, path) + fragment
	}
	if rest == "" || strings.ContainsAny(rest[:1], "?#") {
		return s.relative(from, "") + rest
	}
	if s.fromDisk && !namesFile(rest) {
		return address
	}
	ref := strings.Repeat("../", strings.Count(from, "/")) + rest
	if first, _, _ := strings.Cut(ref, "/"); strings.Contains(first, ":") {
		return "./" + ref
	}
	return ref
}

// namesFile reports whether a relative URL is of a file and not of a folder, or of
// what a server knows by a name without an ending.
func namesFile(ref string) bool {
	path, _, _ := strings.Cut(ref, "?")
	path, _, _ = strings.Cut(path, "#")
	return strings.Contains(path[strings.LastIndex(path, "/")+1:], ".")
}

// relative returns the URL of one file of the folder as another refers to it.
// The empty path is the newsletter's page.
func (s *site) relative(from, to string) string {
	if s.fromDisk {
		to = cmp.Or(to, indexName)
	} else {
		to = strings.TrimSuffix(to, indexName)
	}
	ref := strings.Repeat("../", strings.Count(from, "/")) + (&url.URL{Path: to}).EscapedPath()
	if ref == "" {
		return "./"
	}
	return ref
}

// web returns the URL if it is one that a browser opens, else nothing.
func web(address string) string {
	if _, ok := weburl.Web(address); !ok {
		return ""
	}
	return address
}

// picture returns the URL of a picture as the page from shows it, or nothing. A
// picture of the folder is one whatever else its address is: the page asks who
// it was had from.
func (s *site) picture(from, address string) template.URL {
	if web(address) != "" {
		if ref := s.local(from, address); ref != address {
			return template.URL(ref)
		}
	}
	return template.URL(s.shown(address))
}

// letterPicture is picture for one of a letter or of an author.
func (s *site) letterPicture(from, address string) template.URL {
	if s.alien != nil && s.alien(address) {
		return ""
	}
	return s.picture(from, address)
}

// shown returns the URL if it is one that a browser shows a picture from, else
// nothing. What a stranger's data holds is no picture, and a stranger's picture
// follows the rules of pictures in content.
func (s *site) shown(address string) string {
	if s.trust {
		if strings.HasPrefix(strings.ToLower(address), "data:image/") {
			return address
		}
		return web(address)
	}
	picture, _ := clean.Picture(address)
	return picture
}

// preview returns the absolute URL of a picture for those that show a link to
// the page.
func (s *site) preview(address string) string {
	if web(address) != "" && s.local("", address) != address {
		return address
	}
	return web(s.shown(address))
}
