package letters

import (
	"cmp"
	"fmt"
	"image"
	_ "image/gif" // what pictures letters have; Apple takes the other two for a cover
	_ "image/jpeg"
	_ "image/png"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/applecategory"
	"github.com/automationregion/newsletter/internal/settings"
	"github.com/automationregion/newsletter/podcast"
)

// A showConfig is what newsletter.yaml says under "podcast".
type showConfig struct {
	podcast.Show
	at     settings.Place
	stated map[string]settings.Place
}

var showRows = []settings.Row[*showConfig]{
	{Names: "title", Read: func(c *showConfig, v settings.Value) { c.Title = v.Line() }},
	{Names: "author", Read: func(c *showConfig, v settings.Value) { c.Author = v.Line() }},
	{Names: "owner", Read: func(c *showConfig, v settings.Value) {
		if !v.Is(settings.Table, "a table with name and email") {
			return
		}
		settings.Read(&c.Owner, v, ownerRows)
	}},
	{Names: "image cover", Read: func(c *showConfig, v settings.Value) { c.Image = v.Line() }},
	{Names: "categories category", Read: func(c *showConfig, v settings.Value) {
		v.Each(func(item settings.Value) { c.Categories = append(c.Categories, showCategories(item)...) })
	}},
	{Names: "explicit", Read: func(c *showConfig, v settings.Value) { c.Explicit = explicit(v) }},
	{Names: "type", Read: func(c *showConfig, v settings.Value) { c.Type = v.OneOf("episodic", "serial") }},
	{Names: "subtitle", Read: func(c *showConfig, v settings.Value) { c.Subtitle = v.Line() }},
	{Names: "summary", Read: func(c *showConfig, v settings.Value) { c.Summary = strings.TrimSpace(v.Lines()) }},
	{Names: "new_feed_url", Read: func(c *showConfig, v settings.Value) { c.NewFeedURL = v.URL() }},
	{Names: "block", Read: func(c *showConfig, v settings.Value) { c.Block = v.Truth() }},
	{Names: "complete", Read: func(c *showConfig, v settings.Value) { c.Complete = v.Truth() }},
	{Names: "guid", Read: func(c *showConfig, v settings.Value) { c.GUID = v.Line() }},
	{Names: "locked", Read: func(c *showConfig, v settings.Value) {
		c.Locked.Value = "no"
		if v.Truth() {
			c.Locked.Value = "yes"
		}
	}},
	{Names: "funding", Read: func(c *showConfig, v settings.Value) {
		v.Each(func(item settings.Value) {
			var f podcast.Funding
			if item.Kind() != settings.Table {
				f.URL = item.URL()
			} else {
				settings.Read(&f, item, fundingRows)
			}
			if f.URL != "" {
				c.Funding = append(c.Funding, f)
			}
		})
	}},
}

var ownerRows = []settings.Row[*podcast.Owner]{
	{Names: "name", Read: func(o *podcast.Owner, v settings.Value) { o.Name = v.Line() }},
	{Names: "email", Read: func(o *podcast.Owner, v settings.Value) { o.Email = v.Email() }},
}

var fundingRows = []settings.Row[*podcast.Funding]{
	{Names: "url", Read: func(f *podcast.Funding, v settings.Value) { f.URL = v.URL() }},
	{Names: "text title", Read: func(f *podcast.Funding, v settings.Value) { f.Text = v.Line() }},
}

// showCategories reads one of Apple's categories, or a table of them with those
// within: {Business: [Careers]}.
func showCategories(v settings.Value) []podcast.Category {
	apples := slices.Sorted(maps.Keys(applecategory.Now))
	if v.Kind() != settings.Table {
		name := v.Line()
		inApples(v, v.Place(), name, apples)
		return []podcast.Category{{Name: name}}
	}
	var list []podcast.Category
	for e := range v.Entries() {
		c := podcast.Category{Name: e.Key}
		e = e.As(v.Key)
		if inApples(e, e.KeyAt, c.Name, apples) {
			e.Each(func(item settings.Value) {
				name := item.Line()
				inApples(item, item.Place(), name, applecategory.Now[c.Name])
				c.Within = append(c.Within, name)
			})
		}
		list = append(list, c)
	}
	return list
}

// inApples reports a category that Apple has not.
func inApples(v settings.Value, at settings.Place, name string, list []string) bool {
	if slices.Contains(list, name) {
		return true
	}
	if len(list) == 0 {
		v.FaultAt(at, "expected nothing within it, found %q", name)
	} else {
		v.FaultAt(at, "expected one of Apple's: %s; found %q", strings.Join(list, ", "), name)
	}
	return false
}

// finishShow makes the newsletter the podcast that newsletter.yaml says it is. What
// Apple requires of one and is not there is a fault.
func (r *folderReader) finishShow() {
	c := r.config.podcast
	if c == nil {
		return
	}
	n := r.folder.Newsletter
	show := c.Show
	if show.Image != "" {
		r.configFileAt("podcast: image", c.placeOf("image"), &show.Image)
	}
	show.Image = cmp.Or(show.Image, n.Image)
	show.Author = cmp.Or(show.Author, newsletter.Byline(n.Authors))
	for _, a := range n.Authors {
		if show.Owner == (podcast.Owner{}) && a.Email != "" {
			show.Owner = podcast.Owner{Name: cmp.Or(a.Name, a.Organization), Email: a.Email}
		}
	}
	if show.Locked.Value != "" {
		show.Locked.Owner = show.Owner.Email
	}
	require := func(is bool, key, expected string) {
		if _, stated := c.stated[settings.Plain(key)]; !is && !stated {
			r.config.AddAs(ruleSetting, c.at, "podcast: expected %s, which Apple requires of a podcast", expected)
		}
	}
	require(show.Image != "", "image", "an image, here or the newsletter's: a square JPEG or PNG of 1400 to 3000 pixels")
	require(len(show.Categories) > 0, "categories", "categories, such as Business, or {Business: [Careers]}")
	require(show.Explicit != "", "explicit", "explicit: true or false")
	require(n.Language != "" || r.config.knows("language", "lang"), "", "the newsletter to state its language")
	require(n.Description != "" || r.config.knows("description"), "", "the newsletter to state its description")
	if problem := r.coverProblem(cmp.Or(c.Image, r.config.statedImage)); problem != "" {
		r.config.AddAs(ruleSetting, c.placeOf("image"), "podcast: image: %s", problem)
	}
	show.Set(n)
}

func (c *showConfig) placeOf(key string) settings.Place { return cmp.Or(c.stated[key], c.at) }

// coverProblem says why Apple refuses a picture of the folder as a podcast's, or
// nothing.
func (r *folderReader) coverProblem(address string) string {
	const expected = "expected a square JPEG or PNG of 1400 to 3000 pixels, which Apple requires of a podcast"
	name, inside := r.fileName(".", address)
	file, known := r.files[name]
	if !known || !inside {
		return "" // it is elsewhere
	}
	f, fault := openFile(r.fsys, file)
	if fault != nil {
		return "" // reported
	}
	defer f.Close()
	picture, kind, err := image.DecodeConfig(io.LimitReader(f, 1<<20))
	switch {
	case err != nil, kind == "gif":
		return expected + ", found another file"
	case picture.Width != picture.Height || picture.Width < 1400 || picture.Width > 3000:
		return fmt.Sprintf("%s, found %d × %d", expected, picture.Width, picture.Height)
	}
	return ""
}
