// Package output brings a folder to what a subcommand publishes.
package output

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/internal/atomicfile"
	"github.com/automationregion/newsletter/internal/bufferpool"
	"github.com/automationregion/newsletter/internal/ctxio"
	"github.com/automationregion/newsletter/internal/regular"
)

// Files are what a subcommand publishes: slash-separated paths below the
// output folder, and what each file holds.
type Files map[string]Content

// A content is the bytes of a file: those at hand, those that a page or feed is
// written as when they are asked for, or those of a file of the letters' folder,
// which is never read whole.
type Content struct {
	Data []byte
	Page site.File
	File string // in a folder,
	Dir  string // out of which no link leads

	sum    string // what the page or feed is made of, where that is remembered
	stands bool   // the output folder has it: it need not be written
}

// Written returns the content with a page's bytes at hand, in the buffer.
func (c Content) Written(b *bytes.Buffer) (Content, error) {
	if c.Page.Path == "" || c.Data != nil || c.stands {
		return c, nil
	}
	if _, err := c.Page.WriteTo(b); err != nil {
		return c, InLayouts(err)
	}
	c.Data = b.Bytes()
	return c, nil
}

// open returns the bytes of a content that is written, and how many there are.
func (c Content) open() (io.ReadCloser, int64, error) {
	if c.File == "" {
		return io.NopCloser(bytes.NewReader(c.Data)), int64(len(c.Data)), nil
	}
	f, err := regular.OpenIn(c.Dir, c.File)
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
func (c Content) writeTo(ctx context.Context, w io.Writer) error {
	if c.File == "" {
		_, err := w.Write(c.Data)
		return err
	}
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
func (c Content) isAt(ctx context.Context, path string) (bool, error) {
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

// Publish brings dir to what o says. Every file is written beside its place
// first and renamed once all are there, so that an error leaves dir as it was.
// A file that has its bytes already is not touched. What is in dir and not in o
// is removed as far as c says; kept are the files that nobody but a person may
// remove. The letters' files, which o is made of, are written down.
func (o Files) Publish(ctx context.Context, dir string, c Cleaning, letters []string) (changes int, kept []string, err error) {
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
	if c >= CleanWay {
		if err := o.makeWay(dir, found); err != nil {
			return 0, nil, err
		}
	}
	var mu sync.Mutex
	err = o.Each(ctx, func(path string, c Content) error {
		place := filepath.Join(dir, filepath.FromSlash(path))
		if same, err := c.isAt(ctx, place); same || err != nil {
			return err
		}
		mu.Lock()
		made, err := makeFolders(folders, filepath.Dir(place))
		folders = made
		mu.Unlock()
		if err != nil {
			return err
		}
		f, err := atomicfile.Create(place, 0o644)
		if err != nil {
			return err
		}
		mu.Lock()
		pending = append(pending, f)
		mu.Unlock()
		if err := c.writeTo(ctx, f); err != nil {
			return err
		}
		// Not synced: what a crash takes is built again from the letters.
		return f.Close()
	})
	if err != nil {
		return 0, nil, err
	}
	// The list comes first: of a run that is killed now it names too many files
	// and not too few.
	stale, kept := found.stale(c)
	if err := found.list(dir, o, letters, nil); err != nil {
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
	return len(pending) + len(stale), kept, found.list(dir, o, letters, stale)
}

// makeWay removes what earlier runs wrote in the place of files and folders that are
// there now: a folder in that of a file, as far as nobody else has anything in it, and
// a file in that of a folder.
func (o Files) makeWay(dir string, found *survey) error {
	folders := map[string]bool{}
	for name := range o {
		for folder := path.Dir(name); folder != "." && !folders[folder]; folder = path.Dir(folder) {
			folders[folder] = true
		}
	}
	var way []string
	for _, name := range found.others {
		inPlace := folders[name]
		for folder := path.Dir(name); folder != "." && !inPlace; folder = path.Dir(folder) {
			_, inPlace = o[folder]
		}
		if inPlace && found.built[name] {
			way = append(way, name)
		}
	}
	found.others = slices.DeleteFunc(found.others, func(name string) bool {
		_, gone := slices.BinarySearch(way, name)
		return gone
	})
	return removeFiles(dir, way)
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

// Differences says, a line each, in what dir is not what publish would make it.
func (o Files) Differences(ctx context.Context, dir string, c Cleaning) (lines, outOfDate []string, err error) {
	dir, err = realFolder(dir)
	if err != nil {
		return nil, nil, err
	}
	var mu sync.Mutex
	err = o.Each(ctx, func(path string, c Content) error {
		place := filepath.Join(dir, filepath.FromSlash(path))
		same, err := c.isAt(ctx, place)
		if same || err != nil {
			return err
		}
		_, err = os.Lstat(place)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			lines = append(lines, path+": missing")
		} else {
			lines = append(lines, path+": out of date")
			outOfDate = append(outOfDate, path)
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	slices.Sort(outOfDate)
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

// Each makes every content and hands it over, several at once and in no order. What
// is handed over is lent. The error is that of the first path in order.
func (o Files) Each(ctx context.Context, do func(path string, c Content) error) error {
	paths := slices.Sorted(maps.Keys(o))
	for _, path := range paths {
		if !filepath.IsLocal(filepath.FromSlash(path)) {
			return fmt.Errorf("%s: leads out of the output folder", path)
		}
	}
	var buffers bufferpool.Pool
	return inParallel(ctx, len(paths), func(i int) error {
		b := buffers.Get()
		defer buffers.Put(b)
		c, err := o[paths[i]].Written(b)
		if err != nil {
			return MadeError{err}
		}
		return do(paths[i], c)
	})
}

// A MadeError says why a file can't be made.
type MadeError struct{ Err error }

func (e MadeError) Error() string { return e.Err.Error() }

func (e MadeError) Unwrap() error { return e.Err }

// inParallel does n things on all processors, and no more of them after an error or
// the end of the context. The error is that of the first thing.
func inParallel(ctx context.Context, n int, do func(i int) error) error {
	errs := make([]error, n)
	var next atomic.Int64
	var failed atomic.Bool
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil && !failed.Load(); i = int(next.Add(1)) - 1 {
				if errs[i] = do(i); errs[i] != nil {
					failed.Store(true)
				}
			}
		})
	}
	workers.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}
