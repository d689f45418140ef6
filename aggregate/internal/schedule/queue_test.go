package schedule

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// Whatever comes, goes and moves, the first is the one that is due next.
func TestQueue(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	at := func() time.Time { return time.Unix(rnd.Int64N(1000), 0) }
	var q Queue[int]
	assert.Nil(t, q.First())
	all := make([]Entry[int], 50)
	for range 2000 {
		i := rnd.IntN(len(all))
		e := &all[i]
		switch {
		case !e.Waits():
			e.Of, e.Due = i, at()
			q.Add(e)
		case rnd.IntN(2) == 0:
			q.Move(e, at())
		default:
			q.Remove(e)
		}
		if rnd.IntN(10) == 0 {
			q.Shift(time.Second)
		}
		first := time.Time{}
		for k := range all {
			if all[k].Waits() && (first.IsZero() || all[k].Due.Before(first)) {
				first = all[k].Due
			}
		}
		if q.First() == nil {
			assert.True(t, first.IsZero())
			continue
		}
		assert.Equal(t, first, q.First().Due)
		assert.True(t, q.First().Waits())
	}
}
