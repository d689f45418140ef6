package aggregate

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/automationregion/newsletter/aggregate/internal/state"
)

// MarshalJSON writes the state with its letters, and without their Index.
func (s *State) MarshalJSON() ([]byte, error) {
	return json.Marshal(toFile(s), jsontext.AllowInvalidUTF8(true))
}

// UnmarshalJSON reads what MarshalJSON wrote. What a later version of this package wrote is an error.
func (s *State) UnmarshalJSON(data []byte) error {
	f, err := state.Decode(data)
	if err != nil {
		return err
	}
	read, err := fromFile(&f, f.Key)
	if err == nil {
		*s = *read
	}
	return err
}

// MarshalJSON writes the record as it stands in the letters of its state.
func (r *Record) MarshalJSON() ([]byte, error) {
	return json.Marshal(toRecord(r), jsontext.AllowInvalidUTF8(true))
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (r *Record) UnmarshalJSON(data []byte) error {
	var f state.Record
	if err := json.Unmarshal(data, &f, jsontext.AllowInvalidUTF8(true)); err != nil {
		return err
	}
	*r = *fromRecord(f)
	return nil
}

// toFile returns the form of a state in a file.
func toFile(s *State) state.File {
	return state.File{
		Schema: currentSchema, Key: s.Key, Name: s.Name, Fetch: s.Fetch, Most: s.Most, Flood: state.Flood(s.Flood),
		Warning: s.Warning, Code: s.LastCode, Advice: s.LastAdvice, Told: s.Told,
		Feed: state.Feed{
			ID: s.Feed.ID, Title: s.Feed.Title, URL: s.Feed.URL, Language: s.Feed.Language, Rights: s.Feed.Rights,
			Authors: state.ToAuthors(s.Feed.Authors),
		},
		Letters: state.Each(s.Letters, toRecord), Index: s.Index,
	}
}

// errSchema says that a later version of this package wrote a state.
var errSchema = errors.New("written by a later version")

func laterSchema(schema int) error {
	return fmt.Errorf("%w: %w: schema %d, and this one knows %d", ErrUnreadable, errSchema, schema, currentSchema)
}

// fromFile returns the state of a partner that a file has. Whatever stands in it, the
// state holds together, or there is an error.
func fromFile(f *state.File, key string) (*State, error) {
	if f.Schema > currentSchema {
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
			Authors: state.FromAuthors(f.Feed.Authors),
		},
		Letters: state.Each(f.Letters, fromRecord), Index: f.Index,
	}, nil
}

func toRecord(r *Record) state.Record {
	f := state.Record{
		GUID: r.GUID, FirstSeen: r.FirstSeen, Left: r.Left, Held: r.Held, Closed: r.Closed, Seen: r.Seen, Text: r.Text, Edits: r.Edits,
	}
	f.SetLetter(&r.Letter)
	return f
}

func fromRecord(f state.Record) *Record {
	return &Record{
		Letter: f.Letter(),
		GUID:   f.GUID, FirstSeen: f.FirstSeen, Left: f.Left, Held: f.Held, Closed: f.Closed, Seen: f.Seen, Text: f.Text, Edits: max(f.Edits, 0),
	}
}

// A picker is a [Store] of which an Aggregator that is offline asks no more than it
// needs.
type picker interface {
	// Pick returns letters of many partners at once, by the key of their partner and
	// their places among its letters, in the order of the places; nil for one that
	// isn't there or can't be read.
	Pick(ctx context.Context, places map[string][]int) (map[string][]*Record, error)

	// Rename gives the letters of a partner that have one of the IDs the one that is
	// there for it, without a claim, so that a letter that had to be given an ID keeps
	// it.
	Rename(ctx context.Context, key string, ids map[string]string) error
}
