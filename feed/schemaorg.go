package feed

import "github.com/automationregion/newsletter"

// Schema.org's vocabulary says what no vocabulary of feeds has a word for.
const nsSchema = "https://schema.org/"

// kindScheme marks the category that is a letter's Kind.
const kindScheme = nsSchema + "articleSection"

// schemaAuthors writes all that is known of the authors.
func (b *builder) schemaAuthors(authors []newsletter.Author) {
	for _, a := range authors {
		b.open("schema:author")
		b.text("schema:name", a.Name)
		b.text("schema:affiliation", a.Organization)
		b.text("schema:email", a.Email)
		b.text("schema:url", a.URL)
		b.text("schema:image", a.Avatar)
		b.close("schema:author")
	}
}

// authorMore writes within an author of Atom what that has no element for.
func (b *builder) authorMore(a newsletter.Author) {
	b.text("schema:affiliation", a.Organization)
	b.text("schema:image", a.Avatar)
}

// partOf writes the newsletter that a letter came from, where the format's own
// element can't hold it.
func (b *builder) partOf(s newsletter.Source) {
	if s == (newsletter.Source{}) {
		return
	}
	b.open("schema:isPartOf")
	b.text("schema:identifier", s.ID)
	b.text("schema:name", s.Title)
	b.text("schema:url", s.URL)
	b.text("schema:contentUrl", s.FeedURL)
	b.text("schema:dateModified", timestamp(s.Updated))
	b.close("schema:isPartOf")
}
