package vocab

// Ranks. Where several elements may state the same thing, the one of the highest
// rank counts, whichever comes first in the document; of the same rank the first
// does, of dates the last. 0 is no element.

// Ranks of IDs.
const (
	IDAside int8 = iota + 1 // rdf:about, dc:identifier
	IDOfRSS                 // an <id> without a namespace
	IDGUID
	IDAtom
	IDSchema
)

// Ranks of titles, descriptions, contents and rights.
const (
	TextAside      int8 = iota + 1 // Media RSS, most of iTunes, the image of a channel
	TextDublinCore                 // and itunes:summary, RSS's body and summary
	TextOwn                        // the format's own element
	TextContent                    // content:encoded, known to hold HTML
	TextSchema
)

// Ranks of addresses of pages.
const (
	URLAside    int8 = iota + 1 // another feed, content that stands elsewhere, the image of a channel
	URLDocument                 // of a type that is no page's
	URLUntyped
	URLPage
	URLOfRSS
	URLOriginal // feedburner:origLink, schema.org
)

// Ranks of languages.
const (
	LanguageAside int8 = iota + 1 // xml:lang
	LanguageDublinCore
	LanguageRSS
)

// Ranks of publication dates.
const (
	PublishedLoosely int8 = iota + 1 // dc:date, dcterms:created, an RSS <date>
	PublishedCreated                 // Atom 0.3
	PublishedOwn                     // the format's own element
	PublishedIssued                  // dcterms:issued
	PublishedSchema
)

// Ranks of dates of the last change.
const (
	UpdatedModified int8 = iota + 1 // dcterms:modified
	UpdatedRSS
	UpdatedAtom
	UpdatedSchema
)

// Ranks of pictures.
const (
	ImageAside  int8 = iota + 1 // a medium that is a picture
	ImageITunes                 // and a picture of a medium
	ImageOwn                    // the format's own element, or media:thumbnail
)

// Ranks of generators.
const (
	GeneratorAgent int8 = iota + 1 // admin:GeneratorAgent
	GeneratorOwn
	GeneratorAtom // which says more
)

// Ranks of authors: who is named by an element of a lower rank is an author
// only where there is none of a higher.
const (
	AuthorContributor int8 = iota + 1
	AuthorSource           // of the feed that the letter is from (RFC 4287, section 4.2.1)
	AuthorOwner            // itunes:owner
	AuthorITunes
	AuthorRSS // and managingEditor
	AuthorDublinCore
	AuthorAtom
	AuthorSchema
)
