// Package partners has the documents that tell of partners, beside the newsletter's feeds
// and pages: those that the aggregate subcommand writes, and serve serves.
package partners

import (
	"io"

	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/say"
	"github.com/automationregion/newsletter/feed"
)

// A Document is made of what is known of the partners of a list.
type Document struct {
	Name      string
	MediaType string
	Write     func(io.Writer, *aggregate.Result, []aggregate.Partner) error
}

// The documents.
var (
	Health = &Document{"partners.html", "text/html; charset=utf-8", func(w io.Writer, r *aggregate.Result, _ []aggregate.Partner) error {
		return r.WriteHTML(w)
	}}
	List = &Document{"partners.opml", "text/x-opml; charset=utf-8", func(w io.Writer, r *aggregate.Result, list []aggregate.Partner) error {
		return feed.WriteOPML(w, r.Newsletter.Title, r.Subscriptions(list))
	}}
	Reports = &Document{"report.json", "application/json", func(w io.Writer, r *aggregate.Result, _ []aggregate.Partner) error {
		return say.JSON(w, r.Partners)
	}}
)

var all = []*Document{Health, List, Reports}

// Names are those of the documents.
func Names() (names []string) {
	for _, d := range all {
		names = append(names, d.Name)
	}
	return names
}

// Named returns the document of a name, nil if there is none.
func Named(name string) *Document {
	for _, d := range all {
		if d.Name == name {
			return d
		}
	}
	return nil
}
