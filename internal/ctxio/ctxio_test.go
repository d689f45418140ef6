package ctxio_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/internal/ctxio"
	"github.com/automationregion/newsletter/parse"
)

var errStop = errors.New("stop")

// after ends a context when some bytes were read.
type after struct {
	io.Reader
	left int
	end  func()
}

func (a *after) Read(p []byte) (int, error) {
	n, err := a.Reader.Read(p)
	if a.left -= n; a.left < 0 {
		a.end()
	}
	return n, err
}

func TestADocumentInMemoryIsReadNoFurther(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	r := ctxio.NewReader(ctx, strings.NewReader(strings.Repeat("x", 1<<20)))
	n, err := r.Read(make([]byte, 1<<20))
	require.NoError(t, err)
	assert.Equal(t, 32<<10, n)
	cancel(errStop)
	_, err = io.ReadAll(r)
	assert.ErrorIs(t, err, errStop)
}

func TestItIsWhatTheReaderIs(t *testing.T) {
	r := ctxio.NewReader(t.Context(), bytes.NewReader([]byte("abc")))
	assert.Equal(t, 3, r.(interface{ Len() int }).Len())
	_, err := r.(io.Seeker).Seek(1, io.SeekStart)
	require.NoError(t, err)
	rest, err := io.ReadAll(r)
	require.NoError(t, err)
	assert.Equal(t, "bc", string(rest))

	_, seeks := ctxio.NewReader(t.Context(), os.Stdin).(io.Seeker)
	assert.True(t, seeks)
	_, seeks = ctxio.NewReader(t.Context(), bytes.NewBufferString("x")).(io.Seeker)
	assert.False(t, seeks)
}

func TestAnInterruptEndsTheDecoding(t *testing.T) {
	for name, doc := range map[string]string{
		"RSS":  "<rss><channel>" + strings.Repeat("<item><title>1</title></item>", 1_000_000),
		"text": "<rss><channel><item><title>" + strings.Repeat("x", 15<<20),
		"page": "<html>" + strings.Repeat("<p>x <feed", 2_000_000),
		"JSON": `{"version":"https://jsonfeed.org/version/1.1","items":[` + strings.Repeat(`{"id":"1"},`, 3_000_000),
		"OPML": "<opml><body>" + strings.Repeat(`<outline text="x"/>`, 1_000_000),
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			var ended time.Time
			r := ctxio.NewReader(ctx, &after{strings.NewReader(doc), 200_000, func() { ended = time.Now(); cancel(errStop) }})
			var err error
			switch name {
			case "OPML":
				_, err = parse.OPML(r)
			default:
				for _, err = range parse.NewDecoder(r, parse.Options{MaxLetters: -1}).Letters() {
				}
			}
			assert.ErrorIs(t, err, errStop)
			assert.Less(t, time.Since(ended), 2*time.Second)
		})
	}
}
