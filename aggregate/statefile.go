package aggregate

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	jsonv2 "github.com/go-json-experiment/json"

	"github.com/automationregion/newsletter"
)

// The types below are the form of a State in a file: short names, and nothing
// where nothing is known.

type stateFile struct {
	Schema   int          `json:"schema"`
	Key      string       `json:"key"`
	Name     string       `json:"name,omitempty"`
	Fetch    FetchState   `json:"fetch"`
	Feed     feedFile     `json:"feed,omitzero"`
	Warning  string       `json:"warning,omitempty"`
	Code     int          `json:"lastCode,omitempty"`
	Advice   string       `json:"lastAdvice,omitempty"`
	Most     int          `json:"most,omitempty"`
	Contents string       `json:"contents,omitempty"` // name of the file that holds the contents, one after the other, a line end after each
	Letters  []recordFile `json:"letters,omitempty"`  // the last; before it comes the index, as indexMark says
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
	Closed      bool             `json:"closed,omitempty"`
	Seen        string           `json:"seen,omitempty"`
	Text        string           `json:"text,omitempty"`
	Edits       int              `json:"edits,omitempty"`
	Size        int              `json:"size,omitempty"`
	Sum         string           `json:"sum,omitempty"`
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
}

type attachmentFile struct {
	URL       string        `json:"url,omitempty"`
	MediaType string        `json:"mediaType,omitempty"`
	Length    int64         `json:"length,omitempty"`
	Duration  time.Duration `json:"duration,omitempty"` // nanoseconds
	Title     string        `json:"title,omitempty"`
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

// encodeState writes a state with its contents in the named file.
func encodeState(s *State, contents string) ([]byte, error) {
	f := stateFile{
		Schema: Schema, Key: s.Key, Name: s.Name, Fetch: s.Fetch, Most: s.Most, Contents: contents,
		Warning: s.Warning, Code: s.LastCode, Advice: s.LastAdvice,
		Feed: feedFile{
			ID: s.Feed.ID, Title: s.Feed.Title, URL: s.Feed.URL, Language: s.Feed.Language, Rights: s.Feed.Rights,
			Authors: each(s.Feed.Authors, func(a newsletter.Author) authorFile { return authorFile(a) }),
		},
	}
	out, err := encodeIndented(f, "")
	if err != nil {
		return nil, err
	}
	const end = "\n}\n"
	if len(s.Letters) > 0 {
		letters, err := encodeIndented(each(s.Letters, toFile), "  ")
		if err != nil {
			return nil, err
		}
		letters = slices.Concat([]byte(lettersMark), letters[1:len(letters)-1], []byte(end))
		out = out[:len(out)-len(end)]
		if len(s.Index) > 0 {
			index := binary.BigEndian.AppendUint64(nil, uint64(len(letters)))
			index = binary.BigEndian.AppendUint64(index, uint64(contentsSize(s.Letters)))
			out = append(out, indexMark...)
			out = base64.StdEncoding.AppendEncode(out, append(index, s.Index...))
			out = append(out, '"')
		}
		out = append(out, letters...)
	}
	return out, nil
}

// In the file of a state, a text that stands for the index of the letters comes
// before them: their length in the file, from lettersMark on, and that of their
// contents, each in 8 bytes, and [State.Index], all in base64. It counts as
// long as these lengths are right.
//
// No other text looks like these marks, as line ends in texts are escaped.
const (
	indexMark   = ",\n  \"index\": \""
	lettersMark = ",\n  \"letters\": ["
)

// encodeIndented writes JSON on lines that begin with a prefix, but for the
// first.
func encodeIndented(v any, prefix string) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent(prefix, "  ")
	err := enc.Encode(v)
	return b.Bytes(), err
}

// errSchema says that a later version of this package wrote a state.
var errSchema = errors.New("written by a later version")

// decodeState reads what encodeState wrote. Whatever the bytes, it returns a
// state that holds together, or an error.
func decodeState(data []byte, key string) (*State, error) {
	var f stateFile
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, err
	}
	s, err := f.head(key)
	if err != nil {
		return nil, err
	}
	if s.Letters, err = s.records(f.Letters); err != nil {
		return nil, err
	}
	s.fileSize = contentsSize(s.Letters)
	if s.fileSize > maxContents {
		return nil, fmt.Errorf("its contents are %d bytes long", s.fileSize)
	}
	return s, nil
}

// decodeHead reads the beginning of a file of so many bytes, if its letters need
// not be read.
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
	if err != nil || len(index) < 16 || binary.BigEndian.Uint64(index) != uint64(size-int64(at)) {
		return nil, false
	}
	contents := binary.BigEndian.Uint64(index[8:])
	if _, err := decodeIndex(index[16:]); err != nil || contents > maxContents {
		return nil, false
	}
	var f stateFile
	if jsonv2.Unmarshal(append(head[:len(head):len(head)], '}'), &f) != nil {
		return nil, false
	}
	s, err := f.head(key)
	if err != nil {
		return nil, false
	}
	s.Index, s.fileSize, s.lettersAt = index[16:], int64(contents), int64(at+len(lettersMark))
	return s, true
}

// decodeLetters reads the first n letters of a state from what follows
// lettersMark in its file.
func (s *State) decodeLetters(r io.Reader, n int) ([]*Record, error) {
	dec := json.NewDecoder(io.MultiReader(strings.NewReader("["), r))
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	var letters []recordFile
	for len(letters) < n && dec.More() {
		letters = append(letters, recordFile{})
		if err := dec.Decode(&letters[len(letters)-1]); err != nil {
			return nil, err
		}
	}
	return s.records(letters)
}

// head returns the state without its letters.
func (f *stateFile) head(key string) (*State, error) {
	if f.Schema > Schema {
		return nil, fmt.Errorf("%w: schema %d, and this one knows %d", errSchema, f.Schema, Schema)
	}
	if f.Schema < 1 || f.Key != key {
		return nil, fmt.Errorf("it is the state of %q with schema %d", f.Key, f.Schema)
	}
	if f.Contents != "" && f.Contents != contentsName(key, 0) && f.Contents != contentsName(key, 1) {
		return nil, fmt.Errorf("its contents are in %q", f.Contents)
	}
	return &State{
		Schema: f.Schema, Key: f.Key, Name: f.Name, Fetch: f.Fetch, Most: max(f.Most, 0), file: f.Contents,
		Warning: f.Warning, LastCode: f.Code, LastAdvice: f.Advice,
		Feed: Feed{
			ID: f.Feed.ID, Title: f.Feed.Title, URL: f.Feed.URL, Language: f.Feed.Language, Rights: f.Feed.Rights,
			Authors: each(f.Feed.Authors, func(a authorFile) newsletter.Author { return newsletter.Author(a) }),
		},
	}, nil
}

// records returns the records of the state's letters, or of the first of them.
func (s *State) records(letters []recordFile) ([]*Record, error) {
	records := make([]Record, len(letters))
	list := make([]*Record, len(letters))
	at := int64(0)
	for i := range letters {
		r := &records[i]
		*r = fromFile(&letters[i])
		if r.Size < 0 || r.Size > maxContents {
			return nil, fmt.Errorf("letter %d is %d bytes long", i, r.Size)
		}
		if r.Size > 0 {
			if s.file == "" {
				return nil, fmt.Errorf("letter %d has its content nowhere", i)
			}
			r.at = at + 1
			at += int64(r.Size) + 1
		}
		list[i] = r
	}
	return list, nil
}

// maxContents bounds what is remembered of one partner, in bytes.
const maxContents = 1 << 30

func toFile(r *Record) recordFile {
	l := &r.Letter
	return recordFile{
		GUID: r.GUID, ID: l.ID, URL: l.URL, Title: l.Title, FirstSeen: r.FirstSeen, Left: r.Left, Held: r.Held, Closed: r.Closed,
		Seen: r.Seen, Text: r.Text, Edits: r.Edits, Size: r.Size, Sum: r.Sum,
		Kind: l.Kind, Language: l.Language, Published: l.Published, Updated: l.Updated,
		Summary: l.Summary, Rights: l.Rights, Image: l.Image,
		Authors:     each(l.Authors, func(a newsletter.Author) authorFile { return authorFile(a) }),
		Categories:  each(l.Categories, func(c newsletter.Category) categoryFile { return categoryFile(c) }),
		Attachments: each(l.Attachments, func(a newsletter.Attachment) attachmentFile { return attachmentFile(a) }),
		Source:      sourceFile(l.Source),
		Links:       each(l.Links, func(k newsletter.Link) linkFile { return linkFile(k) }),
	}
}

func fromFile(f *recordFile) Record {
	return Record{
		Letter: newsletter.Letter{
			ID: f.ID, URL: f.URL, Title: f.Title, Kind: f.Kind, Language: f.Language,
			Published: f.Published, Updated: f.Updated, Summary: f.Summary, Rights: f.Rights, Image: f.Image,
			Authors:     each(f.Authors, func(a authorFile) newsletter.Author { return newsletter.Author(a) }),
			Categories:  each(f.Categories, func(c categoryFile) newsletter.Category { return newsletter.Category(c) }),
			Attachments: each(f.Attachments, func(a attachmentFile) newsletter.Attachment { return newsletter.Attachment(a) }),
			Source:      newsletter.Source(f.Source),
			Links:       each(f.Links, func(k linkFile) newsletter.Link { return newsletter.Link(k) }),
		},
		GUID: f.GUID, FirstSeen: f.FirstSeen, Left: f.Left, Held: f.Held, Closed: f.Closed,
		Seen: f.Seen, Text: f.Text, Edits: f.Edits, Size: f.Size, Sum: f.Sum,
	}
}
