package state

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/fetch"
)

func TestVisitsAfterACrash(t *testing.T) {
	dir := t.TempDir()
	at := func(hour int) fetch.State {
		return fetch.State{ETag: `"x"`, LastAttempt: time.Date(2026, 3, 6, hour, 0, 0, 0, time.UTC)}
	}
	open := func() (*Visits, string) {
		var log bytes.Buffer
		v := OpenVisits(dir, slog.New(slog.NewTextHandler(&log, nil)))
		return v, log.String()
	}
	state := func(v *Visits, key string, hour int) int {
		return v.Last(key, at(hour)).LastAttempt.Hour()
	}
	v, _ := open()
	require.NoError(t, v.Add("a", at(10)))
	require.NoError(t, v.Add("b", at(10)))
	require.NoError(t, v.Add("a", at(11)))
	// No close: the process was killed, in the middle of a line.
	path := filepath.Join(dir, VisitsName)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, append(data, `{"key":"b","fetch":{"last`...), 0o666))

	v, log := open()
	assert.Contains(t, log, "lines=1")
	assert.Equal(t, 11, state(v, "a", 9), "the last line counts")
	assert.Equal(t, 10, state(v, "b", 9))
	assert.Equal(t, 12, state(v, "b", 12), "a line that is older than the partner's file does not")
	assert.Equal(t, 9, state(v, "c", 9))
	require.NoError(t, v.Add("c", at(12)), "the next line stands on a line of its own")
	v, _ = open()
	assert.Equal(t, 12, state(v, "c", 9))
	v.Drop("a")
	require.NoError(t, v.Close())
	data, err = os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, `{"schema":1}
{"key":"b","fetch":{"etag":"\"x\"","lastAttempt":"2026-03-06T10:00:00Z"},"sum":"b4217d7b"}
{"key":"c","fetch":{"etag":"\"x\"","lastAttempt":"2026-03-06T12:00:00Z"},"sum":"536f13c2"}
`, string(data))
	v, log = open()
	assert.Empty(t, log)
	require.NoError(t, v.Close())
}

// A service that never closes its store doesn't fill the disk with visits.
func TestVisitsStayShort(t *testing.T) {
	v := OpenVisits(t.TempDir(), slog.New(slog.DiscardHandler))
	state := fetch.State{ETag: strings.Repeat("x", 1000), LastAttempt: time.Date(2026, 3, 6, 0, 0, 0, 0, time.UTC)}
	for i := range 3000 {
		state.LastAttempt = state.LastAttempt.Add(time.Hour)
		require.NoError(t, v.Add([]string{"a", "b"}[i%2], state))
	}
	info, err := os.Stat(v.path)
	require.NoError(t, err)
	assert.Less(t, info.Size(), int64(slack+5000))
	again := OpenVisits(filepath.Dir(v.path), slog.New(slog.DiscardHandler))
	assert.Equal(t, state.LastAttempt, again.Last("b", fetch.State{}).LastAttempt)
}
