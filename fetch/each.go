package fetch

import (
	"context"
	"sync"
)

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
