// Package bufferpool lends buffers, as one is needed for each feed and each
// state.
package bufferpool

import (
	"bytes"
	"sync"
)

// keepBuffer is how many bytes a buffer may have that is kept for the next use.
const keepBuffer = 1 << 20

// A Pool lends buffers. The zero value is ready, for several goroutines at once.
type Pool struct{ pool sync.Pool }

// Get returns an empty buffer.
func (p *Pool) Get() *bytes.Buffer {
	if b, ok := p.pool.Get().(*bytes.Buffer); ok {
		return b
	}
	return new(bytes.Buffer)
}

// Put takes back a buffer whose bytes nobody uses any more.
func (p *Pool) Put(b *bytes.Buffer) {
	if b.Cap() <= keepBuffer {
		b.Reset()
		p.pool.Put(b)
	}
}
