package aggregate

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/fetch"
)

// The types below are the form of a State in a file: short names, and nothing
// where nothing is known.

type stateFile struct {
	Sum     string       `json:"sum,omitempty"` // of the file, the first; fileSum has its form
	Schema  int          `json:"schema"`
	Key     string       `json:"key"`
	Name    string       `json:"name,omitempty"`
	Fetch   fetch.State  `json:"fetch"`
	Feed    feedFile     `json:"feed,omitzero"`
	Warning string       `json:"warning,omitempty"`
	Code    int          `json:"lastCode,omitzero"`
	Advice  string       `json:"lastAdvice,omitempty"`
	Most    int          `json:"most,omitzero"`
	Flood   floodFile    `json:"flood,omitzero"`
	Told    toldFile     `json:"told,omitempty"`
	Letters []recordFile `json:"letters,omitempty"` // the last; before it comes the index, as indexMark says
}

// toldFile is written in the order of its IDs, so that a state has one form.
type toldFile map[string]time.Time

func (t toldFile) MarshalJSONTo(enc *jsontext.Encoder) error {
	return json.MarshalEncode(enc, map[string]time.Time(t), json.Deterministic(true))
}

type floodFile struct {
	At     time.Time `json:"at,omitzero"`
	Held   int       `json:"held,omitzero"`
	Reason string    `json:"reason,omitempty"`
}

type feedFile struct {
	ID       string       `json:"id,omitempty"`
	Title    string       `json:"title,omitempty"`
	URL      string       `json:"url,omitempty"`
	Language string       `json:"language,omitempty"`
	Rights   string       `json:"rights,omitempty"`
	Authors  []authorFile `json:"authors,omitempty"`
}

type recordFile struct {
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
	Authors     []authorFile     `json:"authors,omitempty"`
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

type authorFile struct {
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
	JSON      string          `json:"json,omitempty"`
}

type attrFile struct {
	Namespace string `json:"ns,omitempty"`
	Prefix    string `json:"prefix,omitempty"`
	Name      string `json:"name,omitempty"`
	Value     string `json:"value,omitempty"`
}

func extensionToFile(e newsletter.Extension) extensionFile {
	return extensionFile{
		In: e.In, Namespace: e.Namespace, Prefix: e.Prefix, Name: e.Name, Text: e.Text, JSON: e.JSON,
		Attrs:    each(e.Attrs, func(a newsletter.Attr) attrFile { return attrFile(a) }),
		Children: each(e.Children, extensionToFile),
	}
}

func extensionFromFile(f extensionFile) newsletter.Extension {
	return newsletter.Extension{
		In: f.In, Namespace: f.Namespace, Prefix: f.Prefix, Name: f.Name, Text: f.Text, JSON: f.JSON,
		Attrs:    each(f.Attrs, func(a attrFile) newsletter.Attr { return newsletter.Attr(a) }),
		Children: each(f.Children, extensionFromFile),
	}
}

// each converts a list, and leaves none as none.
func each[A, B any](list []A, convert func(A) B) []B {
	if len(list) == 0 {
		return nil
	}
	out := make([]B, len(list))
	for i, a := range list {
		out[i] = convert(a)
	}
	return out
}

// MarshalJSON writes the state with its letters, and without their Index.
func (s *State) MarshalJSON() ([]byte, error) {
	f := s.headFile()
	f.Letters = each(s.Letters, toFile)
	return json.Marshal(f, jsontext.AllowInvalidUTF8(true))
}

// UnmarshalJSON reads what MarshalJSON wrote. A later [Schema] is an error.
func (s *State) UnmarshalJSON(data []byte) error {
	var f stateFile
	if err := json.Unmarshal(data, &f, jsontext.AllowInvalidUTF8(true)); err != nil {
		return err
	}
	read, err := f.state(f.Key)
	if err == nil {
		*s = *read
	}
	return err
}

// headFile returns the form of a state without its letters.
func (s *State) headFile() stateFile {
	return stateFile{
		Schema: Schema, Key: s.Key, Name: s.Name, Fetch: s.Fetch, Most: s.Most, Flood: floodFile(s.Flood),
		Warning: s.Warning, Code: s.LastCode, Advice: s.LastAdvice, Told: s.Told,
		Feed: feedFile{
			ID: s.Feed.ID, Title: s.Feed.Title, URL: s.Feed.URL, Language: s.Feed.Language, Rights: s.Feed.Rights,
			Authors: each(s.Feed.Authors, func(a newsletter.Author) authorFile { return authorFile(a) }),
		},
	}
}

// encodeState writes the file of a state into an empty buffer.
func encodeState(b *bytes.Buffer, s *State) error {
	const end = "\n}"
	f := s.headFile()
	f.Sum = noSum
	if err := writeIndented(b, f, ""); err != nil {
		return err
	}
	if len(s.Letters) > 0 {
		b.Truncate(b.Len() - len(end))
		indexAt, indexSize := b.Len()+len(indexMark), 0
		if len(s.Index) > 0 {
			indexSize = base64.StdEncoding.EncodedLen(8 + len(s.Index))
			b.WriteString(indexMark)
			b.Write(make([]byte, indexSize)) // until the length of the letters is known
			b.WriteByte('"')
		}
		lettersAt := b.Len()
		b.WriteString(lettersMark[:len(lettersMark)-len("[")])
		if err := writeIndented(b, each(s.Letters, toFile), "  "); err != nil {
			return err
		}
		b.WriteString(end)
		if indexSize > 0 {
			length := b.Len() + len("\n") - lettersAt
			index := append(binary.BigEndian.AppendUint64(nil, uint64(length)), s.Index...)
			base64.StdEncoding.Encode(b.Bytes()[indexAt:indexAt+indexSize], index)
		}
	}
	b.WriteByte('\n')
	copy(b.Bytes()[len(sumMark):], fileSum(b.Bytes()))
	return nil
}

// In the file of a state, a text that stands for the index of the letters comes
// before them: their length in the file, from lettersMark on, in 8 bytes, and
// [State.Index], all in base64. It counts as long as this length is right.
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

// errSchema says that a later version of this package wrote a state.
var errSchema = errors.New("written by a later version")

func laterSchema(schema int) error {
	return fmt.Errorf("%w: %w: schema %d, and this one knows %d", ErrUnreadable, errSchema, schema, Schema)
}

// decodeState reads what encodeState wrote. Whatever the bytes, it returns a
// state that holds together, or an error.
func decodeState(data []byte, key string) (*State, error) {
	var f stateFile
	if err := json.Unmarshal(data, &f, jsontext.AllowInvalidUTF8(true)); err != nil {
		return nil, err
	}
	return f.state(key)
}

// state returns the state with its letters.
func (f *stateFile) state(key string) (*State, error) {
	s, err := f.head(key)
	if err != nil {
		return nil, err
	}
	s.Letters = each(f.Letters, fromFile)
	return s, nil
}

// decodeHead reads the beginning of a file of so many bytes, if its letters need
// not be read. It changes a byte of data for as long as it runs.
func decodeHead(data []byte, size int64, key string) (*State, bool) {
	at := bytes.Index(data, []byte(lettersMark))
	if at < 0 {
		return nil, false
	}
	head, text, ok := bytes.Cut(data[:at], []byte(indexMark))
	if !ok {
		return nil, false
	}
	index, err := base64.StdEncoding.AppendDecode(nil, bytes.TrimSuffix(text, []byte{'"'}))
	if err != nil || len(index) < 8 || binary.BigEndian.Uint64(index) != uint64(size-int64(at)) || checkIndex(index[8:]) != nil {
		return nil, false
	}
	end := data[len(head)]
	data[len(head)] = '}'
	var f stateFile
	err = json.Unmarshal(data[:len(head)+1], &f, jsontext.AllowInvalidUTF8(true))
	data[len(head)] = end
	if err != nil {
		return nil, false
	}
	s, err := f.head(key)
	if err != nil {
		return nil, false
	}
	s.Index = index[8:]
	return s, true
}

// decodeLetters reads the first n letters of a list.
func decodeLetters(dec *jsontext.Decoder, n int) ([]*Record, error) {
	if _, err := dec.ReadToken(); err != nil {
		return nil, err
	}
	var letters []*Record
	for len(letters) < n && dec.PeekKind() != ']' {
		var f recordFile
		if err := json.UnmarshalDecode(dec, &f); err != nil {
			return nil, err
		}
		letters = append(letters, fromFile(f))
	}
	return letters, nil
}

// head returns the state without its letters.
func (f *stateFile) head(key string) (*State, error) {
	if f.Schema > Schema {
		return nil, laterSchema(f.Schema)
	}
	if f.Schema < 1 || f.Key != key {
		return nil, fmt.Errorf("it is the state of %q with schema %d", f.Key, f.Schema)
	}
	return &State{
		Schema: f.Schema, Key: f.Key, Name: f.Name, Fetch: f.Fetch, Most: max(f.Most, 0), Flood: Flood(f.Flood),
		Warning: f.Warning, LastCode: f.Code, LastAdvice: f.Advice, Told: f.Told,
		Feed: Feed{
			ID: f.Feed.ID, Title: f.Feed.Title, URL: f.Feed.URL, Language: f.Feed.Language, Rights: f.Feed.Rights,
			Authors: each(f.Feed.Authors, func(a authorFile) newsletter.Author { return newsletter.Author(a) }),
		},
	}, nil
}

func toFile(r *Record) recordFile {
	l := &r.Letter
	return recordFile{
		GUID: r.GUID, ID: l.ID, URL: l.URL, Title: l.Title, FirstSeen: r.FirstSeen, Left: r.Left, Held: r.Held, Closed: r.Closed,
		Seen: r.Seen, Text: r.Text, Edits: r.Edits,
		Kind: l.Kind, Language: l.Language, Published: l.Published, Updated: l.Updated,
		Summary: l.Summary, Rights: l.Rights, Image: l.Image,
		Authors:    each(l.Authors, func(a newsletter.Author) authorFile { return authorFile(a) }),
		Categories: each(l.Categories, func(c newsletter.Category) categoryFile { return categoryFile(c) }),
		Attachments: each(l.Attachments, func(a newsletter.Attachment) attachmentFile {
			return attachmentFile{a.URL, a.MediaType, a.Length, int64(a.Duration), a.Title}
		}),
		Source:     sourceFile(l.Source),
		Links:      each(l.Links, func(k newsletter.Link) linkFile { return linkFile(k) }),
		Extensions: each(l.Extensions, extensionToFile),
		Content:    l.Content,
	}
}

func fromFile(f recordFile) *Record {
	return &Record{
		Letter: newsletter.Letter{
			ID: f.ID, URL: f.URL, Title: f.Title, Kind: f.Kind, Language: f.Language,
			Published: f.Published, Updated: f.Updated, Summary: f.Summary, Rights: f.Rights, Image: f.Image,
			Authors:    each(f.Authors, func(a authorFile) newsletter.Author { return newsletter.Author(a) }),
			Categories: each(f.Categories, func(c categoryFile) newsletter.Category { return newsletter.Category(c) }),
			Attachments: each(f.Attachments, func(a attachmentFile) newsletter.Attachment {
				return newsletter.Attachment{URL: a.URL, MediaType: a.MediaType, Length: a.Length, Duration: time.Duration(a.Duration), Title: a.Title}
			}),
			Source:     newsletter.Source(f.Source),
			Links:      each(f.Links, func(k linkFile) newsletter.Link { return newsletter.Link(k) }),
			Extensions: each(f.Extensions, extensionFromFile),
			Content:    f.Content,
		},
		GUID: f.GUID, FirstSeen: f.FirstSeen, Left: f.Left, Held: f.Held, Closed: f.Closed,
		Seen: f.Seen, Text: f.Text, Edits: max(f.Edits, 0),
	}
}
