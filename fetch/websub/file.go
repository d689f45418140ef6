package websub

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/automationregion/newsletter/internal/atomicfile"
)

const (
	subscriptionsBytes = 64 << 20         // of the file
	subscriptionsPause = 2 * time.Second  // from a change to its writing, so that several are written at once
	subscriptionsAgain = 30 * time.Second // after the file could not be written
)

// A file is a [Memory] for one process. It holds secrets, so that its owner alone may
// read it. It is replaced whole, and soon after a change: what a
// crash loses is asked of the hub again.
type file struct {
	path, publicURL string
	logger          *slog.Logger
	changed         chan struct{}

	writing sync.Mutex // held while the file is written

	mu            sync.Mutex
	subs          map[string]Subscription // by ID
	dirty, loaded bool
}

// subscriptionsJSON is the form of the file.
type subscriptionsJSON struct {
	PublicURL     string         `json:"publicURL"` // that hubs were told of
	Subscriptions []Subscription `json:"subscriptions"`
}

// OpenFile returns a [Memory] for one process in a file, which holds secrets, so that its
// owner alone may read it. It reads what is remembered there, or begins one. A damaged file is set aside,
// and told of; one of another public URL counts for nothing, as hubs push to that.
// An error is of a file that can't be read at all.
func OpenFile(path, publicURL string, logger *slog.Logger) (Memory, error) {
	f, err := openFile(path, publicURL, logger)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func openFile(path, publicURL string, logger *slog.Logger) (*file, error) {
	f := &file{path: path, publicURL: publicURL, logger: cmp.Or(logger, slog.New(slog.DiscardHandler)), changed: make(chan struct{}, 1), subs: map[string]Subscription{}}
	in, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil
	} else if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(in, subscriptionsBytes+1))
	in.Close()
	if err != nil {
		return nil, err
	}
	list, from, err := decodeSubscriptions(data)
	switch {
	case err != nil:
		if renameErr := os.Rename(path, path+".damaged"); renameErr != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", path, err), renameErr)
		}
		f.logger.Warn("what is remembered of subscriptions is damaged, and begun anew", "path", path, "kept", path+".damaged", "error", err)
		return f, nil
	case from != publicURL:
		f.logger.Warn("hubs are asked anew: they pushed to another address", "before", from, "now", publicURL)
		return f, nil
	}
	for _, sub := range list {
		f.subs[sub.ID] = sub
	}
	return f, nil
}

func decodeSubscriptions(data []byte) (list []Subscription, publicURL string, err error) {
	if len(data) > subscriptionsBytes {
		return nil, "", fmt.Errorf("more than %d bytes", subscriptionsBytes)
	}
	var f subscriptionsJSON
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, "", err
	}
	for i, sub := range f.Subscriptions {
		if sub.ID == "" || sub.Secret == "" || sub.Topic == "" || sub.Hub == "" {
			return nil, "", fmt.Errorf("subscription %d lacks its id, secret, topic or hub", i+1)
		}
	}
	return f.Subscriptions, f.PublicURL, nil
}

// Load is described at [Memory].
func (f *file) Load(context.Context) (list []Subscription, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.loaded {
		f.loaded, list = true, slices.Collect(maps.Values(f.subs))
	}
	return list, nil
}

// Get is described at [Memory]: nobody else changes it.
func (f *file) Get(context.Context, string) (*Subscription, error) { return nil, nil }

// Leads is described at [Memory].
func (f *file) Leads(context.Context) bool { return true }

// Close writes what is not written yet.
func (f *file) Close() error { return f.flush() }

// Save is described at [Memory]. The file is written soon after.
func (f *file) Save(sub Subscription) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if sub.Over {
		delete(f.subs, sub.ID)
	} else {
		f.subs[sub.ID] = sub
	}
	f.dirty = true
	select {
	case f.changed <- struct{}{}:
	default:
	}
	return nil
}

// Run writes what changed, until ctx is done.
func (f *file) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-f.changed:
		}
		wait := subscriptionsPause
		for {
			select {
			case <-ctx.Done():
				return // flush comes after the last push
			case <-time.After(wait):
			}
			err := f.flush()
			if err == nil {
				break
			}
			f.logger.Error("subscriptions could not be remembered", "error", err, "again", subscriptionsAgain)
			wait = subscriptionsAgain
		}
	}
}

// flush writes what changed.
func (f *file) flush() error {
	f.writing.Lock()
	defer f.writing.Unlock()
	f.mu.Lock()
	if !f.dirty {
		f.mu.Unlock()
		return nil
	}
	f.dirty = false
	all := subscriptionsJSON{PublicURL: f.publicURL, Subscriptions: make([]Subscription, 0, len(f.subs))}
	for _, sub := range f.subs {
		all.Subscriptions = append(all.Subscriptions, sub)
	}
	f.mu.Unlock()
	slices.SortFunc(all.Subscriptions, func(a, b Subscription) int {
		return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Hub, b.Hub), cmp.Compare(a.ID, b.ID))
	})
	data, err := json.MarshalIndent(all, "", "  ")
	if err == nil {
		err = f.write(append(data, '\n'))
	}
	if err != nil {
		f.mu.Lock()
		f.dirty = true
		f.mu.Unlock()
	}
	return err
}

func (f *file) write(data []byte) error {
	file, err := atomicfile.Create(f.path, 0o600)
	if err != nil {
		return err
	}
	defer file.Discard()
	if err := file.Chmod(0o600); err != nil { // whatever the one before allowed
		return err
	}
	if _, err := file.Write(data); err != nil {
		return err
	}
	return file.Commit()
}

// nowhere is a Memory of one process that ends with it.
type nowhere struct{}

func (nowhere) Load(context.Context) ([]Subscription, error)       { return nil, nil }
func (nowhere) Get(context.Context, string) (*Subscription, error) { return nil, nil }
func (nowhere) Save(Subscription) error                            { return nil }
func (nowhere) Leads(context.Context) bool                         { return true }
func (nowhere) Run(context.Context)                                {}
func (nowhere) Close() error                                       { return nil }
