package parse

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/automationregion/newsletter/internal/format"
	"github.com/automationregion/newsletter/internal/html"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/relref"
	"github.com/automationregion/newsletter/internal/xmltoken"
)

// maxDiscovered is how many feeds a page may name; the rest is not for readers.
const maxDiscovered = 50

// notFeed returns an error that says what a document is that no reader of feeds
// took. It is, or wraps, a *NotFeedError; where XML is malformed it has the
// line.
func notFeed(data []byte, o Options) error {
	text := bytes.TrimLeft(data, " \t\r\n\x00")
	switch {
	case len(text) == 0:
		return &NotFeedError{What: "an empty document"}
	case text[0] == '{':
		_, err := feedJSON(data, o)
		if err == nil || errors.Is(err, ErrTruncated) {
			err = &NotFeedError{What: "a JSON document without a version"}
		}
		return err
	case text[0] == '<':
		return notXMLFeed(data, o)
	}
	if kind := typeOf(data); kind != "" {
		return &NotFeedError{What: "a document of type " + kind}
	}
	switch {
	case text[0] == '[':
		return &NotFeedError{What: "a JSON document whose top is no object"}
	case bytes.ContainsFunc(data[:min(len(data), sniffed)], isControl):
		return &NotFeedError{What: "binary data"}
	}
	return &NotFeedError{What: "plain text"}
}

// sniffed is how many bytes tell what a document is (MIME Sniffing Standard, section 7).
const sniffed = 512

// isControl reports whether a character is none of text.
func isControl(r rune) bool { return r < ' ' && !strings.ContainsRune("\t\n\f\r\x1B", r) }

// signatures are how documents begin that servers send in the place of a feed.
var signatures = [...]struct{ begin, kind string }{
	{"%PDF-", "application/pdf"},
	{"%!PS-Adobe-", "application/postscript"},
	{"GIF87a", "image/gif"},
	{"GIF89a", "image/gif"},
	{"\x89PNG\r\n\x1A\n", "image/png"},
	{"\xFF\xD8\xFF", "image/jpeg"},
	{"BM", "image/bmp"},
	{"\x00\x00\x01\x00", "image/x-icon"},
	{"ID3", "audio/mpeg"},
	{"MThd\x00\x00\x00\x06", "audio/midi"},
	{"\x1A\x45\xDF\xA3", "video/webm"},
	{"OggS\x00", "application/ogg"},
	{"\x1F\x8B\x08", "application/x-gzip"},
	{"PK\x03\x04", "application/zip"},
	{"Rar!\x1A\x07", "application/x-rar-compressed"},
	{"\x00asm", "application/wasm"},
	{"OTTO", "font/otf"},
	{"wOFF", "font/woff"},
	{"wOF2", "font/woff2"},
}

// typeOf returns the media type that a document's first bytes tell, or nothing.
func typeOf(data []byte) string {
	for _, s := range signatures {
		if bytes.HasPrefix(data, []byte(s.begin)) {
			return s.kind
		}
	}
	if len(data) < 12 {
		return ""
	}
	switch container := string(data[8:12]); {
	case string(data[4:8]) == "ftyp":
		return "video/mp4"
	case string(data[:4]) != "RIFF":
	case container == "WEBP":
		return "image/webp"
	case container == "WAVE":
		return "audio/wave"
	case container == "AVI ":
		return "video/avi"
	}
	return ""
}

// notXMLFeed tells by the root element what a document is.
func notXMLFeed(data []byte, o Options) error {
	t := xmltoken.NewReader(bytes.NewReader(data), xmltoken.Options{Size: len(data), MaxBytes: math.MaxInt64, MaxDepth: o.MaxDepth})
	for t.Next() == xmltoken.Text {
	}
	root := strings.ToLower(string(t.Local))
	switch {
	case strings.EqualFold(t.Doctype(), "html"), t.Kind == xmltoken.Start && format.Of(format.HTML).HasRoot(root), t.Kind == xmltoken.EOF && looksLikePage(data):
		return &NotFeedError{What: "an HTML page", Feeds: discover(data, o.BaseURL)}
	case t.Kind == xmltoken.EOF:
		err := &NotFeedError{What: "malformed XML"}
		fault, ok := t.Err().(*xmltoken.Fault)
		if !ok {
			return err
		}
		e := errorOf(fault, o.FileName)
		e.Message, e.Err = "malformed XML: "+e.Message, errors.Join(e.Err, err)
		return e
	case format.Of(format.OPML).HasRoot(root):
		return &NotFeedError{What: "an OPML list of newsletters"}
	case root == "urlset", root == "sitemapindex":
		return &NotFeedError{What: "a sitemap"}
	}
	return &NotFeedError{What: "an XML document with the root element <" + string(t.Local[:min(len(t.Local), 60)]) + ">"}
}

func looksLikePage(data []byte) bool {
	head := bytes.ToLower(data[:min(len(data), 4096)])
	for _, mark := range [...]string{"<!doctype html", "<html", "<head>", "<body"} {
		if bytes.Contains(head, []byte(mark)) {
			return true
		}
	}
	return false
}

// discover returns the absolute URLs of the feeds that an HTML page links to:
// what it declares in link elements, else what its anchors point at that is
// named like a feed. Feeds of comments come last.
func discover(page []byte, base string) []string {
	type found struct {
		url  string
		rank int
	}
	var declared, anchors []found
	add := func(to *[]found, href string, rank int) {
		u := relref.Resolve(base, href)
		isHTTP := strings.HasPrefix(u, "http://") || strings.HasPrefix(u, "https://")
		known := slices.ContainsFunc(*to, func(f found) bool { return f.url == u })
		if isHTTP && !known && len(*to) < maxDiscovered {
			*to = append(*to, found{u, rank})
		}
	}
	seenBase := false
	for t := html.In(string(page)); t.Next(); t.PassRaw() {
		if t.Closing || t.El != atom.Link && t.El != atom.A && t.El != atom.Base {
			continue
		}
		attr := map[string]string{}
		for name, a := range html.Each(t.Text()) {
			attr[name] = a.Text()
		}
		href := trimSpace(attr["href"])
		if href == "" {
			continue
		}
		rel := strings.Fields(strings.ToLower(attr["rel"]))
		switch t.El {
		case atom.Base:
			if !seenBase {
				seenBase, base = true, relref.Resolve(base, href)
			}
		case atom.Link:
			if rank := linkRank(rel, attr["type"], href, attr["title"]); rank > 0 {
				add(&declared, href, rank)
			}
		case atom.A:
			if namedLikeFeed(href) {
				add(&anchors, href, 1)
			}
		}
	}
	if len(declared) == 0 {
		declared = anchors
	}
	slices.SortStableFunc(declared, func(a, b found) int { return b.rank - a.rank })
	urls := make([]string, len(declared))
	for i, f := range declared {
		urls[i] = f.url
	}
	return urls
}

// linkRank is how good a feed a link element names, 0 if it names none.
func linkRank(rel []string, mediaType, href, title string) int {
	rank := format.SureOfFeed(mediaType)
	switch {
	case slices.Contains(rel, "feed"):
		rank = max(rank, format.Formerly)
	case !slices.Contains(rel, "alternate") || strings.Contains(href, "/wp-json/"):
		return 0
	}
	if rank > 0 && (strings.Contains(strings.ToLower(title), "comment") || strings.Contains(href, "/comments/")) {
		return 1
	}
	return 2 * int(rank)
}

// namedLikeFeed reports whether the last part of a URL's path is a name that
// feeds have.
func namedLikeFeed(href string) bool {
	return format.IsFeedName(strings.ToLower(relref.LastSegment(href)))
}

// withinPage looks for a feed that some program put into an HTML page, and goes
// to its root element.
func (d *Decoder) withinPage() bool {
	t := d.tok
	if !format.Of(format.HTML).HasRoot(string(d.localName())) {
		return false
	}
	if head := t.Ahead(); !bytes.Contains(head, []byte("<feed")) && !bytes.Contains(head, []byte("<rss")) {
		return false
	}
	for {
		switch t.Next() {
		case xmltoken.Start:
			local := string(d.localName())
			if (local == "feed" && t.Space == namespace.Atom || local == "rss") && d.root() {
				return true
			}
		case xmltoken.EOF:
			return false
		}
	}
}
