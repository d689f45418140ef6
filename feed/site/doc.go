// Package site makes a web site of a newsletter: its feeds, a page for the
// newsletter and one for each letter. [Files] lists them, to write into a folder
// that any server serves as it is; [Handler] answers requests for them; [Write]
// writes the newsletter's page alone.
//
// # Addresses
//
// The files lie below the folder that the newsletter's URL serves, see
// [feed.Folder], and a letter's page lies where its URL says: for a newsletter
// at "https://example.org/news/" the page of
//
//	https://example.org/news/spring/       is  spring/index.html
//	https://example.org/news/spring        is  spring/index.html
//	https://example.org/news/spring.html   is  spring.html
//
// A letter has no page if its URL lies outside the newsletter's, has a query or
// a fragment, is the address of another file of the newsletter or of a folder with
// such files, or has a name that is hidden or that some file system can't hold. The
// newsletter's page links to that URL itself, and shows the whole of a letter that
// has none. Pages refer to each other, and to what lies in the folder, by relative
// URLs.
//
// A letter that states a Source was first published elsewhere, and whoever wrote it
// there says what its URL is. It has a page only where nothing of the newsletter's own
// is, also not in a folder with such files, and none at all with [Options.Gathered],
// which is for what package aggregate gathers.
//
// Lists have their pages in folders of their own: the newsletter's in "page/2/" and so
// on (Options.PageSize), the letters of a year in "2024/", and those that have
// something in common, with feeds, in "kind/report/", "author/ann-ek/" (Options.Lists).
// Where a letter of the newsletter's own stands there, the list is in "kind/report-2/". The feeds of a list
// have an ID that is made of the newsletter's and of the list's name.
//
// # Whose HTML
//
// What stands in a page speaks in its publisher's name. Content that nobody
// vouches for is cleaned on its way into a page, by package clean;
// [Options.TrustHTML] vouches for it. That package is the one that this room
// takes from beside feed: it knows nothing but HTML, and without it a program
// that forgot to clean would publish whatever a stranger wrote. Under the pages'
// content security policy, which stands in each of them, no script runs in
// either case; base elements, and meta and link elements that speak for the whole
// page, are always taken out of a letter.
//
// # Feeds in a browser
//
// A feed that is opened in a browser says what it is, that its address goes into a feed
// reader, and the titles of the letters: RSS and Atom link to the stylesheet feed.css
// (without Options.PlainFeeds), which feed readers pass over. It is CSS, because
// browsers give up XSLT, and so the addresses are there to read and not to click.
// Browsers show only what is served as application/xml or text/xml so, as servers of
// plain files do with .xml; [Handler] serves it so to browsers, and as
// application/rss+xml and application/atom+xml to all others. JSON Feed has no such
// thing: a browser shows what stands in the file.
//
// # Long letters
//
// On a letter's own page each heading of its content has an ID to link to: the one that
// it has, or its words in small letters with hyphens, "what-it-costs", and "-2" after
// that if it is taken. A letter that takes three minutes to read and has three headings
// has a table of contents, of the highest level of headings and the one below; of more
// than 100 of both the highest alone, and of more than 100 of those none.
//
// How long a letter takes to read is reckoned from its words, at a speed that was
// measured for its language (IReST, 2012: English 228 words a minute, Swedish 199,
// Finnish 161, …) or the mean of those, 184; Chinese and Japanese from their characters,
// 255 and 357 a minute; Thai, Lao, Khmer and Burmese from their letters, 863. It says
// nothing of less than half a minute. The feeds say nothing of all this.
//
// # For software
//
// A letter's page says what it is as microformats (h-entry), as Open Graph and
// Twitter's card, and as JSON-LD (NewsArticle of schema.org): a script element
// that holds data, which browsers don't run and the policy needs not allow.
//
// # The frame
//
// What every page has around it, its head, stylesheet and words, is in
// internal/page and not here: package aggregate makes a page of its partners in
// the same frame, for programs that have no use for the rest of a site, and
// knows nothing of this package.
//
// # Words
//
// A page is an HTML document that people open. A file is what has a path in the
// site, a feed or a page. The folder is what the newsletter's URL serves. A view
// is what a page shows of something in the model. Prose is a letter's Content
// made fit for a page.
package site
