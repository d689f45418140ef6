package aggregate

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/automationregion/newsletter/internal/atomicfile"
)

// A DirStore is a [Store] in a folder, for a CI job to cache or commit. Each
// partner has a small JSON file, KEY.json, with an index that spares most runs
// the reading of its letters, and counts for nothing once somebody made the
// letters longer or shorter by hand. Beside it are the contents of the
// letters, KEY.a.html or KEY.b.html: the next contents are always written to
// the other name, and count from the moment that KEY.json is replaced. So a
// crash leaves the old state or the new one, of each partner.
//
// Visits that brought nothing new are noted in visits.jsonl, a line a partner,
// until KEY.json is written again.
//
// A file that can't be read is set aside as KEY.json.damaged, with a warning,
// and the partner begins anew.
//
// It may be used by several goroutines at once, and is for one process at a
// time.
type DirStore struct {
	dir      string
	readOnly bool
	logger   *slog.Logger
	lock     *flock.Flock
	visits   *visitLog
	write    func(path string, data []byte, perm fs.FileMode) error // writeFile, but for tests
	names    sync.Mutex                                             // held while a name in the folder changes

	mu      sync.Mutex
	claimed map[string]bool
}

const (
	lockName   = ".lock"
	hostsName  = "hosts.json"
	stateSize  = 64 << 20 // bytes that a state's file may have
	damagedExt = ".damaged"
)

// OpenDir opens the folder, which it makes if there is none, and locks it until
// Close. If another process has it, the error is [ErrLocked]. logger is told of
// damaged files; nil is none.
func OpenDir(dir string, logger *slog.Logger) (*DirStore, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	lock := flock.New(filepath.Join(dir, lockName))
	ok, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	if !ok {
		return nil, fmt.Errorf("%s: %w", dir, ErrLocked)
	}
	s := newDirStore(dir, logger)
	s.lock = lock
	s.sweep()
	return s, nil
}

// OpenDirReadOnly opens the folder for reading alone, without a lock: to
// rebuild a newsletter, or to try what a run would do. A folder that doesn't
// exist is an empty one. Record returns [ErrReadOnly].
func OpenDirReadOnly(dir string, logger *slog.Logger) *DirStore {
	s := newDirStore(dir, logger)
	s.readOnly = true
	return s
}

func newDirStore(dir string, logger *slog.Logger) *DirStore {
	logger = cmp.Or(logger, slog.New(slog.DiscardHandler))
	s := &DirStore{dir: dir, logger: logger, visits: openVisits(dir, logger), claimed: map[string]bool{}}
	s.write = s.writeFile
	return s
}

// Close lets go of the folder.
func (s *DirStore) Close() error {
	if s.lock == nil {
		return nil
	}
	err := s.visits.close()
	if err != nil {
		err = fmt.Errorf("%w: %w", ErrStore, err)
	}
	return errors.Join(err, s.lock.Close())
}

// sweep removes the temporary files of a process that was killed. It alone
// holds the lock, so none of them is in use.
func (s *DirStore) sweep() {
	entries, _ := os.ReadDir(s.dir)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") && strings.HasSuffix(e.Name(), ".tmp") {
			os.Remove(filepath.Join(s.dir, e.Name()))
		}
	}
}

// Claim is described at [Store]. A claim ends at the latest with the process.
func (s *DirStore) Claim(ctx context.Context, key string, c Claim) (*State, bool, error) {
	s.mu.Lock()
	taken := s.claimed[key]
	s.claimed[key] = true
	s.mu.Unlock()
	st, err := s.Load(ctx, key)
	if taken {
		return st, false, err
	}
	if err != nil || !c.wants(st) {
		s.Release(ctx, key)
		return st, false, err
	}
	return st, true, nil
}

// Release is described at [Store].
func (s *DirStore) Release(_ context.Context, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.claimed, key)
	return nil
}

// Load is described at [Store].
func (s *DirStore) Load(_ context.Context, key string) (*State, error) {
	path, err := s.path(key)
	if err != nil {
		return nil, err
	}
	st, err := readHead(path, key)
	if err == nil && st == nil {
		return s.loadWhole(path, key)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return &State{Schema: Schema, Key: key}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	if !s.hasContents(st) {
		return s.loadWhole(path, key)
	}
	s.visits.apply(st)
	return st, nil
}

// loadWhole loads a state with its letters.
func (s *DirStore) loadWhole(path, key string) (*State, error) {
	data, err := readFile(path, stateSize)
	if errors.Is(err, fs.ErrNotExist) {
		return &State{Schema: Schema, Key: key}, nil
	}
	if err != nil && !errors.Is(err, errTooLong) {
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	var st *State
	if err == nil {
		st, err = decodeState(data, key)
	}
	if errors.Is(err, errSchema) {
		return nil, fmt.Errorf("%w: %s: %w", ErrStore, path, err)
	}
	if err != nil {
		s.setAside(path, err)
		return &State{Schema: Schema, Key: key}, nil
	}
	s.visits.apply(st)
	if !s.hasContents(st) {
		s.forgetContents(st)
	}
	return st, nil
}

// Letters is described at [Store].
func (s *DirStore) Letters(_ context.Context, st *State, n int) ([]*Record, error) {
	path, err := s.path(st.Key)
	if err != nil {
		return nil, err
	}
	if n >= 0 && st.lettersAt > 0 {
		if letters, err := readLetters(path, st, n); err == nil {
			return letters, nil
		}
	}
	whole, err := s.loadWhole(path, st.Key)
	if err != nil {
		return nil, err
	}
	// In a folder that was opened for reading alone they may have changed.
	st.file, st.fileSize, st.lettersAt = whole.file, whole.fileSize, 0
	if n >= 0 && n < len(whole.Letters) {
		return whole.Letters[:n], nil
	}
	return whole.Letters, nil
}

// hasContents says whether the file with the contents is what the state says.
func (s *DirStore) hasContents(st *State) bool {
	if st.file == "" {
		return true
	}
	info, err := os.Stat(filepath.Join(s.dir, st.file))
	return err == nil && info.Size() == st.fileSize
}

// forgetContents makes a state whose contents are lost forget them, so that
// what the partner still has comes back at once.
func (s *DirStore) forgetContents(st *State) {
	s.logger.Warn("contents of letters are lost: they are fetched again",
		"partner", st.Name, "file", filepath.Join(s.dir, st.file), "bytes", st.fileSize)
	st.file, st.fileSize = "", 0
	f := &st.Fetch
	f.ETag, f.LastModified, f.ValidFor, f.BodyHash, f.Due = "", "", "", "", time.Time{}
	for _, r := range st.Letters {
		if r.Size > 0 {
			r.Size, r.Sum, r.Seen, r.at = 0, "", "", 0
		}
	}
}

// contentsSize returns how long the file is that holds the records' contents.
func contentsSize(records []*Record) int64 {
	size := int64(0)
	for _, r := range records {
		if r.Size > 0 {
			size += int64(r.Size) + 1
		}
	}
	return size
}

// setAside moves a damaged file out of the way.
func (s *DirStore) setAside(path string, err error) {
	s.logger.Warn("a damaged file is set aside", "file", path, "error", err)
	if !s.readOnly {
		os.Rename(path, path+damagedExt)
	}
}

// Contents is described at [Store]. A content that is not what was recorded
// stays empty, with a warning.
func (s *DirStore) Contents(_ context.Context, st *State, records []*Record) error {
	var wanted []*Record
	for _, r := range records {
		if r.Letter.Content == "" && r.at > 0 {
			wanted = append(wanted, r)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	first := slices.MinFunc(wanted, func(a, b *Record) int { return cmp.Compare(a.at, b.at) })
	last := slices.MaxFunc(wanted, func(a, b *Record) int { return cmp.Compare(a.at, b.at) })
	from := first.at - 1
	buf := make([]byte, last.at-1+int64(last.Size)-from)
	path := filepath.Join(s.dir, st.file)
	if err := readAt(path, buf, from); err != nil {
		s.setAside(path, err)
		return nil
	}
	for _, r := range wanted {
		content := string(buf[r.at-1-from:][:r.Size])
		if hashOf(content) != r.Sum {
			s.setAside(path, fmt.Errorf("the content of %s was changed", r.Letter.ID))
			continue
		}
		r.Letter.Content = content
	}
	return nil
}

// Record is described at [Store].
func (s *DirStore) Record(ctx context.Context, st *State) error {
	defer s.Release(ctx, st.Key)
	if s.readOnly {
		return fmt.Errorf("%w: %s: %w", ErrStore, s.dir, ErrReadOnly)
	}
	path, err := s.path(st.Key)
	if err != nil {
		return err
	}
	if st.leftOut() {
		return fmt.Errorf("%w: the letters of %s were never read", ErrStore, st.Key)
	}
	old, next := st.file, st.file
	var positions []int64
	if !inPlace(st) {
		var contents []byte
		if contents, positions, err = s.gather(st); err != nil {
			return fmt.Errorf("%w: %w", ErrStore, err)
		}
		next = ""
		if len(contents) > 0 {
			next = contentsName(st.Key, 0)
			if old == next {
				next = contentsName(st.Key, 1)
			}
			if err := s.write(filepath.Join(s.dir, next), contents, 0o666); err != nil {
				return fmt.Errorf("%w: %w", ErrStore, err)
			}
		}
	}
	data, err := encodeState(st, next)
	if err == nil {
		err = s.write(path, data, 0o666)
	}
	if err != nil {
		if next != old && next != "" {
			os.Remove(filepath.Join(s.dir, next))
		}
		return fmt.Errorf("%w: %w", ErrStore, err)
	}
	s.visits.drop(st.Key)
	if next != old && old != "" {
		os.Remove(filepath.Join(s.dir, old))
	}
	st.file = next
	st.fileSize = contentsSize(st.Letters)
	for i, at := range positions {
		st.Letters[i].at = at
	}
	return nil
}

// writeFile replaces a file whole. Bytes are brought to the disk by many at
// once, but names change one at a time: in the system they would wait for each
// other too, and waste as much again in waiting.
func (s *DirStore) writeFile(path string, data []byte, perm fs.FileMode) error {
	s.names.Lock()
	f, err := atomicfile.Create(path, perm)
	s.names.Unlock()
	if err != nil {
		return err
	}
	defer f.Discard()
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	s.names.Lock()
	defer s.names.Unlock()
	return f.Commit()
}

// RecordVisit is described at [Store].
func (s *DirStore) RecordVisit(ctx context.Context, key string, f FetchState) error {
	defer s.Release(ctx, key)
	_, err := s.path(key)
	if err == nil && s.readOnly {
		err = fmt.Errorf("%w: %s: %w", ErrStore, s.dir, ErrReadOnly)
	}
	if err != nil {
		return err
	}
	if err := s.visits.add(key, f); err != nil {
		return fmt.Errorf("%w: %w", ErrStore, err)
	}
	return nil
}

// inPlace says whether the file of a state already holds its contents, in this
// order and nothing else.
func inPlace(st *State) bool {
	at := int64(0)
	for _, r := range st.Letters {
		if r.Size > 0 {
			if r.at != at+1 {
				return false
			}
			at += int64(r.Size) + 1
		}
	}
	return at == st.fileSize
}

// gather returns the contents of a state as they are to be written, and where
// each starts.
func (s *DirStore) gather(st *State) ([]byte, []int64, error) {
	if err := s.Contents(context.Background(), st, st.Letters); err != nil {
		return nil, nil, err
	}
	out := make([]byte, 0, contentsSize(st.Letters))
	positions := make([]int64, len(st.Letters))
	for i, r := range st.Letters {
		if r.Letter.Content == "" { // never there, or just found to be damaged
			r.Size, r.Sum, r.at = 0, "", 0
			continue
		}
		positions[i] = int64(len(out)) + 1
		out = append(out, r.Letter.Content...)
		out = append(out, '\n')
	}
	return out, positions, nil
}

// Rests is described at [Store].
func (s *DirStore) Rests(context.Context) (map[string]time.Time, error) {
	path := filepath.Join(s.dir, hostsName)
	data, err := readFile(path, stateSize)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	rests := map[string]time.Time{}
	if err == nil {
		err = json.Unmarshal(data, &rests)
	}
	if err != nil {
		s.setAside(path, err)
		return nil, nil
	}
	return rests, nil
}

// RecordRests is described at [Store].
func (s *DirStore) RecordRests(_ context.Context, rests map[string]time.Time) error {
	path := filepath.Join(s.dir, hostsName)
	if len(rests) == 0 && !exists(path) {
		return nil
	}
	if s.readOnly {
		return fmt.Errorf("%w: %s: %w", ErrStore, s.dir, ErrReadOnly)
	}
	data, err := json.MarshalIndent(rests, "", "  ")
	if err == nil {
		err = s.write(path, append(data, '\n'), 0o666)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrStore, err)
	}
	return nil
}

// path returns where the state of a partner is. A key never leads elsewhere.
func (s *DirStore) path(key string) (string, error) {
	if key == "" || strings.HasPrefix(key, ".") || strings.ContainsAny(key, `/\:`) || !filepath.IsLocal(key) {
		return "", fmt.Errorf("%w: %q can't be the name of a file", ErrStore, key)
	}
	return filepath.Join(s.dir, key+".json"), nil
}

// contentsName returns one of the two names for the contents of a partner.
func contentsName(key string, i int) string {
	return key + [2]string{".a.html", ".b.html"}[i]
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
