package fidelity_test

import (
	"regexp"
	"slices"
	"strings"
)

// An exception is something that a feed says and that its copy doesn't, or says
// elsewhere, and why. Paths are those of facts; what is within a letter begins with
// "letter/".
type exception struct {
	path   *regexp.Regexp
	reason string
	holds  func(miss) bool
}

func when(holds func(miss) bool, path, reason string) exception {
	return exception{regexp.MustCompile("^(?:" + path + ")$"), reason, holds}
}

// lost is for what the copy need not say.
func lost(path, reason string) exception {
	return when(func(miss) bool { return true }, path, reason)
}

// moved is for what the copy has to say elsewhere in the same letter, or in the head.
func moved(path, reason string) exception {
	return when(func(m miss) bool { return len(m.elsewhere) > 0 }, path, reason)
}

var exceptions = []exception{
	// The version of a format that is written is the present one.
	lost(`@version|version`, "RSS is written as 2.0, JSON Feed as 1.1"),
	moved(`author/(name|url|avatar)`, "JSON Feed 1.1 has a list of authors"),
	lost(`items/rdf:Seq/rdf:li@rdf:resource`, "RSS 2.0 has no list of the items that follow"),
	moved(`(letter|image)?@rdf:(about|resource)`, "RSS 2.0 has the ID in guid, and the image's address in url"),

	// What a text is, its language and what its addresses are relative to.
	lost(`(.*/)?((atom:)?(title|subtitle|summary|content|rights)|description)@type`,
		"a text is written as what it is: a type that another form of it had is gone with it"),
	lost(`.*@xml:base`, "addresses are written whole"),
	lost(`letter/atom:(content|summary|title)@xml:lang|atom:(title|subtitle)@xml:lang`, "the model has the language of a letter, not of each of its texts"),

	// The same in another element of the same meaning.
	moved(`(letter/)?(dc:date|dcterms:issued|dcterms:created|dcterms:modified)`, "RSS has elements of its own for dates"),
	moved(`dc:(language|rights|title)|letter/dc:(title|subject)`, "RSS has elements of its own"),
	moved(`\{http://webns.net/mvcb/\}generatorAgent@rdf:resource`, "RSS has generator"),
	moved(`(letter/)?(author|managingEditor)`, "RSS's author is an e-mail address: names are in dc:creator, and in atom:author for the channel"),
	moved(`letter/atom:author/atom:(name|email|uri)`, "names are in dc:creator, the rest in schema:author"),
	moved(`letter/\{.*\}(creator|encoded)`, "a namespace that is misspelt is written as it is called"),
	moved(`letter/guid@isPermalink`, "the attribute is called isPermaLink"),
	moved(`letter/content:encoded|(letter/)?description`, "the one text of a letter is its description"),
	moved(`(letter/)?atom:link(@href|@type|@rel)?`, "it is the page's own address, which RSS has in link"),
	moved(`letter/atom:content@(src|type)`, "content that stands elsewhere is a link or an enclosure"),
	moved(`(letter/)?atom:id`, "Atom holds IRIs: another ID is beside one derived from it"),
	moved(`image/(title|link|url)`, "RSS's image is a GIF, JPEG or PNG: another one is the logo of Atom"),
	moved(`letter/feedburner:orig(Link|EnclosureLink)`, "it is the address itself"),
	when(func(m miss) bool { return m.repeated }, `letter/guid`, "a second letter with the ID of another: a fault, which Repair mends and tells"),
	when(func(m miss) bool {
		return slices.ContainsFunc(m.beside, func(path string) bool { return strings.HasPrefix(path, "letter/feedburner:orig") })
	}, `letter/(link|enclosure@url)|letter/atom:link@href`, "FeedBurner's redirection in place of an address that is known"),
	when(func(m miss) bool { return m.value == "prev" }, `atom:link@rel`, `"prev" is written "previous", which means the same`),
	when(func(m miss) bool { return strings.Count(m.value, "@") == 2 }, `managingEditor`, "a name that is the address once more is not written twice"),
	moved(`lastBuildDate|pubDate`, "one of the two is the other"),
}
