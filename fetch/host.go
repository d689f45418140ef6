package fetch

import (
	"context"
	"sync"
	"time"
)

// hosts keeps the peace with each server: how many requests it gets at once,
// and the pause between two. It waits with timers alone, so that a caller's clock
// may stand still.
type hosts struct {
	perHost int
	pause   time.Duration

	mu      sync.Mutex
	byName  map[string]*host // only those that are busy
	changed chan struct{}    // closed when a host may have become free
}

type host struct {
	busy int // requests under way, and pauses after one
}

func newHosts(l Limits) *hosts {
	return &hosts{
		perHost: l.PerHost, pause: l.Pause,
		byName: map[string]*host{}, changed: make(chan struct{}),
	}
}

// get returns what is known of a host; the caller holds mu.
func (hs *hosts) get(name string) *host {
	h := hs.byName[name]
	if h == nil {
		h = &host{}
		hs.byName[name] = h
	}
	return h
}

// wake tells everyone who waits to look again; the caller holds mu.
func (hs *hosts) wake() {
	close(hs.changed)
	hs.changed = make(chan struct{})
}

// acquire waits until the host may be asked. Each acquire needs a leave. waits, if
// not nil, is Request.Waits.
func (hs *hosts) acquire(ctx context.Context, waits func() func(), name string) error {
	for {
		hs.mu.Lock()
		if h := hs.get(name); h.busy < hs.perHost {
			h.busy++
			hs.mu.Unlock()
			return nil
		}
		changed := hs.changed
		hs.mu.Unlock()
		if waits != nil {
			defer waits()()
			waits = nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// leave ends a request. The host's place stays taken for the pause.
func (hs *hosts) leave(name string) {
	if hs.pause > 0 {
		time.AfterFunc(hs.pause, func() { hs.free(name) })
		return
	}
	hs.free(name)
}

func (hs *hosts) free(name string) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	h := hs.get(name)
	if h.busy--; h.busy == 0 {
		delete(hs.byName, name)
	}
	hs.wake()
}

// isFree says whether acquire would not wait, and has what is closed when that may be
// another.
func (hs *hosts) isFree(name string) (bool, <-chan struct{}) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	h := hs.byName[name]
	return h == nil || h.busy < hs.perHost, hs.changed
}
