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
	"github.com/automationregion/newsletter/podcast"
)

// A showConfig is what newsletter.yaml says under "podcast".
type showConfig struct {
	podcast.Show
	at     place
	stated map[string]place
}

var showRows = []row[*showConfig]{
	{[]string{"title"}, func(c *showConfig, r valueReader, key string, s *setting) { c.Title = r.line(key, s) }},
	{[]string{"author"}, func(c *showConfig, r valueReader, key string, s *setting) { c.Author = r.line(key, s) }},
	{[]string{"owner"}, func(c *showConfig, r valueReader, key string, s *setting) {
		if s.kind != tableValue {
			r.unexpected(key, s, "a table with name and email")
			return
		}
		readRows(&c.Owner, r, s, ownerRows)
	}},
	{[]string{"image", "cover"}, func(c *showConfig, r valueReader, key string, s *setting) { c.Image = r.line(key, s) }},
	{[]string{"categories", "category"}, func(c *showConfig, r valueReader, key string, s *setting) {
		r.each(s, func(item *setting) { c.Categories = append(c.Categories, r.showCategories(key, item)...) })
	}},
	{[]string{"explicit"}, func(c *showConfig, r valueReader, key string, s *setting) { c.Explicit = r.explicit(key, s) }},
	{[]string{"type"}, func(c *showConfig, r valueReader, key string, s *setting) {
		c.Type = r.oneOf(key, s, "episodic", "serial")
	}},
	{[]string{"subtitle"}, func(c *showConfig, r valueReader, key string, s *setting) { c.Subtitle = r.line(key, s) }},
	{[]string{"summary"}, func(c *showConfig, r valueReader, key string, s *setting) {
		c.Summary = strings.TrimSpace(r.lines(key, s))
	}},
	{[]string{"new_feed_url"}, func(c *showConfig, r valueReader, key string, s *setting) { c.NewFeedURL = r.url(key, s) }},
	{[]string{"block"}, func(c *showConfig, r valueReader, key string, s *setting) { c.Block = r.truth(key, s) }},
	{[]string{"complete"}, func(c *showConfig, r valueReader, key string, s *setting) { c.Complete = r.truth(key, s) }},
	{[]string{"guid"}, func(c *showConfig, r valueReader, key string, s *setting) { c.GUID = r.line(key, s) }},
	{[]string{"locked"}, func(c *showConfig, r valueReader, key string, s *setting) {
		c.Locked.Value = "no"
		if r.truth(key, s) {
			c.Locked.Value = "yes"
		}
	}},
	{[]string{"funding"}, func(c *showConfig, r valueReader, key string, s *setting) {
		r.each(s, func(item *setting) {
			var f podcast.Funding
			if item.kind != tableValue {
				f.URL = r.url(key, item)
			} else {
				readRows(&f, r, item, fundingRows)
			}
			if f.URL != "" {
				c.Funding = append(c.Funding, f)
			}
		})
	}},
}

var ownerRows = []row[*podcast.Owner]{
	{[]string{"name"}, func(o *podcast.Owner, r valueReader, key string, s *setting) { o.Name = r.line(key, s) }},
	{[]string{"email"}, func(o *podcast.Owner, r valueReader, key string, s *setting) { o.Email = r.email(key, s) }},
}

var fundingRows = []row[*podcast.Funding]{
	{[]string{"url"}, func(f *podcast.Funding, r valueReader, key string, s *setting) { f.URL = r.url(key, s) }},
	{[]string{"text", "title"}, func(f *podcast.Funding, r valueReader, key string, s *setting) { f.Text = r.line(key, s) }},
}

// showCategories reads one of Apple's categories, or a table of them with those
// within: {Business: [Careers]}.
func (r valueReader) showCategories(key string, s *setting) []podcast.Category {
	if s.kind != tableValue {
		name := r.line(key, s)
		r.inApples(key, s, name, slices.Sorted(maps.Keys(applecategory.Now)))
		return []podcast.Category{{Name: name}}
	}
	var list []podcast.Category
	for _, e := range s.table {
		c := podcast.Category{Name: e.key}
		at := *e.value
		at.place = e.place
		if r.inApples(key, &at, c.Name, slices.Sorted(maps.Keys(applecategory.Now))) {
			r.each(e.value, func(item *setting) {
				name := r.line(key, item)
				r.inApples(key, item, name, applecategory.Now[c.Name])
				c.Within = append(c.Within, name)
			})
		}
		list = append(list, c)
	}
	return list
}

// inApples reports a category that Apple has not.
func (r valueReader) inApples(key string, s *setting, name string, list []string) bool {
	if slices.Contains(list, name) {
		return true
	}
	if len(list) == 0 {
		r.add(s.place, "%s: expected nothing within it, found %q", key, name)
	} else {
		r.add(s.place, "%s: expected one of Apple's: %s; found %q", key, strings.Join(list, ", "), name)
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
		if _, stated := c.stated[plainKey(key)]; !is && !stated {
			r.config.addAs(ruleSetting, c.at, "podcast: expected %s, which Apple requires of a podcast", expected)
		}
	}
	require(show.Image != "", "image", "an image, here or the newsletter's: a square JPEG or PNG of 1400 to 3000 pixels")
	require(len(show.Categories) > 0, "categories", "categories, such as Business, or {Business: [Careers]}")
	require(show.Explicit != "", "explicit", "explicit: true or false")
	require(n.Language != "" || r.config.knows("language", "lang"), "", "the newsletter to state its language")
	require(n.Description != "" || r.config.knows("description"), "", "the newsletter to state its description")
	if problem := r.coverProblem(cmp.Or(c.Image, r.config.statedImage)); problem != "" {
		r.config.addAs(ruleSetting, c.placeOf("image"), "podcast: image: %s", problem)
	}
	show.Set(n)
}

func (c *showConfig) placeOf(key string) place { return cmp.Or(c.stated[key], c.at) }

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
