package aggregate

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/aggregate/internal/state"
	"github.com/automationregion/newsletter/internal/sample"
)

// What a run knows of a partner comes back from the state's file and from its
// JSON, field by field.
func TestStateFileLosesNoField(t *testing.T) {
	want := &State{}
	sample.Fill(want, "State.Epoch", "State.Index") // of a claim; made at writing
	want.Schema = currentSchema
	sameAddr := cmpopts.EquateComparable(want.Fetch.Blocked)

	var file bytes.Buffer
	require.NoError(t, toFile(want).Encode(&file))
	f, err := state.Decode(file.Bytes())
	require.NoError(t, err)
	got, err := fromFile(&f, want.Key)
	require.NoError(t, err)
	got.Index = nil
	assert.Empty(t, cmp.Diff(want, got, sameAddr), "- recorded, + read")

	data, err := json.Marshal(want)
	require.NoError(t, err)
	got = &State{}
	require.NoError(t, json.Unmarshal(data, got))
	assert.Empty(t, cmp.Diff(want, got, sameAddr), "- recorded, + read")
}
