package check

import (
	"slices"
	"strings"
	"sync"
)

// A Rule is something that a document may break.
type Rule struct {
	ID       string
	Severity Severity
	Formats  []Format
	Text     string // what it asks for
	Reason   string
	Mend     string
	Section  string   // of the specification
	W3C      []string // what the W3C's validator calls it, and what it counts that among
	// Before is a document, or the part of one that matters, that breaks the rule, and
	// After one that doesn't. Both are empty where a part says nothing.
	Before, After string

	in context
}

// A row is a rule as the vocabularies' tables have it.
type row struct {
	id       string
	severity Severity
	formats  []Format
	text     string
	reason   string
	mend     string
	section  string
	w3c      string
	in       context
	before   string
	after    string
}

var (
	everyFormat = []Format{RSS, RSS1, Atom, JSONFeed, OPML}
	xmlFormats  = []Format{RSS, RSS1, Atom, OPML}
	feedFormats = []Format{RSS, RSS1, Atom}
	allRSS      = []Format{RSS, RSS1}
	onlyRSS     = []Format{RSS}
	rssAndAtom  = []Format{RSS, Atom}
	onlyRSS1    = []Format{RSS1}
	onlyAtom    = []Format{Atom}
	onlyOPML    = []Format{OPML}
	onlyJSON    = []Format{JSONFeed}
)

// tables are the rules by what they are about.
var tables = []struct {
	name string
	rows []row
}{
	{"XML", xmlRules},
	{"Encodings", encodingRules},
	{"Namespaces", namespaceRules},
	{"Elements and attributes", elementRules},
	{"Values", valueRules},
	{"Dates", dateRules},
	{"Addresses", addressRules},
	{"HTML in a feed", htmlRules},
	{"RSS", rssRules},
	{"Elements that mean the same", sameRules},
	{"RSS 1.0", rdfRules},
	{"Atom", atomRules},
	{"Pages of a feed", historyRules},
	{"Replies", threadRules},
	{"Atom's publishing protocol", appRules},
	{"JSON Feed", jsonRules},
	{"OPML", opmlRules},
	{"Podcasts at Apple", itunesRules},
	{"Podcast namespace", podcastRules},
	{"Media RSS", mediaRules},
	{"Places on Earth", geoRules},
	{"FeedSync", syncRules},
	{"Other vocabularies", smallRules},
}

var rules = sync.OnceValues(func() ([]Rule, map[string]*Rule) {
	var all []Rule
	for _, table := range tables {
		for _, r := range table.rows {
			all = append(all, Rule{
				ID: r.id, Severity: r.severity, Formats: r.formats, Text: r.text, Reason: r.reason, Mend: r.mend, Section: r.section,
				W3C: w3cNames(r.w3c), in: r.in, Before: r.before, After: r.after,
			})
		}
	}
	slices.SortFunc(all, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) })
	byID := make(map[string]*Rule, len(all))
	for i := range all {
		byID[all[i].ID] = &all[i]
	}
	return all, byID
})

// Rules returns all rules in the order of their IDs. The caller may change the
// slice, not what its elements point at.
func Rules() []Rule {
	all, _ := rules()
	return slices.Clone(all)
}

func ruleCalled(id string) *Rule {
	_, byID := rules()
	if r, ok := byID[id]; ok {
		return r
	}
	return &Rule{ID: id, Severity: Error, W3C: []string{}}
}

// w3cParents are the names of the W3C's validator that are kinds of another of
// its names.
var w3cParents = map[string]string{
	"WPBlankLine": "SAXError", "MissingNamespace": "SAXError", "NotInANamespace": "MissingNamespace", "UndefinedNamedEntity": "SAXError",
	"NoBlink": "UndefinedElement", "NoThrWhen": "UndefinedElement",
	"InvalidContact": "InvalidValue", "InvalidAddrSpec": "InvalidContact", "InvalidLink": "InvalidValue", "UriNotIri": "InvalidLink",
	"InvalidIRI": "InvalidLink", "InvalidFullLink": "InvalidLink", "InvalidUriChar": "InvalidLink", "InvalidISO8601Date": "InvalidValue",
	"InvalidISO8601DateTime": "InvalidValue", "InvalidW3CDTFDate": "InvalidISO8601Date", "InvalidRFC2822Date": "InvalidValue",
	"IncorrectDOW": "InvalidRFC2822Date", "InvalidRFC3339Date": "InvalidValue", "InvalidURIAttribute": "InvalidLink",
	"InvalidURLAttribute": "InvalidURIAttribute", "InvalidIntegerAttribute": "InvalidValue", "InvalidBooleanAttribute": "InvalidValue",
	"InvalidMIMEAttribute": "InvalidValue", "InvalidInteger": "InvalidValue", "InvalidNonNegativeInteger": "InvalidInteger",
	"InvalidPositiveInteger": "InvalidInteger", "InvalidWidth": "InvalidValue", "InvalidHeight": "InvalidValue", "InvalidHour": "InvalidValue",
	"InvalidDay": "InvalidValue", "InvalidHttpGUID": "InvalidValue", "InvalidLanguage": "InvalidValue", "InvalidUpdatePeriod": "InvalidValue",
	"InvalidItunesCategory": "InvalidValue", "InvalidItunesEpisodeType": "InvalidValue", "InvalidItunesChannelType": "InvalidValue",
	"InvalidYesNo": "InvalidValue", "InvalidYesNoClean": "InvalidValue", "InvalidDuration": "InvalidValue", "TooLong": "InvalidValue",
	"InvalidTextType": "InvalidValue", "InvalidCommaSeparatedIntegers": "InvalidValue", "InvalidFormComponentName": "InvalidValue",
	"InvalidAccessRestrictionRel": "InvalidValue", "InvalidLocalRole": "InvalidValue", "InvalidEncoding": "InvalidValue",
	"MissingDescription": "MissingElement", "MissingLink": "MissingElement", "MissingTitle": "MissingElement",
	"ItemMustContainTitleOrDescription": "MissingElement", "MissingXhtmlDiv": "MissingElement", "MissingContentOrAlternate": "MissingElement",
	"DuplicateValue": "InvalidValue", "MissingHref": "MissingAttribute",
	"DuplicateItemSemantics": "DuplicateSemantics", "DuplicateDescriptionSemantics": "DuplicateSemantics",
	"SecurityRiskAttr": "SecurityRisk", "DangerousStyleAttr": "SecurityRiskAttr", "ContainsUndeclaredHTML": "ContainsHTML", "CharacterData": "ContainsHTML",
	"MissingRecommendedElement": "BestPractices", "MissingDCLanguage": "MissingRecommendedElement", "NonstdPrefix": "BestPractices",
	"NonstdEncoding": "BestPractices", "MissingEncoding": "BestPractices",
	"InvalidURN": "InvalidValue", "InvalidUUID": "InvalidValue", "InvalidTAG": "InvalidValue", "NotEscaped": "InvalidValue", "NotBase64": "InvalidValue",
	"InvalidTrueFalse": "InvalidValue", "InvalidCountryCode": "InvalidValue", "InvalidFloat": "InvalidValue", "InvalidFloatUnit": "InvalidValue",
	"InvalidCoord": "InvalidValue", "InvalidCoordList": "InvalidValue", "InvalidMetaName": "InvalidValue", "InvalidMetaContent": "InvalidValue",
	"EmailFormat": "RSS20Profile", "MissingRealName": "EmailFormat", "MisplacedItem": "RSS20Profile", "ImageTitleDoesntMatch": "RSS20Profile",
	"AvoidTextInput": "RSS20Profile", "NeedDescriptionBeforeContent": "RSS20Profile", "SlashDate": "RSS20Profile",
	"UseZeroForMidnight": "RSS20Profile", "MissingAtomSelfLink": "MissingSelf", "UseZeroForUnknown": "InvalidNonNegativeInteger",
}

// w3cNames returns the names of a row, each with what it is a kind of.
func w3cNames(names string) []string {
	all := []string{}
	for _, name := range strings.Fields(names) {
		for ; name != ""; name = w3cParents[name] {
			if !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	return all
}

// A context is where an example stands: in an element of a document that is
// sound but for it.
type context string

const (
	inDocument context = ""
	inChannel  context = "channel"
	inItem     context = "item"
	inFeed     context = "feed"
	inEntry    context = "entry"
	inRDF      context = "RDF"
	inRDFItem  context = "RDF item"
	inOPML     context = "body"
)
