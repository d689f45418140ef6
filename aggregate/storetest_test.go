package aggregate_test

import (
	"testing"

	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/aggregate/storetest"
)

func TestMemStore(t *testing.T) {
	storetest.Run(t, func(*testing.T) aggregate.Store { return aggregate.NewMemStore() })
}
