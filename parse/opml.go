package parse

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/charset"
	"github.com/automationregion/newsletter/internal/format"
	"github.com/automationregion/newsletter/internal/html"
	"github.com/automationregion/newsletter/internal/xmltoken"
)

// OPML reads a list of newsletters, such as the subscriptions that a feed
// reader exports: OPML 1.0 and 2.0 (http://opml.org/spec2.opml). Of each
// newsletter it knows the Title, Description, URL, FeedURL, Language and
// Categories. An outline that others stand in is a category of theirs, written
// as the specification does: "/Industry/Robots" is Robots within Industry. An
// outline of type "rss" with a home page and no feed is listed too, without a
// FeedURL; one that is commented out (isComment) is not.
//
// A document that is cut off or malformed gives the newsletters before that
// place, and an [*Error] with line and column.
func OPML(r io.Reader, opts ...Options) ([]*newsletter.Newsletter, error) {
	o := optionsOf(opts)
	u, err := charset.NewReader(r, o.Charset)
	if err != nil {
		return nil, &Error{File: o.FileName, Message: err.Error(), Err: err}
	}
	data, err := readLimited(u, o)
	if err != nil {
		return nil, err
	}
	l := opmlList{o: o, tok: xmltoken.NewReader(bytes.NewReader(data), xmltoken.Options{
		Size: len(data), MaxBytes: math.MaxInt64, MaxDepth: o.MaxDepth, Paired: true,
	})}
	err = l.read()
	if err != nil && !l.tok.Begun() {
		err = located(notFeed(data, o), o.FileName)
	}
	return l.list, err
}

// readLimited reads all of r, or returns an error that is [ErrTooLarge].
func readLimited(r io.Reader, o Options) ([]byte, error) {
	limit := o.MaxBytes
	if limit < math.MaxInt64 {
		r = io.LimitReader(r, limit+1)
	}
	data, err := io.ReadAll(r)
	switch {
	case err != nil:
		return nil, &Error{File: o.FileName, Message: err.Error(), Err: err}
	case int64(len(data)) > limit:
		return nil, &Error{File: o.FileName, Message: fmt.Sprintf("the document has more than %d bytes", limit), Err: ErrTooLarge}
	}
	return data, nil
}

// maxFolder is how long the names of folders within each other may be
// together; deeper ones make no category.
const maxFolder = 1000

// folderName takes out of a name what parts categories in OPML.
var folderName = strings.NewReplacer("/", " ", ",", " ")

type opmlList struct {
	o    Options
	tok  *xmltoken.Reader
	open []opmlElement
	list []*newsletter.Newsletter
}

// opmlElement is an element that is not closed yet.
type opmlElement struct {
	line    int // where its tag ends
	name    string
	folder  string // the category that an outline makes for those within it
	comment bool   // it is commented out, with those within it
}

func (l *opmlList) read() error {
	for {
		switch t := l.tok; t.Next() {
		case xmltoken.Start:
			if name := string(t.Local); len(l.open) == 0 && !format.Of(format.OPML).HasRoot(strings.ToLower(name)) {
				return l.fail(fmt.Sprintf("expected the element <opml>, found <%s>", name), nil)
			}
			if err := l.start(); err != nil {
				return err
			}
		case xmltoken.End:
			l.open = l.open[:len(l.open)-1]
		case xmltoken.EOF:
			return l.ended(t.Err())
		}
	}
}

// ended says what ended the reading.
func (l *opmlList) ended(err error) error {
	fault, ok := err.(*xmltoken.Fault)
	if !ok {
		return nil
	}
	e := errorOf(fault, l.o.FileName)
	switch {
	case errors.Is(err, ErrTruncated):
		e.Message = "the document is cut off here"
	case errors.Is(err, xmltoken.ErrMisnested) && len(l.open) > 0:
		last := l.open[len(l.open)-1]
		e.Message, e.Err = fmt.Sprintf("expected </%s> for the element of line %d, found </%s>", last.name, last.line, e.Message), nil
	}
	return e
}

func (l *opmlList) fail(message string, is error) error {
	line, column := l.tok.Place()
	return &Error{File: l.o.FileName, Line: line, Column: column, Message: message, Err: is}
}

func (l *opmlList) start() error {
	t := l.tok
	line, _ := t.Place()
	e := opmlElement{name: string(t.Local), line: line}
	if len(l.open) > 0 {
		within := &l.open[len(l.open)-1]
		e.folder, e.comment = within.folder, within.comment
	}
	attrs := make(map[string]string, len(t.Attrs))
	for i := range t.Attrs {
		a := &t.Attrs[i]
		name := strings.ToLower(string(a.Local))
		if _, twice := attrs[name]; !twice {
			attrs[name] = oneLine(t.Value(a))
		}
	}
	e.comment = e.comment || strings.EqualFold(attrs["iscomment"], "true")
	if strings.EqualFold(e.name, "outline") && !e.comment {
		n, title := l.outline(attrs)
		switch {
		case n.FeedURL != "", n.URL != "" && strings.EqualFold(attrs["type"], "rss"):
			if len(l.list) >= l.o.MaxLetters {
				return l.fail(fmt.Sprintf("the list has more than %d newsletters", l.o.MaxLetters), ErrTooManyLetters)
			}
			if c := (newsletter.Category{Term: e.folder}); c.Term != "" && !slices.Contains(n.Categories, c) {
				n.Categories = append([]newsletter.Category{c}, n.Categories...)
			}
			l.list = append(l.list, n)
		case title != "" && len(e.folder)+len(title) < maxFolder:
			e.folder += "/" + oneLine(folderName.Replace(title))
		}
	}
	l.open = append(l.open, e)
	return nil
}

// outline reads the attributes of an outline, by their names in lower case, as
// programs spell them in several ways. The title is that of the outline itself.
func (l *opmlList) outline(attrs map[string]string) (n *newsletter.Newsletter, title string) {
	title = html.Title(attrs["text"])
	n = &newsletter.Newsletter{
		Title:       html.Title(attrs["title"]),
		Description: html.Summary(attrs["description"]),
		FeedURL:     l.url(attrs["xmlurl"]),
		URL:         l.url(attrs["htmlurl"]),
	}
	if !strings.EqualFold(attrs["language"], "unknown") {
		n.Language = languageTag(attrs["language"])
	}
	var there map[string]bool
	for term := range strings.SplitSeq(attrs["category"], ",") {
		if len(n.Categories) == maxCategories {
			break
		}
		if term = strings.TrimSpace(term); term != "" && !there[term] {
			if there == nil {
				there = map[string]bool{}
			}
			there[term] = true
			n.Categories = append(n.Categories, newsletter.Category{Term: term})
		}
	}
	n.Title = cmp.Or(n.Title, title)
	return n, cmp.Or(title, n.Title)
}

func (l *opmlList) url(ref string) string {
	if ref == "" {
		return ""
	}
	return l.tok.Room.Resolve(l.o.BaseURL, ref)
}
