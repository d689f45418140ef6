package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/check"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/fault"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/output"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/say"
	"github.com/automationregion/newsletter/internal/format"
	"github.com/automationregion/newsletter/internal/html"
	"github.com/automationregion/newsletter/internal/regular"
	"github.com/automationregion/newsletter/parse"
)

// folder judges a folder of letters: its letters, and the feeds that build would
// make of them. Without a newsletter.yaml and the flags that stand in for it, a
// title and a URL are made up, so that its letters are checked all the same.
func (j judge) folder(ctx context.Context, dir string) ([]finding, check.Severity, error) {
	options := j.flags.folderFlags
	_, err := os.Stat(filepath.Join(dir, configFile(dir)))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		options.title = cmp.Or(options.title, "Letters")
		options.url = cmp.Or(options.url, "https://letters.invalid/")
	case err != nil:
		return nil, 0, err
	}
	options.drafts, options.future, options.expired = true, true, true
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, 0, err
	}
	defer root.Close()
	folder, err := readLetters(ctx, root, options.options(time.Time{}), options.out)
	if fault.IsUnreadable(err) {
		return nil, 0, failedError(fault.Lines(folderFaults(err, dir)))
	}
	limit, _ := severityCalled(cmp.Or(j.flags.severity, folder.Severity, "error"))
	found, others := folder.remarkFindings(dir)
	for _, rule := range folder.Ignore {
		if problem := knownRule(rule); problem != nil {
			found = append(found, finding{
				File: filepath.Join(dir, configFile(dir)), Rule: "letter-setting", Severity: check.Error, W3C: []string{},
				Message: fmt.Sprintf("check: ignore %q: %v", rule, problem),
			})
		}
	}
	found = append(found, activeAssets(folder, root)...)
	refused := folderFaults(err, dir)
	if len(folder.Withheld) > 0 { // a letter may lead to one that is not published
		options.drafts, options.future, options.expired = false, false, false
		_, err := readLetters(ctx, root, options.options(j.now), options.out)
		for _, f := range folderFaults(err, dir) {
			if !slices.Contains(refused, f) && f.Rule != "newsletter-incomplete" {
				refused = append(refused, f)
			}
		}
	}
	if err == nil && len(folder.Newsletter.Letters) > 0 {
		built, err := j.built(ctx, folder, dir)
		if err != nil {
			return nil, 0, err
		}
		found = append(found, built...)
	}
	found = append(found, letterFindings(refused)...)
	sortFindings(found)
	found = append(found, others...)
	return j.without(found, folder.Ignore), limit, nil
}

// built judges what build would write, and says it of the letters that it is
// made of.
func (j judge) built(ctx context.Context, folder *folder, dir string) ([]finding, error) {
	n := folder.Newsletter
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	shape, err := siteOptions(regular.FS(root), folder)
	if err != nil {
		return letterFindings(folderFaults(err, dir)), nil
	}
	if err := clashes(folder, shape); err != nil {
		return letterFindings(folderFaults(err, dir)), nil
	}
	files, err := output.Pages(n, shape)
	feeds := map[string][]byte{}
	if err == nil { // all pages are made, for the layouts' sake
		var mu sync.Mutex
		err = files.Each(ctx, func(path string, c output.Content) error {
			if filepath.Ext(path) != ".html" {
				mu.Lock()
				defer mu.Unlock()
				feeds[path] = bytes.Clone(c.Data)
			}
			return nil
		})
	}
	if err != nil {
		return letterFindings(folderFaults(err, dir)), nil
	}
	var found []finding
	said := map[string]bool{} // a fault of a letter is one of each feed
	for _, name := range format.FileNames() {
		document, ok := feeds[name]
		if !ok {
			continue
		}
		report, err := check.Document(bytes.NewReader(document), check.Options{})
		if err != nil {
			return nil, err
		}
		for _, f := range report.Findings {
			if f.Severity == check.Advice {
				continue
			}
			file := filepath.Join(dir, configFile(dir))
			if i := itemOf(f.Path); i >= 0 && i < len(n.Letters) {
				file = filepath.Join(dir, filepath.FromSlash(folder.Files[n.Letters[i]]))
			}
			if key := file + "\x00" + f.Rule; !said[key] {
				said[key] = true
				found = append(found, finding{
					File: file, Rule: f.Rule, Severity: f.Severity, Path: f.Path, W3C: f.W3C, Message: "in " + name + ": " + f.Message,
				})
			}
		}
	}
	assets := make(map[string]bool, len(folder.Assets))
	for _, a := range folder.Assets {
		assets[a.Path] = true
	}
	exists := func(page string) bool {
		if page == "" || strings.HasSuffix(page, "/") {
			page += "index.html"
		}
		_, ok := files[page]
		return ok || assets[page]
	}
	for _, letter := range n.Letters {
		file := filepath.Join(dir, filepath.FromSlash(folder.Files[letter]))
		for _, link := range deadLinks(letter.Content, n.URL, exists) {
			if f, ok := deadLink(file, link, strings.TrimPrefix(link, n.URL)); ok && !saysScheme(folder, letter, link) {
				found = append(found, f)
			}
		}
	}
	return found, nil
}

var itemPath = regexp.MustCompile(`^(?:/rss/channel/item|/feed/entry|\$\.items)\[(\d+)\]`)

// itemOf is the index of the letter that a path is in, or -1.
func itemOf(path string) int {
	m := itemPath.FindStringSubmatch(path)
	if m == nil {
		return -1
	}
	i, err := strconv.Atoi(m[1])
	if err != nil {
		return -1
	}
	if path[0] == '/' {
		i-- // XPath counts from 1
	}
	return i
}

// deadLinks are those of a letter to pages of its newsletter that there are none
// of.
func deadLinks(content, home string, exists func(page string) bool) []string {
	var dead []string
	said := map[string]bool{}
	for t := html.In(content); t.Next(); t.PassRaw() {
		if t.Closing || t.El != atom.A {
			continue
		}
		for name, a := range html.Each(t.Text()) {
			address := a.Text()
			rest, ok := strings.CutPrefix(address, home)
			if name != "href" || !ok || home == "" {
				continue
			}
			page, _, _ := strings.Cut(rest, "#")
			page, _, _ = strings.Cut(page, "?")
			page, err := url.PathUnescape(page)
			if err != nil || !exists(path.Clean("/" + page)[1:]+slashOf(page)) {
				if !said[address] {
					said[address] = true
					dead = append(dead, address)
				}
			}
		}
	}
	return dead
}

// slashOf is the slash that a page ends with, which path.Clean takes away.
func slashOf(page string) string {
	if strings.HasSuffix(page, "/") && path.Clean("/"+page) != "/" {
		return "/"
	}
	return ""
}

// deadLink is a link that the letter writes as relative to its own page. One that
// is written in full may lead to a page that other software makes.
func deadLink(file, link, page string) (f finding, ok bool) {
	f = finding{
		File: file, Rule: ruleDeadLink, Severity: check.Warning, W3C: []string{},
		Message: fmt.Sprintf("the link leads to %s, and there is no such page of the newsletter", link),
	}
	text, err := os.ReadFile(file)
	if err != nil || bytes.Contains(text, []byte(link)) {
		return f, false
	}
	for written := page; written != ""; {
		if i := bytes.Index(text, []byte(written)); i >= 0 {
			f.place(text, i, len(written))
			break
		}
		_, written, _ = strings.Cut(written, "/")
	}
	return f, true
}

// saysScheme reports whether it is said already that the link has no scheme.
func saysScheme(folder *folder, letter *newsletter.Letter, link string) bool {
	return slices.ContainsFunc(folder.remarks, func(e *parse.Error) bool {
		_, rest, _ := strings.Cut(e.Message, `"`)
		address, _, _ := strings.Cut(rest, `"`)
		return e.Rule == ruleLinkScheme && e.File == folder.Files[letter] && strings.HasSuffix(link, "/"+address)
	})
}

// place sets where in a text the finding is.
func (f *finding) place(text []byte, offset, length int) {
	before := text[:offset]
	f.Line = bytes.Count(before, []byte("\n")) + 1
	f.Column = utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
	f.EndLine, f.EndColumn = f.Line, f.Column+utf8.RuneCount(text[offset:offset+length])
}

// remarkFinding is a remark on a letter in a folder.
func remarkFinding(e *parse.Error, dir string) finding {
	return finding{
		File: filepath.Join(dir, filepath.FromSlash(e.File)), Line: e.Line, Column: e.Column, EndLine: e.Line, EndColumn: e.Column + 1,
		Rule: e.Rule, Severity: ruleCalled(e.Rule).Severity, Message: e.Message, W3C: []string{},
	}
}

// maxKept is how many are named of the files that are kept, and of others.
const maxKept = 10

// remarkFindings are the remarks on a folder's letters, and those on its other files, of
// which ten are named.
func (f *folder) remarkFindings(dir string) (found, others []finding) {
	more := 0
	for _, e := range f.remarks {
		switch {
		case e.Rule != rulePassedOver && e.Rule != ruleForeignFile && e.Rule != rulePictureSize:
			found = append(found, remarkFinding(e, dir))
		case len(others) < maxKept:
			others = append(others, remarkFinding(e, dir))
		default:
			more++
		}
	}
	if more > 0 {
		others = append(others, finding{
			File: dir, Rule: rulePassedOver, Severity: ruleCalled(rulePassedOver).Severity, W3C: []string{},
			Message: say.Count(more, "more file") + " of this kind",
		})
	}
	return found, others
}

// warnings are what build and preview say of a folder, in the order of check: what is
// doubtful in its letters and files, and what is passed over. Advice is for check.
func (f *folder) warnings(root *os.Root) (doubtful, others []finding) {
	doubtful, others = f.remarkFindings(root.Name())
	doubtful = append(doubtful, activeAssets(f, root)...)
	sortFindings(doubtful)
	no := func(found finding) bool {
		return found.Severity < check.Warning || slices.Contains(f.Ignore, found.Rule)
	}
	return slices.DeleteFunc(doubtful, no), slices.DeleteFunc(others, no)
}

// sortFindings puts those of a folder in order.
func sortFindings(found []finding) {
	slices.SortStableFunc(found, func(a, b finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Message, b.Message))
	})
}
