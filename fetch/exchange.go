package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// drainBytes of a body that nobody wants are read, to keep the connection.
const drainBytes = 16 << 10

var (
	errUnasked  = errors.New("an answer to something that was not asked")
	errEncoded  = errors.New("the compression is damaged")
	errUnfollow = errors.New("the redirect is not followed")
)

// An answer is what came back to one request.
type answer struct {
	code   int
	header http.Header
	body   *bytes.Buffer // decompressed; nil where the status has none that matters
	bytes  int64         // over the wire
}

// hasFeed says whether a status comes with a feed.
func hasFeed(code int) bool {
	return code == http.StatusOK || code == http.StatusNonAuthoritativeInfo || code == http.StatusIMUsed
}

// exchange sends one request and reads the whole answer, within the limits. An
// error before any status came leaves code 0.
func (f *Client) exchange(ctx context.Context, req *http.Request) (a answer, err error) {
	ctx, cut := context.WithCancelCause(ctx)
	defer cut(nil)
	timeout := time.AfterFunc(f.o.Limits.Timeout, func() { cut(errTimeout) })
	defer timeout.Stop()
	defer func() {
		// The cause says more than "context canceled".
		if err != nil && ctx.Err() != nil {
			err = context.Cause(ctx)
		}
	}()

	resp, err := f.client.Do(req.WithContext(ctx))
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	a.code, a.header = resp.StatusCode, resp.Header
	if resp.Body == http.NoBody && !hasFeed(a.code) {
		return a, nil
	}
	wire := &limitReader{r: resp.Body, left: f.o.Limits.MaxTransfer, err: errTransferTooLarge}
	defer func() { a.bytes = wire.read }()
	if hasFeed(a.code) && resp.ContentLength > f.o.Limits.MaxTransfer {
		return a, fmt.Errorf("%w: %d announced", errTransferTooLarge, resp.ContentLength)
	}

	var came atomic.Int64
	if f.o.Limits.MinRate > 0 {
		var seen int64
		var watch *time.Timer
		start := make(chan struct{})
		watch = time.AfterFunc(f.rateWindow, func() {
			<-start
			now := came.Load()
			if now-seen < f.o.Limits.MinRate*int64(f.rateWindow)/int64(time.Second) {
				cut(errTooSlow)
				return
			}
			seen = now
			watch.Reset(f.rateWindow)
		})
		close(start)
		defer watch.Stop()
	}
	if !hasFeed(a.code) {
		io.CopyN(io.Discard, countReader{wire, &came}, drainBytes)
		return a, nil
	}
	body, err := f.gzip.decompress(countReader{wire, &came}, resp.Header.Values("Content-Encoding"), f.o.Limits.MaxBody)
	if err != nil {
		return a, wire.blame(err)
	}
	defer body.Close()
	buf := f.buffers.Get()
	if _, err := buf.ReadFrom(&limitReader{r: body, left: f.o.Limits.MaxBody, err: errBodyTooLarge}); err != nil {
		f.buffers.Put(buf)
		return a, wire.blame(err)
	}
	a.body = buf
	return a, nil
}

type countReader struct {
	r io.Reader
	n *atomic.Int64
}

func (c countReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}
