package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/parse/letters"
)

// siteFiles returns the feeds and pages of a newsletter.
func siteFiles(ctx context.Context, n *newsletter.Newsletter, options site.Options) (output, error) {
	list, err := site.Files(n, options)
	if err != nil {
		return nil, err
	}
	files := output{}
	for _, f := range list {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var b bytes.Buffer
		if _, err := f.WriteTo(&b); err != nil {
			return nil, err
		}
		if err := files.add(f.Path, b.Bytes()); err != nil {
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
func (o output) addAssets(folder *letters.Folder, root *os.Root) error {
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
