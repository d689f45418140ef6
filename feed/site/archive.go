package site

import (
	"strconv"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
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
				n.Hubs, n.Updated = nil, latest(n.Letters)
				n.Paging.Archive, n.Paging.Current = true, weburl.String(s.base)+f.FileName()
				if number > 1 {
					n.Paging.PreviousArchive = s.archiveURL(f, number-1)
				}
			}
			if f == feed.JSON {
				n.Paging.Next = n.Paging.PreviousArchive // which its readers know
			}
			n.FeedURL = weburl.String(s.base) + path
			files = append(files, feedFile(&n, f, folder, o, func() digest { return m.feed(&n) }))
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
