package aggregate

import (
	"runtime"
	"testing"
	"time"
)

func constant(c float64) func() float64 { return func() float64 { return c } }

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
