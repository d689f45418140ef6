package site

import (
	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/internal/page"
)

// A Clash is a letter of the newsletter's own that has no page because its name is taken.
type Clash struct {
	Letter *newsletter.Letter
	Path   string             // that the page would have
	Taken  string             // the file that has the name, or "name/" of a folder that has it
	By     *newsletter.Letter // whose page that is; nil if it is of no letter
}

// reserve takes the names of the files that no letter makes.
func (s *site) reserve(o Options) {
	for _, path := range o.Reserved {
		s.names.add(path)
	}
	for _, path := range []string{indexName, page.FeedStyleName} {
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
