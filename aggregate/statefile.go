package aggregate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

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
	Letters  []recordFile `json:"letters,omitempty"`
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
		Letters: each(s.Letters, toFile),
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(f); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// errSchema says that a later version of this package wrote a state.
var errSchema = errors.New("written by a later version")

// decodeState reads what encodeState wrote. Whatever the bytes, it returns a
// state that holds together, or an error.
func decodeState(data []byte, key string) (*State, error) {
	var f stateFile
	if err := unmarshalState(data, &f); err != nil {
		return nil, err
	}
	if f.Schema > Schema {
		return nil, fmt.Errorf("%w: schema %d, and this one knows %d", errSchema, f.Schema, Schema)
	}
	if f.Schema < 1 || f.Key != key {
		return nil, fmt.Errorf("it is the state of %q with schema %d", f.Key, f.Schema)
	}
	if f.Contents != "" && f.Contents != contentsName(key, 0) && f.Contents != contentsName(key, 1) {
		return nil, fmt.Errorf("its contents are in %q", f.Contents)
	}
	s := &State{
		Schema: f.Schema, Key: f.Key, Name: f.Name, Fetch: f.Fetch, Most: max(f.Most, 0), file: f.Contents,
		Warning: f.Warning, LastCode: f.Code, LastAdvice: f.Advice,
		Feed: Feed{
			ID: f.Feed.ID, Title: f.Feed.Title, URL: f.Feed.URL, Language: f.Feed.Language, Rights: f.Feed.Rights,
			Authors: each(f.Feed.Authors, func(a authorFile) newsletter.Author { return newsletter.Author(a) }),
		},
	}
	records := make([]Record, len(f.Letters))
	s.Letters = make([]*Record, len(f.Letters))
	at := int64(0)
	for i := range f.Letters {
		r := &records[i]
		*r = fromFile(&f.Letters[i])
		if r.Size < 0 || r.Size > maxContents {
			return nil, fmt.Errorf("letter %d is %d bytes long", i, r.Size)
		}
		if r.Size > 0 {
			if f.Contents == "" {
				return nil, fmt.Errorf("letter %d has its content nowhere", i)
			}
			r.at = at + 1
			at += int64(r.Size) + 1
		}
		s.Letters[i] = r
	}
	if at > maxContents {
		return nil, fmt.Errorf("its contents are %d bytes long", at)
	}
	s.fileSize = at
	return s, nil
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
