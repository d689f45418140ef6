package aggregate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/gofrs/flock"

	"github.com/automationregion/newsletter/aggregate/internal/state"
	"github.com/automationregion/newsletter/internal/atomicfile"
	"github.com/automationregion/newsletter/internal/bufferpool"
)

// A dirStore is described at [OpenDir].
type dirStore struct {
	dir      string
	readOnly bool
	logger   *slog.Logger
	lock     *flock.Flock
	visits   *state.Visits
	write    func(path string, data []byte, perm fs.FileMode) error // writeFile, but for tests
	names    sync.Mutex                                             // held while a name in the folder changes
	readers  state.Readers
	buffers  bufferpool.Pool
	claims   state.Claims
	resting  sync.Mutex // held while hosts.json changes
}

const (
	lockName   = ".lock"
	hostsName  = "hosts.json"
	stateSize  = 1 << 30 // bytes that a state's file may have; Limits.Memory keeps it far below
	damagedExt = ".damaged"
)

// OpenDir opens a [Store] in a folder, for a CI job to cache or commit. It makes the
// folder if there is none, and locks it until Close. An error is [ErrStore]; it says so
// if another process has the folder. logger is told of damaged files; nil is silence.
//
// Each partner has one JSON file, KEY.json, which is replaced whole: a crash leaves
// the old state or the new one, of each partner. Its letters come last, each
// content on a line of its own. Before them stands an index that spares most
// runs the reading of the letters.
//
// Visits that brought nothing new are noted in visits.jsonl, a line a partner,
// until KEY.json is written again. The hosts that asked for a rest are in
// hosts.json, which is set aside if its checksum is wrong.
//
// A file that can't be read any more is set aside as KEY.json.damaged, with a warning,
// and the partner begins anew. One whose checksum is wrong, because of a disk or of
// somebody's hand, counts as far as it goes, with a warning too, and its letters are
// read again from the feed. A partner whose file may not be read is left out of the run
// ([ErrUnreadable]).
//
// It may be used by several goroutines at once, and is for one process at a
// time.
func OpenDir(dir string, logger *slog.Logger) (Store, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, state.Failed(err)
	}
	lock := flock.New(filepath.Join(dir, lockName))
	ok, err := lock.TryLock()
	if err != nil {
		return nil, state.Failed(err)
	}
	if !ok {
		return nil, fmt.Errorf("%w: %s: %w", ErrStore, dir, errLocked)
	}
	s := newDirStore(dir, logger)
	s.lock = lock
	s.sweep()
	return s, nil
}

// OpenDirReadOnly opens the folder for reading alone, without a lock: to
// rebuild a newsletter, or to try what a run would do. A folder that doesn't
// exist is an empty one. Nothing is recorded: that is an error.
func OpenDirReadOnly(dir string, logger *slog.Logger) Store {
	s := newDirStore(dir, logger)
	s.readOnly = true
	return s
}

func newDirStore(dir string, logger *slog.Logger) *dirStore {
	logger = cmp.Or(logger, slog.New(slog.DiscardHandler))
	s := &dirStore{dir: dir, logger: logger, visits: state.OpenVisits(dir, logger)}
	s.write = s.writeFile
	return s
}

// Close lets go of the folder.
func (s *dirStore) Close() error {
	if s.lock == nil {
		return nil
	}
	err := s.visits.Close()
	if err != nil {
		err = state.Failed(err)
	}
	return errors.Join(err, s.lock.Close())
}

// sweep removes the temporary files of a process that was killed. It alone
// holds the lock, so none of them is in use.
func (s *dirStore) sweep() {
	entries, _ := os.ReadDir(s.dir)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") && strings.HasSuffix(e.Name(), ".tmp") {
			os.Remove(filepath.Join(s.dir, e.Name()))
		}
	}
}

// Claim is described at [Store]. A claim ends at the latest with the process.
func (s *dirStore) Claim(ctx context.Context, key string, c Claim) (*State, bool, error) {
	epoch, taken := s.claims.Take(key, c.Now, c.Lease)
	st, err := s.Load(ctx, key)
	if !taken {
		return st, false, err
	}
	if err != nil || !c.Wants(st) {
		return st, false, errors.Join(err, unclaim(&s.claims, key, epoch))
	}
	st.Epoch = epoch
	return st, true, nil
}

// Unclaim is described at [Store].
func (s *dirStore) Unclaim(_ context.Context, st *State) error {
	return unclaim(&s.claims, st.Key, st.Epoch)
}

// Load is described at [Store].
func (s *dirStore) Load(_ context.Context, key string) (*State, error) {
	path, err := s.path(key)
	if err != nil {
		return nil, err
	}
	if later := s.visits.Later; later > 0 {
		return nil, fmt.Errorf("%w: %s: %w", ErrStore, filepath.Join(s.dir, state.VisitsName), laterSchema(later))
	}
	r := s.readers.Get()
	defer s.readers.Put(r)
	f, ok, err := r.Head(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &State{Schema: currentSchema, Key: key}, nil
	}
	if err != nil {
		return nil, unreadableState(err)
	}
	if ok && checkIndex(f.Index) == nil {
		if st, err := fromFile(&f, key); err == nil {
			st.Fetch = s.visits.Last(key, st.Fetch)
			return st, nil
		}
	}
	return s.loadWhole(path, key)
}

// unreadableState is the error that the file of one partner can't be read.
func unreadableState(err error) error {
	return fmt.Errorf("%w: %w: %w", ErrStore, ErrUnreadable, err)
}

// loadWhole loads a state with its letters.
func (s *dirStore) loadWhole(path, key string) (*State, error) {
	data, err := state.ReadFile(path, stateSize)
	if errors.Is(err, fs.ErrNotExist) {
		return &State{Schema: currentSchema, Key: key}, nil
	}
	if err != nil && !errors.Is(err, state.ErrTooLong) {
		return nil, unreadableState(err)
	}
	var st *State
	if err == nil {
		var f state.File
		if f, err = state.Decode(data); err == nil {
			st, err = fromFile(&f, key)
		}
	}
	if errors.Is(err, errSchema) {
		return nil, fmt.Errorf("%w: %s: %w", ErrStore, path, err)
	}
	if err != nil {
		s.setAside(path, err)
		return &State{Schema: currentSchema, Key: key}, nil
	}
	st.Fetch = s.visits.Last(key, st.Fetch)
	if !state.IsIntact(data) {
		s.logger.Warn("a file is damaged, or somebody changed it: its letters are read again from the feed", "file", path)
		st.distrust()
	}
	return st, nil
}

// Letters is described at [Store].
func (s *dirStore) Letters(_ context.Context, key string, n int) ([]*Record, error) {
	path, err := s.path(key)
	if err != nil {
		return nil, err
	}
	if n >= 0 {
		r := s.readers.Get()
		defer s.readers.Put(r)
		if letters, err := r.Letters(path, n); err == nil {
			return state.Each(letters, fromRecord), nil
		}
	}
	st, err := s.loadWhole(path, key)
	if err != nil {
		return nil, err
	}
	return firstOf(st.Letters, n), nil
}

// distrust has the letters of a damaged state taken anew from their feed, which is
// asked for soon.
func (s *State) distrust() {
	forget(&s.Fetch)
	for _, r := range s.Letters {
		r.Seen, r.Edits = "", 0
	}
}

// setAside moves a damaged file out of the way.
func (s *dirStore) setAside(path string, err error) {
	s.logger.Warn("a damaged file is set aside", "file", path, "error", err)
	if !s.readOnly {
		os.Rename(path, path+damagedExt)
	}
}

// Record is described at [Store].
func (s *dirStore) Record(_ context.Context, st *State) error {
	path, err := s.path(st.Key)
	if err != nil {
		return err
	}
	if st.leftOut() {
		return state.Unread(st.Key)
	}
	if !s.claims.Begin(st.Key, st.Epoch) {
		return state.Overtaken(st.Key)
	}
	defer s.claims.End(st.Key)
	if s.readOnly {
		return fmt.Errorf("%w: %s: %w", ErrStore, s.dir, errReadOnly)
	}
	b := s.buffers.Get()
	defer s.buffers.Put(b)
	if err = toFile(st).Encode(b); err == nil {
		err = s.write(path, b.Bytes(), 0o666)
	}
	if err != nil {
		return state.Failed(err)
	}
	s.visits.Drop(st.Key)
	return nil
}

// writeFile replaces a file whole. Bytes are brought to the disk by many at
// once, but names change one at a time: in the system they would wait for each
// other too, and waste as much again in waiting.
func (s *dirStore) writeFile(path string, data []byte, perm fs.FileMode) error {
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
func (s *dirStore) RecordVisit(_ context.Context, st *State) error {
	if !s.claims.Begin(st.Key, st.Epoch) {
		return state.Overtaken(st.Key)
	}
	defer s.claims.End(st.Key)
	if s.readOnly {
		return fmt.Errorf("%w: %s: %w", ErrStore, s.dir, errReadOnly)
	}
	if err := s.visits.Add(st.Key, st.Fetch); err != nil {
		return state.Failed(err)
	}
	return nil
}

// hostsFile is the form of hosts.json.
type hostsFile struct {
	Sum    string               `json:"sum,omitempty"` // of the file, the first; package state has its form
	Schema int                  `json:"schema"`
	Rests  map[string]time.Time `json:"rests"` // by host, until when
}

// Rests is described at [Store].
func (s *dirStore) Rests(context.Context) (map[string]time.Time, error) {
	path := filepath.Join(s.dir, hostsName)
	data, err := state.ReadFile(path, stateSize)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil && !errors.Is(err, state.ErrTooLong) {
		return nil, state.Failed(err)
	}
	var f hostsFile
	if err == nil {
		err = json.Unmarshal(data, &f)
	}
	if err == nil && f.Schema > currentSchema {
		return nil, fmt.Errorf("%w: %s: %w", ErrStore, path, laterSchema(f.Schema))
	}
	if err == nil && !state.IsIntact(data) {
		err = state.ErrDamaged
	}
	if err != nil {
		s.setAside(path, err)
		return nil, nil
	}
	return f.Rests, nil
}

// RecordRests is described at [Store].
func (s *dirStore) RecordRests(ctx context.Context, now time.Time, rests map[string]time.Time) error {
	s.resting.Lock()
	defer s.resting.Unlock()
	known, err := s.Rests(ctx)
	if err != nil {
		return err
	}
	merged := mergeRests(known, rests, now)
	if maps.EqualFunc(known, merged, time.Time.Equal) {
		return nil
	}
	if s.readOnly {
		return fmt.Errorf("%w: %s: %w", ErrStore, s.dir, errReadOnly)
	}
	data, err := json.Marshal(hostsFile{state.NoSum, currentSchema, merged}, json.Deterministic(true), jsontext.WithIndent("  "))
	if err == nil {
		data = append(data, '\n')
		state.Seal(data)
		err = s.write(filepath.Join(s.dir, hostsName), data, 0o666)
	}
	if err != nil {
		return state.Failed(err)
	}
	return nil
}

// path returns where the state of a partner is. A key never leads elsewhere.
func (s *dirStore) path(key string) (string, error) {
	if key == "" || strings.HasPrefix(key, ".") || strings.ContainsAny(key, `/\:`) || !filepath.IsLocal(key) {
		return "", fmt.Errorf("%w: %q can't be the name of a file", ErrStore, key)
	}
	return filepath.Join(s.dir, key+".json"), nil
}
