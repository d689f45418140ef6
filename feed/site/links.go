package site

import (
	"cmp"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/page"
	"github.com/automationregion/newsletter/internal/weburl"
)

// attachments returns the files that come with the letter, with their kind and
// size.
func (s *site) attachments(from string, l *newsletter.Letter) []linkView {
	words := s.lang.In(l.Language).Words
	var views []linkView
	for _, a := range l.Attachments {
		v := linkView{Title: cmp.Or(a.Title, lastName(a.URL)), URL: s.local(from, web(a.URL)), MediaType: a.MediaType}
		var notes []string
		for _, note := range []string{typeName(a.MediaType), size(a.Length, words.Decimal), duration(a.Duration)} {
			if note != "" {
				notes = append(notes, note)
			}
		}
		v.Note = strings.Join(notes, ", ")
		if kind, _, _ := strings.Cut(a.MediaType, "/"); (kind == "audio" || kind == "video") && v.URL != "" {
			v.Player = kind
		}
		views = append(views, v)
	}
	return views
}

// shownLinks are the relations of links that are for people.
var shownLinks = map[string]bool{
	"": true, "related": true, "via": true, "replies": true, "license": true, "payment": true, "describedby": true, "alternate": true,
}

// links returns the pages that have to do with the letter: the letter in other
// languages, and the others.
func (s *site) links(from string, l *newsletter.Letter) []linksView {
	in := s.lang.In(l.Language)
	names := map[string]string{
		"license": in.Words.License,
		"payment": in.Words.Pay,
		"replies": in.Words.Comments,
		"via":     in.Words.Via,
	}
	translations, others := linksView{Heading: in.Words.Translations}, linksView{Heading: in.Words.Links}
	for _, link := range l.Links {
		if !shownLinks[link.Rel] && !strings.Contains(link.Rel, ":") {
			continue // it is for programs, such as those that edit feeds
		}
		name := names[link.Rel]
		v := linkView{Title: link.Title, URL: s.local(from, web(link.URL)), Rel: link.Rel, MediaType: link.MediaType, Language: link.Language, Note: name}
		switch {
		case v.Title == "" && name != "":
			v.Title, v.Note, v.Attr = name, host(link.URL), in.UI()
		case v.Title == "":
			v.Title = shortURL(link.URL)
		case link.Language != "":
			v.Attr = in.Of(link.Language)
		}
		if link.Language != "" {
			v.Note = strings.TrimPrefix(v.Note+", "+link.Language, ", ")
		}
		list := &others
		if s.isTranslation(l, &link) {
			list = &translations
		}
		list.Links = append(list.Links, v)
	}
	return slices.DeleteFunc([]linksView{translations, others}, func(v linksView) bool { return v.Links == nil })
}

// isTranslation reports whether a link of a letter leads to it in another language.
func (s *site) isTranslation(l *newsletter.Letter, link *newsletter.Link) bool {
	return link.Rel == "alternate" && link.Language != "" && !strings.EqualFold(link.Language, cmp.Or(l.Language, s.n.Language))
}

// languages returns the pages of a letter in all its languages, for search
// engines: each of them is to name all, itself too. It is nil for a letter that
// is in one.
func (s *site) languages(l *newsletter.Letter) []page.Language {
	own := page.Language{Tag: cmp.Or(l.Language, s.n.Language), URL: web(l.URL)}
	if own.Tag == "" || own.URL == "" {
		return nil
	}
	list := []page.Language{own}
	for _, link := range l.Links {
		if address := web(link.URL); address != "" && s.isTranslation(l, &link) && (link.MediaType == "" || link.MediaType == "text/html") {
			list = append(list, page.Language{Tag: link.Language, URL: address})
		}
	}
	if len(list) == 1 {
		return nil
	}
	slices.SortStableFunc(list, func(a, b page.Language) int { return strings.Compare(a.Tag, b.Tag) })
	return list
}

// typeNames are what readers call the kinds of files that letters come with.
var typeNames = map[string]string{
	"application/epub+zip":          "EPUB",
	"application/msword":            "Word",
	"application/pdf":               "PDF",
	"application/vnd.ms-excel":      "Excel",
	"application/vnd.ms-powerpoint": "PowerPoint",
	"application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":         "Excel",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document":   "Word",
	"application/zip": "ZIP",
	"audio/mp4":       "M4A",
	"audio/mpeg":      "MP3",
	"audio/x-m4a":     "M4A",
	"image/gif":       "GIF",
	"image/jpeg":      "JPEG",
	"image/png":       "PNG",
	"image/svg+xml":   "SVG",
	"image/webp":      "WebP",
	"text/calendar":   "iCalendar",
	"text/csv":        "CSV",
	"text/plain":      "TXT",
	"video/mp4":       "MP4",
}

// typeName returns the name of a media type: one that readers know, else its
// own.
func typeName(mediaType string) string {
	essence, _, _ := strings.Cut(strings.ToLower(mediaType), ";")
	return cmp.Or(typeNames[strings.TrimSpace(essence)], mediaType)
}

// size writes a number of bytes in the decimal units of the SI. It is empty for
// 0, which says that nobody knows.
func size(bytes int64, decimal string) string {
	if bytes <= 0 {
		return ""
	}
	if bytes < 1000 {
		return strconv.FormatInt(bytes, 10) + " B"
	}
	value, unit := float64(bytes)/1000, 0
	for value >= 999.5 && unit < 3 {
		value, unit = value/1000, unit+1
	}
	digits := 0
	if value < 9.95 {
		digits = 1
	}
	number := strings.Replace(strconv.FormatFloat(value, 'f', digits, 64), ".", decimal, 1)
	return number + " " + [...]string{"kB", "MB", "GB", "TB"}[unit]
}

// duration writes how long sound or film lasts, in the units of the SI.
func duration(d time.Duration) string {
	switch minutes := int64(d.Round(time.Minute) / time.Minute); {
	case d <= 0:
		return ""
	case d < time.Minute:
		return fmt.Sprintf("%d s", int64(d/time.Second))
	case minutes < 60:
		return fmt.Sprintf("%d min", minutes)
	default:
		return fmt.Sprintf("%d h %d min", minutes/60, minutes%60)
	}
}

// lastName returns the last segment of a URL's path, or the URL.
func lastName(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	if name := path.Base(u.Path); name != "." && name != "/" {
		return name
	}
	return shortURL(address)
}

// host returns the host that a URL is of, or the URL if it has none.
func host(address string) string {
	if u, err := url.Parse(address); err == nil && u.Host != "" && weburl.IsName(u.Hostname()) {
		return u.Hostname()
	}
	return address
}

// shortURL returns a URL as people write it.
func shortURL(address string) string {
	_, rest, ok := strings.Cut(address, "://")
	if !ok {
		return address
	}
	return strings.TrimSuffix(rest, "/")
}
