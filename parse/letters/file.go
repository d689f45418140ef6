package letters

import (
	"errors"
	"io/fs"

	"github.com/automationregion/newsletter/parse"
)

// errNotAFile is what errors of files that are none wrap, for those who tell
// what can't be read from what is wrong in it.
var errNotAFile = errors.New("not a regular file")

// openFile opens a regular file. Others are not even opened: to open a named
// pipe waits for somebody to write to it.
func openFile(fsys fs.FS, name string) (fs.File, *parse.Error) {
	info, err := fs.Stat(fsys, name)
	if err == nil && !info.Mode().IsRegular() {
		return nil, oddFile(name, info.Mode())
	}
	var file fs.File
	if err == nil {
		file, err = fsys.Open(name)
	}
	if err != nil {
		return nil, &parse.Error{File: name, Message: err.Error(), Err: err}
	}
	if info, err = file.Stat(); err == nil && !info.Mode().IsRegular() { // since just now
		file.Close()
		return nil, oddFile(name, info.Mode())
	}
	return file, nil
}

// oddFile is the fault of a name at which something else than a file stands.
func oddFile(name string, mode fs.FileMode) *parse.Error {
	return &parse.Error{File: name, Message: notAFile(mode), Err: &fs.PathError{Op: "open", Path: name, Err: errNotAFile}}
}

// notAFile says what stands in the place of a file.
func notAFile(mode fs.FileMode) string {
	what := "something else"
	switch {
	case mode.IsDir():
		what = "a folder"
	case mode&fs.ModeNamedPipe != 0:
		what = "a named pipe"
	case mode&fs.ModeSocket != 0:
		what = "a socket"
	case mode&fs.ModeDevice != 0:
		what = "a device"
	}
	return "it is " + what + ": expected a regular file, or another name"
}
