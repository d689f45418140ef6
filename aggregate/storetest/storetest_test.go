package storetest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/aggregate/storetest"
	"github.com/automationregion/newsletter/internal/sample"
)

func TestFullStatesEveryField(t *testing.T) {
	st := storetest.Full("alpha-1")
	st.Epoch, st.Index = 1, []byte{1} // of a claim, and made at writing
	assert.Empty(t, sample.Unset(st))
}

func TestMemStore(t *testing.T) {
	storetest.Run(t, func(*testing.T) aggregate.Store { return aggregate.NewMemStore() })
}

func TestDirStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) aggregate.Store {
		s, err := aggregate.OpenDir(t.TempDir(), nil)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		return s
	})
}
