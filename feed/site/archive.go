package site

import (
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/internal/format"
	"github.com/automationregion/newsletter/internal/weburl"
)

// archives returns how many archives the feeds have: those that are full.
func (s *site) archives(o Options) int {
	if o.ArchiveSize <= 0 || len(s.letters) <= o.ArchiveSize || s.base == nil {
		return 0
	}
	return len(s.letters) / o.ArchiveSize
}

// archiveFiles are the feeds and their archives (RFC 5005, section 4). An archive says
// nothing that letters which are added could change: not what comes after it.
func (s *site) archiveFiles(o Options, m *sums) (files []File) {
	count := s.archives(o)
	newest := max(o.FeedLetters, len(s.letters)-count*o.ArchiveSize)
	if o.FeedLetters <= 0 {
		newest = o.ArchiveSize
	}
	for f := range feed.Formats() {
		for number := range count + 1 {
			n := *s.n
			n.Paging = newsletter.Paging{}
			path, folder := f.FileName(), ""
			if number == 0 {
				n.Letters = s.letters[:min(newest, len(s.letters))]
				n.Paging.PreviousArchive = s.archiveURL(f, count)
			} else {
				path = archivePath(f, number)
				folder = strings.TrimSuffix(path, f.FileName())
				from := len(s.letters) - number*o.ArchiveSize
				n.Letters = s.letters[from : from+o.ArchiveSize]
				n.Hubs, n.Updated = nil, time.Time{}
				for _, l := range n.Letters {
					n.Updated = slices.MaxFunc([]time.Time{n.Updated, l.Published, l.Updated}, time.Time.Compare)
				}
				n.Paging.Archive, n.Paging.Current = true, weburl.String(s.base)+f.FileName()
				if number > 1 {
					n.Paging.PreviousArchive = s.archiveURL(f, number-1)
				}
			}
			if f == feed.JSON {
				n.Paging.Next = n.Paging.PreviousArchive // which its readers know
			}
			n.FeedURL = weburl.String(s.base) + path
			files = append(files, File{
				Path: path, MediaType: f.MediaType(), format: format.Format(f), stylesheet: o.stylesheetOf(f, folder),
				write: func(w io.Writer) error { return feed.Write(w, &n, f, o.feedIn(folder)) },
				sum:   func() Sum { return m.feed(&n) },
			})
		}
	}
	return files
}

func archivePath(f feed.Format, number int) string {
	return "archive/" + strconv.Itoa(number) + "/" + f.FileName()
}

func (s *site) archiveURL(f feed.Format, number int) string {
	return weburl.String(s.base) + archivePath(f, number)
}
