package feed

import (
	"io"

	"github.com/automationregion/newsletter"
	"github.com/gorilla/feeds"
)

func writeJSON(w io.Writer, n *newsletter.Newsletter) error {
	f := &feeds.Feed{Title: n.Title, Link: &feeds.Link{Href: n.URL}, Updated: n.Updated}
	return f.WriteJSON(w)
}
