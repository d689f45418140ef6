package letters

import (
	"math"
	"strconv"
	"strings"
)

// A Look is what newsletter.yaml says of how pages look.
type Look struct {
	Menu   []MenuItem // at the top of every page
	Footer string     // at the end of every page
	Accent string     // colour of links, "#rrggbb"
	Logo   string     // URL of a picture instead of the newsletter's
}

// A MenuItem is an entry of "menu".
type MenuItem struct {
	Title string
	URL   string // absolute, or relative to the newsletter's page
}

var menuRows = []row[*MenuItem]{
	{[]string{"title", "name"}, func(m *MenuItem, r valueReader, key string, s *setting) { m.Title = r.line(key, s) }},
	{[]string{"url", "href"}, func(m *MenuItem, r valueReader, key string, s *setting) { m.URL = r.line(key, s) }},
}

// lookRows are the keys of newsletter.yaml that say how pages look.
var lookRows = []row[*folderConfig]{
	{[]string{"menu"}, func(c *folderConfig, r valueReader, key string, s *setting) {
		r.each(s, func(item *setting) {
			if item.kind != tableValue {
				r.unexpected(key, item, "a table with title and url")
				return
			}
			var m MenuItem
			readRows(&m, r, item, menuRows)
			if m.Title == "" || m.URL == "" {
				r.add(item.place, "%s: expected a title and a url", key)
				return
			}
			c.look.Menu = append(c.look.Menu, m)
		})
	}},
	{[]string{"footer"}, func(c *folderConfig, r valueReader, key string, s *setting) {
		c.look.Footer = strings.TrimSpace(r.lines(key, s))
	}},
	{[]string{"accent"}, func(c *folderConfig, r valueReader, key string, s *setting) { c.look.Accent = r.colour(key, s) }},
	{[]string{"logo"}, func(c *folderConfig, r valueReader, key string, s *setting) { c.look.Logo = r.line(key, s) }},
}

// colour reads a colour that links can have on white (WCAG 2.2, 1.4.3).
func (r valueReader) colour(key string, s *setting) string {
	text := strings.ToLower(r.line(key, s))
	if text == "" {
		return ""
	}
	hex := strings.TrimPrefix(text, "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	v, err := strconv.ParseUint(hex, 16, 32)
	if err != nil || len(hex) != 6 || !strings.HasPrefix(text, "#") {
		r.add(s.place, "%s: expected a colour such as \"#0b5566\", found %q", key, text)
		return ""
	}
	if c := contrast(v); c < 4.5 {
		r.add(s.place, "%s: expected a darker colour: text in #%s has a contrast of %.1f to 1 on white, and needs 4.5", key, hex, math.Floor(c*10)/10)
		return ""
	}
	return "#" + hex
}

// contrast is that of a colour on white (WCAG 2.2, relative luminance).
func contrast(rgb uint64) float64 {
	linear := func(shift int) float64 {
		c := float64(rgb>>shift&0xFF) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 1.05 / (0.2126*linear(16) + 0.7152*linear(8) + 0.0722*linear(0) + 0.05)
}
