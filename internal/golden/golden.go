// Package golden holds what tests read against archives in testdata.
package golden

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

// Compare holds what came out against the archive's files from the one at first
// on, or with update puts it there.
func Compare(t *testing.T, update bool, file string, archive *txtar.Archive, first int, got []txtar.File) {
	t.Helper()
	if update {
		archive.Files = append(archive.Files[:first], got...)
		require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o666))
		return
	}
	require.Len(t, archive.Files, first+len(got), "run the test with -update")
	for i, g := range got {
		assert.Equal(t, archive.Files[first+i].Name, g.Name)
		assert.Equal(t, string(archive.Files[first+i].Data), string(g.Data), g.Name)
	}
}

// Stated returns the fields of a value that are stated, as JSON.
func Stated(t *testing.T, value any) []byte {
	t.Helper()
	data, err := json.Marshal(value)
	require.NoError(t, err)
	var fields any
	require.NoError(t, json.Unmarshal(data, &fields))
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	require.NoError(t, e.Encode(prune(fields)))
	return b.Bytes()
}

// prune returns nil for what is not stated.
func prune(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for key, field := range v {
			if v[key] = prune(field); v[key] == nil {
				delete(v, key)
			}
		}
		if len(v) == 0 {
			return nil
		}
	case []any:
		for i := range v {
			v[i] = prune(v[i])
		}
	case string:
		if v == "" || v == "0001-01-01T00:00:00Z" {
			return nil
		}
	case float64:
		if v == 0 {
			return nil
		}
	case bool:
		if !v {
			return nil
		}
	}
	return value
}
