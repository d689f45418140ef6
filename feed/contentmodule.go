package feed

// RSS's content module (RSS 1.0 Modules: Content) has the whole letter beside a
// description.
const nsContent = "http://purl.org/rss/1.0/modules/content/"

// encoded writes the letter.
func (b *builder) encoded(content string) {
	b.html("content:encoded", content)
}
