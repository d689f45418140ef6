package fetch

import "sync/atomic"

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
