package parse

// WebSub (W3C Recommendation): links say which hubs tell of a feed's news.

// addHub adds one. They are no more than links.
func (d *Decoder) addHub(p *page, url string) {
	if room(d, p.hubs, maxLinks, "hubs") {
		p.hubs = append(p.hubs, url)
	}
}
