// Package ctxio ends the reading of a document with a context, which no reader
// of the standard library does.
package ctxio

import (
	"context"
	"io"
)

// step is how much is read between two looks at the context: some microseconds
// of a parser's time.
const step = 32 << 10

// NewReader returns a reader of what r gives that returns the context's cause
// once it has ended. A read that waits within r is not ended. The reader is an
// [io.Seeker] if r is one, and knows its length if r does.
func NewReader(ctx context.Context, r io.Reader) io.Reader {
	reader := reader{ctx, r}
	s, seeks := r.(io.ReadSeeker)
	l, knows := r.(sized)
	if seeks && knows {
		return inMemory{reader, s, l}
	}
	if seeks {
		return seeker{reader, s}
	}
	return reader
}

type sized interface{ Len() int }

type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, context.Cause(r.ctx)
	}
	return r.r.Read(p[:min(len(p), step)])
}

type seeker struct {
	reader
	io.Seeker
}

type inMemory struct {
	reader
	io.Seeker
	sized
}
