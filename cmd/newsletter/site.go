package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/parse"
)

// site returns the feeds and pages of a newsletter. The feeds carry the first
// feedLetters of its letters, or all of them if that is 0.
func site(ctx context.Context, n *newsletter.Newsletter, feedLetters int) (output, error) {
	files := output{}
	carried := *n
	if feedLetters > 0 && feedLetters < len(n.Letters) {
		carried.Letters = n.Letters[:feedLetters]
	}
	for _, format := range []feed.Format{feed.RSS, feed.Atom, feed.JSON, feed.HTML} {
		source := &carried
		if format == feed.HTML {
			source = n
		}
		var b bytes.Buffer
		if err := feed.Write(&b, feed.At(source, format), format); err != nil {
			return nil, err
		}
		files[format.FileName()] = b.Bytes()
	}
	pages, err := feed.Pages(feed.At(n, feed.HTML))
	if err != nil {
		return nil, err
	}
	for _, page := range pages {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var b bytes.Buffer
		if err := page.WriteHTML(&b); err != nil {
			return nil, err
		}
		if err := files.add(page.Path, b.Bytes()); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// add puts a file in the output unless there is one of its name.
func (o output) add(path string, data []byte) error {
	if _, ok := o[path]; ok {
		return fmt.Errorf("%s: two files of this name would be published", path)
	}
	o[path] = data
	return nil
}

// addAssets puts the files in the output that the letters of the folder at root
// show, link to or carry.
func (o output) addAssets(folder *parse.Folder, root *os.Root) error {
	for _, asset := range folder.Assets {
		data, err := root.ReadFile(filepath.FromSlash(asset.File))
		if err != nil {
			return err
		}
		if err := o.add(asset.Path, data); err != nil {
			return err
		}
	}
	return nil
}
