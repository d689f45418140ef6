package output

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"github.com/gofrs/flock"

	"github.com/automationregion/newsletter/internal/atomicfile"
)

// A Cleaning says which files that are not part of the newsletter are removed
// from the output folder.
type Cleaning int

const (
	CleanNothing Cleaning = iota
	CleanWay              // those that a build wrote in the place of a folder or a file that is one of the newsletter now
	CleanBuilt            // all that a build wrote
	CleanAll              // those of others too
)

// ListName is the file in the output folder that names the files in it which
// builds wrote, and the letters' files. Whatever it does not name is somebody else's.
const ListName = ".newsletter.json"

// A survey is what stands in an output folder. Files and folders whose names
// begin with a dot are left out: they are somebody else's.
type survey struct {
	built  map[string]bool // by the list
	listed []byte          // the list as it was
	others []string        // files that are not in the output, in order
	temps  []string        // files that runs which were killed left behind
}

// survey looks through dir, which need not exist.
func (o Files) survey(dir string) (*survey, error) {
	s := &survey{built: map[string]bool{}}
	if err := s.readList(dir); err != nil {
		return nil, err
	}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if path == dir {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return err
		}
		rel, relErr := filepath.Rel(dir, path)
		if relErr != nil {
			return relErr
		}
		rel = filepath.ToSlash(rel)
		if errors.Is(err, fs.ErrPermission) { // of a folder: no build made it
			s.others = append(s.others, rel)
			return nil
		}
		if err != nil {
			return err
		}
		switch {
		case entry.Name()[0] == '.' && entry.IsDir():
			return fs.SkipDir
		case entry.Name()[0] == '.':
			if atomicfile.IsTemp(entry.Name()) && entry.Type().IsRegular() {
				s.temps = append(s.temps, rel)
			}
		case !entry.IsDir():
			if _, ok := o[rel]; !ok {
				s.others = append(s.others, rel)
			}
		}
		return nil
	})
	slices.Sort(s.others)
	return s, err
}

// list is the form of the file that names what builds wrote.
type list struct {
	Files   []string `json:"files"`
	Letters []string `json:"letters,omitempty"`
}

func readList(dir string) (l list, data []byte, err error) {
	path := filepath.Join(dir, ListName)
	data, err = os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil, nil
	}
	if err != nil {
		return l, nil, err
	}
	if err := json.Unmarshal(data, &l); err != nil {
		return l, nil, fmt.Errorf("%s: expected the list of what builds wrote: %w; without this file nothing in the folder counts as built", path, err)
	}
	return l, data, nil
}

// Listed returns what is written down in an output folder: the files that builds wrote,
// and the letters' files that the last one made them of. Without a list there are none.
func Listed(dir string) (files, letters []string) {
	l, _, err := readList(dir)
	if err != nil {
		return nil, nil // which publishing says
	}
	return l.Files, l.Letters
}

func (s *survey) readList(dir string) error {
	l, data, err := readList(dir)
	s.listed = data
	for _, file := range l.Files {
		s.built[file] = true
	}
	return err
}

// stale returns the files that are not part of the newsletter: those that are
// removed, and those that are kept because no build wrote them.
func (s *survey) stale(c Cleaning) (removed, kept []string) {
	if c <= CleanWay {
		return nil, nil
	}
	for _, file := range s.others {
		if c == CleanAll || s.built[file] {
			removed = append(removed, file)
		} else {
			kept = append(kept, file)
		}
	}
	return removed, kept
}

// list writes the list: the files of o, and those of earlier builds that are
// still there and not removed; and the letters that they are made of.
func (s *survey) list(dir string, o Files, letters, removed []string) error {
	files := slices.Collect(maps.Keys(o))
	for _, file := range s.others {
		if _, gone := slices.BinarySearch(removed, file); s.built[file] && !gone {
			files = append(files, file)
		}
	}
	slices.Sort(files)
	data, err := json.MarshalIndent(list{files, letters}, "", " ")
	if err != nil {
		return err
	}
	data = append(data, '\n')
	if string(data) == string(s.listed) {
		return nil
	}
	if err := atomicfile.Write(filepath.Join(dir, ListName), data, 0o644); err != nil {
		return err
	}
	s.listed = data
	return nil
}

// untouched is how old a file must be that a killed run left behind, where the
// folder can't be locked and another run might still be writing it.
const untouched = time.Hour

// sweep removes what runs that were killed left behind. If this run is alone,
// that is all that looks like it.
func (s *survey) sweep(dir string, alone bool) error {
	return removeFiles(dir, slices.DeleteFunc(s.temps, func(temp string) bool {
		info, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(temp)))
		return err != nil || !alone && time.Since(info.ModTime()) < untouched
	}))
}

// removeFiles removes files below dir, and the folders that are empty then, but
// never dir itself nor what a link leads to.
func removeFiles(dir string, files []string) error {
	if len(files) == 0 {
		return nil
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, file := range files {
		if err := root.Remove(filepath.FromSlash(file)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for folder := path.Dir(file); folder != "."; folder = path.Dir(folder) {
			if info, err := root.Lstat(filepath.FromSlash(folder)); err != nil || !info.IsDir() ||
				root.Remove(filepath.FromSlash(folder)) != nil {
				break // something stands in it
			}
		}
	}
	return nil
}

// realFolder returns the folder that a link at dir leads to.
func realFolder(dir string) (string, error) {
	if _, err := os.Lstat(dir); err != nil {
		return dir, nil // it is made
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", fmt.Errorf("%s: expected a folder to publish in, or a link to one: %w", dir, err)
	}
	return real, nil
}

// lockFolder waits until no other run publishes in dir. Where folders can't be
// locked this run may not be alone.
func lockFolder(ctx context.Context, dir string) (unlock func(), alone bool, err error) {
	lock := flock.New(dir, flock.SetFlag(os.O_RDONLY))
	alone, err = lock.TryLockContext(ctx, 50*time.Millisecond)
	if ctx.Err() != nil {
		return nil, false, ctx.Err()
	}
	return func() { lock.Close() }, err == nil && alone, nil
}
