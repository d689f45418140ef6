package feed

import "github.com/gorilla/feeds"

// WebSub (W3C Recommendation): a feed says by links of Atom which hubs tell of
// its news.

// hubs writes them. link is the name of Atom's link.
func (b *builder) hubs(link string, urls []string) {
	for _, hub := range urls {
		b.empty(link, "rel", "hub", "href", hub)
	}
}

// jsonHubs returns them as JSON Feed has them.
func jsonHubs(urls []string) []*feeds.JSONHub {
	var hubs []*feeds.JSONHub
	for _, hub := range urls {
		hubs = append(hubs, &feeds.JSONHub{Type: "WebSub", Url: hub})
	}
	return hubs
}
