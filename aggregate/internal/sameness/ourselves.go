package sameness

import (
	"net/url"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/format"
)

// Ourselves are the canonical names by which our own newsletter is known when
// it comes back through a partner.
type Ourselves struct {
	feeds, letters map[string]bool
}

// NewOurselves returns the names of a newsletter with its letters.
func NewOurselves(n *newsletter.Newsletter) *Ourselves {
	o := &Ourselves{feeds: map[string]bool{}, letters: map[string]bool{}}
	for _, name := range []string{n.ID, n.URL, n.FeedURL} {
		o.feeds[URL(name)] = true
	}
	// Our feeds in other formats, by the names that they have.
	if u, err := url.Parse(n.FeedURL); err == nil && u.IsAbs() {
		for _, name := range format.FileNames() {
			o.feeds[URL(u.ResolveReference(&url.URL{Path: name}).String())] = true
		}
	}
	for _, l := range n.Letters {
		o.letters[URL(l.ID)] = true
		o.letters[URL(l.URL)] = true
	}
	delete(o.feeds, "")
	delete(o.letters, "")
	return o
}

// Wrote says whether a feed with one of these names is ours.
func (o *Ourselves) Wrote(names ...string) bool { return isAmong(o.feeds, names) }

// Sent says whether a letter with one of these names is ours.
func (o *Ourselves) Sent(names ...string) bool { return isAmong(o.letters, names) }

func isAmong(set map[string]bool, names []string) bool {
	for _, name := range names {
		if name != "" && set[URL(name)] {
			return true
		}
	}
	return false
}
