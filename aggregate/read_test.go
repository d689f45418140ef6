package aggregate

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/fetch"
	"github.com/automationregion/newsletter/parse"
)

func TestAFeedOfNames(t *testing.T) {
	w := newWorld(t)
	w.Fetch.Limits.MaxTransfer, w.Fetch.Limits.MaxBody = -1, -1
	var items []string
	for i := range 9_000 {
		items = append(items, post(fmt.Sprint(i, strings.Repeat("x", 3_000)), "", "A", 1))
	}
	w.partner("alpha", items...)
	r := w.run()
	assert.Contains(t, r.Partners[0].Warning, "of the feed's oldest letters nothing is remembered")
	info, err := os.Stat(filepath.Join(w.dir, w.partners[0].Key()+".json"))
	require.NoError(t, err)
	assert.Less(t, info.Size(), int64(4<<20))
}

// Of a partner's export of WordPress the published posts come in, and the report says
// what did not.
func TestUnpublishedPostsOfAPartner(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha", post("1", "", "June", 1, "<wp:status>publish</wp:status>"), post("2", "", "July", 2, "<wp:status>draft</wp:status>"),
		post("3", "", "A photograph", 3, "<wp:post_type>attachment</wp:post_type>"))
	r := w.run()
	assert.Equal(t, []string{"June"}, titles(r))
	for _, said := range []string{r.Partners[0].Warning, r.Partners[0].String()} {
		assert.Contains(t, said, "2 items of a WordPress export that are no published posts are left out: wp:status draft (1), wp:post_type attachment (1): who publishes them")
	}
}

// slowItems take a quarter of a second or more to read, whatever the machine.
func slowItems() []string {
	var items []string
	for i := range 9_000 {
		items = append(items, post(fmt.Sprint("s", i), "", fmt.Sprint("S", i), 3, text(strings.Repeat("<b>x</b>", 1_000))))
	}
	return items
}

// Whose feed takes too long to read fails alone, and is not asked again soon.
func TestReadingHasABudget(t *testing.T) {
	w := newWorld(t)
	w.Fetch.Limits.MaxTransfer, w.Fetch.Limits.MaxBody = -1, -1
	w.partner("alpha", post("1", "", "A", 1, text("a")))
	w.partner("beta", post("2", "", "B", 2, text("b")))
	w.run()
	w.serve("alpha", slowItems()...)
	w.serve("beta", post("2", "", "B2", 2, text("b")))
	w.Limits.Time = 100 * time.Millisecond
	r := w.later()
	assert.Equal(t, []string{"B2", "A"}, titles(r))
	alpha := r.Partners[0]
	assert.Equal(t, fetch.Failed, alpha.Status)
	assert.Equal(t, "reading the feed takes too long: more than 100ms", alpha.Error)
	assert.Equal(t, 1, alpha.Failures)

	w.now = w.now.Add(time.Minute)
	r = w.run()
	assert.Equal(t, fetch.NotDue, r.Partners[0].Status, "it was recorded")
	w.serve("alpha", post("1", "", "A2", 1, text("a")))
	w.Limits.Time = -1
	assert.Equal(t, fetch.Fetched, w.later().Partners[0].Status)
}

// Nothing that a visit began goes on after it, and no more feeds are read at once
// than may be, however long they take to come to an end.
func TestNoWorkOutlivesItsVisit(t *testing.T) {
	w := newWorld(t)
	for i := range 4 * runtime.GOMAXPROCS(0) {
		w.partner(fmt.Sprint("p", i), post(fmt.Sprint(i), "", "A", 1, text("a")))
	}
	w.Limits.Time = 20 * time.Millisecond
	var begun, reading, most atomic.Int64
	w.readFeed = func(r io.Reader, o ...parse.Options) (*newsletter.Newsletter, error) {
		begun.Add(1)
		now := reading.Add(1)
		defer reading.Add(-1)
		for before := most.Load(); before < now && !most.CompareAndSwap(before, now); before = most.Load() {
		}
		for { // a feed that takes for ever
			if _, err := r.Read(make([]byte, 1)); err != nil && err != io.EOF {
				time.Sleep(50 * time.Millisecond) // what is between two looks at the context
				return nil, err
			}
			time.Sleep(time.Millisecond)
		}
	}
	r, err := w.tryRun()
	require.ErrorIs(t, err, ErrAllFailed)
	assert.Zero(t, reading.Load(), "all have ended")
	assert.EqualValues(t, len(w.partners), begun.Load())
	assert.LessOrEqual(t, most.Load(), int64(runtime.GOMAXPROCS(0)))
	for _, p := range r.Partners {
		assert.Equal(t, "reading the feed takes too long: more than 20ms", p.Error)
	}
}

// Whose feed breaks the reader fails alone, and the run goes on.
func TestAPanicIsOnePartners(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha", post("1", "", "A", 1, text("a")))
	w.partner("beta", post("2", "", "B", 2, text("b")))
	w.run()
	w.serve("alpha", post("1", "", "A2", 1, text("a")))
	w.serve("beta", post("2", "", "B2", 2, text("b")))
	w.readFeed = func(r io.Reader, o ...parse.Options) (*newsletter.Newsletter, error) {
		n, err := parse.Feed(r, o...)
		if n.Letters[0].Title == "A2" {
			panic("at A2")
		}
		return n, err
	}
	r := w.later()
	assert.Equal(t, []string{"B2", "A"}, titles(r))
	alpha := r.Partners[0]
	assert.Equal(t, fetch.Failed, alpha.Status)
	assert.Equal(t, errPanic.Error()+": at A2", alpha.Error)
	assert.Contains(t, w.log.String(), "TestAPanicIsOnePartners", "the stack")

	w.now = w.now.Add(time.Minute)
	assert.Equal(t, fetch.NotDue, w.run().Partners[0].Status, "it was recorded")
}

// A signal ends a run while a feed is read.
func TestCancelWhileReading(t *testing.T) {
	w := newWorld(t)
	w.Fetch.Limits.MaxTransfer, w.Fetch.Limits.MaxBody = -1, -1
	w.partner("alpha", slowItems()...)
	ctx, cancel := context.WithCancel(t.Context())
	s := openDir(t)
	w.Store = s
	time.AfterFunc(100*time.Millisecond, cancel)
	start := time.Now()
	_, err := w.Aggregator.Run(ctx, w.partners)
	assert.ErrorIs(t, err, context.Canceled)
	assert.Less(t, time.Since(start), 20*time.Second)
	_, claimed, err := s.Claim(t.Context(), w.partners[0].Key(), Claim{Now: w.now, Lease: time.Hour})
	require.NoError(t, err)
	assert.True(t, claimed, "nobody has a claim on it")
}

func TestReportsAreShort(t *testing.T) {
	r := PartnerReport{Name: strings.Repeat("n", 1<<20), Error: strings.Repeat("e\x1b ", 1<<20)}
	r.plain()
	data, err := json.Marshal(r)
	require.NoError(t, err)
	assert.Less(t, len(data), 10_000)
}
