package site

import (
	"strconv"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
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

// A Clash is a letter of the newsletter's own that has no page because its name is taken.
type Clash struct {
	Letter *newsletter.Letter
	Path   string             // that the page would have
	Taken  string             // the file that has the name, or "name/" of a folder that has it
	By     *newsletter.Letter // whose page that is; nil if it is of no letter
}

// Clashes returns the letters whose pages are left out of what [Files] returns because
// their URLs are those of other files: of the site's own, of those in Options.Reserved,
// and of newer letters. Letters of others, which state a Source, are none of them.
func Clashes(n *newsletter.Newsletter, opts ...Options) []Clash {
	o := optionsOf(opts)
	return newSite(o.Feed.Dated(n), o).clashes
}

// reserve takes the names of the files that no letter makes.
func (s *site) reserve(o Options) {
	for _, path := range o.Reserved {
		s.names.add(path)
	}
	for _, path := range []string{indexName, FeedStyle} {
		s.names.add(path)
	}
	for f := range feed.Formats() {
		s.names.add(f.FileName())
		for number := range s.archives(o) {
			s.names.add(archivePath(f, number+1))
		}
	}
	for _, path := range s.around(o) {
		s.names.add(path)
	}
}

// isOthers reports whether a letter was first published in another newsletter. Whoever
// writes that one says what the letter's URL is.
func isOthers(l *newsletter.Letter) bool { return l.Source != (newsletter.Source{}) }

// placeOwn gives the newsletter's own letters their pages, the newest first.
func (s *site) placeOwn() {
	by := map[string]*newsletter.Letter{}
	for i, l := range s.letters {
		path := s.path(l.URL)
		if path == "" || isOthers(l) {
			continue
		}
		if taker := s.names.taker(path); taker != "" {
			s.clashes = append(s.clashes, Clash{Letter: l, Path: path, Taken: taker, By: by[taker]})
			continue
		}
		s.names.add(path)
		s.paths[i], by[path] = path, l
	}
}

// placeOthers gives letters of others pages where nothing else is: not in a folder that
// something of the newsletter's own is in.
func (s *site) placeOthers() {
	if s.gathered {
		return
	}
	own := s.names
	s.names = names{}
	for i, l := range s.letters {
		path := s.path(l.URL)
		if path != "" && isOthers(l) && own.taker(path) == "" && !own.isWithin(path) && s.names.taker(path) == "" {
			s.names.add(path)
			s.paths[i] = path
		}
	}
	for _, path := range own.files {
		s.names.add(path)
	}
}
