package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/automationregion/newsletter/check"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/output"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/partners"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/feed/site/highlight"
	"github.com/automationregion/newsletter/internal/filename"
	"github.com/automationregion/newsletter/internal/page"
	"github.com/automationregion/newsletter/internal/publish"
	"github.com/automationregion/newsletter/internal/regular"
	"github.com/automationregion/newsletter/internal/serve"
	"github.com/automationregion/newsletter/parse"
	"github.com/automationregion/newsletter/parse/letters"
)

// styleFile is the file beside the letters whose styles pages have too.
const styleFile = "style.css"

// maxStyle bounds it.
const maxStyle = 1 << 20

// A folder is a folder of letters with all that its newsletter.yaml says.
type folder struct {
	*letters.Folder
	*publish.Settings
	remarks []*parse.Error // on what keeps nothing from being published
}

// readLetters reads one that is published in a folder, or in none that is known.
func readLetters(ctx context.Context, root *os.Root, o letters.Options, out string) (*folder, error) {
	f := &folder{Settings: publish.New()}
	around := surroundingsOf(root, out)
	defer around.close()
	o.Settings, o.Ignored = f.Settings.Read, around.ignores
	o.Remark = func(e *parse.Error) { f.remarks = append(f.remarks, e) }
	full, err := filepath.Abs(root.Name())
	if err == nil {
		o.FileName = filepath.Base(full)
	}
	f.Folder, err = letters.ReadFolder(ctx, regular.FS(root), o)
	return f, errors.Join(err, around.taken(f.Others))
}

// configFile is the name of the file that says what newsletter a folder is.
func configFile(dir string) string {
	const other = "newsletter.yml"
	if _, err := os.Stat(filepath.Join(dir, letters.ConfigFile)); errors.Is(err, fs.ErrNotExist) && isFile(filepath.Join(dir, other)) {
		return other
	}
	return letters.ConfigFile
}

// lettersFiles are the paths of the letters that are published.
func (f *folder) lettersFiles() []string { return slices.Sorted(maps.Values(f.Files)) }

// siteOptions are those of the site of a folder of letters, with the layouts and
// styles that lie in it.
func siteOptions(fsys fs.FS, folder *folder) (site.Options, error) {
	o := folder.Site
	o.TrustHTML, o.Highlight, o.Sitemap, o.Logo, o.Reserved = true, highlight.HTML, true, folder.Logo, folderNames(folder)
	style, err := readStyle(fsys)
	if err != nil {
		return o, err
	}
	o.Style += style
	if info, err := fs.Stat(fsys, letters.LayoutsFolder); err != nil || !info.IsDir() {
		return o, nil
	}
	layouts, err := fs.Sub(fsys, letters.LayoutsFolder)
	if err != nil {
		return o, err
	}
	if o.Layouts, err = site.ReadLayouts(layouts); err != nil {
		return o, output.InLayouts(err)
	}
	return o, nil
}

// maxLists is how many lists there are of each kind where partners say what there is a
// list by.
const maxLists = 100

// What the feeds carry where there are letters of partners too, unless newsletter.yaml
// says otherwise: letters in all, and of the newsletter's own among them.
const (
	gatheredFeed = 1_000
	ownInFeed    = 50
)

// withPartners are the options of a site that has letters of partners too. They are
// cleaned, and the others are the folder's own. There are no archives, which are not to
// change: a partner's letters come late and go when they are old.
func withPartners(shape site.Options, pictures bool) site.Options {
	shape.TrustHTML, shape.Highlight, shape.LinkPictures = true, nil, !pictures
	shape.ArchiveSize, shape.MaxLists = 0, maxLists
	shape.FeedLetters, shape.FeedOwn = cmp.Or(shape.FeedLetters, gatheredFeed), cmp.Or(shape.FeedOwn, ownInFeed)
	shape.Gathered = true
	return shape
}

// folderNames are the names of the files that are published beside the site of a folder:
// of those in it, and of what is made of its partners.
func folderNames(folder *folder) (names []string) {
	for _, asset := range folder.Assets {
		names = append(names, asset.Path)
	}
	if len(folder.Partners) > 0 {
		names = append(names, partners.Names()...)
	}
	return names
}

// ruleTaken is the rule of package letters of names that are another's.
const ruleTaken = "letter-name-taken"

// clashes says which letters and files of a folder take names that others have in the
// site: with nil nothing of it is left out.
func clashes(folder *folder, shape site.Options) error {
	var all []error
	add := func(file, message string) {
		all = append(all, &parse.Error{File: file, Rule: ruleTaken, Message: message})
	}
	left, _ := site.LeftOut(folder.Newsletter, shape)
	for _, c := range left {
		what := "a file of the newsletter"
		switch {
		case c.By != nil:
			what = "the page of " + folder.Files[c.By]
		case strings.HasSuffix(c.Taken, "/"):
			what = "a folder of the newsletter"
		}
		add(folder.Files[c.Letter], fmt.Sprintf("its page would be %s, in the place of %s, %s: expected another file name, or another slug or url", c.Path, what, c.Taken))
	}
	own := map[string]string{}
	bare := *folder.Newsletter
	bare.Letters, bare.Updated = nil, time.Unix(0, 0)
	files, err := site.Files(&bare, shape)
	if err != nil {
		return errors.Join(all...) // which says so where it is built
	}
	for _, f := range files {
		if f.Path != page.FeedStyleName { // which a folder may have a look of its own for
			own[filename.Key(f.Path)] = f.Path
		}
	}
	if len(folder.Partners) > 0 {
		for _, name := range partners.Names() {
			own[filename.Key(name)] = name
		}
	}
	assets := map[string]string{}
	for _, asset := range folder.Assets {
		if name, taken := own[filename.Key(asset.Path)]; taken {
			add(asset.File, fmt.Sprintf("it would be published in the place of a file of the newsletter, %s: expected another name", name))
		} else if other, taken := assets[asset.Path]; taken {
			add(asset.File, fmt.Sprintf("it would be published as %s, and so would %s: expected another name", asset.Path, other))
		}
		assets[asset.Path] = asset.File
	}
	return errors.Join(all...)
}

func readStyle(fsys fs.FS) (string, error) {
	info, err := fs.Stat(fsys, styleFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", err
	case !info.Mode().IsRegular() || info.Size() > maxStyle:
		return "", &parse.Error{File: styleFile, Message: fmt.Sprintf("expected a file of at most %d bytes", maxStyle)}
	}
	text, err := fs.ReadFile(fsys, styleFile)
	if err != nil {
		return "", err
	}
	if lower := strings.ToLower(string(text)); strings.Contains(lower, "</style") || strings.Contains(lower, "<!--") {
		return "", &parse.Error{File: styleFile, Line: 1 + strings.Count(lower[:max(strings.Index(lower, "</style"), strings.Index(lower, "<!--"))], "\n"), Column: 1, Message: page.ErrStyle.Error()}
	}
	return string(text), nil
}

// activeAssets are findings of the files of a folder that can hold scripts, unless they
// are to be ignored.
func activeAssets(folder *folder, root *os.Root) (found []finding) {
	if slices.Contains(folder.Ignore, ruleActive) {
		return nil
	}
	for _, asset := range folder.Assets {
		f, err := regular.Open(root, filepath.FromSlash(asset.File))
		if err != nil {
			continue // which is said where it is copied
		}
		isActive := serve.IsActive(asset.File, f)
		f.Close()
		if isActive {
			found = append(found, finding{
				File: filepath.Join(root.Name(), filepath.FromSlash(asset.File)), Rule: ruleActive, Severity: check.Warning, W3C: []string{},
				Message: fmt.Sprintf("it can hold scripts, and is published as it is, at %s: preview and serve run none of them, other servers may", asset.Path),
			})
		}
	}
	return found
}

// addAssets puts the files in the output that the letters of the folder at root
// show, link to or carry. They are copied when they are published.
func addAssets(files output.Files, folder *folder, root *os.Root) error {
	for _, asset := range folder.Assets {
		if err := files.Add(asset.Path, output.Content{Dir: root.Name(), File: asset.File}); err != nil {
			return err
		}
	}
	return nil
}
