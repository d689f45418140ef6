package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/feed/site/highlight"
	"github.com/automationregion/newsletter/parse/letters"
)

// siteOptions are those of the site of a folder of letters.
func siteOptions(folder *letters.Folder) site.Options {
	o := site.Options{FeedLetters: folder.FeedLetters, TrustHTML: true, Highlight: highlight.HTML, PageSize: folder.PageSize, ArchiveSize: folder.ArchiveSize, Sitemap: true}
	for _, by := range folder.Lists {
		o.Lists = append(o.Lists, site.ListBy(by))
	}
	return o
}

// siteFiles returns the feeds and pages of a newsletter.
func siteFiles(ctx context.Context, n *newsletter.Newsletter, options site.Options) (output, error) {
	return newSiteFiles(ctx, n, options, nil, "")
}

// newSiteFiles is siteFiles for a folder of which there is a record: what stands
// there is not written.
func newSiteFiles(ctx context.Context, n *newsletter.Newsletter, options site.Options, record *outputRecord, dir string) (output, error) {
	files, err := sitePages(n, options)
	if err != nil {
		return nil, err
	}
	paths := slices.Sorted(maps.Keys(files))
	made, errs := make([]content, len(paths)), make([]error, len(paths))
	var next atomic.Int64
	var makers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		makers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(paths) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				made[i], errs[i] = files[paths[i]].made(paths[i], record, dir)
			}
		})
	}
	makers.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for i, path := range paths {
		if errs[i] != nil {
			return nil, errs[i]
		}
		files[path] = made[i]
	}
	return files, nil
}

// made returns the content of a page or feed with its bytes at hand, unless it
// stands in the folder.
func (c content) made(path string, record *outputRecord, dir string) (content, error) {
	if record != nil {
		c.sum = sumName(c.page.Sum())
		c.stands = record.stands(dir, path, c.sum)
	}
	if c.stands {
		return c, nil
	}
	return c.written()
}

// sitePages returns them as what is written when somebody asks for it.
func sitePages(n *newsletter.Newsletter, options site.Options) (output, error) {
	list, err := site.Files(n, options)
	if err != nil {
		return nil, err
	}
	files := make(output, len(list))
	for _, f := range list {
		if err := files.add(f.Path, content{page: f}); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// add puts a file in the output unless there is one of its name.
func (o output) add(path string, c content) error {
	if _, ok := o[path]; ok {
		return fmt.Errorf("%s: two files of this name would be published", path)
	}
	o[path] = c
	return nil
}

// addAssets puts the files in the output that the letters of the folder at root
// show, link to or carry. They are copied when they are published.
func (o output) addAssets(folder *letters.Folder, root *os.Root) error {
	for _, asset := range folder.Assets {
		if err := o.add(asset.Path, content{dir: root.Name(), file: asset.File}); err != nil {
			return err
		}
	}
	return nil
}
