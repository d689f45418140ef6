package check

// What Atom asks for (RFC 4287).
var atomRules = []row{
	atomMissing("atom-feed-title-missing", "feed", "title", "4.2.14", "MissingElement", "Readers list the feed by it.", "Write the newsletter's name."),
	atomMissing("atom-feed-id-missing", "feed", "id", "4.2.6", "MissingElement", "Readers know by it that a feed that moved is the same.", "Write an address that you own and never change it."),
	atomMissing("atom-feed-updated-missing", "feed", "updated", "4.2.15", "MissingElement", "Readers see by it whether anything changed.", "Write the date of the newest entry."),
	{"atom-self-missing", Warning, onlyAtom, "A feed says where it is published.", "Programs that have a copy of it know then where to look for news.", "Write <link rel=\"self\" href=\"...\"/>.", "RFC 4287, 4.1.1", "MissingSelf", inDocument, atomShort(""), atomShort(`<link rel="self" href="https://example.org/atom.xml"/>`)},
	{"atom-self-relative", Warning, onlyAtom, "A self link is a full address.", "Who has the document without knowing from where can't complete it.", "Write it with its scheme and host.", "RFC 4287, 4.2.7.2", "RelativeSelf", inDocument, atomShort(`<link rel="self" href="atom.xml"/>`), atomShort(`<link rel="self" href="https://example.org/atom.xml"/>`)},
	{"atom-self-type", Warning, feedFormats, "A self link has the media type of a feed.", "It is the feed itself.", "Write application/atom+xml, or application/rss+xml for RSS.", "RFC 4287, 4.2.7.2", "SelfNotAtom", inDocument, atomShort(`<link rel="self" type="text/html" href="https://example.org/atom.xml"/>`), atomShort(`<link rel="self" href="https://example.org/atom.xml"/>`)},
	{"atom-language-missing", Advice, feedFormats, "A feed says what language it is in.", "Readers choose fonts, voices and translations by it.", "Write xml:lang on <feed>.", "RFC 4287, 2", "MissingDCLanguage", inDocument, atomShort(""), `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>A</title><id>https://example.org/</id><updated>2026-06-12T09:00:00Z</updated></feed>`},
	{"atom-metadata-late", Error, onlyAtom, "What is about the feed stands before its entries.", "Readers that show entries as they arrive don't know it yet.", "Move the entries to the end of the feed.", "RFC 4287, 4.1.1", "MisplacedMetadata", inFeed, "<entry><title>A</title><id>https://example.org/2</id><updated>2026-06-13T09:00:00Z</updated><content>A</content></entry><subtitle>B</subtitle>", "<subtitle>B</subtitle><entry><title>A</title><id>https://example.org/2</id><updated>2026-06-13T09:00:00Z</updated><content>A</content></entry>"},
	atomMissing("atom-entry-title-missing", "entry", "title", "4.2.14", "MissingElement", "Readers list the entry by it.", "Write the letter's title."),
	atomMissing("atom-entry-id-missing", "entry", "id", "4.2.6", "MissingElement", "Readers know by it whether they have shown the entry.", "Write an address that you own and never change it."),
	atomMissing("atom-entry-updated-missing", "entry", "updated", "4.2.15", "MissingElement", "Readers sort by it, and see by it that the entry was corrected.", "Write when the letter was last changed."),
	{"atom-entry-author-missing", Error, onlyAtom, "An entry, its source or its feed has an <author>.", "Readers show who wrote it.", "Write one on <feed>: it holds for all entries.", "RFC 4287, 4.1.2", "MissingElement", inDocument, atomShort("<entry><title>A</title><id>https://example.org/2</id><updated>2026-06-13T09:00:00Z</updated><content>A</content></entry>"), atomShort("<author><name>Ann</name></author><entry><title>A</title><id>https://example.org/2</id><updated>2026-06-13T09:00:00Z</updated><content>A</content></entry>")},
	{"atom-entry-summary-missing", Error, onlyAtom, "An entry whose content is elsewhere, or not text, has a <summary>.", "Readers have nothing to show otherwise.", "Write a sentence about what it is.", "RFC 4287, 4.1.2", "MissingSummary", inFeed, `<entry><title>A</title><id>https://example.org/2</id><updated>2026-06-13T09:00:00Z</updated><content type="image/png" src="https://example.org/a.png"/></entry>`, `<entry><title>A</title><id>https://example.org/2</id><updated>2026-06-13T09:00:00Z</updated><summary>B</summary><content type="image/png" src="https://example.org/a.png"/></entry>`},
	{"atom-entry-no-text", Warning, onlyAtom, "An entry has a <summary> or a <content>.", "Readers show a title and nothing under it.", "Write one of the two.", "RFC 4287, 4.1.1.1", "MissingTextualContent", inFeed, `<entry><title>A</title><id>https://example.org/2</id><updated>2026-06-13T09:00:00Z</updated><link href="https://example.org/2"/></entry>`, `<entry><title>A</title><id>https://example.org/2</id><updated>2026-06-13T09:00:00Z</updated><link href="https://example.org/2"/><summary>B</summary></entry>`},
	{"atom-entry-no-content", Error, onlyAtom, "An entry has a <content> or a link with rel=\"alternate\".", "There is no way to read it otherwise.", "Write one of the two.", "RFC 4287, 4.1.2", "MissingContentOrAlternate", inFeed, `<entry><title>A</title><id>https://example.org/2</id><updated>2026-06-13T09:00:00Z</updated><summary>B</summary></entry>`, `<entry><title>A</title><id>https://example.org/2</id><updated>2026-06-13T09:00:00Z</updated><link href="https://example.org/2"/><summary>B</summary></entry>`},
	{"atom-id-repeated", Warning, onlyAtom, "No two entries of a feed have the same <id>.", "Readers take the second for a newer form of the first.", "Give each its own.", "RFC 4287, 4.1.1", "DuplicateEntries", inEntry, "</entry><entry><title>A</title><id>https://example.org/june</id><updated>2026-06-13T09:00:00Z</updated><content>A</content>", "</entry><entry><title>A</title><id>https://example.org/2</id><updated>2026-06-13T09:00:00Z</updated><content>A</content>"},
	{"atom-ids-all-same", Error, onlyAtom, "Entries have IDs of their own.", "Where all have the same, readers show one.", "Give each its own.", "RFC 4287, 4.2.6", "DuplicateIds", inDocument, "", ""},
	{"atom-updated-repeated", Warning, onlyAtom, "No two entries were updated in the same second.", "Readers can't tell which is newer.", "Write the time of each to the second.", "RFC 4287, 4.1.1", "DuplicateUpdated", inEntry, "</entry><entry><title>A</title><id>https://example.org/2</id><updated>2026-06-12T09:00:01Z</updated><content>A</content>", "</entry><entry><title>A</title><id>https://example.org/2</id><updated>2026-06-13T09:00:00Z</updated><content>A</content>"},
	{"atom-alternate-repeated", Error, onlyAtom, "A feed or entry has one alternate of each type and language.", "Readers don't know which one to open.", "Say with type and hreflang how they differ, or leave one.", "RFC 4287, 4.1.1", "DuplicateAtomLink", inEntry, `<link href="https://example.org/2"/>`, `<link type="text/plain" href="https://example.org/2"/>`},
	{"atom-source-incomplete", Warning, onlyAtom, "A <source> has the title, ID and date of the feed that the entry is from.", "Readers know the feed by them.", "Copy them from that feed.", "RFC 4287, 4.2.11", "MissingSourceElement", inEntry, "<source><title>A</title><id>https://example.org/a</id></source>", "<source><title>A</title><id>https://example.org/a</id><updated>2026-06-12T09:00:00Z</updated></source>"},
	{"atom-person-name-missing", Error, feedFormats, "A person has a <name>.", "Readers show it.", "Write it.", "RFC 4287, 3.2.1", "MissingElement", inFeed, "<contributor><email>ann@example.org</email></contributor>", "<contributor><name>Ann</name><email>ann@example.org</email></contributor>"},
	{"atom-category-term-missing", Error, feedFormats, "A <category> has a term.", "It says nothing otherwise.", "Write the attribute term.", "RFC 4287, 4.2.2.1", "MissingAttribute", inEntry, `<category label="Jobs"/>`, `<category term="jobs" label="Jobs"/>`},
	{"atom-link-href-missing", Error, feedFormats, "A <link> has an address.", "It leads nowhere otherwise.", "Write the attribute href.", "RFC 4287, 4.2.7.1", "MissingHref", inEntry, `<link rel="related"/>`, `<link rel="related" href="https://example.org/2"/>`},
	{"atom-link-not-empty", Warning, feedFormats, "A <link> has no text.", "Its address stands in href.", "Write <link href=\"...\"/>.", "RFC 4287, 4.2.7", "AtomLinkNotEmpty UnexpectedText", inEntry, `<link rel="related" href="https://example.org/2">June</link>`, `<link rel="related" href="https://example.org/2" title="June"/>`},
	{"atom-link-rel", Warning, feedFormats, "A link's relation is a registered one, or an address.", "Readers don't know what it means.", "Compare it with IANA's list: often it is misspelt.", "RFC 4287, 4.2.7.2", "UnregisteredAtomLinkRel", inEntry, `<link rel="see" href="https://example.org/2"/>`, `<link rel="related" href="https://example.org/2"/>`},
	{"atom-text-type", Error, feedFormats, "The type of a text is text, html or xhtml.", "Media types are for <content> only.", "Write one of the three.", "RFC 4287, 3.1.1", "InvalidTextType", inEntry, `<rights type="text/html">A</rights>`, `<rights type="html">A</rights>`},
	{"atom-content-type-missing", Warning, feedFormats, "Content that is elsewhere says what it is.", "Readers choose by it whether to fetch it.", "Write the attribute type, a media type.", "RFC 4287, 4.1.3.2", "MissingTypeAttr", inEntry, `<content src="https://example.org/a"/>`, `<content type="image/png" src="https://example.org/a"/>`},
	{"atom-xhtml-div-missing", Error, feedFormats, "XHTML stands in one <div>.", "It tells where the content begins and ends, and what namespace it is in.", "Put a <div xmlns=\"http://www.w3.org/1999/xhtml\"> around it.", "RFC 4287, 3.1.1.3", "MissingXhtmlDiv", inEntry, `<content type="xhtml">June</content>`, `<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">June</div></content>`},
	{"atom-not-escaped", Error, feedFormats, "Content that is said to be escaped has no elements.", "Readers take it for text.", "Write &lt; for <.", "Atom 0.3, 3.1.2", "NotEscaped", inDocument, "", ""},
	{"atom-not-base64", Error, feedFormats, "Content that is not text is written in Base64.", "Readers can't decode it.", "Encode it, or write what text it is.", "RFC 4287, 4.1.3.3", "NotBase64", inEntry, `<content type="image/png">a picture!</content>`, `<content type="image/png">iVBORw0KGgo=</content>`},
	{"id-not-canonical", Warning, xmlFormats, "An ID is written in the form that software brings addresses to.", "Software that does so before it compares takes two IDs for one, or one for two.", "Write new IDs in that form. An ID that subscribers have already should stay as it is.", "RFC 4287, 4.2.6.1", "NonCanonicalURI", inFeed, "<entry><title>A</title><id>https://example.org/a/../b</id><updated>2026-06-13T09:00:00Z</updated><content>A</content></entry>", "<entry><title>A</title><id>https://example.org/b</id><updated>2026-06-13T09:00:00Z</updated><content>A</content></entry>"},
}

func atomShort(more string) string {
	return `<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><id>https://example.org/</id><updated>2026-06-12T09:00:00Z</updated>` + more + `</feed>`
}

func atomMissing(id, in, local, section, w3c, reason, mend string) row {
	parts := []struct{ local, text string }{{"title", "<title>A</title>"}, {"id", "<id>https://example.org/a</id>"}, {"updated", "<updated>2026-06-13T09:00:00Z</updated>"}}
	before, after := "", ""
	for _, p := range parts {
		after += p.text
		if p.local != local {
			before += p.text
		}
	}
	r := row{id, Error, onlyAtom, "<" + in + "> has a <" + local + ">.", reason, mend, "RFC 4287, " + section, w3c, inFeed, "<entry>" + before + "<content>A</content></entry>", "<entry>" + after + "<content>A</content></entry>"}
	if in == "feed" {
		r.in = inDocument
		r.before, r.after = `<feed xmlns="http://www.w3.org/2005/Atom">`+before+"</feed>", `<feed xmlns="http://www.w3.org/2005/Atom">`+after+"</feed>"
	}
	return r
}

// What RFC 5005 asks for.
var historyRules = []row{
	{"history-complete-paged", Error, onlyAtom, "A complete feed has no other pages.", "It says that it is all there is.", "Leave out fh:complete or the link.", "RFC 5005, 2", "FeedRelInCompleteFeed", inFeed, `<fh:complete/><link rel="next" href="https://example.org/2"/>`, `<fh:complete/>`},
	{"history-current-not-self", Error, onlyAtom, "A complete feed is the current one.", "It says that it is all there is.", "Leave out fh:complete or the link.", "RFC 5005, 2", "CurrentNotSelfInCompleteFeed", inFeed, `<fh:complete/><link rel="current" href="https://example.org/2"/>`, `<fh:complete/>`},
	{"history-archive-unlinked", Warning, onlyAtom, "An archive has a link to the one before or after it.", "Nobody finds the others otherwise.", "Write a link with rel=\"prev-archive\" or rel=\"next-archive\".", "RFC 5005, 4", "ArchiveIncomplete", inFeed, `<fh:archive/><link rel="current" href="https://example.org/c"/>`, `<fh:archive/><link rel="current" href="https://example.org/c"/><link rel="prev-archive" href="https://example.org/2"/>`},
	{"history-archive-no-current", Warning, onlyAtom, "An archive has a link to the current feed.", "Who has only the archive can subscribe then.", "Write a link with rel=\"current\".", "RFC 5005, 4", "MissingCurrentInArchive", inFeed, `<fh:archive/><link rel="prev-archive" href="https://example.org/2"/>`, `<fh:archive/><link rel="current" href="https://example.org/c"/><link rel="prev-archive" href="https://example.org/2"/>`},
	{"paging-in-entry", Warning, onlyAtom, "Relations between pages stand in the feed.", "In an entry they mean nothing.", "Move the link to <feed>.", "RFC 5005, 3", "FeedHistoryRelInEntry", inEntry, `<link rel="next" href="https://example.org/2"/>`, `<link rel="related" href="https://example.org/2"/>`},
	{"paging-past-end", Error, onlyAtom, "The first page has none before it, and the last none after it.", "Programs that follow the links go in circles.", "Leave one of the links out.", "RFC 5005, 3", "LinkPastEnd", inDocument, "", ""},
}

// What RFC 4685 asks for.
var threadRules = []row{
	{"thread-when", Error, onlyAtom, "The date of the last reply is thr:updated.", "thr:when was its name in a draft.", "Write thr:updated.", "RFC 4685, 4", "NoThrWhen", inEntry, `<link rel="replies" thr:when="2026-06-12T09:00:00Z" href="https://example.org/2"/>`, `<link rel="replies" thr:updated="2026-06-12T09:00:00Z" href="https://example.org/2"/>`},
	{"thread-on-other-link", Error, onlyAtom, "thr:count and thr:updated stand on links with rel=\"replies\".", "They are about the replies behind the link.", "Write rel=\"replies\".", "RFC 4685, 4", "UnexpectedAttribute", inEntry, `<link rel="related" thr:count="2" href="https://example.org/2"/>`, `<link rel="replies" thr:count="2" href="https://example.org/2"/>`},
}

// What RFC 5023 asks for.
var appRules = []row{
	{"app-workspace-missing", Error, onlyAtom, "A service has a <workspace>.", "Collections stand in it.", "Write one.", "RFC 5023, 8.3.1", "MissingElement", inDocument, `<service xmlns="http://www.w3.org/2007/app"/>`, ""},
	{"app-title-missing", Error, onlyAtom, "A workspace and a collection have an <atom:title>.", "Programs list them by it.", "Write one.", "RFC 5023, 8.3.2", "MissingElement", inFeed, `<app:collection href="https://example.org/c"/>`, ""},
	{"app-href-missing", Error, onlyAtom, "A collection has an address.", "There is nothing to post to otherwise.", "Write the attribute href.", "RFC 5023, 8.3.3", "MissingAttribute", inDocument, "", ""},
	{"app-categories-attribute", Error, onlyAtom, "Categories that are elsewhere have no attribute beside href.", "The others stand in that document.", "Leave out fixed and scheme, or href.", "RFC 5023, 7.2.1", "ConflictingCatAttr", inDocument, `<app:categories xmlns:app="http://www.w3.org/2007/app" href="https://example.org/c" fixed="yes"/>`, ""},
	{"app-categories-children", Error, onlyAtom, "Categories that are elsewhere have no elements.", "They stand in that document.", "Leave out href or the elements.", "RFC 5023, 7.2.1", "ConflictingCatChildren", inDocument, `<app:categories xmlns:app="http://www.w3.org/2007/app" xmlns:atom="http://www.w3.org/2005/Atom" href="https://example.org/c"><atom:category term="a"/></app:categories>`, ""},
	{"app-accept-quality", Warning, onlyAtom, "What a collection takes has no q.", "It means nothing there.", "Leave it out.", "RFC 5023, 8.3.4", "UndefinedParam", inDocument, "", ""},
}
