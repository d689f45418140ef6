package letters

import (
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/format"
	"github.com/automationregion/newsletter/internal/weburl"
	"github.com/automationregion/newsletter/parse"
	"golang.org/x/net/http/httpguts"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// maxConfigBytes bounds newsletter.yaml: some 20,000 partners.
const maxConfigBytes = 4 << 20

// maxSetting bounds each setting but for the tables of partners and of IDs.
const maxSetting = 64 << 10

// A folderConfig is what newsletter.yaml says.
type folderConfig struct {
	*faults
	newsletter  newsletter.Newsletter
	feedLetters int
	pageSize    int
	archiveSize int
	lists       []string
	partners    []Partner
	check       Check
	look        Look
	podcast     *showConfig         // nil if it is none
	markdown    bool                // feeds carry the letters' Markdown too
	statedImage string              // the newsletter's, as it is stated
	ids         map[string]statedID // by path of the letter's file
	stated      map[string]place
	found       bool
	unreadable  bool // what it states is not known
}

// A statedID is the ID of a letter, and where it is stated.
type statedID struct {
	id string
	at place
}

// at is the place of a setting in the file, or its first line.
func (c *folderConfig) at(key string) place {
	if at, stated := c.stated[key]; stated {
		return at
	}
	if !c.found {
		return place{}
	}
	return place{1, 1}
}

// knows says whether the file states one of the settings, be it wrongly.
func (c *folderConfig) knows(keys ...string) bool {
	return c.unreadable || slices.ContainsFunc(keys, func(key string) bool {
		_, stated := c.stated[key]
		return stated
	})
}

// readConfig reads newsletter.yaml, if there is one.
func readConfig(fsys fs.FS) *folderConfig {
	c := &folderConfig{faults: &faults{file: ConfigFile}, stated: make(map[string]place)}
	f, fault := openFile(fsys, ConfigFile)
	if fault != nil && errors.Is(fault, fs.ErrNotExist) {
		return c
	}
	c.found = true
	if fault != nil {
		c.list = append(c.list, fault)
		c.unreadable = true
		return c
	}
	defer f.Close()
	text, fault := readText(f, maxConfigBytes, ConfigFile)
	if fault != nil {
		c.list = append(c.list, fault)
		c.unreadable = true
		return c
	}
	if s := readYAML(text, 1, parse.DefaultMaxDepth, c.faults); s != nil {
		for _, e := range s.table {
			key := plainKey(e.key)
			c.stated[key] = e.value.place
			if key != "ids" && key != "partners" && e.value.size(maxSetting) > maxSetting {
				c.addAs(ruleSetting, e.place, "%s: expected at most %d bytes: it may stand on every page", e.key, maxSetting)
			}
		}
		readRows(c, valueReader{faults: c.faults, strict: true}, s, allConfigRows)
	} else {
		c.unreadable = true
	}
	return c
}

// allConfigRows are the keys of newsletter.yaml.
var allConfigRows = slices.Concat(configRows, lookRows)

var configRows = []row[*folderConfig]{
	{[]string{"title"}, func(c *folderConfig, r valueReader, key string, s *setting) { c.newsletter.Title = r.line(key, s) }},
	{[]string{"description"}, func(c *folderConfig, r valueReader, key string, s *setting) {
		c.newsletter.Description = r.line(key, s)
	}},
	{[]string{"url"}, func(c *folderConfig, r valueReader, key string, s *setting) { c.newsletter.URL = r.url(key, s) }},
	{[]string{"language", "lang"}, func(c *folderConfig, r valueReader, key string, s *setting) {
		c.newsletter.Language = r.language(key, s)
	}},
	{[]string{"authors", "author"}, func(c *folderConfig, r valueReader, key string, s *setting) { c.newsletter.Authors = r.authors(key, s) }},
	{[]string{"rights", "copyright"}, func(c *folderConfig, r valueReader, key string, s *setting) { c.newsletter.Rights = r.line(key, s) }},
	{[]string{"image"}, func(c *folderConfig, r valueReader, key string, s *setting) {
		c.newsletter.Image = r.line(key, s)
		c.statedImage = c.newsletter.Image
	}},
	{[]string{"icon"}, func(c *folderConfig, r valueReader, key string, s *setting) { c.newsletter.Icon = r.line(key, s) }},
	{[]string{"categories"}, func(c *folderConfig, r valueReader, key string, s *setting) {
		c.newsletter.Categories = r.categories(key, s)
	}},
	{[]string{"hubs", "hub"}, func(c *folderConfig, r valueReader, key string, s *setting) {
		r.each(s, func(item *setting) {
			if hub := r.url(key, item); hub != "" {
				c.newsletter.Hubs = append(c.newsletter.Hubs, hub)
			}
		})
	}},
	{[]string{"id"}, func(c *folderConfig, r valueReader, key string, s *setting) { c.newsletter.ID = r.iri(key, s) }},
	{[]string{"ids"}, func(c *folderConfig, r valueReader, key string, s *setting) {
		if s.kind != tableValue {
			r.unexpected(key, s, "a table with the files of letters and their IDs")
			return
		}
		c.ids = make(map[string]statedID, len(s.table))
		for _, e := range s.table {
			if id := r.iri(key, e.value); id != "" {
				c.ids[norm.NFC.String(e.key)] = statedID{id, e.place}
			}
		}
	}},
	{[]string{"feed_letters"}, func(c *folderConfig, r valueReader, key string, s *setting) {
		c.feedLetters = int(min(r.number(key, s), parse.DefaultMaxLetters))
	}},
	{[]string{"page"}, func(c *folderConfig, r valueReader, key string, s *setting) {
		if s.kind != tableValue {
			r.unexpected(key, s, "a table with size")
			return
		}
		readRows(c, r, s, pageRows)
	}},
	{[]string{"archive"}, func(c *folderConfig, r valueReader, key string, s *setting) {
		if s.kind != tableValue {
			r.unexpected(key, s, "a table with size")
			return
		}
		readRows(c, r, s, archiveRows)
	}},
	{[]string{"lists"}, func(c *folderConfig, r valueReader, key string, s *setting) {
		r.each(s, func(item *setting) {
			if by := r.oneOf(key, item, "kind", "category", "author", "language"); by != "" && !slices.Contains(c.lists, by) {
				c.lists = append(c.lists, by)
			}
		})
	}},
	{[]string{"markdown"}, func(c *folderConfig, r valueReader, key string, s *setting) { c.markdown = r.truth(key, s) }},
	{[]string{"podcast"}, func(c *folderConfig, r valueReader, key string, s *setting) {
		if s.kind != tableValue {
			r.unexpected(key, s, "a table with image, categories and explicit")
			return
		}
		c.podcast = &showConfig{at: s.place, stated: make(map[string]place)}
		for _, e := range s.table {
			c.podcast.stated[plainKey(e.key)] = e.value.place
		}
		readRows(c.podcast, r, s, showRows)
	}},
	{[]string{"check"}, func(c *folderConfig, r valueReader, key string, s *setting) {
		if s.kind != tableValue {
			r.unexpected(key, s, "a table with ignore and severity")
			return
		}
		readRows(&c.check, r, s, checkRows)
	}},
	{[]string{"partners"}, func(c *folderConfig, r valueReader, key string, s *setting) {
		r.each(s, func(item *setting) {
			if item.kind != tableValue {
				r.unexpected(key, item, "a table with the feed of a partner")
				return
			}
			var p Partner
			faults := len(r.list)
			readRows(&p, r, item, partnerRows)
			if p.FeedURL == "" && p.URL == "" && len(r.list) == faults {
				r.add(item.place, "%s: expected the feed or the url of each partner", key)
			}
			c.partners = append(c.partners, p)
		})
	}},
}

var pageRows = []row[*folderConfig]{
	{[]string{"size"}, func(c *folderConfig, r valueReader, key string, s *setting) { c.pageSize = r.size(key, s) }},
}

var archiveRows = []row[*folderConfig]{
	{[]string{"size"}, func(c *folderConfig, r valueReader, key string, s *setting) { c.archiveSize = r.size(key, s) }},
}

// size reads a number of letters that is not zero.
func (r valueReader) size(key string, s *setting) int {
	faults := len(r.list)
	n := int(min(r.number(key, s), parse.DefaultMaxLetters))
	if n == 0 && len(r.list) == faults {
		r.add(s.place, "%s: expected a number of letters, at least 1", key)
	}
	return n
}

var checkRows = []row[*Check]{
	{[]string{"ignore"}, func(c *Check, r valueReader, key string, s *setting) { c.Ignore = r.texts(key, s) }},
	{[]string{"severity"}, func(c *Check, r valueReader, key string, s *setting) {
		switch c.Severity = r.line(key, s); c.Severity {
		case "error", "warning", "advice":
		default:
			r.add(s.place, "%s: expected error, warning or advice, found %q", key, c.Severity)
			c.Severity = ""
		}
	}},
}

var partnerRows = []row[*Partner]{
	{[]string{"name", "title"}, func(p *Partner, r valueReader, key string, s *setting) { p.Name = r.line(key, s) }},
	{[]string{"feed", "feed_url"}, func(p *Partner, r valueReader, key string, s *setting) { p.FeedURL = r.url(key, s) }},
	{[]string{"url"}, func(p *Partner, r valueReader, key string, s *setting) { p.URL = r.url(key, s) }},
	{[]string{"categories"}, func(p *Partner, r valueReader, key string, s *setting) { p.Categories = r.categories(key, s) }},
	{[]string{"include"}, func(p *Partner, r valueReader, key string, s *setting) { p.Include = r.filter(key, s) }},
	{[]string{"exclude"}, func(p *Partner, r valueReader, key string, s *setting) { p.Exclude = r.filter(key, s) }},
	{[]string{"max_letters"}, func(p *Partner, r valueReader, key string, s *setting) {
		p.MaxLetters = int(min(r.number(key, s), parse.DefaultMaxLetters))
	}},
	{[]string{"headers"}, func(p *Partner, r valueReader, key string, s *setting) { p.Header = r.header(key, s) }},
}

// filter reads which letters of a partner to take, or to leave out.
func (r valueReader) filter(key string, s *setting) Filter {
	var f Filter
	if s.kind != tableValue {
		r.unexpected(key, s, "a table with words, categories or languages")
		return f
	}
	readRows(&f, r, s, filterRows)
	return f
}

var filterRows = []row[*Filter]{
	{[]string{"words"}, func(f *Filter, r valueReader, key string, s *setting) { f.Words = r.texts(key, s) }},
	{[]string{"categories"}, func(f *Filter, r valueReader, key string, s *setting) { f.Categories = r.texts(key, s) }},
	{[]string{"languages"}, func(f *Filter, r valueReader, key string, s *setting) {
		r.each(s, func(item *setting) {
			if tag := r.language(key, item); tag != "" {
				f.Languages = append(f.Languages, tag)
			}
		})
	}},
}

// header reads what is sent to a partner's server.
func (r valueReader) header(key string, s *setting) http.Header {
	if s.kind != tableValue {
		r.unexpected(key, s, "a table with names and values")
		return nil
	}
	h := make(http.Header, len(s.table))
	for _, e := range s.table {
		value := r.line(key, e.value)
		switch {
		case !httpguts.ValidHeaderFieldName(e.key):
			r.add(e.place, "%s: expected the name of a header field, found %q", key, e.key)
		case !httpguts.ValidHeaderFieldValue(value):
			r.add(e.value.place, "%s: expected the value of a header field, found %q", key, value)
		default:
			h.Set(e.key, value)
		}
	}
	return h
}

// complete fills in what the options say and what follows from the rest, and
// returns the URL that the newsletter states, which its IDs are made of.
func (c *folderConfig) complete(opts Options) (stated string) {
	n := &c.newsletter
	if n.Title == "" {
		n.Title = lineOfText(opts.Title)
	}
	if n.Title == "" && !c.knows("title") {
		c.addAs(ruleNewsletter, c.at("title"), "%s", c.missing("title: the newsletter's name"))
	}
	if n.URL == "" && !c.knows("url") {
		if opts.URL == "" && opts.BaseURL == "" {
			c.addAs(ruleNewsletter, c.at("url"), "%s", c.missing("url: the address of the newsletter's home page"))
		}
		n.URL = c.option("URL", opts.URL)
	}
	stated = withSlash(n.URL)
	n.URL = stated
	if base := withSlash(c.option("base URL", opts.BaseURL)); base != "" {
		n.URL = base
		if stated == "" {
			stated = base
		}
	}
	if n.ID == "" {
		n.ID = stated
	}
	if n.URL != "" {
		n.FeedURL = n.URL + format.Of(format.RSS).FileName
	}
	if n.Language == "" && opts.Language != "" {
		if tag, err := language.Parse(opts.Language); err == nil {
			n.Language = tag.String()
		} else {
			c.list = append(c.list, &parse.Error{Message: "language \"" + opts.Language + "\": expected a language tag such as sv or en-GB"})
		}
	}
	return stated
}

// missing says what newsletter.yaml should hold.
func (c *folderConfig) missing(key string) string {
	if c.found {
		return "expected a line " + key
	}
	return "there is no such file: expected it at the top of the folder, with " + key
}

// option reads a URL that a caller states.
func (c *folderConfig) option(name, address string) string {
	if address == "" {
		return ""
	}
	u, ok := webURL(address)
	if !ok {
		c.list = append(c.list, &parse.Error{Message: name + " \"" + address + "\": expected an absolute URL such as https://example.org/"})
	}
	return u
}

// moved returns an address below one URL as the same below another.
func moved(address, from, to string) string {
	if rest, below := strings.CutPrefix(address, from); below && from != "" {
		return to + rest
	}
	return address
}

// withSlash makes a URL one that others can stand below.
func withSlash(address string) string {
	u, err := url.Parse(address)
	if address == "" || err != nil {
		return ""
	}
	u.RawQuery, u.Fragment, u.RawFragment, u.ForceQuery = "", "", "", false
	if !strings.HasSuffix(u.Path, "/") {
		u = u.JoinPath("/")
	}
	return weburl.String(u)
}
