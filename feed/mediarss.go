package feed

import (
	"slices"

	"github.com/automationregion/newsletter"
)

// Media RSS (version 1.5.1) has pictures, sound and film in RSS and in Atom.
const nsMedia = "http://search.yahoo.com/mrss/"

// thumbnail writes a letter's picture.
func (b *builder) thumbnail(l *newsletter.Letter) {
	if l.Image == "" {
		return
	}
	more := b.nested(l.Extensions, l, inThumbnail)["Image"]
	if more == nil {
		b.empty("media:thumbnail", "url", l.Image)
		return
	}
	b.empty("media:thumbnail", plainAttrs([]string{"url", l.Image}, more)...)
}

// plainAttrs adds the attributes of extensions that are nothing else, as pairs.
func plainAttrs(pairs []string, extensions []*newsletter.Extension) []string {
	for _, e := range extensions {
		if e.Name == "" {
			for a := range writable(e.Attrs) {
				pairs = append(pairs, a.Name, held(a.Value))
			}
		}
	}
	return pairs
}

// mediaContent writes an attachment as Media RSS has it.
func (b *builder) mediaContent(a newsletter.Attachment, more []*newsletter.Extension) {
	own := [...]string{"url", a.URL, "fileSize", number(a.Length), "type", a.MediaType, "duration", number(seconds(a.Duration))}
	attrs := plainAttrs(own[:], more)
	if a.Title == "" && !slices.ContainsFunc(more, isElement) {
		b.empty("media:content", attrs...)
		return
	}
	b.open("media:content", attrs...)
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

// isElement reports whether an extension is an element, and not attributes alone.
func isElement(e *newsletter.Extension) bool { return e.Name != "" }
