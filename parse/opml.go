package parse

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/charset"
	"github.com/automationregion/newsletter/internal/htmltext"
	"github.com/automationregion/newsletter/internal/relref"
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
	l := opmlList{o: o, dec: xmlDecoder(bytes.NewReader(data))}
	err = l.read()
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
	dec  *xml.Decoder
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
	root := false
	for {
		tok, err := l.dec.RawToken()
		if err == io.EOF && root && len(l.open) == 0 {
			return nil
		}
		if err != nil {
			if !root && err == io.EOF {
				return &NotFeedError{File: l.o.FileName, What: "an empty document"}
			}
			return xmlError(l.dec, err, l.o)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			name := strings.ToLower(tok.Name.Local)
			if !root && name != "opml" {
				return l.fail(fmt.Sprintf("expected the element <opml>, found <%s>", tok.Name.Local), nil)
			}
			root = true
			if err := l.start(name, tok.Attr); err != nil {
				return err
			}
		case xml.EndElement:
			switch name := strings.ToLower(tok.Name.Local); {
			case len(l.open) == 0:
				return l.fail(fmt.Sprintf("</%s> closes nothing", tok.Name.Local), nil)
			case l.open[len(l.open)-1].name != name:
				last := l.open[len(l.open)-1]
				return l.fail(fmt.Sprintf("expected </%s> for the element of line %d, found </%s>", last.name, last.line, tok.Name.Local), nil)
			}
			l.open = l.open[:len(l.open)-1]
		}
	}
}

func (l *opmlList) fail(message string, is error) error {
	line, column := l.dec.InputPos()
	return &Error{File: l.o.FileName, Line: line, Column: column, Message: message, Err: is}
}

func (l *opmlList) start(name string, attrs []xml.Attr) error {
	if len(l.open) >= l.o.MaxDepth {
		return l.fail(fmt.Sprintf("elements stand more than %d deep within each other", l.o.MaxDepth), ErrTooDeep)
	}
	line, _ := l.dec.InputPos()
	e := opmlElement{name: name, line: line}
	if len(l.open) > 0 {
		within := &l.open[len(l.open)-1]
		e.folder, e.comment = within.folder, within.comment
	}
	for _, a := range attrs {
		if strings.EqualFold(a.Name.Local, "isComment") {
			e.comment = e.comment || strings.EqualFold(oneLine(a.Value), "true")
		}
	}
	if name == "outline" && !e.comment {
		n, title, kind := l.outline(attrs)
		switch {
		case n.FeedURL != "", n.URL != "" && strings.EqualFold(kind, "rss"):
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

// outline reads the attributes of an outline, whose names programs spell in
// several ways. title and kind are those of the outline itself.
func (l *opmlList) outline(attrs []xml.Attr) (n *newsletter.Newsletter, title, kind string) {
	n = &newsletter.Newsletter{}
	for _, a := range attrs {
		value := oneLine(a.Value)
		if value == "" {
			continue
		}
		switch strings.ToLower(a.Name.Local) {
		case "type":
			kind = value
		case "title":
			n.Title = htmltext.Text(value)
		case "text":
			title = htmltext.Text(value)
		case "description":
			n.Description = htmltext.Text(value)
		case "xmlurl":
			n.FeedURL = relref.Resolve(l.o.BaseURL, value)
		case "htmlurl":
			n.URL = relref.Resolve(l.o.BaseURL, value)
		case "language":
			if !strings.EqualFold(value, "unknown") {
				n.Language = value
			}
		case "category":
			for term := range strings.SplitSeq(value, ",") {
				if c := (newsletter.Category{Term: strings.TrimSpace(term)}); c.Term != "" && !slices.Contains(n.Categories, c) {
					n.Categories = append(n.Categories, c)
				}
			}
		}
	}
	if n.Title == "" {
		n.Title = title
	}
	if title == "" {
		title = n.Title
	}
	return n, title, kind
}
