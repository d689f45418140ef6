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

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/fault"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/output"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/preview"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/feed/site"
	"github.com/automationregion/newsletter/internal/regular"
	"github.com/automationregion/newsletter/parse/letters"
)

// A previewer builds a folder again when it changed. Pages are written when
// somebody looks at them.
type previewer struct {
	command     *command
	path        string
	isFolder    bool // path is, else an OPML file
	flags       aggregateFlags
	now         time.Time
	isNowStated bool
	run         string // this run, apart from others that a browser may remember

	cache  letters.Cache
	files  map[string]fileState // as they were when shown was built
	number int
	server preview.Server
}

// build never returns nil. What can't be built is as it was before.
func (p *previewer) build(ctx context.Context, unread error) *preview.Version {
	next := &preview.Version{Home: "/", Files: output.Files{}}
	if before := p.server.Shown(); before != nil {
		next.Home, next.Files = before.Home, before.Files
	}
	if unread != nil {
		addFaults(next, fault.Of(unread, p.path))
		next.Refused = true
		return next
	}
	published, all, err := p.read(ctx)
	if err != nil {
		addFaults(next, fault.Of(err, p.path))
		next.Refused = true
	}
	if all == nil {
		return next
	}
	addFaults(next, published.faults)
	next.Refused = len(next.Faults) > 0
	for _, f := range all.faults {
		if !slices.Contains(next.Faults, f) {
			f.Message += " (nobody sees it yet: the letter is not published)"
			addFaults(next, []fault.Fault{f})
		}
	}
	addFaults(next, all.warnings)
	home := feed.Folder(all.newsletter.URL)
	if home == nil || all.newsletter.Title == "" {
		return next // nobody knows where its pages are
	}
	next.Home = home.Path
	files, err := p.outputOf(published, all)
	if err != nil {
		if len(next.Faults) == 0 { // else it was said with its place
			addFaults(next, folderFaults(err, p.path))
			next.Refused = true
		}
		return next
	}
	next.Files = files
	return next
}

func addFaults(p *preview.Version, all []fault.Fault) {
	for _, f := range all {
		if !slices.Contains(p.Faults, f) {
			p.Faults = append(p.Faults, f)
		}
	}
	fault.Sort(p.Faults)
}

// A part is a newsletter as it was read, with its site's options and what
// lies beside its pages.
type part struct {
	newsletter *newsletter.Newsletter
	options    site.Options
	files      output.Files
	faults     []fault.Fault
	warnings   []fault.Fault // which refuse nothing
	partners   []aggregate.Partner
	isWhole    bool            // no letter is held back
	wrong      map[string]bool // IDs of letters that have faults
}

// read returns the newsletter as it would be published, and with the letters that
// are held back.
func (p *previewer) read(ctx context.Context) (published, all *part, err error) {
	if !p.isFolder {
		part, err := p.gather(ctx, &part{})
		return part, part, err
	}
	root, err := os.OpenRoot(p.path)
	if err != nil {
		return nil, nil, err
	}
	defer root.Close()
	o := p.flags.folder.options(p.clock())
	o.Cache = &p.cache
	published, err = p.readPart(ctx, root, o)
	if err != nil {
		return nil, nil, err
	}
	if published.isWhole {
		if p.flags.offline {
			published, err = p.gather(ctx, published)
		}
		return published, published, err
	}
	o.Drafts, o.Future, o.Expired = true, true, true
	all, err = p.readPart(ctx, root, o)
	if err != nil || !p.flags.offline {
		return published, all, err
	}
	if published, err = p.gather(ctx, published); err != nil {
		return published, all, err
	}
	all, err = p.gather(ctx, all)
	return published, all, err
}

// clock is the time that letters are of the future after.
func (p *previewer) clock() time.Time {
	if p.isNowStated {
		return p.now
	}
	now, err := p.command.now("")
	if err != nil {
		return p.now
	}
	return now
}

// readPart reads the folder. What is wrong with it is no error.
func (p *previewer) readPart(ctx context.Context, root *os.Root, o letters.Options) (*part, error) {
	folder, err := readLetters(ctx, root, o, "")
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	doubtful, others := folder.warnings(root)
	part := &part{warnings: warningLines(p.path, doubtful, others), newsletter: folder.Newsletter, files: output.Files{}, wrong: map[string]bool{}}
	var wrongLook error
	if part.options, wrongLook = siteOptions(regular.FS(root), folder); wrongLook != nil {
		part.faults = append(part.faults, folderFaults(wrongLook, p.path)...)
	}
	part.faults = append(part.faults, folderFaults(clashes(folder, part.options), p.path)...)
	part.isWhole = folder.Drafts+folder.Future+folder.Expired == 0
	files := map[string]bool{}
	for _, f := range fault.Of(err, "") {
		files[f.File] = true
		f.File = filepath.Join(p.path, filepath.FromSlash(f.File))
		part.faults = append(part.faults, f)
	}
	held := map[string]string{}
	for l, why := range folder.Withheld {
		held[l.ID] = why
	}
	for l, file := range folder.Files {
		if files[file] {
			part.wrong[l.ID] = true
		}
	}
	part.options.Mark = func(l *newsletter.Letter) string {
		if why := held[l.ID]; why != "" {
			return "Not published: " + why
		}
		return ""
	}
	if err := addAssets(part.files, folder, root); err != nil {
		part.faults = append(part.faults, fault.Of(err, p.path)...)
	}
	if p.flags.offline {
		part.partners = folder.Partners
	}
	return part, nil
}

// warningLines are what build says of the same.
func warningLines(dir string, doubtful, others []finding) []fault.Fault {
	var all []fault.Fault
	add := func(found finding) {
		all = append(all, fault.Warning(fault.Fault{File: found.File, Line: found.Line, Column: found.Column, Rule: found.Rule, Message: found.Message}))
	}
	for _, f := range doubtful[:min(len(doubtful), maxKept)] {
		add(f)
	}
	if more := len(doubtful) - maxKept; more > 0 {
		add(finding{File: dir, Message: fmt.Sprintf("%d more: newsletter check %s lists them", more, shellWord(dir))})
	}
	for _, f := range others {
		add(f)
	}
	return all
}

// outputOf returns what is published: feeds without the letters that are held
// back, and pages with them.
func (p *previewer) outputOf(published, all *part) (output.Files, error) {
	files, err := all.site()
	if err != nil {
		return nil, err
	}
	if all != published {
		feeds, err := published.site()
		if err != nil {
			return nil, err
		}
		maps.DeleteFunc(files, func(_ string, c output.Content) bool { return !isPage(c) })
		maps.DeleteFunc(feeds, func(_ string, c output.Content) bool { return isPage(c) })
		maps.Copy(files, feeds)
	}
	for path, c := range all.files {
		if err := files.Add(path, c); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// isPage reports whether the file is one that people open.
func isPage(c output.Content) bool { return c.Page.MediaType == "text/html" }

// site returns the files of the newsletter; where they can't be had for letters
// that have faults, without those.
func (p *part) site() (output.Files, error) {
	files, err := output.Pages(p.newsletter, p.options)
	if err == nil || len(p.wrong) == 0 {
		return files, err
	}
	sound := *p.newsletter
	sound.Letters = slices.DeleteFunc(slices.Clone(sound.Letters), func(l *newsletter.Letter) bool { return p.wrong[l.ID] })
	return output.Pages(&sound, p.options)
}

// A fileState tells whether a file is another than it was.
type fileState struct {
	size int64
	time time.Time
}

// survey looks at all files that what is built may depend on.
func (p *previewer) survey() (map[string]fileState, error) {
	files := map[string]fileState{}
	for _, top := range p.watchedFolders() {
		err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist) && path != top: // it went away meanwhile
				return nil
			case err != nil:
				return err
			case path != top && strings.HasPrefix(entry.Name(), "."):
				if entry.IsDir() {
					return fs.SkipDir
				}
				return nil
			case entry.IsDir():
				return nil
			}
			info, err := os.Stat(path)
			if err != nil { // a link to nothing
				info, err = entry.Info()
			}
			if err == nil {
				files[path] = fileState{info.Size(), info.ModTime()}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}

// watchedFolders are those whose files matter.
func (p *previewer) watchedFolders() []string {
	folders := []string{p.path}
	if p.flags.offline {
		folders = append(folders, p.flags.state)
	}
	return folders
}

// changedFiles names the files that are not as they were, in order.
func changedFiles(before, now map[string]fileState) []string {
	var names []string
	for name, state := range now {
		if old, ok := before[name]; !ok || old.size != state.size || !old.time.Equal(state.time) {
			names = append(names, name)
		}
	}
	for name := range before {
		if _, ok := now[name]; !ok {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(a, b) })
	return names
}

// gather is what aggregate would make of a part, of what it remembers.
func (p *previewer) gather(ctx context.Context, part *part) (*part, error) {
	a, err := p.flags.aggregator()
	if err != nil {
		return part, err
	}
	a.Now = p.clock
	partners, shape := part.partners, part.options
	if !p.isFolder {
		if partners, shape, err = p.command.partners(ctx, p.path, p.flags, &a.Newsletter, output.Files{}); err != nil {
			return nil, err
		}
	} else {
		a.Newsletter = *part.newsletter
	}
	done, err := p.command.openStore(&a, p.flags.state)
	if err != nil {
		return part, err
	}
	result, err := a.Run(ctx, partners)
	err = errors.Join(err, done())
	if err != nil && (result == nil || !errors.Is(err, aggregate.ErrAllFailed) && !errors.Is(err, aggregate.ErrPartner)) {
		return part, err
	}
	gathered := *part
	gathered.newsletter = result.Newsletter
	gathered.options = withPartners(shape, p.flags.pictures) // as aggregate has it
	gathered.files = output.Files{}
	for path, c := range part.files {
		gathered.files[path] = c
	}
	documents, err := aggregateDocuments(result, partners)
	if err != nil {
		return part, err
	}
	for path, c := range documents {
		gathered.files[path] = c
	}
	return &gathered, nil
}
