package site

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"strings"
	"sync"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/weburl"
)

// A digest tells what a file is made of.
type digest = [sha256.Size]byte

// Sum returns a number for all that the file is made of beside the [Options] and the
// program: files of one path with one Sum have the same bytes, if those are the same
// too. It costs a small part of what writing the file costs: a program that keeps it
// need not write, or compare, a file that is as it was.
func (f File) Sum() [sha256.Size]byte { return f.sum() }

// sums makes the Sums of a site's files. The functions in it are called once.
type sums struct {
	site    *site
	frame   func() digest   // what all pages have in common
	paths   func() digest   // which pages there are
	letters func() []digest // of the site's letters, in its order
	of      func() map[*newsletter.Letter]digest
}

func newSums(s *site) *sums {
	m := &sums{site: s}
	m.frame = sync.OnceValue(func() digest {
		n := *s.n
		n.Letters, n.Updated = nil, time.Time{} // which pages don't say
		return sumOf(n, s.layouts.source, s.extra, s.menu, s.footer, s.logo)
	})
	m.paths = sync.OnceValue(func() digest { return sumOf(s.paths) })
	m.letters = sync.OnceValue(func() []digest {
		all := make([]digest, len(s.letters))
		for i, l := range s.letters {
			mark := ""
			if s.mark != nil {
				mark = s.mark(l)
			}
			all[i] = sumOf(mark, l)
		}
		return all
	})
	m.of = sync.OnceValue(func() map[*newsletter.Letter]digest {
		all := make(map[*newsletter.Letter]digest, len(s.letters))
		for i, sum := range m.letters() {
			all[s.letters[i]] = sum
		}
		return all
	})
	return m
}

// feed is of a feed with the letters of a newsletter.
func (m *sums) feed(n *newsletter.Newsletter) digest {
	title := *n
	title.Letters = nil
	list := make([]digest, len(n.Letters))
	for i, l := range n.Letters {
		list[i] = m.of()[l]
	}
	return sumOf(title, list)
}

// list is of a page of a list.
func (m *sums) list(at *list, number int) digest {
	var letters []digest
	for _, i := range at.on(number, m.site.pageSize) {
		letters = append(letters, m.letters()[i])
	}
	return sumOf(m.frame(), m.paths(), at.pages, at.name, number, m.site.groups(at.pages[number]), letters)
}

// sitemap is of the sitemap.
func (m *sums) sitemap() digest {
	var lists []string
	for _, at := range m.site.lists {
		lists = append(lists, at.pages[0])
	}
	return sumOf(m.frame(), m.paths(), lists, m.letters())
}

// letter is of a letter's page.
func (m *sums) letter(index int) digest {
	s, l := m.site, m.site.letters[index]
	newer, older := s.neighbours(s.paths[index], index)
	var paths digest
	if s.linksWithin(l) { // what a link to a page is depends on whether it is one
		paths = m.paths()
	}
	return sumOf(m.frame(), paths, s.paths[index], m.letters()[index], newer, older)
}

// linksWithin reports whether a letter may refer to something in the folder.
func (s *site) linksWithin(l *newsletter.Letter) bool {
	if s.base == nil {
		return false
	}
	base := weburl.String(s.base)
	// Written as a reference, an address is not seen.
	if strings.Contains(l.Content, base) || strings.Contains(l.Content, "&#") || strings.Contains(l.Content, "&sol") || strings.Contains(l.Content, "&col") {
		return true
	}
	for f := range l.Fields() {
		if text := f.Text(); text != nil && text != &l.ID && text != &l.URL && strings.HasPrefix(*text, base) {
			return true
		}
	}
	return false
}

// sumOf is of values that JSON tells apart.
func sumOf(values ...any) (sum digest) {
	h := sha256.New()
	for _, v := range values {
		writeSum(h, v)
	}
	h.Sum(sum[:0])
	return sum
}

func writeSum(h hash.Hash, v any) {
	switch v := v.(type) {
	case digest:
		h.Write(v[:])
		return
	case []digest:
		for i := range v {
			h.Write(v[i][:])
		}
		return
	}
	e := json.NewEncoder(h)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil { // a date that JSON has no form for
		fmt.Fprintf(h, "%#v", v)
	}
}
