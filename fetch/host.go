package fetch

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// hosts keeps the peace with each server: how many requests it gets at once,
// the pause between two, and the rest that it asked for. It waits with timers
// alone, so that a caller's clock may stand still.
type hosts struct {
	perHost int
	pause   time.Duration

	mu      sync.Mutex
	byName  map[string]*host // only those with something to remember
	changed chan struct{}    // closed when a host may have become free
}

// silentVisits is how many requests a host leaves unanswered before the rest of
// its feeds wait for another run.
const silentVisits = 3

type host struct {
	busy   int       // requests under way, and pauses after one
	until  time.Time // a rest that it asked for
	silent int       // visits in a row that got no answer out of it
	why    *Error
}

func newHosts(l Limits) *hosts {
	return &hosts{
		perHost: l.PerHost, pause: l.Pause,
		byName: map[string]*host{}, changed: make(chan struct{}),
	}
}

// get returns what is known of a host; the caller holds mu.
func (hs *hosts) get(name string) *host {
	h := hs.byName[name]
	if h == nil {
		h = &host{}
		hs.byName[name] = h
	}
	return h
}

// wake tells everyone who waits to look again; the caller holds mu.
func (hs *hosts) wake() {
	close(hs.changed)
	hs.changed = make(chan struct{})
}

// acquire waits until the host may be asked. Each acquire needs a release.
// Within each, who waits gives its seat to another job for that time.
func (hs *hosts) acquire(ctx context.Context, turn *Turn, name string) error {
	for waits := false; ; {
		hs.mu.Lock()
		if h := hs.get(name); h.busy < hs.perHost {
			h.busy++
			hs.mu.Unlock()
			return nil
		}
		changed := hs.changed
		hs.mu.Unlock()
		if turn != nil && !waits {
			waits = true
			turn.leave()
			defer turn.take()
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// A Turn is a job's place among those of [Client.Each], which bounds how many are
// under way. Who waits for a host within a job leaves its seat, and another worker
// is hired for it, if there aren't very many by now.
type Turn struct {
	taken  chan struct{}
	hire   func()
	hired  atomic.Int64
	hiring int64 // at the most
}

func (s *Turn) take() { s.taken <- struct{}{} }

func (s *Turn) leave() {
	<-s.taken
	if s.hired.Add(1) <= s.hiring {
		s.hire()
	}
}

// release ends a request. The host's place stays taken for the pause.
func (hs *hosts) release(name string) {
	if hs.pause > 0 {
		time.AfterFunc(hs.pause, func() { hs.free(name) })
		return
	}
	hs.free(name)
}

func (hs *hosts) free(name string) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	h := hs.get(name)
	h.busy--
	hs.forget(name, h)
	hs.wake()
}

// forget drops a host of which there is nothing to remember; the caller holds
// mu.
func (hs *hosts) forget(name string, h *host) {
	if h.busy == 0 && h.until.IsZero() && h.silent == 0 {
		delete(hs.byName, name)
	}
}

// isFree says whether acquire would not wait; the caller holds mu.
func (hs *hosts) isFree(name string) bool {
	h := hs.byName[name]
	return h == nil || h.busy < hs.perHost
}

// rest notes that a host wants no request before a time, and in which words.
func (hs *hosts) rest(name string, until time.Time, why *Error) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	if h := hs.get(name); until.After(h.until) {
		h.until, h.why = until, why
	}
}

// rests returns the hosts that want no request now, and until when.
func (hs *hosts) rests(now time.Time) map[string]time.Time {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	rests := map[string]time.Time{}
	for name, h := range hs.byName {
		if h.until.After(now) {
			rests[name] = h.until
		}
	}
	return rests
}

// silent notes that a visit got no answer out of a host, and answered that it
// got one, whatever it was.
func (hs *hosts) silent(name string, why *Error) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	h := hs.get(name)
	h.silent++
	if h.until.IsZero() {
		h.why = why
	}
}

func (hs *hosts) answered(name string) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	hs.get(name).silent = 0
}

// startRun forgets which hosts were silent in the last run.
func (hs *hosts) startRun() {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	for name, h := range hs.byName {
		h.silent = 0
		hs.forget(name, h)
	}
}

// startAt is startRun for one host, and forgets a rest that is over.
func (hs *hosts) startAt(name string, now time.Time) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	h := hs.byName[name]
	if h == nil {
		return
	}
	if h.silent = 0; !h.until.After(now) {
		h.until = time.Time{}
	}
	hs.forget(name, h)
}

// resting says whether a host is to be left alone, and why: until a time, or,
// if that is zero, for the rest of the run.
func (hs *hosts) resting(name string, now time.Time) (until time.Time, why *Error) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	h := hs.byName[name]
	switch {
	case h == nil:
	case now.Before(h.until):
		return h.until, h.why
	case h.silent >= silentVisits:
		return time.Time{}, h.why
	}
	return time.Time{}, nil
}

// A lane holds the jobs of one host.
type lane struct {
	host    string
	jobs    []int32
	running int
}

// each calls do for every job from 0 to n, at most workers at once, and for a
// host's jobs only when the host may be asked. A busy host keeps no worker
// waiting: neither does it for the feeds that are known to be there, nor, until
// there are many of them, for those that a redirect leads there. What it all
// takes beyond the workers is four bytes a job and a lane a host. It returns
// when all are done, or the cause of ctx when the running ones are.
func (hs *hosts) each(ctx context.Context, workers, n int, hostOf func(int) string, do func(context.Context, *Turn, int)) error {
	var queue []*lane
	byHost := map[string]*lane{}
	for i := range n {
		name := hostOf(i)
		l := byHost[name]
		if l == nil {
			l = &lane{host: name}
			byHost[name] = l
			queue = append(queue, l)
		}
		l.jobs = append(l.jobs, int32(i))
	}
	byHost = nil // the queue has them now

	workers = min(workers, n)
	left := n
	// next takes a job off the first lane that may run, and puts the lane at the
	// end: the one that rested longest comes first.
	next := func() (*lane, int, <-chan struct{}) {
		hs.mu.Lock()
		defer hs.mu.Unlock()
		for range len(queue) {
			l := queue[0]
			queue[0], queue = nil, queue[1:]
			if l.running >= hs.perHost || !hs.isFree(l.host) {
				queue = append(queue, l)
				continue
			}
			i := int(l.jobs[0])
			if l.jobs = l.jobs[1:]; len(l.jobs) > 0 {
				queue = append(queue, l)
			}
			l.running++
			left--
			return l, i, nil
		}
		if left == 0 {
			return nil, 0, nil
		}
		return nil, 0, hs.changed
	}
	var wg sync.WaitGroup
	s := &Turn{taken: make(chan struct{}, workers), hiring: int64(3 * workers)}
	work := func() {
		for {
			select {
			case s.taken <- struct{}{}:
			case <-ctx.Done():
				return
			}
			if ctx.Err() != nil {
				<-s.taken
				return
			}
			l, i, changed := next()
			if l != nil {
				do(ctx, s, i)
			}
			<-s.taken
			if l != nil {
				hs.mu.Lock()
				l.running--
				hs.wake()
				hs.mu.Unlock()
				continue
			}
			if changed == nil {
				return
			}
			select {
			case <-changed:
			case <-ctx.Done():
			}
		}
	}
	s.hire = func() { wg.Go(work) }
	for range workers {
		wg.Go(work)
	}
	wg.Wait()
	return context.Cause(ctx)
}
