package aggregate

import (
	"context"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/automationregion/newsletter/aggregate/internal/sameness"
)

// MarshalJSON writes the record as it stands in the letters of its state.
func (r *Record) MarshalJSON() ([]byte, error) {
	return json.Marshal(toFile(r), jsontext.AllowInvalidUTF8(true))
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (r *Record) UnmarshalJSON(data []byte) error {
	var f recordFile
	if err := json.Unmarshal(data, &f, jsontext.AllowInvalidUTF8(true)); err != nil {
		return err
	}
	*r = *fromFile(f)
	return nil
}

// Names are numbers for what a letter is known by, the same in every process; 0
// stands for a name that it hasn't. Letters that share none are never the same
// letter, nor do they need another ID. So a store that has them in an index finds
// those that have to be compared.
func (r *Record) Names() (id, page, words uint64) {
	return sameness.Number(sameness.ID(r.Letter.ID)), sameness.Number(sameness.URL(r.Letter.URL)), sameness.Number(r.Text)
}

// Open says whether the letter may be published: it is not held back, and its
// text is still there.
func (r *Record) Open() bool { return r.Held == "" && !r.Closed }

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
