package aggregate

import (
	"fmt"
	"strings"

	"github.com/automationregion/newsletter/internal/namespace"
)

// Vocabularies say which extensions of partners' letters are taken over: those
// whose namespace is in the list. An entry is one of
//
//   - a namespace, such as "https://www.example.org/ns",
//   - the short name of a known one: "itunes", "podcast", "media", "georss", "dc",
//     "dcterms", "thr", and the others of [KnownVocabularies],
//   - "rss" for elements without a namespace, which are RSS's own,
//   - a member of JSON Feed, such as "_example",
//   - [KnownVocabularies], [AllVocabularies] or [NoVocabularies].
//
// An empty list is [KnownVocabularies]. What is taken is cleaned in any case: HTML as
// in content, addresses as [Aggregator.Vocabularies] says. What is left out,
// [PartnerReport.LeftOut] counts. A letter has what was taken when it was last seen
// to have changed.
type Vocabularies []string

// Entries of [Vocabularies] that stand for more than one.
const (
	KnownVocabularies = "known" // those that other software reads, and whose addresses are known
	AllVocabularies   = "all"   // but for HTML and drawings, which belong in the content
	NoVocabularies    = "none"
)

// A vocabulary is a namespace that feeds use and readers know.
type vocabulary struct {
	name string // the prefix that it has by custom
	uris []string
	// Elements and attributes that people follow, "person@href", and no program
	// loads: as in links, they may lead into a private network. In lower case.
	links string
}

// vocabularies is the table of the known ones.
var vocabularies = [...]vocabulary{
	{"atom", []string{namespace.Atom.URI()}, "link@href uri"},
	{"content", []string{namespace.Content.URI()}, ""},
	{"creativeCommons", []string{namespace.License.URI()}, "license"},
	{"dc", []string{namespace.DC.URI()}, "source relation identifier rights"},
	{"dcterms", []string{namespace.DCTerms.URI()}, "source relation identifier license references"},
	{"ev", []string{"http://purl.org/rss/1.0/modules/event/"}, ""},
	{"feedburner", []string{namespace.FeedBurner.URI()}, "origlink"},
	{"gd", []string{"http://schemas.google.com/g/2005"}, ""},
	{"geo", []string{"http://www.w3.org/2003/01/geo/wgs84_pos#"}, ""},
	{"georss", []string{"http://www.georss.org/georss", "http://www.georss.org/georss/10"}, ""},
	{"gml", []string{"http://www.opengis.net/gml"}, ""},
	{"itunes", []string{namespace.ITunes.URI()}, ""},
	{"media", []string{namespace.Media.URI()}, "license@href player@url"},
	{"podcast", []string{"https://podcastindex.org/namespace/1.0", "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"},
		"person@href funding@url license@url chat@space contentlink@href"},
	{"prism", []string{"http://prismstandard.org/namespaces/basic/2.0/", "http://prismstandard.org/namespaces/1.2/basic/"}, "url"},
	{"psc", []string{"http://podlove.org/simple-chapters"}, "chapter@href"},
	{"rawvoice", []string{"http://www.rawvoice.com/rawvoiceRssModule/"}, ""},
	{"schema", []string{namespace.Schema.URI()}, ""},
	{"slash", []string{"http://purl.org/rss/1.0/modules/slash/"}, ""},
	{"source", []string{"http://source.scripting.com/"}, ""},
	{"spotify", []string{"http://www.spotify.com/ns/rss"}, ""},
	{"thr", []string{"http://purl.org/syndication/thread/1.0"}, "in-reply-to@href in-reply-to@source"},
	{"wfw", []string{"http://wellformedweb.org/CommentAPI/"}, "comment commentrss"},
	{"xCal", []string{"urn:ietf:params:xml:ns:xcal"}, ""},
}

// never are the namespaces of what acts or draws where a page shows it.
var never = map[string]bool{
	namespace.XHTML.URI(): true, "http://www.w3.org/2000/svg": true, "http://www.w3.org/1998/Math/MathML": true,
}

// sameSpace returns a namespace as it is compared: those of feeds under their own
// name, and others without what differs by custom.
func sameSpace(uri string) string {
	if s := namespace.Of(uri); s != namespace.Other {
		uri = s.URI()
	}
	return namespace.Spelling(uri)
}

// A choice is what a list of vocabularies comes to.
type choice struct {
	all     bool
	spaces  map[string]bool // as sameSpace has them
	members map[string]bool // of JSON
	links   map[string]bool // the columns of the table, "podcastindex.org/namespace/1.0 person@href"
}

// Validate returns an error that names the first entry that is none.
func (v Vocabularies) Validate() error {
	_, err := v.choose()
	return err
}

func (v Vocabularies) choose() (*choice, error) {
	c := &choice{spaces: map[string]bool{}, members: map[string]bool{}, links: map[string]bool{}}
	byName := map[string]vocabulary{}
	for _, known := range vocabularies {
		byName[strings.ToLower(known.name)] = known
		for _, uri := range known.uris {
			for link := range strings.FieldsSeq(known.links) {
				c.links[sameSpace(uri)+" "+link] = true
			}
		}
	}
	take := func(known vocabulary) {
		for _, uri := range known.uris {
			c.spaces[sameSpace(uri)] = true
		}
	}
	if len(v) == 0 {
		v = Vocabularies{KnownVocabularies}
	}
	for _, entry := range v {
		known, isName := byName[strings.ToLower(entry)]
		switch {
		case entry == NoVocabularies:
		case entry == AllVocabularies:
			c.all = true
		case entry == KnownVocabularies:
			for _, known := range vocabularies {
				take(known)
			}
		case entry == "rss":
			c.spaces[""] = true
		case isName:
			take(known)
		case len(entry) > 1 && entry[0] == '_':
			c.members[entry] = true
		case strings.Contains(entry, ":"):
			c.spaces[sameSpace(entry)] = true
		default:
			return nil, fmt.Errorf("vocabulary %q is none that is known: its namespace is expected, such as https://www.example.org/ns, or %q, %q, %q, \"rss\", \"_member\" or a name such as \"podcast\"",
				entry, KnownVocabularies, AllVocabularies, NoVocabularies)
		}
	}
	return c, nil
}

// takes says whether elements and attributes of the namespace are taken.
func (c *choice) takes(uri string) bool {
	return !never[uri] && !never[strings.TrimRight(uri, "/#")] && (c.all || c.spaces[sameSpace(uri)])
}

// takesMember says whether a member of JSON is taken.
func (c *choice) takesMember(name string) bool { return c.all || c.members[name] }
