package letters

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/automationregion/newsletter/internal/ctxio"
	"github.com/automationregion/newsletter/parse"
)

// A folderReader reads a folder in steps: list its files, read its letters,
// name them, and only then, as letters lead to letters, finish them.
type folderReader struct {
	fsys    fs.FS
	opts    Options
	cache   *Cache // nil if nothing is remembered
	config  *folderConfig
	stated  string   // URL of the newsletter that IDs are made of
	base    *url.URL // URL of the newsletter
	files   map[string]string
	order   []*folderLetter // by path
	odd     []*parse.Error  // what has the name of a letter and is no file
	ignored int             // files and folders that are
	hidden  []string        // folders that Options.Ignored names: no letters, but perhaps pictures
	// letters holds those of order by path. Paths are in NFC, as addresses in
	// letters are, whatever the file system has.
	letters  map[string]*folderLetter
	mu       sync.Mutex // guards the three that follow, as letters are finished
	assets   map[string]Asset
	pictures map[string][2]int // width and height of those that were looked at
	folded   map[string]string // files by names without the case of letters; nil before one is asked for
	folder   *Folder
}

// A folderLetter is a letter document of a folder.
type folderLetter struct {
	*document
	path string
	url  string // of its page, for letters that lead to it while it is finished
	why  string // it would be left out if Options didn't ask for it; empty if it is published
	left string // why it is left out; empty if it isn't
	none bool   // it is no letter
}

// list finds the files of the folder.
func (r *folderReader) list(ctx context.Context) *parse.Error {
	most := r.opts.MaxFiles
	var tooMany *parse.Error
	err := fs.WalkDir(r.fsys, ".", func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case file == ".":
			return nil
		case strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir() && r.isIgnored(file, true):
			r.hidden = append(r.hidden, norm.NFC.String(file))
			r.ignored++
			return fs.SkipDir
		case entry.IsDir() && isLetterName(norm.NFC.String(file)):
			r.odd = append(r.odd, oddFile(file, entry.Type()))
			return nil
		case entry.IsDir() || file == r.config.File:
			return nil
		case len(r.files) >= most:
			tooMany = &parse.Error{File: file, Message: fmt.Sprintf("%v: expected at most %d files", parse.ErrTooManyLetters, most), Err: parse.ErrTooManyLetters}
			return fs.SkipAll
		}
		name := norm.NFC.String(file)
		r.files[name] = file
		switch {
		case !isLetterName(name):
		case r.isIgnored(file, false):
			r.ignored++
		default:
			r.order = append(r.order, &folderLetter{path: file})
		}
		return nil
	})
	if err != nil {
		return &parse.Error{Message: err.Error(), Err: err}
	}
	return tooMany
}

// isIgnored says whether the caller has it that something is no letter. Layouts, and
// what is published as it is, are no letters in any case.
func (r *folderReader) isIgnored(file string, isFolder bool) bool {
	if r.opts.Ignored == nil || isFolder && (file == LayoutsFolder || file+"/" == staticFolder) {
		return false
	}
	return r.opts.Ignored(file, isFolder)
}

// LayoutsFolder is the folder beside the letters that has templates of pages (package
// feed/site), and no letters.
const LayoutsFolder = "layouts"

// staticFolder is the folder whose files are published as they are, at the top.
const staticFolder = "static/"

// read reads every letter and says which are left out.
func (r *folderReader) read(ctx context.Context) {
	r.each(ctx, func(l *folderLetter) {
		o := r.opts
		o.FileName = norm.NFC.String(l.path)
		file, fault := openFile(r.fsys, l.path)
		if fault != nil {
			l.document = readLetter(ctx, strings.NewReader(""), o)
			l.List = []*parse.Error{fault}
			return
		}
		defer file.Close()
		text := ctxio.NewReader(ctx, file)
		if !hasDate(o.FileName) {
			var head []byte
			if head, text = headOf(text); !looksLikeLetter(head) {
				l.none = true
				return
			}
		}
		l.document = r.readLetter(ctx, text, o)
	})
	if ctx.Err() != nil {
		return
	}
	r.order = slices.DeleteFunc(r.order, func(l *folderLetter) bool {
		if l.none {
			r.folder.Others = append(r.folder.Others, norm.NFC.String(l.path))
		}
		return l.none
	})
	for _, l := range r.order {
		r.letters[norm.NFC.String(l.path)] = l
		r.leaveOut(l)
	}
}

// each does something with every letter, on all processors, until the context ends.
func (r *folderReader) each(ctx context.Context, do func(*folderLetter)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(r.order)) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(r.order)) && ctx.Err() == nil; i = next.Add(1) - 1 {
				do(r.order[i])
			}
		})
	}
	workers.Wait()
}

// readLetter reads a letter of the folder.
func (r *folderReader) readLetter(ctx context.Context, file io.Reader, o Options) *document {
	if r.cache == nil {
		return readLetter(ctx, file, o)
	}
	return r.cache.readLetter(ctx, file, o)
}

// finishLetter finishes one.
func (r *folderReader) finishLetter(ctx context.Context, f *folderLetter) {
	if r.cache == nil {
		f.document.finish(ctx, r.resolver(f))
		return
	}
	o := r.opts
	o.FileName = f.File
	r.cache.finish(ctx, f.document, r.resolver(f), o)
}

// leaveOut decides whether a letter is published, and counts it if not.
func (r *folderReader) leaveOut(l *folderLetter) {
	o, now := r.opts, r.opts.Now
	date := l.Letter.Published
	if l.Publish.After(date) {
		date = l.Publish
	}
	isDated := !now.IsZero() && date.After(now)
	isExpired := !now.IsZero() && !l.Expiry.IsZero() && !l.Expiry.After(now)
	for _, reason := range [...]struct {
		is, take bool
		why      string
		left     *int
	}{
		{l.Draft, o.Drafts, "a draft", &r.folder.Drafts},
		{isDated, o.Future, "dated " + date.Format(time.DateOnly), &r.folder.Future},
		{isExpired, o.Expired, "expired", &r.folder.Expired},
	} {
		switch {
		case !reason.is:
		case !reason.take:
			l.left = reason.why
			*reason.left++
			if l.Draft && !o.Drafts {
				l.List, l.More = nil, 0 // nobody is to finish a draft for the others' sake
			}
			return
		case l.why == "":
			l.why = reason.why
		}
	}
}
