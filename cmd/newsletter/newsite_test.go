package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

// The workflow of a new site is the one among the examples, which is run, but for what
// the action is told.
func TestStarterWorkflowIsTheExample(t *testing.T) {
	read := func(data []byte, err error) map[string]any {
		require.NoError(t, err)
		var workflow map[string]any
		require.NoError(t, yaml.Unmarshal(data, &workflow))
		steps := workflow["jobs"].(map[string]any)["build"].(map[string]any)["steps"].([]any)
		delete(steps[len(steps)-1].(map[string]any), "with")
		return workflow
	}
	assert.Equal(t, read(os.ReadFile("../../examples/ci/letters.yml")), read(starter.ReadFile("starter/letters.yml")))
}
