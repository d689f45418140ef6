package diff

import (
	"net/url"
	"path/filepath"
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/internal/format"
	"github.com/automationregion/newsletter/internal/weburl"
	"github.com/automationregion/newsletter/parse/letters"
)

// A Source is one of the two that are compared.
type Source struct {
	Name   string
	Format feed.Format // of the feed that was read
	*newsletter.Newsletter

	Dir       string            // of a folder
	IsLetters bool              // it is one of letters
	Files     map[string]string // by ID: the file of a letter, as seen from here
	Pages     map[string]bool   // by path in the folder: what is published beside the feed
}

// Config is the path of the folder's newsletter.yaml.
func (s *Source) Config() string { return filepath.Join(s.Dir, letters.ConfigFile) }

// publishes reports whether the letter is still published, though the feed holds
// it no more: feeds may hold the newest letters only.
func (s *Source) publishes(l *newsletter.Letter) bool {
	if s.IsLetters {
		return s.Files[l.ID] != ""
	}
	base := feed.Folder(s.URL)
	if base == nil || s.Pages == nil {
		return false
	}
	below, within := strings.CutPrefix(l.URL, weburl.String(base))
	if path, err := url.PathUnescape(below); err == nil && within && path != "" {
		return s.Pages[path] || s.Pages[strings.TrimSuffix(path, "/")+"/"+format.Of(format.HTML).FileName]
	}
	return false
}
