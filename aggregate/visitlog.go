package aggregate

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/automationregion/newsletter/internal/atomicfile"
)

// visitsName is the file of a [DirStore] that holds, a line each, what visits
// changed that brought nothing new. In an hourly run that is most of them: so
// they cost a line, and not a file that is brought to the disk each.
const visitsName = "visits.jsonl"

// A visitLog remembers those visits. A line counts only if it is no older than
// the partner's own file; a line that a crash left half written counts for
// nothing, and the partner is asked once more.
type visitLog struct {
	path   string
	mu     sync.Mutex
	visits map[string]json.RawMessage // by key: a FetchState, as it stands in the file
	file   *os.File                   // to append to; nil until needed
	torn   bool                       // the file may end within a line
	stale  bool                       // the file has lines that no longer count
}

type visitLine struct {
	Key   string          `json:"key"`
	Fetch json.RawMessage `json:"fetch"`
}

// openVisits reads the log in a folder.
func openVisits(dir string, logger *slog.Logger) *visitLog {
	v := &visitLog{path: filepath.Join(dir, visitsName), visits: map[string]json.RawMessage{}}
	data, err := readFile(v.path, 1<<30)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			logger.Warn("visits are forgotten: partners are asked again", "file", v.path, "error", err)
		}
		return v
	}
	v.torn = len(data) > 0 && data[len(data)-1] != '\n'
	bad := 0
	for line := range bytes.Lines(data) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		var l visitLine
		if json.Unmarshal(line, &l) != nil || l.Key == "" {
			bad++
			continue
		}
		_, twice := v.visits[l.Key]
		v.stale = v.stale || twice
		v.visits[l.Key] = l.Fetch
	}
	if bad > 0 {
		v.stale = true
		logger.Warn("visits are forgotten: partners are asked again", "file", v.path, "lines", bad)
	}
	return v
}

// apply gives a state from the partner's own file what later visits changed.
func (v *visitLog) apply(st *State) {
	v.mu.Lock()
	line := v.visits[st.Key]
	v.mu.Unlock()
	var f FetchState
	if line != nil && json.Unmarshal(line, &f) == nil && !f.LastAttempt.Before(st.Fetch.LastAttempt) {
		st.Fetch = f
	}
}

// add appends a visit.
func (v *visitLog) add(key string, f FetchState) error {
	fetch, err := json.Marshal(f)
	if err != nil {
		return err
	}
	line, err := encodeVisit(key, fetch)
	if err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.file == nil {
		if v.file, err = os.OpenFile(v.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o666); err != nil {
			return err
		}
	}
	if v.torn {
		line = append([]byte{'\n'}, line...)
	}
	if _, err := v.file.Write(append(line, '\n')); err != nil {
		v.torn = true
		return err
	}
	v.torn = false
	_, twice := v.visits[key]
	v.stale = v.stale || twice
	v.visits[key] = fetch
	return nil
}

// encodeVisit returns a visitLine, without looking at what is JSON already.
func encodeVisit(key string, fetch json.RawMessage) ([]byte, error) {
	name, err := json.Marshal(key)
	return slices.Concat([]byte(`{"key":`), name, []byte(`,"fetch":`), fetch, []byte("}")), err
}

// drop forgets the visit to a partner whose own file has it now.
func (v *visitLog) drop(key string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, ok := v.visits[key]; ok {
		delete(v.visits, key)
		v.stale = true
	}
}

// close brings the log to the disk, sorted and with a line a partner.
func (v *visitLog) close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	appended := v.file != nil
	if appended {
		v.file.Close()
		v.file = nil
	}
	if !appended && !v.stale {
		return nil
	}
	f, err := atomicfile.Create(v.path, 0o666)
	if err != nil {
		return err
	}
	defer f.Discard()
	if err := v.writeTo(f); err != nil {
		return err
	}
	return f.Commit()
}

func (v *visitLog) writeTo(w io.Writer) error {
	b := bufio.NewWriter(w)
	for _, key := range slices.Sorted(maps.Keys(v.visits)) {
		line, err := encodeVisit(key, v.visits[key])
		if err != nil {
			return err
		}
		b.Write(line)
		b.WriteByte('\n')
	}
	return b.Flush()
}
