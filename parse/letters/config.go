package letters

import (
	"errors"
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/format"
	"github.com/automationregion/newsletter/internal/settings"
	"github.com/automationregion/newsletter/internal/weburl"
	"github.com/automationregion/newsletter/parse"
)

// otherConfigFile is read where there is no [ConfigFile].
const otherConfigFile = "newsletter.yml"

// maxConfigBytes bounds newsletter.yaml: some 20,000 partners.
const maxConfigBytes = 4 << 20

// maxSetting bounds each setting but for the tables of partners and of IDs.
const maxSetting = 64 << 10

// A folderConfig is what newsletter.yaml says.
type folderConfig struct {
	*settings.Faults
	newsletter  newsletter.Newsletter
	logo        string
	zone        *time.Location      // of dates that state none; nil if it isn't stated
	podcast     *showConfig         // nil if it is none
	markdown    bool                // feeds carry the letters' Markdown too
	statedImage string              // the newsletter's, as it is stated
	ids         map[string]statedID // by path of the letter's file
	stated      map[string]settings.Place
	found       bool
	unreadable  bool // what it states is not known
}

// A statedID is the ID of a letter, and where it is stated.
type statedID struct {
	id string
	at settings.Place
}

// at is the place of a setting in the file, or its first line.
func (c *folderConfig) at(key string) settings.Place {
	if at, stated := c.stated[key]; stated {
		return at
	}
	if !c.found {
		return settings.Place{}
	}
	return firstLine
}

// knows says whether the file states one of the settings, be it wrongly.
func (c *folderConfig) knows(keys ...string) bool {
	return c.unreadable || slices.ContainsFunc(keys, func(key string) bool {
		_, stated := c.stated[key]
		return stated
	})
}

// readConfig reads newsletter.yaml, if there is one, and has others read the rest. Heard
// says whether somebody wants to know of remarks.
func readConfig(fsys fs.FS, others func(settings.Value), heard bool) *folderConfig {
	c := &folderConfig{Faults: &settings.Faults{File: ConfigFile, Heard: heard}, stated: make(map[string]settings.Place)}
	f, fault := openFile(fsys, ConfigFile)
	if fault != nil && errors.Is(fault, fs.ErrNotExist) {
		if f, fault = openFile(fsys, otherConfigFile); fault != nil && errors.Is(fault, fs.ErrNotExist) {
			return c
		}
		c.File = otherConfigFile
	}
	c.found = true
	if fault != nil {
		c.List = append(c.List, fault)
		c.unreadable = true
		return c
	}
	defer f.Close()
	text, fault := readText(f, maxConfigBytes, c.File)
	if fault != nil {
		c.List = append(c.List, fault)
		c.unreadable = true
		return c
	}
	v, ok := settings.YAML(text, 1, parse.DefaultMaxDepth, c.Faults)
	if !ok {
		c.unreadable = true
		return c
	}
	for e := range v.Entries() {
		key := settings.Plain(e.Key)
		c.stated[key] = e.Place()
		if key != "ids" && key != "partners" && e.Size(maxSetting) > maxSetting {
			e.FaultAt(e.KeyAt, "expected at most %d bytes: it may stand on every page", maxSetting)
		}
	}
	v = v.Strict()
	settings.Read(c, v, slices.Concat(configRows, otherRows, formerRows))
	if others != nil {
		others(v)
	}
	return c
}

// configRows are the keys of newsletter.yaml that say what the newsletter is.
var configRows = []settings.Row[*folderConfig]{
	{Names: "title", Read: func(c *folderConfig, v settings.Value) { c.newsletter.Title = v.Line() }},
	{Names: "description", Read: func(c *folderConfig, v settings.Value) { c.newsletter.Description = v.Line() }},
	{Names: "url", Read: func(c *folderConfig, v settings.Value) { c.newsletter.URL = v.URL() }},
	{Names: "language lang", Read: func(c *folderConfig, v settings.Value) { c.newsletter.Language = v.Language() }},
	{Names: "timezone", Read: func(c *folderConfig, v settings.Value) { c.zone = v.Zone() }},
	{Names: "authors author", Read: func(c *folderConfig, v settings.Value) { c.newsletter.Authors = v.Authors() }},
	{Names: "rights copyright", Read: func(c *folderConfig, v settings.Value) { c.newsletter.Rights = v.Line() }},
	{Names: "image", Read: func(c *folderConfig, v settings.Value) {
		c.newsletter.Image = v.Line()
		c.statedImage = c.newsletter.Image
	}},
	{Names: "icon", Read: func(c *folderConfig, v settings.Value) { c.newsletter.Icon = v.Line() }},
	{Names: "categories", Read: func(c *folderConfig, v settings.Value) { c.newsletter.Categories = v.Categories() }},
	{Names: "hubs hub", Read: func(c *folderConfig, v settings.Value) {
		v.Each(func(item settings.Value) {
			if hub := item.URL(); hub != "" {
				c.newsletter.Hubs = append(c.newsletter.Hubs, hub)
			}
		})
	}},
	{Names: "id", Read: func(c *folderConfig, v settings.Value) { c.newsletter.ID = v.ID() }},
	{Names: "ids", Read: func(c *folderConfig, v settings.Value) {
		if !v.Is(settings.Table, "a table with the files of letters and their IDs") {
			return
		}
		c.ids = make(map[string]statedID)
		for e := range v.Entries() {
			if id := e.As(v.Key).ID(); id != "" {
				c.ids[norm.NFC.String(e.Key)] = statedID{id, e.KeyAt}
			}
		}
	}},
	{Names: "markdown", Read: func(c *folderConfig, v settings.Value) { c.markdown = v.Truth() }},
	{Names: "podcast", Read: func(c *folderConfig, v settings.Value) {
		if !v.Is(settings.Table, "a table with image, categories and explicit") {
			return
		}
		c.podcast = &showConfig{at: v.Place(), stated: make(map[string]settings.Place)}
		for e := range v.Entries() {
			c.podcast.stated[settings.Plain(e.Key)] = e.Place()
		}
		settings.Read(c.podcast, v, showRows)
	}},
	{Names: "logo", Read: func(c *folderConfig, v settings.Value) { c.logo = v.Line() }},
}

// otherRows are the keys that say how the newsletter is published, checked and gathered:
// [Options.Settings] reads them.
var otherRows = []settings.Row[*folderConfig]{
	{Names: "feed"}, {Names: "page"}, {Names: "archive"}, {Names: "lists"}, {Names: "menu"}, {Names: "footer"}, {Names: "accent"}, {Names: "check"}, {Names: "partners"},
}

// formerRows are the keys that have another name now.
var formerRows = []settings.Row[*folderConfig]{
	{Names: "feed_letters", Now: "feed: {size: 20}, with the number of letters"},
}

// complete fills in what the options say and what follows from the rest, and
// returns the URL that the newsletter states, which its IDs are made of.
func (c *folderConfig) complete(opts Options) (stated string) {
	n := &c.newsletter
	if n.Title == "" {
		n.Title = settings.Line(opts.Title)
	}
	if n.Title == "" && !c.knows("title") {
		c.AddAs(ruleNewsletter, c.at("title"), "%s", c.missing("title: the newsletter's name"))
	}
	if n.URL == "" && !c.knows("url") {
		if opts.URL == "" && opts.BaseURL == "" {
			c.AddAs(ruleNewsletter, c.at("url"), "%s", c.missing("url: the address of the newsletter's home page"))
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
			c.List = append(c.List, &parse.Error{Message: "language \"" + opts.Language + "\": expected a language tag such as sv or en-GB"})
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
	u, ok := weburl.Web(address)
	if !ok {
		c.List = append(c.List, &parse.Error{Message: name + " \"" + address + "\": expected an absolute URL such as https://example.org/"})
		return ""
	}
	return weburl.String(u)
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
