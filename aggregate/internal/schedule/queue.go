// Package schedule keeps in which order things are due, by a clock that somebody may
// set, and how long what failed is left alone.
package schedule

import (
	"container/heap"
	"time"
)

// A Queue holds what is due at some time, the next first. The zero value is empty.
type Queue[T any] struct{ list entries[T] }

// An Entry is something that may wait in a queue.
type Entry[T any] struct {
	Of  T
	Due time.Time // not to be changed while it waits

	place int // in the queue, from 1 on; 0 if it doesn't wait
}

// Waits says whether the entry is in its queue.
func (e *Entry[T]) Waits() bool { return e.place > 0 }

// First returns what is due next, nil if nothing waits.
func (q *Queue[T]) First() *Entry[T] {
	if len(q.list) == 0 {
		return nil
	}
	return q.list[0]
}

// Add puts an entry into the queue.
func (q *Queue[T]) Add(e *Entry[T]) { heap.Push(&q.list, e) }

// Remove takes an entry that waits out of the queue.
func (q *Queue[T]) Remove(e *Entry[T]) { heap.Remove(&q.list, e.place-1) }

// Move makes an entry that waits due at another time.
func (q *Queue[T]) Move(e *Entry[T], due time.Time) {
	e.Due = due
	heap.Fix(&q.list, e.place-1)
}

// Shift makes all that waits due so much earlier.
func (q *Queue[T]) Shift(by time.Duration) {
	for _, e := range q.list {
		e.Due = e.Due.Add(-by)
	}
}

type entries[T any] []*Entry[T]

func (l entries[T]) Len() int           { return len(l) }
func (l entries[T]) Less(i, j int) bool { return l[i].Due.Before(l[j].Due) }
func (l entries[T]) Swap(i, j int) {
	l[i], l[j] = l[j], l[i]
	l[i].place, l[j].place = i+1, j+1
}

// Push is heap's.
func (l *entries[T]) Push(x any) {
	e := x.(*Entry[T])
	*l = append(*l, e)
	e.place = len(*l)
}

// Pop is heap's.
func (l *entries[T]) Pop() any {
	last := len(*l) - 1
	e := (*l)[last]
	(*l)[last] = nil
	*l, e.place = (*l)[:last], 0
	return e
}

// WallClock is a clock, or that of time.Now, without the reading of the monotonic
// one, which knows nothing of a clock that was set.
func WallClock(now func() time.Time) func() time.Time {
	if now == nil {
		now = time.Now
	}
	return func() time.Time { return now().Round(0) }
}
