package letters

import (
	"context"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/automationregion/newsletter/internal/ctxio"
	"github.com/automationregion/newsletter/parse"
)

// A folderReader reads a folder in steps: list its files, read its letters,
// name them, and only then, as letters lead to letters, finish them.
type folderReader struct {
	ctx    context.Context
	fsys   fs.FS
	opts   Options
	config *folderConfig
	stated string   // URL of the newsletter that IDs are made of
	base   *url.URL // URL of the newsletter
	files  map[string]string
	order  []*folderLetter // by path
	odd    []*parse.Error  // what has the name of a letter and is no file
	// letters holds those of order by path. Paths are in NFC, as addresses in
	// letters are, whatever the file system has.
	letters map[string]*folderLetter
	assets  map[string]Asset
	folder  *Folder
}

// A folderLetter is a letter document of a folder.
type folderLetter struct {
	*document
	path string
	left string // why it is left out; empty if it is published
}

// list finds the files of the folder.
func (r *folderReader) list() *parse.Error {
	most := r.opts.MaxFiles
	var tooMany *parse.Error
	err := fs.WalkDir(r.fsys, ".", func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case r.ctx.Err() != nil:
			return context.Cause(r.ctx)
		case file == ".":
			return nil
		case strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir() && isLetterFile(norm.NFC.String(file)):
			r.odd = append(r.odd, oddFile(file, entry.Type()))
			return nil
		case entry.IsDir() || file == ConfigFile:
			return nil
		case len(r.files) >= most:
			tooMany = &parse.Error{File: file, Message: fmt.Sprintf("%v: expected at most %d files", parse.ErrTooManyLetters, most), Err: parse.ErrTooManyLetters}
			return fs.SkipAll
		}
		name := norm.NFC.String(file)
		r.files[name] = file
		if isLetterFile(name) {
			r.order = append(r.order, &folderLetter{path: file})
		}
		return nil
	})
	if err != nil {
		return &parse.Error{Message: err.Error(), Err: err}
	}
	return tooMany
}

// isLetterFile says whether the file at a path is a letter.
func isLetterFile(name string) bool {
	if strings.HasPrefix(name, "_") || strings.Contains(name, "/_") {
		return false
	}
	base := path.Base(name)
	stem, _, _ := strings.Cut(base, ".")
	return letterEnding(base) != "" && !strings.EqualFold(stem, "README")
}

// read reads every letter and says which are left out.
func (r *folderReader) read() {
	o := r.opts
	for _, l := range r.order {
		if r.ctx.Err() != nil {
			return
		}
		o.FileName = norm.NFC.String(l.path)
		if file, fault := openFile(r.fsys, l.path); fault != nil {
			l.document = readLetter(r.ctx, strings.NewReader(""), o)
			l.list = []*parse.Error{fault}
		} else {
			l.document = readLetter(r.ctx, ctxio.NewReader(r.ctx, file), o)
			file.Close()
		}
		r.letters[o.FileName] = l
		r.leaveOut(l)
	}
}

// leaveOut decides whether a letter is published, and counts it if not.
func (r *folderReader) leaveOut(l *folderLetter) {
	now := r.opts.Now
	date := l.letter.Published
	if l.publish.After(date) {
		date = l.publish
	}
	switch {
	case l.draft && !r.opts.Drafts:
		l.left = "a draft"
		l.list, l.more = nil, 0 // nobody is to finish a draft for the others' sake
		r.folder.Drafts++
	case !now.IsZero() && date.After(now) && !r.opts.Future:
		l.left = "dated " + date.Format(time.DateOnly)
		r.folder.Future++
	case !now.IsZero() && !l.expiry.IsZero() && !l.expiry.After(now) && !r.opts.Expired:
		l.left = "expired"
		r.folder.Expired++
	}
}
