package site

import (
	"html/template"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/page"
)

// Model is a newsletter for templates: what it holds, and no method.
type Model newsletter.Newsletter

// LetterModel is a letter for templates.
type LetterModel newsletter.Letter

// A LetterView is a letter as a page shows it.
type LetterView struct {
	Model     LetterModel
	ID        string
	Mark      string // in English
	Title     string // or what stands for it in a link
	Titled    bool
	URL       string
	Kind      string
	Authors   []AuthorView
	Published *DateView
	Updated   *DateView
	Source    *LinkView
	Summary   string
	Minutes   int           // that it takes to read; 0 for less than half of one
	Contents  *ContentsView // of a long letter, on its own page
	Body      template.HTML
	Picture   template.URL
	Attr      template.HTMLAttr // its language
	In        page.Lang         // the same, for what stands within
	Whole     bool              // the page is the letter's own

	Attachments []LinkView
	Links       []LinksView
	Categories  []string
	Rights      string
}

// A DateView is a day that a page shows.
type DateView struct {
	Day   string
	Stamp string
	Quiet bool // for software only
}

// An AuthorView is an author as a page shows it.
type AuthorView struct {
	Name         string
	Organization string
	URL          string
	Email        string
	Avatar       template.URL
}

// A LinkView is a link as a page shows it.
type LinkView struct {
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
	Below     []LinkView        // of a heading: those of the next level that follow
}

// A LinksView is a list of links under a heading of its own.
type LinksView struct {
	Heading string
	Links   []LinkView
}

// ContentsView is a letter's table of contents.
type ContentsView struct {
	Headings []LinkView // to "#costs"
	Open     bool       // it is short
}
