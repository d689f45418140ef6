package aggregate

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate/internal/sameness"
)

// An index is what a merger has to know of a partner's letters before it knows
// which of them are wanted. A store keeps it beside them, as [State.Index], so
// that the letters of a partner that brought nothing new need not be read.
type index struct {
	updated time.Time // when the newest letter was, in the sense of State.updated
	oldest  int64     // least published of entries, in seconds
	entries []indexEntry
}

// An indexEntry is a letter that may be published.
type indexEntry struct {
	record    int32 // index in the state's letters
	declares  bool  // the letter has a source of its own
	published int64 // seconds
	firstSeen int64

	// Numbers for names, 0 for none: of the letter's ID, its page, its words, the
	// sites of page and ID, and the names of the source that it declares.
	id, page, text, pageSite, idSite uint64
	source                           [3]uint64
}

func newIndex(letters []*Record) index {
	x := index{oldest: math.MaxInt64, entries: make([]indexEntry, 0, len(letters))}
	for i, r := range letters {
		if r.Held != "" {
			continue
		}
		if r.Letter.Updated.After(x.updated) {
			x.updated = r.Letter.Updated
		}
		if !r.Closed {
			e := newIndexEntry(i, &r.Letter, r.Text, r.FirstSeen)
			x.oldest = min(x.oldest, e.published)
			x.entries = append(x.entries, e)
		}
	}
	return x
}

func newIndexEntry(i int, l *newsletter.Letter, text string, firstSeen time.Time) indexEntry {
	published := l.Published
	if published.IsZero() {
		published = l.Updated
	}
	e := indexEntry{
		record: int32(i), declares: l.Source != (newsletter.Source{}),
		published: published.Unix(), firstSeen: firstSeen.Unix(),
		id: sameness.Number(sameness.ID(l.ID)), page: sameness.Number(sameness.URL(l.URL)), text: sameness.Number(text),
		pageSite: sameness.Number(sameness.Site(l.URL)), idSite: sameness.Number(sameness.Site(l.ID)),
	}
	if e.declares {
		e.source = [3]uint64{sameness.Number(sameness.URL(l.Source.ID)), sameness.Number(sameness.URL(l.Source.URL)), sameness.Number(sameness.URL(l.Source.FeedURL))}
	}
	return e
}

// encodeIndex returns the index of letters in bytes. It is nil if a quiet visit
// would change one of them, so that they have to be read in any case.
func encodeIndex(letters []*Record) []byte {
	for _, r := range letters {
		if r.Edits > 0 && r.Edits <= restless || r.Letter.Published.IsZero() {
			return nil
		}
	}
	if len(letters) == 0 {
		return nil
	}
	x := newIndex(letters)
	updated, err := x.updated.MarshalText()
	if err != nil {
		return nil
	}
	out := make([]byte, 0, 1+len(updated)+8+len(x.entries)*indexEntrySize)
	out = append(append(out, byte(len(updated))), updated...)
	out = binary.BigEndian.AppendUint64(out, uint64(x.oldest))
	for i := range x.entries {
		e := &x.entries[i]
		out = binary.BigEndian.AppendUint32(out, uint32(e.record))
		for _, n := range [...]uint64{uint64(e.published), uint64(e.firstSeen), e.id, e.page, e.text, e.pageSite, e.idSite} {
			out = binary.BigEndian.AppendUint64(out, n)
		}
		if !e.declares {
			out = append(out, 0)
			continue
		}
		out = append(out, 1)
		for _, n := range e.source {
			out = binary.BigEndian.AppendUint64(out, n)
		}
	}
	return out
}

var errIndex = errors.New("the index of the letters is damaged")

// decodeIndexHead reads all but the entries, which are the rest.
func decodeIndexHead(data []byte) (x index, rest []byte, err error) {
	if len(data) == 0 {
		return x, nil, errIndex
	}
	end := 1 + int(data[0])
	if len(data) < end+8 {
		return x, nil, errIndex
	}
	text, rest := data[1:end], data[end:]
	if x.updated.UnmarshalText(text) != nil {
		return x, nil, errIndex
	}
	x.oldest = int64(binary.BigEndian.Uint64(rest))
	return x, rest[8:], nil
}

// decodeIndex reads what encodeIndex wrote. The entries take the room, if there
// is enough.
func decodeIndex(data []byte, room []indexEntry) (x index, err error) {
	x, data, err = decodeIndexHead(data)
	if err != nil {
		return x, err
	}
	x.entries = slices.Grow(room[:0], len(data)/indexEntrySize)
	for len(data) > 0 {
		var e indexEntry
		if data, err = e.decode(data); err != nil {
			return index{}, err
		}
		x.entries = append(x.entries, e)
	}
	return x, nil
}

// checkIndex returns the error that decodeIndex would.
func checkIndex(data []byte) error {
	_, data, err := decodeIndexHead(data)
	for err == nil && len(data) > 0 {
		var e indexEntry
		data, err = e.decode(data)
	}
	return err
}

// The bytes of an entry, and those that one has more which declares a source.
const indexEntrySize, indexSourceSize = 4 + 7*8 + 1, 3 * 8

// decode reads an entry, and returns what comes after it.
func (e *indexEntry) decode(data []byte) (rest []byte, err error) {
	const short = indexEntrySize
	if len(data) < short || data[short-1] > 1 {
		return nil, errIndex
	}
	e.record, e.declares = int32(binary.BigEndian.Uint32(data)), data[short-1] == 1
	if e.record < 0 {
		return nil, errIndex
	}
	next := func(at int) uint64 { return binary.BigEndian.Uint64(data[at:]) }
	e.published, e.firstSeen = int64(next(4)), int64(next(12))
	e.id, e.page, e.text, e.pageSite, e.idSite = next(20), next(28), next(36), next(44), next(52)
	if !e.declares {
		return data[short:], nil
	}
	if len(data) < short+indexSourceSize {
		return nil, errIndex
	}
	e.source = [3]uint64{next(short), next(short + 8), next(short + 16)}
	return data[short+indexSourceSize:], nil
}

// leftOut says whether the state came from its store without its letters.
func (s *State) leftOut() bool { return len(s.Index) > 0 && s.Letters == nil }

// index returns the index of the state's letters. Its entries take the room, if
// there is enough.
func (s *State) index(room []indexEntry) index {
	if len(s.Index) > 0 {
		if x, err := decodeIndex(s.Index, room); err == nil {
			return x
		}
	}
	return newIndex(s.Letters)
}

// updated returns when the newest of the letters was that may be published or
// were.
func (s *State) updated() (newest time.Time) {
	if s.leftOut() {
		x, _, _ := decodeIndexHead(s.Index)
		return x.updated
	}
	for _, r := range s.Letters {
		if r.Held == "" && r.Letter.Updated.After(newest) {
			newest = r.Letter.Updated
		}
	}
	return newest
}
