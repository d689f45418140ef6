package storetest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/aggregate/storetest"
)

func TestMemStore(t *testing.T) {
	storetest.Run(t, func(*testing.T) aggregate.Store { return &aggregate.MemStore{} })
}

func TestDirStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) aggregate.Store {
		s, err := aggregate.OpenDir(t.TempDir(), nil)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		return s
	})
}
