// Package roll says which list of partners holds. A new one that drops many at once may
// be one that was cut off, or another newsletter's: it is held, and the one before goes
// on, until somebody says that it is meant.
package roll

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/internal/atomicfile"
	"github.com/automationregion/newsletter/internal/weburl"
)

// A list that drops more than so many partners, and more than one in so many, is held.
const (
	fewRemoved = 10
	oneIn      = 5
)

// Notes are what a memory of partners has room for beside them: a few bytes under a name.
type Notes interface {
	Note(ctx context.Context, name string) ([]byte, error) // nil if there is none
	SetNote(ctx context.Context, name string, data []byte) error
}

// The names of notes.
const (
	heldNote = "held"
	listNote = "list"
)

// A Held is a list that is held.
type Held struct {
	List     string   `json:"list"` // tells it from others
	Listed   int      `json:"listed"`
	Removed  int      `json:"removed"`
	Names    []string `json:"names"` // of the first that it drops
	Accepted bool     `json:"accepted"`
}

// String says what the list would drop.
func (h *Held) String() string {
	names := strings.Join(h.Names, ", ")
	if more := h.Removed - len(h.Names); more > 0 && names != "" {
		names += fmt.Sprintf(" and %d more", more)
	}
	if names != "" {
		names = " (" + names + ")"
	}
	return fmt.Sprintf("drops %d of %d partners%s", h.Removed, h.Listed, names)
}

// Advice is what to do with a list that is held.
const Advice = "if it is meant, newsletter partners accept takes it, or --accept-removals at a start; else mend the list"

// A Before is the list that held before.
type Before struct {
	Partners []aggregate.Partner
	Lost     int // more that were listed, of which nobody remembers how they are asked
}

// Choose returns the list that holds where one that held before is followed by the next:
// the next, or that before, with what the next says of its partners. What is held is noted,
// and so is that nothing is. accepted says that the next is meant.
func Choose(ctx context.Context, notes Notes, before Before, next []aggregate.Partner, accepted bool) ([]aggregate.Partner, *Held, error) {
	listed := make(map[string]*aggregate.Partner, len(next))
	for i := range next {
		if key := next[i].Key(); listed[key] == nil {
			listed[key] = &next[i]
		}
	}
	h := &Held{Removed: before.Lost}
	known := make(map[string]bool, len(before.Partners))
	var old []aggregate.Partner
	for _, p := range before.Partners {
		key := p.Key()
		if known[key] {
			continue
		}
		known[key] = true
		if now := listed[key]; now != nil {
			p = *now
		} else if h.Removed++; len(h.Names) < 3 {
			h.Names = append(h.Names, name(&p))
		}
		old = append(old, p)
	}
	h.Listed = len(old) + before.Lost
	noted, err := heldIn(ctx, notes)
	if err != nil {
		return nil, nil, err
	}
	keys := make([]string, 0, len(listed))
	for key := range listed {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	sum := sha256.Sum256([]byte(strings.Join(keys, "\n")))
	h.List = hex.EncodeToString(sum[:12])
	if h.Removed <= fewRemoved || h.Removed*oneIn <= h.Listed || accepted || noted != nil && noted.Accepted && noted.List == h.List {
		if noted != nil {
			err = notes.SetNote(ctx, heldNote, nil)
		}
		return next, nil, err
	}
	if noted == nil || noted.List != h.List || noted.Removed != h.Removed {
		err = h.note(ctx, notes)
	}
	return old, h, err
}

// name is how a partner is called.
func name(p *aggregate.Partner) string {
	for _, s := range []string{p.Name, p.FeedURL, p.URL} {
		if s != "" {
			return weburl.WithoutUser(s)
		}
	}
	return p.Key()
}

// Accept says that the list that is held is meant, and returns it; nil if none is.
func Accept(ctx context.Context, notes Notes) (*Held, error) {
	h, err := heldIn(ctx, notes)
	if h == nil || err != nil {
		return nil, err
	}
	h.Accepted = true
	return h, h.note(ctx, notes)
}

func heldIn(ctx context.Context, notes Notes) (*Held, error) {
	data, err := notes.Note(ctx, heldNote)
	if err != nil || data == nil {
		return nil, err
	}
	h := &Held{}
	if json.Unmarshal(data, h) != nil {
		return nil, nil // it is held anew
	}
	return h, nil
}

func (h *Held) note(ctx context.Context, notes Notes) error {
	data, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return notes.SetNote(ctx, heldNote, data)
}

// A Dir keeps notes in a folder, a file each.
type Dir string

func (d Dir) path(name string) string { return filepath.Join(string(d), name+".json") }

// Note is described at [Notes].
func (d Dir) Note(_ context.Context, name string) ([]byte, error) {
	data, err := os.ReadFile(d.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// SetNote is described at [Notes].
func (d Dir) SetNote(_ context.Context, name string, data []byte) error {
	if data == nil {
		if err := os.Remove(d.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	return atomicfile.Write(d.path(name), append(data, '\n'), 0o666)
}

// ReadOnly are notes that nothing is written to.
type ReadOnly struct{ Notes }

// SetNote writes nothing.
func (ReadOnly) SetNote(context.Context, string, []byte) error { return nil }

// A list is how a folder remembers who was listed.
type list struct {
	Partners []aggregate.Partner `json:"partners"`
	Secret   []string            `json:"secret,omitempty"` // keys of partners that are asked with a name, a password or a header: those are remembered by nobody
}

// Remember notes the list that holds, for a memory that has none of its own.
func Remember(ctx context.Context, notes Notes, partners []aggregate.Partner) error {
	l := list{Partners: []aggregate.Partner{}}
	for i := range partners {
		p := &partners[i]
		if len(p.Header) > 0 || weburl.WithoutUser(p.FeedURL) != p.FeedURL || weburl.WithoutUser(p.URL) != p.URL {
			l.Secret = append(l.Secret, p.Key())
			continue
		}
		l.Partners = append(l.Partners, *p)
	}
	data, err := json.Marshal(l, json.Deterministic(true), json.OmitZeroStructFields(true))
	if err != nil {
		return err
	}
	if was, err := notes.Note(ctx, listNote); err == nil && strings.TrimSpace(string(was)) == string(data) {
		return nil
	}
	return notes.SetNote(ctx, listNote, data)
}

// Remembered returns the list that Remember noted. What it doesn't have of partners is
// taken from the next list, or lost.
func Remembered(ctx context.Context, notes Notes, next []aggregate.Partner) (before Before, err error) {
	data, err := notes.Note(ctx, listNote)
	if err != nil || data == nil {
		return before, err
	}
	var l list
	if json.Unmarshal(data, &l) != nil {
		return before, nil // as if there was none
	}
	before.Partners = l.Partners
	secret := make(map[string]bool, len(l.Secret))
	for _, key := range l.Secret {
		secret[key] = true
	}
	for i := range next {
		if key := next[i].Key(); secret[key] {
			delete(secret, key)
			before.Partners = append(before.Partners, next[i])
		}
	}
	before.Lost = len(secret)
	return before, nil
}
