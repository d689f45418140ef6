// Package vocab is the one table of what elements of feeds say: those of RSS and Atom,
// and those that both borrow. Who reads a feed finds there what becomes of an element,
// and who writes one what readers will take it for.
package vocab

import (
	"strings"

	"github.com/automationregion/newsletter"
	"github.com/automationregion/newsletter/internal/namespace"
)

// A Kind is what an element says of a feed or of a letter.
type Kind uint8

// What elements say.
const (
	Nothing Kind = iota // that a field is for
	Root                // what all others stand in
	ID
	GUID
	Title
	About // description, subtitle, summary
	Brief // a summary that may stand beside a description
	Content
	Rights
	Link
	Original     // the address before somebody counted who came
	OriginalFile // and that of the attachment
	Language
	Published
	LetterPublished // the same of a letter, of a feed something else
	Updated
	Person
	Byline // a person as RSS names one
	Category
	Keywords // with commas between them
	Comments
	Enclosure
	Duration // of the first attachment
	Medium
	Media // the same in different forms
	Thumbnail
	Image
	Icon
	Source
	Generator
	Agent // its address
	License
	Archive
	Complete
	Order // of RSS 1.0's items
	PostStatus
	PostType
	PostPassword
	Kinds // how many there are
)

// A Row is an element.
type Row struct {
	Name string // in lower case
	Says Kind
	Rank int8 // what it counts beside others that say the same
	Kept bool // as an extension too: what it states counts only where no element that is meant for it does, and other programs want it where it stood
}

// IsField reports whether readers take the element for a field, and keep nothing of it.
func (r Row) IsField() bool { return r.Says != Nothing && !r.Kept }

// Rows are the elements of each vocabulary.
var Rows = [namespace.Other][]Row{
	namespace.RSS: { // RSS 0.90 to 2.0, and what was met in items
		{Name: "rss", Says: Root},
		{Name: "channel", Says: Root},
		{Name: "title", Says: Title, Rank: TextOwn},
		{Name: "link", Says: Link, Rank: URLOfRSS},
		{Name: "description", Says: About, Rank: TextOwn},
		{Name: "summary", Says: Brief, Rank: TextDublinCore},
		{Name: "body", Says: Content, Rank: TextDublinCore},
		{Name: "content", Says: Content, Rank: TextDublinCore},
		{Name: "fullitem", Says: Content, Rank: TextDublinCore},
		{Name: "guid", Says: GUID, Rank: IDGUID},
		{Name: "id", Says: ID, Rank: IDOfRSS},
		{Name: "pubdate", Says: LetterPublished, Rank: PublishedOwn, Kept: true},
		{Name: "date", Says: Published, Rank: PublishedLoosely},
		{Name: "lastbuilddate", Says: Updated, Rank: UpdatedRSS},
		{Name: "language", Says: Language, Rank: LanguageRSS},
		{Name: "copyright", Says: Rights, Rank: TextOwn},
		{Name: "author", Says: Byline, Rank: AuthorRSS, Kept: true}, // where others are the authors
		{Name: "managingeditor", Says: Byline, Rank: AuthorRSS},
		{Name: "category", Says: Category},
		{Name: "keywords", Says: Keywords},
		{Name: "comments", Says: Comments},
		{Name: "enclosure", Says: Enclosure},
		{Name: "source", Says: Source},
		{Name: "image", Says: Image, Rank: ImageOwn},
		{Name: "generator", Says: Generator, Rank: GeneratorOwn},
		{Name: "items", Says: Order},
	},
	namespace.Atom: { // Atom 1.0 (RFC 4287), and its draft 0.3
		{Name: "feed", Says: Root},
		{Name: "id", Says: ID, Rank: IDAtom},
		{Name: "title", Says: Title, Rank: TextOwn},
		{Name: "subtitle", Says: About, Rank: TextOwn},
		{Name: "tagline", Says: About, Rank: TextOwn},
		{Name: "summary", Says: Brief, Rank: TextOwn},
		{Name: "content", Says: Content, Rank: TextOwn},
		{Name: "rights", Says: Rights, Rank: TextOwn},
		{Name: "copyright", Says: Rights, Rank: TextOwn},
		{Name: "link", Says: Link, Kept: true}, // where no field is for it
		{Name: "author", Says: Person, Rank: AuthorAtom},
		{Name: "contributor", Says: Person, Rank: AuthorContributor, Kept: true},
		{Name: "category", Says: Category},
		{Name: "published", Says: LetterPublished, Rank: PublishedOwn, Kept: true},
		{Name: "issued", Says: Published, Rank: PublishedOwn},
		{Name: "created", Says: Published, Rank: PublishedCreated},
		{Name: "updated", Says: Updated, Rank: UpdatedAtom},
		{Name: "modified", Says: Updated, Rank: UpdatedAtom},
		{Name: "logo", Says: Image, Rank: ImageOwn},
		{Name: "icon", Says: Icon, Rank: ImageOwn},
		{Name: "generator", Says: Generator, Rank: GeneratorAtom},
		{Name: "source", Says: Source},
	},
	namespace.RDF: { // the root of RSS 1.0
		{Name: "rdf", Says: Root},
	},
	namespace.DC: { // Dublin Core 1.1 (RFC 5013)
		{Name: "title", Says: Title, Rank: TextDublinCore},
		{Name: "description", Says: About, Rank: TextDublinCore},
		{Name: "creator", Says: Person, Rank: AuthorDublinCore},
		{Name: "author", Says: Person, Rank: AuthorDublinCore},
		{Name: "contributor", Says: Person, Rank: AuthorContributor, Kept: true},
		{Name: "subject", Says: Category},
		{Name: "date", Says: Published, Rank: PublishedLoosely},
		{Name: "language", Says: Language, Rank: LanguageDublinCore},
		{Name: "rights", Says: Rights, Rank: TextDublinCore},
		{Name: "identifier", Says: ID, Rank: IDAside, Kept: true},
	},
	namespace.DCTerms: { // the DCMI Metadata Terms that say the same, more precisely
		{Name: "issued", Says: Published, Rank: PublishedIssued},
		{Name: "created", Says: Published, Rank: PublishedLoosely},
		{Name: "modified", Says: Updated, Rank: UpdatedModified},
		{Name: "creator", Says: Person, Rank: AuthorDublinCore},
		{Name: "rights", Says: Rights, Rank: TextDublinCore},
	},
	namespace.ITunes: { // what Apple's directory of podcasts reads, and Google's had: googleplay:email, googleplay:description
		{Name: "title", Says: Title, Rank: TextAside, Kept: true},
		{Name: "author", Says: Person, Rank: AuthorITunes, Kept: true},
		{Name: "owner", Says: Person, Rank: AuthorOwner, Kept: true},
		{Name: "email", Says: Person, Rank: AuthorOwner, Kept: true},
		{Name: "subtitle", Says: About, Rank: TextAside, Kept: true},
		{Name: "description", Says: About, Rank: TextDublinCore, Kept: true},
		{Name: "summary", Says: About, Rank: TextDublinCore, Kept: true},
		{Name: "image", Says: Image, Rank: ImageITunes, Kept: true},
		{Name: "category", Says: Category, Kept: true},
		{Name: "keywords", Says: Keywords, Kept: true},
		{Name: "duration", Says: Duration, Kept: true},
	},
	namespace.Media: { // Media RSS 1.5.1
		{Name: "title", Says: Title, Rank: TextAside, Kept: true},
		{Name: "description", Says: About, Rank: TextAside, Kept: true},
		{Name: "thumbnail", Says: Thumbnail, Rank: ImageOwn, Kept: true},
		{Name: "category", Says: Category, Kept: true},
		{Name: "keywords", Says: Keywords, Kept: true},
		{Name: "content", Says: Medium, Kept: true},
		{Name: "group", Says: Media, Kept: true},
	},
	namespace.Content: { // the RSS 1.0 content module
		{Name: "encoded", Says: Content, Rank: TextContent},
	},
	namespace.XHTML: { // the content as XHTML
		{Name: "body", Says: Content, Rank: TextOwn},
	},
	namespace.Schema: { // schema.org, for what no other element carries
		{Name: "identifier", Says: ID, Rank: IDSchema},
		{Name: "author", Says: Person, Rank: AuthorSchema},
		{Name: "ispartof", Says: Source},
		{Name: "datepublished", Says: Published, Rank: PublishedSchema},
		{Name: "datemodified", Says: Updated, Rank: UpdatedSchema},
	},
	namespace.FeedBurner: { // where things stood before FeedBurner counted who came for them
		{Name: "origlink", Says: Original, Rank: URLOriginal},
		{Name: "origenclosurelink", Says: OriginalFile, Rank: URLOriginal},
	},
	namespace.History: { // Feed Paging and Archiving (RFC 5005), whose other pages are links
		{Name: "archive", Says: Archive},
		{Name: "complete", Says: Complete},
	},
	namespace.Admin: { // the RSS 1.0 administration module
		{Name: "generatoragent", Says: Agent, Rank: GeneratorAgent},
	},
	namespace.License: { // Creative Commons
		{Name: "license", Says: License},
	},
	namespace.WordPress: { // what its export says of whether an item of it is a letter
		{Name: "status", Says: PostStatus, Kept: true},
		{Name: "post_type", Says: PostType, Kept: true},
		{Name: "post_password", Says: PostPassword, Kept: true},
	},
}

// AtomSource are the elements of an entry's source that the model has fields for.
var AtomSource = []Row{
	{Name: "id", Says: ID, Rank: IDAtom},
	{Name: "title", Says: Title, Rank: TextOwn},
	{Name: "updated", Says: Updated, Rank: UpdatedAtom},
	{Name: "modified", Says: Updated, Rank: UpdatedAtom},
	{Name: "link", Says: Link, Kept: true},
	{Name: "author", Says: Person, Rank: AuthorSource, Kept: true},
}

// InSource returns the row of an element of Atom in a source.
func InSource(e *newsletter.Extension) Row {
	for _, row := range AtomSource {
		if strings.EqualFold(row.Name, e.Name) {
			return row
		}
	}
	return Row{}
}

// byName are the rows of each vocabulary.
var byName = func() (tables [namespace.Other]map[string]Row) {
	for space, rows := range Rows {
		tables[space] = make(map[string]Row, len(rows))
		for _, r := range rows {
			tables[space][r.Name] = r
		}
	}
	return tables
}()

// Of returns the row of an element, which says nothing if there is none.
func Of(e *newsletter.Extension) Row { return In(namespace.Of(e.Namespace), strings.ToLower(e.Name)) }

// In returns the row of an element of a vocabulary, by its name in lower case.
func In(space namespace.Space, name string) Row {
	if space == namespace.Other {
		return Row{}
	}
	return byName[space][name]
}
