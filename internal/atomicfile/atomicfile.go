// Package atomicfile replaces files whole: a reader sees the old bytes or the
// new ones, never a part, also after a crash.
package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// A File is written beside the file that it will replace. End it with Commit or
// Discard. It is not safe for use by several goroutines at once.
type File struct {
	*os.File
	path string
	done bool
}

// Create starts a replacement of the file at path, whose folder must exist. The
// file gets the permissions of the one that it replaces, or else perm without
// what the process's umask takes away.
func Create(path string, perm fs.FileMode) (*File, error) {
	temp, err := createTemp(path, perm)
	if err != nil {
		return nil, err
	}
	f := &File{File: temp, path: path}
	if old, err := os.Stat(path); err == nil {
		if err := temp.Chmod(old.Mode().Perm()); err != nil {
			f.Discard()
			return nil, err
		}
	}
	return f, nil
}

// tempSuffix ends the names of files that are not in their place yet, so that
// nobody else's file is taken for one.
const tempSuffix = ".newsletter.tmp"

// maxName is how long a file's name may be on the file systems in use.
const maxName = 255

// IsTemp reports whether a file of this name is one that Create made, and that a
// process which was killed did not come to put in its place.
func IsTemp(name string) bool {
	return strings.HasPrefix(name, ".") && strings.HasSuffix(name, tempSuffix)
}

// createTemp creates a file beside path. [os.CreateTemp] won't do: it lets only
// the owner read the file, and to let others would need to know the umask.
func createTemp(path string, perm fs.FileMode) (f *os.File, err error) {
	base := filepath.Base(path)
	if len(base) <= maxName { // a longer one is refused by the file system, here and not at the end
		base = strings.ToValidUTF8(base[:min(len(base), maxName-len(tempSuffix)-18)], "")
	}
	for range 1000 {
		name := fmt.Sprintf(".%s.%x%s", base, rand.Uint64(), tempSuffix)
		f, err = os.OpenFile(filepath.Join(filepath.Dir(path), name), os.O_RDWR|os.O_CREATE|os.O_EXCL, perm)
		if !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	return f, err
}

// Sync brings the bytes to the disk and ends the writing. Commit does it too:
// call Sync to know of a full disk before the first of several commits.
func (f *File) Sync() error {
	if err := f.File.Sync(); err != nil {
		return err
	}
	return f.Close()
}

// Commit puts the file in its place. After an error the old file still stands
// there.
func (f *File) Commit() error {
	if f.done {
		return fs.ErrClosed
	}
	if _, err := f.Stat(); err == nil {
		if err := f.Sync(); err != nil {
			f.Discard()
			return err
		}
	}
	if err := os.Rename(f.Name(), f.path); err != nil {
		f.Discard()
		return err
	}
	f.done = true
	return nil
}

// Discard removes what was written. After Commit it does nothing.
func (f *File) Discard() {
	if f.done {
		return
	}
	f.done = true
	f.Close()
	os.Remove(f.Name())
}

// Write replaces the file at path by data, whole or not at all.
func Write(path string, data []byte, perm fs.FileMode) error {
	f, err := Create(path, perm)
	if err != nil {
		return err
	}
	defer f.Discard()
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.Commit()
}
