// Package publish reads what newsletter.yaml says beside the newsletter and its
// letters: how it is published, checked and gathered.
package publish

import (
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/internal/settings"
	"github.com/automationregion/newsletter/parse"
)

// DefaultPageSize is how many letters stand on a page of a list, unless newsletter.yaml
// says otherwise.
const DefaultPageSize = 50

// Settings are what newsletter.yaml says. Those of New are the ones where it says nothing.
type Settings struct {
	Site     site.Options        // of its feeds and pages
	Partners []aggregate.Partner // header values as written: ${NAME} is for the command to fill in
	Ignore   []string            // rules that are no findings
	Severity string              // from which on a finding fails a check; empty if it isn't stated
}

// New returns the settings of a folder that states none.
func New() *Settings { return &Settings{Site: site.Options{PageSize: DefaultPageSize}} }

// What newsletter.yaml has until somebody says what the newsletter is.
const (
	PlaceholderTitle = "Name of the newsletter"
	PlaceholderURL   = "https://your-newsletter.example/"
)

// Read reads newsletter.yaml. It passes over the keys of the newsletter and its letters.
func (s *Settings) Read(v settings.Value) {
	settings.ReadKnown(s, v, Rows)
	if title := v.LookUp("title"); title.Kind() == settings.Text && title.Written() == PlaceholderTitle {
		v.Remark(settings.RulePlaceholder, title.Place(), "title: this is a placeholder: expected the newsletter's name")
	}
	if address := v.LookUp("url"); address.Kind() == settings.Text && address.Written() == PlaceholderURL {
		v.Remark(settings.RulePlaceholder, address.Place(), "url: this is a placeholder: expected where the newsletter will be served, before you publish it, as the permanent names of letters are made of it")
	}
}

// Rows are the keys that are read.
var Rows = []settings.Row[*Settings]{
	{Names: "feed", Read: func(s *Settings, v settings.Value) {
		if v.Is(settings.Table, "a table with size and own") {
			settings.Read(&s.Site, v, FeedRows)
		}
	}},
	{Names: "page", Read: func(s *Settings, v settings.Value) {
		if v.Is(settings.Table, "a table with size") {
			settings.Read(&s.Site.PageSize, v, SizeRows)
		}
	}},
	{Names: "archive", Read: func(s *Settings, v settings.Value) {
		if v.Is(settings.Table, "a table with size") {
			settings.Read(&s.Site.ArchiveSize, v, SizeRows)
		}
	}},
	{Names: "lists", Read: func(s *Settings, v settings.Value) {
		v.Each(func(item settings.Value) {
			by := site.ListBy(item.OneOf(string(site.ByKind), string(site.ByCategory), string(site.ByAuthor), string(site.ByLanguage)))
			if by != "" && !slices.Contains(s.Site.Lists, by) {
				s.Site.Lists = append(s.Site.Lists, by)
			}
		})
	}},
	{Names: "menu", Read: func(s *Settings, v settings.Value) {
		v.Each(func(item settings.Value) {
			var m newsletter.Link
			if !item.Is(settings.Table, "a table with title and url") {
				return
			}
			if settings.Read(&m, item, MenuRows); m.Title == "" || m.URL == "" {
				item.Fault("expected a title and a url")
				return
			}
			s.Site.Menu = append(s.Site.Menu, m)
		})
	}},
	{Names: "footer", Read: func(s *Settings, v settings.Value) { s.Site.Footer = strings.TrimSpace(v.Lines()) }},
	{Names: "accent", Read: func(s *Settings, v settings.Value) { s.Site.Style = accent(v) }},
	{Names: "check", Read: func(s *Settings, v settings.Value) {
		if v.Is(settings.Table, "a table with ignore and severity") {
			settings.Read(s, v, CheckRows)
		}
	}},
	{Names: "partners", Read: func(s *Settings, v settings.Value) {
		v.Each(func(item settings.Value) {
			if !item.Is(settings.Table, "a table with the feed of a partner") {
				return
			}
			var p aggregate.Partner
			faults := v.Count()
			if settings.Read(&p, item, PartnerRows); p.FeedURL == "" && p.URL == "" && v.Count() == faults {
				item.Fault("expected the feed or the url of each partner")
			}
			s.Partners = append(s.Partners, p)
		})
	}},
}

// SizeRows are the keys of page and archive.
var SizeRows = []settings.Row[*int]{
	{Names: "size", Read: readSize},
}

// FeedRows are the keys of feed.
var FeedRows = []settings.Row[*site.Options]{
	{Names: "size", Read: func(o *site.Options, v settings.Value) { readSize(&o.FeedLetters, v) }},
	{Names: "own", Read: func(o *site.Options, v settings.Value) { readSize(&o.FeedOwn, v) }},
}

// readSize reads a number of letters that isn't none.
func readSize(n *int, v settings.Value) {
	faults := v.Count()
	if *n = number(v); *n == 0 && v.Count() == faults {
		v.Fault("expected a number of letters, at least 1")
	}
}

// number reads a number of letters.
func number(v settings.Value) int { return int(min(v.Number(), parse.DefaultMaxLetters)) }

// MenuRows are the keys of an entry of menu.
var MenuRows = []settings.Row[*newsletter.Link]{
	{Names: "title name", Read: func(m *newsletter.Link, v settings.Value) { m.Title = v.Line() }},
	{Names: "url href", Read: func(m *newsletter.Link, v settings.Value) { m.URL = v.Line() }},
}

// CheckRows are the keys of check.
var CheckRows = []settings.Row[*Settings]{
	{Names: "ignore", Read: func(s *Settings, v settings.Value) { s.Ignore = v.Texts() }},
	{Names: "severity", Read: func(s *Settings, v settings.Value) {
		switch s.Severity = v.Line(); s.Severity {
		case "error", "warning", "advice":
		default:
			v.Fault("expected error, warning or advice, found %q", s.Severity)
			s.Severity = ""
		}
	}},
}

// PartnerRows are the keys of a partner.
var PartnerRows = []settings.Row[*aggregate.Partner]{
	{Names: "name title", Read: func(p *aggregate.Partner, v settings.Value) { p.Name = v.Line() }},
	{Names: "feed feed_url", Read: func(p *aggregate.Partner, v settings.Value) { p.FeedURL = v.URL() }},
	{Names: "url", Read: func(p *aggregate.Partner, v settings.Value) { p.URL = v.URL() }},
	{Names: "categories", Read: func(p *aggregate.Partner, v settings.Value) { p.Categories = v.Categories() }},
	{Names: "include", Read: func(p *aggregate.Partner, v settings.Value) { filter(&p.Include, v) }},
	{Names: "exclude", Read: func(p *aggregate.Partner, v settings.Value) { filter(&p.Exclude, v) }},
	{Names: "max_letters", Read: func(p *aggregate.Partner, v settings.Value) { p.MaxLetters = number(v) }},
	{Names: "headers", Read: func(p *aggregate.Partner, v settings.Value) { p.Header = header(v) }},
}

// filter reads which letters of a partner to take, or to leave out.
func filter(f *aggregate.Filter, v settings.Value) {
	if v.Is(settings.Table, "a table with words, categories or languages") {
		settings.Read(f, v, FilterRows)
	}
}

// FilterRows are the keys of include and exclude.
var FilterRows = []settings.Row[*aggregate.Filter]{
	{Names: "words", Read: func(f *aggregate.Filter, v settings.Value) { f.Words = v.Texts() }},
	{Names: "categories", Read: func(f *aggregate.Filter, v settings.Value) { f.Categories = v.Texts() }},
	{Names: "languages", Read: func(f *aggregate.Filter, v settings.Value) {
		v.Each(func(item settings.Value) {
			if tag := item.Language(); tag != "" {
				f.Languages = append(f.Languages, tag)
			}
		})
	}},
}

// header reads what is sent to a partner's server.
func header(v settings.Value) http.Header {
	if !v.Is(settings.Table, "a table with names and values") {
		return nil
	}
	h := http.Header{}
	for field := range v.Entries() {
		name, field := field.Key, field.As(v.Key)
		value := field.Line()
		switch {
		case !httpguts.ValidHeaderFieldName(name):
			field.FaultAt(field.KeyAt, "expected the name of a header field, found %q", name)
		case !httpguts.ValidHeaderFieldValue(value):
			field.Fault("expected the value of a header field, found %q", value)
		default:
			h.Set(name, value)
		}
	}
	return h
}
