package settings

import (
	"mime"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/dates"
	"github.com/automationregion/newsletter/internal/text"
	"github.com/automationregion/newsletter/internal/value"
	"github.com/automationregion/newsletter/internal/weburl"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// Line reads text that belongs on one line.
func (v Value) Line() string { return Line(v.Lines()) }

// Line returns text that belongs on one line: trimmed, each run of white
// space one space.
func Line(s string) string { return norm.NFC.String(text.Line(s)) }

// Lines reads text that may have line breaks.
func (v Value) Lines() string {
	if v.Kind() == Nothing || !v.Is(Text, "a text") {
		return ""
	}
	for _, c := range v.node.text {
		if !IsXMLChar(c) {
			v.Fault("character %U, which no feed can hold: expected text", c)
			return ""
		}
	}
	return v.node.text
}

// IsXMLChar reports whether XML 1.0 (section 2.2) can hold the character.
func IsXMLChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || 0x20 <= r && r <= 0xD7FF || 0xE000 <= r && r <= 0xFFFD || 0x10000 <= r && r <= 0x10FFFF
}

// Truth reads true or false; "yes" and "no" are what YAML 1.1 had for them.
func (v Value) Truth() bool {
	switch v.Kind() {
	case Nothing:
		return false
	case Truth, Text:
		switch strings.ToLower(v.node.text) {
		case "true", "yes", "on":
			return true
		case "false", "no", "off":
			return false
		}
	}
	if v.Is(Text, "true or false") {
		v.Fault("expected true or false, found %q", v.node.text)
	}
	return false
}

// Number reads a whole number that is not negative.
func (v Value) Number() int64 {
	if v.Kind() == Nothing || !v.Is(Text, "a whole number") {
		return 0
	}
	var n int64
	for _, c := range []byte(v.node.text) {
		if c < '0' || c > '9' || n > 1<<50 {
			v.Fault("expected a whole number, found %q", v.node.text)
			return 0
		}
		n = n*10 + int64(c-'0')
	}
	return n
}

// Texts reads a text or a list of texts, without empty ones.
func (v Value) Texts() []string {
	var out []string
	v.Each(func(item Value) {
		if text := item.Line(); text != "" {
			out = append(out, text)
		}
	})
	return out
}

// OneOf reads one of a few words.
func (v Value) OneOf(words ...string) string {
	text := strings.ToLower(v.Line())
	if slices.Contains(words, text) {
		return text
	}
	if v.Kind() == Text {
		v.Fault("expected %s, found %q", alternatives(words), v.Written())
	}
	return ""
}

// alternatives lists words: "a, b or c".
func alternatives(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// ExpectedDate is what an error says of a date that nobody can read.
const ExpectedDate = "expected a date such as 2021-12-22, 2021-12-22T10:00:00+01:00, 22 december 2021 or December 22, 2021"

// Date reads the date of a letter. What states no zone is UTC, and zoned says whether
// one is stated.
func (v Value) Date() (t time.Time, zoned bool) {
	if v.Kind() != Text {
		v.Fault("%s, found %s", ExpectedDate, v.Kind())
		return time.Time{}, false
	}
	t, zoned, ok := dates.ParseLetter(v.Written())
	if !ok {
		v.Fault("%s, found %q", ExpectedDate, v.Written())
	}
	return t, zoned
}

// Zone reads the name of a time zone, or its distance from UTC.
func (v Value) Zone() *time.Location {
	name := v.Line()
	if name == "" {
		return nil
	}
	if zone, ok := dates.Zone(name); ok {
		return zone
	}
	v.Fault("expected the name of a time zone such as Europe/Stockholm, found %q", name)
	return nil
}

// Duration reads seconds, or hours, minutes and seconds with colons between.
func (v Value) Duration() time.Duration {
	text := v.Line()
	if text == "" {
		return 0
	}
	seconds := int64(0)
	parts := strings.Split(text, ":")
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 31)
		if err != nil || len(parts) > 3 || i > 0 && n > 59 {
			v.Fault("expected seconds, or such as 1:02:03, found %q", text)
			return 0
		}
		seconds = seconds*60 + int64(n)
	}
	return time.Duration(min(seconds, 1<<31)) * time.Second
}

// Language reads a BCP 47 tag.
func (v Value) Language() string {
	text := v.Line()
	if text == "" {
		return ""
	}
	tag, err := language.Parse(text)
	if err != nil {
		v.Fault("expected a language tag such as sv or en-GB, found %q", text)
		return ""
	}
	return tag.String()
}

// MediaType reads a media type without parameters.
func (v Value) MediaType() string {
	text := v.Line()
	if text == "" {
		return ""
	}
	t, _, err := mime.ParseMediaType(text)
	if err != nil || !strings.Contains(t, "/") {
		v.Fault("expected a media type such as application/pdf, found %q", text)
		return ""
	}
	return t
}

// ID reads the permanent name of a letter or newsletter: any text that a feed can hold,
// as it is written.
func (v Value) ID() string {
	text := v.Lines()
	if !value.IsID(text) {
		v.Fault("expected a text on one line, without white space around it, found %q", text)
		return ""
	}
	return text
}

// IRI reads an absolute address, which need not be one of a page.
func (v Value) IRI() string {
	text := v.Line()
	if text == "" {
		return ""
	}
	u, err := url.Parse(text)
	if err != nil || !u.IsAbs() || strings.ContainsRune(text, ' ') {
		v.Fault("expected an absolute address such as https://example.org/1 or tag:example.org,2021-12-22:1, found %q", text)
		return ""
	}
	return weburl.String(u)
}

// URL reads the address of a page on the web.
func (v Value) URL() string {
	text := v.Line()
	if text == "" {
		return ""
	}
	u, ok := weburl.Web(text)
	if !ok {
		v.Fault("expected an absolute URL such as https://example.org/, found %q", text)
		return ""
	}
	return weburl.String(u)
}

// Email reads an e-mail address.
func (v Value) Email() string {
	text := v.Line()
	if text == "" {
		return ""
	}
	a, err := mail.ParseAddress(text)
	if err != nil {
		v.Fault("expected an e-mail address, found %q", text)
		return ""
	}
	return a.Address
}

// Authors reads a byline, a table, or a list of either.
func (v Value) Authors() []newsletter.Author {
	if v.Kind() == Text {
		return v.named(newsletter.ParseByline(v.Line()))
	}
	var out []newsletter.Author
	v.Each(func(item Value) {
		var a newsletter.Author
		if item.Kind() == Table {
			Read(&a, item, AuthorRows)
		} else if line := item.Line(); line != "" {
			a = newsletter.ParseAuthor(line)
		} else {
			return
		}
		out = append(out, item.named([]newsletter.Author{a})...)
	})
	return out
}

// named reports authors who have no name.
func (v Value) named(authors []newsletter.Author) []newsletter.Author {
	for _, a := range authors {
		if a.Name == "" {
			v.Fault("expected each author to have a name, such as \"Name, Organization\"")
			return nil
		}
	}
	return authors
}

// AuthorRows are the keys of an author.
var AuthorRows = []Row[*newsletter.Author]{
	{Names: "name", Read: func(a *newsletter.Author, v Value) { a.Name = v.Line() }},
	{Names: "organization organisation affiliation", Read: func(a *newsletter.Author, v Value) { a.Organization = v.Line() }},
	{Names: "email", Read: func(a *newsletter.Author, v Value) { a.Email = v.Email() }},
	{Names: "url uri homepage", Read: func(a *newsletter.Author, v Value) { a.URL = v.URL() }},
	{Names: "avatar portrait", Read: func(a *newsletter.Author, v Value) { a.Avatar = v.URL() }},
}

// categories reads terms: a text with commas between, or a list of texts and of
// tables with term and scheme.
func (v Value) Categories() []newsletter.Category {
	var out []newsletter.Category
	if v.Kind() == Text {
		for term := range strings.SplitSeq(v.Line(), ",") {
			if term = strings.TrimSpace(term); term != "" {
				out = append(out, newsletter.Category{Term: term})
			}
		}
		return out
	}
	v.Each(func(item Value) {
		var c newsletter.Category
		if item.Kind() != Table {
			c.Term = item.Line()
		} else if Read(&c, item, CategoryRows); c.Term == "" {
			item.Fault("expected a text, or a table with a term")
		}
		if c.Term != "" {
			out = append(out, c)
		}
	})
	return out
}

// CategoryRows are the keys of a category.
var CategoryRows = []Row[*newsletter.Category]{
	{Names: "term name", Read: func(c *newsletter.Category, v Value) { c.Term = v.Line() }},
	{Names: "scheme domain", Read: func(c *newsletter.Category, v Value) { c.Scheme = v.IRI() }},
}
