package state

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/automationregion/newsletter/fetch"
	"github.com/automationregion/newsletter/internal/atomicfile"
)

// VisitsName is the file that holds, a line each, what visits
// changed that brought nothing new. In an hourly run that is most of them: so
// they cost a line, and not a file that is brought to the disk each.
const VisitsName = "visits.jsonl"

// Visits remember those visits. The first line of its file says which
// version of the format it is in. A line counts only if it is no older than the
// partner's own file; a line that a crash left half written counts for nothing,
// and the partner is asked once more.
type Visits struct {
	path   string
	Later  int // the schema of the file, if that is a later one
	mu     sync.Mutex
	lines  map[string][]byte // by key: the line that counts, without its end
	file   *os.File          // to append to; nil until needed
	before []byte            // to be written before the next line: a line end, where the file may end within one, or its first line
	stale  bool              // the file has lines that no longer count
	size   int               // of the file
	live   int               // of the lines that count
}

// slack is how many bytes of lines that no longer count a file may have before
// it is written anew while it is open.
const slack = 1 << 20

type visitLine struct {
	Schema int         `json:"schema,omitzero"` // of the first line, which has nothing else
	Key    string      `json:"key,omitzero"`
	Fetch  fetch.State `json:"fetch,omitzero"`
}

// ErrDamaged says that a file or a line of one is not as it was written.
var ErrDamaged = errors.New("the checksum is wrong")

const lineSumMark, lineSumEnd = `,"sum":"`, `"}`

// withSum returns a line with a checksum of it as its last member.
func withSum(line []byte) []byte {
	sum := fmt.Sprintf("%08x", crc32.Checksum(line[:len(line)-1], castagnoli))
	return slices.Concat(line[:len(line)-1], []byte(lineSumMark+sum+lineSumEnd))
}

// hasItsSum reports whether the checksum of a line is right, or there is none.
func hasItsSum(line []byte) bool {
	at := bytes.LastIndex(line, []byte(lineSumMark))
	if at < 0 {
		return true
	}
	sum := fmt.Sprintf("%08x", crc32.Checksum(line[:at], castagnoli))
	return string(line[at:]) == lineSumMark+sum+lineSumEnd
}

func firstVisitLine() string { return fmt.Sprintf("{\"schema\":%d}\n", Schema) }

// OpenVisits reads the log in a folder.
func OpenVisits(dir string, logger *slog.Logger) *Visits {
	v := &Visits{path: filepath.Join(dir, VisitsName), lines: map[string][]byte{}}
	data, err := ReadFile(v.path, 1<<30)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		logger.Warn("visits are forgotten: partners are asked again", "file", v.path, "error", err)
	}
	switch {
	case len(data) == 0:
		v.before = []byte(firstVisitLine())
	case data[len(data)-1] != '\n':
		v.before = []byte{'\n'}
	}
	v.size = len(data)
	bad := 0
	for line := range bytes.Lines(data) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		var l visitLine
		err := json.Unmarshal(line, &l)
		if err == nil && !hasItsSum(line) {
			err = ErrDamaged
		}
		switch {
		case err == nil && l.Schema > Schema:
			v.Later = l.Schema
			return v
		case err == nil && l.Schema > 0 && l.Key == "":
			continue
		case err != nil || l.Key == "":
			bad++
			continue
		}
		v.put(l.Key, line)
	}
	if bad > 0 {
		v.stale = true
		logger.Warn("visits are forgotten: partners are asked again", "file", v.path, "lines", bad)
	}
	return v
}

// put makes a line the one that counts.
func (v *Visits) put(key string, line []byte) {
	if old, twice := v.lines[key]; twice {
		v.stale = true
		v.live -= len(old)
	}
	v.live += len(line)
	v.lines[key] = line
}

// Last returns what is known of fetching from a partner, whose own file has so much:
// what later visits changed.
func (v *Visits) Last(key string, known fetch.State) fetch.State {
	v.mu.Lock()
	line := v.lines[key]
	v.mu.Unlock()
	var l visitLine
	if line != nil && json.Unmarshal(line, &l) == nil && !l.Fetch.LastAttempt.Before(known.LastAttempt) {
		return l.Fetch
	}
	return known
}

// Add appends a visit.
func (v *Visits) Add(key string, f fetch.State) error {
	line, err := json.Marshal(visitLine{Key: key, Fetch: f}, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return err
	}
	line = withSum(line)
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.file == nil {
		if v.file, err = os.OpenFile(v.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o666); err != nil {
			return err
		}
	}
	if _, err := v.file.Write(slices.Concat(v.before, line, []byte{'\n'})); err != nil {
		v.before = append([]byte{'\n'}, v.before...)
		return err
	}
	v.before = nil
	v.size += len(line)
	v.put(key, line)
	if v.size > 2*v.live+slack {
		return v.rewrite()
	}
	return nil
}

// Drop forgets the visit to a partner whose own file has it now.
func (v *Visits) Drop(key string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if line, ok := v.lines[key]; ok {
		delete(v.lines, key)
		v.live -= len(line)
		v.stale = true
	}
}

// Close brings the log to the disk, sorted and with a line a partner.
func (v *Visits) Close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.Later > 0 || v.file == nil && !v.stale {
		return nil
	}
	return v.rewrite()
}

// rewrite writes the lines that count to a new file, and closes the old one.
func (v *Visits) rewrite() error {
	if v.file != nil {
		v.file.Close()
		v.file = nil
	}
	f, err := atomicfile.Create(v.path, 0o666)
	if err != nil {
		return err
	}
	defer f.Discard()
	if err := v.writeTo(f); err != nil {
		return err
	}
	if err := f.Commit(); err != nil {
		return err
	}
	v.before, v.stale, v.size = nil, false, v.live
	return nil
}

func (v *Visits) writeTo(w io.Writer) error {
	b := bufio.NewWriter(w)
	b.WriteString(firstVisitLine())
	for _, key := range slices.Sorted(maps.Keys(v.lines)) {
		b.Write(v.lines[key])
		b.WriteByte('\n')
	}
	return b.Flush()
}
