package aggregate

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/automationregion/newsletter/fetch"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A visit that brought nothing new is a line, and the partner's file stays.
func TestQuietVisitsAreLines(t *testing.T) {
	w := newWorld(t)
	w.partner("alpha", post("a1", "https://alpha.example/1", "Boats", 3, text(long)))
	w.partner("beta", post("b1", "https://beta.example/1", "Trains", 5, text("By rail")))
	w.run()
	before := stateFiles(t, w.dir)
	assert.NotContains(t, before, visitsName)

	r := w.later()
	assert.Equal(t, fetch.SameBody, r.Partners[0].Status)
	after := stateFiles(t, w.dir)
	assert.Equal(t, 3, strings.Count(after[visitsName], "\n"), "one for each, after the schema")
	delete(after, visitsName)
	assert.Equal(t, before, after)

	again := w.run()
	assert.Zero(t, w.requests, "they are not due")
	assert.Equal(t, r.Partners[0].Due, again.Partners[0].Due)

	w.serve("alpha", post("a2", "https://alpha.example/2", "Ferries", 7, text("By sea")))
	w.later()
	assert.Equal(t, 2, strings.Count(stateFiles(t, w.dir)[visitsName], "\n"), "a line goes when the file has it")
}

func TestVisitLogAfterACrash(t *testing.T) {
	dir := t.TempDir()
	at := func(hour int) fetch.State {
		return fetch.State{ETag: `"x"`, LastAttempt: time.Date(2026, 3, 6, hour, 0, 0, 0, time.UTC)}
	}
	open := func() (*visitLog, string) {
		var log bytes.Buffer
		v := openVisits(dir, slog.New(slog.NewTextHandler(&log, nil)))
		return v, log.String()
	}
	state := func(v *visitLog, key string, hour int) int {
		st := State{Key: key, Fetch: at(hour)}
		v.apply(&st)
		return st.Fetch.LastAttempt.Hour()
	}
	v, _ := open()
	require.NoError(t, v.add("a", at(10)))
	require.NoError(t, v.add("b", at(10)))
	require.NoError(t, v.add("a", at(11)))
	// No close: the process was killed, in the middle of a line.
	path := filepath.Join(dir, visitsName)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, append(data, `{"key":"b","fetch":{"last`...), 0o666))

	v, log := open()
	assert.Contains(t, log, "lines=1")
	assert.Equal(t, 11, state(v, "a", 9), "the last line counts")
	assert.Equal(t, 10, state(v, "b", 9))
	assert.Equal(t, 12, state(v, "b", 12), "a line that is older than the partner's file does not")
	assert.Equal(t, 9, state(v, "c", 9))
	require.NoError(t, v.add("c", at(12)), "the next line stands on a line of its own")
	v, _ = open()
	assert.Equal(t, 12, state(v, "c", 9))
	v.drop("a")
	require.NoError(t, v.close())
	data, err = os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, `{"schema":1}
{"key":"b","fetch":{"etag":"\"x\"","lastAttempt":"2026-03-06T10:00:00Z"},"sum":"b4217d7b"}
{"key":"c","fetch":{"etag":"\"x\"","lastAttempt":"2026-03-06T12:00:00Z"},"sum":"536f13c2"}
`, string(data))
	v, log = open()
	assert.Empty(t, log)
	require.NoError(t, v.close())
}

// A service that never closes its store doesn't fill the disk with visits.
func TestVisitLogStaysShort(t *testing.T) {
	v := openVisits(t.TempDir(), slog.New(slog.DiscardHandler))
	state := fetch.State{ETag: strings.Repeat("x", 1000), LastAttempt: time.Date(2026, 3, 6, 0, 0, 0, 0, time.UTC)}
	for i := range 3000 {
		state.LastAttempt = state.LastAttempt.Add(time.Hour)
		require.NoError(t, v.add([]string{"a", "b"}[i%2], state))
	}
	info, err := os.Stat(v.path)
	require.NoError(t, err)
	assert.Less(t, info.Size(), int64(slack+5000))
	again := openVisits(filepath.Dir(v.path), slog.New(slog.DiscardHandler))
	st := State{Key: "b"}
	again.apply(&st)
	assert.Equal(t, state.LastAttempt, st.Fetch.LastAttempt)
}
