// Package storetest has the tests that every [aggregate.Store] has to pass.
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) aggregate.Store { return openMine(t) })
//	}
//
// Run it under the race detector: some of the tests are worth little without it.
package storetest

import (
	"testing"
	"time"

	"github.com/automationregion/newsletter/aggregate"
)

// Run runs all tests, each on an empty store of its own, which open makes and
// closes when the test that it is given ends.
func Run(t *testing.T, open func(t *testing.T) aggregate.Store) {
	for _, test := range []struct {
		name string
		run  func(*suite)
	}{
		{"an unknown partner", (*suite).unknown},
		{"remembers everything", (*suite).everything},
		{"letters in their order", (*suite).order},
		{"nothing is shared", (*suite).nothingShared},
		{"a visit alone", (*suite).visitAlone},
		{"large letters", (*suite).large},
		{"damaged content", (*suite).damaged},
		{"rests of hosts", (*suite).rests},
		{"claims", (*suite).claims},
		{"claims of what is due", (*suite).due},
		{"leases", (*suite).leases},
		{"who was overtaken writes nothing", (*suite).overtaken},
		{"without a claim nothing is written", (*suite).unclaimed},
		{"an answer that was lost", (*suite).repeated},
		{"a crash between any two calls", (*suite).crash},
		{"a context that is done", (*suite).cancelled},
		{"many at once", (*suite).manyAtOnce},
		{"many that overtake each other", (*suite).overtakeEachOther},
		{"two workers", (*suite).twoWorkers},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.run(&suite{T: t, store: open(t), now: time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)})
		})
	}
}
