package letters

import (
	"mime"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/dates"
	"github.com/automationregion/newsletter/internal/weburl"
	"golang.org/x/text/language"
)

// expectedDate is what an error says of a date that nobody can read.
const expectedDate = "expected a date such as 2021-12-22, 2021-12-22T10:00:00+01:00, 22 december 2021 or December 22, 2021"

// date reads the date of a letter.
func (r valueReader) date(key string, s *setting) time.Time {
	if s.kind != textValue {
		r.add(s.place, "%s: %s, found %s", key, expectedDate, s.kind)
		return time.Time{}
	}
	t, ok := dates.ParseLetter(s.text)
	if !ok {
		r.add(s.place, "%s: %s, found %q", key, expectedDate, s.text)
	}
	return t
}

// duration reads seconds, or hours, minutes and seconds with colons between.
func (r valueReader) duration(key string, s *setting) time.Duration {
	text := r.line(key, s)
	if text == "" {
		return 0
	}
	seconds := int64(0)
	parts := strings.Split(text, ":")
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 31)
		if err != nil || len(parts) > 3 || i > 0 && n > 59 {
			r.add(s.place, "%s: expected seconds, or such as 1:02:03, found %q", key, text)
			return 0
		}
		seconds = seconds*60 + int64(n)
	}
	return time.Duration(min(seconds, 1<<31)) * time.Second
}

// language reads a BCP 47 tag.
func (r valueReader) language(key string, s *setting) string {
	text := r.line(key, s)
	if text == "" {
		return ""
	}
	tag, err := language.Parse(text)
	if err != nil {
		r.add(s.place, "%s: expected a language tag such as sv or en-GB, found %q", key, text)
		return ""
	}
	return tag.String()
}

// mediaType reads a media type without parameters.
func (r valueReader) mediaType(key string, s *setting) string {
	text := r.line(key, s)
	if text == "" {
		return ""
	}
	t, _, err := mime.ParseMediaType(text)
	if err != nil || !strings.Contains(t, "/") {
		r.add(s.place, "%s: expected a media type such as application/pdf, found %q", key, text)
		return ""
	}
	return t
}

// iri reads the permanent name of a letter or newsletter.
func (r valueReader) iri(key string, s *setting) string {
	text := r.line(key, s)
	if text == "" {
		return ""
	}
	u, err := url.Parse(text)
	if err != nil || !u.IsAbs() || strings.ContainsRune(text, ' ') {
		r.add(s.place, "%s: expected an absolute address such as https://example.org/1 or tag:example.org,2021-12-22:1, found %q", key, text)
		return ""
	}
	return weburl.String(u)
}

// url reads the address of a page on the web.
func (r valueReader) url(key string, s *setting) string {
	text := r.line(key, s)
	if text == "" {
		return ""
	}
	u, ok := webURL(text)
	if !ok {
		r.add(s.place, "%s: expected an absolute URL such as https://example.org/, found %q", key, text)
	}
	return u
}

// webURL returns the URL in the form that feeds carry, if it is an absolute one
// of http or https.
func webURL(text string) (string, bool) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", false
	}
	return weburl.String(u), true
}

// email reads an e-mail address.
func (r valueReader) email(key string, s *setting) string {
	text := r.line(key, s)
	if text == "" {
		return ""
	}
	a, err := mail.ParseAddress(text)
	if err != nil {
		r.add(s.place, "%s: expected an e-mail address, found %q", key, text)
		return ""
	}
	return a.Address
}

// authors reads a byline, a table, or a list of either.
func (r valueReader) authors(key string, s *setting) []newsletter.Author {
	if s.kind == textValue {
		return r.named(key, s, newsletter.ParseByline(r.line(key, s)))
	}
	var out []newsletter.Author
	r.each(s, func(item *setting) {
		var a newsletter.Author
		if item.kind == tableValue {
			readRows(&a, r, item, authorRows)
		} else if line := r.line(key, item); line != "" {
			a = newsletter.ParseAuthor(line)
		} else {
			return
		}
		out = append(out, r.named(key, item, []newsletter.Author{a})...)
	})
	return out
}

// named reports authors who have no name.
func (r valueReader) named(key string, s *setting, authors []newsletter.Author) []newsletter.Author {
	for _, a := range authors {
		if a.Name == "" {
			r.add(s.place, "%s: expected each author to have a name, such as \"Name, Organization\"", key)
			return nil
		}
	}
	return authors
}

var authorRows = []row[*newsletter.Author]{
	{[]string{"name"}, func(a *newsletter.Author, r valueReader, key string, s *setting) { a.Name = r.line(key, s) }},
	{[]string{"organization", "organisation", "affiliation"}, func(a *newsletter.Author, r valueReader, key string, s *setting) {
		a.Organization = r.line(key, s)
	}},
	{[]string{"email"}, func(a *newsletter.Author, r valueReader, key string, s *setting) { a.Email = r.email(key, s) }},
	{[]string{"url", "uri", "homepage"}, func(a *newsletter.Author, r valueReader, key string, s *setting) { a.URL = r.url(key, s) }},
	{[]string{"avatar", "portrait"}, func(a *newsletter.Author, r valueReader, key string, s *setting) { a.Avatar = r.url(key, s) }},
}

// categories reads terms: a text with commas between, or a list of texts and of
// tables with term and scheme.
func (r valueReader) categories(key string, s *setting) []newsletter.Category {
	var out []newsletter.Category
	if s.kind == textValue {
		for term := range strings.SplitSeq(r.line(key, s), ",") {
			if term = strings.TrimSpace(term); term != "" {
				out = append(out, newsletter.Category{Term: term})
			}
		}
		return out
	}
	r.each(s, func(item *setting) {
		var c newsletter.Category
		if item.kind != tableValue {
			c.Term = r.line(key, item)
		} else if readRows(&c, r, item, categoryRows); c.Term == "" {
			r.add(item.place, "%s: expected a text, or a table with a term", key)
		}
		if c.Term != "" {
			out = append(out, c)
		}
	})
	return out
}

var categoryRows = []row[*newsletter.Category]{
	{[]string{"term", "name"}, func(c *newsletter.Category, r valueReader, key string, s *setting) { c.Term = r.line(key, s) }},
	{[]string{"scheme", "domain"}, func(c *newsletter.Category, r valueReader, key string, s *setting) { c.Scheme = r.iri(key, s) }},
}
