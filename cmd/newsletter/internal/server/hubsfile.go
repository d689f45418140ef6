package server

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/automationregion/newsletter/fetch/websub"
	"github.com/automationregion/newsletter/internal/atomicfile"
)

const (
	subscriptionsBytes = 64 << 20         // of the file
	subscriptionsPause = 2 * time.Second  // from a change to its writing, so that several are written at once
	subscriptionsAgain = 30 * time.Second // after the file could not be written
)

// A subscriptionFile remembers subscriptions. It holds their secrets, so that its
// owner alone may read it. It is replaced whole, and soon after a change: what a
// crash loses is asked of the hub again.
type subscriptionFile struct {
	path, publicURL string
	logger          *slog.Logger
	changed         chan struct{}

	writing sync.Mutex // held while the file is written

	mu    sync.Mutex
	subs  map[string]websub.Subscription // by ID
	dirty bool
}

// subscriptionsJSON is the form of the file.
type subscriptionsJSON struct {
	PublicURL     string                `json:"publicURL"` // that hubs were told of
	Subscriptions []websub.Subscription `json:"subscriptions"`
}

// openSubscriptions reads what is remembered at path. A damaged file is set aside,
// and told of; one of another public URL counts for nothing, as hubs push to that.
// An error is of a file that can't be read at all.
func openSubscriptions(path, publicURL string, logger *slog.Logger) (*subscriptionFile, []websub.Subscription, error) {
	f := &subscriptionFile{path: path, publicURL: publicURL, logger: logger, changed: make(chan struct{}, 1), subs: map[string]websub.Subscription{}}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil, nil
	} else if err != nil {
		return nil, nil, err
	}
	data, err := io.ReadAll(io.LimitReader(file, subscriptionsBytes+1))
	file.Close()
	if err != nil {
		return nil, nil, err
	}
	list, from, err := decodeSubscriptions(data)
	switch {
	case err != nil:
		if renameErr := os.Rename(path, path+".damaged"); renameErr != nil {
			return nil, nil, errors.Join(fmt.Errorf("%s: %w", path, err), renameErr)
		}
		logger.Warn("what is remembered of subscriptions is damaged, and begun anew", "path", path, "kept", path+".damaged", "error", err)
		return f, nil, nil
	case from != publicURL:
		logger.Warn("hubs are asked anew: they pushed to another address", "before", from, "now", publicURL)
		return f, nil, nil
	}
	for _, sub := range list {
		f.subs[sub.ID] = sub
	}
	return f, list, nil
}

func decodeSubscriptions(data []byte) (list []websub.Subscription, publicURL string, err error) {
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

// save is that of the subscriber.
func (f *subscriptionFile) save(sub websub.Subscription) error {
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

// run writes what changed, until ctx is done.
func (f *subscriptionFile) run(ctx context.Context) {
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
func (f *subscriptionFile) flush() error {
	f.writing.Lock()
	defer f.writing.Unlock()
	f.mu.Lock()
	if !f.dirty {
		f.mu.Unlock()
		return nil
	}
	f.dirty = false
	all := subscriptionsJSON{PublicURL: f.publicURL, Subscriptions: make([]websub.Subscription, 0, len(f.subs))}
	for _, sub := range f.subs {
		all.Subscriptions = append(all.Subscriptions, sub)
	}
	f.mu.Unlock()
	slices.SortFunc(all.Subscriptions, func(a, b websub.Subscription) int {
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

func (f *subscriptionFile) write(data []byte) error {
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
