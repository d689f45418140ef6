package site

import (
	"strconv"

	"github.com/automationregion/newsletter/internal/filename"
)

// names are those of the files of a site and of the folders that they are in. No file
// has the name of another or of a folder, in upper or lower case.
type names struct {
	files   map[string]string // what each was called, by its key
	folders map[string]bool   // by key
}

func (n *names) add(path string) {
	if n.files == nil {
		n.files, n.folders = map[string]string{}, map[string]bool{}
	}
	key := filename.Key(path)
	n.files[key] = path
	for i, c := range key {
		if c == '/' {
			n.folders[key[:i]] = true
		}
	}
}

// has reports whether there is a file of this name.
func (n *names) has(path string) bool {
	_, ok := n.files[filename.Key(path)]
	return ok
}

// taker returns the file that keeps another from having this name: one of the name, one
// that is in its place a folder, or "name/" of a folder that is in its place.
func (n *names) taker(path string) string {
	key := filename.Key(path)
	if n.folders[key] {
		return path + "/"
	}
	if taker, ok := n.files[key]; ok {
		return taker
	}
	for i, c := range key {
		if c == '/' {
			if taker, ok := n.files[key[:i]]; ok {
				return taker
			}
		}
	}
	return ""
}

// isWithin reports whether a path lies in a folder that files are in already.
func (n *names) isWithin(path string) bool {
	key := filename.Key(path)
	for i, c := range key {
		if c == '/' && n.folders[key[:i]] {
			return true
		}
	}
	return false
}

// folder returns the first of name, "name-2", "name-3", … that is no file.
func (n *names) folder(name string) string {
	for number := 1; ; number++ {
		folder := numbered(name, number)
		if _, isFile := n.files[filename.Key(folder)]; !isFile {
			return folder
		}
	}
}

// fits adds files, if nothing keeps any of them from having its name.
func (n *names) fits(paths ...string) bool {
	for _, path := range paths {
		if n.taker(path) != "" {
			return false
		}
	}
	for _, path := range paths {
		n.add(path)
	}
	return true
}

// numbered returns a name for 1, and the name with the number after it for others.
func numbered(name string, number int) string {
	if number == 1 {
		return name
	}
	return name + "-" + strconv.Itoa(number)
}
