package aggregate

import (
	"bytes"
	"runtime"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 3, 6, 12, 0, 0, 0, time.UTC)

func constant(c float64) func() float64 { return func() float64 { return c } }

// zip returns a body as gzip has it.
func zip(t testing.TB, body []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(body)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

// assertGoroutines gives goroutines that are about to end the time to.
func assertGoroutines(t *testing.T, most int) {
	t.Helper()
	for range 500 {
		if runtime.NumGoroutine() <= most {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	stacks := make([]byte, 64<<10)
	t.Errorf("%d goroutines, not %d:\n%s", runtime.NumGoroutine(), most, stacks[:runtime.Stack(stacks, true)])
}
