package site

import (
	"html/template"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/page"
)

// modelView is a newsletter for templates: what it holds, and no method.
type modelView newsletter.Newsletter

// letterModel is a letter for templates.
type letterModel newsletter.Letter

// A letterView is a letter as a page shows it.
type letterView struct {
	Model     letterModel
	ID        string
	Mark      string // in English
	Title     string // or what stands for it in a link
	Titled    bool
	URL       string
	Kind      string
	Authors   []authorView
	Published *dateView
	Updated   *dateView
	Source    *linkView
	Summary   string
	Minutes   int           // that it takes to read; 0 for less than half of one
	Contents  *contentsView // of a long letter, on its own page
	Body      template.HTML
	Picture   template.URL
	Attr      template.HTMLAttr // its language
	In        page.Lang         // the same, for what stands within
	Whole     bool              // the page is the letter's own

	Attachments []linkView
	Links       []linksView
	Categories  []string
	Rights      string
}

// A dateView is a day that a page shows.
type dateView struct {
	Day   string
	Stamp string
	Quiet bool // for software only
}

// An authorView is an author as a page shows it.
type authorView struct {
	Name         string
	Organization string
	URL          string
	Email        string
	Avatar       template.URL
}

// A linkView is a link as a page shows it.
type linkView struct {
	Title     string
	URL       string // empty for an address that a browser can't open
	Rel       string
	MediaType string
	Language  string
	Note      string
	Player    string            // "audio" or "video" for what is heard or seen
	Attr      template.HTMLAttr // its language
	Current   bool              // it leads to the page itself
	Gap       bool              // of the pages of a list: there are others before it
	Letters   int               // of a list: how many it has
	Below     []linkView        // of a heading: those of the next level that follow
}

// A linksView is a list of links under a heading of its own.
type linksView struct {
	Heading string
	Links   []linkView
}

// contentsView is a letter's table of contents.
type contentsView struct {
	Headings []linkView // to "#costs"
	Open     bool       // it is short
}
