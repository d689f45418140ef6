package latest

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// Who can do with what was there before waits little for what is slow, and not at all for
// what failed.
func TestValue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var v Value[int]
		takes, fails := time.Second, error(nil)
		read := func(before int) (int, error) {
			time.Sleep(takes)
			return before + 1, fails
		}
		get := func(want int, wantErr error, waits time.Duration) {
			t.Helper()
			begun := time.Now()
			n, has, err := v.Get(time.Minute, 100*time.Millisecond, read)
			assert.Equal(t, want, n)
			assert.Equal(t, want > 0, has)
			assert.Equal(t, wantErr, err)
			assert.Equal(t, waits, time.Since(begun))
		}
		pass := func(d time.Duration) {
			time.Sleep(d)
			synctest.Wait() // for a reading that ends at this moment
		}
		down := errors.New("down")
		fails = down
		get(0, down, time.Second) // there is nothing else
		get(0, down, 0)
		fails = nil
		pass(2 * time.Minute)
		get(1, nil, time.Second)
		get(1, nil, 0)
		pass(2 * time.Minute)
		get(1, ErrSlow, 100*time.Millisecond)
		pass(time.Second)
		get(2, nil, 0)

		fails = down
		pass(2 * time.Minute)
		get(2, ErrSlow, 100*time.Millisecond)
		pass(2 * time.Minute)
		takes = time.Hour
		get(2, down, 0) // and it is tried again
		v.Set(7)
		get(7, nil, 0)
		pass(2 * time.Hour)
		takes, fails = time.Second, nil
		get(7, ErrSlow, 100*time.Millisecond) // what was set counts, and not what was read before that
		pass(time.Second)
		get(8, nil, 0)
	})
}
