package main

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/automationregion/newsletter/cmd/newsletter/internal/gitignore"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/output"
	"github.com/automationregion/newsletter/internal/filename"
	"github.com/automationregion/newsletter/internal/regular"
	"github.com/automationregion/newsletter/parse"
)

// The surroundings of a folder of letters say what in it is no letter: what builds wrote,
// and what the repository that it stands in ignores.
type surroundings struct {
	fsys      fs.FS
	output    string          // path in the folder of what is published, or nothing
	built     map[string]bool // files that a build wrote beside the letters
	published []string        // files that the build before took for letters
	ignored   *gitignore.Tree
	path      string   // of the folder in what is ignored
	above     *os.Root // the repository's top, where that is what is ignored
}

func surroundingsOf(root *os.Root, out string) *surroundings {
	s := &surroundings{fsys: regular.FS(root), built: map[string]bool{}}
	s.ignored, s.path = gitignore.New(s.fsys), "."
	built, _ := output.Listed(root.Name())
	for _, file := range built {
		s.built[file] = true
	}
	dir, err := realPath(root.Name())
	if err != nil {
		return s
	}
	if out != "" {
		_, s.published = output.Listed(out)
		if out, err := realPath(out); err == nil {
			if rel, err := filepath.Rel(dir, out); err == nil && filepath.IsLocal(rel) && rel != "." {
				s.output = filepath.ToSlash(rel)
			}
		}
	}
	if repository, ok := repositoryOf(dir); ok {
		rel, err := filepath.Rel(repository, dir)
		if err != nil {
			return s
		}
		if s.above, err = os.OpenRoot(repository); err != nil {
			return s
		}
		tree := gitignore.New(regular.FS(s.above))
		// A folder that is ignored is meant where it is named.
		if below := filepath.ToSlash(rel); !tree.Ignores(below, true) {
			s.ignored, s.path = tree, below
		}
	}
	return s
}

func (s *surroundings) close() {
	if s.above != nil {
		s.above.Close()
	}
}

// realPath is an absolute path without links.
func realPath(name string) (string, error) {
	name, err := filepath.EvalSymlinks(name)
	if err != nil {
		return "", err
	}
	return filepath.Abs(name)
}

// repositoryOf is the top of the repository that a folder stands in.
func repositoryOf(dir string) (string, bool) {
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir, true
		}
		above := filepath.Dir(dir)
		if above == dir {
			return "", false
		}
		dir = above
	}
}

// ignores says whether a file or folder is no letter and has none.
func (s *surroundings) ignores(file string, isFolder bool) bool {
	if isFolder {
		if filename.Key(file) == filename.Key(s.output) {
			return true
		}
		if _, err := fs.Stat(s.fsys, path.Join(file, output.ListName)); err == nil {
			return true
		}
	}
	return s.built[file] || s.ignored.Ignores(path.Join(s.path, file), isFolder)
}

// taken is the error of files that the build before published as letters, and that would
// be passed over now.
func (s *surroundings) taken(others []string) error {
	var all []error
	if file, is := s.ignored.Costly(); is {
		if below, err := filepath.Rel(filepath.FromSlash(s.path), filepath.FromSlash(file)); err == nil {
			file = filepath.ToSlash(below)
		}
		all = append(all, &parse.Error{File: file, Message: "its patterns take too long for so many files: expected fewer, or with fewer wildcards"})
	}
	passedOver := map[string]bool{}
	for _, file := range others {
		passedOver[file] = true
	}
	add := func(file, message string) {
		all = append(all, &parse.Error{File: file, Rule: ruleTakenBack, Message: message + "; to take the letter back, write draft: true in it or remove it"})
	}
	gone := map[string]string{} // published files that are no more, by their names without a date
	for _, file := range s.published {
		info, err := fs.Stat(s.fsys, file)
		switch {
		case err != nil || !info.Mode().IsRegular():
			gone[undated(file)] = file
		case passedOver[file]:
			add(file, "it was published as a letter, and would be passed over now: expected front matter, or a title and a byline, or a date before its name")
		case s.hides(file):
			add(file, "it was published as a letter, and would be passed over now: .gitignore names it, or it is in a folder that a build writes")
		}
	}
	for _, file := range others {
		if before, ok := gone[file]; ok {
			add(file, "it was published as a letter when it was called "+before+", and would be passed over now: expected the date before its name, or in front matter")
		}
	}
	return errors.Join(all...)
}

// undated is a path without the date that the file's name begins with.
func undated(file string) string {
	folder, name := path.Split(file)
	if len(name) > len(time.DateOnly) {
		if _, err := time.Parse(time.DateOnly, name[:len(time.DateOnly)]); err == nil {
			name = strings.TrimLeft(name[len(time.DateOnly):], "-_ ")
		}
	}
	return folder + name
}

// hides reports whether a file is ignored, or a folder that it is in.
func (s *surroundings) hides(file string) bool {
	for folder := path.Dir(file); folder != "."; folder = path.Dir(folder) {
		if s.ignores(folder, true) {
			return true
		}
	}
	return s.ignores(file, false)
}
