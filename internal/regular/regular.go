// Package regular opens files of a folder that are files: never waits for who writes to
// a named pipe, and asks no device for anything, also if one takes the place of a file
// just now.
package regular

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrNot is the error of what is there and is no regular file.
var ErrNot = errors.New("not a regular file")

// Open opens a regular file below root, out of which no link leads.
func Open(root *os.Root, name string) (*os.File, error) {
	info, err := root.Stat(name)
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: name, Err: ErrNot} // to open a device may do something
	}
	if err != nil {
		return nil, err
	}
	f, err := root.OpenFile(name, os.O_RDONLY|noWait, 0)
	if err != nil {
		return nil, err
	}
	if info, err = f.Stat(); err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: name, Err: ErrNot}
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// OpenIn is [Open] in the folder called dir.
func OpenIn(dir, name string) (*os.File, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return Open(root, filepath.FromSlash(name))
}

// FS is root's files and folders, of which only regular files are opened.
func FS(root *os.Root) fs.FS { return folder{root.FS(), root} }

type folder struct {
	fs.FS
	root *os.Root
}

func (f folder) Open(name string) (fs.File, error) {
	if info, err := fs.Stat(f.FS, name); err == nil && info.IsDir() {
		return f.FS.Open(name)
	}
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	return Open(f.root, filepath.FromSlash(name))
}

func (f folder) Stat(name string) (fs.FileInfo, error)      { return fs.Stat(f.FS, name) }
func (f folder) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(f.FS, name) }
