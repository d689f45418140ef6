// Package lanes has jobs done that ask servers: so many at once, and those of one
// host only when that may be asked.
package lanes

import "sync"

// waitingMost is how many jobs, for each seat, wait for a host that they were led to.
const waitingMost = 3

// Lanes have the jobs of each host in a row. A busy host takes no seat from the others:
// neither for the jobs that are known to be its own nor, until there are many of them,
// for those that a redirect leads there.
type Lanes[T any] struct {
	stop    <-chan struct{}
	perHost int
	free    func(host string) (bool, <-chan struct{})
	do      func(job T)
	seats   chan struct{} // holds one for each job that goes on
	under   sync.WaitGroup

	mu       sync.Mutex
	of       map[string]*lane[T]
	queue    []*lane[T] // that have jobs, the one that rested longest first
	waiting  int        // jobs that gave their seat away
	watching bool       // for a host to become free
}

type lane[T any] struct {
	host    string
	jobs    []T
	running int
}

// New returns lanes without jobs. At most so many as there are seats go on at once, and
// of one host so many as perHost; free says whether a host may be asked, and has a
// channel that is closed when that may be another. Once stop is closed no job begins.
func New[T any](stop <-chan struct{}, seats, perHost int, free func(host string) (bool, <-chan struct{}), do func(job T)) *Lanes[T] {
	return &Lanes[T]{stop: stop, perHost: perHost, free: free, do: do, seats: make(chan struct{}, max(seats, 1)), of: map[string]*lane[T]{}}
}

// Add gives a host a job more, and says whether it had none.
func (ls *Lanes[T]) Add(host string, job T) (begins bool) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l := ls.of[host]
	if begins = l == nil; begins {
		l = &lane[T]{host: host}
		ls.of[host] = l
	}
	if l.jobs = append(l.jobs, job); len(l.jobs) == 1 {
		ls.queue = append(ls.queue, l)
	}
	ls.fill()
	return begins
}

// Wait returns when all jobs are done, or those that go on are once stop is closed.
func (ls *Lanes[T]) Wait() { ls.under.Wait() }

// Leave gives the seat of a job to another, and returns what takes it back.
func (ls *Lanes[T]) Leave() (back func()) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	<-ls.seats
	ls.waiting++
	ls.fill()
	return func() {
		ls.seats <- struct{}{}
		ls.mu.Lock()
		defer ls.mu.Unlock()
		ls.waiting--
	}
}

// fill begins jobs as long as there are seats for them; the caller holds mu.
func (ls *Lanes[T]) fill() {
	for len(ls.queue) > 0 && ls.waiting/waitingMost <= cap(ls.seats) {
		select {
		case <-ls.stop:
			ls.queue = nil
			return
		case ls.seats <- struct{}{}:
		default:
			return
		}
		l := ls.next()
		if l == nil {
			<-ls.seats
			return
		}
		job := l.jobs[0]
		var none T
		l.jobs[0], l.jobs = none, l.jobs[1:]
		if len(l.jobs) > 0 {
			ls.queue = append(ls.queue, l)
		}
		l.running++
		ls.under.Go(func() {
			ls.do(job)
			<-ls.seats
			ls.mu.Lock()
			defer ls.mu.Unlock()
			if l.running--; l.running == 0 && len(l.jobs) == 0 {
				delete(ls.of, l.host)
			}
			ls.fill()
		})
	}
}

// next takes the first lane off the queue whose host may be asked. If there is none it
// sees to it that somebody looks again; the caller holds mu.
func (ls *Lanes[T]) next() *lane[T] {
	var changed <-chan struct{}
	for range len(ls.queue) {
		l := ls.queue[0]
		ls.queue[0], ls.queue = nil, ls.queue[1:]
		if l.running < ls.perHost {
			free, change := ls.free(l.host)
			if free {
				return l
			}
			if changed == nil {
				changed = change
			}
		}
		ls.queue = append(ls.queue, l)
	}
	if changed != nil && !ls.watching {
		ls.watching = true
		ls.under.Go(func() {
			select {
			case <-changed:
			case <-ls.stop:
			}
			ls.mu.Lock()
			defer ls.mu.Unlock()
			ls.watching = false
			ls.fill()
		})
	}
	return nil
}
