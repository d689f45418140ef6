package site

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/internal/filename"
	"github.com/automationregion/newsletter/internal/text"
	"github.com/automationregion/newsletter/internal/weburl"
)

// ListBy is what letters of a list have in common.
type ListBy string

// What there are lists by.
const (
	ByKind     ListBy = "kind"
	ByCategory ListBy = "category"
	ByAuthor   ListBy = "author"
	ByLanguage ListBy = "language"
)

// byYear is that of the lists of years.
const byYear = "year"

// A list is some of the letters, on pages of their own: all of the newsletter's, those
// of a year, or those that have something in common.
type list struct {
	by      string // "" for all letters, "year", or a ListBy
	name    string // of what they have in common
	folder  string // that the pages are in, with a slash at its end; "" for the newsletter's
	letters []int  // indexes of the site's letters
	pages   []string
	n       *newsletter.Newsletter // of which there are feeds; nil for a year
}

// namesOf returns what a letter is listed under.
func namesOf(by ListBy, n *newsletter.Newsletter, l *newsletter.Letter) (names []string) {
	switch by {
	case ByKind:
		names = []string{l.Kind}
	case ByCategory:
		for _, c := range l.Categories {
			names = append(names, c.Term)
		}
	case ByAuthor:
		authors := l.Authors
		if len(authors) == 0 {
			authors = n.Authors
		}
		for _, a := range authors {
			names = append(names, cmp.Or(a.Name, a.Organization))
		}
	case ByLanguage:
		names = []string{cmp.Or(l.Language, n.Language)}
	}
	return slices.DeleteFunc(names, func(s string) bool { return s == "" })
}

// makeLists makes the lists that there are to be, and divides them into pages.
func (s *site) makeLists(o Options) {
	whole := &list{n: s.n, letters: make([]int, len(s.letters))}
	for i := range s.letters {
		whole.letters[i] = i
	}
	s.lists, s.leftOut = []*list{whole}, map[string]int{}
	if s.base != nil && s.served {
		if o.PageSize > 0 && len(s.letters) > o.PageSize {
			s.listBy(byYear, o.MaxLists, func(l *newsletter.Letter) []string {
				if at := cmp.Or(l.Published, l.Updated); !at.IsZero() {
					return []string{strconv.Itoa(at.Year())}
				}
				return nil
			})
		}
		for _, by := range o.Lists {
			s.listBy(string(by), o.MaxLists, func(l *newsletter.Letter) []string { return namesOf(by, s.n, l) })
		}
	}
	for _, list := range s.lists {
		list.divide(s, o.PageSize)
	}
	s.placeOthers()
	s.meter = newMeter(s.pages())
}

// pages returns how many pages there are, how many letters are on those of lists, and
// how much text letters have.
func (s *site) pages() (count, listed, text int) {
	for _, list := range s.lists {
		count += len(list.pages)
		listed += len(list.letters)
	}
	for i, l := range s.letters {
		if s.paths[i] != "" {
			count++
		}
		text += len(l.Content) + len(l.Summary) + len(l.Title)
	}
	return count, listed, text
}

// listBy adds a list for each name that letters have, in the order in which the
// newest of their letters stand. Of more than most, 0 being all, it adds those with the
// most letters, or the newest years.
func (s *site) listBy(by string, most int, namesOf func(*newsletter.Letter) []string) {
	lists := map[string]*list{}
	var all []*list
	for i, l := range s.letters {
		for _, name := range namesOf(l) {
			at := lists[name]
			if at == nil {
				at = &list{by: by, name: name}
				lists[name] = at
				all = append(all, at)
			}
			if last := len(at.letters) - 1; last < 0 || at.letters[last] != i {
				at.letters = append(at.letters, i)
			}
		}
	}
	if most > 0 && len(all) > most {
		s.leftOut[by] = len(all) - most
		all = largest(all, most)
	}
	for _, at := range all {
		at.folder = s.freeFolder(by, at.name)
		if by != byYear {
			at.n = s.newsletterOf(at)
		}
	}
	s.lists = append(s.lists, all...)
}

// largest returns the lists with the most letters, and of years the first ones, in the
// order that they have.
func largest(all []*list, most int) []*list {
	if all[0].by == byYear {
		return all[:most]
	}
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b *list) int { return cmp.Compare(len(b.letters), len(a.letters)) })
	out := map[*list]bool{}
	for _, at := range sorted[most:] {
		out[at] = true
	}
	return slices.DeleteFunc(all, func(at *list) bool { return out[at] })
}

// freeFolder returns the folder of a list, such as "kind/report/", in which no letter
// of the newsletter's own stands, nor another file.
func (s *site) freeFolder(by, name string) string {
	slug := slugOf(name)
	if !filename.IsPortable(slug) {
		sum := sha256.Sum256([]byte(name))
		slug = hex.EncodeToString(sum[:8])
	}
	root := s.names.folder(by) + "/" + slug
	for s.again[root]++; ; s.again[root]++ {
		folder := numbered(root, s.again[root]) + "/"
		if by == byYear && s.again[root] == 1 {
			folder = slug + "/"
		}
		files := []string{folder + indexName}
		if by != byYear {
			for f := range feed.Formats() {
				files = append(files, folder+f.FileName())
			}
		}
		if s.names.fits(files...) {
			return folder
		}
	}
}

// slugOf returns the letters and digits of a name in small letters, with hyphens for
// what is between them.
func slugOf(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	slug := strings.Join(words, "-")
	if len(slug) > 80 {
		return ""
	}
	return slug
}

// newsletterOf is the newsletter that the feeds of a list are of. Its ID is made of the
// newsletter's and of what the letters have in common, so that it stays.
func (s *site) newsletterOf(at *list) *newsletter.Newsletter {
	n := *s.n
	n.Title = s.n.Title + ": " + at.name
	n.URL = weburl.String(s.base) + (&url.URL{Path: at.folder}).EscapedPath()
	n.ID = listID(cmp.Or(s.n.ID, s.n.URL), at.by, at.name)
	n.Paging = newsletter.Paging{}
	n.Extensions = newsletter.Extensions{} // of the whole
	if at.by == string(ByLanguage) {
		n.Language = at.name
	}
	n.Letters = make([]*newsletter.Letter, len(at.letters))
	for i, index := range at.letters {
		n.Letters[i] = s.letters[index]
	}
	n.Updated = latest(n.Letters)
	return &n
}

// latest is when the last of the letters was published or changed.
func latest(letters []*newsletter.Letter) (at time.Time) {
	for _, l := range letters {
		at = slices.MaxFunc([]time.Time{at, l.Published, l.Updated}, time.Time.Compare)
	}
	return at
}

// listID returns a UUID as a URN (RFC 9562, section 5.8) for a list of a newsletter.
func listID(newsletter, by, name string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "list %d %s %d %s %s", len(newsletter), newsletter, len(by), by, name))
	return text.UUIDOf(sum[:], 8).URN()
}

// divide says which pages the list has.
func (at *list) divide(s *site, size int) {
	at.pages = []string{at.folder + indexName}
	folder := s.names.folder(at.folder+"page") + "/"
	for n := 2; size > 0 && (n-1)*size < len(at.letters); n++ {
		for again := 1; len(at.pages) < n; again++ {
			if path := folder + numbered(strconv.Itoa(n), again) + "/" + indexName; s.names.fits(path) {
				at.pages = append(at.pages, path)
			}
		}
	}
}

// on returns the letters on one of the pages.
func (at *list) on(number, size int) []int {
	if len(at.pages) == 1 {
		return at.letters
	}
	return at.letters[number*size : min((number+1)*size, len(at.letters))]
}

// numbers are links to the pages of a list from one of them: the first, the last, and
// those around it. It is nil if there is but one.
func (s *site) numbers(at *list, number int) (links []linkView) {
	if len(at.pages) == 1 {
		return nil
	}
	last := 0 // that has a link
	for i, path := range at.pages {
		if i > 0 && i < len(at.pages)-1 && (i < number-2 || i > number+2) {
			continue
		}
		link := linkView{Title: strconv.Itoa(i + 1), URL: s.relative(at.pages[number], path), Current: i == number}
		link.Gap = len(links) > 0 && last != i-1
		last = i
		links = append(links, link)
	}
	return links
}

// groups are links from a page to the lists, those of a kind together.
func (s *site) groups(from string) (groups [][]linkView) {
	for i, at := range s.lists[1:] {
		if i == 0 || s.lists[i].by != at.by {
			groups = append(groups, nil)
		}
		last := len(groups) - 1
		groups[last] = append(groups[last], linkView{Title: at.name, URL: s.relative(from, at.pages[0]), Letters: len(at.letters), Current: at.pages[0] == from})
	}
	return groups
}
