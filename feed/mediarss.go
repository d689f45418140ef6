package feed

import "github.com/automationregion/newsletter"

// Media RSS (version 1.5.1) has pictures, sound and film in RSS and in Atom.
const nsMedia = "http://search.yahoo.com/mrss/"

// thumbnail writes a letter's picture.
func (b *builder) thumbnail(url string) {
	if url != "" {
		b.empty("media:thumbnail", "url", url)
	}
}

// mediaContent writes an attachment as Media RSS has it.
func (b *builder) mediaContent(a newsletter.Attachment, more []*newsletter.Extension) {
	attrs := [...]string{"url", a.URL, "fileSize", number(a.Length), "type", a.MediaType, "duration", number(seconds(a.Duration))}
	if a.Title == "" && more == nil {
		b.empty("media:content", attrs[:]...)
		return
	}
	b.open("media:content", attrs[:]...)
	switch {
	case a.Title == "":
	case looksLikeHTML(a.Title):
		b.text("media:title", htmlEscaper.Replace(a.Title), "type", "html")
	default:
		b.text("media:title", a.Title)
	}
	b.elements(more)
	b.close("media:content")
}
