// Package latest keeps what was read last of something that may be slow or gone, so that
// nobody waits for it who can do with what was there before.
package latest

import (
	"errors"
	"sync"
	"time"
)

// ErrSlow says that a reading takes longer than somebody was ready to wait.
var ErrSlow = errors.New("there is no answer yet")

// A Value is what was read last. The zero value has nothing.
type Value[T any] struct {
	mu    sync.Mutex
	value T
	has   bool
	err   error         // of the last reading
	read  time.Time     // when that ended
	busy  chan struct{} // closed when the reading under way has ended; nil if none is
	sets  int           // how often Set was called
}

// Get returns what was read last, and whether that is anything. If it is older than age it
// is read anew, once for all who ask, and waited for: for so long as patience says if there
// is something to return instead, and not at all if the last reading failed. The error is
// that of the last reading, or ErrSlow.
func (v *Value[T]) Get(age, patience time.Duration, read func(before T) (T, error)) (value T, has bool, err error) {
	v.mu.Lock()
	fresh := !v.read.IsZero() && time.Since(v.read) <= age
	if v.busy == nil && !fresh {
		v.busy = make(chan struct{})
		go v.update(read, v.value, v.sets, v.busy)
	}
	busy := v.busy
	if fresh || v.has && v.err != nil {
		defer v.mu.Unlock()
		return v.value, v.has, v.err
	}
	has = v.has
	v.mu.Unlock()
	var over <-chan time.Time // nil is never
	if has {
		timer := time.NewTimer(patience)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-busy:
		v.mu.Lock()
		defer v.mu.Unlock()
		return v.value, v.has, v.err
	case <-over:
		v.mu.Lock()
		defer v.mu.Unlock()
		return v.value, v.has, ErrSlow
	}
}

func (v *Value[T]) update(read func(T) (T, error), before T, sets int, busy chan struct{}) {
	value, err := read(before)
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.sets == sets { // else there is something newer
		v.err, v.read = err, time.Now()
		if err == nil {
			v.value, v.has = value, true
		}
	}
	v.busy = nil
	close(busy)
}

// Set is for who knows what would be read.
func (v *Value[T]) Set(value T) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.value, v.has, v.err, v.read = value, true, nil, time.Now()
	v.sets++
}

// Expire has the next who asks read anew.
func (v *Value[T]) Expire() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.read = time.Time{}
}
