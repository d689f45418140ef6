// Package mediarss says what elements of Media RSS 1.5.1 mean that are kept as
// extensions: who reads a feed hears a file or a picture in them, and who writes one
// has to know what will be heard.
package mediarss

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/dates"
	"github.com/automationregion/newsletter/internal/html"
	"github.com/automationregion/newsletter/internal/namespace"
	"github.com/automationregion/newsletter/internal/text"
	"github.com/automationregion/newsletter/internal/value"
)

// MaxHeard is how many attachments of a letter are compared with what its groups
// hold.
const MaxHeard = 64

// A Kind is what a media:content is to a letter.
type Kind uint8

// The kinds of media.
const (
	Other   Kind = iota // a program, or something of which nobody says what it is
	Picture             // which the text may show
	File                // sound, film or a document: what people attach
)

// Document is the medium of what is attached although it is a picture, or nobody says
// what it is.
const Document = "document"

// KindOf returns the kind of a media:content. Its medium says it and, where there is
// none, its type, the end of its address, or an attribute that only sound and film have.
func KindOf(e *newsletter.Extension) Kind {
	return kindOf(e, strings.ToLower(Attr(e, "medium")))
}

// NeedsMedium reports whether a media:content is a file only if its medium says so.
func NeedsMedium(e *newsletter.Extension) bool { return kindOf(e, "") != File }

func kindOf(e *newsletter.Extension, medium string) Kind {
	switch medium {
	case "image":
		return Picture
	case "audio", "video", Document:
		return File
	}
	mediaType := strings.ToLower(Attr(e, "type"))
	family, _, _ := strings.Cut(mediaType, "/")
	ending, _, _ := strings.Cut(value.MediaType(Attr(e, "url")), "/")
	unsure := mediaType == "" || mediaType == "application/octet-stream"
	switch {
	case family == "image", unsure && ending == "image":
		return Picture
	case medium == "executable":
		return Other
	case mediaType != "", ending != "":
		return File
	}
	for _, name := range [...]string{"duration", "bitrate", "framerate", "samplingrate", "channels"} {
		if Attr(e, name) != "" {
			return File
		}
	}
	return Other
}

// PictureOf returns the address of a media:content that is a picture of what is
// written, or "".
func PictureOf(e *newsletter.Extension) string {
	if address := Attr(e, "url"); KindOf(e) == Picture && !isAvatar(address) {
		return address
	}
	return ""
}

// isAvatar reports whether a picture is of a person who writes: WordPress has one in
// each letter.
func isAvatar(address string) bool {
	if !strings.Contains(strings.ToLower(address), "avatar.") {
		return false
	}
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	for _, site := range [...]string{"gravatar.com", "libravatar.org"} {
		if rest, ok := strings.CutSuffix(host, site); ok && (rest == "" || rest[len(rest)-1] == '.') {
			return true
		}
	}
	return false
}

// Attachment returns what a media:content says of its file.
func Attachment(e *newsletter.Extension) newsletter.Attachment {
	a := newsletter.Attachment{
		URL:       Attr(e, "url"),
		MediaType: Attr(e, "type"),
		Length:    Length(Attr(e, "filesize")),
		Duration:  dates.Duration(Attr(e, "duration")),
	}
	for i := range e.Children {
		if c := &e.Children[i]; Name(c) == "title" && a.Title == "" {
			a.Title = Title(c)
		}
	}
	return a
}

// Length reads a number of bytes; what is none is zero.
func Length(s string) int64 {
	n, err := strconv.ParseInt(strings.ReplaceAll(text.Line(s), ",", ""), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// Merge adds to an attachment what another says of the same file.
func Merge(a *newsletter.Attachment, b newsletter.Attachment) {
	if a.MediaType == "" {
		a.MediaType = b.MediaType
	}
	if a.Length == 0 {
		a.Length = b.Length
	}
	if a.Duration == 0 {
		a.Duration = b.Duration
	}
	if a.Title == "" {
		a.Title = b.Title
	}
}

// A Group is the same content in different forms (Media RSS, media:group).
type Group struct {
	Forms []*newsletter.Extension // its media:content
	Main  *newsletter.Extension   // the one that stands for all: the default, or else the first file, or picture; nil if there is none
}

// GroupOf reads a media:group.
func GroupOf(e *newsletter.Extension) (g Group) {
	kind := Other
	isDefault := false
	for i := range e.Children {
		c := &e.Children[i]
		if Name(c) != "content" || Attr(c, "url") == "" {
			continue
		}
		g.Forms = append(g.Forms, c)
		k, d := KindOf(c), strings.EqualFold(Attr(c, "isdefault"), "true")
		if k != Other && (k > kind || k == kind && d && !isDefault) {
			g.Main, kind, isDefault = c, k, d
		}
	}
	return g
}

// In returns which attachment of a letter a group tells of, and what it then is: the
// first that is there in any form, or a new one at the end for the file that the group
// stands for, or -1.
func (g Group) In(list []newsletter.Attachment) (at int, a newsletter.Attachment) {
	for _, form := range g.Forms {
		address := Attr(form, "url")
		for i := range list[:min(len(list), MaxHeard)] {
			if list[i].URL == address {
				a = list[i]
				Merge(&a, Attachment(form))
				return i, a
			}
		}
	}
	if g.Main == nil || KindOf(g.Main) != File || len(list) >= MaxHeard {
		return -1, a
	}
	return len(list), Attachment(g.Main)
}

// Into adds to a list what the group tells of it.
func (g Group) Into(list []newsletter.Attachment) []newsletter.Attachment {
	switch at, a := g.In(list); {
	case at == len(list):
		return append(list, a)
	case at >= 0:
		list[at] = a
	}
	return list
}

// Title returns the text of a media:title, on one line.
func Title(e *newsletter.Extension) string {
	s, isHTML := Text(e)
	if isHTML {
		return html.Text(s)
	}
	return text.Line(s)
}

// Text returns what a media:title or media:description says, and whether that is
// HTML: its type is plain where none is stated.
func Text(e *newsletter.Extension) (s string, isHTML bool) {
	switch strings.ToLower(Attr(e, "type")) {
	case "html", "text/html", "xhtml", "application/xhtml+xml":
		isHTML = true
	}
	return text.TrimSpace(Words(e)), isHTML
}

// HTML returns what a media:title or media:description says as HTML.
func HTML(e *newsletter.Extension) string {
	s, isHTML := Text(e)
	if isHTML {
		return s
	}
	return html.FromText(s)
}

// Name returns the name in lower case of an element of Media RSS, or "" of another.
func Name(e *newsletter.Extension) string {
	if e.Namespace != namespace.Media.URI() && namespace.Of(e.Namespace) != namespace.Media {
		return ""
	}
	return strings.ToLower(e.Name)
}

// Attr returns the value of an attribute without a prefix, by its name in lower case.
func Attr(e *newsletter.Extension, name string) string {
	for i := range e.Attrs {
		if a := &e.Attrs[i]; a.Namespace == "" && len(a.Name) == len(name) && strings.EqualFold(a.Name, name) {
			return text.Line(a.Value)
		}
	}
	return ""
}

// Words is the text of an element with that of what is in it.
func Words(e *newsletter.Extension) string {
	if len(e.Children) == 0 {
		return e.Text
	}
	return string(appendWords(nil, e))
}

func appendWords(b []byte, e *newsletter.Extension) []byte {
	b = append(b, e.Text...)
	for i := range e.Children {
		b = append(appendWords(b, &e.Children[i]), e.Children[i].Tail...)
	}
	return b
}
