package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/fetch"
	"github.com/automationregion/newsletter/internal/ctxio"
	"github.com/automationregion/newsletter/internal/format"
	"github.com/automationregion/newsletter/internal/regular"
	"github.com/automationregion/newsletter/internal/weburl"
	"github.com/automationregion/newsletter/parse"
	"github.com/automationregion/newsletter/parse/letters"
)

// diffOptions say how the two that are compared are read.
type diffOptions struct {
	folder       folderFlags
	allowPrivate bool
}

// A diffSource is one of the two that are compared.
type diffSource struct {
	name   string
	format feed.Format // of the feed that was read
	*newsletter.Newsletter

	dir    string            // of a folder
	folder *folder           // of letters
	files  map[string]string // by ID: the file of a letter, as seen from here
	pages  map[string]bool   // by path in the folder: what is published beside the feed
}

// config is the path of the folder's newsletter.yaml.
func (s *diffSource) config() string { return filepath.Join(s.dir, letters.ConfigFile) }

// compare reads both and compares them. A folder has several feeds: the one is
// taken that the other is, or has too.
func (c *command) compare(ctx context.Context, older, newer string, o diffOptions) (*comparison, error) {
	names := [2]string{older, newer}
	wanted := slices.Collect(feed.Formats())
	slices.Reverse(wanted) // JSON Feed holds most
	var sources [2]*diffSource
	for i, name := range names {
		if dir, err := isDir(name); err != nil {
			return nil, err
		} else if dir {
			continue
		}
		s, err := c.readFeed(ctx, name, o)
		if err != nil {
			return nil, err
		}
		sources[i] = s
		wanted = []feed.Format{s.format}
	}
	for i, name := range names {
		if sources[i] != nil {
			continue
		}
		s, err := c.readDir(ctx, name, wanted, o.folder)
		if err != nil {
			return nil, err
		}
		sources[i] = s
		wanted = []feed.Format{s.format}
	}
	return compare(sources[0], sources[1]), nil
}

// isURL reports whether the name of a feed is its address on the web.
func isURL(name string) bool {
	return strings.HasPrefix(name, "https://") || strings.HasPrefix(name, "http://")
}

func isDir(name string) (bool, error) {
	if isURL(name) || name == "-" {
		return false, nil
	}
	info, err := os.Stat(name)
	return err == nil && info.IsDir(), err
}

// readFeed reads a feed out of a file, or off the web.
func (c *command) readFeed(ctx context.Context, name string, o diffOptions) (*diffSource, error) {
	if !isURL(name) {
		shown, in, err := c.open(ctx, []string{name})
		if err != nil {
			return nil, err
		}
		defer in.Close()
		return readSource(ctx, shown, in, parse.Options{FileName: shown})
	}
	client := fetch.NewClient(fetch.Options{AllowPrivate: o.allowPrivate})
	defer client.Close()
	out, _ := client.Fetch(ctx, fetch.Request{Home: name}, fetch.State{})
	defer out.Close()
	switch {
	case out.Err == nil:
	case errors.Is(out.Err, fetch.ErrPrivateAddress):
		return nil, fmt.Errorf("%w; --allow-private lets it be asked", out.Err)
	default:
		return nil, out.Err
	}
	return readSource(ctx, name, bytes.NewReader(out.Body), parse.Options{FileName: name, BaseURL: out.URL, Charset: out.Charset})
}

func readSource(ctx context.Context, name string, r io.Reader, o parse.Options) (*diffSource, error) {
	s := &diffSource{name: name}
	o.Report = func(r parse.Reading) { s.format = writtenAs(r.Format) }
	n, err := parse.Feed(ctxio.NewReader(ctx, r), o)
	if err != nil {
		return nil, found(err, name)
	}
	s.Newsletter = n
	return s, nil
}

// writtenAs is the format that we write instead of the one that was read, such as
// RSS 2.0 instead of RSS 1.0.
func writtenAs(read string) feed.Format {
	for f := range feed.Formats() {
		if strings.HasPrefix(read, f.Label()) {
			return f
		}
	}
	return feed.RSS
}

// readDir reads a folder: of letters, if it has a newsletter.yaml, else one that
// was built.
func (c *command) readDir(ctx context.Context, dir string, wanted []feed.Format, flags folderFlags) (*diffSource, error) {
	_, err := os.Stat(filepath.Join(dir, letters.ConfigFile))
	if err == nil || flags.title != "" && flags.url != "" {
		return c.readLetters(ctx, dir, wanted[0], flags)
	}
	for _, f := range wanted {
		for _, name := range append([]string{f.FileName()}, format.Of(format.Format(f)).Names...) {
			path := filepath.Join(dir, name)
			file, err := os.Open(path)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return nil, err
			}
			defer file.Close()
			if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
				continue
			}
			s, err := readSource(ctx, path, file, parse.Options{FileName: path})
			if err != nil {
				return nil, err
			}
			s.dir, s.pages = dir, make(map[string]bool)
			err = fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
				if err == nil && entry.Type().IsRegular() {
					s.pages[path] = true
				}
				return errors.Join(err, context.Cause(ctx))
			})
			return s, err
		}
	}
	var names []string
	for _, f := range wanted {
		names = append(names, f.FileName())
	}
	return nil, fmt.Errorf("%s: expected a folder with %s, or one of letters with a %s", dir, strings.Join(names, " or "), letters.ConfigFile)
}

// readLetters reads a folder of letters as subscribers would get it: it is
// written, and read again.
func (c *command) readLetters(ctx context.Context, dir string, f feed.Format, flags folderFlags) (*diffSource, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	folder, err := c.readFolder(ctx, root, flags)
	if err != nil {
		return nil, err
	}
	shape, err := siteOptions(regular.FS(root), folder)
	if err != nil {
		return nil, foundIn(err, dir)
	}
	files, err := site.Files(folder.Newsletter, shape)
	if err != nil {
		return nil, found(err, dir)
	}
	s := &diffSource{}
	pages := make(map[string]bool, len(files))
	for _, file := range files {
		pages[file.Path] = true
		if file.Path != f.FileName() {
			continue
		}
		var b bytes.Buffer
		if _, err := file.WriteTo(&b); err != nil {
			return nil, err
		}
		if s, err = readSource(ctx, dir, &b, parse.Options{}); err != nil {
			return nil, err
		}
	}
	s.dir, s.folder, s.pages, s.files = dir, folder, pages, make(map[string]string, len(folder.Files))
	for l, file := range folder.Files {
		s.files[l.ID] = filepath.Join(dir, filepath.FromSlash(file))
	}
	return s, nil
}

// publishes reports whether the letter is still published, though the feed holds
// it no more: feeds may hold the newest letters only.
func (s *diffSource) publishes(l *newsletter.Letter) bool {
	if s.folder != nil {
		return s.files[l.ID] != ""
	}
	base := feed.Folder(s.URL)
	if base == nil || s.pages == nil {
		return false
	}
	below, within := strings.CutPrefix(l.URL, weburl.String(base))
	if path, err := url.PathUnescape(below); err == nil && within && path != "" {
		return s.pages[path] || s.pages[strings.TrimSuffix(path, "/")+"/"+format.Of(format.HTML).FileName]
	}
	return false
}
