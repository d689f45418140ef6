package state

import (
	"sync"
	"time"
)

// Claims are those on the partners of a store that one process has to itself.
// The zero value has none.
type Claims struct {
	mu    sync.Mutex
	byKey map[string]*claimed
}

// claimed is the last claim on a partner. It stays when the claim has ended, as
// its epoch tells those that came before.
type claimed struct {
	epoch     int64
	until     time.Time // end of the lease; zero if the claim has ended
	recording bool      // its holder is writing: nobody takes over now
}

// Take claims a partner, if nobody has.
func (c *Claims) Take(key string, now time.Time, lease time.Duration) (epoch int64, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	last := c.byKey[key]
	if last == nil {
		if c.byKey == nil {
			c.byKey = map[string]*claimed{}
		}
		last = &claimed{}
		c.byKey[key] = last
	}
	if last.recording || now.Before(last.until) {
		return 0, false
	}
	last.epoch++
	last.until = now.Add(lease)
	return last.epoch, true
}

// Begin keeps a claim from being overtaken until End, and says whether it was not by
// now.
func (c *Claims) Begin(key string, epoch int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	last := c.byKey[key]
	if last == nil || last.epoch != epoch || last.recording {
		return false
	}
	last.recording = true
	return true
}

// End ends a claim that Begin was called for.
func (c *Claims) End(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	last := c.byKey[key]
	last.recording, last.until = false, time.Time{}
}
