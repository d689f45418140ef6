package feed

import "github.com/automationregion/newsletter"

// Feed Paging and Archiving (RFC 5005): the feed's other pages and archives are
// links, and what it is itself two empty elements.
const nsHistory = "http://purl.org/syndication/history/1.0"

// paging writes where the rest of the feed is. link is the name of Atom's link.
func (b *builder) paging(link string, p newsletter.Paging) {
	for _, l := range [...]struct{ rel, url string }{
		{"first", p.First}, {"previous", p.Previous}, {"next", p.Next}, {"last", p.Last},
		{"current", p.Current}, {"prev-archive", p.PreviousArchive}, {"next-archive", p.NextArchive},
	} {
		if l.url != "" {
			b.empty(link, "rel", l.rel, "href", l.url)
		}
	}
	if p.Archive {
		b.empty("fh:archive")
	}
	if p.Complete {
		b.empty("fh:complete")
	}
}
