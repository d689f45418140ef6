package fetch

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// visitor pretends to visit: each request takes a second.
type visitor struct {
	hosts  *hosts
	mu     sync.Mutex
	now    map[string]int // requests under way
	most   map[string]int
	starts map[string][]time.Time
	done   int
}

func (v *visitor) visit(ctx context.Context, turn *Turn, host string) {
	if v.hosts.acquire(ctx, turn, host) != nil {
		return
	}
	v.mu.Lock()
	v.now[host]++
	v.most[host] = max(v.most[host], v.now[host])
	v.starts[host] = append(v.starts[host], time.Now())
	v.mu.Unlock()
	time.Sleep(time.Second)
	v.mu.Lock()
	v.now[host]--
	v.done++
	v.mu.Unlock()
	v.hosts.leave(host)
}

func newVisitor(l Limits) *visitor {
	return &visitor{hosts: newHosts(l.WithDefaults()), now: map[string]int{}, most: map[string]int{}, starts: map[string][]time.Time{}}
}

func TestOneRequestAHostAndAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVisitor(Limits{Pause: 3 * time.Second})
		start := time.Now()
		err := v.hosts.each(t.Context(), 8, 10, func(int) string { return "a" }, func(ctx context.Context, turn *Turn, _ int) { v.visit(ctx, turn, "a") })
		assert.NoError(t, err)
		assert.Equal(t, 10, v.done)
		assert.Equal(t, 1, v.most["a"])
		for i, at := range v.starts["a"] {
			assert.Equal(t, time.Duration(i)*4*time.Second, at.Sub(start), "request %d", i)
		}
		time.Sleep(time.Minute)
		v.hosts.mu.Lock()
		defer v.hosts.mu.Unlock()
		assert.Empty(t, v.hosts.byName)
	})
}

func TestTwoRequestsAHostIfAllowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVisitor(Limits{PerHost: 2, Pause: -1})
		v.hosts.each(t.Context(), 8, 10, func(int) string { return "a" }, func(ctx context.Context, turn *Turn, _ int) { v.visit(ctx, turn, "a") })
		assert.Equal(t, 2, v.most["a"])
		assert.Equal(t, 10, v.done)
	})
}

// A host with a thousand feeds keeps no worker from the others.
func TestBusyHostHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVisitor(Limits{Pause: time.Second})
		name := func(i int) string {
			if i < 1000 {
				return "busy"
			}
			return fmt.Sprint("other", i)
		}
		start := time.Now()
		var others atomic.Int64
		v.hosts.each(t.Context(), 4, 1300, name, func(ctx context.Context, turn *Turn, i int) {
			v.visit(ctx, turn, name(i))
			if i >= 1000 {
				others.Store(max(others.Load(), int64(time.Since(start))))
			}
		})
		assert.Equal(t, 1300, v.done)
		assert.LessOrEqual(t, time.Duration(others.Load()), 101*time.Second, "300 hosts on at least 3 of 4 workers")
		assert.Equal(t, 1, v.most["busy"])
	})
}

// Feeds that are led to a busy host wait there without a seat.
func TestRedirectsHoldUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVisitor(Limits{Pause: 9 * time.Second})
		start := time.Now()
		var others atomic.Int64
		running, most := 0, 0
		v.hosts.each(t.Context(), 4, 40, func(i int) string { return fmt.Sprint(i) }, func(ctx context.Context, turn *Turn, i int) {
			if i < 10 {
				v.visit(ctx, turn, "proxy")
				return
			}
			v.mu.Lock()
			running++
			most = max(most, running)
			v.mu.Unlock()
			v.visit(ctx, turn, fmt.Sprint(i))
			others.Store(max(others.Load(), int64(time.Since(start))))
			v.mu.Lock()
			running--
			v.mu.Unlock()
		})
		assert.Equal(t, 40, v.done)
		assert.Equal(t, 1, v.most["proxy"])
		assert.Equal(t, 4, most)
		assert.LessOrEqual(t, time.Duration(others.Load()), 12*time.Second)
	})
}

// Feeds that all lead to one host wait for their turn there, too.
func TestRedirectsToOneHostTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVisitor(Limits{Pause: time.Second})
		v.hosts.each(t.Context(), 16, 40, func(i int) string { return fmt.Sprint(i) }, func(ctx context.Context, turn *Turn, i int) {
			v.visit(ctx, turn, fmt.Sprint(i))
			v.visit(ctx, turn, "proxy")
		})
		assert.Equal(t, 80, v.done)
		assert.Equal(t, 1, v.most["proxy"])
	})
}

func TestEachStopsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := runtime.NumGoroutine()
		v := newVisitor(Limits{Pause: time.Hour})
		enough := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(90*time.Minute, func() { cancel(enough) })
		start := time.Now()
		err := v.hosts.each(ctx, 8, 100, func(i int) string { return fmt.Sprint(i % 2) }, func(ctx context.Context, turn *Turn, i int) { v.visit(ctx, turn, fmt.Sprint(i%2)) })
		assert.ErrorIs(t, err, enough)
		assert.Equal(t, 90*time.Minute, time.Since(start))
		assert.Equal(t, 4, v.done)
		synctest.Wait()
		assert.Equal(t, before, runtime.NumGoroutine())
	})
}
