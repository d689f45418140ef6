package feed

// WebSub (W3C Recommendation): a feed says by links of Atom which hubs tell of
// its news.

// hubs writes them. link is the name of Atom's link.
func (b *builder) hubs(link string, urls []string) {
	for _, hub := range urls {
		b.empty(link, "rel", "hub", "href", hub)
	}
}

// hubs writes them as JSON Feed has them.
func (b *jsonBuilder) hubs(urls []string) {
	if len(urls) == 0 {
		return
	}
	b.name("hubs")
	b.open('[')
	for _, hub := range urls {
		b.next()
		b.open('{')
		b.text("type", "WebSub")
		b.text("url", hub)
		b.close('}')
	}
	b.close(']')
}
