package site

import (
	"io"
	"net/url"
	"strings"

	"github.com/automationregion/newsletter/feed"
	"github.com/automationregion/newsletter/internal/page"
)

// hasFeedStyle reports whether the folder has a stylesheet for its feeds.
func (o Options) hasFeedStyle() bool { return !o.PlainFeeds && o.Feed.Stylesheet == "" }

// stylesheetOf returns the URL of the stylesheet of the feed that a folder of the site
// has in a format, as that feed refers to it; "" for none.
func (o Options) stylesheetOf(f feed.Format, folder string) string {
	switch {
	case f == feed.JSON || o.PlainFeeds:
		return ""
	case o.hasFeedStyle():
		return up(folder) + page.FeedStyleName
	}
	if u, err := url.Parse(o.Feed.Stylesheet); err == nil && u.Scheme == "" && u.Host == "" && !strings.HasPrefix(u.Path, "/") {
		return up(folder) + o.Feed.Stylesheet
	}
	return o.Feed.Stylesheet
}

// up leads from a folder of the site to its root.
func up(folder string) string { return strings.Repeat("../", strings.Count(folder, "/")) }

// feedIn returns how the feeds in a folder are written.
func (o Options) feedIn(folder string) feed.Options {
	o.Feed.Stylesheet = o.stylesheetOf(feed.RSS, folder)
	return o.Feed
}

func (s *site) writeFeedStyle(w io.Writer) error {
	_, err := io.WriteString(w, page.FeedStyle(s.lang))
	return err
}
