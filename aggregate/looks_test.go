//go:build linux && !race

package aggregate

import (
	"bufio"
	"bytes"
	"context"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/internal/ctxio"
	"github.com/automationregion/newsletter/internal/hostile"
	"github.com/automationregion/newsletter/parse"
)

// A spy is a context that notes how long nobody looked at it.
type spy struct {
	context.Context
	last, longest time.Duration // of the CPU
	after         string        // whose look came after the longest
}

func (s *spy) Err() error {
	var use syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &use)
	now := time.Duration(use.Utime.Nano())
	if s.last > 0 && now-s.last > s.longest {
		stack := make([]byte, 2000)
		s.longest, s.after = now-s.last, string(stack[:runtime.Stack(stack, false)])
	}
	s.last = now
	return s.Context.Err()
}

// What reads and remembers a feed looks at its context, whatever is in the feed: a
// visit that takes too long ends soon after its time.
func TestWorkLooksAtItsContext(t *testing.T) {
	if testing.Short() {
		t.Skip("it reads all hostile feeds")
	}
	for _, f := range hostile.Feeds {
		t.Run(f.Name, func(t *testing.T) {
			var body bytes.Buffer
			w := bufio.NewWriter(&body)
			f.Write(w)
			require.NoError(t, w.Flush())
			ctx := &spy{Context: t.Context()}
			ctx.Err()
			const at = "https://x.example/feed"
			feed, _ := parse.Feed(ctxio.NewReader(ctx, bytes.NewReader(body.Bytes())), parse.Options{BaseURL: at, MaxLetters: remembered})
			ctx.Err()
			if feed != nil {
				s := State{Key: "x"}
				d := delivery{partner: &Partner{FeedURL: at}, feed: feed, base: at, now: time.Now(), own: &ourselves{}, limits: Limits{}.WithDefaults(), wire: int64(body.Len())}
				_, err := s.remember(ctx, &d)
				require.NoError(t, err)
				ctx.Err()
			}
			assert.Less(t, ctx.longest, hostile.MostCPU, ctx.after)
		})
	}
}
