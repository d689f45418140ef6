package aggregate

import (
	"context"
	"errors"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate/internal/state"
	"github.com/automationregion/newsletter/fetch"
)

// currentSchema is the version of [State] that this package writes.
const currentSchema = state.Schema

var (
	// ErrStore says that what was seen could not be remembered, or that what is
	// remembered could not be read: the fault is here and not at a partner.
	ErrStore = state.ErrStore

	// ErrUnreadable says that what is remembered of one partner can't be read, while
	// the store works: a file may not be read, or a later version wrote it. A run
	// leaves the partner out and goes on. It is ErrStore too.
	ErrUnreadable = state.ErrUnreadable

	// errLocked says that another process uses the folder that remembers.
	errLocked = errors.New("another process is using this state")

	// ErrOvertaken says that a claim on a partner is not the caller's any more: its
	// lease ended, and somebody else has claimed the partner since. What the
	// caller wanted to record is not recorded.
	ErrOvertaken = state.ErrOvertaken

	// errReadOnly says that a store was opened for reading alone.
	errReadOnly = errors.New("the state was opened for reading alone")
)

// A Store remembers partners between runs. Several goroutines use it at once;
// an implementation over a database may be shared by several processes too.
//
// A State that a store returns is the caller's to change, and a store keeps no
// reference to one that it is given. [Claim.Wants] says whom a claim is for, and a
// State writes and reads itself as JSON, with all its letters.
//
// A claim has a number, the Epoch of the State that Claim returns, and each later
// claim on the partner has a greater one. Record, RecordVisit and Unclaim take
// the state with that number, and are refused with [ErrOvertaken] as soon as the
// partner has been claimed again: a caller that was stopped for longer than its
// lease never writes over what came after it. The end of the lease alone is no
// reason to refuse. A call repeated because its answer was lost is not refused.
//
// Package [github.com/automationregion/newsletter/aggregate/storetest] has the
// tests that every store has to pass.
//
// A [State] whose Index is kept may come without its letters, which Letters
// reads where they are wanted: most partners bring nothing new.
type Store interface {
	// Claim returns what is remembered of the partner with this key: an empty
	// State with the key alone if it is unknown. If the partner is due, it also
	// takes it for the caller until Record, Unclaim or the end of the lease,
	// and claimed is true. It is false for a partner that is not due and for one
	// that somebody else has claimed.
	Claim(ctx context.Context, key string, c Claim) (s *State, claimed bool, err error)

	// Record remembers the state of a claimed partner, all of it or, with an
	// error, nothing, and ends the claim. The state has all its letters.
	Record(ctx context.Context, s *State) error

	// RecordVisit remembers the Fetch alone of a claimed partner that was recorded
	// before, because a visit changed nothing else, and ends the claim.
	RecordVisit(ctx context.Context, s *State) error

	// Unclaim ends a claim and leaves what is remembered as it is.
	Unclaim(ctx context.Context, s *State) error

	// Load returns what is remembered of a partner, whoever has claimed it.
	Load(ctx context.Context, key string) (*State, error)

	// Letters returns the first n letters that are remembered of a partner, or
	// all of them if n is negative or they are fewer. Of a partner whose state
	// came without letters, none at all says that they are lost.
	Letters(ctx context.Context, key string, n int) ([]*Record, error)

	// Rests returns the servers that asked for a rest in earlier runs, and until
	// when. A server is a host, with its port if it is not that of http or https.
	Rests(ctx context.Context) (map[string]time.Time, error)

	// RecordRests adds to what Rests returns: of two times for a server the later
	// counts. Times that are past by now may be dropped.
	RecordRests(ctx context.Context, now time.Time, rests map[string]time.Time) error

	// Close ends the store, which whoever opened it calls.
	Close() error
}

// A Claim says what a caller of [Store] takes a partner for.
type Claim struct {
	Now   time.Time
	Lease time.Duration // from Now on, after which others may claim it, should the caller have died
	All   bool          // also if the partner is not due
}

// Wants says whether the claim is for a partner in this state: one that is due,
// or any if All is set.
func (c Claim) Wants(s *State) bool { return c.All || s.Fetch.IsDue(c.Now) }

// A State is what is remembered of one partner.
type State struct {
	Schema  int         // version of its form that it was recorded in; UnmarshalJSON refuses later ones
	Key     string      // [Partner.Key]
	Epoch   int64       // number of the claim that it came with; 0 if it came with none
	Name    string      // of the partner, for people
	Fetch   fetch.State // when and how to ask next
	Feed    Feed        // what the partner's feed last said of itself
	Warning string      // what is wrong with the feed although it can be read

	LastCode   int    // HTTP status of the last visit, if it failed
	LastAdvice string // what the partner could do about that

	Most    int       // most letters that it ever brought at once
	Flood   Flood     // what is held back, because it was far more
	Letters []*Record // newest first

	// Told says of its published letters which of their versions a [Service] told
	// of: by ID, when that was Updated.
	Told map[string]time.Time

	// Index says of the Letters, in a form of its own, what a run has to know if
	// none of them is wanted. Record is given it, and a store may keep it; with
	// it, and only then, a store may leave out the Letters. It is nil where they
	// are always needed.
	Index []byte
}

// A Flood is what is held back of a partner's letters.
type Flood struct {
	At     time.Time // when letters last were held back
	Held   int       // letters that are
	Reason string    // why
}

// A Feed is what a partner's feed says of itself.
type Feed struct {
	ID       string
	Title    string
	URL      string // home page
	Language string
	Rights   string
	Authors  []newsletter.Author
}

// A Record is what is remembered of one letter.
type Record struct {
	// Letter is as it will be published: cleaned and repaired, but without what
	// comes from its feed, such as its Source.
	Letter newsletter.Letter

	GUID      string    // the ID that the partner gave it; the letter's own ID may have to differ
	FirstSeen time.Time // start of the run that first saw it
	Left      time.Time // start of the run that first missed it in the feed; zero while it is there
	Seen      string    // hash of the letter as the partner last sent it
	Text      string    // hash of its title and words, without markup; empty if they are too few to know it by
	Edits     int       // changes in a row, without a visit between that saw none
	Held      string    // why it is held back; empty if it is not
	Closed    bool      // there are too many newer ones: of the letter only ID, URL, Title and Published are kept
}

// firstOf returns the first n records, or all of them if n is negative or they
// are fewer.
func firstOf(records []*Record, n int) []*Record {
	if n >= 0 && n < len(records) {
		return records[:n]
	}
	return records
}

// mergeRests adds rests to those that are known, without those that are past.
func mergeRests(known, rests map[string]time.Time, now time.Time) map[string]time.Time {
	merged := map[string]time.Time{}
	for _, list := range []map[string]time.Time{known, rests} {
		for host, until := range list {
			if until.After(now) && until.After(merged[host]) {
				merged[host] = until
			}
		}
	}
	return merged
}

// markedStore is a store each of whose errors is ErrStore, but for ErrOvertaken.
type markedStore struct{ store Store }

func (m markedStore) Claim(ctx context.Context, key string, c Claim) (*State, bool, error) {
	s, claimed, err := m.store.Claim(ctx, key, c)
	return s, claimed, state.Failed(err)
}

func (m markedStore) Record(ctx context.Context, s *State) error {
	return state.Failed(m.store.Record(ctx, s))
}

func (m markedStore) RecordVisit(ctx context.Context, s *State) error {
	return state.Failed(m.store.RecordVisit(ctx, s))
}

func (m markedStore) Unclaim(ctx context.Context, s *State) error {
	return state.Failed(m.store.Unclaim(ctx, s))
}

func (m markedStore) Load(ctx context.Context, key string) (*State, error) {
	s, err := m.store.Load(ctx, key)
	return s, state.Failed(err)
}

func (m markedStore) Letters(ctx context.Context, key string, n int) ([]*Record, error) {
	letters, err := m.store.Letters(ctx, key, n)
	return letters, state.Failed(err)
}

func (m markedStore) Rests(ctx context.Context) (map[string]time.Time, error) {
	rests, err := m.store.Rests(ctx)
	return rests, state.Failed(err)
}

func (m markedStore) RecordRests(ctx context.Context, now time.Time, rests map[string]time.Time) error {
	return state.Failed(m.store.RecordRests(ctx, now, rests))
}

func (m markedStore) Close() error { return m.store.Close() }
