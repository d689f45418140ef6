package intake

import (
	"fmt"
	"strings"

	"github.com/automationregion/newsletter/internal/namespace"
)

// Entries that stand for more than one.
const (
	known = "known" // those that other software reads, and whose addresses are known
	all   = "all"   // but for HTML and drawings, which belong in the content
	none  = "none"
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

// A Choice is what a list of vocabularies comes to.
type Choice struct {
	all     bool
	spaces  map[string]bool // as sameSpace has them
	members map[string]bool // of JSON
	links   map[string]bool // the columns of the table, "podcastindex.org/namespace/1.0 person@href"
}

// Choose returns what a list comes to that aggregate.Vocabularies describes.
func Choose(list []string) (*Choice, error) {
	c := &Choice{spaces: map[string]bool{}, members: map[string]bool{}, links: map[string]bool{}}
	byName := map[string]vocabulary{}
	for _, row := range vocabularies {
		byName[strings.ToLower(row.name)] = row
		for _, uri := range row.uris {
			for link := range strings.FieldsSeq(row.links) {
				c.links[sameSpace(uri)+" "+link] = true
			}
		}
	}
	take := func(row vocabulary) {
		for _, uri := range row.uris {
			c.spaces[sameSpace(uri)] = true
		}
	}
	if len(list) == 0 {
		list = []string{known}
	}
	for _, entry := range list {
		row, isName := byName[strings.ToLower(entry)]
		switch {
		case entry == none:
		case entry == all:
			c.all = true
		case entry == known:
			for _, row := range vocabularies {
				take(row)
			}
		case entry == "rss":
			c.spaces[""] = true
		case isName:
			take(row)
		case len(entry) > 1 && entry[0] == '_':
			c.members[entry] = true
		case strings.Contains(entry, ":"):
			c.spaces[sameSpace(entry)] = true
		default:
			return nil, fmt.Errorf("vocabulary %q is none that is known: its namespace is expected, such as https://www.example.org/ns, or %q, %q, %q, \"rss\", \"_member\" or a name such as \"podcast\"",
				entry, known, all, none)
		}
	}
	return c, nil
}

// takes says whether elements and attributes of the namespace are taken.
func (c *Choice) takes(uri string) bool {
	return !never[uri] && !never[strings.TrimRight(uri, "/#")] && (c.all || c.spaces[sameSpace(uri)])
}

// takesMember says whether a member of JSON is taken.
func (c *Choice) takesMember(name string) bool { return c.all || c.members[name] }
