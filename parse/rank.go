package parse

// Ranks. Where several elements may state the same thing, the one of the highest
// rank counts, whichever comes first in the document; of the same rank the first
// does, of dates the last. 0 is no element.

// Ranks of IDs.
const (
	idAside int8 = iota + 1 // rdf:about, dc:identifier
	idOfRSS                 // an <id> without a namespace
	idGUID
	idAtom
	idSchema
)

// Ranks of titles, descriptions, contents and rights.
const (
	textAside      int8 = iota + 1 // Media RSS, most of iTunes, the image of a channel
	textDublinCore                 // and itunes:summary, RSS's body and summary
	textOwn                        // the format's own element
	textContent                    // content:encoded, known to hold HTML
	textSchema
)

// Ranks of addresses of pages.
const (
	urlAside    int8 = iota + 1 // another feed, content that stands elsewhere, the image of a channel
	urlDocument                 // of a type that is no page's
	urlUntyped
	urlPage
	urlRSS
	urlOriginal // feedburner:origLink, schema.org
)

// Ranks of languages.
const (
	languageAside int8 = iota + 1 // xml:lang
	languageDublinCore
	languageRSS
)

// Ranks of publication dates.
const (
	publishedLoosely int8 = iota + 1 // dc:date, dcterms:created, an RSS <date>
	publishedCreated                 // Atom 0.3
	publishedOwn                     // the format's own element
	publishedIssued                  // dcterms:issued
	publishedSchema
)

// Ranks of dates of the last change.
const (
	updatedModified int8 = iota + 1 // dcterms:modified
	updatedRSS
	updatedAtom
	updatedSchema
)

// Ranks of pictures.
const (
	imageAside  int8 = iota + 1 // a medium that is a picture
	imageITunes                 // and a picture of a medium
	imageOwn                    // the format's own element, or media:thumbnail
)

// Ranks of generators.
const (
	generatorAgent int8 = iota + 1 // admin:generatorAgent
	generatorOwn
	generatorAtom // which says more
)

// Ranks of authors: who is named by an element of a lower rank is an author
// only where there is none of a higher.
const (
	authorContributor int8 = iota + 1
	authorSource           // of the feed that the letter is from (RFC 4287, section 4.2.1)
	authorOwner            // itunes:owner
	authorITunes
	authorRSS // and managingEditor
	authorDublinCore
	authorAtom
	authorSchema
)
