package fetch

import (
	"context"
	"sync/atomic"
)

// A Turn is a job's place among those of [Client.Each], which bounds how many are
// under way. Who waits for a host within a job leaves its seat, and another worker
// is hired for it, if there aren't very many by now.
type Turn struct {
	taken  chan struct{}
	hire   func()
	hired  atomic.Int64
	hiring int64 // at the most
}

// NewTurn returns the turn of jobs that don't come from [Client.Each]: as many as
// seats go on at once, and at least one. Each takes a seat with Take before it
// calls Fetch, and leaves it with Leave.
func NewTurn(seats int) *Turn {
	return &Turn{taken: make(chan struct{}, max(seats, 1)), hire: func() {}}
}

// Take waits for a seat, and says whether there was one before ctx was done.
func (s *Turn) Take(ctx context.Context) bool {
	select {
	case s.taken <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// Leave gives the seat to another job.
func (s *Turn) Leave() { <-s.taken }

func (s *Turn) take() { s.taken <- struct{}{} }

func (s *Turn) leave() {
	<-s.taken
	if s.hired.Add(1) <= s.hiring {
		s.hire()
	}
}
