package letters

import (
	"image"
	"io"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/automationregion/newsletter/internal/filename"
	"github.com/automationregion/newsletter/internal/format"
	"github.com/automationregion/newsletter/internal/value"
	"github.com/automationregion/newsletter/internal/weburl"
)

// resolver resolves the addresses in a letter of the folder.
func (r *folderReader) resolver(f *folderLetter) resolveFunc {
	page, err := url.Parse(f.Letter.URL)
	if err != nil || f.Letter.URL == "" {
		page = r.base // reported
	}
	return func(address string, use addressUse) (target, string) {
		return r.resolve(path.Dir(f.File), page, address, use, f.left == "")
	}
}

// resolve makes an address absolute that stands in a file of the directory, and
// on the page. Files of the folder that it leads to are published, if the letter
// itself is.
func (r *folderReader) resolve(directory string, page *url.URL, address string, use addressUse, publish bool) (target, string) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return target{URL: address}, notAnAddress
	}
	if u.IsAbs() || u.Host != "" || u.Path == "" {
		return resolveAddress(page, address)
	}
	name, inside := r.fileName(directory, u.Path)
	if letter := r.letters[name]; letter != nil && inside {
		return r.toLetter(letter, u, use)
	}
	if file, known := r.files[name]; known && inside {
		return r.toFile(name, file, u, publish)
	}
	if inside && r.isHidden(name) {
		if info, err := fs.Stat(r.fsys, name); err == nil && !info.IsDir() {
			return r.toFile(name, name, u, publish)
		}
	}
	if to := r.toOutput(name, page, address); use == linkOfLetter && to != "" {
		return target{URL: to}, ""
	}
	lost := use == fileOfLetter || value.MediaType(u.Path) != ""
	switch {
	case lost && !inside && !strings.HasPrefix(u.Path, "/"):
		return target{URL: address}, "it leads out of the folder: expected a file of the folder"
	case lost && inside:
		problem := "there is no such file: expected " + name + " in the folder"
		if other := r.likeNamed(name); other != "" {
			problem = "there is no such file, but " + other + ": capital letters count"
		}
		return target{URL: address}, problem
	}
	return resolveAddress(page, address)
}

// likeNamed is a file whose name differs from another in the case of its letters, or
// nothing.
func (r *folderReader) likeNamed(name string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.folded == nil {
		r.folded = make(map[string]string, len(r.files))
		for file := range r.files {
			r.folded[filename.Key(file)] = file
		}
	}
	return r.folded[filename.Key(name)]
}

// isHidden says whether a file is in a folder that was not looked through.
func (r *folderReader) isHidden(name string) bool {
	return slices.ContainsFunc(r.hidden, func(folder string) bool { return strings.HasPrefix(name, folder+"/") })
}

// outputs are the files that are written beside the letters' pages.
var outputs = format.FileNames()

// toOutput leads to a feed or the newsletter's page, as seen from the letter's
// file or from its page. It returns nothing if the address is another.
func (r *folderReader) toOutput(name string, page *url.URL, address string) string {
	seen, _ := resolveAddress(page, address)
	for _, output := range outputs {
		if to := r.config.newsletter.URL + output; name == output || seen.URL == to {
			return to
		}
	}
	return ""
}

// fileName returns the path in the folder that the path of an address leads to.
// One with a leading slash starts from the host, as on the web, so only what
// stands below the newsletter's URL is inside.
func (r *folderReader) fileName(directory, address string) (name string, inside bool) {
	address = norm.NFC.String(address)
	if strings.HasPrefix(address, "/") {
		below, ok := strings.CutPrefix(address, r.base.Path)
		name = path.Clean(below)
		return name, ok && r.base.Host != "" && fs.ValidPath(name)
	}
	name = path.Join(directory, address)
	return name, fs.ValidPath(name)
}

// toLetter leads to the page of another letter.
func (r *folderReader) toLetter(letter *folderLetter, u *url.URL, use addressUse) (target, string) {
	switch {
	case use == fileOfLetter:
		return target{URL: weburl.String(u)}, "it is a letter: expected another file (one whose name begins with \"_\" is no letter)"
	case letter.left != "":
		return target{URL: weburl.String(u)}, "it leads to a letter that is left out (" + letter.left + ")"
	}
	to, err := url.Parse(letter.url)
	if err != nil {
		return target{URL: weburl.String(u)}, notAnAddress
	}
	to.RawQuery, to.Fragment, to.RawFragment = u.RawQuery, u.Fragment, u.RawFragment
	return target{URL: weburl.String(to)}, ""
}

// toFile leads to a file that is published beside the letters' pages.
func (r *folderReader) toFile(name, file string, u *url.URL, publish bool) (target, string) {
	info, err := fs.Stat(r.fsys, file)
	if err != nil {
		return target{URL: weburl.String(u)}, "it can't be read: " + err.Error()
	}
	if !info.Mode().IsRegular() {
		return target{URL: weburl.String(u)}, notAFile(info.Mode())
	}
	if path, ok := strings.CutPrefix(name, staticFolder); ok {
		name = path // which is published in any case
	} else if publish {
		r.mu.Lock()
		r.assets[name] = Asset{File: file, Path: name}
		r.mu.Unlock()
	}
	elements := strings.Split(name, "/")
	for i, e := range elements {
		elements[i] = url.PathEscape(e)
	}
	to := *r.base.JoinPath(elements...)
	to.RawQuery, to.Fragment, to.RawFragment = u.RawQuery, u.Fragment, u.RawFragment
	found := target{URL: weburl.String(&to), Local: true, Size: info.Size()}
	found.Width, found.Height = r.dimensions(file)
	return found, ""
}

// dimensions returns those of a picture in pixels, or zeros. What its head says is
// remembered.
func (r *folderReader) dimensions(file string) (width, height int) {
	switch strings.ToLower(path.Ext(file)) {
	case ".png", ".jpg", ".jpeg", ".gif":
	default:
		return 0, 0
	}
	r.mu.Lock()
	known, ok := r.pictures[file]
	r.mu.Unlock()
	if ok {
		return known[0], known[1]
	}
	if f, fault := openFile(r.fsys, file); fault == nil {
		if picture, _, err := image.DecodeConfig(io.LimitReader(f, 1<<20)); err == nil && picture.Width < 1<<16 && picture.Height < 1<<16 {
			width, height = picture.Width, picture.Height
		}
		f.Close()
	}
	r.mu.Lock()
	r.pictures[file] = [2]int{width, height}
	r.mu.Unlock()
	return width, height
}
