package parse

import (
	"errors"
	"io/fs"

	"github.com/automationregion/newsletter"
)

// Dir reads a folder of letters with its newsletter.yaml: the newsletter with
// every letter that is no draft, newest first. See [ReadFolder].
func Dir(fsys fs.FS) (*newsletter.Newsletter, error) {
	f, err := ReadFolder(fsys, FolderOptions{})
	if err != nil {
		return nil, err
	}
	return f.Newsletter, nil
}

// ReadFolder reads every letter below the top of fsys: files that end in .txt,
// .md or .markdown. Names that begin with "." or "_", and README files, are
// left out.
//
// It reports every fault of the folder at once: [errors.Join] of [*Error],
// sorted by file and line. With an error it returns what it could read, so that
// a caller can show it.
func ReadFolder(fsys fs.FS, opts FolderOptions) (*Folder, error) {
	return nil, errors.ErrUnsupported
}
