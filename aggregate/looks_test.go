//go:build linux && !race

package aggregate

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/aggregate/internal/intake"
	"github.com/automationregion/newsletter/aggregate/internal/sameness"
	"github.com/automationregion/newsletter/internal/ctxio"
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
		t.Skip("documents of 15 MB")
	}
	const (
		item, end = "<item><guid>1</guid><title>A</title>", "</item>"
		content   = item + "<description><![CDATA["
		size      = 15 << 20 // a text is no longer
	)
	fill := func(begin, s, end string) string {
		return "<rss><channel>" + strings.Repeat(begin+strings.Repeat(s, size/len(s))+end, 2)
	}
	var items strings.Builder
	for i := range 2_000 {
		fmt.Fprintf(&items, "<item><guid>%d</guid><title>A %[1]d</title><description>%s</description></item>", i, strings.Repeat("&lt;p>word &lt;b>x", 150))
	}
	for name, doc := range map[string]string{
		"marks":       fill(content, "<b>x</b>", "]]></description>"+end),
		"open marks":  fill(content, "<b>", "]]></description>"+end),
		"links":       fill(content, "<a href=/x>x</a>", "]]></description>"+end),
		"quotes":      fill(content, `"&quot;'`, "]]></description>"+end),
		"scripts":     fill(content, "<script>x</script>", "]]></description>"+end),
		"a title":     fill("<item><title>", "å ", "</title>"+end),
		"an ID":       fill(item+"<guid>", "x", "</guid>"+end),
		"extensions":  fill(item, `<z:a xmlns:z="u:z" b="&lt;i>c">&lt;b>d</z:a>`, end),
		"one text":    fill(item+`<z:a xmlns:z="u:z">`, "&lt;b>", "</z:a>"+end),
		"enclosures":  fill(item, `<enclosure url="https://x.example/1.mp3" type="audio/mpeg" length="1"/>`, end),
		"many, whole": "<rss><channel>" + items.String(),
	} {
		t.Run(name, func(t *testing.T) {
			ctx := &spy{Context: t.Context()}
			ctx.Err()
			const at = "https://x.example/feed"
			feed, _ := parse.Feed(ctxio.NewReader(ctx, strings.NewReader(doc)), parse.Options{BaseURL: at, MaxLetters: remembered})
			ctx.Err()
			s := State{Key: "x"}
			all, _ := intake.Choose([]string{"all"})
			limits := Limits{}.WithDefaults()
			d := newDelivery(&Partner{FeedURL: at}, feed, at, &limits)
			d.now, d.own, d.wire, d.Choice = time.Now(), &sameness.Ourselves{}, int64(len(doc)), all
			_, err := s.remember(ctx, &d)
			require.NoError(t, err)
			ctx.Err()
			assert.NotEmpty(t, s.Letters)
			assert.Less(t, ctx.longest, 2*time.Second, ctx.after)
		})
	}
}
