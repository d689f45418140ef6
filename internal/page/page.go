// Package page is the frame around every HTML page that the library writes: the
// head of the document, its one stylesheet, and the words and dates of the
// page's language.
//
// The stylesheet stands in the page, in a style element, and not in a file
// beside it: a page that was written alone, sent on, or opened from a disk
// looks as it should, a folder served as it is needs no more than its pages,
// and there is no second file whose old version a cache may hold. A content
// security policy, which stands in the page too, allows it by its hash,
// [Styles.Hash], and no script at all.
package page

import (
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"html/template"
	"io/fs"
	"strings"
)

//go:embed frame.html
var frame string

//go:embed style.css
var style string

//go:embed feed.css
var feedStyle string

// A Frame is what the head of a page says. A page's own data embeds it.
type Frame struct {
	Lang        Lang
	Title       string
	Site        string // title of the newsletter, where the page is a part of one
	Description string
	Canonical   string       // URL that the page is published at
	Languages   []Language   // the languages that the page is there in, its own among them; nil for one alone
	Type        string       // Open Graph type: "website" or "article"
	Image       string       // URL
	Icon        template.URL // safe to load a picture from
	Generator   string
	Feeds       []Feed
	Hubs        []string // URLs of WebSub hubs
	Styles      *Styles  // nil for those of every page
	Data        any      // what the page is, for software: JSON-LD, a block that no browser runs
}

// A Language is a language that a page is there in.
type Language struct {
	Tag string // BCP 47
	URL string
}

// A Feed is a feed that a page leads to.
type Feed struct {
	Name      string // of the format: "RSS"
	MediaType string
	URL       string // may be relative to the page
}

// Type returns the type attribute of a link to the feed. It holds the "+" of a
// media type as it is, because not all that looks for feeds reads it escaped.
func (f Feed) Type() template.HTMLAttr {
	return template.HTMLAttr(`type="` + template.HTMLEscapeString(f.MediaType) + `"`)
}

// New returns the template of a page: the frame, and the files of fsys that the
// patterns match. They define "body", and New's template is executed with data
// that embeds a [Frame].
func New(fsys fs.FS, patterns ...string) (*template.Template, error) {
	t, err := template.New("frame").Parse(frame)
	if err != nil {
		return nil, err
	}
	return t.ParseFS(fsys, patterns...)
}

// FeedStyleName is the file with the stylesheet of a folder's feeds.
const FeedStyleName = "feed.css"

// ErrStyle is the error of styles that a page can't hold: they would end its style
// element.
var ErrStyle = errors.New("styles can't hold </style")

// FeedStyle returns the stylesheet by which browsers show feeds in XML, with the words of
// a page's language.
func FeedStyle(l Lang) string { return strings.Replace(feedStyle, "WORDS", l.Words.FeedShown, 1) }

// Styles are the stylesheet of the pages of a site, and what allows it.
type Styles struct {
	css    template.CSS
	hash   string
	policy string
}

// NewStyles returns those of every page with a site's own after them, in which nothing
// may end a style element.
func NewStyles(extra string) *Styles {
	s := &Styles{css: template.CSS(style + extra)}
	sum := sha256.Sum256([]byte(s.css))
	s.hash = "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
	fonts := ""
	if extra != "" {
		fonts = "font-src * data:; "
	}
	s.policy = "default-src 'none'; style-src '" + s.hash + "'; style-src-attr 'unsafe-inline'; " + fonts +
		"img-src * data:; media-src *; frame-src https:; base-uri 'none'; form-action 'none'"
	return s
}

var plain = NewStyles("")

// Hash returns the hash of the stylesheet as a source expression of a content security
// policy, without its quotes (CSP level 3, section 2.3.1).
func (s *Styles) Hash() string { return s.hash }

// Policy returns the content security policy of the pages. They may show pictures,
// sound and film from anywhere, and embed other pages, but run no script.
func (s *Styles) Policy() string { return s.policy }

func (f Frame) styles() *Styles { return cmp.Or(f.Styles, plain) }

// Style returns the stylesheet.
func (f Frame) Style() template.CSS { return f.styles().css }

// Words returns what the page itself says.
func (f Frame) Words() Words { return f.Lang.Words }

// Referrer is the referrer policy of every page: who serves a picture in a
// letter, or what it links to, isn't told which letter is read.
const Referrer = "no-referrer"

// Policy returns the content attribute of the page's own statement of its
// policy: a folder of files has no headers, nor has a page that is sent on.
func (f Frame) Policy() template.HTMLAttr {
	return template.HTMLAttr(`content="` + f.styles().policy + `"`)
}

// Referrer returns the same of the referrer policy.
func (Frame) Referrer() template.HTMLAttr { return `content="` + Referrer + `"` }
