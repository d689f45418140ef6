package site

import (
	"cmp"
	"html/template"
	"io"
	"strings"

	"github.com/automationregion/newsletter/internal/page"
)

// A pageView is what templates are given ([ReadLayouts]). What is text is escaped where it
// stands; URLs within the site are relative to the page.
//
// The embedded Frame has what the head of the page says: Title, Site (the newsletter's
// title, on pages that are not its own), Description, Canonical, Feeds (Name, URL),
// Generator; Words (Subscribe, Older, Newer, … in the newsletter's language), and Lang,
// of which .Lang.Root and .Lang.UI are attributes of elements.
type pageView struct {
	page.Frame
	Model     modelView    // the newsletter, without its letters
	IsLetter  bool         // it is the page of a letter
	Name      string       // of the newsletter or of the list; "404"
	Home      string       // URL of the newsletter's page; empty on that itself
	Logo      template.URL // of the newsletter, on its own page
	SmallLogo template.URL // the same on other pages
	Menu      []linkView
	Footer    string
	Rights    string
	Address   string // of the feed, for a feed reader

	// Of a list of letters.
	About   string // on the first page of the newsletter's own
	Authors []authorView
	First   bool // it is the first page of a list that has feeds
	Letters []letterView
	Numbers []linkView   // the pages of the list; nil if there is one
	Groups  [][]linkView // the other lists

	// Of a letter.
	Letter letterView
	Newer  *linkView
	Older  *linkView
}

// page returns what all pages are given.
func (s *site) page(from string) pageView {
	p := pageView{Frame: s.frame(from), Model: modelView(*s.n), Footer: s.footer, Rights: s.n.Rights}
	p.Model.Letters = nil
	for _, item := range s.menu {
		v := linkView{Title: item.Title, URL: s.local(from, item.URL)}
		v.Current = v.URL == s.relative(from, from)
		p.Menu = append(p.Menu, v)
	}
	return p
}

// logoOf returns the picture of the newsletter as a page shows it.
func (s *site) logoOf(from string) template.URL { return s.picture(from, cmp.Or(s.logo, s.n.Image)) }

// execute writes the page of a path when it is complete.
func (s *site) execute(w io.Writer, k *pageKind, data *pageView, path string) error {
	buffer := s.buffers.Get()
	defer s.buffers.Put(buffer)
	b := limited{Buffer: buffer, left: maxPageBytes}
	if err := k.execute(&b, data, s.meter, path); err != nil {
		if s.layouts == builtIn {
			return err
		}
		return layoutError(k.file, err)
	}
	_, err := w.Write(b.Bytes())
	return err
}

func checkStyle(style string) error {
	if strings.Contains(strings.ToLower(style), "</style") || strings.Contains(style, "<!--") {
		return page.ErrStyle
	}
	return nil
}
