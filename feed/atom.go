package feed

import (
	"bytes"

	"github.com/automationregion/newsletter"
	"github.com/gorilla/feeds"
)

func writeAtom(b *bytes.Buffer, n *newsletter.Newsletter) error {
	f := &feeds.Feed{Title: n.Title, Link: &feeds.Link{Href: n.URL}, Updated: n.Updated}
	return f.WriteAtom(b)
}
