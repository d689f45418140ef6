package markdown

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/automationregion/newsletter/internal/settings"
)

// What one letter may cost. The Markdown parser takes the square of what it is
// given in time, or in memory, for constructs that no letter has many of; what
// they cost is counted beforehand. A book of a megabyte stays far below.
const (
	maxBlocks = 100_000    // paragraphs, list items, cells of tables and the like: some 150 MB
	maxMarks  = 200_000    // emphasis, links, code and the like: some 100 MB
	maxNested = 2_000_000  // lines times how deep lists and quotations stand within each other
	maxSearch = 50_000_000 // steps to find what a mark belongs to: half a second
	maxCopied = 4 << 20    // bytes of addresses that links have from a definition elsewhere
	maxPipes  = 1000       // escaped pipes in the code of tables
)

// A Cost is what reading a letter has cost so far. After its first fault the
// reading is to end.
type Cost struct {
	Fault       error
	FaultOffset int // where in the Markdown the fault is

	cancelled *atomic.Pointer[error]
	allowed   time.Duration
	deadline  time.Time // zero if there is none
	offset    int       // of what is read, in the Markdown
	ticks     uint8

	blocks, marks, nested, search, copied, pipes int
}

// NewCost returns the cost of a letter each stretch of whose reading may take so long;
// 0 or less is no limit.
func NewCost(allowed time.Duration) *Cost {
	return &Cost{cancelled: new(atomic.Pointer[error]), allowed: allowed}
}

// Begin begins a stretch of reading, until end is called.
func (c *Cost) Begin(ctx context.Context) (end func()) {
	if c.allowed > 0 {
		c.deadline = time.Now().Add(c.allowed)
	}
	cancel := func() {
		cause := context.Cause(ctx)
		c.cancelled.Store(&cause)
	}
	if ctx.Err() != nil {
		cancel()
	}
	stop := context.AfterFunc(ctx, cancel)
	return func() { stop() }
}

// spend adds n to what was spent of one thing, and says whether it is too much.
func (c *Cost) spend(on *int, n, most int, what string) bool {
	if *on += n; *on > most {
		c.fail(fmt.Errorf("%w: expected at most %d %s", settings.ErrTooCostly, most, what))
	}
	return c.Over()
}

func (c *Cost) block(n int) bool {
	return c.spend(&c.blocks, n, maxBlocks, "paragraphs, list items and cells in a letter; what is more belongs into a file that it links to")
}

func (c *Cost) mark() bool {
	return c.spend(&c.marks, 1, maxMarks, "marks of emphasis, links and code in a letter")
}

func (c *Cost) find(steps int) bool {
	if c.search += steps; c.search > maxSearch {
		c.fail(fmt.Errorf("%w: expected fewer marks of emphasis, links and code that have no end, or shorter paragraphs", settings.ErrTooCostly))
	}
	return c.Over()
}

// Over reports whether the reading is to end, for a fault or because its time is
// over.
func (c *Cost) Over() bool {
	if c.ticks++; c.ticks == 0 && c.Fault == nil {
		c.look()
	}
	return c.Fault != nil
}

// look asks whether anybody waits for the letter, and the clock.
func (c *Cost) look() {
	switch cause := c.cancelled.Load(); {
	case cause != nil:
		c.fail(*cause)
	case !c.deadline.IsZero() && time.Now().After(c.deadline):
		c.fail(fmt.Errorf("%w: it takes longer than %v: expected a letter with less in it, or a longer Options.MaxTime", settings.ErrTooCostly, c.allowed))
	}
}

func (c *Cost) fail(err error) {
	if c.Fault == nil {
		c.Fault, c.FaultOffset = err, c.offset
	}
}
