package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/internal/atomicfile"
	"github.com/automationregion/newsletter/internal/ctxio"
)

// An output is what a subcommand publishes: slash-separated paths below the
// output folder, and what each file holds.
type output map[string]content

// A content is the bytes of a file: those at hand, those that a page or feed is
// written as, or those of a file of the letters' folder, which is never read
// whole.
type content struct {
	data []byte
	page site.File
	file string // in a folder,
	dir  string // out of which no link leads

	sum    string // what the page or feed is made of, where that is remembered
	stands bool   // the output folder has it: it need not be written
}

// written returns the content with a page's bytes at hand.
func (c content) written() (content, error) {
	if c.file != "" || c.data != nil {
		return c, nil
	}
	var b bytes.Buffer
	_, err := c.page.WriteTo(&b)
	c.data = b.Bytes()
	return c, err
}

// open returns the bytes and how many there are.
func (c content) open() (io.ReadCloser, int64, error) {
	if c.file == "" {
		return io.NopCloser(bytes.NewReader(c.data)), int64(len(c.data)), nil
	}
	f, err := os.OpenInRoot(c.dir, filepath.FromSlash(c.file))
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// writeTo copies the bytes into a file.
func (c content) writeTo(ctx context.Context, w io.Writer) error {
	r, _, err := c.open()
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(w, ctxio.NewReader(ctx, r))
	return err
}

// isAt reports whether the regular file at path holds the same bytes. What else
// may stand there is not opened.
func (c content) isAt(ctx context.Context, path string) (bool, error) {
	if c.stands {
		return true, nil
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case info.IsDir():
		return false, &fs.PathError{Op: "write", Path: path, Err: errors.New("it is a folder: expected a file, or nothing")}
	case !info.Mode().IsRegular():
		return false, nil
	}
	r, size, err := c.open()
	if err != nil {
		return false, err
	}
	defer r.Close()
	if size != info.Size() {
		return false, nil
	}
	old, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer old.Close()
	return sameBytes(ctxio.NewReader(ctx, r), old)
}

// sameBytes reports whether two readers give the same to their ends.
func sameBytes(a, b io.Reader) (bool, error) {
	var p, q [64 << 10]byte
	for {
		n, err := io.ReadFull(a, p[:])
		m, other := io.ReadFull(b, q[:])
		end, otherEnd := isEnd(err), isEnd(other)
		switch {
		case err != nil && !end:
			return false, err
		case other != nil && !otherEnd:
			return false, other
		case !bytes.Equal(p[:n], q[:m]) || end != otherEnd:
			return false, nil
		case end:
			return true, nil
		}
	}
}

func isEnd(err error) bool { return err == io.EOF || err == io.ErrUnexpectedEOF }

// publish brings dir to what o says. Every file is written beside its place
// first and renamed once all are there, so that an error leaves dir as it was.
// A file that has its bytes already is not touched. What is in dir and not in o
// is removed as far as c says; kept are the files that nobody but a person may
// remove.
func (o output) publish(ctx context.Context, dir string, c cleaning) (changes int, kept []string, err error) {
	if dir, err = realFolder(dir); err != nil {
		return 0, nil, err
	}
	var folders []string // made on the way, outer ones first
	var pending []*atomicfile.File
	defer func() {
		for _, f := range pending {
			f.Discard()
		}
		if err != nil {
			for _, folder := range slices.Backward(folders) {
				os.Remove(folder) // fails where something stands in it
			}
		}
	}()
	if folders, err = makeFolders(folders, dir); err != nil {
		return 0, nil, err
	}
	unlock, alone, err := lockFolder(ctx, dir)
	if err != nil {
		return 0, nil, err
	}
	defer unlock()
	found, err := o.survey(dir)
	if err != nil {
		return 0, nil, err
	}
	if err := found.sweep(dir, alone); err != nil {
		return 0, nil, err
	}
	changed, err := o.changed(ctx, dir)
	if err != nil {
		return 0, nil, err
	}
	for _, path := range changed {
		if err := ctx.Err(); err != nil {
			return 0, nil, err
		}
		place := filepath.Join(dir, filepath.FromSlash(path))
		if folders, err = makeFolders(folders, filepath.Dir(place)); err != nil {
			return 0, nil, err
		}
		f, err := atomicfile.Create(place, 0o644)
		if err != nil {
			return 0, nil, err
		}
		pending = append(pending, f)
		if err := o[path].writeTo(ctx, f); err != nil {
			return 0, nil, err
		}
		// Not synced: what a crash takes is built again from the letters.
		if err := f.Close(); err != nil {
			return 0, nil, err
		}
	}
	// The list comes first: of a run that is killed now it names too many files
	// and not too few.
	stale, kept := found.stale(c)
	if err := found.list(dir, o, nil); err != nil {
		return 0, nil, err
	}
	for _, f := range pending {
		if err := f.Commit(); err != nil {
			return 0, nil, err
		}
	}
	if err := removeFiles(dir, stale); err != nil {
		return 0, nil, err
	}
	return len(changed) + len(stale), kept, found.list(dir, o, stale)
}

// makeFolders makes dir and what it stands in, as [os.MkdirAll] does, and adds
// those that were not there to made.
func makeFolders(made []string, dir string) ([]string, error) {
	if _, err := os.Stat(dir); err == nil {
		return made, nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return made, err
	}
	made, err := makeFolders(made, filepath.Dir(dir))
	if err != nil {
		return made, err
	}
	switch err := os.Mkdir(dir, 0o777); {
	case errors.Is(err, fs.ErrExist): // somebody else made it just now
		return made, nil
	case err != nil:
		return made, err
	}
	return append(made, dir), nil
}

// differences says, a line each, in what dir is not what publish would make it.
func (o output) differences(ctx context.Context, dir string, c cleaning) (lines, outOfDate []string, err error) {
	dir, err = realFolder(dir)
	if err != nil {
		return nil, nil, err
	}
	changed, err := o.changed(ctx, dir)
	if err != nil {
		return nil, nil, err
	}
	for _, path := range changed {
		if _, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(path))); err != nil {
			lines = append(lines, path+": missing")
		} else {
			lines = append(lines, path+": out of date")
			outOfDate = append(outOfDate, path)
		}
	}
	found, err := o.survey(dir)
	if err != nil {
		return nil, nil, err
	}
	stale, _ := found.stale(c)
	for _, path := range stale {
		lines = append(lines, path+": not part of the newsletter")
	}
	slices.Sort(lines)
	return lines, outOfDate, nil
}

// changed lists the files that dir lacks or has with other bytes, in order.
func (o output) changed(ctx context.Context, dir string) ([]string, error) {
	var changed []string
	for _, path := range slices.Sorted(maps.Keys(o)) {
		if !filepath.IsLocal(filepath.FromSlash(path)) {
			return nil, fmt.Errorf("%s: leads out of the output folder", path)
		}
		same, err := o[path].isAt(ctx, filepath.Join(dir, filepath.FromSlash(path)))
		if err != nil {
			return nil, err
		}
		if !same {
			changed = append(changed, path)
		}
	}
	return changed, nil
}
