package feed

import (
	"time"

	"github.com/automationregion/newsletter"
)

// Dublin Core says of a letter in RSS what RSS says of the channel only.
const (
	nsDC      = "http://purl.org/dc/elements/1.1/"
	nsDCTerms = "http://purl.org/dc/terms/"
)

// creators writes the names of the authors.
func (b *builder) creators(authors []newsletter.Author) {
	for _, a := range authors {
		b.text("dc:creator", a.Name)
	}
}

// issued writes when the letter was published, to the last digit.
func (b *builder) issued(t time.Time) {
	b.text("dcterms:issued", timestamp(t))
}

// dcDate writes the date of a letter.
func (b *builder) dcDate(t time.Time) { b.text("dc:date", timestamp(t)) }

func (b *builder) dcLanguage(tag string) { b.text("dc:language", tag) }

func (b *builder) dcRights(text string) { b.rssText("dc:rights", text) }
