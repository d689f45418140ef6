// Package state keeps what is remembered of partners in files: their form, their
// checksums, as much of them as is wanted, and who has claimed a partner.
package state

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/fetch"
)

// Schema is the version of the form of files.
const Schema = 1

// The types below are the form of what is remembered, in a file: short names, and
// nothing where nothing is known.

// A File is what is remembered of a partner.
type File struct {
	Sum     string      `json:"sum,omitempty"` // of the file, the first; fileSum has its form
	Schema  int         `json:"schema"`
	Key     string      `json:"key"`
	Name    string      `json:"name,omitempty"`
	Fetch   fetch.State `json:"fetch"`
	Feed    Feed        `json:"feed,omitzero"`
	Warning string      `json:"warning,omitempty"`
	Code    int         `json:"lastCode,omitzero"`
	Advice  string      `json:"lastAdvice,omitempty"`
	Most    int         `json:"most,omitzero"`
	Flood   Flood       `json:"flood,omitzero"`
	Told    Told        `json:"told,omitempty"`
	Letters []Record    `json:"letters,omitempty"` // the last; before it comes the index, as indexMark says

	Index []byte `json:"-"`
}

// Told is written in the order of its IDs, so that a state has one form.
type Told map[string]time.Time

// MarshalJSONTo is described at [json.MarshalerTo].
func (t Told) MarshalJSONTo(enc *jsontext.Encoder) error {
	return json.MarshalEncode(enc, map[string]time.Time(t), json.Deterministic(true))
}

// A Flood is what is held back.
type Flood struct {
	At     time.Time `json:"at,omitzero"`
	Held   int       `json:"held,omitzero"`
	Reason string    `json:"reason,omitempty"`
}

// A Feed is what a feed says of itself.
type Feed struct {
	ID       string   `json:"id,omitempty"`
	Title    string   `json:"title,omitempty"`
	URL      string   `json:"url,omitempty"`
	Language string   `json:"language,omitempty"`
	Rights   string   `json:"rights,omitempty"`
	Authors  []Author `json:"authors,omitempty"`
}

// A Record is what is remembered of a letter.
type Record struct {
	GUID        string           `json:"guid,omitempty"`
	ID          string           `json:"id,omitempty"`
	URL         string           `json:"url,omitempty"`
	Title       string           `json:"title,omitempty"`
	FirstSeen   time.Time        `json:"firstSeen"`
	Left        time.Time        `json:"left,omitzero"`
	Held        string           `json:"held,omitempty"`
	Closed      bool             `json:"closed,omitzero"`
	Seen        string           `json:"seen,omitempty"`
	Text        string           `json:"text,omitempty"`
	Edits       int              `json:"edits,omitzero"`
	Kind        string           `json:"kind,omitempty"`
	Language    string           `json:"language,omitempty"`
	Authors     []Author         `json:"authors,omitempty"`
	Published   time.Time        `json:"published,omitzero"`
	Updated     time.Time        `json:"updated,omitzero"`
	Summary     string           `json:"summary,omitempty"`
	Rights      string           `json:"rights,omitempty"`
	Categories  []categoryFile   `json:"categories,omitempty"`
	Image       string           `json:"image,omitempty"`
	Attachments []attachmentFile `json:"attachments,omitempty"`
	Source      sourceFile       `json:"source,omitzero"`
	Links       []linkFile       `json:"links,omitempty"`
	Extensions  []extensionFile  `json:"extensions,omitempty"`
	Content     string           `json:"content,omitempty"`
}

// An Author is that of a feed or a letter.
type Author struct {
	Name         string `json:"name,omitempty"`
	Organization string `json:"organization,omitempty"`
	Email        string `json:"email,omitempty"`
	URL          string `json:"url,omitempty"`
	Avatar       string `json:"avatar,omitempty"`
}

type categoryFile struct {
	Term   string `json:"term,omitempty"`
	Scheme string `json:"scheme,omitempty"`
	Label  string `json:"label,omitempty"`
}

type attachmentFile struct {
	URL       string `json:"url,omitempty"`
	MediaType string `json:"mediaType,omitempty"`
	Length    int64  `json:"length,omitzero"`
	Duration  int64  `json:"duration,omitzero"` // nanoseconds
	Title     string `json:"title,omitempty"`
}

type sourceFile struct {
	ID      string    `json:"id,omitempty"`
	Title   string    `json:"title,omitempty"`
	URL     string    `json:"url,omitempty"`
	FeedURL string    `json:"feedURL,omitempty"`
	Updated time.Time `json:"updated,omitzero"`
}

type linkFile struct {
	Rel       string `json:"rel,omitempty"`
	URL       string `json:"url,omitempty"`
	MediaType string `json:"mediaType,omitempty"`
	Language  string `json:"language,omitempty"`
	Title     string `json:"title,omitempty"`
}

type extensionFile struct {
	In        string          `json:"in,omitempty"`
	Namespace string          `json:"ns,omitempty"`
	Prefix    string          `json:"prefix,omitempty"`
	Name      string          `json:"name,omitempty"`
	Attrs     []attrFile      `json:"attrs,omitempty"`
	Text      string          `json:"text,omitempty"`
	Children  []extensionFile `json:"children,omitempty"`
	Tail      string          `json:"tail,omitempty"`
	JSON      string          `json:"json,omitempty"`
}

type attrFile struct {
	Namespace string `json:"ns,omitempty"`
	Prefix    string `json:"prefix,omitempty"`
	Name      string `json:"name,omitempty"`
	Value     string `json:"value,omitempty"`
}

func extensionsToFile(x newsletter.Extensions) []extensionFile {
	list := Each(x.Elements, elementToFile)
	for _, a := range x.Attributes {
		list = append(list, extensionFile{In: a.In.String(), Attrs: []attrFile{attrFile(a.Attr)}})
	}
	for _, m := range x.Members {
		list = append(list, extensionFile{In: m.In.String(), Name: m.Name, JSON: m.JSON})
	}
	return list
}

func extensionsFromFile(list []extensionFile) (x newsletter.Extensions) {
	for _, f := range list {
		in := newsletter.ParsePlace(f.In)
		switch {
		case f.JSON != "":
			x.Members = append(x.Members, newsletter.Member{In: in, Name: f.Name, JSON: f.JSON})
		case f.Name == "":
			for _, a := range f.Attrs {
				x.Attributes = append(x.Attributes, newsletter.Attribute{In: in, Attr: newsletter.Attr(a)})
			}
		default:
			x.Elements = append(x.Elements, elementFromFile(f))
		}
	}
	return x
}

func elementToFile(e newsletter.Extension) extensionFile {
	return extensionFile{
		In: e.In.String(), Namespace: e.Namespace, Prefix: e.Prefix, Name: e.Name, Text: e.Text, Tail: e.Tail,
		Attrs:    Each(e.Attrs, func(a newsletter.Attr) attrFile { return attrFile(a) }),
		Children: Each(e.Children, elementToFile),
	}
}

func elementFromFile(f extensionFile) newsletter.Extension {
	return newsletter.Extension{
		In: newsletter.ParsePlace(f.In), Namespace: f.Namespace, Prefix: f.Prefix, Name: f.Name, Text: f.Text, Tail: f.Tail,
		Attrs:    Each(f.Attrs, func(a attrFile) newsletter.Attr { return newsletter.Attr(a) }),
		Children: Each(f.Children, elementFromFile),
	}
}

// Each converts a list, and leaves none as none.
func Each[A, B any](list []A, convert func(A) B) []B {
	if len(list) == 0 {
		return nil
	}
	out := make([]B, len(list))
	for i, a := range list {
		out[i] = convert(a)
	}
	return out
}

// Encode writes a file into an empty buffer.
func (f File) Encode(b *bytes.Buffer) error {
	const end = "\n}"
	letters := f.Letters
	f.Letters, f.Sum = nil, NoSum
	if err := writeIndented(b, f, ""); err != nil {
		return err
	}
	if len(letters) > 0 {
		b.Truncate(b.Len() - len(end))
		indexAt, indexSize := b.Len()+len(indexMark), 0
		if len(f.Index) > 0 {
			indexSize = base64.StdEncoding.EncodedLen(8 + len(f.Index))
			b.WriteString(indexMark)
			b.Write(make([]byte, indexSize)) // until the length of the letters is known
			b.WriteByte('"')
		}
		lettersAt := b.Len()
		b.WriteString(lettersMark[:len(lettersMark)-len("[")])
		if err := writeIndented(b, letters, "  "); err != nil {
			return err
		}
		b.WriteString(end)
		if indexSize > 0 {
			length := b.Len() + len("\n") - lettersAt
			index := append(binary.BigEndian.AppendUint64(nil, uint64(length)), f.Index...)
			base64.StdEncoding.Encode(b.Bytes()[indexAt:indexAt+indexSize], index)
		}
	}
	b.WriteByte('\n')
	Seal(b.Bytes())
	return nil
}

// In the file of a state, a text that stands for the index of the letters comes
// before them: their length in the file, from lettersMark on, in 8 bytes, and
// the index, all in base64. It counts as long as this length is right.
//
// No other text looks like these marks, as line ends in texts are escaped.
const (
	indexMark   = ",\n  \"index\": \""
	lettersMark = ",\n  \"letters\": ["
)

// writeIndented writes JSON on lines that begin with a prefix, but for the
// first.
func writeIndented(b *bytes.Buffer, v any, prefix string) error {
	return json.MarshalWrite(b, v, jsontext.WithIndentPrefix(prefix), jsontext.WithIndent("  "), jsontext.AllowInvalidUTF8(true))
}

// Decode reads what Encode wrote, but for the index.
func Decode(data []byte) (f File, err error) {
	err = json.Unmarshal(data, &f, jsontext.AllowInvalidUTF8(true))
	return f, err
}

// decodeHead reads the beginning of a file of so many bytes that has an index of its
// letters. It changes a byte of data for as long as it runs.
func decodeHead(data []byte, size int64) (f File, ok bool) {
	at := bytes.Index(data, []byte(lettersMark))
	if at < 0 {
		return f, false
	}
	head, text, ok := bytes.Cut(data[:at], []byte(indexMark))
	if !ok {
		return f, false
	}
	index, err := base64.StdEncoding.AppendDecode(nil, bytes.TrimSuffix(text, []byte{'"'}))
	if err != nil || len(index) < 8 || binary.BigEndian.Uint64(index) != uint64(size-int64(at)) {
		return f, false
	}
	end := data[len(head)]
	data[len(head)] = '}'
	f, err = Decode(data[:len(head)+1])
	data[len(head)] = end
	f.Index = index[8:]
	return f, err == nil
}

// decodeLetters reads the first n letters of a list.
func decodeLetters(dec *jsontext.Decoder, n int) ([]Record, error) {
	if _, err := dec.ReadToken(); err != nil {
		return nil, err
	}
	var letters []Record
	for len(letters) < n && dec.PeekKind() != ']' {
		var f Record
		if err := json.UnmarshalDecode(dec, &f); err != nil {
			return nil, err
		}
		letters = append(letters, f)
	}
	return letters, nil
}

// SetLetter takes over what a letter says.
func (r *Record) SetLetter(l *newsletter.Letter) {
	r.ID, r.URL, r.Title, r.Kind, r.Language = l.ID, l.URL, l.Title, l.Kind, l.Language
	r.Published, r.Updated, r.Summary, r.Rights, r.Image = l.Published, l.Updated, l.Summary, l.Rights, l.Image
	r.Authors = ToAuthors(l.Authors)
	r.Categories = Each(l.Categories, func(c newsletter.Category) categoryFile { return categoryFile(c) })
	r.Attachments = Each(l.Attachments, func(a newsletter.Attachment) attachmentFile {
		return attachmentFile{a.URL, a.MediaType, a.Length, int64(a.Duration), a.Title}
	})
	r.Source = sourceFile(l.Source)
	r.Links = Each(l.Links, func(k newsletter.Link) linkFile { return linkFile(k) })
	r.Extensions = extensionsToFile(l.Extensions)
	r.Content = l.Content
}

// Letter returns the letter.
func (r *Record) Letter() newsletter.Letter {
	return newsletter.Letter{
		ID: r.ID, URL: r.URL, Title: r.Title, Kind: r.Kind, Language: r.Language,
		Published: r.Published, Updated: r.Updated, Summary: r.Summary, Rights: r.Rights, Image: r.Image,
		Authors:    FromAuthors(r.Authors),
		Categories: Each(r.Categories, func(c categoryFile) newsletter.Category { return newsletter.Category(c) }),
		Attachments: Each(r.Attachments, func(a attachmentFile) newsletter.Attachment {
			return newsletter.Attachment{URL: a.URL, MediaType: a.MediaType, Length: a.Length, Duration: time.Duration(a.Duration), Title: a.Title}
		}),
		Source:     newsletter.Source(r.Source),
		Links:      Each(r.Links, func(k linkFile) newsletter.Link { return newsletter.Link(k) }),
		Extensions: extensionsFromFile(r.Extensions),
		Content:    r.Content,
	}
}

// ToAuthors returns the form of authors.
func ToAuthors(list []newsletter.Author) []Author {
	return Each(list, func(a newsletter.Author) Author { return Author(a) })
}

// FromAuthors returns the authors.
func FromAuthors(list []Author) []newsletter.Author {
	return Each(list, func(a Author) newsletter.Author { return newsletter.Author(a) })
}
