package output

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/internal/page"
	"github.com/automationregion/newsletter/parse"
	"github.com/automationregion/newsletter/parse/letters"
)

// Site returns the feeds and pages of a newsletter for a folder of which there
// may be a record: what stands there is not made again.
func Site(ctx context.Context, n *newsletter.Newsletter, options site.Options, record *Record, dir string) (Files, error) {
	files, err := Pages(n, options)
	if err != nil || record == nil {
		return files, err
	}
	paths := slices.Sorted(maps.Keys(files))
	known := make([]Content, len(paths))
	err = inParallel(ctx, len(paths), func(i int) error {
		c := files[paths[i]]
		c.sum = sumName(c.Page.Sum())
		c.stands = record.stands(dir, paths[i], c.sum)
		known[i] = c
		return nil
	})
	for i, path := range paths {
		files[path] = known[i]
	}
	return files, err
}

// Pages returns the feeds and pages of a newsletter.
func Pages(n *newsletter.Newsletter, options site.Options) (Files, error) {
	list, err := site.Files(n, options)
	if err != nil {
		return nil, err
	}
	files := make(Files, len(list))
	for _, f := range list {
		if err := files.Add(f.Path, Content{Page: f}); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// Add puts a file in the output unless there is one of its name.
func (o Files) Add(path string, c Content) error {
	if before, ok := o[path]; ok && !(path == page.FeedStyleName && before.Page.Path != "") { // the folder's own look of its feeds
		return fmt.Errorf("%s: two files of this name would be published", path)
	}
	o[path] = c
	return nil
}

// InLayouts is an error of a layout with its path in the folder of letters.
func InLayouts(err error) error {
	var wrong *site.LayoutError
	if !errors.As(err, &wrong) {
		return err
	}
	return &parse.Error{File: letters.LayoutsFolder + "/" + wrong.File, Line: wrong.Line, Column: wrong.Column, Message: wrong.Message, Err: err}
}
