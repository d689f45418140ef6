package aggregate

import (
	"bytes"
	"sync"
)

// keepBuffer is how many bytes a buffer may have that is kept for the next use.
const keepBuffer = 1 << 20

// A bufferPool lends buffers, as one is needed for each feed and each state.
type bufferPool struct{ pool sync.Pool }

// get returns an empty buffer.
func (p *bufferPool) get() *bytes.Buffer {
	if b, ok := p.pool.Get().(*bytes.Buffer); ok {
		return b
	}
	return new(bytes.Buffer)
}

// put takes back a buffer whose bytes nobody uses any more.
func (p *bufferPool) put(b *bytes.Buffer) {
	if b.Cap() <= keepBuffer {
		b.Reset()
		p.pool.Put(b)
	}
}
