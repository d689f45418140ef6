package letters

import (
	"context"
	"fmt"
	"time"

	"github.com/automationregion/newsletter/internal/settings"
)

// ErrTooCostly says that a letter would take more time or memory to read than a
// letter has any need of.
var ErrTooCostly = settings.ErrTooCostly

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
	maxHTML   = 1_800_000  // bytes, or twice the document: its page and three feeds hold it
)

// A cost is what reading a letter has cost so far. After its first fault the
// reading is to end.
type cost struct {
	ctx         context.Context
	deadline    time.Time     // zero if there is none
	allowed     time.Duration // that the deadline comes of
	offset      int           // of the place that is read, in the Markdown
	fault       error
	faultOffset int // of the fault
	ticks       uint8

	blocks, marks, nested, search, copied, pipes int
}

// begin begins a stretch of reading.
func (c *cost) begin() {
	if c.allowed > 0 {
		c.deadline = time.Now().Add(c.allowed)
	}
}

// spend adds n to what was spent of one thing, and says whether it is too much.
func (c *cost) spend(on *int, n, most int, what string) bool {
	if *on += n; *on > most {
		c.fail(fmt.Errorf("%w: expected at most %d %s", ErrTooCostly, most, what))
	}
	return c.over()
}

func (c *cost) block(n int) bool {
	return c.spend(&c.blocks, n, maxBlocks, "paragraphs, list items and cells in a letter; what is more belongs into a file that it links to")
}

func (c *cost) mark() bool {
	return c.spend(&c.marks, 1, maxMarks, "marks of emphasis, links and code in a letter")
}

func (c *cost) find(steps int) bool {
	if c.search += steps; c.search > maxSearch {
		c.fail(fmt.Errorf("%w: expected fewer marks of emphasis, links and code that have no end, or shorter paragraphs", ErrTooCostly))
	}
	return c.over()
}

// over says whether the reading is to end, for a fault or because its time is
// over.
func (c *cost) over() bool {
	if c.ticks++; c.ticks == 0 && c.fault == nil {
		c.look()
	}
	return c.fault != nil
}

// look asks the context and the clock.
func (c *cost) look() {
	switch {
	case c.ctx.Err() != nil:
		c.fail(context.Cause(c.ctx))
	case !c.deadline.IsZero() && time.Now().After(c.deadline):
		c.fail(fmt.Errorf("%w: it takes longer than %v: expected a letter with less in it, or a longer Options.MaxTime", ErrTooCostly, c.allowed))
	}
}

func (c *cost) fail(err error) {
	if c.fault == nil {
		c.fault, c.faultOffset = err, c.offset
	}
}
