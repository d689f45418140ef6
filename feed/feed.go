// Package feed writes a newsletter as an RSS 2.0, Atom 1.0 or JSON Feed 1.1
// document, and a list of newsletters as OPML 2.0. Package
// feed/feedhttp serves a newsletter in all three; package feed/site makes pages of it
// for people.
//
// Every field of the model is in every feed, and package parse reads all of
// them back. Where a format has no element of its own for a field, the feed
// uses the one that other readers know; where there is none, schema.org's
// vocabulary, and in JSON Feed one object of ours, "_newsletter". RSS follows
// the RSS Advisory Board's best practices profile, Atom RFC 4287, RFC 5005 and
// RFC 4685.
//
// # The newsletter
//
//	field        RSS 2.0                           Atom 1.0                      JSON Feed 1.1
//	ID           atom:id                           id                            _newsletter.id
//	Title        title                             title                         title
//	Description  description                       subtitle                      description
//	URL          link                              link rel=alternate            home_page_url
//	FeedURL      atom:link rel=self                link rel=self                 feed_url
//	Language     language                          xml:lang                      language
//	Authors      atom:author each [1]              author each [1]               authors [1]
//	Rights       copyright                         rights                        _newsletter.rights
//	Image        image, or atom:logo [2]           logo                          icon
//	Icon         atom:icon                         icon                          favicon
//	Categories   category domain=Scheme each       category term, scheme each    _newsletter.categories
//	Updated      lastBuildDate, atom:updated [3]   updated                       _newsletter.updated
//	Generator    generator                         generator                     _newsletter.generator
//	Hubs         atom:link rel=hub each            link rel=hub each             hubs, type WebSub
//	Paging       atom:link, fh:archive,            link, fh:archive,             next_url,
//	             fh:complete                       fh:complete                   _newsletter.paging
//	Extensions   elements, after all else [14]     the same [14]                 members [14]
//
// # The letter
//
//	field        RSS 2.0                           Atom 1.0                      JSON Feed 1.1
//	ID           guid [4]                          id                            id
//	URL          link                              link rel=alternate            url
//	Title        title                             title [5]                     title
//	Kind         category domain=articleSection [6]
//	                                               category scheme [6]           _newsletter.kind
//	Language     dc:language                       xml:lang                      language
//	Authors      dc:creator each,                  author each [1]               authors [1]
//	             schema:author each [7]
//	Published    pubDate, dcterms:issued [3]       published                     date_published
//	Updated      atom:updated, dc:date [8]         updated                       date_modified
//	Summary      description [9]                   summary                       summary
//	Content      content:encoded or                content type=html [5]         content_html [15]
//	             description [9]
//	Rights       dc:rights                         rights                        _newsletter.rights
//	Categories   category domain=Scheme each       category term, scheme each    tags, _newsletter.categories [10]
//	Image        media:thumbnail                   media:thumbnail               image
//	Attachments  enclosure, media:content [11]     link rel=enclosure,           attachments
//	                                               media:content [11]
//	Source       source, schema:isPartOf [12]      source or                     _newsletter.source
//	                                               schema:isPartOf [12]
//	Links        atom:link each, comments [13]     link each                     _newsletter.links, external_url [13]
//	Extensions   elements, after all else [14]     the same [14]                 members [14]
//
// Links are of the relation that they have: rel=related, via, replies.
//
//  1. Name, URL and Email are Atom's name, uri and email, Organization is
//     schema:affiliation and Avatar schema:image, both inside the author. RSS
//     repeats what atom:author says in managingEditor if the first author has an
//     e-mail address, and else in a dc:creator for each. JSON Feed has name, url, avatar and
//     _newsletter.organization and _newsletter.email.
//  2. RSS knows GIF, JPEG and PNG pictures; the address of any other is in
//     atom:logo.
//  3. The second only where RSS's date can't hold the time: a fraction of a
//     second, or a zone that is not whole half hours from UTC.
//  4. isPermaLink is "true" if the ID is the URL and "false" if not.
//  5. Atom requires a title of every entry, and validators ask for a text: where there
//     is none it holds a space. Of a letter with a summary and neither
//     content nor a page, and of one whose summary could be taken for HTML and so
//     for the whole, the content is the summary once more.
//  6. The scheme is https://schema.org/articleSection. It comes before the
//     other categories.
//  7. schema:author holds schema:name, schema:affiliation, schema:email,
//     schema:url and schema:image. It is there for all authors if one has more
//     than a name, or a name in which a reader could find an address or an
//     organisation, and then it counts and dc:creator doesn't.
//  8. dc:date repeats it for a letter without Published, for readers that look
//     there for a date.
//  9. Without a summary, the description is the content. With one, it is the
//     summary as HTML, and an atom:summary that holds a space says so of a letter without
//     content. Without content:encoded it stands after the first element that some readers
//     would take for it: media:description, itunes:summary.
//  10. The second only if a category has a scheme.
//  11. RSS's enclosure is the first attachment. The others are in media:content with url, fileSize, type and
//     duration, and media:title inside; so is the first, under the same URL, if
//     it has a Duration or a Title. In Atom, media:content repeats a link under
//     the same URL if it has a Duration, or a Title that could be taken for HTML.
//     An attachment that stood elsewhere in a feed of the same format stands there
//     again, by an extension of it in the namespace of newsletter with the name rss
//     or atom: in media:content alone, in another enclosure, or in both. One that a
//     media:group holds which is kept, and no element beside it, is written by that
//     group. A picture that is an attachment has the medium document in media:content.
//  12. RSS's source holds FeedURL and Title if both are known. schema:isPartOf
//     holds what the source element lacks: schema:identifier, schema:name,
//     schema:url, schema:contentUrl (FeedURL) and schema:dateModified. Atom's
//     source holds all, or if ID, Title or Updated isn't known nothing, and
//     schema:isPartOf all.
//  13. RSS's comments is the first of the links that are rel=replies and nothing
//     else, in its place among them. JSON Feed's external_url repeats the first
//     that is rel=related. Some readers take the last link that is rel=alternate,
//     a translation's too, for the letter's own: of a letter with such links
//     RSS's link comes after them, and Atom's once more, with the language.
//  14. An element of XML is written as it was read, under the prefix that it was
//     read with if that is free, and in JSON Feed in the array
//     _newsletter.extensions: objects with in, namespace, prefix, name, attrs,
//     text and children. A member of JSON is a member of its object, and in XML
//     it is in newsletter:json. What belongs to a field, as In says, stands there
//     if it is an element of Atom's source or author, of the channel's image or
//     of Media RSS's content, and none that has a meaning there; or guid's
//     isPermaLink. Attributes alone, without In, are the channel's, item's, feed's
//     or entry's, and those of a link are an atom:link's, if they are of other
//     vocabularies; any other is in
//     newsletter:extension with the attribute in, attributes alone are those of
//     newsletter:attributes inside, and in JSON Feed it is in
//     _newsletter.extensions. An element that readers would take for another letter or
//     for a field that it is not (item, entry, a guid of a stranger's JSON), in
//     whatever it stands, what browsers show with its scripts (XHTML, SVG), and RSS's own
//     elements in Atom are text in XML: newsletter:tree holds it as JSON Feed does. RSS's
//     comments with words in the place of an address, and no colon in them, is written as
//     it is. Media RSS's width, height, medium and so on, attributes alone in an attachment
//     or in a letter's Image, are those of media:content and media:thumbnail.
//  15. Of a letter with a summary alone, content_text is the summary once more: JSON
//     Feed requires a content.
//
// # What is heard
//
// Some extensions fill a field for a reader where no element that is meant for it
// does: iTunes' title, author, owner, subtitle, summary, image, category, keywords and
// duration, the same of Media RSS and what its groups and pictures show, contributors,
// dc:identifier, and a channel's pubDate. They are written where directories of podcasts look for them, and in RSS
// and Atom the field is derived from them if it is empty: [Derive] returns it. One
// that could be read in more than one way (an author that is "Ann <ann@example.org>"
// of a letter that has none) is in newsletter:extension instead.
//
// # What a format requires
//
// A newsletter that lacks what the format requires is written with what [Derive]
// finds for it, the first of these that is known:
//
//	channel link (RSS)       URL, the root of the site of FeedURL, ID or a letter's URL
//	title                    Title, the host of URL or FeedURL, URL, FeedURL
//	id of a feed (Atom)      ID, FeedURL, URL, a UUID of Title and Description
//	updated of a feed (Atom) Updated, the newest date of the letters, Options.Undated
//	author (Atom)            Authors, the feed's title
//	id of a letter           ID, URL, a UUID of what the letter says (not in RSS, which requires none)
//	updated of a letter      Updated, Published, the oldest date of the letters, the feed's (Atom)
//	name of an author        Name, Organization, Email, the host of URL, URL, Avatar
//	type of an attachment    MediaType, that of the URL's ending, application/octet-stream (not in Atom)
//
// Where none is known, writing fails with a [newsletter.FieldError] that names the
// field and the way out. An ID that is not an IRI is in Atom a UUID of it and of the
// newsletter's ID, with the ID itself in schema:identifier beside it.
//
// # Text
//
// Text that could be taken for HTML, because it has something like a tag or a
// character reference in it, is written as HTML: in Atom's text constructs and
// media:title with type="html", in RSS's title, description, copyright, source
// and dc:rights, which don't say what they hold, as it is. Other text reads the
// same as both. All other elements hold text and nothing else. The prefixes
// stand for
//
//	atom        http://www.w3.org/2005/Atom
//	content     http://purl.org/rss/1.0/modules/content/
//	dc          http://purl.org/dc/elements/1.1/
//	dcterms     http://purl.org/dc/terms/
//	fh          http://purl.org/syndication/history/1.0
//	media       http://search.yahoo.com/mrss/
//	newsletter  https://pkg.go.dev/github.com/automationregion/newsletter/feed
//	schema      https://schema.org/
//
// # Words
//
// A document is what [Write] writes: a newsletter in one [Format]. Its head is
// what it says of the newsletter itself. A builder makes the inside of an
// element, in XML. A page is a part of a feed that goes on in another document
// (RFC 5005); the pages that people open are package site's.
package feed

import (
	"fmt"
	"io"

	"github.com/automationregion/newsletter"
)

// writers holds the writer of each format. From a writer on nothing can fail
// but w.
var writers = [formats]func(w io.Writer, n *newsletter.Newsletter, o Options) error{
	RSS:  writeRSS,
	Atom: writeAtom,
	JSON: writeJSON,
}

// Write writes the newsletter and its letters, in the order that they have.
//
// A newsletter that [newsletter.Newsletter.Validate] finds fault with is not written:
// Write returns that error, which names each letter and field, and w is left alone.
// What the format requires and the newsletter lacks is derived ([Derive]); nothing is
// left out, and the same newsletter always gives the same bytes. The newsletter is not
// changed.
//
// The Content of a letter is written as it is. Feed readers clean what they
// show; a program that shows it itself uses package clean, and package
// feed/site does.
//
// At most one Options is given; without one, the zero value counts.
func Write(w io.Writer, n *newsletter.Newsletter, f Format, opts ...Options) error {
	if !f.known() {
		return fmt.Errorf("unknown feed format %v", f)
	}
	if err := n.Validate(); err != nil {
		return err
	}
	n, err := Derive(n, f, opts...)
	if err != nil {
		return err
	}
	o := optionsOf(opts)
	if err := o.checkStylesheet(); err != nil {
		return err
	}
	return writers[f](w, n, o)
}
