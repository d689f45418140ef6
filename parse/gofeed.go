package parse

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/dates"
	"github.com/automationregion/newsletter/internal/htmltext"
	"github.com/automationregion/newsletter/internal/relref"
)

// What follows reads a document that is too far from well-formed for the tokens,
// by guess: with gofeed, whose parser takes an attribute whose value is missing,
// or a declaration that is never closed. It is the last resort, and takes from
// gofeed's feed what every feed has.

// gofeedFeed reads a document with gofeed, and tells of it what was left out. The data
// is UTF-8, whatever it declares.
func gofeedFeed(data []byte, o Options, how *Reading) (*newsletter.Newsletter, error) {
	data = withoutDeclaration(data)
	switch gofeed.DetectFeedType(bytes.NewReader(data[:min(len(data), 64<<10)])) {
	case gofeed.FeedTypeJSON:
		return feedJSON(data, o)
	case gofeed.FeedTypeUnknown:
		return nil, notFeed(data, o)
	}
	if err := checkXML(data, o); err != nil {
		return nil, err
	}
	parser := gofeed.NewParser()
	parser.RSSTranslator = &gofeed.DefaultRSSTranslator{DisableContentImageScan: true}
	f, err := parser.Parse(bytes.NewReader(data))
	if err != nil {
		return nil, &Error{File: o.FileName, Message: "malformed feed: " + err.Error(), Err: err}
	}
	g := guess{o: o, room: relref.Room{Size: len(data)}}
	bases := [...]string{o.BaseURL, f.FeedLink, f.Link}
	if f.FeedType == "rss" && isPage(f.Link) {
		bases[0] = f.Link
	}
	for _, base := range bases {
		if g.base == "" && relref.IsAbsolute(base) {
			g.base = base
		}
	}
	n := g.newsletter(f)
	if !o.KeepUnpublished {
		how.LeftOut = nil
		prefixes := wordPressPrefixes(data)
		letters := n.Letters[:0]
		for i, item := range f.Items {
			p := guessedPost(item.Extensions, prefixes)
			if reason := p.unpublished(); reason != "" {
				how.leaveOut(reason)
			} else {
				letters = append(letters, n.Letters[i])
			}
		}
		n.Letters = letters
	}
	return n, nil
}

// A guess makes a newsletter of what gofeed read.
type guess struct {
	o    Options
	base string
	room relref.Room
}

func (g *guess) newsletter(f *gofeed.Feed) *newsletter.Newsletter {
	n := &newsletter.Newsletter{
		Title:       g.title(f.Title),
		Description: g.text(f.Description),
		URL:         g.url(f.Link),
		FeedURL:     g.url(f.FeedLink),
		Language:    languageTag(oneLine(f.Language)),
		Authors:     g.authors(f.Authors),
		Rights:      g.text(f.Copyright),
		Categories:  g.categories(f.Categories),
		Updated:     firstDate(f.Updated, f.Published),
		Generator:   newsletter.Generator{Name: g.text(f.Generator)},
	}
	if f.Image != nil {
		n.Image = g.url(f.Image.URL)
	}
	for _, item := range f.Items {
		n.Letters = append(n.Letters, g.letter(item))
	}
	return n
}

func (g *guess) letter(item *gofeed.Item) *newsletter.Letter {
	l := &newsletter.Letter{
		ID:         trimSpace(item.GUID),
		URL:        g.url(item.Link),
		Title:      g.title(item.Title),
		Authors:    g.authors(item.Authors),
		Published:  firstDate(item.Published),
		Categories: g.categories(item.Categories),
	}
	if updated := firstDate(item.Updated); !updated.Equal(l.Published) { // gofeed has one for the other
		l.Updated = updated
	}
	if item.Content != "" {
		l.Summary, l.Content = g.text(item.Description), g.html(item.Content)
	} else {
		l.Content = g.html(item.Description)
	}
	for _, e := range item.Enclosures {
		if u := g.url(e.URL); u != "" {
			l.Attachments = append(l.Attachments, newsletter.Attachment{URL: u, MediaType: oneLine(e.Type), Length: length(e.Length)})
		}
	}
	return l
}

func (g *guess) authors(list []*gofeed.Person) []newsletter.Author {
	var authors []newsletter.Author
	for _, p := range list {
		if a := (newsletter.Author{Name: oneLine(p.Name), Email: email(oneLine(p.Email))}); a != (newsletter.Author{}) {
			authors = append(authors, a)
		}
	}
	return authors
}

func (g *guess) categories(terms []string) []newsletter.Category {
	var list []newsletter.Category
	there := map[string]bool{}
	for _, term := range terms[:min(len(terms), maxCategories)] {
		if term = oneLine(term); term != "" && !there[term] {
			there[term] = true
			list = append(list, newsletter.Category{Term: term})
		}
	}
	return list
}

func (g *guess) url(ref string) string {
	if ref = oneLine(ref); ref == "" {
		return ""
	}
	return g.room.Resolve(g.base, ref)
}

// text returns what may be HTML as one line of text.
func (g *guess) text(s string) string {
	s = withoutOwnEnd(s)
	switch {
	case g.o.KeepMarkup:
		return strings.TrimSpace(g.room.ResolveHTML(s, g.base))
	case looksLikeHTML(s):
		return htmltext.Summary(s)
	}
	return oneLine(s)
}

// title is text for a title, in which tags may be mentioned.
func (g *guess) title(s string) string {
	if s = withoutOwnEnd(s); !g.o.KeepMarkup && looksLikeHTML(s) {
		return htmltext.Title(s)
	}
	return g.text(s)
}

func (g *guess) html(s string) string {
	return trimSpace(g.room.ResolveHTML(withoutOwnEnd(s), g.base))
}

// firstDate returns the first of several texts that is a date.
func firstDate(texts ...string) time.Time {
	for _, s := range texts {
		if t, ok := dates.Parse(s); ok {
			return t
		}
	}
	return time.Time{}
}

// withoutDeclaration drops the XML declaration: its encoding is not true any
// more.
func withoutDeclaration(data []byte) []byte {
	text := bytes.TrimLeft(data, " \t\r\n")
	if bytes.HasPrefix(text, []byte("<?xml ")) {
		if end := bytes.Index(text, []byte("?>")); end >= 0 {
			return text[end+2:]
		}
	}
	return text
}

// withoutOwnEnd drops the end tag that gofeed leaves at the end of an element's
// text if the elements within it are not closed.
func withoutOwnEnd(s string) string {
	i := strings.LastIndex(s, "</")
	if i < 0 || !strings.HasSuffix(s, ">") {
		return s
	}
	name := s[i+2 : len(s)-1]
	switch strings.ToLower(name[strings.IndexByte(name, ':')+1:]) {
	case "description", "encoded", "content", "summary", "title", "subtitle", "tagline", "rights", "copyright":
		if !strings.Contains(s[:i], "<"+name) {
			return s[:i]
		}
	}
	return s
}

// checkXML says where a document stops being XML that gofeed can take, or breaks
// a limit: gofeed itself would take it without end, or in silence.
func checkXML(data []byte, o Options) error {
	dec := xmlDecoder(bytes.NewReader(data))
	var open []string // names as they are written
	letters := 0
	fail := func(is error, format string, args ...any) error {
		line, column := dec.InputPos()
		return &Error{File: o.FileName, Line: line, Column: column, Message: fmt.Sprintf(format, args...), Err: is}
	}
	for {
		tok, err := dec.RawToken()
		if err == io.EOF && len(open) == 0 {
			return nil
		}
		if err != nil {
			return xmlError(dec, err, o)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if len(open) >= o.MaxDepth || len(open) >= 10_000 {
				return fail(ErrTooDeep, "elements stand more than %d deep within each other", len(open))
			}
			if isLetterElement(tok.Name.Local, len(open)) {
				if why := o.tooMany(letters, int(dec.InputOffset())); why != "" {
					return fail(ErrTooManyLetters, "%s", why)
				}
				letters++
			}
			open = append(open, writtenName(tok.Name))
		case xml.EndElement:
			name := writtenName(tok.Name)
			i := len(open) - 1
			for i >= 0 && open[i] != name {
				i--
			}
			if i < 0 {
				return fail(nil, "</%s> closes nothing", name)
			}
			open = open[:i]
		}
	}
}

// writtenName returns a name with its prefix, as it is written.
func writtenName(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

// isLetterElement reports whether an element of this name, at this depth, is a
// letter.
func isLetterElement(local string, depth int) bool {
	return depth >= 1 && depth <= 2 && (strings.EqualFold(local, "item") || strings.EqualFold(local, "entry"))
}

// xmlDecoder returns a forgiving decoder for a document that is UTF-8 already,
// whatever it declares.
func xmlDecoder(r io.Reader) *xml.Decoder {
	dec := xml.NewDecoder(r)
	dec.Strict = false
	dec.Entity = xml.HTMLEntity
	dec.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	return dec
}

// xmlError says where dec stopped.
func xmlError(dec *xml.Decoder, err error, o Options) *Error {
	line, column := dec.InputPos()
	e := &Error{File: o.FileName, Line: line, Column: column, Message: err.Error(), Err: err}
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		e.Message = syntax.Msg
	}
	if errors.Is(err, io.EOF) || syntax != nil && strings.Contains(syntax.Msg, "unexpected EOF") {
		e.Message, e.Err = "the document is cut off here", ErrTruncated
	}
	return e
}
