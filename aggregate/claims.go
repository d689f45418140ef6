package aggregate

import (
	"fmt"
	"sync"
	"time"
)

// claims are the claims on partners of a store that one process has to itself.
// The zero value has none.
type claims struct {
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

// take claims a partner, if nobody has.
func (c *claims) take(key string, now time.Time, lease time.Duration) (epoch int64, ok bool) {
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

// begin keeps a claim from being overtaken until end.
func (c *claims) begin(s *State) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	last := c.byKey[s.Key]
	if last == nil || last.epoch != s.Epoch || last.recording {
		return overtaken(s.Key)
	}
	last.recording = true
	return nil
}

// end ends a claim that begin was called for.
func (c *claims) end(s *State) {
	c.mu.Lock()
	defer c.mu.Unlock()
	last := c.byKey[s.Key]
	last.recording, last.until = false, time.Time{}
}

// unclaim ends a claim.
func (c *claims) unclaim(s *State) error {
	if err := c.begin(s); err != nil {
		return err
	}
	c.end(s)
	return nil
}

func overtaken(key string) error { return fmt.Errorf("%s: %w", key, ErrOvertaken) }
