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

	"github.com/automationregion/newsletter/internal/lanes"
	"github.com/automationregion/newsletter/internal/weburl"
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

func (v *visitor) visit(ctx context.Context, waits func() func(), host string) {
	if v.hosts.acquire(ctx, waits, host) != nil {
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
	return &visitor{hosts: newHosts(l.withDefaults()), now: map[string]int{}, most: map[string]int{}, starts: map[string][]time.Time{}}
}

// each has jobs from 0 to n done as package aggregate has its visits.
func each(ctx context.Context, hs *hosts, seats, n int, hostOf func(int) string, do func(ctx context.Context, waits func() func(), i int)) error {
	var ls *lanes.Lanes[int]
	ls = lanes.New(ctx.Done(), seats, hs.perHost, hs.isFree, func(i int) { do(ctx, ls.Leave, i) })
	for i := range n {
		ls.Add(hostOf(i), i)
	}
	ls.Wait()
	return context.Cause(ctx)
}

func (f *Client) each(ctx context.Context, n int, address func(int) string, do func(ctx context.Context, waits func() func(), i int)) error {
	for i := range n {
		f.Begin(weburl.Host(address(i)))
	}
	return each(ctx, f.hosts, f.o.Limits.Concurrency, n, func(i int) string { return weburl.Host(address(i)) }, do)
}

func TestOneRequestAHostAndAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVisitor(Limits{Pause: 3 * time.Second})
		start := time.Now()
		err := each(t.Context(), v.hosts, 8, 10, func(int) string { return "a" }, func(ctx context.Context, waits func() func(), _ int) { v.visit(ctx, waits, "a") })
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
		each(t.Context(), v.hosts, 8, 10, func(int) string { return "a" }, func(ctx context.Context, waits func() func(), _ int) { v.visit(ctx, waits, "a") })
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
		each(t.Context(), v.hosts, 4, 1300, name, func(ctx context.Context, waits func() func(), i int) {
			v.visit(ctx, waits, name(i))
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
		each(t.Context(), v.hosts, 4, 40, func(i int) string { return fmt.Sprint(i) }, func(ctx context.Context, waits func() func(), i int) {
			if i < 10 {
				v.visit(ctx, waits, "proxy")
				return
			}
			v.mu.Lock()
			running++
			most = max(most, running)
			v.mu.Unlock()
			v.visit(ctx, waits, fmt.Sprint(i))
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
		each(t.Context(), v.hosts, 16, 40, func(i int) string { return fmt.Sprint(i) }, func(ctx context.Context, waits func() func(), i int) {
			v.visit(ctx, waits, fmt.Sprint(i))
			v.visit(ctx, waits, "proxy")
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
		err := each(ctx, v.hosts, 8, 100, func(i int) string { return fmt.Sprint(i % 2) }, func(ctx context.Context, waits func() func(), i int) { v.visit(ctx, waits, fmt.Sprint(i%2)) })
		assert.ErrorIs(t, err, enough)
		assert.Equal(t, 90*time.Minute, time.Since(start))
		assert.Equal(t, 4, v.done)
		synctest.Wait()
		assert.Equal(t, before, runtime.NumGoroutine())
	})
}
